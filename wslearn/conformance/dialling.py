"""Put one case to a server: connect, send what the case says, listen, hang up.

No library comes between: what is sent is often what no library would send. Every wait is bounded,
so a server that says nothing is judged by that.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from ssl import SSLCertVerificationError, SSLContext, SSLError

from wslearn.net.heads import read_head
from wslearn.net.limits import READ_SIZE, Limits
from wslearn.net.os_words import in_words
from wslearn.net.tcp import strong_tls
from wslearn.protocol.deflate import Compressor
from wslearn.protocol.errors import NetworkError
from wslearn.protocol.handshake import ResponseCheck, Uri, check_response, encode_key
from wslearn.protocol.headers import quoted
from wslearn.protocol.http1 import read_response

from .case import Case, Changed
from .heard import Ear, Heard
from .listening import hang_up, listen, send, sending

LIMITS = Limits(head_size=64 * 1024)


@dataclass(frozen=True, slots=True)
class Target:
    """The server that is judged.

    ``patience``     seconds that it has for each answer
    ``headers``      added to every request, such as a Cookie
    ``origin``       stated in every request, None: in none
    ``subprotocols`` asked for in every request
    ``polite``       say goodbye with a Close after a case that is decided; otherwise TCP just ends
    """

    uri: Uri
    patience: float = 2.0
    headers: tuple[tuple[str, str], ...] = ()
    origin: str | None = None
    subprotocols: tuple[str, ...] = ()
    ssl: SSLContext | None = None
    polite: bool = False


def request_of(target: Target, changed: Changed, offer: str | None, key: str) -> bytes:
    """The head of a request, as the case wants it; it may be one that no client would send."""
    asked = changed.asked or target.subprotocols
    extensions = changed.offer or offer or ""
    lines: list[tuple[str, str]] = [
        ("Host", target.uri.host_header),
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Key", key),
        ("Sec-WebSocket-Version", "13"),
        *([("Origin", target.origin)] if target.origin is not None else []),
        *([("Sec-WebSocket-Protocol", ", ".join(asked))] if asked else []),
        *([("Sec-WebSocket-Extensions", extensions)] if extensions else []),
        *target.headers,
    ]
    first = (changed.first or "GET {target} HTTP/1.1").replace("{target}", target.uri.resource)
    return head_of(first, lines, changed)


def head_of(first: str, lines: list[tuple[str, str]], changed: Changed) -> bytes:
    """The head of an HTTP message with the changes of a case."""
    for name, value in changed.fields:
        there = [at for at, (known, _) in enumerate(lines) if known.lower() == name.lower()]
        if value is None:
            lines = [line for at, line in enumerate(lines) if at not in there]
        elif there:
            lines[there[0]] = (name, value)
        else:
            lines.append((name, value))
    lines += [line for line in lines if line[0] in changed.twice]
    if changed.backwards:
        lines = lines[::-1]
    if changed.lower:
        loud = ("Upgrade", "Connection")
        lines = [(name.lower(), value.upper() if name in loud else value) for name, value in lines]
    text = "".join(f"{name}: {value}\r\n" for name, value in lines)
    return f"{first}\r\n{text}\r\n".encode("utf-8", "surrogateescape")


async def play(case: Case, target: Target) -> Heard:
    """Put a case to a server; never raises for what the server does.

    A server that cannot be reached is reported in ``trouble``.
    """
    heard = Heard()
    try:
        reader, writer = await connected(target)
    except (OSError, TimeoutError) as problem:
        said = "no connection in time" if isinstance(problem, TimeoutError) else in_words(problem)
        heard.trouble, heard.unreached = f"Expected to connect, got: {said}.", True
        return heard
    try:
        await _conversation(case, target, heard, reader, writer)
    finally:
        writer.transport.abort()
    return heard


@asynccontextmanager
async def knock(target: Target, offer: str) -> AsyncIterator[ResponseCheck]:
    """A connection that an ordinary request opens, as long as the block lasts; its reply.

    Raises :class:`NetworkError`, in a sentence, where there is nothing that could be judged. A 101
    that breaks a rule is something to judge.
    """
    where = target.uri.without_query
    try:
        reader, writer = await connected(target)
    except SSLError as problem:
        hint = "" if isinstance(problem, SSLCertVerificationError) else " Does it speak TLS at all?"
        raise NetworkError(f"Expected TLS with {where}, got: {in_words(problem)}.{hint}") from None
    except TimeoutError:
        raise NetworkError(f"Expected to connect to {where}, got no answer in time.") from None
    except OSError as problem:
        raise NetworkError(f"Expected to connect to {where}, got: {in_words(problem)}.") from None
    try:
        heard, key = Heard(), encode_key(os.urandom(16))
        await send(writer, request_of(target, Changed(), offer, key))
        usual = Changed(offer=offer)
        reply = await reply_of(reader, target, usual, key, heard)
        if reply is None:
            raise NetworkError(
                f"Expected an answer to the opening handshake from {where}, got {heard.spoken()}. "
                "It may want TLS (wss://), or speak another protocol at this port."
            )
        if reply.response.status != 101:
            raise NetworkError(_no_opening(where, reply))
        yield reply
    finally:
        writer.transport.abort()


def _no_opening(where: str, reply: ResponseCheck) -> str:
    if reply.outcome != "http":
        return (
            f"Expected an answer in HTTP from {where}, got something else: it may want TLS "
            f"(wss://), or speak another protocol at this port. ({reply.violations[0]})"
        )
    line = quoted(f"{reply.response.status} {reply.response.reason}".strip())
    return (
        f"Expected {where} to open a WebSocket (101), got {line}: is the path right, and does it "
        "want a login (--header), an --origin or a --subprotocol?"
    )


async def connected(target: Target) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to the server, with TLS for ``wss``; raises :class:`OSError`."""
    secure = (target.ssl or strong_tls()) if target.uri.secure else None
    try:
        async with asyncio.timeout(max(target.patience, 5)):
            return await asyncio.open_connection(
                target.uri.host,
                target.uri.port,
                ssl=secure,
                server_hostname=target.uri.host if secure else None,
                limit=READ_SIZE,
            )
    except UnicodeError as problem:  # a host such as a..b, which has no name in DNS
        raise OSError(f"{target.uri.host} is not the name of a host") from problem


