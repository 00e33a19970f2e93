"""What a text is when it holds no bytes of a frame, and what to paste in its place.

A refusal helps only if it names what it sees. Each of these is something that people do paste: a
log line, a message, an HTTP head, JSON.
"""

import re
from collections.abc import Callable

from wslearn.protocol.errors import InputError
from wslearn.protocol.text import shown_value

_HTTP = re.compile(r"\s*(?:[A-Z]{3,10} \S+ HTTP/[0-9]|HTTP/[0-9.]+ [0-9]{3})")
_TIME = re.compile(
    r"\s*[\[(]?(?:[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}|[A-Z][a-z]{2} [ 0-9][0-9])?[T ]?"
    r"[0-9]{1,2}:[0-9]{2}:[0-9]{2}\b.*[A-Za-z]{2}",
    re.DOTALL,
)
_WEBSOCKETS = re.compile(
    r"\s*(?:[%=]?\s*)?[<>] (?:TEXT|BINARY|CONT|CLOSE|PING|PONG)\b", re.MULTILINE
)
_ARROW = re.compile(r"\s*[<>] \S")
_LAST_HEX = re.compile(r"(?:^|\s)((?:[0-9a-fA-F]{2} )*[0-9a-fA-F]{2})\s*$")
_JSON = re.compile(r"\s*[{\[]\s*[\"{\[\]}]")
_CUT = re.compile(r".*?[0-9a-fA-F]\s*(?:\.\.\.|…)", re.DOTALL)
_QUOTED = re.compile(r"\s*(\"[^\"]*\"|'[^']*')\s*", re.DOTALL)


def explained(text: str, problem: InputError) -> InputError:
    """The sentence for a text that no form fits: what it is, or else ``problem``."""
    return next((InputError(told) for told in (test(text) for test in _TESTS) if told), problem)


def _log(text: str) -> str | None:
    if not _TIME.match(text):
        return None
    last = _LAST_HEX.search(text)
    hint = (
        f"If its last words are the bytes, paste those alone: {last[1]!r}."
        if last
        else "Paste only what stands for the bytes."
    )
    return f"Expected bytes of a frame, got a log line, which begins with a time. {hint}"


def _message(text: str) -> str | None:
    if not (_ARROW.match(text) and re.search("[g-zG-Z]", text)):
        return None
    return (
        f"Expected bytes of a frame, got a message as a client such as wscat prints it, "
        f"{shown_value(text.strip()[2:])}. It is the payload alone: "
        "Frame.text(...).encode() makes a frame of it."
    )


def _quoted(text: str) -> str | None:
    if not _QUOTED.fullmatch(text):
        return None
    return (
        f"Expected bytes of a frame, got the text {shown_value(text.strip()[1:-1])}. "
        "Frame.text(...).encode() makes a frame of it; b'…' says that these are bytes."
    )


def _plainly(pattern: re.Pattern[str], told: str) -> Callable[[str], str | None]:
    """A test that tells one sentence of every text that it knows."""
    return lambda text: told if pattern.match(text) else None


_TESTS = (
    _plainly(
        _HTTP,
        "Expected bytes of a frame, got the head of an HTTP message: text, which comes before any "
        "frame (RFC 6455 §1.3). A HandshakeLab shows what it says.",
    ),
    _plainly(
        _WEBSOCKETS,
        "Expected bytes of a frame, got a log line of the library websockets: an opcode and the "
        "payload, without the header's bytes. A tap or a capture records the bytes.",
    ),
    _log,
    _message,
    _plainly(
        _JSON,
        "Expected bytes of a frame, got JSON. Paste the value that holds the bytes alone, such as "
        "a list of numbers, hex digits or base64.",
    ),
    _quoted,
    _plainly(
        _CUT,
        "Expected all bytes, got a text that is cut short (…). Print all of them: "
        "data.hex() does in Python.",
    ),
)
