"""Wrong answers to lesson 14: more than one module can hold beside the exercises."""

from collections.abc import Callable, Sequence

from wslearn.checking.exercise import Wrong
from wslearn.protocol.length import header_size

AROUND = 40


def _share(length: int, masked: bool) -> float:
    header = header_size(length, masked=masked)
    return 100 * header / (header + length)


def _of_payload(length: int, masked: bool) -> int:
    return 100 * header_size(length, masked=masked) // length


SHARING = (
    Wrong(
        _of_payload,
        "It is divided by the payload. A share of the frame is divided by the whole frame: header "
        "and payload together.",
    ),
    Wrong(
        lambda length, masked: (
            100 * header_size(length, masked=False) // (header_size(length, masked=False) + length)
        ),
        "The masking-key is missing: a masked frame has four bytes more before its payload.",
        telling=((5, True),),
    ),
    Wrong(
        lambda length, masked: round(_share(length, masked)),
        "It is rounded to the nearest number. The task asks to round down, as `//` does.",
    ),
    Wrong(
        _share,
        "The division `/` gives a float, with a part after the point. `//` divides and rounds "
        "down.",
    ),
    Wrong(
        lambda length, masked: 100 * length // (header_size(length, masked=masked) + length),
        "That is the share of the payload. The task asks for the share of the header.",
    ),
    Wrong(
        lambda length, masked: 100 * (2 + 4 * masked) // (2 + 4 * masked + length),
        "From 126 bytes on the length takes two or eight bytes more: let header_size count them.",
        telling=((126, True),),
    ),
    Wrong(
        lambda length, masked: header_size(length, masked=masked),
        "That is how many bytes the header has. The task asks which share of the frame they are, "
        "in per cent.",
    ),
    Wrong(
        lambda length, masked: (
            header_size(length, masked=masked) // (header_size(length, masked=masked) + length)
        ),
        "A header is less than the whole, so `//` gives 0 here. Multiply by 100 first.",
    ),
    Wrong(
        header_size,
        "header_size wants its second value with the name: header_size(length, masked=masked).",
    ),
)


