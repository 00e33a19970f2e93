"""What can be pointed at in a recorded conversation, and which answer each pointing is.

A place is a frame, one of its bits, a line of a request or a reply, the end of a connection, or one
of some words. The pages of the cases name places in plain patterns, which are tried from top to
bottom::

    frame 4                   any bit of it, or the frame itself
    frame 4 MASK              a field, by the name that the bit grid gives it
    frame 4 byte 16           one byte of it, counted from 0
    frames of the client      all of them
    frames of connection 2
    request                   any line of a request
    reply Upgrade             the line of one header, or `first line`
    connection 2 request      of one connection among several
    end                       how a connection ended; `connection 2 end` for one of several
    anything else
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from wslearn.labs.tap.entry import Entry
from wslearn.labs.tap.state import TapLog
from wslearn.net.record.conversation import Conversation
from wslearn.net.record.journal import Journal
from wslearn.protocol.text import shown_text

Head = Literal["request", "reply"]
HEADS: tuple[Head, ...] = ("request", "reply")
ANYTHING = "anything else"

_FRAME = re.compile(r"frame (\d+)(?: (.+))?")
_FRAMES = re.compile(r"frames of (?:the (client|server)|connection (\d+))")
_LINE = re.compile(r"(?:connection (\d+) )?(request|reply)(?: (.+))?")
_END = re.compile(r"(?:connection (\d+) )?end")
_BYTE = re.compile(r"byte (\d+)")


@dataclass(frozen=True, slots=True)
class Place:
    """One thing that was pointed at; fields that do not belong to its kind are 0 or empty.

    ``frame``       the number of a frame, from 1; ``bit`` one of its bits, from 0, or None
    ``connection``  the number of a connection, where a line or an end is meant
    ``head``        ``"request"`` or ``"reply"``, and ``line`` its line, from 1
    ``words``       one of some words
    """

    frame: int = 0
    bit: int | None = None
    connection: int = 0
    head: Head | Literal[""] = ""
    line: int = 0
    words: str = ""


class Evidence:
    """A recorded conversation as it is laid out: nothing in it is judged."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.entries: dict[int, Entry] = {
            entry.number: entry for entry in TapLog(journal).entries if entry.frame is not None
        }
        self.talks: dict[int, Conversation] = {said.number: said for said in journal.conversations}
        self._known: dict[tuple[int, str | None], range] = {}

    def lines(self, connection: int, head: Head) -> list[str]:
        """The lines of a request or a reply, as text; none where there is no such head."""
        data: bytes = getattr(self.talks[connection], head)
        body = self.talks[connection].body if head == "reply" else b""
        text = data.decode("latin-1").rstrip("\r\n")
        shown = [shown_text(line.encode("latin-1"), 300) for line in text.split("\r\n") if text]
        return shown + ([shown_text(body, 300)] if body else [])

    @cached_property
    def places(self) -> dict[Place, None]:
        """Everything that can be pointed at, except words: each frame and each of its bits, each
        line, each end; in their order, and found quickly."""
        found = []
        for number, entry in self.entries.items():
            assert entry.frame is not None
            found.append(Place(frame=number))
            found += [Place(frame=number, bit=bit) for bit in range(8 * len(entry.frame.data))]
        for number in self.talks:
            for head in HEADS:
                count = len(self.lines(number, head))
                found += [Place(connection=number, head=head, line=at + 1) for at in range(count)]
            found.append(Place(connection=number))
        return dict.fromkeys(found)

    def fits(self, pattern: str, place: Place) -> bool:
        """Whether a pattern means this place.

        Raises :class:`LookupError` for a pattern that names something that is not there.
        """
        if pattern == ANYTHING:
            return True
        if place.words:
            return pattern == place.words
        if match := _FRAME.fullmatch(pattern):
            number, part = int(match[1]), match[2]
            bits = self._known.get((number, part))
            if bits is None:
                bits = self._known[number, part] = self._bits(number, part)
            return place.frame == number and (part is None or place.bit in bits)
        if match := _FRAMES.fullmatch(pattern):
            frame = self.entries[place.frame].frame if place.frame else None
            if frame is None:
                return False
            return frame.sender == match[1] if match[1] else frame.connection == int(match[2])
        if match := _LINE.fullmatch(pattern):
            wanted, head, name = match.groups()
            if not place.head or head != place.head:
                return False
            if wanted and place.connection != int(wanted):
                return False
            return name is None or self._names(place, name)
        if match := _END.fullmatch(pattern):
            is_end = bool(place.connection) and not place.head
            return is_end and match[1] in (None, str(place.connection))
        raise LookupError(pattern)

    def _bits(self, number: int, part: str | None) -> range:
        """The bits of a part of a frame; all of them where no part is named."""
        entry = self.entries.get(number)
        if entry is None or entry.frame is None:
            raise LookupError(f"frame {number}")
        if part is None:
            return range(8 * len(entry.frame.data))
        if match := _BYTE.fullmatch(part):
            start = 8 * int(match[1])
            return range(start, start + 8)
        for field in entry.frame.dissect().fields:
            if field.name == part:
                return range(field.start, field.end)
        raise LookupError(f"frame {number} {part}")

    def _names(self, place: Place, name: str) -> bool:
        assert place.head
        if name == "first line":
            return place.line == 1
        line = self.lines(place.connection, place.head)[place.line - 1]
        return place.line > 1 and line.partition(":")[0].lower() == name.lower()

    def in_words(self, place: Place) -> str:
        """A place as a sentence names it."""
        if place.words:
            return place.words
        of = f" of connection {place.connection}" if len(self.talks) > 1 else ""
        if place.head:
            line = self.lines(place.connection, place.head)[place.line - 1]
            return f"line {place.line} of the {place.head}{of}, `{line.replace('`', '')}`"
        if not place.frame:
            return f"the end{of}" if of else "the end of the connection"
        if place.bit is None:
            return f"frame {place.frame}"
        entry = self.entries[place.frame]
        assert entry.frame is not None
        fields = entry.frame.dissect().fields
        name = next((f", {one.name}" for one in fields if one.start <= place.bit < one.end), "")
        return f"frame {place.frame}, bit {place.bit}{name}"
