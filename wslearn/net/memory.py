"""TCP inside one process, for a place without sockets, such as Python in a browser.

``install`` gives an event loop a network of its own. From then on ``asyncio.start_server`` and
``asyncio.open_connection`` stay within the process, and so does everything built on them:
``serve``, ``connect``, ``tap``, and the server that a student writes.

It behaves like the TCP of one machine (RFC 9293), as far as a program can tell:

1. A stream of bytes: what was written in two pieces may arrive in one.
2. Each direction holds ``WINDOW`` bytes that nobody has read yet (§3.8.6). Beyond that they wait
   with the sender, and its protocol is told to pause: a slow reader makes the writer wait.
3. Each direction ends on its own (§3.6): after ``write_eof`` the other one goes on.
4. A side that closes with bytes unread, or is sent bytes after it has closed, answers with a reset
   (§3.6.1, §3.10.7): the other side loses what it has not read and gets
   :class:`ConnectionResetError`.
5. Only addresses of this machine lead anywhere, and a port has one listener.

There is no TLS, no delay and no loss.
"""

import asyncio
import errno
import itertools
import socket as sockets
from collections.abc import Callable, Iterable
from contextlib import suppress
from ipaddress import ip_address
from typing import Any, cast

WINDOW = 64 * 1024
"""How many bytes of one direction may be on their way."""

FIRST_FREE = 49152
"""The first of the ports given to callers that name none (RFC 6335 §6)."""

LAST_PORT = 65535
LOOPBACK = {"localhost": "127.0.0.1", "ip6-localhost": "::1"}
EVERYWHERE = ("0.0.0.0", "::")

Address = tuple[str, int]
Factory = Callable[[], asyncio.BaseProtocol]


def install(loop: asyncio.AbstractEventLoop) -> "Network":
    """Give an event loop a network inside this process in place of the system's; returns it."""
    network = Network(loop)
    for name in ("create_server", "create_connection", "getaddrinfo"):
        setattr(loop, name, getattr(network, name))
    return network


def install_here() -> None:
    """The same for the running loop, if there is one and it has no such network yet."""
    with suppress(RuntimeError):
        loop = asyncio.get_running_loop()
        if not is_installed(loop):
            install(loop)


