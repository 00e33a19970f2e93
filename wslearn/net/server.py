"""A WebSocket server: it listens, opens connections, and gives each to a handler (RFC 6455 §4.2).

::

    async def echo(socket):
        async for message in socket:
            await socket.send(message)

    server = await ws.serve(echo, port=8765)

1. It listens on 127.0.0.1 unless another address is asked for.
2. A request is judged by ``protocol.handshake``. A bad one gets the HTTP error that its first
   broken rule asks for, a head that is too slow 408, one connection too many 503.
3. Any page in any browser may connect, unless ``origins`` names those that may (§10.2).
4. A handler that returns closes its connection with 1000; one that raises, with 1011, and the log
   says why. Nothing a client does raises anything in a handler but :class:`ClosedError`, when it
   has gone.
5. A cell that is run twice replaces its server: the one that this program started before on the
   same port is closed first. A port that another program has is left alone.
"""

import asyncio
import errno
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from ssl import SSLContext
from typing import Any, Self

from wslearn.protocol.codes import CloseCode
from wslearn.protocol.connection import Connection
from wslearn.protocol.deflate import Deflate
from wslearn.protocol.errors import ClosedError, InputError, NetworkError
from wslearn.protocol.handshake import (
    RequestCheck,
    Response,
    check_request,
    error_response,
    server_response,
)
from wslearn.protocol.headers import quoted
from wslearn.protocol.http1 import read_request

from . import ports
from .fastmask import use_numpy
from .heads import read_head
from .limits import READ_SIZE, Limits
from .os_words import in_words
from .tcp import address_of, end_our_half, with_port
from .websocket import WebSocket

log = logging.getLogger("wslearn.net")

HOST = "127.0.0.1"

Handler = Callable[[WebSocket], Awaitable[object]]
Decide = Callable[[RequestCheck], Response | None]

HANDLER_SECONDS = 1.0
"""How long a handler may tidy up after its connection was closed because the server closes."""

MOST_REFUSALS = 100
"""How many connections over the limit get an answer at once; the others are dropped without a
word."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a server agrees to; the names are those of :func:`serve`."""

    subprotocols: Sequence[str] = ()
    origins: Collection[str | None] | None = None
    resources: Collection[str] | None = None
    deflate: Deflate | None = None
    headers: Sequence[tuple[str, str]] = ()
    decide: Decide | None = None


async def serve(
    handler: Handler,
    host: str = HOST,
    port: int = 0,
    *,
    ssl: SSLContext | None = None,
    subprotocols: Sequence[str] = (),
    origins: Collection[str | None] | None = None,
    resources: Collection[str] | None = None,
    deflate: Deflate | None = None,
    headers: Iterable[tuple[str, str]] = (),
    decide: Decide | None = None,
    limits: Limits | None = None,
) -> "Server":
    """Listen, and call ``handler`` with each :class:`WebSocket` that opens (RFC 6455 §4.2).

    ``host``, ``port``  where to listen; port 0: any free one
    ``ssl``             a context with a certificate makes it ``wss`` (§10.6)
    ``subprotocols``    what it speaks (§1.9)
    ``origins``         the sites whose pages may connect, such as ``"https://example.com"``; None
                        in it lets in programs, which state no Origin; no list at all: everyone may
    ``resources``       the paths there are; None: any path is
    ``deflate``         how to compress, where a client offers it (RFC 7692); None: not at all
    ``headers``         added to every reply to an opening handshake
    ``decide``          called with each request that was read, even one that asks for no WebSocket;
                        the Response it returns is sent in place of the usual one: a page, a
                        redirect, a 401 (§4.2.2). A 101 has to be what ``server_response`` makes of
                        the request, plus headers of its own. It must not wait
    ``limits``          what a connection may cost

    Raises :class:`NetworkError` where it cannot listen, and :class:`InputError` for a port or a
    header that cannot be.
    """
    policy = Policy(subprotocols, origins, resources, deflate, tuple(headers), decide)
    # Whatever cannot be sent is reported here, and not to the log when a client comes.
    trial = check_request(b"", subprotocols=subprotocols, origins=origins, resources=resources)
    server_response(trial, headers=policy.headers)
    use_numpy()
    server = Server(handler, host, port, ssl, policy, limits or Limits())
    await server.start()
    return server


