"""A tap: it sits between any client and any server, passes every byte on, and records it.

::

    tap = await ws.tap("ws://127.0.0.1:8765/")       # where the server is
    socket = await ws.connect(tap.url)               # the client goes through the tap
    print(tap.journal)

What a tap changes would be a lie in its record, so:

1. Every byte is passed on at once and unchanged, even inside a frame, a head or a character, and
   whatever rule it breaks: the two sides decide what follows. Only then is it recorded.
2. One thing may be rewritten, because some servers would not answer otherwise: a server that is
   not on this machine gets its own name in Host, and in an Origin that names the tap (``rewrite``).
   The record shows what the client sent.
3. A side that does not read makes the other wait, as if there were no tap: what is under way is
   bounded by a few buffers. Half a close is passed on as half a close, a reset as a reset.
4. It waits only so long for its server and for a client's request; then the client gets an HTTP
   error with a sentence in it. After that it waits for as long as both sides want; now and then the
   system asks whether a silent side is still there (TCP keep-alive).
5. Frames can be held on their way, looked at and changed, while somebody asks for it (``hold``).
   Then a frame that may be held passes once it is whole.
6. It listens on 127.0.0.1 unless told otherwise: anyone who can connect to it can connect to the
   server.
"""

import asyncio
import re
import socket as sockets
from collections.abc import AsyncIterator, Callable, Iterable
from ssl import SSLContext
from typing import Any, Self

from wslearn.net import ports
from wslearn.net.limits import READ_SIZE, Limits
from wslearn.net.memory import is_installed
from wslearn.net.tcp import strong_tls, with_port
from wslearn.protocol.errors import InputError, NetworkError, StateError
from wslearn.protocol.handshake import Uri, parse_uri
from wslearn.protocol.headers import quoted

from .exchanges import KEEP
from .hold import MOST_HELD, HeldFrame, Hold
from .journal import Journal
from .link import Link
from .passed import Passed, Sender

HOST = "127.0.0.1"
LOOPBACK = re.compile(r"localhost|127\.[0-9.]+|::1", re.IGNORECASE)


async def tap(
    upstream: str,
    *,
    host: str = HOST,
    port: int = 0,
    ssl: SSLContext | None = None,
    upstream_ssl: SSLContext | None = None,
    rewrite: bool | None = None,
    keep: int = KEEP,
    journal: Journal | None = None,
    changed: Callable[[], object] | None = None,
    limits: Limits | None = None,
    keep_secrets: bool = False,
) -> "Tap":
    """Listen, pass every connection on to ``upstream``, and record what passes.

    ``upstream``      the server's URI, ``ws://`` or ``wss://``
    ``host``, ``port``  where to listen; port 0: any free one
    ``ssl``           a context with a certificate makes the tap's own side ``wss``
    ``upstream_ssl``  the context for a ``wss`` server; None: the system's certificates
    ``rewrite``       put the server's name into Host, and into an Origin that names the tap;
                      None: only where the server is not on this machine
    ``keep``          how many bytes of each payload are recorded; the rest is counted
    ``journal``       where to record; None: a new one
    ``changed``       called, without arguments, whenever the journal has grown
    ``limits``        ``connections`` at once, the request's ``head_size``, and ``open_seconds``
                      for the server to answer and for the request to come
    ``keep_secrets``  record cookies, passwords and tokens of the handshakes, too

    Raises :class:`InputError` for another kind of URI, :class:`NetworkError` where it cannot
    listen. What this program opened before on the same port is closed first.
    """
    uri = parse_uri(upstream)
    if uri.secure and upstream_ssl is None:
        upstream_ssl = strong_tls()
    if not 0 <= port <= 65535:  # the system would take it modulo 65536
        raise InputError(f"Expected a port from 0 to 65535, got {port}.")
    if rewrite is None:
        rewrite = LOOPBACK.fullmatch(uri.host) is None
    journal = Journal() if journal is None else journal
    journal.keep_secrets |= keep_secrets
    opened = Tap(
        uri, host, port, ssl, upstream_ssl if uri.secure else None, rewrite, keep,
        journal, changed, limits or Limits(),
    )  # fmt: skip
    await opened.start()
    return opened