async def _conversation(
    case: Case,
    target: Target,
    heard: Heard,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    key = encode_key(os.urandom(16))
    given = dict(case.changed.fields).get("Sec-WebSocket-Key")
    request = request_of(target, case.changed, case.deflate, key)
    heard.sent = request
    await send(writer, request, case.changed.pieces)
    asked = replace(case.changed, offer=case.changed.offer or case.deflate or "")
    key = key if given is None else given
    heard.reply = await reply_of(reader, target, asked, key, heard)
    if not case.pieces:
        if heard.reply is not None and heard.reply.ok:
            await hang_up(reader, writer, "client" if target.polite else None)
        return
    if heard.reply is None or heard.reply.response.status != 101:
        heard.trouble = "Expected the connection to open first, but it did not."
        return
    if not heard.reply.ok:
        heard.violation = heard.reply.violations[0]
        return
    agreement = heard.reply.agreement
    if case.deflate is not None and agreement is None:
        heard.trouble = "It does not agree to this offer of permessage-deflate, and need not."
        return
    pack = None if agreement is None else Compressor(agreement.client).compress
    data = case.data("server", pack)
    heard.sent = data
    ear = Ear(heard, "client", agreement)
    ear.take(heard.reply.rest)
    async with sending(send(writer, data, case.writes)):
        await listen(case.right, target.patience, ear, reader, writer)
        if not heard.ended and heard.close is None and not heard.late:
            await hang_up(reader, writer, "client" if target.polite else None)


async def reply_of(
    reader: asyncio.StreamReader, target: Target, changed: Changed, key: str, heard: Heard
) -> ResponseCheck | None:
    """The reply, judged as a client does; None where none came in time that is HTTP."""
    try:
        async with asyncio.timeout(target.patience):
            head = await read_head(reader, read_response, LIMITS)
    except TimeoutError:
        heard.late = True
        return None
    except OSError:
        heard.ended = "reset"
        return None
    if head is None:
        heard.ended = "end"
        return None
    asked = changed.asked or target.subprotocols
    return check_response(head, key, subprotocols=asked, extensions=changed.offer)
