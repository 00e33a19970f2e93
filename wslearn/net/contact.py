"""A server for first contact: it opens WebSockets, echoes what comes, and remembers every byte.

Rules it keeps, in the order in which a connection meets them:

1. It listens on 127.0.0.1, on a port that the system picks. So a cell that is run twice never finds
   its address in use.
2. Nothing a client does can make it wait or grow without end: every wait has a time limit, every
   store a size limit (:class:`~wslearn.net.echo.Limits`).
3. A request is judged by ``protocol.handshake``; a bad one gets the HTTP error that its first
   broken rule asks for, and there is no WebSocket.
4. Frames are read by a ``protocol.connection``. Messages are echoed, a Ping gets its Pong, a Close
   gets its Close. A broken rule gets a Close with the code of that rule, and nothing after it is
   read (RFC 6455 §7.1.7).

It lets every Origin in and shows it: any page in the same browser may connect, and all it gets is
an echo.

It runs on a thread of its own. The event loop of a notebook's kernel stands still while a cell
runs, and a browser that knocks during that time would wait in vain.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Self

from wslearn.protocol.errors import NetworkError

from .background import NO_THREADS
from .echo import EchoConnection, Limits
from .record.conversation import Conversation

HOST = "127.0.0.1"


class ContactServer:
    """A recording echo server on 127.0.0.1 that runs beside whatever else a program does.

    ``subprotocols`` it speaks; ``changed`` is called, on the server's thread, whenever the record
    has grown; ``port`` 0 lets the system pick a free one. Start and stop it, or use it in a
    ``with`` statement. Raises :class:`OSError` if a port that was asked for is taken.

    >>> with ContactServer() as server:
    ...     server.url.startswith("ws://127.0.0.1:"), server.conversations
    (True, [])
    """

    def __init__(
        self,
        *,
        subprotocols: Sequence[str] = (),
        limits: Limits | None = None,
        changed: Callable[[], object] | None = None,
        port: int = 0,
    ) -> None:
        self.port = port
        self.subprotocols = tuple(subprotocols)
        self.limits = limits or Limits()
        self._changed = changed or (lambda: None)
        self._kept: deque[Conversation] = deque(maxlen=self.limits.conversations)
        self._grown = threading.Condition()
        self._ready = threading.Event()
        self._problem: BaseException | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    # -- for everyone --------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """Where it listens, such as ``ws://127.0.0.1:40001/``."""
        return f"ws://{HOST}:{self.port}/"

    @property
    def running(self) -> bool:
        """Whether it listens."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def conversations(self) -> list[Conversation]:
        """The latest connections on which something came, oldest first."""
        return list(self._kept)

    def start(self) -> Self:
        """Start to listen; returns once connections are taken.

        Raises :class:`NetworkError` where there are no threads, as in a kernel inside a browser.
        """
        if self.running:
            return self
        self._ready.clear()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._main()), name="wslearn contact", daemon=True
        )
        try:
            self._thread.start()
            self._ready.wait(10)
        except RuntimeError:
            self._thread = None
            raise NetworkError(NO_THREADS) from None
        except BaseException:  # an interrupt must not leave a server that nobody can reach
            self.stop()
            raise
        if self._problem is not None:
            problem, self._problem = self._problem, None
            self.stop()
            raise problem
        return self

    def stop(self) -> None:
        """Say goodbye on every open connection and stop listening; nothing is left behind."""
        thread, loop, stopping = self._thread, self._loop, self._stopping
        if thread is None:
            return
        if loop is not None and stopping is not None and thread.is_alive():
            with suppress(RuntimeError):  # the loop has just closed by itself
                loop.call_soon_threadsafe(stopping.set)
        thread.join(10)
        self._thread = None

    def wait(self, until: Callable[[list[Conversation]], bool], seconds: float) -> bool:
        """Wait until the record looks as asked, at most so many seconds; says whether it does.

        Nobody waits for a server that does not run.
        """
        if not self.running:
            return until(self.conversations)
        with self._grown:
            return self._grown.wait_for(lambda: until(self.conversations), seconds)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()

    # -- on the server's own thread ------------------------------------------------------------

    async def _main(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        try:
            server = await asyncio.start_server(self._accept, HOST, self.port)
        except OSError as problem:
            self._problem = problem
            self._ready.set()
            return
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stopping.wait()
        server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        connection = EchoConnection(reader, writer, self.limits, self.subprotocols, self._note)
        try:
            if len(self._tasks) > self.limits.connections:
                await connection.refuse(503, "Too many connections are open at once; close some.")
            else:
                await connection.serve()
        except asyncio.CancelledError:
            connection.say_goodbye()
        except (ConnectionError, TimeoutError) as problem:
            writer.transport.abort()  # to close would wait until all is sent
            connection.end(f"The connection broke: {str(problem) or 'the client did not read'}.")
        finally:
            self._tasks.discard(task)
            writer.close()

    def _note(self, conversation: Conversation) -> None:
        """Keep a conversation and tell everyone that the record has grown."""
        with self._grown:
            if not any(kept is conversation for kept in self._kept):
                self._kept.append(conversation)
            self._grown.notify_all()
        self._changed()
