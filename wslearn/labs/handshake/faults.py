"""What can be wrong in an opening handshake, one thing at a time: changes to the text of a head.

Each fault is a name and a change of lines, so it works on a request that the reader has edited as
well. Whether it really is one, and which rule it breaks, is not said here: the checks find out.
Some changes break nothing, and are here because many servers think they do.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass

from wslearn.protocol.accept import accept_key

Change = Callable[[list[str]], list[str]]
"""From the lines of a head to other lines; the empty line at its end is not among them."""

NOTHING = "nothing"

BARE = "\n"
"""Marks a line that ends with LF alone."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One change to a head: its name in a menu, and what it does to the lines."""

    name: str
    change: Change


def split_head(head: str) -> list[str]:
    """The lines of a head, as :data:`Change` takes them."""
    return head.partition("\r\n\r\n")[0].split("\r\n")


def join_head(lines: list[str]) -> bytes:
    """The bytes of a head: CR LF after each line (LF where it is marked), and an empty line."""
    ended = (line if line.endswith(BARE) else f"{line}\r\n" for line in lines)
    return ("".join(ended) + "\r\n").encode("utf-8", "replace")


def _is(line: str, name: str) -> bool:
    return line.partition(":")[0].strip().lower() == name.lower()


def drop(name: str) -> Change:
    """Without this header."""
    return lambda lines: [line for line in lines if not _is(line, name)]


def put(name: str, value: str) -> Change:
    """This header with another value, in its place, or at the end if it was not there."""

    def change(lines: list[str]) -> list[str]:
        line = f"{name}: {value}"
        if not any(_is(other, name) for other in lines):
            return [*lines, line]
        return [line if _is(other, name) else other for other in lines]

    return change


def add(name: str, value: str) -> Change:
    """One more header, after any of the same name."""

    def change(lines: list[str]) -> list[str]:
        same = [at for at, line in enumerate(lines) if _is(line, name)]
        at = same[-1] + 1 if same else len(lines)
        return [*lines[:at], f"{name}: {value}", *lines[at:]]

    return change


def first(old: str, new: str) -> Change:
    """Another text in the first line."""
    return lambda lines: [lines[0].replace(old, new, 1), *lines[1:]]


def misspell(name: str, other: str) -> Change:
    """This header under another name."""
    return lambda lines: [
        f"{other}:{line.partition(':')[2]}" if _is(line, name) else line for line in lines
    ]


def _target(lines: list[str]) -> list[str]:
    method, _, rest = lines[0].partition(" ")
    return [f"{method} /cellar {rest.rpartition(' ')[2]}", *lines[1:]]


def _bare_line_end(lines: list[str]) -> list[str]:
    return [lines[0], *(line + BARE if at == 0 else line for at, line in enumerate(lines[1:]))]


def _small_letters(lines: list[str]) -> list[str]:
    parted = (line.partition(":") for line in lines[1:])
    return [lines[0], *(f"{name.lower()}{colon}{value}" for name, colon, value in parted)]


_SHORT = base64.b64encode(b"15 bytes, sorry").decode()
_SECOND = base64.b64encode(b"another nonce :)").decode()
_UP, _CON, _KEY = "Upgrade", "Connection", "Sec-WebSocket-Key"
_VERSION, _PROTOCOL = "Sec-WebSocket-Version", "Sec-WebSocket-Protocol"
_EXTENSIONS, _ACCEPT = "Sec-WebSocket-Extensions", "Sec-WebSocket-Accept"


def _space_before_colon(lines: list[str]) -> list[str]:
    return [f"Upgrade :{line.partition(':')[2]}" if _is(line, _UP) else line for line in lines]


REQUEST_FAULTS = (
    Fault(NOTHING, list),
    Fault("method POST", first("GET", "POST")),
    Fault("HTTP/1.0", first("HTTP/1.1", "HTTP/1.0")),
    Fault("a path that is not there", _target),
    Fault("no Host", drop("Host")),
    Fault("two Hosts", add("Host", "elsewhere.example")),
    Fault("no Upgrade", drop(_UP)),
    Fault("Upgrade: websockets", put(_UP, "websockets")),
    Fault("a space before a colon", _space_before_colon),
    Fault("no Connection", drop(_CON)),
    Fault("Connection: keep-alive", put(_CON, "keep-alive")),
    Fault("Connection: keep-alive, Upgrade", put(_CON, "keep-alive, Upgrade")),
    Fault("all names in small letters", _small_letters),
    Fault("no key", drop(_KEY)),
    Fault("two keys", add(_KEY, _SECOND)),
    Fault("a key of 15 bytes", put(_KEY, _SHORT)),
    Fault("a key that is not base64", put(_KEY, "hello, server")),
    Fault("a misspelt Sec-WebSocket-Kye", misspell(_KEY, "Sec-WebSocket-Kye")),
    Fault("no version", drop(_VERSION)),
    Fault("version 8", put(_VERSION, "8")),
    Fault("a foreign Origin", put("Origin", "http://elsewhere.example")),
    Fault("no Origin", drop("Origin")),
    Fault("the same subprotocol twice", put(_PROTOCOL, "chat, chat")),
    Fault("a subprotocol with a space", put(_PROTOCOL, "my chat")),
    Fault("no compression offered", drop(_EXTENSIONS)),
    Fault("an extension that cannot be read", put(_EXTENSIONS, "permessage-deflate; =")),
    Fault("a body", add("Content-Length", "5")),
    Fault("one line ends with LF alone", _bare_line_end),
)

_REPLY_FAULTS = (
    Fault(NOTHING, list),
    Fault("status 200", first("101 Switching Protocols", "200 OK")),
    Fault("status 404", first("101 Switching Protocols", "404 Not Found")),
    Fault("HTTP/1.0", first("HTTP/1.1", "HTTP/1.0")),
    Fault("no Upgrade", drop(_UP)),
    Fault("Upgrade: h2c", put(_UP, "h2c")),
    Fault("no Connection", drop(_CON)),
    Fault("Connection: close", put(_CON, "close")),
    Fault("no accept value", drop(_ACCEPT)),
    Fault("the accept value of another key", put(_ACCEPT, accept_key(_SECOND))),
    Fault("two accept values", add(_ACCEPT, accept_key(_SECOND))),
    Fault("a subprotocol nobody asked for", put(_PROTOCOL, "soap")),
    Fault("two subprotocols", add(_PROTOCOL, "superchat")),
    Fault("no subprotocol", drop(_PROTOCOL)),
    Fault("an extension nobody offered", put(_EXTENSIONS, "x-unheard-of")),
    Fault("a window of 16 bits", put(_EXTENSIONS, "permessage-deflate; server_max_window_bits=16")),
    Fault("no compression", drop(_EXTENSIONS)),
    Fault("one line ends with LF alone", _bare_line_end),
)

MISTAKE = "accept: "
"""How a slip with the accept value begins in the menu of the reply's faults."""


def reply_faults(mistakes: dict[str, str]) -> dict[str, Fault]:
    """Every fault of a reply by name, among them the wrong accept values (name to value)."""
    slips = (Fault(MISTAKE + name, put(_ACCEPT, value.strip())) for name, value in mistakes.items())
    return {fault.name: fault for fault in (*_REPLY_FAULTS, *slips)}
