"""Typical wrong answers to the exercises of lesson 03, and what each one comes from."""

from wslearn.checking.exercise import wrong


@wrong("03.1")
def always_final(fin, opcode):
    """FIN was always set. A message may go on in the next frame, and then FIN is 0."""
    return 0b1000_0000 | opcode


@wrong("03.1", (True, 0), (True, 2))
def fin_on_the_last_bit(fin, opcode):
    """FIN was put on the last bit, which belongs to the opcode. It is the first bit and counts
    128."""
    return fin | opcode


@wrong("03.1")
def fin_outside_the_byte(fin, opcode):
    """FIN moved out of the byte: a 1 that moves by 8 counts 256. Seven steps bring it to the first
    of eight places."""
    return fin << 8 | opcode


@wrong("03.1", (False, 2), (True, 1))
def sum_before_the_shift(fin, opcode):
    """`+` is done before `<<`, so FIN moved by 7 + opcode bits. Put brackets around the shift:
    (fin << 7) + opcode."""
    return fin << 7 + opcode


@wrong("03.1")
def never_final(fin, opcode):
    """FIN was never set. `fin` is True or False, not text: `if fin:` asks for it."""
    return opcode


@wrong("03.2")
def reserved_bits_in_the_opcode(byte):
    """Everything but FIN was taken for the opcode. The reserved bits are not part of it."""
    return (byte & 0b1000_0000) != 0, byte & 0b0111_1111


@wrong("03.2")
def never_one(byte):
    """FIN came out False although it is set. `byte & 0b1000_0000` is 0 or 128, never 1: compare it
    with 0."""
    return (byte & 0b1000_0000) == 1, byte & 0b1111


@wrong("03.2")
def fin_from_the_last_bit(byte):
    """The last bit was taken for FIN. FIN is the first, which counts 128."""
    return (byte & 1) == 1, byte & 0b1111


@wrong("03.2")
def fin_alone_left_out(byte):
    """128 itself was left out: the first bit is set, and all others are 0. From 128 on FIN is
    set."""
    return byte > 128, byte & 0b1111


@wrong("03.3")
def close_left_out(opcode):
    """Opcode 8 itself was left out. It is Close, a control frame."""
    return opcode > 8


@wrong("03.3")
def only_those_in_use(opcode):
    """Only Close, Ping and Pong were listed. 11 to 15 are reserved for further control frames."""
    return opcode in (8, 9, 10)


@wrong("03.3")
def reserved_data_frames(opcode):
    """3 to 7 were taken for control frames. They are reserved for further data frames."""
    return opcode > 2


@wrong("03.4")
def characters_counted(text):
    """Characters were counted. The length counts bytes, and in UTF-8 one character may take up to
    four."""
    return bytes([0b1000_0001, len(text)]) + text.encode()


@wrong("03.4")
def not_final(text):
    """FIN is 0, which says that the message goes on in the next frame."""
    payload = text.encode()
    return bytes([0b0000_0001, len(payload)]) + payload


@wrong("03.4", ("a",), ("Hello",))
def header_as_text(text):
    """The first byte became two. In a text, 0b1000_0001 is a character, and UTF-8 takes two bytes
    for each one above 127. Make the header of numbers: bytes([...])."""
    return (chr(0b1000_0001) + chr(len(text.encode())) + text).encode()


@wrong("03.4")
def header_counted_too(text):
    """The two bytes of the header were counted too. The length is that of the payload alone."""
    payload = text.encode()
    return bytes([0b1000_0001, 2 + len(payload)]) + payload


@wrong("03.4")
def bytes_of_a_number(text):
    """`bytes(5)` makes five zero bytes. The one byte with the value 5 is `bytes([5])`."""
    payload = text.encode()
    return bytes([0b1000_0001]) + bytes(len(payload)) + payload
