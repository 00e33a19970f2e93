"""Wrong answers to lesson 10: more than one module can hold beside the exercises."""

import random
import zlib

from wslearn.checking.exercise import Wrong
from wslearn.protocol.deflate import TAIL

HINTS = ["client_no_context_takeover", "client_max_window_bits"]
"""Parameters of an offer that bind nobody."""


def misplaced_rsv1(fin: bool, opcode: int, rsv1: bool, place: int = 6) -> int:
    """A first byte with RSV1 wherever a wrong answer has it."""
    return fin << 7 | rsv1 << place | opcode


def flushed(data: bytes, wbits: int, mode: int, keep: slice) -> bytes:
    """A payload from another format, another end, or with another piece cut off."""
    compressor = zlib.compressobj(wbits=wbits)
    return (compressor.compress(data) + compressor.flush(mode))[keep]


def only_flush(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-15)
    compressor.compress(data)
    return compressor.flush(zlib.Z_SYNC_FLUSH)[:-4]


def read_all(payloads: list[bytes], wbits: int, tail: bytes) -> list[bytes]:
    decompressor = zlib.decompressobj(wbits=wbits)
    return [decompressor.decompress(payload + tail) for payload in payloads]


def unpack_at_most(payload: bytes, most: int) -> bytes:
    return zlib.decompressobj(wbits=-15).decompress(payload + TAIL, most)


def all_then_count(payload: bytes, limit: int) -> bytes | None:
    message = unpack_at_most(payload, 0)
    return message if len(message) <= limit else None


def by_what_is_left(payload: bytes, limit: int) -> bytes | None:
    decompressor = zlib.decompressobj(wbits=-15)
    message = decompressor.decompress(payload + TAIL, limit)
    return None if decompressor.unconsumed_tail else message


def answered(offered: str, *, flag: bool = True, hints: bool = False, strict: bool = True) -> str:
    """An answer to the last offer, or to what is no offer of ours, or with what it must not say."""
    words = [word.strip() for word in offered.rsplit(",", maxsplit=1)[-1].split(";")]
    said = [word for word in words[1:] if hints or (flag and word.startswith("server_no"))]
    return "; ".join([words[0] if strict else "permessage-deflate", *said])


def loosely(offered: str, *, strip: bool, unknown: bool) -> str | None:
    """The first offer that suits, but with spaces left on the names, or not all of them read."""
    for offer in offered.split(","):
        name, *given = [word.strip() if strip else word for word in offer.split(";")]
        forgets = "server_no_context_takeover"
        known = [word.split("=")[0] in [*HINTS, forgets] for word in given]
        limited = any(word.startswith("server_max_window_bits") for word in given)
        if name == "permessage-deflate" and not limited and (unknown or all(known)):
            return "; ".join([name, *(word for word in given if word == forgets)])
    return None


def one_compressor(messages: list[bytes]) -> dict[bytes, bytes]:
    """What a compressor gives that is made once and kept, message by message."""
    compressor = zlib.compressobj(wbits=-15)
    return {
        message: (compressor.compress(message) + compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]
        for message in messages
    }


def without_promise(offered: str) -> str | None:
    """The right offer, but without the parameter that has to be repeated."""
    reply = loosely(offered, strip=True, unknown=False)
    return reply.partition(";")[0] if reply else None


NOISE = random.Random(10).randbytes(100_000)
"""So much that a compressor hands some of it out before it is flushed."""

MESSAGES = [
    b"Hello",
    b"Hi",
    b"",
    b"a",
    b"Hello, Hello, Hello",
    b"a" * 1000,
    bytes(range(256)),
    NOISE,
]

ONE_COMPRESSOR = one_compressor(MESSAGES)

SETTING_RSV1 = (
    Wrong(
        misplaced_rsv1,
        "RSV1 was set on every frame while compressing. It stands on the first frame of a "
        "message only: not on a continuation, and never on a control frame.",
    ),
    Wrong(
        lambda fin, opcode, on: misplaced_rsv1(fin, opcode, on and opcode < 8),
        "RSV1 was set on a continuation. The first frame has said it for the whole message.",
    ),
    Wrong(
        lambda fin, opcode, on: misplaced_rsv1(fin, opcode, on and opcode != 0),
        "RSV1 was set on a control frame. Control frames are never compressed.",
    ),
    Wrong(
        lambda fin, opcode, on: misplaced_rsv1(fin, opcode, on and opcode == 1),
        "Binary messages can be compressed too: opcode 2 begins a message like opcode 1.",
    ),
    Wrong(
        lambda fin, opcode, on: misplaced_rsv1(fin, opcode, on and opcode in (1, 2), place=5),
        "That is RSV2. RSV1 stands right beside FIN and counts 64.",
    ),
    Wrong(
        lambda fin, opcode, on: misplaced_rsv1(True, opcode, on and opcode in (1, 2)),
        "FIN was always set. It is 0 on every fragment but the last.",
    ),
    Wrong(
        lambda fin, opcode, on: fin << 7 + (on and opcode in (1, 2)) << 6 + opcode,
        "Python does + before <<, so the bits were moved by far more than 7. Use | or put "
        "brackets around each shift.",
    ),
    Wrong(
        lambda fin, opcode, on: misplaced_rsv1(fin, opcode, False),
        "RSV1 was never set, so the receiver takes compressed bytes for text.",
    ),
    Wrong(
        lambda fin, opcode, on: misplaced_rsv1(fin, opcode, fin and on and opcode in (1, 2)),
        "RSV1 is missing on a first fragment, where FIN is 0. It belongs to the frame that "
        "begins a message, not to the one that ends it.",
    ),
)

