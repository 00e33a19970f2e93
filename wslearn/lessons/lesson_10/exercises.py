"""Lesson 10: permessage-deflate."""

import json
import random
import zlib

from wslearn.checking.exercise import Exercise, cases
from wslearn.protocol.deflate import Decompressor, Window

from .solutions import (
    HINTS,
    TAIL,
    answer_offers,
    begin_frame,
    compress_message,
    read_compressed,
    unpack_within,
)

HELLO = bytes.fromhex("f248cdc9c90700")  # RFC 7692 §7.2.3.1
AGAIN = bytes.fromhex("f200110000")
TWO_BLOCKS = bytes.fromhex("f24805000000ffffcac9c90700")
STORED = bytes.fromhex("000500faff48656c6c6f00")
EMPTY = b"\x00"
"""Compressed messages as RFC 7692 §7.2.3 prints them; all but the empty one say “Hello”."""


def _canonical(payload: object) -> object:
    """A right payload as the reference would write it: a compressor may squeeze as it likes.

    It is right if it unpacks, drops the four bytes, and ends so that the next message can follow.
    """
    if not isinstance(payload, bytes) or payload.endswith(TAIL):
        return payload
    reader = Decompressor(Window(15, context_takeover=True))
    try:
        data = reader.decompress(payload, None, final=True)
        whole = reader.decompress(HELLO, None, final=True) == b"Hello"
    except zlib.error:
        return payload
    if not data:  # a short wrong answer may mean an empty message by accident
        return EMPTY if payload in EMPTY_FORMS else payload
    return compress_message(data) if whole else payload


EMPTY_FORMS = (EMPTY, bytes.fromhex("0200"), bytes.fromhex("030000"))
"""An empty message as a stored block, as one with codes, and as one marked as the last."""

MESSAGES = [
    b"Hello",
    b"Hi",
    b"",
    b"a",
    b"Hello, Hello, Hello",
    b"a" * 1000,
    bytes(range(256)),
    random.Random(10).randbytes(100_000),
]
"""The last is so long that a compressor returns some of it before it is flushed."""

BOMB = compress_message(bytes(100_000))
SPOILT = BOMB + TAIL + b"\xff"
"""A bomb, and after it a block of no type: a program that unpacks all of it runs into that."""

OFFERS = [
    "permessage-deflate",
    "permessage-deflate; client_max_window_bits",
    "permessage-deflate; client_max_window_bits=10; client_no_context_takeover",
    "permessage-deflate; server_no_context_takeover",
    "permessage-deflate; client_max_window_bits; server_no_context_takeover",
    "permessage-deflate; server_max_window_bits=10",
    "permessage-deflate; server_max_window_bits=10, permessage-deflate",
    "permessage-deflate; server_max_window_bits=9; server_no_context_takeover, "
    "permessage-deflate; server_no_context_takeover",
    "permessage-deflate, permessage-deflate; server_no_context_takeover",
    "permessage-deflate; foo",
    "permessage-deflate;foo,permessage-deflate;client_max_window_bits",
    "permessage-bzip2, permessage-deflate",
    "permessage-bzip2,permessage-deflate",
    "permessage-bzip2",
]

EXERCISES = (
    Exercise(
        "10.1",
        begin_frame,
        cases=cases(
            [(True, 1, True), (True, 1, False), (True, 0, True)],
            [
                (fin, opcode, compressing)
                for fin in (True, False)
                for opcode in (0, 1, 2)
                for compressing in (True, False)
            ]
            + [(True, opcode, on) for opcode in (8, 9, 10) for on in (True, False)],
        ),
        anchor=((True, 1, True), 0xC1),  # RFC 7692 §7.2.3.1
        section="6.1",
    ),
    Exercise(
        "10.2",
        compress_message,
        setup=("import zlib",),
        measure=_canonical,
        cases=cases(
            [(message,) for message in MESSAGES[:3]], [(message,) for message in MESSAGES[3:]]
        ),
        anchor=((b"Hello",), HELLO),  # RFC 7692 §7.2.3.1
        section="7.2.1",
    ),
    Exercise(
        "10.3",
        read_compressed,
        setup=("import zlib", "", 'TAIL = bytes.fromhex("0000ffff")'),
        cases=cases(
            [([HELLO],), ([HELLO, AGAIN],), ([HELLO, EMPTY, AGAIN],)],
            [
                ([],),
                ([EMPTY],),
                ([HELLO, HELLO],),
                ([STORED, AGAIN],),
                ([TWO_BLOCKS],),
                ([TWO_BLOCKS, HELLO, HELLO],),
            ],
        ),
        anchor=(([HELLO, AGAIN],), [b"Hello", b"Hello"]),  # RFC 7692 §7.2.3.2
        section="7.2.2",
    ),
    Exercise(
        "10.4",
        unpack_within,
        setup=("import zlib", "", 'TAIL = bytes.fromhex("0000ffff")'),
        cases=cases(
            [(HELLO, 5), (HELLO, 4), (STORED, 100)],
            [
                (HELLO, 0),
                (HELLO, 6),
                (EMPTY, 0),
                (EMPTY, 10),
                (TWO_BLOCKS, 5),
                (TWO_BLOCKS, 2),
                (BOMB, 1_000),
                (BOMB, 100_000),
                (SPOILT, 1_000),
            ],
        ),
        anchor=((HELLO, 5), b"Hello"),  # RFC 7692 §7.2.3.1
        section="7.2.2",
    ),
    Exercise(
        "10.5",
        answer_offers,
        setup=(f"HINTS = {json.dumps(HINTS)}",),
        cases=cases([(OFFERS[1],), (OFFERS[3],), (OFFERS[6],)], [(offered,) for offered in OFFERS]),
        section="7.1",
    ),
)
