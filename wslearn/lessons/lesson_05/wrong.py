"""Typical wrong answers to the exercises of lesson 05, and what each one comes from."""

from wslearn.checking.exercise import wrong
from wslearn.protocol.examples import COURSE_KEY as KEY

from .solutions import mask_bytes, read_frame


@wrong("05.1")
def key_never_starts_again(byte, index, key):
    """The key has only four bytes. After the last one it starts again: key[index % 4]."""
    return byte ^ key[index]


@wrong("05.1")
def first_key_byte_for_all(byte, index, key):
    """Every byte met the first byte of the key. The four take turns: key[index % 4]."""
    return byte ^ key[0]


@wrong("05.1")
def divided_instead_of_remainder(byte, index, key):
    """`//` divides. The byte of the key is given by the remainder: `%`."""
    return byte ^ key[index // 4]


@wrong("05.2", (b"Hello", KEY))
def no_key_byte_after_the_fourth(data, key):
    """The key has only four bytes, so there is no key[4]. After its last byte it starts again:
    key[i % 4]."""
    masked = []
    for i in range(len(data)):
        masked.append(data[i] ^ key[i])
    return bytes(masked)


@wrong("05.2")
def zip_stops_with_the_key(data, key):
    """The rest of the payload is lost: zip stops at the end of the key. The key has to start
    again after four bytes."""
    return bytes(a ^ b for a, b in zip(data, key))


@wrong("05.2")
def value_taken_for_the_place(data, key):
    """`for i in data` gives the bytes themselves, not their places: the value of each one chose the
    byte of the key. `range(len(data))` gives the places."""
    masked = []
    for i in data:
        masked.append(i ^ key[i % 4])
    return bytes(masked)


@wrong("05.2")
def bytes_of_a_number(data, key):
    """`bytes(5)` makes five zero bytes. The one byte with the value 5 is `bytes([5])`."""
    masked = b""
    for i in range(len(data)):
        masked += bytes(data[i] ^ key[i % 4])
    return masked


@wrong("05.2")
def return_inside_the_loop(data, key):
    """Only one byte came back. A `return` inside the loop ends it in the first round: put it after
    the loop."""
    masked = []
    for i in range(len(data)):
        masked.append(data[i] ^ key[i % 4])
        return bytes(masked)
    return b""


@wrong("05.3")
def phase_ignored(data, key, phase):
    """Every piece began with byte 0 of the key again. The first byte of a piece is byte `phase` of
    the payload."""
    masked = []
    for i in range(len(data)):
        masked.append(data[i] ^ key[i % 4])
    return bytes(masked)


@wrong("05.3", (b"lo", KEY, 3))
def remainder_before_the_sum(data, key, phase):
    """The place in the key came out as 4 or more. Add the phase first, then take the remainder:
    key[(phase + i) % 4]."""
    masked = []
    for i in range(len(data)):
        masked.append(data[i] ^ key[i % 4 + phase])
    return bytes(masked)


@wrong("05.3")
def payload_shifted_too(data, key, phase):
    """The first byte of the piece is data[0]. The phase moves the place in the key, not the place
    in the piece."""
    masked = []
    for i in range(phase, len(data)):
        masked.append(data[i] ^ key[i % 4])
    return bytes(masked)


@wrong("05.3")
def key_never_moves_on(data, key, phase):
    """Every byte of the piece met the same byte of the key. The place moves on with each byte:
    phase + i."""
    masked = []
    for byte in data:
        masked.append(byte ^ key[phase % 4])
    return bytes(masked)


@wrong("05.3")
def key_turned_too_far(data, key, phase):
    """It is right up to phase 4. After that, key[phase:] is empty and the key is not turned at
    all: take phase % 4 first."""
    turned = key[phase:] + key[:phase]
    return mask_bytes(data, turned)


@wrong("05.4")
def mask_bit_missing(text, key):
    """The MASK bit is 0, so a server takes the frame for an unmasked one and refuses it."""
    payload = text.encode()
    return bytes([0b1000_0001, len(payload)]) + key + mask_bytes(payload, key)


@wrong("05.4")
def key_missing(text, key):
    """The key is missing. Without it no server can unmask the payload."""
    payload = text.encode()
    return bytes([0b1000_0001, 0b1000_0000 | len(payload)]) + mask_bytes(payload, key)


@wrong("05.4")
def payload_sent_plain(text, key):
    """The payload is not masked, although MASK and the key say that it is."""
    payload = text.encode()
    return bytes([0b1000_0001, 0b1000_0000 | len(payload)]) + key + payload


@wrong("05.4")
def characters_counted(text, key):
    """Characters were counted. The length counts bytes of UTF-8: encode first, then take len()."""
    return bytes([0b1000_0001, 0b1000_0000 | len(text)]) + key + mask_bytes(text.encode(), key)


@wrong("05.5")
def key_again_and_again(plain, masked):
    """The key is in there, over and over. It has only four bytes: stop after them."""
    key = []
    for i in range(len(plain)):
        key.append(plain[i] ^ masked[i])
    return bytes(key)


@wrong("05.5")
def only_one_byte_of_the_key(plain, masked):
    """Only the first byte of the key came back. A `return` inside the loop ends it in the first
    round: put it after the loop."""
    key = []
    for i in range(4):
        key.append(plain[i] ^ masked[i])
        return bytes(key)
    return b""


@wrong("05.5")
def masked_with_the_masked(plain, masked):
    """The first four bytes are the key, and the others are not needed. Cut them off: [:4]."""
    return mask_bytes(plain, masked)


@wrong("05.6")
def mask_bit_in_the_length(data):
    """MASK was taken for a part of the length: it makes the second byte 128 too large. Take seven
    bits: data[1] & 0b0111_1111."""
    return data[0] >> 7 == 1, data[0] & 0b1111, mask_bytes(data[6 : 6 + data[1]], data[2:6])


@wrong("05.6")
def lengths_126_and_127(data):
    """126 and 127 were taken for lengths. They say that the length follows in two or eight
    bytes."""
    length = data[1] & 0b0111_1111
    return data[0] >> 7 == 1, data[0] & 0b1111, mask_bytes(data[6 : 6 + length], data[2:6])


@wrong("05.6")
def key_always_in_the_same_place(data):
    """The key was taken from bytes 2 to 5. Where two or eight bytes of length come first, the key
    comes after them."""
    length = data[1] & 0b0111_1111
    if length == 126:
        length = int.from_bytes(data[2:4], "big")
    elif length == 127:
        length = int.from_bytes(data[2:10], "big")
    return data[0] >> 7 == 1, data[0] & 0b1111, mask_bytes(data[6 : 6 + length], data[2:6])


@wrong("05.6")
def left_masked(data):
    """The payload is still masked. XOR each of its bytes with a byte of the key."""
    start = {126: 4, 127: 10}.get(data[1] & 0b0111_1111, 2)
    fin, opcode, payload = read_frame(data)
    return fin, opcode, mask_bytes(payload, data[start : start + 4])


@wrong("05.6")
def to_the_end_of_the_bytes(data):
    """What follows the frame was taken for payload. The length says where the payload ends."""
    start = {126: 8, 127: 14}.get(data[1] & 0b0111_1111, 6)
    fin, opcode, _ = read_frame(data)
    return fin, opcode, mask_bytes(data[start:], data[start - 4 : start])