def _percent(theirs: Sequence[float], ours: Sequence[float]) -> list[int]:
    return [int(100 * b // a) for a, b in zip(ours, theirs, strict=True)]


def _middle(values: Sequence[int]) -> int:
    return sorted(values)[len(values) // 2]


RATIOS = (
    Wrong(
        lambda ours, theirs: 100 * _middle(theirs) // _middle(ours),
        "That is the ratio of two medians. Then the two middle times may come from different "
        "pairs, and what slowed a pair down no longer cancels. First the ratios, then the median.",
    ),
    Wrong(
        lambda ours, theirs: sum(_percent(theirs, ours)) // len(ours),
        "That is the mean of the ratios. A single pair that was disturbed moves it; the median "
        "stays where it is.",
    ),
    Wrong(
        lambda ours, theirs: 100 * sum(theirs) // sum(ours),
        "That is the ratio of the sums. The slowest turns count most in a sum, and they are slow "
        "because something else ran.",
    ),
    Wrong(
        lambda ours, theirs: _middle(_percent(ours, theirs)),
        "The ratio is upside down. Theirs divided by ours is large where ours is fast.",
    ),
    Wrong(
        lambda ours, theirs: _percent(theirs, ours)[len(ours) // 2],
        "The list is not sorted, so its middle is just the pair that was timed in the middle. "
        "Sort first.",
    ),
    Wrong(
        lambda ours, theirs: 100 * min(theirs) // min(ours),
        "That compares the best turn of each. They may come from different pairs. Here the task "
        "asks for the median of the ratios.",
    ),
    Wrong(
        lambda ours, theirs: max(_percent(theirs, ours)),
        "That is the best ratio of all. It would flatter us; the median stands in the middle.",
    ),
    Wrong(
        lambda ours, theirs: sorted(b / a for a, b in zip(ours, theirs, strict=True))[
            len(ours) // 2
        ],
        "The ratio is a float. In per cent and rounded down it is a whole number: "
        "100 * theirs[index] // ours[index].",
    ),
    Wrong(
        lambda ours, theirs: _percent(theirs, ours).sort()[len(ours) // 2],  # type: ignore[index]
        "`sort()` sorts the list where it stands and returns None: give it a line of its own, then "
        "take the middle. (Two tuples cannot be divided as a whole either: go pair by pair.)",
    ),
)


def _number(data: bytes, repeated: bytes, size: int | None = None, back: str = "big") -> bytes:
    number = int.from_bytes(data, "big") ^ int.from_bytes(repeated, "big")
    if size is None:
        size = (number.bit_length() + 7) // 8
    return number.to_bytes(size, "little" if back == "little" else "big")


def _repeated(data: bytes, key: bytes) -> bytes:
    return (key * (len(data) // 4 + 1))[: len(data)]


def _mixed(data: bytes, key: bytes) -> bytes:
    repeated = int.from_bytes(_repeated(data, key), "little")
    return (int.from_bytes(data, "big") ^ repeated).to_bytes(len(data), "big")


MASKING = (
    Wrong(
        lambda data, key: _number(data, key, max(len(data), 4)),
        "The key is not repeated, so it meets four bytes only, and the wrong ones: the last. "
        "Repeat it to the length of the data.",
    ),
    Wrong(
        lambda data, key: _number(data, _repeated(data, key)),
        "Bytes are missing at the front: a number has no leading zeros. Say how many bytes you "
        "want: to_bytes(len(data), ...).",
        telling=((bytes.fromhex("37fa213d") + b"Hello", bytes.fromhex("37fa213d")),),
    ),
    Wrong(
        lambda data, key: _number(data, key * (len(data) // 4 + 1), len(data) // 4 * 4 + 4),
        "The repeated key is longer than the data, so the two do not stand under each other. Cut "
        "it with [:len(data)].",
    ),
    Wrong(
        lambda data, key: _number(data, key * (len(data) // 4), len(data)),
        "The key stops too early where the length is no multiple of four. Repeat it once more, "
        "then cut it.",
        telling=((b"Hello", bytes.fromhex("37fa213d")),),
    ),
    Wrong(
        lambda data, key: _number(data, _repeated(data, key), len(data), "little"),
        "The bytes come out in the opposite order. Use the same order for from_bytes and to_bytes.",
    ),
    Wrong(
        _mixed,
        "The data was read from the one end and the key from the other. Use the same order for "
        "both.",
    ),
    Wrong(
        lambda data, key: int.from_bytes(data, "big") ^ int.from_bytes(_repeated(data, key), "big"),
        "That is the number. It still has to become bytes: number.to_bytes(len(data), ...).",
    ),
    Wrong(
        lambda data, key: _number(data, key * (len(data) // 4 + 1), len(data)),
        "The repeated key is longer than the data, so the number is too large for as many bytes. "
        "Cut the key with [:len(data)] before it becomes a number.",
    ),
    Wrong(
        lambda data, key: _number(data, key, len(data)),
        "The key is not repeated: for four bytes of data it is enough, for fewer it is too long "
        "and for more too short. Repeat it, then cut it to the length of the data.",
    ),
)


def _written(sizes: Sequence[int], step: Callable[[int, int], int]) -> int:
    copied = kept = 0
    for size in sizes:
        copied += step(kept, size)
        kept += size
    return copied


COPYING = (
    Wrong(
        sum,
        "That counts each byte once, as if a piece could be put behind the others. Here the sum is "
        "new bytes each time, and what was kept is written again.",
    ),
    Wrong(
        lambda sizes: _written(sizes, lambda kept, size: kept),
        "Only what was kept before is counted. The new piece is written as well.",
    ),
    Wrong(
        lambda sizes: len(sizes) * sum(sizes),
        "That writes the whole payload each time. At the first pieces most of it has not come yet.",
    ),
    Wrong(
        lambda sizes: _written(sizes, lambda kept, size: kept + 2 * size),
        "The new piece is counted twice. Each sum is written once: what was kept, and the piece.",
    ),
    Wrong(
        lambda sizes: len(sizes) * (len(sizes) + 1) // 2 * sizes[0],
        "It asks for the first piece, and there may be none. And the others may be longer or "
        "shorter: a network cuts as it likes.",
    ),
    Wrong(
        lambda sizes: len(sizes) * (len(sizes) + 1) // 2 * (sizes[0] if sizes else 0),
        "It takes all pieces to be as long as the first. A network cuts as it likes.",
    ),
    Wrong(
        lambda sizes: sizes[0] if sizes else 0,
        "It stopped after the first piece: the `return` stands in the loop. Move it to the left.",
        telling=(((10, 10),),),
    ),
)


def _hour(ping: int, pong: int, connections: int, seconds: int) -> int:
    return connections * (3600 // seconds) * (ping + pong)


KEEPING_ALIVE = (
    Wrong(
        lambda connections, seconds, payload: _hour(
            42 + payload, 42 + payload, connections, seconds
        ),
        "The pong comes from a client, so it is masked: its header has six bytes.",
    ),
    Wrong(
        lambda connections, seconds, payload: _hour(
            46 + payload, 46 + payload, connections, seconds
        ),
        "The ping comes from the server, which does not mask: its header has two bytes.",
    ),
    Wrong(
        lambda connections, seconds, payload: _hour(42 + payload, 46, connections, seconds),
        "The pong has no payload here. It carries that of its ping (§5.5.3).",
        telling=((1000, 20, 4),),
    ),
    Wrong(
        lambda connections, seconds, payload: _hour(2 + payload, 6 + payload, connections, seconds),
        "Only the frames are counted. TCP and IP put AROUND bytes around each of them.",
    ),
    Wrong(
        lambda connections, seconds, payload: _hour(42 + payload, 0, connections, seconds),
        "Only the pings are counted. Each is answered by a pong (§5.5.2).",
    ),
    Wrong(
        lambda connections, seconds, payload: _hour(
            2 + payload, 6 + payload + AROUND, connections, seconds
        ),
        "AROUND is there once. The ping and the pong travel each in a packet of its own.",
    ),
    Wrong(
        lambda connections, seconds, payload: connections * seconds * (88 + 2 * payload),
        "It multiplies by the seconds from ping to ping. The fewer seconds, the more pings: an "
        "hour has 3600 // seconds of them.",
    ),
    Wrong(
        lambda connections, seconds, payload: connections * (60 // seconds) * (88 + 2 * payload),
        "That is one minute. An hour has 3600 seconds.",
    ),
    Wrong(
        lambda connections, seconds, payload: connections * 3600 / seconds * (88 + 2 * payload),
        "The division `/` gives a float. `//` gives a whole number, and here nothing is lost.",
    ),
    Wrong(
        lambda connections, seconds, payload: (3600 // seconds) * (88 + 2 * payload),
        "That is one connection. The server has more of them.",
        telling=((1000, 20, 4),),
    ),
)
