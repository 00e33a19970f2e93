"""Typical wrong answers to the exercises of lesson 11, and what each one comes from."""

import re

from wslearn.checking.exercise import wrong
from wslearn.protocol.masking import mask

from .exercises import ANY, SITE
from .solutions import RIGHT, may_connect


def first_difference(shifts, powers):
    """The first of these powers of two whose eight bytes differ, None if there is none."""
    for power in powers:
        if any(
            2**power >> a & 255 != 2**power >> b & 255 for a, b in zip(shifts, RIGHT, strict=True)
        ):
            return power
    return None


@wrong("11.1")
def place_by_place(shifts):
    """The first wrong place from the left was taken. Another place may go wrong at a smaller
    length: look at all eight before the next power."""
    for i in range(8):
        for power in range(63):
            length = 2**power
            if length >> shifts[i] & 255 != length >> RIGHT[i] & 255:
                return length
    return 0


@wrong("11.1")
def right_shift_of_the_first_place(shifts):
    """That is 2 to the right shift of the first wrong place. The wrong shift may be smaller, and
    another place may go wrong at a smaller length: try the powers, beginning with 2**0."""
    for i in range(8):
        if shifts[i] != RIGHT[i]:
            return 2 ** RIGHT[i]
    return 0


@wrong("11.1")
def smallest_power_left_out(shifts):
    """The smallest power was left out: 2**0 is 1, and a length of 1 may be written wrongly."""
    power = first_difference(shifts, range(1, 63))
    return 0 if power is None else 2**power


@wrong("11.1")
def gives_up_after_the_first(shifts):
    """It gave up after small lengths. One that is written wrongly may be as large as 2**62: try all
    powers of two, and return 0 only after both loops."""
    return 1 if first_difference(shifts, [0]) == 0 else 0


@wrong("11.1")
def power_instead_of_length(shifts):
    """The power came back and not the length. The length is 2 to that power."""
    return first_difference(shifts, range(63)) or 0


@wrong("11.2")
def end_looked_for_anywhere(origin, allowed):
    """What comes after the `*` was looked for anywhere in the origin. A stranger can put it in the
    middle of a longer name: ask origin.endswith(after)."""
    for entry in allowed:
        if "*" in entry:
            before, after = entry.split("*")
            if origin.startswith(before) and after in origin:
                return True
        elif origin == entry:
            return True
    return False


@wrong("11.2")
def dot_left_out(origin, allowed):
    """The dot after the `*` was left out. Then any name that ends in the same letters gets in, and
    anybody can register one."""
    for entry in allowed:
        if "*" in entry:
            before, after = entry.split("*.")
            if origin.startswith(before) and origin.endswith(after):
                return True
        elif origin == entry:
            return True
    return False


@wrong("11.2")
def end_alone(origin, allowed):
    """Where there is a `*`, only the end was compared. What comes before it counts as well: a page
    that comes by http is another origin, and anybody on the way can change it."""
    for entry in allowed:
        if "*" in entry:
            if origin.endswith(entry.split("*")[1]):
                return True
        elif origin == entry:
            return True
    return False


@wrong("11.2")
def beginning_is_enough(origin, allowed):
    """Where there is no `*`, only the beginning was compared. A stranger's host may begin with your
    name, and so does your name with another port. Ask whether they are equal."""
    return any(
        may_connect(origin, [entry]) if "*" in entry else origin.startswith(entry)
        for entry in allowed
    )


@wrong("11.2")
def any_letter_for_a_dot(origin, allowed):
    """In a regular expression a dot stands for any character, so names without the dot get in.
    re.escape(text) takes a text as it is."""
    return any(re.fullmatch(entry.replace("*", ".*"), origin) is not None for entry in allowed)


@wrong("11.2", (SITE, [ANY, SITE]))
def first_entry_only(origin, allowed):
    """Only the first entry was looked at. Return False after the loop, not in it."""
    return may_connect(origin, allowed[:1])


def read_with(data, limit, *, key=4, mask=127, patient=False, equal=0, exact=False, hurried=False):
    """The right answer to 11.3, with one thing left out or done differently."""
    if len(data) < 2 and not hurried:
        return "wait"
    if data[1] < 128:
        return "1002"
    length = data[1] & mask
    size = {126: 2, 127: 8}.get(length, 0)
    if len(data) < 2 + size and not hurried:
        return "wait"
    if size:
        length = int.from_bytes(data[2 : 2 + size], "big")
    needed = 2 + size + key + length
    if patient and len(data) < needed:
        return "wait"
    if length + equal > limit:
        return "1009"
    if len(data) < needed or (exact and len(data) != needed):
        return "wait"
    return "take"


@wrong("11.3")
def limit_asked_too_late(data, limit):
    """The limit was compared only when the payload had come. By then the payload fills the memory.
    Compare as soon as the length is known."""
    return read_with(data, limit, patient=True)


@wrong("11.3")
def key_not_counted(data, limit):
    """The key was not counted. Between the length and the payload there are four more bytes."""
    return read_with(data, limit, key=0)


