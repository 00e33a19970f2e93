"""Three ways to mask, and the time that each takes by the length of the data (RFC 6455 §5.3)."""

import os
from collections.abc import Callable, Mapping
from itertools import cycle

from wslearn.course.waiting import one_by_one
from wslearn.protocol.examples import COURSE_KEY as KEY

from .paired import LONG_ENOUGH, calls_in_a_turn, turn

Mask = Callable[[bytearray, bytes], bytes | bytearray]
"""Masks data by a key; where it works in place, it returns the buffer that it was given."""


def byte_by_byte(data: bytearray, key: bytes) -> bytes:
    """The rule as the RFC states it: a loop.

    >>> byte_by_byte(bytearray(b"Hello"), KEY).hex()
    '7f9f4d5158'
    """
    return bytes(byte ^ part for byte, part in zip(data, cycle(key), strict=False))


def one_number(data: bytearray, key: bytes) -> bytes:
    """All bytes as one large number, so that one XOR does the work.

    >>> one_number(bytearray(b"Hello"), KEY).hex()
    '7f9f4d5158'
    """
    size = len(data)
    repeated = (key * (size // 4 + 1))[:size]
    number = int.from_bytes(data, "big") ^ int.from_bytes(repeated, "big")
    return number.to_bytes(size, "big")


def numpy_in_place(data: bytearray, key: bytes) -> bytearray:
    """Four bytes at a time, in machine code, and in place; whole groups of four only."""
    from numpy import frombuffer

    numbers = frombuffer(data, "u4")
    numbers ^= frombuffer(key, "u4")
    return data


MASKS: dict[str, Mask] = {
    "a loop": byte_by_byte,
    "one large number": one_number,
    "numpy, in place": numpy_in_place,
}

SIZES = (4, 16, 64, 256, 1024, 4096, 2**14, 2**16, 2**18, 2**20)
Times = dict[str, dict[int, float]]
"""For each way, microseconds for one call by the length of the data in bytes."""


def mask_times(
    masks: Mapping[str, Mask] = MASKS, turns: int = 5, seconds: float = LONG_ENOUGH
) -> Times:
    """For each way the time of one call, in microseconds, by the length of the data.

    It is the shortest of this many turns: other work can only add to it.
    """
    times: Times = {name: {} for name in masks}
    for size in one_by_one("Measuring", SIZES):
        data = bytearray(os.urandom(size))
        for name, mask in masks.items():
            action = _on(mask, data)
            count = calls_in_a_turn(action, seconds)
            best = min(turn(action, count) for _ in range(turns))
            times[name][size] = best / count * 1e6
    return times


def _on(mask: Mask, data: bytearray) -> Callable[[], object]:
    return lambda: mask(data, KEY)
