"""A WebSocket client: it opens a connection to a server (RFC 6455 §4.1).

::

    async with await ws.connect("ws://127.0.0.1:8765/") as socket:
        await socket.send("Hello")
        print(await socket.recv())

1. Only one connection at a time is being opened to one address and port; the next one waits until
   it is open or has failed (§4.1, erratum 3473). Only a proxy knows the address behind it, so there
   the host's name counts, and only a few may be pending in all.
2. The key of the handshake and the masking-keys come from the operating system's source of
   randomness (§4.1, §5.3).
3. Nothing is sent between the request and the server's reply (§4.1).
4. A reply other than 101 opens nothing. Redirects are followed only if asked for, never from
   ``wss`` to ``ws``, and never take cookies or authorization to another host.
"""

import asyncio
import logging
import os
import re
import socket as sockets
import ssl as tls
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from ssl import SSLContext
from typing import Any
from urllib.parse import urldefrag, urljoin
from weakref import WeakKeyDictionary, WeakValueDictionary

from wslearn.protocol.checks import refuse_text
from wslearn.protocol.connection import Connection
from wslearn.protocol.deflate import Deflate
from wslearn.protocol.errors import HandshakeError, InputError, NetworkError
from wslearn.protocol.handshake import (
    ResponseCheck,
    Uri,
    check_response,
    client_request,
    encode_key,
    parse_uri,
)
from wslearn.protocol.headers import quoted
from wslearn.protocol.http1 import Request, read_response

from .backoff import LONGEST_SECONDS, delays
from .fastmask import use_numpy
from .heads import MOST_INTERIM, read_head
from .keys import mask_key
from .limits import READ_SIZE, Limits
from .os_words import in_words
from .tcp import strong_tls
from .tunnel import ask_proxy, parse_proxy
from .websocket import WebSocket

log = logging.getLogger("wslearn.net")

MOST_PENDING = 8
"""How many connections may be pending where addresses are unknown (§4.1)."""

REDIRECTS = frozenset({301, 302, 303, 307, 308})

ASK_AGAIN = frozenset({408, 425, 429})
"""Refusals that another try may not meet, besides all from 500 on (RFC 9110 §15.5.9 and others)."""

_NOT_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"})

_MAY_BE = "It may want TLS (wss://), or speak another protocol at this port."

_CREDENTIALS = frozenset({"authorization", "cookie", "proxy-authorization"})


async def connect(
    uri: str,
    *,
    ssl: SSLContext | None = None,
    subprotocols: Sequence[str] = (),
    origin: str | None = None,
    headers: Iterable[tuple[str, str]] = (),
    deflate: Deflate | None = None,
    redirects: int = 0,
    proxy: str | None = None,
    limits: Limits | None = None,
    mask_keys: Callable[[], bytes] | None = None,
) -> WebSocket:
    """Open a connection to a server (RFC 6455 §4.1).

    ``uri``           ``ws://host:port/path?query``, or ``wss://`` for TLS
    ``ssl``           a context for ``wss``; None: the system's certificates and strong algorithms
    ``subprotocols``  what the client would like, the best first
    ``origin``        stated as browsers do; other programs leave it out
    ``headers``       added to the request, such as a Cookie
    ``deflate``       what to offer for compression (RFC 7692); None: nothing
    ``redirects``     how many to follow
    ``proxy``         such as ``http://127.0.0.1:3128``; None: a direct connection
    ``limits``        what the connection may cost
    ``mask_keys``     called for each masking-key of 4 bytes; for lessons that want known ones

    Raises :class:`InputError` for a bad URI, :class:`NetworkError` where there is no connection,
    and :class:`HandshakeError` for a reply that opens none: its ``check`` holds the reply.
    """
    limits = limits or Limits()
    refuse_text(subprotocols, "subprotocols")  # whose letters would be taken for some
    use_numpy()
    wishes = _Wishes(
        tuple(subprotocols),
        origin,
        tuple(headers),
        deflate,
        ssl,
        None if proxy is None else parse_proxy(proxy),
        mask_keys or mask_key,
    )
    target = parse_uri(uri)
    if ssl is not None and not (target.secure or redirects):
        raise InputError(f"Expected wss:// with a context for TLS, got {target.without_query}.")
    try:
        async with asyncio.timeout(limits.open_seconds):
            for _ in range(redirects):
                try:
                    return await _open(target, wishes, limits)
                except HandshakeError as refused:
                    target, wishes = _follow(refused, target, wishes)
            return await _open(target, wishes, limits)
    except TimeoutError:
        raise NetworkError(
            f"Expected {target.without_query} to open within {limits.open_seconds} seconds, "
            "but it did not."
        ) from None


