"""One reader for many formats: what a message of a subprotocol consists of, by a table.

A table (they are in ``subprotocols``) lists the parts of a message from left to right. Each
:class:`Part` says how far it goes (this many bits, as many bytes as an earlier number says, up to a
line end) and what its value means. The reader makes a field of each part, as ``dissect`` does with
a frame, so all pictures of the course can draw it. It never raises: the verdict reports bytes that
are missing, and values that the table does not know.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from wslearn.draw import drawn
from wslearn.draw.table import Table, table
from wslearn.protocol.bits import Field, Kind, hex_bytes
from wslearn.protocol.dissection import Verdict
from wslearn.protocol.errors import InputError
from wslearn.protocol.text import counted, shown_text, shown_value

MOST_FIELDS = 200
"""How many fields a message is cut into at most; nobody reads a table of more."""


class NotWholeError(Exception):
    """The bytes end inside a part."""


@dataclass
class Cursor:
    """Where the reader is, in bits, and what it has read.

    ``end`` is the byte after the message; ``stated``: a number in the message has said so, and it
    is not only where the bytes end. ``letters`` is a copy without anything that is not text.
    """

    data: bytes
    end: int
    bit: int = 0
    stated: bool = False
    letters: bytearray = field(default_factory=bytearray)
    values: dict[str, list[Any]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        """The value that a part of this name had last."""
        return self.values[name][-1]

    @property
    def at(self) -> int:
        """The byte where the reader is."""
        return self.bit // 8

    @property
    def left(self) -> bytes:
        """The bytes of the message that have not been read, as far as they are there."""
        return self.data[self.at : self.end]

    def number(self, width: int) -> int:
        """The next bits as a number, the most significant first."""
        last = self.bit + width
        self.need((last + 7) // 8 - self.at)
        number = int.from_bytes(self.data[self.at : (last + 7) // 8], "big")
        number = number >> (-last % 8) & ((1 << width) - 1)
        self.bit = last
        return number

    def take(self, size: int) -> bytes:
        """The next bytes."""
        self.need(size)
        taken = self.left[:size]
        self.bit += 8 * size
        return taken

    def text(self, size: int) -> bytes:
        """The next bytes, which are meant to be text."""
        start, taken = self.at, self.take(size)
        self.letters[start : start + size] = taken
        return taken

    def need(self, size: int) -> None:
        """Raise :class:`NotWholeError` unless this many bytes are there.

        A message that has not come whole is waited for, whatever the numbers within it say.
        """
        if self.stated and self.at + size > self.end <= len(self.data):
            raise InputError(
                f"{counted(size, 'byte')} should follow, but the message ends after "
                f"{self.end - self.at}."
            )
        if self.at + size > len(self.data):
            raise NotWholeError


How = Callable[[Cursor], tuple[Any, str]]
"""Reads one part: its value, and the value as a person reads it."""

Meaning = str | Mapping[Any, str] | Callable[[Any, Cursor], str]


@dataclass(frozen=True, slots=True)
class Part:
    """One row of a table.

    ``kind``     what the part is for; pictures choose its colour by this
    ``how``      how far it goes
    ``means``    what it means: words, words by value (any other value is a fault), or a function
    ``section``  where the part is defined
    ``when``     only then the part is there
    ``then``     whether the value is the number of bytes that still follow, or the name of the part
                 that has said so
    """

    name: str
    kind: Kind
    how: How
    means: Meaning = ""
    section: str = ""
    when: Callable[[Cursor], bool] = lambda cursor: True
    then: str = ""


@dataclass(frozen=True, slots=True)
class Again:
    """Rows that come again: as often as ``times`` says, or while there is something ``left``."""

    parts: tuple[Part, ...]
    when: Callable[[Cursor], bool] = lambda cursor: True
    times: str = ""
    until: bytes = b""


@dataclass(frozen=True, slots=True)
class Form:
    """A format: its ``name``, the ``rows`` of its table, and what a message ``says``, in words."""

    name: str
    rows: tuple[Part | Again, ...]
    says: Callable[[Cursor], str]


# -- how far a part goes ---------------------------------------------------------------------------


def bits(width: int) -> How:
    """This many bits, read as a number in network byte order."""
    return lambda cursor: _number(cursor.number(width))


def little(size: int) -> How:
    """A number of this many bytes, the least significant first."""
    return lambda cursor: _number(int.from_bytes(cursor.take(size), "little"))


def _number(value: int) -> tuple[int, str]:
    return value, str(value)


def varint(most: int) -> How:
    """A number with seven bits per byte, the lowest first; the top bit says that another
    follows."""

    def read(cursor: Cursor) -> tuple[int, str]:
        value = 0
        for place in range(most):
            byte = cursor.number(8)
            value |= (byte & 0x7F) << 7 * place
            if byte < 0x80:
                return _number(value)
        raise InputError(
            f"The number should end after {most} bytes, but its last one says that more follow."
        )

    return read


def text(name: str) -> How:
    """As many bytes of text as the part of that name says."""
    return lambda cursor: _text(cursor.text(cursor[name]))


def until(*marks: bytes) -> How:
    """Text up to the first of these marks, which belongs to the part."""

    def read(cursor: Cursor) -> tuple[bytes, str]:
        found = [(cursor.left.find(mark), mark) for mark in marks if mark in cursor.left]
        if not found:
            raise NotWholeError
        size, mark = min(found)
        return _text(cursor.text(size + len(mark))[:size])

    return read


def digits(cursor: Cursor) -> tuple[int, str]:
    """The digits that are here, as one number."""
    size = len(cursor.left) - len(cursor.left.lstrip(b"0123456789"))
    return _number(int(cursor.text(min(size, 15)) or b"0"))


def rest(cursor: Cursor) -> tuple[bytes, str]:
    """Everything up to the end of the message, as text where it is text."""
    return _text(cursor.text(cursor.end - cursor.at))


def raw(cursor: Cursor) -> tuple[bytes, str]:
    """Everything up to the end of the message, as bytes."""
    taken = cursor.take(cursor.end - cursor.at)
    return taken, hex_bytes(taken, 16)


def _text(taken: bytes) -> tuple[bytes, str]:
    return taken, shown_text(taken)


# -- the reader ------------------------------------------------------------------------------------


class Taken(drawn.Dissection):
    """A message that was taken apart by a table; it shows itself as a frame does."""

    __slots__ = ()

    @property
    def complete(self) -> bool:
        """Whether the message is there as a whole."""
        return self.told is not None and self.told.outcome != "waiting"

    def table(self) -> Table:
        """The fields as a table, without the bits."""
        rows = [(field.name, field.shown, field.meaning) for field in self.fields]
        return table(["field", "value", "meaning"], rows, code=["value"])

    @property
    def begins(self) -> str:
        """How it begins: as text where it is text, and in hex where it is not."""
        readable = bool(self.payload) and self.payload[:4] == self.data[:4]
        return shown_text(self.data, 32) if readable else hex_bytes(self.data[:12])

    def __repr__(self) -> str:
        return f"<{counted(len(self.data), 'byte')}: {self.told}>"


class TakenAll(drawn.Dissections):
    """Messages that came one after another, shown one below another."""


def take(data: bytes, form: Form) -> Taken:
    """Take the first message of some bytes apart, by the table of a form. Never raises.

    >>> from .subprotocols import MQTT
    >>> take(bytes.fromhex("c000"), MQTT)
    <2 bytes: MQTT: PINGREQ, 2 bytes.>
    """
    cursor = Cursor(data, len(data), letters=bytearray(len(data)))
    fields: list[Field] = []
    problem, outcome = "", "accepted"
    try:
        for row in form.rows:
            _read(row, cursor, fields)
        cursor.need(cursor.end - cursor.at)
    except NotWholeError:
        outcome = "waiting"
    except InputError as fault:
        outcome, problem = "refused", str(fault)
    whole = data[: cursor.end]
    if left := 8 * len(whole) - cursor.bit:
        what = "the message goes on" if outcome == "waiting" else "not read"
        last = whole[cursor.at :]
        fields.append(Field("payload", "…", cursor.bit, left, last, shown_text(last), what, ""))
    return Taken(
        data=whole,
        fields=tuple(fields),
        rest=data[len(whole) :],
        header_size=0,
        payload=bytes(cursor.letters),  # what is above the bytes
        told=_verdict(form, cursor, outcome, problem),
    )


def _verdict(form: Form, cursor: Cursor, outcome: Any, problem: str) -> Verdict:
    if outcome == "waiting":
        return Verdict(outcome, f"{form.name}:", "the message has not come whole.")
    if outcome == "refused":
        return Verdict(outcome, f"{form.name}: this does not fit the table.", problem)
    size = counted(cursor.end, "byte")
    return Verdict(outcome, f"{form.name}:", f"{form.says(cursor)}, {size}.")


def take_all(data: bytes, form: Form) -> TakenAll:
    """Take every message of some bytes apart, one after another; the last may be cut short."""
    taken = TakenAll()
    while data or not taken:
        first = take(data, form)
        taken.append(replace(first, rest=b""))  # what follows is the next one
        data = first.rest
    return taken


def _read(row: Part | Again, cursor: Cursor, fields: list[Field]) -> None:
    if not row.when(cursor):
        return
    if isinstance(row, Part):
        _field(row, cursor, fields)
        return
    count = 0
    while cursor.left if not row.times else count < cursor[row.times]:
        if row.until and cursor.left.startswith(row.until):
            return
        if len(fields) > MOST_FIELDS:
            raise InputError(f"The table would have more than {MOST_FIELDS} rows.")
        for part in row.parts:
            _read(part, cursor, fields)
        count += 1


def _field(part: Part, cursor: Cursor, fields: list[Field]) -> None:
    start = cursor.bit
    try:
        value, shown = part.how(cursor)
    except (NotWholeError, InputError):
        cursor.bit = start
        raise
    cursor.values.setdefault(part.name, []).append(value)
    if part.then:
        cursor.end, cursor.stated = cursor.at + cursor[part.then], True
    meaning, fault = "", ""
    try:
        match part.means:
            case str():
                meaning = part.means
            case Mapping():
                known = ", ".join(map(shown_value, part.means))
                fault = f"Expected the {part.name} to be one of {known}; got {shown_value(value)}."
                if value in part.means:
                    meaning, fault = part.means[value], ""
            case _:
                meaning = part.means(value, cursor)
    except InputError as problem:
        fault = str(problem)
    width = cursor.bit - start
    if width:
        about = (part.kind, part.name, start, width, value, shown, meaning or "?", part.section)
        fields.append(Field(*about))
    if fault:
        raise InputError(fault)
