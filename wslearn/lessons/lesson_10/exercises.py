"""Lesson 10: permessage-deflate."""

import zlib

from wslearn.checking.exercise import Exercise, Wrong, cases
from wslearn.protocol.deflate import Decompressor, Window

from .solutions import (
    TAIL,
    answer_offers,
    begin_frame,
    compress_message,
    read_compressed,
    unpack_within,
)
from .wrong import (
    ANSWERING,
    COMPRESSING,
    MESSAGES,
    SETTING_RSV1,
    all_then_count,
    by_what_is_left,
    read_all,
    unpack_at_most,
)

HELLO = bytes.fromhex("f248cdc9c90700")


AGAIN = bytes.fromhex("f200110000")


TWO_BLOCKS = bytes.fromhex("f24805000000ffffcac9c90700")


STORED = bytes.fromhex("000500faff48656c6c6f00")


EMPTY = b"\x00"


"""Compressed messages as RFC 7692 §7.2.3 prints them; all but the empty one say “Hello”."""


def _canonical(payload: object) -> object:
    """A right payload as the reference would write it: a compressor may squeeze as it likes.

    Right is what unpacks, drops the four bytes, and ends so that the next message can follow.
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


BOMB = compress_message(bytes(100_000))


SPOILT = BOMB + TAIL + b"\xff"


"""A bomb, and behind it a block of no type: whoever unpacks it all runs into that."""


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
        wrong=SETTING_RSV1,
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
        wrong=COMPRESSING,
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
        wrong=(
            Wrong(
                lambda payloads: [unpack_at_most(payload, 0) for payload in payloads],
                "Each message got a new decompressor. The second message refers back to the first, "
                "and a new one has not seen it: make one before the loop.",
            ),
            Wrong(
                lambda payloads: read_all(payloads, -15, b""),
                "The four bytes were not put back. A single message may still come out right, but "
                "the next one is then read from the wrong place.",
            ),
            Wrong(
                lambda payloads: [message + TAIL for message in read_all(payloads, -15, b"")],
                "The four bytes were added to the message. They belong to the payload, before it "
                "is unpacked.",
                telling=(([EMPTY],),),
            ),
            Wrong(
                lambda payloads: read_all([TAIL + payload for payload in payloads], -15, b""),
                "The four bytes were put in front. The sender took them from the end.",
            ),
            Wrong(
                lambda payloads: read_all(payloads, 15, TAIL),
                "Nothing could be unpacked. zlib.decompress waits for a marked end, and without "
                "the minus in wbits=-15 zlib waits for a head. Neither is sent: make a "
                "zlib.decompressobj(wbits=-15).",
            ),
            Wrong(
                lambda payloads: [message.decode() for message in read_all(payloads, -15, TAIL)],
                "The messages are text here. The task asks for bytes: leave the .decode() out.",
            ),
            Wrong(
                lambda payloads: read_all([b"".join(payloads)], -15, TAIL),
                "The payloads were joined, so all messages came out as one, or none. Each payload "
                "is a message of its own, with four bytes to put back.",
            ),
            Wrong(
                lambda payloads: b"".join(read_all(payloads, -15, TAIL)),
                "The messages were joined. The task asks for a list, one entry for each message.",
            ),
        ),
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
        wrong=(
            Wrong(
                all_then_count,
                "Everything was unpacked first and counted then. That is too late: the bomb has "
                "gone off. Give decompress() a second argument, the most bytes it may return.",
            ),
            Wrong(
                unpack_at_most,
                "The message was cut at the limit and handed over as if it were whole. Too long "
                "means None.",
            ),
            Wrong(
                lambda payload, limit: unpack_at_most(payload, limit + 1),
                "One byte too many came out and nobody looked. If it is there, the message is too "
                "long: return None.",
            ),
            Wrong(
                lambda payload, limit: (
                    None
                    if len(unpack_at_most(payload, limit + 1)) >= limit
                    else unpack_at_most(payload, limit)
                ),
                "A message of exactly the limit was refused. It is allowed: at most means that "
                "many or fewer.",
            ),
            Wrong(
                by_what_is_left,
                "That bytes are left over (unconsumed_tail) does not mean that more of the message "
                "comes: they may be its end. Ask for one byte more than the limit instead.",
            ),
            Wrong(
                lambda payload, limit: (
                    unpack_at_most(payload, 0) if len(payload) <= limit else None
                ),
                "The compressed bytes were counted. The limit is about what they unpack to; that "
                "a bomb is small on the wire is its whole trick.",
            ),
            Wrong(
                lambda payload, limit: zlib.decompress(payload + TAIL, wbits=-15)[: limit + 1],
                "Nothing could be unpacked. zlib.decompress waits for a marked end, and without "
                "the minus in wbits=-15 zlib waits for a head. Make a "
                "zlib.decompressobj(wbits=-15), which can also stop early.",
            ),
        ),
    ),
    Exercise(
        "10.5",
        answer_offers,
        setup=('HINTS = ["client_no_context_takeover", "client_max_window_bits"]',),
        cases=cases([(OFFERS[1],), (OFFERS[3],), (OFFERS[6],)], [(offered,) for offered in OFFERS]),
        section="7.1",
        wrong=ANSWERING,
    ),
)