def is_installed(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether the connections of an event loop stay inside this process."""
    return isinstance(getattr(loop.create_server, "__self__", None), Network)


class Network:
    """The ports of one event loop; its methods have the names and arguments of the loop's own."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._listening: dict[int, Listening] = {}
        self._next = itertools.count(FIRST_FREE)

    async def create_server(
        self,
        protocol_factory: Factory,
        host: str | Iterable[str] | None = None,
        port: int | None = 0,
        **options: Any,
    ) -> "Listening":
        """Listen on a port of this machine; 0: any that is free.

        Raises :class:`OSError` for a port that is taken and for an address of another machine,
        :class:`OverflowError` for a port that cannot be.
        """
        _need_plain(options)
        hosts = [host] if isinstance(host, str) or host is None else list(host)
        names = [_numeric(name) if name else EVERYWHERE[0] for name in hosts]
        where = names[0], port or 0
        if not 0 <= where[1] <= LAST_PORT:
            raise OverflowError("bind(): port must be 0-65535.")
        if not all(_is_here(name) or name in EVERYWHERE for name in names):
            raise OSError(errno.EADDRNOTAVAIL, f"Cannot assign requested address {where}")
        if where[1] in self._listening:
            raise OSError(errno.EADDRINUSE, f"The address {where} is already in use")
        where = names[0], where[1] or self._free_port()
        listening = Listening(self._loop, protocol_factory, names, where, self._listening)
        if options.get("start_serving", True):
            await listening.start_serving()
        return listening

    async def create_connection(
        self, protocol_factory: Factory, host: str | None = None, port: int = 0, **options: Any
    ) -> tuple[asyncio.Transport, asyncio.BaseProtocol]:
        """Connect to a port of this machine.

        Raises :class:`ConnectionRefusedError` where nobody listens, and :class:`OSError` for any
        address but this machine's.
        """
        _need_plain(options)
        name = _numeric(host or "localhost")
        if not 0 <= port <= LAST_PORT:
            raise OverflowError("connect(): port must be 0-65535.")
        if name in EVERYWHERE:
            name = "::1" if ":" in name else "127.0.0.1"
        if not _is_here(name):
            raise OSError(errno.ENETUNREACH, "Network is unreachable")
        listening = self._listening.get(port)
        if listening is None or not listening.hears(name):
            raise OSError(errno.ECONNREFUSED, f"Connect call failed {(name, port)}")
        there = End(self._loop, (name, port))
        here = End(self._loop, (name, self._free_port()))
        here.pair_with(there)
        protocol = protocol_factory()
        here.begin(protocol)
        listening.admit(there)
        await asyncio.sleep(0)  # as with the system's, others get a turn
        return here, protocol

    async def getaddrinfo(
        self, host: str | None, port: int | None, **hints: Any
    ) -> list[tuple[int, int, int, str, tuple[Any, ...]]]:
        """The addresses of a name, which has to be this machine's own or digits."""
        name = _numeric(host or "localhost")
        kind, protocol = sockets.SOCK_STREAM, sockets.IPPROTO_TCP
        if ":" in name:
            return [(sockets.AF_INET6, kind, protocol, "", (name, port or 0, 0, 0))]
        return [(sockets.AF_INET, kind, protocol, "", (name, port or 0))]

    def _free_port(self) -> int:
        port = next(self._next)
        while port in self._listening:
            port = next(self._next)
        if port > LAST_PORT:  # the first ones are free again by now
            self._next = itertools.count(FIRST_FREE)
            return self._free_port()
        return port


class Listening(asyncio.AbstractServer):
    """A port on which somebody listens, the way ``asyncio.Server`` is one."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        factory: Factory,
        hosts: list[str],
        address: Address,
        ports: dict[int, "Listening"],
    ) -> None:
        self._loop = loop
        self._factory = factory
        self._hosts = hosts
        self._address = address
        self._ports = ports
        self._over = asyncio.Event()

    @property
    def sockets(self) -> tuple["_Name", ...]:
        """The one thing that knows the address, under the name that ``asyncio.Server`` has for
        it."""
        return (_Name(self._address),) if self.is_serving() else ()

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """The event loop it listens on; the library ``websockets`` asks for it."""
        return self._loop

    def is_serving(self) -> bool:
        """Whether clients can connect."""
        return self._ports.get(self._address[1]) is self

    async def start_serving(self) -> None:
        """Let clients in."""
        self._ports[self._address[1]] = self

    async def serve_forever(self) -> None:
        """Let clients in until this is cancelled."""
        await self.start_serving()
        try:
            await self._over.wait()
        finally:
            self.close()

    def close(self) -> None:
        """Let nobody in any more; those who are there stay."""
        if self.is_serving():
            del self._ports[self._address[1]]
        self._over.set()

    async def wait_closed(self) -> None:
        """Wait until it is closed."""
        await self._over.wait()

    def hears(self, name: str) -> bool:
        """Whether it listens at this address."""
        return name in self._hosts or any(
            here in self._hosts and (":" in here) >= (":" in name) for here in EVERYWHERE
        )

    def admit(self, end: "End") -> None:
        """Give a connection to a new protocol, once those before it have had their turn."""
        self._loop.call_soon(lambda: end.begin(self._factory()))


class _Name:
    """The half of a listening socket that tells its address."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self.family = sockets.AF_INET6 if ":" in address[0] else sockets.AF_INET

    def getsockname(self) -> Address:
        """Host and port."""
        return self._address


class End(asyncio.Transport):
    """One end of a connection: a transport whose bytes go to another end of the same process.

    ``_came`` is what this end has been sent and has not read, ``_unsent`` what it has written and
    the other end has no room for.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, name: Address) -> None:
        super().__init__({"sockname": name})
        self._loop = loop
        self._name = name
        self._protocol: asyncio.BaseProtocol | None = None
        self._other: End = self
        self._came = bytearray()
        self._unsent = bytearray()
        self._no_more_comes = False  # the other end has ended its half
        self._told_the_end = False
        self._ended_half = False  # write_eof was called
        self._closing = False
        self._over = False
        self._resting = False  # pause_reading was called
        self._due = False  # a delivery is on its way
        self._waiting = False  # the protocol was told to pause
        self._low, self._high = 16 * 1024, 64 * 1024

    # -- its life ------------------------------------------------------------------------------

    def pair_with(self, other: "End") -> None:
        """Make two ends one connection."""
        self._other, other._other = other, self
        self._extra["peername"] = other._name  # type: ignore[attr-defined]
        other._extra["peername"] = self._name  # type: ignore[attr-defined]

    def begin(self, protocol: asyncio.BaseProtocol) -> None:
        """Give the connection to its protocol."""
        self._protocol = protocol
        protocol.connection_made(self)
        self._deliver_soon()

    # -- reading -------------------------------------------------------------------------------

    def is_reading(self) -> bool:
        """Whether incoming bytes are given to the protocol."""
        return not self._resting and not self._closing

    def pause_reading(self) -> None:
        """Let incoming bytes wait; when the window is full, the other end waits too."""
        self._resting = True

    def resume_reading(self) -> None:
        """Go on reading."""
        self._resting = False
        self._deliver_soon()

    def _deliver_soon(self) -> None:
        if not self._due:
            self._due = True
            self._loop.call_soon(self._deliver)

    def _deliver(self) -> None:
        """Give the protocol what has come, and finally the end."""
        self._due = False
        if self._protocol is None or not self.is_reading():
            return
        protocol = cast("asyncio.Protocol", self._protocol)
        if self._came:
            data = bytes(self._came)
            self._came.clear()
            protocol.data_received(data)
            self._other._send()
        elif self._no_more_comes and not self._told_the_end:
            self._told_the_end = True
            if not protocol.eof_received():
                self.close()
            return
        if self._came or (self._no_more_comes and not self._told_the_end):
            self._deliver_soon()

    # -- writing -------------------------------------------------------------------------------

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send bytes, now or when the other end has room for them."""
        if self._ended_half:
            raise RuntimeError("Cannot call write() after write_eof()")
        if self._closing or not data:
            return
        self._unsent += data
        self._send()
        if len(self._unsent) > self._high and not self._waiting:
            self._waiting = True
            self._told("pause_writing")

    def _send(self) -> None:
        """Move what the window has room for, and do what follows from having sent it."""
        other = self._other
        if self._over:
            return
        if self._unsent and other._over:
            self._unsent.clear()
            self._loop.call_soon(self._lose, _reset())
            return
        room = WINDOW - len(other._came)
        if self._unsent and room > 0:
            other._came += self._unsent[:room]
            del self._unsent[:room]
            other._deliver_soon()
        if self._waiting and len(self._unsent) <= self._low:
            self._waiting = False
            self._told("resume_writing")
        if not self._unsent:
            if self._closing:
                self._loop.call_soon(self._lose, None)
            elif self._ended_half:
                self._end_half()

    def can_write_eof(self) -> bool:
        """A half of this connection can end on its own."""
        return True

    def write_eof(self) -> None:
        """End this half once all has been sent; the other goes on."""
        if not self._ended_half and not self._closing:
            self._ended_half = True
            if not self._unsent:
                self._end_half()

    def _end_half(self) -> None:
        self._other._no_more_comes = True
        self._other._deliver_soon()

    def get_write_buffer_size(self) -> int:
        """How many bytes wait at this end."""
        return len(self._unsent)

    def get_write_buffer_limits(self) -> tuple[int, int]:
        """How many waiting bytes let the protocol go on, and how many make it pause."""
        return self._low, self._high

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Set both; one that is left out follows from the other."""
        if high is None:
            high = 64 * 1024 if low is None else 4 * low
        self._high, self._low = high, high // 4 if low is None else low
        if len(self._unsent) > self._high and not self._waiting:
            self._waiting = True
            self._told("pause_writing")

    def _told(self, what: str) -> None:
        getattr(self._protocol, what)()

    # -- the end -------------------------------------------------------------------------------

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Give the connection to another protocol."""
        self._protocol = protocol

    def get_protocol(self) -> asyncio.BaseProtocol:
        """Whose connection this is."""
        assert self._protocol is not None, "a connection that has begun has a protocol"
        return self._protocol

    def is_closing(self) -> bool:
        """Whether the end has begun."""
        return self._closing

    def close(self) -> None:
        """Send what waits, then end both halves; nothing more is read."""
        if not self._closing:
            self._closing = True
            if not self._unsent:
                self._loop.call_soon(self._lose, None)

    def abort(self) -> None:
        """End both halves at once; waiting bytes are thrown away."""
        self._closing = True
        self._unsent.clear()
        self._loop.call_soon(self._lose, None)

    def reset(self) -> None:
        """End with a reset, whatever has been read: a system does so for an SO_LINGER of 0
        seconds."""
        self._closing = True
        self._unsent.clear()
        self._tell_other_of_reset()
        self._loop.call_soon(self._lose, None)

    def _lose(self, problem: Exception | None) -> None:
        """The last step of every end; a second time it does nothing."""
        if self._over:
            return
        self._over = self._closing = True
        self._unsent.clear()
        if problem is None:
            if self._came:  # nobody will read it
                self._tell_other_of_reset()
            else:
                self._end_half()
        self._came.clear()
        if not self._other._over and self._other._unsent:
            self._other._send()
        if self._protocol is not None:
            self._protocol.connection_lost(problem)

    def _tell_other_of_reset(self) -> None:
        other = self._other
        if not other._over:
            other._came.clear()
            other._unsent.clear()
            self._loop.call_soon(other._lose, _reset())


def _numeric(host: str) -> str:
    """An address as digits; raises ``gaierror`` for a name that is not this machine's.

    A label of more than 63 characters is not a name at all, and raises :class:`UnicodeError`.
    """
    try:
        return str(ip_address(LOOPBACK.get(host.lower(), host).partition("%")[0]))
    except ValueError:
        host.encode("idna")
        raise sockets.gaierror(sockets.EAI_NONAME, "Name or service not known") from None


def _is_here(name: str) -> bool:
    return bool(ip_address(name).is_loopback)


def _need_plain(options: dict[str, Any]) -> None:
    """Refuse what only the system's network has."""
    for name in ("ssl", "sock"):
        if options.get(name) is not None:
            what = {"ssl": "TLS", "sock": "sockets of the system"}[name]
            raise OSError(errno.EOPNOTSUPP, f"There are no {what} inside this process")


def _reset() -> ConnectionResetError:
    return ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")
