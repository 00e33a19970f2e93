"""Lesson 01: bits, bytes, nibbles, network byte order and XOR.

The references are shown as solutions, so they are written in the Python that the lesson has shown.
"""

from wslearn.checking.exercise import Exercise, Wrong, cases

from .solutions import big_endian, bit, bits, nibbles, xor

ALL_BYTES = [(byte,) for byte in range(256)]


HELLO, KEY = b"Hello"[:4], bytes.fromhex("37fa213d")

EXERCISES = (
    Exercise(
        "01.1",
        bits,
        cases=cases([(129,), (5,)], ALL_BYTES),
        section="5.2",
        wrong=(
            Wrong(
                lambda byte: f"{byte:b}",
                "The zeros at the front are missing. In a frame every bit has its place, also a 0.",
            ),
            Wrong(bin, "`bin` puts 0b at the front and leaves out zeros; it is made for programs."),
            Wrong(
                lambda byte: f"{byte:08b}"[::-1],
                "The bits are there, but last first. A frame is written the bit that counts most "
                "first.",
            ),
            Wrong(lambda byte: f"{byte:08x}", "These are hex digits: the base is 16, not 2."),
        ),
    ),
    Exercise(
        "01.2",
        bit,
        cases=cases(
            [(129, 0), (129, 1), (5, 7)],
            [(byte, place) for byte in (0, 1, 2, 64, 128, 200, 255) for place in range(8)],
        ),
        section="5.2",
        wrong=(
            Wrong(
                lambda byte, place: byte >> place & 1,
                "The places were counted from the right. The RFC's figures count from the left.",
            ),
            Wrong(
                lambda byte, place: byte & 0b1000_0000 >> place,
                "The right bit was picked out, but left where it stands, so it still counts 128, "
                "64 and so on. Compare it with 0, or move it to the far right.",
            ),
            Wrong(
                lambda byte, place: byte >> (8 - place) & 1,
                "The places were counted from 1. The first one is place 0.",
            ),
            Wrong(
                lambda byte, place: byte >> (7 - place),
                "The bit is at the right end now, but the bits on its left are still there. "
                "`& 1` keeps the last one alone.",
            ),
            Wrong(
                lambda byte, place: byte >> place,
                "The places were counted from the right, and the bits on the left of yours are "
                "still there: `& 1` keeps the last one alone.",
            ),
        ),
    ),
    Exercise(
        "01.3",
        nibbles,
        cases=cases([(129,), (90,)], ALL_BYTES),
        section="5.2",
        wrong=(
            Wrong(
                lambda byte: (byte & 15, byte >> 4),
                "The two halves are in the wrong order: the left one comes first.",
            ),
            Wrong(
                lambda byte: divmod(byte, 10),
                "That splits the number in base ten. A hex digit stands for 16.",
            ),
            Wrong(
                lambda byte: (byte & 0b1111_0000, byte & 15),
                "The left half was cut out, but not moved to the right, so it is 16 times too big.",
            ),
            Wrong(
                lambda byte: tuple(f"{byte:02x}"),
                "These are the hex digits as text. The task asks for numbers.",
            ),
            Wrong(
                lambda byte: (f"{byte:08b}"[:4], f"{byte:08b}"[4:]),
                "The two halves are right, but they are text. `int(text, 2)` makes a number of a "
                "text of bits.",
            ),
            Wrong(
                lambda byte: (int(f"{byte:08b}"[:4]), int(f"{byte:08b}"[4:])),
                "The halves were read as numbers in base ten. `int(text, 2)` reads them as bits.",
            ),
        ),
    ),
    Exercise(
        "01.4",
        big_endian,
        cases=cases(
            [(b"\x01\x00",), (b"\x00\x7e",)],
            [
                (bytes(pair),)
                for pair in ((0, 0), (0, 255), (1, 2), (127, 255), (128, 0), (255,) * 2)
            ],
        ),
        anchor=((b"\x01\x00",), 256),
        section="5.2",
        wrong=(
            Wrong(
                lambda two: two[1] << 8 | two[0],
                "The bytes were taken last first. That is the order inside many processors "
                "(little-endian); the network has the byte that counts most first.",
            ),
            Wrong(sum, "The two bytes were added as equals. The first one counts 256 times more."),
            Wrong(
                lambda two: two[0] * 255 + two[1],
                "A byte has 256 values, 0 to 255, so the first byte counts 256 times, not 255.",
            ),
            Wrong(
                lambda two: int(f"{two[0]}{two[1]}"),
                "The two numbers were written side by side in base ten. Side by side works for "
                "bits and hex digits only.",
            ),
            Wrong(
                lambda two: two[0] << 8 + two[1],
                "`+` is done before `<<`, so the byte moved by 8 + two[1] bits. Put brackets "
                "around the shift: (two[0] << 8) + ...",
                telling=((b"\x00\x7e",), (b"\x01\x02",)),
            ),
            Wrong(
                lambda two: two[0] << 8 & two[1],
                "`&` keeps a bit where both numbers have a 1, and after the shift none is left in "
                "common. Add the two.",
            ),
        ),
    ),
    Exercise(
        "01.5",
        xor,
        cases=cases(
            [(HELLO, KEY), (b"\x0f", b"\xff")],
            [
                (b"", b""),
                (b"\x01", b"\x01"),
                (b"\x00\x00\x07", b"\x00\x00\x01"),
                (b"\xc8\x64", b"\x64\xc8"),
                (bytes(range(256)), bytes(range(255, -1, -1))),
            ],
        ),
        anchor=((HELLO, KEY), bytes.fromhex("7f9f4d51")),  # RFC 6455 §5.7
        section="5.3",
        wrong=(
            Wrong(
                lambda one, other: bytes(a | b for a, b in zip(one, other, strict=True)),
                "That is OR: it says 1 also where both bits are 1. XOR says 0 there.",
            ),
            Wrong(
                lambda one, other: bytes(a & b for a, b in zip(one, other, strict=True)),
                "That is AND: it says 1 only where both bits are 1.",
            ),
            Wrong(
                lambda one, other: bytes((a + b) % 256 for a, b in zip(one, other, strict=True)),
                "That is a sum with its carry. XOR has no carry: each bit minds its own business.",
            ),
            Wrong(
                lambda one, other: [a ^ b for a, b in zip(one, other, strict=True)],
                "The numbers are right; bytes(...) around them makes them bytes.",
            ),
            Wrong(
                lambda one, other: (
                    number := int.from_bytes(one, "big") ^ int.from_bytes(other, "big")
                ).to_bytes((number.bit_length() + 7) // 8, "big"),
                "The zero bytes at the front got lost on the way through one large number.",
            ),
        ),
    ),
)
