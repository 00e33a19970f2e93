"""Typical wrong answers to the exercises of lesson 14, and what each one comes from."""

from wslearn.checking.exercise import wrong
from wslearn.protocol.length import header_size

from .exercises import KEY
from .solutions import AROUND


@wrong("14.1")
def share_of_the_payload_length(length, masked):
    """It is divided by the payload. A share of the frame is divided by the whole frame: header and
    payload together."""
    return 100 * header_size(length, masked=masked) // length


@wrong("14.1", (5, True))
def key_forgotten(length, masked):
    """The masking-key is missing: a masked frame has four more bytes before its payload."""
    header = header_size(length, masked=False)
    return 100 * header // (header + length)


@wrong("14.1")
def rounded_to_the_nearest(length, masked):
    """It is rounded to the nearest number. The task asks to round down, as `//` does."""
    header = header_size(length, masked=masked)
    return round(100 * header / (header + length))


@wrong("14.1")
def with_a_fraction(length, masked):
    """The division `/` gives a number with a fraction. `//` divides and rounds down."""
    header = header_size(length, masked=masked)
    return 100 * header / (header + length)


@wrong("14.1", (126, True))
def short_lengths_only(length, masked):
    """From 126 bytes on the length takes two or eight more bytes: let header_size count them."""
    header = 6 if masked else 2
    return 100 * header // (header + length)


@wrong("14.1")
def bytes_of_the_header(length, masked):
    """That is how many bytes the header has. The task asks what share of the frame they are, in per
    cent."""
    return header_size(length, masked=masked)


@wrong("14.1")
def divided_before_multiplying(length, masked):
    """A header is less than the whole, so `//` gives 0 here. Multiply by 100 first."""
    header = header_size(length, masked=masked)
    return header // (header + length)


@wrong("14.1")
def value_without_its_name(length, masked):
    """header_size wants its second value with the name: header_size(length, masked=masked)."""
    return header_size(length, masked)


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
def mean_of_the_ratios(ours, theirs):
    """That is the mean of the ratios. A single pair that was disturbed moves it; the median stays
    where it is."""
    return sum(percent(theirs, ours)) // len(ours)


@wrong("14.2")
def ratio_of_the_sums(ours, theirs):
    """That is the ratio of the sums. The slowest turns count most in a sum, and they are slow
    because something else ran."""
    return 100 * sum(theirs) // sum(ours)


@wrong("14.2")
def upside_down(ours, theirs):
    """The ratio is upside down. Theirs divided by ours is large where ours is fast."""
    return middle(percent(ours, theirs))


