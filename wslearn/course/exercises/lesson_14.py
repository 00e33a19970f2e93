"""Lesson 14: how fast it goes, and how to know."""

from wslearn.course.exercise import Exercise, cases
from wslearn.protocol.length import header_size

from .slips_14 import COPYING, KEEPING_ALIVE, MASKING, RATIOS, SHARING


def header_share(length: int, masked: bool) -> int:
    header = header_size(length, masked=masked)
    return 100 * header // (header + length)


def middle_ratio(ours: tuple[int, ...], theirs: tuple[int, ...]) -> int:
    ratios = []
    for index in range(len(ours)):
        ratios.append(100 * theirs[index] // ours[index])
    ratios.sort()
    return ratios[len(ratios) // 2]


def mask_number(data: bytes, key: bytes) -> bytes:
    size = len(data)
    repeated = (key * (size // 4 + 1))[:size]
    number = int.from_bytes(data, "big") ^ int.from_bytes(repeated, "big")
    return number.to_bytes(size, "big")


def bytes_copied(sizes: tuple[int, ...]) -> int:
    copied = 0
    kept = 0
    for size in sizes:
        kept = kept + size
        copied = copied + kept
    return copied


def keep_alive_bytes(connections: int, seconds: int, payload: int) -> int:
    ping = 2 + payload + AROUND
    pong = 6 + payload + AROUND
    return connections * (3600 // seconds) * (ping + pong)


AROUND = 40
KEY = bytes.fromhex("37fa213d")
HELLO = b"Hello"

EXERCISES = (
    Exercise(
        id="14.1",
        title="How much of it is header?",
        task=(
            "Write `header_share`. It takes the length of a payload and whether the frame is "
            "masked, and returns how many per cent of the whole frame are header, rounded down to "
            "a whole number. The function `header_size` is ours, and does what you did in 04.4: "
            "`header_size(5, masked=True)`, with the name before the second value."
        ),
        starter="def header_share(length, masked):",
        setup=("from wslearn.protocol.length import header_size",),
        hints=(
            "Ask first how long the header is: header_size(length, masked=masked). How long is the "
            "whole frame then?",
            "A share in per cent is 100 times the part, divided by the whole. `//` divides and "
            "rounds down.",
            "header = header_size(length, masked=masked); return 100 * header // (header + length)",
        ),
        reference=header_share,
        cases=cases(
            [(5, False), (5, True), (126, True)],
            [
                (length, masked)
                for length in (0, 1, 2, 13, 125, 126, 65_535, 65_536)
                for masked in (False, True)
            ],
        ),
        anchor=((5, False), 28),  # two bytes before five, RFC 6455 §5.7
        section="5.2",
        wrong=SHARING,
    ),
    Exercise(
        id="14.2",
        title="The middle of the ratios",
        task=(
            "Two ways were timed in turns. Write `middle_ratio`. It takes two tuples of whole "
            "numbers: the times of our turns and the times of theirs, in microseconds. The times "
            "at the same place are a pair, and there is an odd number of pairs. It returns the "
            "median of the ratios, theirs divided by ours, in per cent; round each ratio down to a "
            "whole number. So 200 says that ours is twice as fast."
        ),
        starter="def middle_ratio(ours, theirs):",
        hints=(
            "Make a list with one ratio for each pair: 100 * theirs[index] // ours[index].",
            "The median is the middle of the sorted list: sort it, then take the entry at "
            "len(ratios) // 2.",
            "ratios = sorted(100 * b // a for a, b in zip(ours, theirs)); "
            "return ratios[len(ratios) // 2]",
        ),
        reference=middle_ratio,
        cases=cases(
            [
                ((10, 10, 10), (20, 30, 20)),
                ((10, 40, 10), (30, 60, 10)),
            ],
            [
                ((7,), (14,)),
                ((100, 90, 500, 95, 100), (200, 210, 990, 190, 900)),
                ((30, 10, 20), (30, 40, 50)),
                ((10, 10, 90, 90, 90), (9, 8, 180, 190, 200)),
                ((3, 7, 9, 11, 13), (10, 20, 28, 31, 39)),
                ((50, 20, 20, 20, 20), (20, 100, 50, 60, 10)),
            ],
        ),
        section="",
        wrong=RATIOS,
    ),
    Exercise(
        id="14.3",
        title="Mask with one large number",
        task=(
            "Write `mask_number`. It takes data of any length and a key of four bytes, and returns "
            "the masked data, as in lesson 05. Do it without a loop over the bytes: make one large "
            "number of the data, one of the repeated key, and XOR the two."
        ),
        starter="def mask_number(data, key):",
        hints=(
            "First the key: repeat it until it is long enough, then cut it to the length of the "
            'data. key * 3 repeats bytes three times. int.from_bytes(data, "big") makes the '
            "number.",
            "number.to_bytes(size, order) makes bytes again. How many have to come out, also when "
            "the number is small?",
            "size = len(data); repeated = (key * (size // 4 + 1))[:size]; number = "
            'int.from_bytes(data, "big") ^ int.from_bytes(repeated, "big"); return '
            'number.to_bytes(size, "big")',
        ),
        reference=mask_number,
        cases=cases(
            [(HELLO, KEY), (b"abcd", KEY), (b"", KEY)],
            [
                (b"H", KEY),
                (b"Hel", KEY),
                (b"Hello, world", KEY),
                (KEY + b"Hello", KEY),  # begins with zeros once it is masked
                (KEY, KEY),
                (bytes(9), KEY),
                (bytes(range(256)), bytes.fromhex("000000ff")),
                (b"x" * 1001, bytes.fromhex("01020304")),
            ],
        ),
        anchor=((HELLO, KEY), bytes.fromhex("7f9f4d5158")),  # RFC 6455 §5.7
        section="5.3",
        wrong=MASKING,
    ),
    Exercise(
        id="14.4",
        title="Count the copies",
        task=(
            "A payload comes in pieces, and a program collects them with `kept = kept + piece`, "
            "beginning with no bytes. Each time all bytes of the sum are written to a new place. "
            "Write `bytes_copied`. It takes a tuple with the lengths of the pieces in their order, "
            "and returns how many bytes are written altogether."
        ),
        starter="def bytes_copied(sizes):",
        hints=(
            "Go through the pieces by hand: after the first, as many bytes are written as it has. "
            "After the second, the first is written once more.",
            "Two numbers are enough: how much is kept so far, and how much has been written so "
            "far. Which one grows by which?",
            "copied = kept = 0; for size in sizes: kept = kept + size; copied = copied + kept; "
            "then return copied",
        ),
        reference=bytes_copied,
        cases=cases(
            [((10,),), ((10, 10),), ((10, 10, 10),)],
            [
                ((),),
                ((5, 1),),
                ((1, 5),),
                ((4, 0, 4),),
                ((4096,) * 4,),
                ((1,) * 60,),
                ((7, 3, 9, 2),),
            ],
        ),
        section="",
        wrong=COPYING,
    ),
    Exercise(
        id="14.5",
        title="An hour of pings",
        task=(
            "A server keeps its connections alive: to each it sends a ping every so many seconds, "
            "and the client answers with a pong. Write `keep_alive_bytes`. It takes the number of "
            "connections, the seconds from ping to ping (an hour is a multiple of them), and the "
            "length of the ping's payload, at most 125 bytes. It returns how many bytes travel in "
            "an hour, both ways, with `AROUND` bytes of TCP and IP around each frame."
        ),
        starter="def keep_alive_bytes(connections, seconds, payload):",
        setup=("AROUND = 40",),
        hints=(
            "One ping first: header, payload, AROUND. Then its pong. In which of the two is a "
            "masking-key?",
            "A pong carries the payload of its ping. How many pings does one connection see in an "
            "hour, which has 3600 seconds?",
            "ping = 2 + payload + AROUND; pong = 6 + payload + AROUND; "
            "return connections * (3600 // seconds) * (ping + pong)",
        ),
        reference=keep_alive_bytes,
        cases=cases(
            [(1, 3600, 0), (1, 20, 0), (1000, 20, 4)],
            [(1, 3600, 125), (10_000, 20, 0), (7, 60, 8), (0, 60, 4), (2, 1, 1), (250_000, 30, 16)],
        ),
        section="5.5.3",
        wrong=KEEPING_ALIVE,
    ),
)
