"""The museum of real bugs: the slip, the bytes that show it, what came of it, and where to read it.

Bugs happen to good people: every library here is used by many, and each of these was reported or
mended in the open. That is why we can learn from them. The slips themselves are made again in
``bugs``; nothing that an exhibit shows is typed, it is computed when it is shown.

>>> found = exhibit("capnproto")
>>> found.slip(2**20) == found.right(2**20), found.slip(2**32) == found.right(2**32)
(True, False)
"""

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import ndiff
from html import escape
from typing import Any

from wslearn.draw.table import shown, table
from wslearn.draw.theme import PAGE
from wslearn.protocol.bits import hex_bytes
from wslearn.protocol.connection import Connection
from wslearn.protocol.dissect import dissect
from wslearn.protocol.errors import InputError
from wslearn.protocol.events import Failed
from wslearn.protocol.examples import COURSE_KEY
from wslearn.protocol.frame import Frame
from wslearn.protocol.in_words import verdict
from wslearn.protocol.text import grouped, shown_value

from . import bugs

HELLO = Frame.text("Hello").encode(mask_key=COURSE_KEY)
NO_CHANGE = bytes(4)

LONGEST, SHORT = 256, 32
"""Bytes and texts that are longer than this are cut, and how much of them is then shown."""

_PRE = (
    "margin: 2px 0; padding: 6px 8px; font-size: 0.9em; overflow-x: auto; background: none; "
    "font-family: ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; "
    f"border: 1px solid {PAGE.line}"
)


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One bug.

    ``id``       its short name: usually the project's
    ``title``    the slip in a few words
    ``source``   the public issue or pull request; the number is the project's own
    ``given``    what both functions get
    ``slip``     the slip, made again; ``right`` the same without it
    ``meaning``  what a result means for whoever gets it, in words
    ``rule``     what the RFC says to it, in our words, and in which ``section``
    ``seen``     what is known about it from the report
    ``rfc``      the number of the RFC
    """

    id: str
    title: str
    source: str
    given: tuple[Any, ...]
    slip: Callable[..., Any]
    right: Callable[..., Any]
    meaning: Callable[[Any], str]
    rule: str
    section: str
    seen: str
    rfc: str = "6455"

    def outcomes(self) -> list[tuple[str, str, str]]:
        """A row for the slip and one without it: what comes out, and what that means."""
        rows = []
        for name, function in (("with the slip", self.slip), ("without", self.right)):
            try:
                result = function(*self.given)
            except (LookupError, ValueError) as problem:  # what ends a program is a result, too
                where = (
                    f" at byte {problem.start}" if isinstance(problem, UnicodeDecodeError) else ""
                )
                result = f"{type(problem).__name__}{where}"
            rows.append((name, _shown(result), self.meaning(result)))
        return rows

    def code(self) -> tuple[list[str], list[str]]:
        """The lines of both functions."""
        return _lines(self.slip), _lines(self.right)

    def marked(self) -> list[str]:
        """The lines without the slip, with an arrow after each that is new."""
        lines = [line for line in ndiff(*self.code()) if line[0] in " +"]
        return [f"{line[2:]}  ←" if line[0] == "+" else line[2:] for line in lines]

    @property
    def named(self) -> str:
        """What the functions get, a line for each argument."""
        names = inspect.signature(self.slip).parameters
        given = zip(names, self.given, strict=True)
        return "\n".join(f"{name} = {_shown(value)}" for name, value in given)

    def __repr__(self) -> str:
        wrong, given = "\n".join(self.code()[0]), self.named
        rows = table(HEADINGS, self.outcomes())
        right = "\n".join(self.marked())
        return (
            f"{self.source}\n\n{_indented(wrong)}\n\nIt gets:\n{_indented(given)}"
            f"\n\n{self.title.capitalize()}. Without the slip:\n{_indented(right)}\n\n{rows}\n\n"
            f"{self.rule} (RFC {self.rfc} §{self.section})\n{self.seen}"
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        rows = table(HEADINGS, self.outcomes(), code=["what comes out"])
        html = (
            f"<div><strong>{escape(self.source)}</strong>"
            f"{_pre(self.code()[0])}<div>It gets:</div>{_pre(self.named.splitlines())}"
            '<details style="margin: 6px 0"><summary style="cursor: pointer">'
            f"What comes out, and what is wrong</summary>{rows.html()}"
            f"<p>The slip: {escape(self.title)}. Without it:</p>{_pre(self.marked())}"
            f"<p>{escape(self.rule)} (RFC {self.rfc} §{self.section})</p><p>{escape(self.seen)}</p>"
            "</details></div>"
        )
        return {"text/plain": repr(self), "text/html": html}


HEADINGS = ("", "what comes out", "and that means")


def exhibit(id: str, among: Sequence[Exhibit] = ()) -> Exhibit:
    """An exhibit by its name; :class:`InputError` where there is none of that name.

    ``among`` are the exhibits of another house; without them it is this museum's.
    """
    among = among or EXHIBITS
    for found in among:
        if found.id == id:
            return found
    names = ", ".join(each.id for each in among)
    raise InputError(f"Expected one of {names}, got {shown_value(id)}.")


def _lines(function: Callable[..., Any]) -> list[str]:
    """A function as the museum shows it: under the name of its pair, without types or docstring."""
    name = function.__name__.rpartition("_")[0]
    arguments = ", ".join(inspect.signature(function).parameters)
    body = inspect.getsource(function).rstrip().splitlines()[2:]  # without the docstring's line
    return [f"def {name}({arguments}):", *body]


def _shown(value: Any) -> str:
    if isinstance(value, bytes | str) and len(value) > LONGEST:
        unit = "characters" if isinstance(value, str) else "bytes"
        return f"{shown(value[:SHORT])} … ({grouped(len(value))} {unit} in all)"
    if isinstance(value, list) and isinstance(value[0], bytes):
        return " | ".join(hex_bytes(piece) for piece in value)
    return shown(value)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


def _pre(lines: Iterable[str]) -> str:
    return f'<pre style="{_PRE}">{escape(chr(10).join(lines))}</pre>'


# -- what a result means, told by the strict parser -----------------------------------------------


def _read_as_length(written: bytes) -> str:
    return f"the other side reads a length of {grouped(int.from_bytes(written, 'big'))}"


def _header_read(written: bytes) -> str:
    seen = dissect(written, "server")
    read = f"the other side reads a length of {seen.length} and the key {shown(seen.mask_key)}"
    return f"{read}. {verdict(seen).because}" if seen.violations else read


def _accepted(result: str | int) -> str:
    if isinstance(result, int):
        return "the frame is taken"
    return "a frame that is in order ends the connection"


def _touched(result: str) -> str:
    if result.startswith("unmasks"):
        return "far more than came: it reads and writes over whatever comes after"
    return "nothing is touched, and 1002 is sent"


def _key_places(places: list[int]) -> str:
    outside = [place for place in places if place > 3]
    if outside:
        return "this is past the key, in memory that belongs to something else"
    return "the four places of the key" if len(places) == 4 else "only a part of the key is filled"


def _message(result: str | bytes) -> str:
    if isinstance(result, bytes):
        return "the program is handed this as a message"
    return "the program is handed nothing, and 1002 is sent"


def _next_frame(rest: str | bytes) -> str:
    if isinstance(rest, str):
        return "1002, for the reason that is true"
    events = Connection("client", mask_keys=lambda: NO_CHANGE).receive(rest)
    (failed,) = (event for event in events if isinstance(event, Failed))
    return f"taken for the next frame: {failed.violation.rule.sentence}"


def _pong(sent: bytes) -> str:
    payload = dissect(sent, "client").payload
    if payload == b"Hello":
        return "the client finds its own ping again: “Hello”"
    return "the client sees a pong that answers none of its pings"


def _text(result: str | bytes) -> str:
    if isinstance(result, bytes):
        try:
            return f"“{result.decode()}”"
        except UnicodeDecodeError as problem:
            return f"no text: byte {problem.start} cannot be there in UTF-8"
    if result.startswith("UnicodeDecodeError"):
        return "no message at all, only an exception"
    return "the message"


EXHIBITS = (
    Exhibit(
        "capnproto",
        "42 is where 32 belongs",
        "capnproto/capnproto, pull request 2684",
        (5 * 2**30,),
        bugs.write_length_slip,
        bugs.write_length_right,
        _read_as_length,
        "A length of 64 bits is written in network byte order, the byte that counts most first.",
        "5.2",
        "Below 4 GiB both write the same bytes. The header itself breaks no rule: the other side "
        "takes a fifth of the payload for the whole, and reads the rest as frames. Whoever can "
        "choose the payload chooses those frames.",
    ),
    Exhibit(
        "domoticz",
        "four bytes of length after 126",
        "domoticz/domoticz, pull request 6543",
        (300, COURSE_KEY),
        bugs.write_header_slip,
        bugs.write_header_right,
        _header_read,
        "126 announces a length of exactly two bytes.",
        "5.2",
        "The other side looks for the key and the payload in the wrong place, and closes the "
        "connection.",
    ),
    Exhibit(
        "cro",
        "a rule for 64 bits is applied to 16",
        "croservices/cro-websocket, issue 23 and pull request 24",
        (Frame.binary(b"").header(mask_key=COURSE_KEY, length=2**15),),
        bugs.read_length_slip,
        bugs.read_length_right,
        _accepted,
        "Only in a length of 64 bits must the top bit be 0. In one of 16 bits it counts like any "
        "other.",
        "5.2",
        "Frames from 32 768 to 65 535 bytes could not be received. The repair came with a test.",
    ),
    Exhibit(
        "baresip",
        "the sum starts again from 0",
        "baresip/re, pull request 1584",
        (Frame.binary(b"").header(length=2**16)[:1] + b"\xff" + (2**64 - 4).to_bytes(8, "big")
         + COURSE_KEY,),
        bugs.next_step_slip,
        bugs.next_step_right,
        _touched,
        "The top bit of a 64-bit length must be 0, so a length near the largest number of 64 bits "
        "is refused before anybody calculates with it.",
        "5.2",
        "Fourteen bytes are enough, without any login. The report came with its repair. Another "
        "library had such a sum too: machinezone/IXWebSocket, issue 118.",
    ),
    Exhibit(
        "tinymux",
        "the index of the key starts where that of the length ended",
        "brazilofmux/tinymux, issue 1093",
        (Frame.text("").header(mask_key=COURSE_KEY, length=2**16),),
        bugs.key_places_slip,
        bugs.key_places_right,
        _key_places,
        "After the length comes a key of four bytes, in every frame of a client.",
        "5.2",
        "Below 126 bytes no length follows the first two bytes, and all is well. With a length of "
        "16 bits two bytes of the key are stored in its last two places, and the other two are "
        "taken for payload. The project found the slip itself, reading its own program.",
    ),
    Exhibit(
        "xx-net",
        "a key is read that is not there",
        "XX-net/XX-Net, issue 14169",
        (Frame.text("Hello").encode() + Frame.text("again").encode(),),
        bugs.read_message_slip,
        bugs.read_message_right,
        _message,
        "There is a key only where MASK is 1, and a server closes the connection where it is 0.",
        "5.1",
        "“Hell” is taken for a key, and the payload reaches into the next frame. Browsers always "
        "mask, so no browser ever shows it.",
    ),
    Exhibit(
        "starscream",
        "a key is there, and it is not read",
        "daltoniam/Starscream, issue 356",
        (Frame.pong().encode(mask_key=NO_CHANGE),),
        bugs.after_the_pong_slip,
        bugs.after_the_pong_right,
        _next_frame,
        "A server masks none of its frames, and a client that gets a masked one closes the "
        "connection.",
        "5.1",
        "Two mistakes met here. A server's library masked its pongs (Links2004/arduinoWebSockets, "
        "issue 208), and the client did not look at MASK. The connection ended either way, but the "
        "message pointed at a frame that nobody had sent.",
    ),
    Exhibit(
        "websocket-kit",
        "the payload is sent back in its disguise",
        "vapor/websocket-kit, issue 49",
        (Frame.ping(b"Hello").encode(mask_key=COURSE_KEY),),
        bugs.answer_ping_slip,
        bugs.answer_ping_right,
        _pong,
        "A pong carries the payload of its ping, and that is the payload without the mask.",
        "5.5.3",
        "Pings without a payload looked right. A client that told its pings apart by their payload "
        "did not find them again.",
    ),
    Exhibit(
        "moddable",
        "the key does not move on after a read",
        "Moddable-OpenSource/moddable, pull request 1695",
        ([HELLO[6:9], HELLO[9:]], COURSE_KEY),
        bugs.unmask_reads_slip,
        bugs.unmask_reads_right,
        _text,
        "Which byte of the key belongs to a byte is counted over the whole payload of the frame, "
        "however it arrives.",
        "5.3",
        "There the key stayed where it was only after a read that took everything that had come, "
        "although more of the frame was to follow. It came to light when the client was used as a "
        "server: only then was there anything to unmask.",
    ),
    Exhibit(
        "kaitai",
        "the mask stays on",
        "kaitai-io/kaitai_struct_formats, issue 615",
        (HELLO,),
        bugs.read_text_slip,
        bugs.read_text_right,
        _text,
        "The mask has to be removed before a masked payload is read as text.",
        "5.3",
        "The report used the masked “Hello” of the RFC (§5.7), which would also have made a test.",
    ),
)  # fmt: skip
"""All exhibits, in the order of a walk: lengths written, lengths read, the mask."""
