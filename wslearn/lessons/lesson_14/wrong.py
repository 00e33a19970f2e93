"""Typical wrong answers to the exercises of lesson 14, and what each one comes from."""

from wslearn.checking.exercise import wrong
from wslearn.protocol.length import header_size

from .exercises import KEY
from .solutions import AROUND


@wrong("14.1")
def share_of_the_payload_length(length, masked):
    """It is divided by the payload. A share of the frame is divided by the whole frame: header and
    payload together."""
    header = header_size(length, masked=masked)
    return 100 * header // length


@wrong("14.1")
def with_a_fraction(length, masked):
    """The division `/` gives a number with a fraction. `//` divides and rounds down."""
    header = header_size(length, masked=masked)
    return 100 * header / (header + length)


@wrong("14.1")
def divided_before_multiplying(length, masked):
    """A header is less than the whole, so `//` gives 0 here. Multiply by 100 first."""
    header = header_size(length, masked=masked)
    return header // (header + length) * 100


@wrong("14.1")
def rounded_to_the_nearest(length, masked):
    """It is rounded to the nearest number. The task asks to round down, as `//` does."""
    header = header_size(length, masked=masked)
    return round(100 * header / (header + length))


@wrong("14.1")
def value_without_its_name(length, masked):
    """header_size wants its second value with the name: header_size(length, masked=masked)."""
    header = header_size(length, masked)
    return 100 * header // (header + length)


def percent(theirs, ours):
    return [100 * b // a for a, b in zip(ours, theirs, strict=True)]


def middle(values):
    return sorted(values)[len(values) // 2]


@wrong("14.2")
def ratio_of_the_medians(ours, theirs):
    """That is the ratio of two medians. The two middle times may come from different pairs, and
    then what slowed a pair down no longer cancels. First the ratios, then the median."""
    return 100 * middle(theirs) // middle(ours)


@wrong("14.2")
def not_sorted(ours, theirs):
    """The list is not sorted, so its middle is just the pair that was timed in the middle. Sort
    first."""
    ratios = percent(theirs, ours)
    return ratios[len(ratios) // 2]


@wrong("14.2")
def upside_down(ours, theirs):
    """The ratio is upside down. Theirs divided by ours is large where ours is fast."""
    return middle(percent(ours, theirs))


@wrong("14.2")
def ratio_with_a_fraction(ours, theirs):
    """The ratio has a fraction. In per cent and rounded down it is a whole number: 100 *
    theirs[index] // ours[index]."""
    return middle([b / a for a, b in zip(ours, theirs, strict=True)])


@wrong("14.2")
def result_of_sort(ours, theirs):
    """`sort()` sorts the list in place and returns None: give it a line of its own, then take the
    middle."""
    ratios = percent(theirs, ours).sort()
    return ratios[len(ratios) // 2]


@wrong("14.3")
def key_too_long(data, key):
    """The repeated key is longer than the data, so the number is too large for that many bytes. Cut
    the key with [:len(data)] before it becomes a number."""
    size = len(data)
    repeated = key * (size // 4 + 1)
    number = int.from_bytes(data, "big") ^ int.from_bytes(repeated, "big")
    return number.to_bytes(size, "big")


@wrong("14.3", (KEY + b"Hello", KEY))
def leading_zeros_lost(data, key):
    """Bytes are missing at the front: a number has no leading zeros. Say how many bytes you want:
    to_bytes(len(data), ...)."""
    size = len(data)
    repeated = (key * (size // 4 + 1))[:size]
    number = int.from_bytes(data, "big") ^ int.from_bytes(repeated, "big")
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


@wrong("14.3", (b"Hello", KEY))
def key_too_short(data, key):
    """The key ends too early where the length is not a multiple of four. Repeat it once more, then
    cut it."""
    size = len(data)
    repeated = key * (size // 4)
    number = int.from_bytes(data, "big") ^ int.from_bytes(repeated, "big")
    return number.to_bytes(size, "big")


@wrong("14.3")
def key_not_repeated(data, key):
    """The key is not repeated: for four bytes of data it is enough, for fewer it is too long and
    for more too short. Repeat it, then cut it to the length of the data."""
    size = len(data)
    number = int.from_bytes(data, "big") ^ int.from_bytes(key, "big")
    return number.to_bytes(size, "big")


@wrong("14.3")
def number_not_bytes(data, key):
    """That is the number. It still has to become bytes: number.to_bytes(len(data), ...)."""
    size = len(data)
    repeated = (key * (size // 4 + 1))[:size]
    return int.from_bytes(data, "big") ^ int.from_bytes(repeated, "big")


@wrong("14.4")
def each_byte_once(sizes):
    """That counts each byte once, as if a piece could be put after the others. Here the sum is new
    bytes each time, and what was kept is written again."""
    return sum(sizes)


@wrong("14.4")
def new_piece_not_counted(sizes):
    """Only what was kept before is counted. The new piece is written as well."""
    copied = 0
    kept = 0
    for size in sizes:
        copied = copied + kept
        kept = kept + size
    return copied


@wrong("14.4")
def whole_payload_each_time(sizes):
    """That writes the whole payload each time. At the first pieces most of it has not come yet."""
    return len(sizes) * sum(sizes)


@wrong("14.5")
def pong_not_masked(connections, seconds, payload):
    """The pong comes from a client, so it is masked: its header has six bytes."""
    ping = 2 + payload + AROUND
    pong = 2 + payload + AROUND
    return connections * (3600 // seconds) * (ping + pong)


@wrong("14.5")
def ping_masked(connections, seconds, payload):
    """The ping comes from the server, which does not mask: its header has two bytes."""
    ping = 6 + payload + AROUND
    pong = 6 + payload + AROUND
    return connections * (3600 // seconds) * (ping + pong)


@wrong("14.5", (1000, 20, 4))
def pong_without_payload(connections, seconds, payload):
    """The pong has no payload here. It carries that of its ping (§5.5.3)."""
    ping = 2 + payload + AROUND
    pong = 6 + AROUND
    return connections * (3600 // seconds) * (ping + pong)


@wrong("14.5")
def pings_alone(connections, seconds, payload):
    """Only the pings are counted. Each is answered by a pong (§5.5.2)."""
    ping = 2 + payload + AROUND
    return connections * (3600 // seconds) * ping


@wrong("14.5")
def around_once(connections, seconds, payload):
    """AROUND is added once. The ping and the pong each travel in a packet of their own."""
    ping = 2 + payload
    pong = 6 + payload
    return connections * (3600 // seconds) * (ping + pong + AROUND)
