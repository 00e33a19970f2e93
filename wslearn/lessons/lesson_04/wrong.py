"""Typical wrong answers to the exercises of lesson 04, and what each one comes from."""

import struct

from wslearn.checking.exercise import wrong

from .solutions import encode_length, legal_length


@wrong("04.1")
def short_up_to_127(length):
    """Seven bits can hold 127, but 126 and 127 are taken: they announce the longer forms. The last
    short length is 125."""
    return 7 if length <= 127 else 16 if length <= 65_535 else 64


@wrong("04.1")
def short_up_to_126(length):
    """126 was taken for a length. In the seven bits it says that 16 bits follow."""
    return 7 if length <= 126 else 16 if length <= 65_535 else 64


@wrong("04.1")
def medium_ends_early(length):
    """65535 itself still fits 16 bits. The 64-bit form begins one later."""
    return 7 if length <= 125 else 16 if length < 65_535 else 64


@wrong("04.1")
def medium_ends_late(length):
    """65536 needs a 17th bit. The largest number of 16 bits is 65535."""
    return 7 if length <= 125 else 16 if length <= 65_536 else 64


@wrong("04.1")
def bytes_counted(length):
    """That counts bytes. The task asks for bits: 7, 16 or 64."""
    return 1 if length <= 125 else 2 if length <= 65_535 else 8


@wrong("04.2")
def little_endian(length):
    """The bytes of the length are in reverse. In network byte order the byte that counts most comes
    first."""
    if length <= 125:
        return bytes([length])
    if length <= 65_535:
        return bytes([126]) + length.to_bytes(2, "little")
    return bytes([127]) + length.to_bytes(8, "little")


@wrong("04.2", (126,), (127,))
def markers_as_lengths(length):
    """126 and 127 were written as short lengths. A receiver takes them for markers and reads more
    bytes of length."""
    return bytes([length]) if length <= 127 else encode_length(length)


@wrong("04.2")
def long_form_too_early(length):
    """65535 still fits two bytes. A longer form than needed is refused."""
    if length < 65_535:
        return encode_length(length)
    return bytes([127]) + length.to_bytes(8, "big")


@wrong("04.2")
def always_eight_bytes(length):
    """Every length over 125 was written in eight bytes. Up to 65535 it has to be two: only the
    shortest form is legal."""
    if length <= 125:
        return bytes([length])
    return bytes([127]) + length.to_bytes(8, "big")


@wrong("04.2")
def four_bytes_after_127(length):
    """After 127 come eight bytes, not four: this form has 64 bits."""
    if length <= 65_535:
        return encode_length(length)
    return bytes([127]) + length.to_bytes(4, "big")


@wrong("04.2", (126,), (255,))
def one_byte_after_126(length):
    """After 126 come two bytes, even if the number would fit one: length.to_bytes(2, 'big')."""
    return bytes([126, length]) if 125 < length <= 65_535 else encode_length(length)


@wrong("04.2")
def no_marker(length):
    """The byte 126 or 127 is missing. It announces the longer form."""
    return encode_length(length) if length <= 125 else encode_length(length)[1:]


@wrong("04.2", (0,), (5,))
def zeros(length):
    """`bytes(5)` makes five zero bytes. The one byte with the value 5 is `bytes([5])`."""
    return bytes(length) if length <= 125 else encode_length(length)


@wrong("04.2")
def order_of_the_processor(length):
    """Without `!` in front, struct adds bytes of padding between the numbers and takes this
    processor's byte order. Write `!BH` and `!BQ`."""
    if length <= 125:
        return struct.pack("B", length)
    if length <= 65_535:
        return struct.pack("BH", 126, length)
    return struct.pack("BQ", 127, length)


@wrong("04.3", (bytes([0b1000_0101]),))
def mask_counted(data):
    """The MASK bit was read as part of the length. It is the first of the eight bits, and the
    length has the other seven: data[0] & 0b0111_1111."""
    if data[0] == 126:
        return int.from_bytes(data[1:3], "big") if len(data) >= 3 else None
    if data[0] == 127:
        return int.from_bytes(data[1:9], "big") if len(data) >= 9 else None
    return data[0]


@wrong("04.3")
def mask_makes_a_marker(data):
    """MASK counts 128, so a masked length looked larger than 125, like a marker. Take the MASK bit
    off first: data[0] & 0b0111_1111."""
    length = data[0]
    if length < 126:
        return length
    extra = 8 if length == 127 else 2
    if len(data) < 1 + extra:
        return None
    return int.from_bytes(data[1 : 1 + extra], "big")


@wrong("04.3")
def mask_makes_the_longest_form(data):
    """MASK counts 128, so a masked length looked larger than 126 and was read as the longest form.
    Take the MASK bit off first: data[0] & 0b0111_1111."""
    length = data[0]
    if length < 126:
        return length
    extra = 2 if length == 126 else 8
    if len(data) < 1 + extra:
        return None
    return int.from_bytes(data[1 : 1 + extra], "big")