async def reconnect(
    uri: str, *, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep, **options: Any
) -> AsyncIterator[WebSocket]:
    """Connections to a server, one after another: a new one when the last has ended::

        async for socket in ws.reconnect(uri):
            async for message in socket:
                ...

    Before each but the first it waits a random time, longer and longer while none opens or lasts
    (RFC 6455 §7.2.3). ``options`` are those of :func:`connect`. A refusal that would only be
    repeated is raised: a 404 or a reply that breaks a rule as :class:`HandshakeError`, a
    certificate that is not valid as :class:`NetworkError`.
    """
    waits = delays()
    while True:
        try:
            socket = await connect(uri, **options)
        except NetworkError as problem:
            if isinstance(problem.__cause__, tls.SSLCertVerificationError):
                raise  # it will be the same certificate the next time
            log.info("Not connected: %s", problem)
        except HandshakeError as refused:
            check = refused.check
            status = check.response.status if isinstance(check, ResponseCheck) else 0
            if not (status >= 500 or status in ASK_AGAIN):
                raise
            log.info("Not connected: %s", refused)
        else:
            began = time.monotonic()
            async with socket:
                yield socket
            if time.monotonic() - began > LONGEST_SECONDS:
                waits = delays()
        await sleep(next(waits))


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What a caller of :func:`connect` asked for."""

    subprotocols: tuple[str, ...]
    origin: str | None
    headers: tuple[tuple[str, str], ...]
    deflate: Deflate | None
    ssl: SSLContext | None
    proxy: tuple[str, int] | None
    mask_keys: Callable[[], bytes]


# -- one attempt -----------------------------------------------------------------------------------


async def _open(uri: Uri, wishes: _Wishes, limits: Limits) -> WebSocket:
    key = encode_key(os.urandom(16))
    request = client_request(  # whatever cannot be sent is reported before anybody is called
        uri,
        key,
        subprotocols=wishes.subprotocols,
        origin=wishes.origin,
        headers=wishes.headers,
        deflate=wishes.deflate,
    )
    context = None
    if uri.secure:
        context = wishes.ssl or strong_tls()
    if wishes.proxy is not None:
        async with _turn("name", uri.host.lower(), uri.port), _pending():
            reader, writer = await _dial_proxy(*wishes.proxy)
            async with _closing_on_error(writer, uri):
                await ask_proxy(reader, writer, uri, limits)
                if context is not None:
                    await _start_tls(writer, context, uri)
                return await _handshake(reader, writer, request, key, wishes, limits)
    problem: NetworkError | None = None
    addresses = await _addresses(uri.host, uri.port)
    for address in addresses:
        # One that swallows everything must leave time for the next.
        share = None if address == addresses[-1] else limits.open_seconds / len(addresses)
        async with _turn("address", address, uri.port):
            try:
                async with asyncio.timeout(share):
                    reader, writer = await _dial(
                        address, uri.port, uri.without_query, context, uri.host
                    )
            except NetworkError as failed:
                problem = failed
                continue
            except TimeoutError:
                continue
            async with _closing_on_error(writer, uri):
                return await _handshake(reader, writer, request, key, wishes, limits)
    assert problem is not None, "a name that was found has an address"
    raise problem


async def _addresses(host: str, port: int) -> list[str]:
    """The addresses of a host, in the system's order, each once."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=sockets.SOCK_STREAM)
    except OSError as problem:
        raise NetworkError(
            f"Expected to find the host {host}, got: {in_words(problem)}."
        ) from problem
    except UnicodeError as problem:  # such as a label of more than 63 characters
        raise InputError(f"Expected a host name, got {quoted(host)}.") from problem
    return list(dict.fromkeys(_numeric(address) for *_, address in found))


def _numeric(address: tuple[Any, ...]) -> str:
    """An address as digits; a link-local IPv6 address with its link."""
    host, _port, *more = address
    return f"{host}%{more[1]}" if more and more[1] else str(host)


