"""An event loop on a thread of its own: servers that go on while a cell runs.

The event loop of a notebook's kernel stops while a cell runs, and a client that connects during
that time would wait in vain. So whatever has to answer runs here::

    background = Background("echo").start()
    server = background.run(serve(echo))
    ...
    background.stop()

The thread is a daemon: a kernel that ends does not wait for it, and the system closes its sockets.
Interrupting the kernel reaches only the main thread, so what runs here goes on.

Python inside a browser has no threads. There the kernel's own loop is borrowed: it turns while a
cell waits, because the browser can put the whole of Python's stack aside (JavaScript Promise
Integration). Where it cannot, ``start`` says so.
"""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import TimeoutError as NotInTime
from contextlib import suppress
from importlib import import_module
from typing import Any, Self, TypeVar, cast

from wslearn.protocol.errors import NetworkError, StateError

from .memory import is_installed

T = TypeVar("T")

PATIENCE = 10.0
"""Seconds that a start, an end or a piece of work may take."""

NO_THREADS = (
    "Expected a kernel that runs on a machine, got one without threads and sockets (it runs "
    "inside the browser). Records can be looked at, servers cannot run here."
)
"""Why nothing can listen where Python itself runs in a browser."""


def run_sync(work: Coroutine[Any, Any, T]) -> T:
    """Wait for a coroutine on the loop that is already running, as only a browser lets Python
    do."""
    return cast("T", import_module("pyodide.ffi").run_sync(work))


def can_be_borrowed(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether a loop has its network inside the process, and turns while a program waits."""
    try:
        browser = import_module("pyodide.ffi")
    except ImportError:  # Python on a machine, where a thread is what we want
        return False
    return is_installed(loop) and bool(browser.can_run_sync())


class Background:
    """A thread with an event loop; start and stop it, or use it in a ``with`` statement.

    >>> async def answer() -> int:
    ...     return 42
    >>> with Background("example") as background:
    ...     background.run(answer())
    42
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: asyncio.Event | None = None
        self._ready = threading.Event()
        self._borrowed = False

    @property
    def running(self) -> bool:
        """Whether its loop is there."""
        if self._borrowed:
            return True
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> Self:
        """Start the thread; returns once its loop runs.

        Raises :class:`NetworkError` where there are no threads, as in a kernel inside a browser.
        """
        if self.running:
            return self
        self._ready.clear()
        thread = threading.Thread(
            target=lambda: asyncio.run(self._main()), name=f"wslearn {self.name}", daemon=True
        )
        try:
            thread.start()
        except RuntimeError:
            self._borrow()
            return self
        self._thread = thread
        try:
            self._ready.wait(PATIENCE)
        except BaseException:  # an interrupt must not leave a thread that nobody can reach
            self.stop()
            raise
        return self

    def _borrow(self) -> None:
        """Take the loop that is already running, where there are no threads."""
        with suppress(RuntimeError):  # no loop runs
            loop = asyncio.get_running_loop()
            if can_be_borrowed(loop):
                self._loop, self._borrowed = loop, True
                return
        raise NetworkError(NO_THREADS)

    def run(self, work: Coroutine[Any, Any, T], seconds: float = PATIENCE) -> T:
        """Run a coroutine on this thread and wait for what it returns, at most this many seconds.

        Raises what the coroutine raises, :class:`NetworkError` if it takes longer, and
        :class:`StateError` where nothing runs, or where the thread would wait for itself.
        """
        if self._borrowed:
            return run_sync(_in_time(work, seconds))
        loop, thread = self._loop, self._thread
        if loop is None or thread is None or thread is threading.current_thread():
            work.close()
            raise StateError(
                "Expected a running thread other than this one: start() it, or await the "
                "coroutine itself."
            )
        waiting = asyncio.run_coroutine_threadsafe(work, loop)
        try:
            return waiting.result(seconds)
        except NotInTime:
            if waiting.done():  # the coroutine's own
                raise
            waiting.cancel()
            raise NetworkError(f"Expected an end within {seconds:g} seconds, got none.") from None
        except BaseException:
            waiting.cancel()
            raise

    def stop(self) -> None:
        """End the loop and its thread; remaining tasks are cancelled. Calling it twice is fine.

        A loop that was borrowed goes on, and with it what was left running.
        """
        if self._borrowed:
            self._loop, self._borrowed = None, False
            return
        thread, loop, ending = self._thread, self._loop, self._ending
        if thread is None:
            return
        if loop is not None and ending is not None and thread.is_alive():
            with suppress(RuntimeError):  # the loop has just closed on its own
                loop.call_soon_threadsafe(ending.set)
        if thread is not threading.current_thread():
            thread.join(PATIENCE)
        self._thread = self._loop = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()

    async def _main(self) -> None:
        self._loop, self._ending = asyncio.get_running_loop(), asyncio.Event()
        self._ready.set()
        await self._ending.wait()


async def _in_time(work: Coroutine[Any, Any, T], seconds: float) -> T:
    """What a coroutine returns; raises :class:`NetworkError` if it takes longer than this."""
    try:
        async with asyncio.timeout(seconds) as patience:
            return await work
    except TimeoutError:
        if not patience.expired():  # the coroutine's own
            raise
        raise NetworkError(f"Expected an end within {seconds:g} seconds, got none.") from None