class Tap:
    """A tap that listens; :func:`tap` makes it. Close it, or use it in ``async with``.

    ``journal`` grows as frames pass; ``async for passed in tap`` gives each frame once it is whole.
    """

    def __init__(
        self,
        uri: Uri,
        host: str,
        port: int,
        ssl: SSLContext | None,
        upstream_ssl: SSLContext | None,
        rewrite: bool,
        keep: int,
        journal: Journal,
        changed: Callable[[], object] | None,
        limits: Limits,
    ) -> None:
        self.uri = uri
        self.host = host
        self.port = port
        self.rewrite = rewrite
        self.keep = keep
        self.journal = journal
        self.limits = limits
        self.holds: list[Hold] = []
        self._links: set[Link] = set()
        self.upstream_ssl = upstream_ssl
        self.ssl = ssl
        self._changed = changed
        self._also: Callable[[], object] | None = None  # whom the journal told before
        self._grown = asyncio.Event()
        self._tasks: set[asyncio.Task[object]] = set()
        self._socket: sockets.socket | None = None
        self._server: asyncio.Server | None = None
        self.loop = asyncio.get_running_loop()
        self._closed = False

    # -- for everyone --------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """Where clients connect instead, such as ``ws://127.0.0.1:40001/chat``."""
        address = with_port(self.host, self.port)
        return f"{'wss' if self.ssl else 'ws'}://{address}{self.uri.resource}"

    @property
    def running(self) -> bool:
        """Whether it listens."""
        return self._server is not None and not self._closed

    @property
    def connections(self) -> int:
        """How many connections pass through it now."""
        return len(self._tasks)

    def hold(
        self,
        *,
        sender: Sender | None = None,
        opcode: int | Iterable[int] | None = None,
        contains: bytes | str | None = None,
        most: int = MOST_HELD,
        changed: Callable[[], object] | None = None,
    ) -> Hold:
        """Hold each frame that fits all that is asked, until somebody decides (see ``hold``).

        ``sender``    ``"client"`` or ``"server"``; None: both
        ``opcode``    one or several; None: all
        ``contains``  what its payload says, unmasked and decompressed, in letters of any case
        ``most``      the longest frame that is held, in bytes; longer ones pass
        ``changed``   called, without arguments, whenever a frame is held, or waits no longer

        The holder: a context manager whose end lets everything go; ``await hold.next()`` gives the
        next frame. Raises :class:`InputError` for arguments that make no sense, :class:`StateError`
        once the tap is closed.

        A frame that came with the handshake is held like any other, unless its client sent it
        before the reply.
        """
        if not self.running:
            raise StateError("Expected a tap that is open, got one that is closed.")
        hold = Hold(self.loop, sender, opcode, contains, most, changed)
        hold.ends = self._let_go
        self.holds.append(hold)
        return hold

    @property
    def held(self) -> list[HeldFrame]:
        """The frames that are held now."""
        return [frame for hold in list(self.holds) for frame in list(hold.held)]

    def let_go(self) -> None:
        """End every hold: waiting frames pass as they came."""
        for hold in list(self.holds):
            hold.end()

    def _let_go(self, hold: Hold) -> None:
        self.holds.remove(hold)
        for link in list(self._links):
            link.let_go(hold)

    async def start(self) -> None:
        """Begin to listen; :func:`tap` has done so already."""
        asked = self.port
        if asked:
            await ports.make_room(self.host, asked)
        self.loop = asyncio.get_running_loop()
        where: dict[str, Any] = {"host": self.host, "port": asked}
        try:
            if not is_installed(self.loop):
                self._socket = await self._listen(asked)
                where = {"sock": self._socket}
            self._server = await asyncio.start_server(
                self._accept,
                ssl=self.ssl,
                ssl_handshake_timeout=self.limits.open_seconds if self.ssl else None,
                limit=READ_SIZE,
                **where,
            )
        except OSError as problem:
            self._drop_socket()
            raise NetworkError(
                f"Expected to listen on {self.host}, port {asked}, "
                f"got: {problem.strerror or problem}. "
                "Another program may have the port; port=0 takes any free one."
            ) from problem
        except UnicodeError:  # such as a label of more than 63 characters
            raise InputError(f"Expected a host name, got {quoted(self.host)}.") from None
        except BaseException:  # interrupted: nothing that nobody can close may go on listening
            self._drop_socket()
            raise
        self.port = self._server.sockets[0].getsockname()[1]
        if asked:
            ports.keep(self.host, asked, self)
        self._also, self.journal.changed = self.journal.changed, self._grew

    async def _listen(self, port: int) -> sockets.socket:
        """A socket that listens. It is ours and not asyncio's, so that a tap whose event loop has
        ended can still be replaced."""
        found = await self.loop.getaddrinfo(self.host, port, type=sockets.SOCK_STREAM)
        family, *_, address = found[0]
        listener = sockets.create_server(address[:2], family=family, backlog=128)
        # Else the system holds small pieces back for 40 ms. Accepted sockets inherit it; asyncio
        # sets it itself only where it has made the socket.
        listener.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_NODELAY, 1)
        return listener

    async def close(self) -> None:
        """Stop listening and cut every connection; the journal stays. Closing twice is fine.

        Frames that are held pass first, as they came.
        """
        if self._closed:
            return
        waited = bool(self.held)
        self.let_go()
        if waited:
            sent = [asyncio.ensure_future(link.sent()) for link in self._links]
            await asyncio.wait(sent, timeout=self.limits.close_seconds)
        self._closed = True
        self.stop_accepting()
        self._drop_socket()
        current = asyncio.current_task()
        tasks = {task for task in self._tasks if task is not current}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # transports that were aborted close their sockets now
        self._grown.set()

    def stop_accepting(self) -> None:
        """Take no more connections; those under way go on."""
        if self._server is not None:
            self._server.close()

    def stop_listening(self) -> None:
        """Free the port at once, even where this tap's event loop has ended."""
        self._closed = True
        self._drop_socket()

    async def wait(self) -> None:
        """Wait until the journal grows or the tap is closed."""
        if not self._closed:
            self._grown.clear()
            await self._grown.wait()

    async def serve_forever(self) -> None:
        """Wait until the tap is closed; an interrupt closes it."""
        try:
            while not self._closed:
                await self.wait()
        finally:
            await self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.close()

    async def __aiter__(self) -> AsyncIterator[Passed]:
        seen = self.journal.added
        while True:
            new, seen = self.journal.since(seen), self.journal.added
            if new:
                for frame in new:
                    yield frame
            elif self._closed:
                return
            else:
                await self.wait()

    def __repr__(self) -> str:
        state = f"{self.connections} open" if self.running else "closed"
        return f"<Tap, {self.url} to {self.uri}, {state}, {len(self.journal)} frames>"

    # -- inside --------------------------------------------------------------------------------

    def _grew(self) -> None:
        self._grown.set()
        for told in (self._also, self._changed):
            try:
                if told is not None:
                    told()
            except Exception as problem:  # noqa: BLE001 (who watches must not cut what he watches)
                message = "The function that a tap calls when its journal has grown failed."
                asyncio.get_running_loop().call_exception_handler(
                    {"message": message, "exception": problem}
                )

    def _drop_socket(self) -> None:
        if self._socket is not None:
            self._socket.close()
        elif self._server is not None:
            self._server.close()
        ports.give_up(self.host, self.port, self)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        link = Link(self, reader, writer)
        self._tasks.add(task)
        self._links.add(link)
        try:
            await link.run(full=len(self._tasks) > self.limits.connections)
        except asyncio.CancelledError:
            link.end("The tap was closed.")
            if not self._closed:
                raise
        finally:
            self._tasks.discard(task)
            self._links.discard(link)
            link.cut()