COMPRESSING = (
    Wrong(
        lambda data: flushed(data, -15, zlib.Z_SYNC_FLUSH, slice(None)),
        "The four bytes at the end are still there. The receiver puts them back itself, so "
        "they need not travel.",
    ),
    Wrong(
        lambda data: flushed(data, 15, zlib.Z_SYNC_FLUSH, slice(-4)),
        "Two bytes stand in front: the head of the zlib format. wbits=-15, with the minus, "
        "gives DEFLATE alone.",
    ),
    Wrong(
        lambda data: flushed(data, 15, zlib.Z_FINISH, slice(None)),
        "That is the zlib format: a head of two bytes, then DEFLATE, then a checksum. The "
        "extension wants DEFLATE alone: zlib.compressobj(wbits=-15).",
    ),
    Wrong(
        lambda data: flushed(data, -15, zlib.Z_FINISH, slice(None)),
        "flush() alone ends the stream: its last block is marked as the last one, and no "
        "message may follow. flush(zlib.Z_SYNC_FLUSH) leaves it open.",
    ),
    Wrong(
        lambda data: flushed(data, -15, zlib.Z_FINISH, slice(-4)),
        "flush() alone does not end in the four bytes, so [:-4] cut off a part of the "
        "message. They come from flush(zlib.Z_SYNC_FLUSH).",
    ),
    Wrong(
        lambda data: zlib.compressobj(wbits=-15).compress(data),
        "The compressor still holds the data: compress() hands out little or nothing until "
        "flush(zlib.Z_SYNC_FLUSH) is called.",
    ),
    Wrong(
        lambda data: data,
        "The message came back as it was. Make a zlib.compressobj and use what its two "
        "calls return.",
    ),
    Wrong(
        lambda data: ONE_COMPRESSOR[data],
        "The compressor was made outside the function and remembers the messages before. "
        "Here each message stands alone: make a new one in the function.",
    ),
    Wrong(
        only_flush,
        "What compress() returned was thrown away. For a short message it is empty, for a "
        "long one it is most of it: add both parts.",
    ),
)

ANSWERING = (
    Wrong(
        lambda offered: loosely(offered.split(",")[0], strip=True, unknown=False),
        "Only the first offer was looked at. The list is the client's order of wishes: if "
        "the first does not suit, try the next.",
    ),
    Wrong(
        lambda offered: loosely(offered, strip=True, unknown=True),
        "An offer was taken although it has a parameter that nobody knows. The server "
        "cannot keep to what it does not understand.",
    ),
    Wrong(
        lambda offered: loosely(offered, strip=False, unknown=False),
        "After a comma or a semicolon there may be a space, and then the names are not "
        "equal. strip() takes it away.",
    ),
    Wrong(
        answered,
        "The last offer was answered, whatever stands in it. Take the first that suits, "
        "and None if none does.",
    ),
    Wrong(
        lambda offered: answered(offered, hints=True),
        "The offer was sent back as it came. Hints do not belong in the answer: there "
        "client_max_window_bits would need a value, and would bind the client.",
    ),
    Wrong(
        lambda offered: offered if offered == "permessage-deflate" else None,
        "Only the bare name was understood. An offer may have parameters, and a list may "
        "have several offers. Split at commas, then at semicolons.",
    ),
    Wrong(
        lambda offered: "permessage-deflate" if "permessage-deflate" in offered else None,
        "The name was found somewhere in the text, but the parameters were not read. Some "
        "ask for what this server cannot do, one has to be repeated.",
    ),
    Wrong(
        without_promise,
        "server_no_context_takeover was asked for, and the answer does not say it. Then "
        "the client has to fail the connection.",
    ),
    Wrong(
        lambda offered: answered(offered.split(",")[0], hints=False, strict=False),
        "permessage-deflate was the answer to an offer of another extension. A client "
        "fails the connection over an extension that it did not offer.",
    ),
)
