"""The pages and the WebSocket on one port, in one process; even on a thread of a notebook.

::

    with ClassPoll("Tea or coffee?", ["Tea", "Coffee"]) as poll:
        print(poll.url)

Flask is a WSGI application: it answers a request with a response and is done. A WebSocket lasts. So
the server is an ASGI one, uvicorn: its event loop keeps all WebSockets, and Flask answers the pages
on a few threads beside it (with a2wsgi in between). Werkzeug's own server, which ``flask run``
starts, is meant for development; gunicorn does not run on Windows; a WSGI server with flask-sock
would hold a browser's thread for as long as the page is open.

One process is enough for a hall (see tests/bench/class_load.py). A room for several processes, on
one machine or more, has to be kept by a program that all of them reach; that of a class
(``wslearn.classroom.live``) can be kept by Redis.
"""

import asyncio
import logging
import signal
import socket
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Self
from urllib.parse import urlsplit

import uvicorn
from a2wsgi import WSGIMiddleware

from wslearn.net.background import Background
from wslearn.net.on_a_hub import this_hub
from wslearn.net.open_files import room_for, say_once
from wslearn.protocol.errors import InputError, NetworkError

from . import front_door
from .gate import HOSTS, Gate
from .hub import Hub
from .pages import asked_under, create_app
from .room import Room
from .sockets import MOST_SOCKETS, DroppableProtocol, Sockets
from .speech import MOST

LOOPBACK = "127.0.0.1"
BACKLOG = 2048
"""Connections that may wait to be taken: a whole class opens the page at the same moment."""

TAKEN_AT_ONCE = 32
"""How many of them; fewer than the files that are kept in reserve."""

SEND_BUFFER = 32 * 1024
"""Bytes that the system keeps for one browser. Left alone it would take megabytes for one that
does not read, and nobody would notice for a long time."""

PAGE_THREADS = 8


class Application:
    """The ASGI application: WebSockets go to ``sockets``, everything else to Flask.

    ``below`` is a path under which a proxy has all of it; some proxies take it off, some do not.
    """

    below = ""

    def __init__(self, hub: Hub, sockets: Any, flask: Any) -> None:
        self.hub, self.sockets, self.gate = hub, sockets, sockets.gate
        self._pages = WSGIMiddleware(flask, workers=PAGE_THREADS)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request, or keep one WebSocket."""
        if self.below and f"{scope.get('path', '')}/".startswith(f"{self.below}/"):
            scope = {**scope, "path": scope["path"].removeprefix(self.below)}
        if scope["type"] == "websocket":
            await self.sockets(scope, receive, send)
        elif scope["type"] == "http":
            await self._page(scope, receive, send)

    async def _page(self, scope: Any, receive: Any, send: Any) -> None:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        refused = self.gate.judge(headers.get(b"host"), headers.get(b"origin"))
        if refused:
            await front_door.answer(send, *refused)
            return
        try:
            body = await front_door.read_form(scope, receive)
        except front_door.TooSlowError:
            seconds = f"{front_door.BODY_SECONDS:g} seconds"
            await front_door.answer(send, 408, f"Expected the whole form within {seconds}.")
        except front_door.TooLongError:
            most = f"{front_door.MOST_FORM:,} bytes"
            await front_door.answer(send, 413, f"Expected a form of at most {most}.")
        else:
            await self._pages(scope, front_door.replay(body, receive), send)

    def end(self) -> None:
        """End the threads of the pages."""
        self._pages.executor.shutdown(wait=False)


class _Server(uvicorn.Server):
    """uvicorn's, which says goodbye with 1001 first and keeps a signal to itself."""

    hub: Hub

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As before, and let more wait than are taken at once.

        asyncio has one number for both. It accepts this many before any of them can be counted, and
        with a whole class waiting it would run out of files between two looks.
        """
        await super().startup(sockets)
        for listener in sockets or ():
            listener.listen(BACKLOG)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self.hub.stop()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {one: signal.signal(one, self.handle_exit) for one in _SIGNALS}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)


_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class LiveServer:
    """Pages and WebSockets on a port; :meth:`serve` them, or start and stop it on its own thread.

    ``host``, ``port``            where to listen; port 0: any free one
    ``address``                   what people type, if it is not the host (``0.0.0.0`` is none)
    ``names``, ``origins``        further host names it answers to, and pages that may connect
    ``public_url``                what people type where a proxy leads here; "": none does
    ``most_connections``          open at once; fewer where the system allows fewer open files

    Raises :class:`NetworkError` where it cannot listen.
    """

    room: Any
    """Whom it serves; :meth:`build` finds it there."""

    def __init__(
        self,
        *,
        host: str = LOOPBACK,
        port: int = 0,
        address: str = "",
        names: Collection[str] = (),
        origins: Collection[str] = (),
        public_url: str = "",
        most_connections: int = MOST_SOCKETS + 500,
        longest_message: int = MOST,
    ) -> None:
        if not 0 <= port <= 65535:
            raise InputError(f"Expected a port from 0 to 65535, got {port}.")
        self.host = host
        self._listener = _listen(host, port)
        self.port: int = self._listener.getsockname()[1]
        self.address = _in_url(address or host)
        self.on_hub = this_hub()
        origin, below, self.public_url = parts_of(public_url)
        self.gate = Gate(
            HOSTS | {_in_url(name).lower() for name in (host, address, *names) if name},
            frozenset(one.lower().rstrip("/") for one in (*origins, origin) if one),
            any_host=self.on_hub is not None,
        )
        self.application = self.build()
        self.application.below = below
        self._door = front_door.FrontDoor(room_for(most_connections))
        visitor: Any = partial(front_door.Visitor, self._door)
        config = uvicorn.Config(
            self.application, ws=DroppableProtocol, ws_max_size=longest_message,
            ws_per_message_deflate=False,  # short messages; and the frames stay readable
            http=visitor, loop="asyncio", lifespan="off", log_config=None, access_log=False,
            server_header=False, timeout_graceful_shutdown=3, backlog=TAKEN_AT_ONCE,
        )  # fmt: skip
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        self._server = _Server(config)
        self._server.hub = self.application.hub
        self._background = Background("poll")
        self._serving: asyncio.Task[None] | None = None

    def build(self) -> Application:
        """What is served; ``gate`` and ``url`` are known by now."""
        raise NotImplementedError

    @property
    def url(self) -> str:
        """Where people go, such as ``http://127.0.0.1:8080/``."""
        return f"http://{self.address}:{self.port}/"

    def join_address(self) -> str:
        """Where people go, as the person who asks for a page sees it."""
        if self.public_url or self.on_hub is None:
            return self.public_url or self.url
        return f"{asked_under()}{self.on_hub.for_everyone(self.port)}"

    @property
    def ws_url(self) -> str:
        """The address of the WebSocket for those who have joined."""
        return f"ws://{self.address}:{self.port}/ws"

    @property
    def instructor_url(self) -> str:
        """The instructor's page; whoever has this link can do everything that the instructor
        can."""
        return f"{self.public_url or self.url}instructor?key={self.room.instructor_key}"

    async def serve(self) -> None:
        """Serve until SIGINT, SIGTERM or :meth:`end`."""
        say_once(asyncio.get_running_loop())
        await self.application.hub.start()
        sweeping = asyncio.create_task(self._door.sweep())
        try:
            await self._server.serve(sockets=[self._listener])
        finally:
            sweeping.cancel()
            self.application.end()
            self._listener.close()

    def end(self) -> None:
        """Let :meth:`serve` return."""
        self._server.should_exit = True

    # -- on a thread of its own --------------------------------------------------------------------

    def start(self) -> Self:
        """Serve on a thread of its own; returns once it answers."""
        self._background.start()
        self._background.run(self._begin())
        return self

    def stop(self) -> None:
        """End it; everyone connected hears 1001. Twice is fine; it cannot be started again."""
        if self._background.running:
            self._background.run(self._finish())
            self._background.stop()
        self._listener.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()

    async def _begin(self) -> None:
        self._serving = asyncio.create_task(self.serve())
        while not self._server.started and not self._serving.done():
            await asyncio.sleep(0.01)
        if self._serving.done():
            self._serving.result()

    async def _finish(self) -> None:
        self.end()
        if self._serving:
            await self._serving


