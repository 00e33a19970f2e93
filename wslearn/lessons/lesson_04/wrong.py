"""Typical wrong answers to the exercises of lesson 04, and what each one comes from."""

import struct

from wslearn.checking.exercise import wrong

from .solutions import decode_length, encode_length, legal_length, length_bits


@wrong("04.1")
def short_up_to_127(length):
    """Seven bits can hold 127, but 126 and 127 are taken: they announce the longer forms. The last
    short length is 125."""
    return 7 if length <= 127 else 16 if length <= 65_535 else 64


@wrong("04.1")
def short_up_to_126(length):
    """126 was taken for a length. In the seven bits it says that 16 bits follow."""
    return 7 if length <= 126 else 16 if length <= 65_535 else 64


@wrong("04.1", (125,))
def short_ends_early(length):
    """125 itself is still short. `<` leaves its right side out, `<=` takes it in."""
    return 7 if length < 125 else 16 if length <= 65_535 else 64


@wrong("04.1")
def bytes_counted(length):
    """These are the bytes after the second byte of the frame. The task asks for bits."""
    return {7: 0, 16: 2, 64: 8}[length_bits(length)]


@wrong("04.1")
def medium_ends_early(length):
    """65535 itself still fits 16 bits. The 64-bit form begins one later."""
    return 7 if length <= 125 else 16 if length < 65_535 else 64


@wrong("04.1")
def medium_ends_late(length):
    """65536 needs a 17th bit. The largest number of 16 bits is 65535."""
    return 7 if length <= 125 else 16 if length <= 65_536 else 64


@wrong("04.2", (126,), (127,))
def markers_as_lengths(length):
    """126 and 127 were written as short lengths. A receiver takes them for markers and reads more
    bytes of length."""
    return bytes([length]) if length <= 127 else encode_length(length)


@wrong("04.2")
def no_marker(length):
    """The byte 126 or 127 is missing. It announces the longer form."""
    return encode_length(length) if length <= 125 else encode_length(length)[1:]


@wrong("04.2", (126,), (255,))
def one_byte_after_126(length):
    """After 126 come two bytes, even if the number would fit one: length.to_bytes(2, 'big')."""
    return bytes([126, length]) if 125 < length <= 65_535 else encode_length(length)


@wrong("04.2")
def little_endian(length):
    """The bytes of the length are in reverse. In network byte order the byte that counts most comes
    first."""
    if length <= 125:
        return bytes([length])
    if length <= 65_535:
        return bytes([126]) + length.to_bytes(2, "little")
    return bytes([127]) + length.to_bytes(8, "little")


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


@wrong("04.3", (bytes([0b1000_0101]),))
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
def marker_as_length(data):
    """126 and 127 were taken for lengths. They announce that the length follows."""
    return data[0] & 0b0111_1111


@wrong("04.3", (bytes([0b1000_0101]),))
def mask_unseen(data):
    """The first bit is MASK and counts 128, so this short length looked like a longer one. Take it
    off first: data[0] & 0b0111_1111."""
    return decode_length(data) if data[0] < 128 else int.from_bytes(data[1:9], "big")


@wrong("04.3")
def payload_read_too(data):
    """Everything that follows was read as the length, the payload too. The number has two bytes
    after 126 and eight after 127: data[1:3], data[1:9]."""
    length = data[0] & 0b0111_1111
    if length < 126:
        return length
    extra = 8 if length == 127 else 2
    if len(data) < 1 + extra:
        return None
    return int.from_bytes(data[1:], "big")


@wrong("04.3", (b"\x7e",))
def number_of_fewer_bytes(data):
    """The two bytes of the length have not come yet, so None. int.from_bytes makes a number from
    fewer bytes, too: look at len(data) first."""
    length = data[0] & 0b0111_1111
    if length == 126:
        return int.from_bytes(data[1:3], "big")
    if length == 127:
        return int.from_bytes(data[1:9], "big")
    return length


@wrong("04.3", (b"\x7e\x00",))
def marker_not_counted(data):
    """A byte of the length is still missing. The marker comes first, so two bytes of length make
    three in all: len(data) < 1 + 2."""
    length = data[0] & 0b0111_1111
    if length < 126:
        return length
    extra = 8 if length == 127 else 2
    if len(data) < extra:
        return None
    return int.from_bytes(data[1 : 1 + extra], "big")


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
def longer_forms_left_out(length, masked):
    """The bytes of the longer forms were left out: two after 126, eight after 127."""
    return 6 if masked else 2


@wrong("04.5")
def all_accepted(data):
    """Everything was accepted. Some libraries do that, but the RFC demands the fewest bytes."""
    return True


@wrong("04.5")
def top_bit_unseen(data):
    """The top bit of a 64-bit length was not looked at. It has to be 0."""
    return legal_length(data) or (data[0] == 127 and data[1] >= 128)


@wrong("04.5")
def one_limit_for_both(data):
    """Both longer forms were compared with 125. The 64-bit form is legal only above 65535: up to
    there 16 bits are enough."""
    if data[0] == 127:
        return 125 < int.from_bytes(data[1:], "big") < 2**63
    return legal_length(data)


@wrong("04.5")
def first_of_medium_refused(data):
    """126 itself was refused. It is the first length that needs the 16-bit form."""
    return legal_length(data) and data[1:] != bytes([0, 126])
