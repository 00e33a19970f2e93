"""Lesson 03: the first byte of a frame, and a whole short frame."""

from wslearn.checking.exercise import Exercise, Wrong, cases

from .solutions import first_byte, is_control, read_first_byte, text_frame

EXERCISES = (
    Exercise(
        "03.1",
        first_byte,
        cases=cases(
            [(True, 1), (False, 2)],
            [(fin, opcode) for fin in (False, True) for opcode in range(16)],
        ),
        anchor=((True, 1), 0x81),  # RFC 6455 §5.7
        section="5.2",
        wrong=(
            Wrong(
                lambda fin, opcode: opcode << 4 | fin,
                "The two ends were swapped: FIN is the first bit, the opcode the last four.",
            ),
            Wrong(
                lambda fin, opcode: 128 | opcode,
                "FIN was always set. A message may go on in the next frame; then FIN is 0.",
            ),
            Wrong(
                lambda fin, opcode: fin | opcode,
                "FIN was put on the last bit, where the opcode is. It belongs on the first: 128.",
            ),
            Wrong(
                lambda fin, opcode: fin << 4 | opcode,
                "FIN was put right before the opcode. The three reserved bits stand between them.",
            ),
            Wrong(
                lambda fin, opcode: fin << 7 + opcode,
                "`+` is done before `<<`, so FIN moved by 7 + opcode bits. Put brackets around the "
                "shift: (fin << 7) + opcode.",
                telling=((False, 2), (True, 1)),
            ),
        ),
    ),
    Exercise(
        "03.2",
        read_first_byte,
        cases=cases([(129,), (2,)], [(byte,) for byte in range(256)]),
        anchor=((0x81,), (True, 1)),
        section="5.2",
        wrong=(
            Wrong(
                lambda byte: (byte & 128 != 0, byte & 127),
                "Everything but FIN was taken for the opcode. The reserved bits are no part of it.",
            ),
            Wrong(
                lambda byte: (byte & 128, byte & 15),
                "FIN came out as a number, 0 or 128, because the bit is still in its place. "
                "Compare it with 0 to get False or True.",
            ),
            Wrong(
                lambda byte: (byte >> 7, byte & 15),
                "FIN came out as a number, 0 or 1. Compare it with 1: `(byte >> 7) == 1` is True "
                "or False.",
            ),
            Wrong(
                lambda byte: (byte & 128 == 1, byte & 15),
                "FIN came out False although it is set. `byte & 0b1000_0000` is 0 or 128, never 1: "
                "compare it with 0, or move it with `>> 7` and compare that with 1.",
            ),
            Wrong(
                lambda byte: (byte & 128 != 0, byte >> 4),
                "The left half was taken for the opcode; it is in the right one.",
            ),
            Wrong(
                lambda byte: (byte & 128 != 0, byte & 7),
                "Three bits were cut out for the opcode. It has four: the first of them tells "
                "control frames from data frames.",
            ),
            Wrong(
                lambda byte: (byte & 1 != 0, byte & 15),
                "The last bit was taken for FIN; it is the first, which counts 128.",
            ),
        ),
    ),
    Exercise(
        "03.3",
        is_control,
        cases=cases([(1,), (9,)], [(opcode,) for opcode in range(16)]),
        section="5.5",
        wrong=(
            Wrong(
                lambda opcode: opcode > 8,
                "Opcode 8 itself was left out: it is Close, a control frame.",
            ),
            Wrong(
                lambda opcode: opcode in (8, 9, 10),
                "Only Close, Ping and Pong were listed. 11 to 15 are reserved for further control "
                "frames.",
            ),
            Wrong(
                lambda opcode: opcode & 8,
                "The bit is the right one, but came out as the number 8 or 0. Compare it with 0.",
            ),
            Wrong(
                lambda opcode: opcode > 2,
                "3 to 7 were taken for control frames. They are reserved for further data frames.",
            ),
        ),
    ),
    Exercise(
        "03.4",
        text_frame,
        cases=cases(
            [("Hello",), ("",)],
            [("a",), ("ß",), ("κόσμε",), ("掩码",), ("👋",), ("é" * 62,), ("x" * 125,)],
        ),
        anchor=(("Hello",), bytes.fromhex("810548656c6c6f")),  # RFC 6455 §5.7
        section="5.2",
        wrong=(
            Wrong(
                lambda text: bytes([0x81, len(text)]) + text.encode(),
                "Characters were counted. The length counts bytes, and in UTF-8 one character may "
                "take up to four.",
            ),
            Wrong(
                lambda text: bytes([0x01, len(text.encode())]) + text.encode(),
                "FIN is 0, which says that the message goes on in the next frame.",
            ),
            Wrong(
                lambda text: bytes([0x82, len(text.encode())]) + text.encode(),
                "The opcode is 2, binary. Text has opcode 1.",
            ),
            Wrong(
                lambda text: bytes([0x81, 0x80 | len(text.encode())]) + text.encode(),
                "The MASK bit is set, but no masking-key follows. A server does not mask.",
            ),
            Wrong(
                lambda text: bytes([0x81, len(text.encode()) + 2]) + text.encode(),
                "The two bytes of the header were counted too. The length is the payload's alone.",
            ),
            Wrong(
                lambda text: b"\x81" + text.encode(),
                "The second byte is missing: the receiver takes the first letter for the length.",
            ),
        ),
    ),
)