class ClassPoll(LiveServer):
    """A poll that listens on a port.

    ``question``, ``candidates``  what the first round asks
    ``join_code``                 what voters have to know; "": nothing
    ``options``                   those of :class:`LiveServer`
    """

    def __init__(
        self,
        question: str = "",
        candidates: Sequence[str] = (),
        *,
        join_code: str = "",
        **options: Any,
    ) -> None:
        self.room = Room(question, candidates, join_code=join_code)
        super().__init__(**options)

    def build(self) -> Application:
        """The room, its hub, and the pages."""
        hub = Hub(self.room)
        sockets = Sockets(self.room, hub, self.gate)
        return Application(hub, sockets, create_app(self.room, self.join_address))

    def __repr__(self) -> str:
        return "a class poll"


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    both = host == "::" and socket.has_dualstack_ipv6()
    try:
        listener = socket.create_server(
            (host, port), family=family, backlog=BACKLOG, dualstack_ipv6=both
        )
        # Both are inherited by what is accepted. asyncio turns Nagle's algorithm off on its own,
        # but not for a socket made like this one; and then an answer in two parts takes 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        return listener
    except OSError as problem:
        where = f"{_in_url(host)}:{port}"
        raise NetworkError(
            f"Expected to listen on {where}, could not: {problem.strerror}. Try another --port."
        ) from None


def parts_of(public_url: str) -> tuple[str, str, str]:
    """Origin, path without a slash at its end, and the whole; three times "" for none.

    >>> parts_of("https://hub.example/services/class")
    ('https://hub.example', '/services/class', 'https://hub.example/services/class/')
    """
    if not public_url:
        return "", "", ""
    try:
        parts = urlsplit(public_url)
        known = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        known = False
    if not known or parts.query or parts.fragment:
        raise InputError(
            f"Expected an address such as https://class.example/room/, got {public_url!r}."
        )
    origin, below = f"{parts.scheme}://{parts.netloc}".lower(), parts.path.rstrip("/")
    return origin, below, f"{origin}{below}/"


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