async def _dial_proxy(host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    problem: NetworkError | None = None
    for address in await _addresses(host, port):
        try:
            return await _dial(address, port, f"the proxy {host}, port {port}")
        except NetworkError as failed:
            problem = failed
    assert problem is not None, "a name that was found has an address"
    raise problem


async def _dial(
    host: str, port: int, what: str, context: SSLContext | None = None, name: str | None = None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A TCP connection, and TLS in it where there is a context (§4.1)."""
    try:
        return await asyncio.open_connection(
            host,
            port,
            ssl=context,
            server_hostname=name if context else None,
            limit=READ_SIZE,
        )
    except tls.SSLError as problem:
        raise NetworkError(_tls_failed(what, problem)) from problem
    except OSError as problem:
        raise NetworkError(f"Expected to connect to {what}, got: {in_words(problem)}.") from problem


async def _start_tls(writer: asyncio.StreamWriter, context: SSLContext, uri: Uri) -> None:
    try:
        await writer.start_tls(context, server_hostname=uri.host)
    except OSError as problem:
        raise NetworkError(_tls_failed(uri.without_query, problem)) from problem
    except ValueError as problem:  # a name that no certificate can hold
        raise InputError(f"Expected a host name, got {quoted(uri.host)}.") from problem


def _tls_failed(what: str, problem: OSError) -> str:
    plain = getattr(problem, "reason", None) in _NOT_TLS
    hint = " It does not speak TLS at this port: try ws://." if plain else ""
    return f"Expected TLS with {what}, got: {in_words(problem)}.{hint}"


async def _handshake(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    request: Request,
    key: str,
    wishes: _Wishes,
    limits: Limits,
) -> WebSocket:
    writer.write(request.encode())
    await writer.drain()
    check = await _reply(reader, key, wishes, limits)
    return WebSocket(
        reader,
        writer,
        Connection(
            "client",
            mask_keys=wishes.mask_keys,
            deflate=check.agreement,
            max_size=limits.message_size,
        ),
        limits,
        request=request,
        response=check.response,
        subprotocol=check.subprotocol,
        agreement=check.agreement,
        rest=check.rest,
    )


async def _reply(
    reader: asyncio.StreamReader, key: str, wishes: _Wishes, limits: Limits
) -> ResponseCheck:
    """The server's reply, judged; answers before the answer (1xx) are passed over."""
    data = b""
    for _ in range(MOST_INTERIM + 1):
        head = await read_head(reader, read_response, limits, data)
        if head is None:
            raise NetworkError(
                f"Expected a reply to the opening handshake, but the server hung up. {_MAY_BE}"
            )
        check = check_response(head, key, subprotocols=wishes.subprotocols, deflate=wishes.deflate)
        if not check.interim:
            return check.require()
        data = check.rest
    raise NetworkError(f"Expected a reply after at most {MOST_INTERIM} interim ones, got more.")


@asynccontextmanager
async def _closing_on_error(writer: asyncio.StreamWriter, uri: Uri) -> AsyncIterator[None]:
    """Whatever goes wrong, even an interrupt, no socket is left behind."""
    try:
        yield
    except BaseException as problem:
        writer.transport.abort()
        if isinstance(problem, OSError) and not isinstance(problem, NetworkError):
            hint = "" if uri.secure else f" {_MAY_BE}"
            raise NetworkError(
                f"Expected a reply from {uri.without_query}, got: {in_words(problem)}.{hint}"
            ) from problem
        raise


# -- taking turns ----------------------------------------------------------------------------------

_Turns = WeakValueDictionary[tuple[object, ...], asyncio.Lock]
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, _Turns] = WeakKeyDictionary()
_pendings: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


def _turn(*where: object) -> asyncio.Lock:
    """Only one connection at a time may be opening to one place (§4.1)."""
    turns = _turns.setdefault(asyncio.get_running_loop(), WeakValueDictionary())
    return turns.setdefault(where, asyncio.Lock())


def _pending() -> asyncio.Semaphore:
    """Where addresses are unknown, only this many in all (§4.1)."""
    return _pendings.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(MOST_PENDING))


# -- redirects -------------------------------------------------------------------------------------


def _follow(refused: HandshakeError, uri: Uri, wishes: _Wishes) -> tuple[Uri, _Wishes]:
    """Where a redirect leads, and what may be sent there; raises if it cannot be followed."""
    check = refused.check
    if not isinstance(check, ResponseCheck) or check.outcome != "http":
        raise refused
    location = check.response.headers.get("Location")
    if check.response.status not in REDIRECTS or location is None:
        raise refused
    here = f"{'https' if uri.secure else 'http'}://{uri.host_header}{uri.resource}"
    try:
        there, _ = urldefrag(urljoin(here, location))
        target = parse_uri(re.sub(r"^http", "ws", there, flags=re.IGNORECASE))
    except ValueError as problem:  # an InputError, or what urljoin cannot split
        raise NetworkError(f"Expected a redirect that can be followed. {problem}") from refused
    if uri.secure and not target.secure:
        raise NetworkError(
            f"Expected a redirect to wss, got {target.without_query}: it is not followed."
        )
    if (target.secure, target.host, target.port) != (uri.secure, uri.host, uri.port):
        kept = tuple(pair for pair in wishes.headers if pair[0].lower() not in _CREDENTIALS)
        wishes = replace(wishes, headers=kept)
    return target, wishes