@wrong("14.2")
def not_sorted(ours, theirs):
    """The list is not sorted, so its middle is just the pair that was timed in the middle. Sort
    first."""
    return percent(theirs, ours)[len(ours) // 2]


@wrong("14.2")
def ratio_with_a_fraction(ours, theirs):
    """The ratio has a fraction. In per cent and rounded down it is a whole number: 100 *
    theirs[index] // ours[index]."""
    return middle([b / a for a, b in zip(ours, theirs, strict=True)])


@wrong("14.2")
def result_of_sort(ours, theirs):
    """`sort()` sorts the list where it stands and returns None: give it a line of its own, then
    take the middle."""
    return percent(theirs, ours).sort()[len(ours) // 2]


@wrong("14.2")
def tuples_divided(ours, theirs):
    """Two tuples cannot be divided as a whole. Go through the pairs: for index in
    range(len(ours))."""
    return middle(100 * theirs // ours)


def xor(data, repeated, size):
    number = int.from_bytes(data, "big") ^ int.from_bytes(repeated, "big")
    return number.to_bytes(size, "big")


def cut(data, key):
    return (key * (len(data) // 4 + 1))[: len(data)]


@wrong("14.3")
def key_not_repeated(data, key):
    """The key is not repeated: for four bytes of data it is enough, for fewer it is too long and
    for more too short. Repeat it, then cut it to the length of the data."""
    return xor(data, key, len(data))


@wrong("14.3", (KEY + b"Hello", KEY))
def leading_zeros_lost(data, key):
    """Bytes are missing at the front: a number has no leading zeros. Say how many bytes you want:
    to_bytes(len(data), ...)."""
    number = int.from_bytes(data, "big") ^ int.from_bytes(cut(data, key), "big")
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


@wrong("14.3")
def key_too_long(data, key):
    """The repeated key is longer than the data, so the number is too large for as many bytes. Cut
    the key with [:len(data)] before it becomes a number."""
    return xor(data, key * (len(data) // 4 + 1), len(data))


@wrong("14.3", (b"Hello", KEY))
def key_too_short(data, key):
    """The key ends too early where the length is not a multiple of four. Repeat it once more, then
    cut it."""
    return xor(data, key * (len(data) // 4), len(data))


@wrong("14.3")
def back_in_another_order(data, key):
    """The bytes come out in the opposite order. Use the same order for from_bytes and to_bytes."""
    return xor(data, cut(data, key), len(data))[::-1]


@wrong("14.3")
def number_not_bytes(data, key):
    """That is the number. It still has to become bytes: number.to_bytes(len(data), ...)."""
    return int.from_bytes(data, "big") ^ int.from_bytes(cut(data, key), "big")


def written(sizes, step):
    copied = kept = 0
    for size in sizes:
        copied += step(kept, size)
        kept += size
    return copied


@wrong("14.4")
def each_byte_once(sizes):
    """That counts each byte once, as if a piece could be put behind the others. Here the sum is new
    bytes each time, and what was kept is written again."""
    return sum(sizes)


@wrong("14.4")
def new_piece_not_counted(sizes):
    """Only what was kept before is counted. The new piece is written as well."""
    return written(sizes, lambda kept, size: kept)


@wrong("14.4")
def new_piece_twice(sizes):
    """The new piece is counted twice. Each sum is written once: what was kept, and the piece."""
    return written(sizes, lambda kept, size: kept + 2 * size)


@wrong("14.4")
def whole_payload_each_time(sizes):
    """That writes the whole payload each time. At the first pieces most of it has not come yet."""
    return len(sizes) * sum(sizes)


@wrong("14.4")
def pieces_of_one_length(sizes):
    """It takes all pieces to be as long as the first. A network cuts as it likes, and there may be
    no piece at all."""
    return len(sizes) * (len(sizes) + 1) // 2 * sizes[0]


@wrong("14.4", ((10, 10),))
def return_inside_the_loop(sizes):
    """It stopped after the first piece: the `return` is in the loop. Move it to the left."""
    for size in sizes:
        return size
    return 0


def hour(connections, seconds, ping, pong):
    return connections * (3600 // seconds) * (ping + pong)


@wrong("14.5")
def pong_not_masked(connections, seconds, payload):
    """The pong comes from a client, so it is masked: its header has six bytes."""
    return hour(connections, seconds, 2 + payload + AROUND, 2 + payload + AROUND)


@wrong("14.5")
def ping_masked(connections, seconds, payload):
    """The ping comes from the server, which does not mask: its header has two bytes."""
    return hour(connections, seconds, 6 + payload + AROUND, 6 + payload + AROUND)


@wrong("14.5", (1000, 20, 4))
def pong_without_payload(connections, seconds, payload):
    """The pong has no payload here. It carries that of its ping (§5.5.3)."""
    return hour(connections, seconds, 2 + payload + AROUND, 6 + AROUND)


@wrong("14.5")
def frames_alone(connections, seconds, payload):
    """Only the frames are counted. TCP and IP put AROUND bytes around each of them."""
    return hour(connections, seconds, 2 + payload, 6 + payload)


@wrong("14.5")
def pings_alone(connections, seconds, payload):
    """Only the pings are counted. Each is answered by a pong (§5.5.2)."""
    return hour(connections, seconds, 2 + payload + AROUND, 0)


@wrong("14.5")
def around_once(connections, seconds, payload):
    """AROUND is added once. The ping and the pong each travel in a packet of their own."""
    return hour(connections, seconds, 2 + payload, 6 + payload + AROUND)


@wrong("14.5")
def multiplied_by_the_seconds(connections, seconds, payload):
    """It multiplies by the seconds from ping to ping. The fewer seconds, the more pings: an hour
    has 3600 // seconds of them."""
    return connections * seconds * (8 + 2 * payload + 2 * AROUND)


@wrong("14.5")
def one_minute(connections, seconds, payload):
    """That is one minute. An hour has 3600 seconds."""
    return connections * (60 // seconds) * (8 + 2 * payload + 2 * AROUND)


@wrong("14.5")
def hour_with_a_fraction(connections, seconds, payload):
    """The division `/` gives a number with a fraction. `//` gives a whole number, and here nothing
    is lost."""
    return connections * 3600 / seconds * (8 + 2 * payload + 2 * AROUND)


@wrong("14.5", (1000, 20, 4))
def one_connection(connections, seconds, payload):
    """That is one connection. The server has more of them."""
    return hour(1, seconds, 2 + payload + AROUND, 6 + payload + AROUND)
