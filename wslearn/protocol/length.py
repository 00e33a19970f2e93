"""The payload length: one number, three ways to write it (RFC 6455 §5.2).

The second byte of a frame has seven bits for the length. Values up to 125 are written there as they
are. 126 says "the real length is in the next 2 bytes", 127 says "in the next 8 bytes", both in
network byte order (the most significant byte first). Only the shortest form that holds the number
is legal, and the top bit of the 64-bit form is always 0, so the longest frame has 2^63 - 1 bytes.

A length is written here, read in ``dissect`` and ``parser``, and judged in ``judge``.
"""

from dataclasses import dataclass

from .errors import InputError
from .text import shown_value

SEVEN_BITS = 0b0111_1111
"""The part of a frame's second byte that holds the length."""

LONGEST = 2**63 - 1
"""The largest payload length, in bytes, that a frame can state."""


@dataclass(frozen=True, slots=True)
class LengthForm:
    """One of the three ways to write a length.

    ``bits`` is the width of the number itself, ``marker`` the value of the seven bits that
    announces it (None: the seven bits are the number), ``lowest`` and ``highest`` the payload
    lengths, in bytes, for which this form is the shortest.
    """

    bits: int
    marker: int | None
    lowest: int
    highest: int

    @property
    def extra_bytes(self) -> int:
        """How many bytes this form adds after the second byte of the frame."""
        return 0 if self.marker is None else self.bits // 8


FORMS = (
    LengthForm(bits=7, marker=None, lowest=0, highest=125),
    LengthForm(bits=16, marker=126, lowest=126, highest=2**16 - 1),
    LengthForm(bits=64, marker=127, lowest=2**16, highest=LONGEST),
)


def shortest_form(length: int) -> LengthForm:
    """The only legal form for a payload of this many bytes; :class:`InputError` if there is none.

    >>> [shortest_form(length).bits for length in (125, 126, 65_535, 65_536)]
    [7, 16, 16, 64]
    """
    if isinstance(length, int):
        for form in FORMS:
            if form.lowest <= length <= form.highest:
                return form
    raise InputError(f"Expected a length from 0 to 2^63 - 1 bytes, got {shown_value(length)}.")


def form_of(seven_bits: int) -> LengthForm:
    """The form that a frame's seven length bits announce."""
    for form in FORMS[1:]:
        if seven_bits == form.marker:
            return form
    return FORMS[0]


def encode_length(length: int, bits: int | None = None) -> tuple[int, bytes]:
    """Write a payload length (in bytes): the seven bits, and the bytes that follow them.

    ``bits`` (7, 16 or 64) forces a form, legal or not, for showing what goes wrong.
    Raises :class:`InputError` for a length that the form cannot hold.

    >>> encode_length(5), encode_length(256)
    ((5, b''), (126, b'\\x01\\x00'))
    """
    form = shortest_form(length)
    if bits is not None:
        try:
            form = next(form for form in FORMS if form.bits == bits)
        except StopIteration:
            raise InputError(
                f"Expected 7, 16 or 64 length bits, got {shown_value(bits)}."
            ) from None
    if form.marker is None:
        if length > form.highest:
            raise InputError(f"Expected at most {form.highest} for 7 length bits, got {length}.")
        return length, b""
    try:
        return form.marker, length.to_bytes(form.extra_bytes, "big")
    except OverflowError:
        raise InputError(f"Expected a length that fits {form.bits} bits, got {length}.") from None


def header_size(length: int, *, masked: bool) -> int:
    """How many bytes a frame spends before a payload of this length (RFC 6455 §5.2).

    >>> header_size(5, masked=False), header_size(65_536, masked=True)
    (2, 14)
    """
    return 2 + shortest_form(length).extra_bytes + (4 if masked else 0)