@wrong("11.3")
def bytes_that_have_not_come(data, limit):
    """Bytes were read that have not come. Any number may have arrived, even one or none: ask
    len(data) first."""
    return read_with(data, limit, hurried=True)


@wrong("11.3")
def more_behind_it(data, limit):
    """A whole frame was not taken because more came after it. What comes after it is the beginning
    of the next: ask for `<` and not for `!=`."""
    return read_with(data, limit, exact=True)


@wrong("11.3")
def limit_itself_refused(data, limit):
    """A payload of exactly the limit was refused. Only more than the limit is too much."""
    return read_with(data, limit, equal=1)


@wrong("11.3")
def mask_counted_in_the_length(data, limit):
    """The whole second byte was taken for the length. Its top bit is MASK: `& 127` leaves the seven
    bits after it."""
    return read_with(data, limit, mask=255)


def key_after(keys, step=1):
    """The key that follows the last, ``step`` times as far as the last two are apart."""
    last, before = (int.from_bytes(key, "big") for key in (keys[-1], keys[-2]))
    return ((last + step * (last - before)) % 2**32).to_bytes(4, "big")


@wrong("11.4")
def last_key_again(wish, keys):
    """The last key was used. It belongs to a frame that has gone already; the next frame gets the
    next key."""
    return mask(wish, keys[-1])


@wrong("11.4")
def no_wrap(wish, keys):
    """After the largest number of 32 bits the keys go on from 0. `% 2**32` does that, even with a
    number below 0."""
    last, before = (int.from_bytes(key, "big") for key in (keys[-1], keys[-2]))
    return mask(wish, (last + last - before).to_bytes(4, "big"))


@wrong("11.4")
def stops_with_the_key(wish, keys):
    """Only the first four bytes were masked, since zip stops at the end of the key. After the
    fourth byte the key begins again: key[i % 4]."""
    return bytes(byte ^ key for byte, key in zip(wish, key_after(keys), strict=False))


@wrong("11.4")
def wish_sent_plain(wish, keys):
    """The wish was sent as it is, and the browser masks it. Mask it first with the same key, and
    the browser takes that mask off again."""
    return wish


@wrong("11.4")
def step_backwards(wish, keys):
    """That is masked with the key before the last. The step is the last key minus the one before
    it, and it is added to the last: not taken off, and not XORed."""
    return mask(wish, key_after(keys, step=-1))


@wrong("11.4")
def each_byte_alone(wish, keys):
    """Each byte of the key was counted on its own. The four are one number: where a byte passes
    255, the one before it grows."""
    return mask(wish, bytes((2 * a - b) % 256 for a, b in zip(keys[-1], keys[-2], strict=True)))


@wrong("11.5")
def clock_begins_anew(arrivals, seconds, most):
    """The clock began anew with each pair. Then a byte now and then holds a place for ever: the
    times count from the start."""
    head, before = b"", 0
    for time, data in arrivals:
        if time - before > seconds:
            return "408"
        before = time
        head += data
        if len(head) > most:
            return "431"
        if b"\r\n\r\n" in head:
            return "101"
    return "408"


@wrong("11.5")
def line_end_cut_in_two(arrivals, seconds, most):
    """The empty line was looked for in each piece alone. It may be cut in two: look in all that has
    come."""
    head = b""
    for time, data in arrivals:
        if time > seconds:
            return "408"
        head += data
        if len(head) > most:
            return "431"
        if b"\r\n\r\n" in data:
            return "101"
    return "408"


@wrong("11.5")
def each_piece_measured(arrivals, seconds, most):
    """Each piece was measured alone. Many small ones make a large head: measure all that came."""
    head = b""
    for time, data in arrivals:
        if time > seconds:
            return "408"
        head += data
        if len(data) > most:
            return "431"
        if b"\r\n\r\n" in head:
            return "101"
    return "408"


@wrong("11.5")
def whole_before_size(arrivals, seconds, most):
    """A head that is too large was taken because it was whole. Ask for the size first."""
    head = b""
    for time, data in arrivals:
        if time > seconds:
            return "408"
        head += data
        if b"\r\n\r\n" in head:
            return "101"
        if len(head) > most:
            return "431"
    return "408"


@wrong("11.5")
def has_to_end_there(arrivals, seconds, most):
    """It asked whether the bytes end with the empty line. More may already follow it, such as the
    first frame: ask with `in`."""
    head = b""
    for time, data in arrivals:
        if time > seconds:
            return "408"
        head += data
        if len(head) > most:
            return "431"
        if head.endswith(b"\r\n\r\n"):
            return "101"
    return "408"


@wrong("11.5")
def all_pairs_at_once(arrivals, seconds, most):
    """All pairs were looked at together. Once the head is whole, what comes later no longer belongs
    to it: go through the pairs, and return as soon as you know."""
    head = b"".join(data for _, data in arrivals)
    if any(time > seconds for time, _ in arrivals):
        return "408"
    if len(head) > most:
        return "431"
    return "101" if b"\r\n\r\n" in head else "408"
