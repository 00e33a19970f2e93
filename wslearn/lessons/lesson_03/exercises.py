"""Lesson 03: the first byte of a frame, and a whole short frame."""

from wslearn.checking.exercise import Exercise, cases

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
    ),
    Exercise(
        "03.2",
        read_first_byte,
        cases=cases([(129,), (2,)], [(byte,) for byte in range(256)]),
        anchor=((0x81,), (True, 1)),
        section="5.2",
    ),
    Exercise(
        "03.3",
        is_control,
        cases=cases([(1,), (9,)], [(opcode,) for opcode in range(16)]),
        section="5.5",
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
    ),
)
