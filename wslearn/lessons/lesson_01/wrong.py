"""Typical wrong answers to the exercises of lesson 01, and what each one comes from."""

from wslearn.checking.exercise import wrong


@wrong("01.1")
def no_zeros_in_front(byte):
    """The zeros at the front are missing. In a frame every bit has its place, even when it is 0."""
    return format(byte, "b")


@wrong("01.1")
def as_python_writes_it(byte):
    """`bin` puts 0b in front and leaves out the zeros: it writes a number for a program."""
    return bin(byte)


@wrong("01.1")
def zeros_before_the_0b(byte):
    """`bin` puts 0b in front, and the zeros came before it. `format(byte, "08b")` writes no 0b."""
    return bin(byte).zfill(8)


@wrong("01.1")
def last_bit_first(byte):
    """The bits are right, but the last one comes first. The bit worth 128 belongs in front."""
    text = ""
    for place in range(8):
        text += str(byte >> place & 1)
    return text


@wrong("01.2")
def counted_from_the_right(byte, place):
    """The places were counted from the right. The RFC's figures count from the left."""
    return (byte >> place) & 1


@wrong("01.2")
def bit_left_where_it_stands(byte, place):
    """The right bit was picked out, but it is still in its place, so it counts 128, 64 and so on.
    Move it to the far right."""
    return byte & (0b1000_0000 >> place)


@wrong("01.2")
def counted_from_one(byte, place):
    """The places were counted from 1. The first one is place 0."""
    return (byte >> (8 - place)) & 1


@wrong("01.2")
def bits_on_the_left_kept(byte, place):
    """The bit is at the right end now, but the bits on its left are still there. `& 1` keeps only
    the last one."""
    return byte >> (7 - place)


@wrong("01.3")
def right_half_first(byte):
    """The two halves are in the wrong order: the left one comes first."""
    return byte & 0b1111, byte >> 4


@wrong("01.3")
def left_half_not_moved(byte):
    """The left half was cut out but not moved to the right, so it is 16 times too big."""
    return byte & 0b1111_0000, byte & 0b1111


@wrong("01.3")
def moved_to_the_left(byte):
    """`<< 4` cuts nothing off: in Python a number grows as it moves to the left. `& 0b1111` keeps
    the right half."""
    return byte >> 4, byte << 4


@wrong("01.3")
def digits_as_text(byte):
    """These are the hex digits as text. The task asks for numbers."""
    text = format(byte, "02x")
    return text[0], text[1]


@wrong("01.3")
def bits_read_in_base_ten(byte):
    """The halves were read as numbers in base ten. `int(text, 2)` reads them as bits."""
    text = format(byte, "08b")
    return int(text[:4]), int(text[4:])


@wrong("01.4")
def little_endian(two):
    """The last byte was taken first. Many processors keep numbers that way (little-endian); on the
    network the byte that counts most comes first."""
    return (two[1] << 8) + two[0]


@wrong("01.4")
def added_as_equals(two):
    """The two bytes were added as equals. The first one counts 256 times as much."""
    return two[0] + two[1]


@wrong("01.4")
def times_255(two):
    """A byte has 256 values, 0 to 255, so the first byte counts 256 times, not 255."""
    return two[0] * 255 + two[1]


@wrong("01.4", (b"\x00\x7e",), (b"\x01\x02",))
def sum_before_the_shift(two):
    """`+` is done before `<<`, so the byte moved by 8 + two[1] bits. Put brackets around the shift:
    (two[0] << 8) + ..."""
    return two[0] << 8 + two[1]


@wrong("01.5")
def bytes_of_a_number(one, other):
    """`bytes(5)` makes five zero bytes. The one byte with the value 5 is `bytes([5])`."""
    results = b""
    for a, b in zip(one, other):
        results += bytes(a ^ b)
    return results


@wrong("01.5", (b"\xc8\x64", b"\x64\xc8"))
def return_inside_the_loop(one, other):
    """Only one byte came back. A `return` inside the loop ends it in the first round: put it after
    the loop."""
    for a, b in zip(one, other):
        return bytes([a ^ b])
    return b""


@wrong("01.5")
def values_taken_for_places(one, other):
    """`for i in one` gives the bytes themselves, not their places. `zip` walks through both at
    once."""
    results = []
    for i in one:
        results.append(one[i] ^ other[i])
    return bytes(results)


@wrong("01.5")
def each_with_every_other(one, other):
    """Each byte of the one met every byte of the other: there are two loops, one inside the other.
    `zip` walks through both at once."""
    results = []
    for a in one:
        for b in other:
            results.append(a ^ b)
    return bytes(results)
