"""HAR files: the messages of WebSockets as a browser's developer tools export them.

Chrome writes what it showed into a field of its own, ``_webSocketMessages``, and Playwright and
mitmproxy do the same: for each message who sent it, when, its opcode, and its text or base64. So a
HAR file holds messages, decompressed and put together, and not one frame. They are read as
messages, and no frames are made up for them.
"""

import base64
from collections.abc import Iterator
from datetime import datetime
from os import PathLike
from typing import Any
from urllib.parse import urlsplit

from wslearn.protocol.codes import Opcode
from wslearn.protocol.errors import InputError
from wslearn.protocol.text import counted, shown_text

from .conversation import Conversation
from .journal import Journal
from .passed import Message, Sender, as_bytes
from .read_json import MENDED, name_of, read_json

FIELD = "_webSocketMessages"
NO_FRAMES = "From a HAR file: it holds messages, and no frames."
_SENDERS: dict[object, Sender] = {"send": "client", "receive": "server"}
_MILLISECONDS = 1e11
"""From here on a time counts milliseconds since 1970: in seconds it would be the year 5138."""


def read_har(path: str | PathLike[str], data: bytes, journal: Journal) -> Journal:
    """The WebSockets in a HAR file, as conversations of messages.

    ``data`` is the bytes of the file that ``path`` names. Raises :class:`InputError` for anything
    but a HAR file.
    """
    try:
        har, mended = read_json(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        raise InputError(f"Expected a HAR file, which is JSON, got {path}: {problem}.") from None
    log = har.get("log") if isinstance(har, dict) else None
    entries = log.get("entries") if isinstance(log, dict) else None
    if not isinstance(entries, list):
        raise InputError(
            f"Expected a HAR file with log.entries, or a journal whose first line names it; got "
            f"neither in {path}."
        )
    others = without = 0
    for entry in entries:
        messages = entry.get(FIELD) if isinstance(entry, dict) else None
        if isinstance(messages, list):
            _read_entry(entry, messages, journal)
        elif isinstance(entry, dict) and _is_websocket(entry):
            without += 1
        else:
            others += 1
    if mended:
        journal.remarks.append(f"A text in {name_of(path)} {MENDED}.")
    if without:
        journal.remarks.append(
            f"{counted(without, 'WebSocket')} without messages: the program that wrote the file "
            f"keeps none. Chrome does, in {FIELD}."
        )
    if not journal.conversations and not without:
        journal.remarks.append(
            f"There is no WebSocket in this HAR file, only {counted(others, 'other request')}."
        )
    return journal


def _is_websocket(entry: dict[str, Any]) -> bool:
    url = _dict(entry, "request").get("url")
    of_url = isinstance(url, str) and url.lower().startswith(("ws://", "wss://"))
    return entry.get("_resourceType") == "websocket" or of_url


def _read_entry(entry: dict[str, Any], listed: list[Any], journal: Journal) -> None:
    """One connection: what is known of its handshake, and its messages."""
    request, response = _dict(entry, "request"), _dict(entry, "response")
    url = str(request.get("url", ""))
    times = [at for one in listed if isinstance(one, dict) and (at := _time(one.get("time")))]
    began = _started(entry.get("startedDateTime")) or min(times, default=0.0)
    said = journal.open(began=began, server=_host(url))
    said.ended = NO_FRAMES
    _read_heads(said, request, response, url)
    skipped = 0
    for message in listed:
        read = _message(said, message)
        if read is None:
            skipped += 1
        else:
            said.messages.append(read)
    said.messages.sort(key=lambda message: message.at)
    if skipped:
        journal.remarks.append(
            f"Connection {said.number}: {counted(skipped, 'message')} of the file cannot be read "
            "(no type, no text, or base64 that is not valid)."
        )
    journal.changed()


def _read_heads(
    said: Conversation, request: dict[str, Any], response: dict[str, Any], url: str
) -> None:
    """The heads, as far as the file has them. They are judged only where they are whole."""
    parts = urlsplit(url) if url.isprintable() else urlsplit("")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    asked = list(_headers(request))
    line = f"{request.get('method', 'GET')} {target} HTTP/1.1"
    head = "\r\n".join([line, *asked, "", ""]).encode()
    if any(name.lower().startswith("sec-websocket-key:") for name in asked):
        said.judge(head)
    else:
        said.request = said.secrets.leave_out(head)
    answered = list(_headers(response))
    status = response.get("status")
    if isinstance(status, int) and 100 <= status <= 999:
        line = f"HTTP/1.1 {status} {response.get('statusText', '')}".rstrip()
        head = "\r\n".join([line, *answered, "", ""]).encode()
        if any(name.lower().startswith("sec-websocket-accept:") for name in answered):
            said.judge_reply(head)
        else:
            said.reply = said.secrets.leave_out(head)


def _headers(message: dict[str, Any]) -> Iterator[str]:
    headers = message.get("headers")
    for header in headers if isinstance(headers, list) else ():
        if isinstance(header, dict) and not str(header.get("name", "")).startswith(":"):
            text = f"{header.get('name')}: {header.get('value')}"
            yield " ".join(text.splitlines())


def _message(said: Conversation, message: object) -> Message | None:
    if not isinstance(message, dict):
        return None
    sender, data = _SENDERS.get(message.get("type")), message.get("data")
    opcode = message.get("opcode", 1)
    if sender is None or not isinstance(data, str) or opcode not in range(16):
        return None
    content: str | bytes = data
    if opcode != Opcode.TEXT:
        try:
            content = base64.b64decode(data, validate=True)
        except ValueError:
            return None
    at = max((_time(message.get("time")) or said.began) - said.began, 0.0)
    size = len(as_bytes(content))
    return Message(
        said.number, sender, int(opcode), content, round(at, 6), 0, size, compressed=False
    )


def _time(value: object) -> float | None:
    """Seconds since 1970; None for anything but a time."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e15:
        return None
    return value / 1000 if value > _MILLISECONDS else float(value)


def _started(value: object) -> float | None:
    try:
        return datetime.fromisoformat(value).timestamp() if isinstance(value, str) else None
    except (ValueError, OverflowError):
        return None


def _host(url: str) -> str:
    """The host and port of an address; its query may hold a login and is left out."""
    try:
        parts = urlsplit(url)
        return shown_text(parts.netloc.rpartition("@")[2].encode(), 200)
    except ValueError:
        return ""


def _dict(entry: dict[str, Any], name: str) -> dict[str, Any]:
    value = entry.get(name)
    return value if isinstance(value, dict) else {}
