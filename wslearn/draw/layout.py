"""What every picture of a frame shares: bytes with their notes, and which bits are faulty.

A picture needs more than the fields: the note above each byte (the unmasking sum, the character it
stands for), which bits a violation marks, and a fold where a payload goes on for too long.
"""

from dataclasses import dataclass

from wslearn.protocol.dissect import Dissection

FOLD = 64
"""How many bytes a picture draws before it folds the rest of the payload away."""


@dataclass(frozen=True, slots=True)
class ByteBox:
    """One byte as it is drawn: its index in the frame, value (0 to 255), and a note above it."""

    index: int
    value: int
    note: str


def byte_boxes(dissection: Dissection, fold: int = FOLD) -> list[ByteBox]:
    """The bytes to draw: at most ``fold`` of them, the rest of the frame being folded away."""
    return [
        ByteBox(index, value, byte_note(dissection, index))
        for index, value in enumerate(dissection.data[:fold])
    ]


def byte_note(dissection: Dissection, index: int) -> str:
    """What stands above a payload byte: ``7f ⊕ 37 = H``, or just ``H`` where nothing is masked.

    Bytes outside the payload have no note.
    """
    first = dissection.header_size
    if first is None or index < first:
        return ""
    place = index - first
    plain = dissection.payload[place]
    shown = chr(plain) if 0x20 < plain < 0x7F else f"{plain:02x}"
    if dissection.mask_key is None:
        return shown if shown != f"{plain:02x}" else ""
    key = dissection.mask_key[place % len(dissection.mask_key)]
    return f"{dissection.data[index]:02x} ⊕ {key:02x} = {shown}"


def faulty_bits(dissection: Dissection) -> frozenset[int]:
    """Every bit of the frame that some broken rule points at."""
    return frozenset(
        bit
        for violation in dissection.violations
        for bit in range(violation.start, violation.start + violation.width)
    )
