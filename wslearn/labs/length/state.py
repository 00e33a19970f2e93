"""A header, what travels after it, and the length that a receiver reads from both.

The lab draws only the header. After it come the first letters of the payload, “a” after “a”: a flip
that announces a longer form makes the receiver read these letters as a length, and a flip that
announces a shorter one leaves it with header bytes for a payload.
"""

from dataclasses import dataclass, replace

from wslearn.draw.drawn import Dissection
from wslearn.protocol.codes import Opcode
from wslearn.protocol.dissect import dissect_into
from wslearn.protocol.dissection import OTHER_SIDE, Side, Verdict
from wslearn.protocol.errors import InputError
from wslearn.protocol.examples import COURSE_KEY
from wslearn.protocol.frame import Frame
from wslearn.protocol.in_words import verdict
from wslearn.protocol.length import FORMS, LONGEST, shortest_form
from wslearn.protocol.masking import mask
from wslearn.protocol.parser import LONGEST_HEADER
from wslearn.protocol.text import counted

from .typed_number import read_number

DEFAULT = 126
"""The payload length, in bytes, that a lab opens with: the shortest that needs a second form."""


@dataclass(frozen=True, slots=True)
class StatedLength:
    """A header as it travels, and everything else that undo brings back.

    ``stream``   the header and the first letters after it
    ``written``  how many bytes of these the sender wrote as the header
    ``typed``    a text that could not be read, with its ``problem``
    """

    stream: bytes
    sender: Side
    written: int
    typed: str | None = None
    problem: str = ""

    @property
    def seen(self) -> Dissection:
        """The header alone, as its receiver reads it."""
        receiver = OTHER_SIDE[self.sender]
        whole = dissect_into(Dissection, self.stream, receiver)
        return dissect_into(Dissection, self.stream[: whole.header_size], receiver)

    @property
    def length(self) -> int | None:
        """The payload length that the bits state, in bytes; None if it is cut short or too long."""
        length = self.seen.length
        return length if length is None or length <= LONGEST else None

    def after(self, data: bytes) -> "StatedLength":
        """With these bytes in place of the header: after a flip of one of them, or a repair."""
        shown = self.seen.data
        if len(data) == len(shown):  # the letters stay where they are
            return replace(self, stream=data + self.stream[len(shown) :], typed=None, problem="")
        length = dissect_into(Dissection, data).length
        return StatedLength(data + _letters(length, self.sender), self.sender, len(data))

    def from_side(self, sender: Side) -> "StatedLength":
        """The same length in the same form from the other side, where there is a length."""
        if self.length is None:
            return stated(DEFAULT, sender)
        return stated(self.length, sender, self.seen.length_bits)

    def after_typing(self, typed: object) -> "StatedLength":
        """With the number that was typed; a text that is not one keeps the bits, the text and the
        reason."""
        try:
            return stated(read_number(typed), self.sender)
        except InputError as problem:
            text = typed if isinstance(typed, str) else None
            return replace(self, typed=text, problem=str(problem))

    def verdict(self, seen: Dissection) -> Verdict:
        """What the receiver makes of the length that the header states (RFC 6455 §5.2)."""
        said = verdict(seen)
        if seen.length_bits is None:
            return said
        if seen.length is None:
            return Verdict("waiting", "The length is not here yet.", _where_it_is(seen))
        written = f"{counted(seen.length, 'byte')}, written in {seen.length_bits} bits."
        moved = self._moved(len(seen.data))
        if not seen.violations:
            because = moved or (
                f"The shortest form there is: a {seen.receiver} accepts this header of "
                f"{counted(len(seen.data), 'byte')}. (RFC 6455 §5.2)"
            )
            return Verdict("accepted", written, because)
        if seen.violations[0].rule.id in _OF_LENGTH:
            return Verdict("refused", written, f"{said.because} {said.headline}", said.also)
        return said

    def _moved(self, header: int) -> str:
        """Which bytes a flip has turned into a header, or a payload; nothing where none has
        moved."""
        if header > self.written:
            letters = counted(header - self.written, "letter")
            return f"The header now takes in the first {letters} of the payload."
        if header < self.written:
            lost = counted(self.written - header, "byte")
            return f"The last {lost} of the header now count as payload."
        return ""


_OF_LENGTH = ("length-not-shortest", "length-top-bit")


def _where_it_is(seen: Dissection) -> str:
    form = next(form for form in FORMS if form.bits == seen.length_bits)
    here = len(seen.data) - 2
    return (
        f"{form.marker} says that it is in the next {form.extra_bytes} bytes, "
        f"and of these {counted(here, 'byte')} {'has' if here == 1 else 'have'} come."
    )


def header(length: int, sender: Side, bits: int | None = None) -> bytes:
    """The header of a binary frame; a client's has the masking-key of the RFC's example (§5.7)."""
    key = COURSE_KEY if sender == "client" else None
    return Frame(Opcode.BINARY).header(mask_key=key, length=length, length_bits=bits)


def stated(length: int, sender: Side, bits: int | None = None) -> StatedLength:
    """A payload length (bytes) in a header of its own, in the shortest form or in this many bits.

    Raises :class:`~wslearn.protocol.errors.InputError` for anything but a length that fits.
    """
    shortest_form(length)
    head = header(length, sender, bits)
    return StatedLength(head + _letters(length, sender), sender, len(head))


def longest_answer() -> dict[str, str]:
    """The longest verdict on a length: the room that it may need."""
    five = stated(5, "client", 64)
    worst = five.verdict(five.seen)
    headline = worst.headline.replace(counted(5, "byte"), counted(2**64 - 1, "byte"))
    return {
        "headline": f"✗ {headline}",
        "because": worst.because,
        "repair": "write the length in its shortest form",
    }


def _letters(length: int | None, sender: Side) -> bytes:
    letters = b"a" * min(LONGEST_HEADER, length or 0)
    return mask(letters, COURSE_KEY) if sender == "client" else letters
