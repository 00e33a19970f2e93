"""A student's server on 127.0.0.1: one object of the student's class for each client.

The class knows nothing of networks: ``receive`` takes the bytes of one read and returns the bytes
to send. Whatever else a server needs is here, and is bounded: every wait has a time limit, a method
that does not come back is stopped, and an error in it ends one connection and is reported in words.
It runs on a thread of its own, so clients are answered while a cell runs.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

from wslearn.checking.deadline import TimeUp, run_within
from wslearn.checking.runner import in_words
from wslearn.checking.values import kind_of, plain
from wslearn.net.background import Background
from wslearn.net.limits import READ_SIZE
from wslearn.protocol.errors import NetworkError

HOST = "127.0.0.1"

METHOD_SECONDS, TRACED_SECONDS = 2.0, 5.0
"""How long one call of ``receive`` may take; on a thread of its own, where every line is watched,
it takes longer."""

IDLE_SECONDS = 600.0
WRITE_SECONDS = 5.0
LINGER_SECONDS = 1.0
"""How long to wait for a client that says nothing, reads nothing, or does not hang up."""

NEVER_BACK = "did not come back"
"""What is said about a call that was stopped."""

MOST_TOLD = 20
"""How many troubles are remembered."""


class Hosted:
    """Runs a class such as ``MyServer`` as a server; start and stop it, or use it in a ``with``.

    ``port`` is a free one, 0 until it listens. ``troubles`` says in sentences what went wrong
    inside ``receive``. Raises :class:`NetworkError` on start where there are no sockets.
    """

    def __init__(self, server_class: Callable[[], Any]) -> None:
        self.server_class = server_class
        self.port = 0
        self.troubles: list[str] = []
        self._background = Background("a student's server")
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def url(self) -> str:
        """Where it listens, such as ``ws://127.0.0.1:40001/``."""
        return f"ws://{HOST}:{self.port}/"

    def start(self) -> Self:
        """Start to listen; returns once connections are taken."""
        if self._server is None:
            self._background.start()
            try:
                self._background.run(self._listen())
            except BaseException:
                self.stop()
                raise
        return self

    def stop(self) -> None:
        """Hang up on everyone and stop listening; nothing is left behind. Twice is fine."""
        if self._server is not None:
            with suppress(NetworkError):
                self._background.run(self._end())
        self._server = None
        self._background.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()

    # -- on the server's own thread ------------------------------------------------------------

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _end(self) -> None:
        assert self._server is not None
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._one_client(reader, writer)
        except (OSError, TimeoutError, asyncio.CancelledError):
            writer.transport.abort()  # closing would wait until everything is sent
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _one_client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server, trouble = attempt(self.server_class, self.server_class)
        while not trouble:
            async with asyncio.timeout(IDLE_SECONDS):
                data = await reader.read(READ_SIZE)
            if not data:
                return
            answer, trouble = answer_of(server, data, TRACED_SECONDS)
            if answer:
                writer.write(answer)
                async with asyncio.timeout(WRITE_SECONDS):
                    await writer.drain()
            if getattr(server, "done", False) is True:
                break
        if trouble and len(self.troubles) < MOST_TOLD:
            self.troubles.append(trouble)
        # Closing with bytes unread resets the connection, and a reset may overtake the answer.
        writer.write_eof()
        async with asyncio.timeout(LINGER_SECONDS):
            while await reader.read(READ_SIZE):
                pass


def answer_of(server: Any, data: bytes, seconds: float = METHOD_SECONDS) -> tuple[bytes, str]:
    """What ``receive`` answers to one read, and what went wrong, in words; empty if nothing did."""
    answer, trouble = attempt(lambda: server.receive(data), type(server), seconds)
    if trouble:
        return b"", trouble
    kept = plain(answer)
    if isinstance(kept, bytes):
        return kept, ""
    return b"", f"`receive` should return bytes, it returned {kind_of(kept)}"


def attempt(
    call: Callable[[], Any], server_class: Any, seconds: float = METHOD_SECONDS
) -> tuple[Any, str]:
    """What a call returns, and what went wrong, in words; raises nothing of the student's."""
    try:
        return run_within(seconds, call), ""
    except TimeUp:
        return None, f"`receive` {NEVER_BACK} within {seconds:g} seconds"
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise
    except BaseException as error:  # noqa: BLE001 - a student's method may raise anything
        return None, in_words(error, server_class)
