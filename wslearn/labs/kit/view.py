"""What the bit grid is told: a dissection as plain numbers and words that travel as JSON.

All that the browser shows is decided here. The size is bounded whatever the frame: only the bytes
that are drawn are described one by one, and the fields, values and faults are short.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from wslearn.draw.layout import FOLD, byte_note, together
from wslearn.draw.theme import MARKS
from wslearn.protocol.bits import Field
from wslearn.protocol.dissection import Dissection, Verdict
from wslearn.protocol.errors import Violation
from wslearn.protocol.in_words import verdict
from wslearn.protocol.rules import FRAME_RULES

from .repair import repair

MOST_BYTES = 256
"""How many bytes (2048 bits) a grid draws at most, however far it is unfolded."""

_NUMBERS = ("opcode", "length", "code")
"""Fields read as one number, each bit of which is worth a power of two."""


def frame_view(
    dissection: Dissection,
    opened: int = FOLD,
    said: Verdict | None = None,
    faults: Sequence[Violation] | None = None,
) -> dict[str, Any]:
    """Everything a bit grid shows of one frame, ``opened`` bytes of it one by one.

    Bytes after the frame are part of the view, as a field of their own kind ``rest``. ``said`` is
    the verdict in the words of a lab; None takes the receiver's. ``faults`` are the rules that are
    broken, where a lab knows more than the frame on its own shows.
    """
    faults = dissection.violations if faults is None else faults
    data = dissection.data + dissection.rest[: MOST_BYTES + 1]
    total = len(dissection.data) + len(dissection.rest)
    drawn = min(total, opened, MOST_BYTES)
    return {
        "title": "The bits of the frame",
        "hex": data[:drawn].hex(),
        "notes": [
            byte_note(dissection, index) if index < len(dissection.data) else ""
            for index in range(drawn)
        ],
        "fields": [_field(field, faults, data) for field in _fields(dissection)],
        "faulty": _drawn_ranges(faults, 8 * drawn),
        "verdict": _verdict(dissection, said or verdict(dissection), faults),
        "fold": _fold(faults, total, drawn),
        "size": _size(dissection),
        "rest": _rest(dissection),
    }


def longest_answer() -> dict[str, str]:
    """The longest refusal of a frame and a repair beside it: the room that a verdict may need."""
    rule = max(FRAME_RULES, key=lambda rule: len(rule.sentence))
    return {
        "headline": f"{MARKS['refused']} A server fails the connection with 1002.",
        "because": together(f"{rule.sentence} ({rule.source})"),
        "repair": "make it continuation",
    }


def _fields(dissection: Dissection) -> list[Field]:
    fields = list(dissection.fields)
    if dissection.rest:
        size = len(dissection.rest)
        fields.append(_after(8 * len(dissection.data), size))
    return fields


def _after(start: int, size: int) -> Field:
    shown = _counted(size)
    meaning = "not part of this frame: the next frame starts here"
    return Field("rest", "after this frame", start, 8 * size, size, shown, meaning, "RFC 6455 §5.2")


def _field(field: Field, violations: Iterable[Violation], data: bytes) -> dict[str, Any]:
    return {
        "kind": field.kind,
        "name": field.name,
        "start": field.start,
        "width": field.width,
        "shown": field.shown,
        "meaning": field.meaning,
        "section": field.section,
        "number": field.kind in _NUMBERS and field.value == _as_number(field, data),
        "faulty": any(
            fault.start < field.end and field.start < fault.start + fault.width
            for fault in violations
        ),
    }


def _as_number(field: Field, data: bytes) -> int:
    """The bits of a field as a number; a field written in another way has another value."""
    last = (field.end + 7) // 8
    return int.from_bytes(data[field.start // 8 : last], "big") >> 8 * last - field.end & (
        (1 << field.width) - 1
    )


def _drawn_ranges(faults: Iterable[Violation], end: int) -> list[list[int]]:
    """The faulty bits that are drawn, as pairs of first bit and width."""
    return [
        [violation.start, min(violation.width, end - violation.start)]
        for violation in faults
        if violation.start < end and violation.width
    ]


def _verdict(
    dissection: Dissection, judged: Verdict, faults: Iterable[Violation]
) -> dict[str, Any]:
    listed = []
    for violation in faults:
        mended = repair(dissection, violation)
        listed.append(
            {
                "text": together(f"{violation.rule.sentence} ({violation.rule.source})"),
                "where": violation.where,
                "start": violation.start,
                "width": violation.width,
                "repair": mended.label if mended else "",
            }
        )
    return {
        "outcome": judged.outcome,
        "sign": MARKS[judged.outcome],
        "headline": judged.headline,
        "because": together(judged.because),
        "faults": listed,
    }


def _fold(faults: Iterable[Violation], total: int, drawn: int) -> dict[str, Any]:
    """What is shown in place of the bytes that are not drawn."""
    hidden = total - drawn
    more = min(hidden, MOST_BYTES - drawn)
    places = [fault.where for fault in faults if fault.start >= 8 * drawn]
    text = f"… {spaced(hidden)} more {'byte' if hidden == 1 else 'bytes'}" if hidden else ""
    if hidden and not more:
        text += f" (a grid draws {MOST_BYTES} at most)"
    return {
        "text": text,
        "button": f"draw {more} of them" if 0 < more < hidden else "draw them" if more else "",
        "close": drawn > FOLD,
        "fault": f"✗ a fault lies in them: {places[0]}" if hidden and places else "",
    }


def _size(dissection: Dissection) -> str:
    size = len(dissection.data)
    header = dissection.header_size
    if header is None or header in (0, size):
        return _counted(size)
    return f"{_counted(size)}: {header} of header, {spaced(size - header)} of payload"


def _rest(dissection: Dissection) -> str:
    size = len(dissection.rest)
    if not size:
        return ""
    return f"{_counted(size)} {'follows' if size == 1 else 'follow'} this frame."


def _counted(size: int) -> str:
    return f"{spaced(size)} {'byte' if size == 1 else 'bytes'}"


def spaced(number: int) -> str:
    """A number with a narrow space between its thousands, such as ``1 936``."""
    return f"{number:,}".replace(",", "\u202f")