class Server:
    """A server that listens; :func:`serve` makes it.

    Close it, or use it in ``async with``. ``connections`` are the WebSockets that are open.
    """

    def __init__(
        self,
        handler: Handler,
        host: str,
        port: int,
        ssl: SSLContext | None,
        policy: Policy,
        limits: Limits,
    ) -> None:
        self.handler = handler
        self.host = host
        self.port = port
        self.policy = policy
        self.limits = limits
        self.connections: set[WebSocket] = set()
        self._ssl = ssl
        self.loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._handling: set[asyncio.Task[None]] = set()  # those of them that have a WebSocket
        self._server: asyncio.Server | None = None
        self._closing = False
        self._closed = asyncio.Event()

    # -- for everyone --------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """Where clients connect, such as ``ws://127.0.0.1:8765/``."""
        return f"{'wss' if self._ssl else 'ws'}://{with_port(self.host, self.port)}/"

    async def start(self) -> None:
        """Begin to listen; :func:`serve` has done so already."""
        if self.port:
            await ports.make_room(self.host, self.port)
        try:
            self._server = await asyncio.start_server(
                self._accept,
                self.host,
                self.port,
                limit=READ_SIZE,
                backlog=1024,
            )
        except OverflowError:
            raise InputError(f"Expected a port from 0 to 65535, got {self.port}.") from None
        except UnicodeError:  # such as a label of more than 63 characters
            raise InputError(f"Expected a host name, got {quoted(self.host)}.") from None
        except OSError as problem:
            hint = ""
            if problem.errno == errno.EADDRINUSE:
                hint = " Another program holds the port; port=0 takes any free one."
            where = f"{self.host}, port {self.port}"
            raise NetworkError(
                f"Expected to listen on {where}, got: {in_words(problem)}.{hint}"
            ) from problem
        if self.port:
            ports.keep(self.host, self.port, self)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self, code: int = CloseCode.GOING_AWAY, reason: str = "") -> None:
        """Stop listening, close every connection in order, and wait until all is gone (§7.3).

        Raises :class:`InputError` for a code that may not be sent.
        """
        Connection("server").send_close(code, reason)  # reported before anything is closed
        self.stop_listening()
        current = asyncio.current_task()
        try:
            for task in self._tasks - self._handling - {current}:
                task.cancel()  # an opening handshake: nobody would serve it
            goodbyes = [socket.close(code, reason) for socket in self.connections]
            await asyncio.gather(*goodbyes)
            # Handlers learn from their connection that it has ended.
            if tasks := self._tasks - {current}:
                _, late = await asyncio.wait(tasks, timeout=HANDLER_SECONDS)
                for task in late:
                    task.cancel()
                if late:
                    await asyncio.wait(late, timeout=self.limits.close_seconds)
        except asyncio.CancelledError:  # interrupted: wait for nothing
            for socket in self.connections:
                socket.leave(code)
            for task in self._tasks - {current}:
                task.cancel()
            raise
        finally:
            self._closed.set()

    def stop_listening(self) -> None:
        """Take no more connections; those that are open stay until :meth:`close`."""
        self._closing = True
        if self._server is not None:
            self._server.close()
        ports.give_up(self.host, self.port, self)

    async def serve_forever(self) -> None:
        """Wait until the server is closed; an interrupt closes it."""
        try:
            await self._closed.wait()
        finally:
            await self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<Server, {self.url}, {len(self.connections)} open>"

    # -- one connection ------------------------------------------------------------------------

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A client is there. Its task is ours and not asyncio's, to be cancelled and waited for."""
        if self._closing or len(self._tasks) >= self.limits.connections + MOST_REFUSALS:
            writer.transport.abort()
            return
        if self._ssl is not None:
            transport: Any = writer.transport
            transport.pause_reading()  # the first bytes belong to TLS
        task = asyncio.create_task(self._serve(reader, writer), name=f"serving {self.url}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # Even for a task that was cancelled before it ran: no socket is left behind.
        task.add_done_callback(lambda _: writer.transport.abort())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client from its first byte to its last; it raises nothing."""
        try:
            socket = await self._open(reader, writer)
            if socket is not None:
                await self._handle(socket)
        except (OSError, ClosedError):
            pass  # the client has gone, or does not read
        except Exception:
            log.exception("A fault of ours ends an opening handshake.")

    async def _open(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> WebSocket | None:
        """The opening handshake; None: there is no WebSocket, and the client knows why."""
        limits, policy = self.limits, self.policy
        deadline = self.loop.time() + limits.open_seconds
        if self._ssl is not None:
            # Here and not by asyncio, which would not count it and log each stranger as an error.
            try:
                await writer.start_tls(self._ssl, ssl_handshake_timeout=limits.open_seconds)
            except OSError as problem:
                log.info("No TLS with %s: %s.", address_of(writer), in_words(problem))
                return None
        if len(self._tasks) > limits.connections:
            await self._send(reader, writer, error_response(503, "Too many connections are open."))
            return None
        try:
            async with asyncio.timeout_at(deadline):
                head = await read_head(reader, read_request, limits)
        except TimeoutError:
            slow = error_response(408, "The request was not whole in time.")
            await self._send(reader, writer, slow)
            return None
        if head is None:  # browsers open connections ahead of need, and drop them unused
            return None
        check = check_request(
            head,
            subprotocols=policy.subprotocols,
            origins=policy.origins,
            resources=policy.resources,
            deflate=policy.deflate,
        )
        response = self._answer(check, unreadable=bool(head.violations))
        if check.request.method == "HEAD":  # no reply to it has a body (RFC 9110 §9.3.2)
            response = replace(response, body=b"")
        if response.status != 101:
            if violations := check.violations:
                rule = violations[0].rule.id
                log.info("%s broke the rule %s. %s", address_of(writer), rule, check.conclusion)
            await self._send(reader, writer, response)
            return None
        writer.write(response.encode())
        connection = Connection("server", deflate=check.agreement, max_size=limits.message_size)
        return WebSocket(
            reader,
            writer,
            connection,
            limits,
            request=check.request,
            response=response,
            subprotocol=check.subprotocol,
            agreement=check.agreement,
            rest=check.rest,
        )

    def _answer(self, check: RequestCheck, *, unreadable: bool) -> Response:
        """The reply to a request: what ``decide`` says, or else what the rules say."""
        try:
            response = None
            if self.policy.decide is not None and not unreadable:
                response = self.policy.decide(check)
            if response is None:
                return server_response(check, headers=self.policy.headers)
            if response.status == 101:
                _check_101(response, check)
            response.encode()
        except Exception:
            log.exception("The function that decides about requests failed.")
            return error_response(500, "The server could not decide about this request.")
        return response

    async def _handle(self, socket: WebSocket) -> None:
        """Give the connection to the handler, and close it when that is done."""
        task = asyncio.current_task()
        assert task is not None
        self.connections.add(socket)
        self._handling.add(task)
        try:
            code = await self._run_handler(socket)
            await socket.close(code)
        except asyncio.CancelledError:
            socket.leave()
            raise
        finally:
            self.connections.discard(socket)
            self._handling.discard(task)

    async def _run_handler(self, socket: WebSocket) -> CloseCode:
        """Run the handler to its end; return the code that follows."""
        try:
            await self.handler(socket)
        except Exception as problem:
            # A client that goes while the handler speaks to it is no fault. Another connection of
            # the handler's that has ended is one.
            gone = isinstance(problem, ClosedError)
            if isinstance(problem, ExceptionGroup):  # what a TaskGroup raises
                gone = problem.split(ClosedError)[1] is None
            if not (gone and socket.ending):
                log.exception("The handler of %r failed.", socket)
            return CloseCode.INTERNAL_ERROR
        return CloseCode.NORMAL_CLOSURE

    async def _send(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, response: Response
    ) -> None:
        """Send an answer that opens nothing, and end TCP in order (RFC 6455 §7.2.2)."""
        writer.write(response.encode())
        with suppress(TimeoutError):
            async with asyncio.timeout(self.limits.close_seconds):
                await end_our_half(writer)
                while await reader.read(READ_SIZE):
                    pass


def _check_101(response: Response, check: RequestCheck) -> None:
    """Raise :class:`InputError` for a 101 that does not open what was checked (§4.2.2)."""
    if not check.ok:
        raise InputError(f"Expected no 101 for this request. {check.conclusion}")
    usual = server_response(check).headers
    agreed = ("Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions")
    for name in ("Upgrade", "Connection", "Sec-WebSocket-Accept", *agreed):
        if (came := response.headers.get_all(name)) != (expected := usual.get_all(name)):
            raise InputError(f"Expected {name} in the 101 to be {expected}, got {came}.")
