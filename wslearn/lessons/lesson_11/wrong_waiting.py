"""Typical wrong answers to the exercises 11.4 and 11.5 of lesson 11: keys, and time."""

from wslearn.checking.exercise import Wrong
from wslearn.protocol.masking import mask

# -- 11.4 ------------------------------------------------------------------------------------------


def number(key: bytes) -> int:
    return int.from_bytes(key, "big")


def key_of(value: int) -> bytes:
    return (value % 2**32).to_bytes(4, "big")


def next_key(keys: list[bytes]) -> bytes:
    return key_of(2 * number(keys[-1]) - number(keys[-2]))


def little_next(keys: list[bytes]) -> bytes:
    last, before = (int.from_bytes(key, "little") for key in (keys[-1], keys[-2]))
    return ((2 * last - before) % 2**32).to_bytes(4, "little")


DISGUISING = (
    Wrong(
        lambda wish, keys: mask(wish, keys[-1]),
        "The last key was used. It belongs to a frame that has gone already; the next frame gets "
        "the next key.",
    ),
    Wrong(
        lambda wish, keys: mask(wish, key_of(number(keys[-1]) + 1)),
        "The step was taken to be 1. It is the difference of two neighbours, and may be any.",
    ),
    Wrong(
        lambda wish, keys: wish,
        "The wish was sent as it is. The browser's mask disguises it; mask it first with the same "
        "key, and the browser takes that off again.",
    ),
    Wrong(
        lambda wish, keys: mask(wish, (2 * number(keys[-1]) - number(keys[-2])).to_bytes(4, "big")),
        "Behind the largest number of 32 bits the keys go on from 0. `% 2**32` does that, also "
        "with a number below 0.",
    ),
    Wrong(
        lambda wish, keys: mask(wish, little_next(keys)),
        "The keys were read from the wrong end. In network byte order the byte that counts most "
        "comes first.",
    ),
    Wrong(
        lambda wish, keys: mask(
            wish, bytes(a ^ b ^ c for a, b, c in zip(keys[-1], keys[-1], keys[-2], strict=True))
        ),
        "XOR was used where the keys grow by adding. Read them as numbers and add the step.",
    ),
    Wrong(
        lambda wish, keys: next_key(keys),
        "That is the key. The payload is the wish, masked with it.",
    ),
    Wrong(
        lambda wish, keys: bytes(
            byte ^ key for byte, key in zip(wish, next_key(keys), strict=False)
        ),
        "Only the first four bytes were masked. After the fourth the key begins again: key[i % 4].",
    ),
    Wrong(
        lambda wish, keys: mask(
            wish, bytes((2 * a - b) % 256 for a, b in zip(keys[-1], keys[-2], strict=True))
        ),
        "Each byte of the key was counted on its own. The four are one number: where a byte passes "
        "255, the one before it grows.",
    ),
    Wrong(
        lambda wish, keys: mask(
            wish, key_of((2 * number(keys[-1]) - number(keys[-2])) % (2**32 - 1))
        ),
        "The largest number of 32 bits is 2**32 - 1, and behind it comes 0. So it is `% 2**32`.",
    ),
)


# -- 11.5 ------------------------------------------------------------------------------------------

Arrivals = list[tuple[int, bytes]]


def waiting(
    arrivals: Arrivals,
    seconds: int,
    most: int,
    *,
    again: bool = False,
    timed: bool = True,
    pieces: bool = False,
    sized: str = "all",
    whole_first: bool = False,
    strict: bool = False,
    at_the_end: str = "408",
) -> str:
    """The right answer, with one thing left out or done otherwise."""
    head, before = b"", 0
    for time, data in arrivals:
        late = time - before if again else time
        if timed and (late > seconds or (strict and late == seconds)):
            return "408"
        head, before = head + data, time
        whole = b"\r\n\r\n" in (data if pieces else head)
        if whole and whole_first:
            return "101"
        size = len(data if sized == "piece" else head)
        if sized != "none" and (size > most or (strict and size == most)):
            return "431"
        if whole:
            return "101"
    return at_the_end


def ends_there(arrivals: Arrivals, seconds: int, most: int) -> str:
    head = b""
    for time, data in arrivals:
        head += data
        if time > seconds:
            return "408"
        if len(head) > most:
            return "431"
        if head.endswith(b"\r\n\r\n"):
            return "101"
    return "408"


def all_at_once(arrivals: Arrivals, seconds: int, most: int) -> str:
    head = b"".join(data for _, data in arrivals)
    if any(time > seconds for time, _ in arrivals):
        return "408"
    if len(head) > most:
        return "431"
    return "101" if b"\r\n\r\n" in head else "408"


WAITING = (
    Wrong(
        lambda arrivals, seconds, most: waiting(arrivals, seconds, most, again=True),
        "The clock began anew with each pair. Then a byte now and then holds a place for ever: "
        "count from the start.",
    ),
    Wrong(
        lambda arrivals, seconds, most: waiting(arrivals, seconds, most, timed=False),
        "The time was not looked at. Who sends slowly enough keeps the connection as long as they "
        "like.",
    ),
    Wrong(
        lambda arrivals, seconds, most: waiting(arrivals, seconds, most, pieces=True),
        "The empty line was looked for in each piece alone. It may be cut in two: look in all that "
        "has come.",
    ),
    Wrong(
        lambda arrivals, seconds, most: waiting(arrivals, seconds, most, sized="piece"),
        "Each piece was measured alone. Many small ones make a large head: measure all that has "
        "come.",
    ),
    Wrong(
        lambda arrivals, seconds, most: waiting(arrivals, seconds, most, sized="none"),
        "The size was not looked at. A header that never ends fills the memory.",
    ),
    Wrong(
        lambda arrivals, seconds, most: waiting(arrivals, seconds, most, whole_first=True),
        "A head that is too large was taken because it was whole. Ask for the size first.",
    ),
    Wrong(
        lambda arrivals, seconds, most: waiting(arrivals, seconds, most, strict=True),
        "At the limit is not over it: exactly `seconds` and exactly `most` are allowed.",
    ),
    Wrong(
        lambda arrivals, seconds, most: waiting(arrivals, seconds, most, at_the_end="101"),
        "The pairs ended before the head was whole. Nothing more comes, so time runs out: 408.",
    ),
    Wrong(
        ends_there,
        "It asked whether the bytes end with the empty line. More may stand behind it already, "
        "the first frame for example: ask with `in`.",
    ),
    Wrong(
        all_at_once,
        "All pairs were looked at together. When the head is whole, what comes later no longer "
        "belongs to it: go through the pairs, and return as soon as you know.",
    ),
)