@wrong("04.3")
def read_little_endian(data):
    """The bytes were read in reverse. In network byte order the byte that counts most comes
    first."""
    length = data[0] & 0b0111_1111
    if length < 126:
        return length
    extra = 8 if length == 127 else 2
    if len(data) < 1 + extra:
        return None
    return int.from_bytes(data[1 : 1 + extra], "little")


@wrong("04.3")
def marker_as_length(data):
    """126 and 127 were taken for lengths. They announce that the length follows."""
    return data[0] & 0b0111_1111


@wrong("04.3")
def payload_read_too(data):
    """All that follows was read as the length, the payload too. The number has two bytes after 126
    and eight after 127: data[1:3], data[1:9]."""
    length = data[0] & 0b0111_1111
    if length < 126:
        return length
    extra = 8 if length == 127 else 2
    if len(data) < 1 + extra:
        return None
    return int.from_bytes(data[1:], "big")


@wrong("04.3", (b"\x7e",))
def number_of_fewer_bytes(data):
    """The two bytes of the length have not come yet, so None. int.from_bytes makes a number of
    fewer bytes, too: look at len(data) first."""
    length = data[0] & 0b0111_1111
    if length == 126:
        return int.from_bytes(data[1:3], "big")
    if length == 127:
        return int.from_bytes(data[1:9], "big")
    return length


@wrong("04.3", (b"\x7e",))
def unpacked_too_soon(data):
    """The two bytes of the length have not come yet, and struct.unpack wants all of them. Look at
    len(data) before you unpack, and return None."""
    length = data[0] & 0b0111_1111
    if length == 126:
        return struct.unpack("!H", data[1:3])[0]
    if length == 127:
        return struct.unpack("!Q", data[1:9])[0]
    return length


@wrong("04.4")
def no_key(length, masked):
    """The masking-key was left out. A masked frame carries its four bytes."""
    if length > 65_535:
        return 10
    return 4 if length > 125 else 2


@wrong("04.4")
def always_a_key(length, masked):
    """The four bytes of the key were always counted. A server's frames have none."""
    if length > 65_535:
        return 14
    return 8 if length > 125 else 6


@wrong("04.4")
def first_two_bytes_left_out(length, masked):
    """The two bytes that every frame begins with were left out."""
    size = 8 if length > 65_535 else 2 if length > 125 else 0
    return size + 4 if masked else size


@wrong("04.4")
def both_forms_added(length, masked):
    """For long payloads both forms were added, 2 and 8. A frame has only one: use `elif`."""
    size = 2
    if length > 125:
        size += 2
    if length > 65_535:
        size += 8
    return size + 4 if masked else size


@wrong("04.4")
def longest_form_too_small(length, masked):
    """Four bytes were counted for the longest form. It has eight: 64 bits."""
    size = 6 if length > 65_535 else 4 if length > 125 else 2
    return size + 4 if masked else size


@wrong("04.4")
def longer_forms_left_out(length, masked):
    """The bytes of the longer forms were left out: two after 126, eight after 127."""
    return 6 if masked else 2


@wrong("04.4")
def longer_from_128(length, masked):
    """126 and 127 are not short: in the seven bits they announce the longer forms. The last short
    length is 125."""
    size = 10 if length > 65_535 else 4 if length > 127 else 2
    return size + 4 if masked else size


@wrong("04.4")
def one_too_late(length, masked):
    """126 already needs two more bytes, and 65536 eight: the last lengths of the shorter forms are
    125 and 65535."""
    size = 10 if length > 65_536 else 4 if length > 126 else 2
    return size + 4 if masked else size


@wrong("04.5")
def all_accepted(data):
    """Everything was accepted. Some libraries do that, but the RFC demands the fewest bytes."""
    return True


@wrong("04.5")
def only_the_short_form(data):
    """Only the short form was accepted. The longer ones are legal for the numbers that need
    them."""
    return data[0] < 126


@wrong("04.5")
def top_bit_unseen(data):
    """The top bit of a 64-bit length was not looked at. It has to be 0."""
    return legal_length(data) or (data[0] == 127 and data[1] >= 128)


@wrong("04.5")
def medium_always_accepted(data):
    """The 16-bit form was always accepted. It is legal only from 126 on."""
    return legal_length(data) or data[0] == 126


@wrong("04.5")
def long_always_accepted(data):
    """The 64-bit form was accepted for every number without the top bit. It is legal only from
    65536 on."""
    return legal_length(data) or (data[0] == 127 and data[1] < 128)


@wrong("04.5")
def first_of_medium_refused(data):
    """126 itself was refused. It is the first length that needs the 16-bit form."""
    return legal_length(data) and data[1:] != bytes([0, 126])


@wrong("04.5")
def first_of_long_refused(data):
    """65536 itself was refused. It is the first length that needs the 64-bit form."""
    return legal_length(data) and int.from_bytes(data[1:], "big") != 65_536


@wrong("04.5")
def last_of_medium_in_long(data):
    """65535 in 64 bits was accepted. It still fits 16 bits."""
    return legal_length(data) or (data[0] == 127 and int.from_bytes(data[1:], "big") == 65_535)
