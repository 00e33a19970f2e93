"""The numbers with which the ten questions are asked each time, and what their prose computes.

Each of the three tests has numbers of its own for every question, so that nobody can remember an
answer: only the rule is the same. No lesson uses them.
"""

from collections.abc import Mapping
from typing import Literal, get_args

from wslearn.protocol.accept import NONCE_SIZE, encode_key
from wslearn.protocol.bits import hex_bytes
from wslearn.protocol.codes import Opcode
from wslearn.protocol.frame import Frame

Which = Literal["before", "halfway", "after"]
WHICH: tuple[Which, ...] = get_args(Which)
"""The three tests in their order."""


def says(first: int) -> str:
    """What the first byte of a data frame says.

    >>> says(0x81), says(0x02)
    ('a whole text message', 'the first part of a binary message')
    """
    kind = "text" if first & 15 == Opcode.TEXT else "binary"
    return f"a whole {kind} message" if first & 128 else f"the first part of a {kind} message"


_SHARED: Mapping[str, object] = {
    "NONCE_SIZE": NONCE_SIZE,
    "Opcode": Opcode,
    "hex_bytes": hex_bytes,
    "says": says,
}

NUMBERS: Mapping[Which, Mapping[str, object]] = {
    "before": {
        "BYTE": 0x74,
        "LENGTH": 777,
        "KEY": bytes.fromhex("a10c5be6"),
        "AT": 7,
        "PLAIN": ord("w"),
        "SIZE": 410,
        "SHORT": 23,
        "FIRST": 0x02,
        "UNMASKED": Frame.text("news").encode(),
        "NONCE": encode_key(bytes(range(100, 116))),
        "PARTS": 4,
        "PING": Frame.ping(b"up?").encode(),
        "CLOSE": Frame.close(1011, "disk full").payload,
    },
    "halfway": {
        "BYTE": 0x52,
        "LENGTH": 1290,
        "KEY": bytes.fromhex("5e93d04a"),
        "AT": 10,
        "PLAIN": ord("q"),
        "SIZE": 977,
        "SHORT": 41,
        "FIRST": 0x81,
        "UNMASKED": Frame.text("train").encode(),
        "NONCE": encode_key(bytes(range(33, 49))),
        "PARTS": 3,
        "PING": Frame.ping(b"late").encode(),
        "CLOSE": Frame.close(1008, "no seat").payload,
    },
    "after": {
        "BYTE": 0x63,
        "LENGTH": 2070,
        "KEY": bytes.fromhex("c83f17b2"),
        "AT": 14,
        "PLAIN": ord("Z"),
        "SIZE": 1633,
        "SHORT": 58,
        "FIRST": 0x82,
        "UNMASKED": Frame.text("orbit").encode(),
        "NONCE": encode_key(bytes(range(201, 217))),
        "PARTS": 5,
        "PING": Frame.ping(b"moon").encode(),
        "CLOSE": Frame.close(1012, "restart").payload,
    },
}
"""By test, the names that the bank computes with."""


def names(which: Which) -> Mapping[str, object]:
    """All names that the prose of one test may use."""
    return {**_SHARED, **NUMBERS[which]}
