"""Typical wrong answers to the exercises of lesson 11, and what each one comes from."""

from wslearn.checking.exercise import wrong
from wslearn.protocol.masking import mask

from .solutions import RIGHT


def first_difference(shifts, powers):
    """The first of these powers of two whose eight bytes differ, None if there is none."""
    for power in powers:
        if any(
            2**power >> a & 255 != 2**power >> b & 255 for a, b in zip(shifts, RIGHT, strict=True)
        ):
            return power
    return None


@wrong("11.1")
def power_instead_of_length(shifts):
    """The power came back and not the length. The length is 2 to that power."""
    return first_difference(shifts, range(63)) or 0


@wrong("11.1")
def largest_instead_of_smallest(shifts):
    """That is the largest power of two that is written wrongly. Begin with the smallest."""
    power = first_difference(shifts, range(62, -1, -1))
    return 0 if power is None else 2**power


@wrong("11.1")
def place_by_place(shifts):
    """The first wrong place from the left was taken. Another place may go wrong at a smaller
    length: look at all eight before the next power."""
    for i in range(8):
        for power in range(63):
            if 2**power >> shifts[i] & 255 != 2**power >> RIGHT[i] & 255:
                return 2**power
    return 0


@wrong("11.1")
def right_shift_of_the_first_place(shifts):
    """That is 2 to the right shift of the first wrong place. The wrong shift may be smaller, and
    another place may go wrong at a smaller length: try the powers, beginning with 2**0."""
    for shift, right in zip(shifts, RIGHT, strict=True):
        if shift != right:
            return 2**right
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
def only_whether(shifts):
    """True or False says whether something is wrong. The task asks for the smallest length that
    shows it."""
    return tuple(shifts) != RIGHT


def allows(origin, entry):
    """The right answer to 11.2 for one entry."""
    before, star, after = entry.partition("*")
    return origin.startswith(before) and origin.endswith(after) if star else origin == entry


@wrong("11.2")
def dot_left_out(origin, allowed):
    """The dot behind the `*` was left out. Then any name that ends in the same letters gets in, and
    anybody can register one."""
    for entry in allowed:
        before, star, after = entry.partition("*.")
        if origin == entry or (star and origin.startswith(before) and origin.endswith(after)):
            return True
    return False


@wrong("11.2")
def end_looked_for_anywhere(origin, allowed):
    """What stands behind the `*` was looked for anywhere in the origin. A stranger can put it in
    the middle of a longer name: ask origin.endswith(after)."""
    for entry in allowed:
        before, star, after = entry.partition("*")
        if origin == entry or (star and origin.startswith(before) and after in origin):
            return True
    return False


@wrong("11.2")
def beginning_is_enough(origin, allowed):
    """Where there is no `*`, only the beginning was compared. A stranger's host may begin with your
    name, and so does your name with another port. Ask whether they are equal."""
    return any(
        allows(origin, entry) if "*" in entry else origin.startswith(entry) for entry in allowed
    )


@wrong("11.2")
def scheme_ignored(origin, allowed):
    """The scheme was not compared. Anybody on the way can change a page that comes by http: that is
    another origin than https."""
    host = origin.partition("://")[2]
    return any(allows(host, entry.partition("://")[2]) for entry in allowed)


@wrong("11.2")
def missing_header_let_in(origin, allowed):
    """A request without Origin got in. The task lets in only what is in the list."""
    return not origin or any(allows(origin, entry) for entry in allowed)


@wrong("11.2")
def star_for_nothing_too(origin, allowed):
    """The `*` also stood for no subdomain at all. If the bare name is to get in, it has to be in
    the list."""
    return any(allows(origin, one) for entry in allowed for one in (entry, entry.replace("*.", "")))


@wrong("11.2")
def first_entry_only(origin, allowed):
    """Only the first entry was looked at. Return False after the loop, not in it."""
    for entry in allowed:
        return allows(origin, entry)
    return False


@wrong("11.2")
def star_compared_as_a_letter(origin, allowed):
    """A `*` was compared like a letter. It stands for a subdomain: compare what is before it and
    what is behind it."""
    return origin in allowed


def read_with(
    data,
    limit,
    *,
    key=4,
    masks=True,
    patient=False,
    order="big",
    equal=False,
    marker=False,
    came=False,
    exact=False,
    hurried=False,
):
    """The right answer to 11.3, with one thing left out or done otherwise."""
    if len(data) < 2 and not hurried:
        return "wait"
    if masks and data[1] < 128:
        return "1002"
    length = data[1] & 127
    size = 0 if marker else {126: 2, 127: 8}.get(length, 0)
    if len(data) < 2 + size and not hurried:
        return "wait"
    if size:
        length = int.from_bytes(data[2 : 2 + size], order)
    needed = 2 + size + key + length
    if patient and len(data) < needed:
        return "wait"
    judged = len(data) - 2 - size - key if came else length
    if judged > limit or (equal and judged == limit):
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
def limit_for_what_came(data, limit):
    """What has come was compared with the limit. Compare what the header states: it tells before it
    costs anything."""
    return read_with(data, limit, came=True)


@wrong("11.3")
def key_not_counted(data, limit):
    """The key was not counted. Between the length and the payload stand four more bytes."""
    return read_with(data, limit, key=0)


@wrong("11.3")
def markers_taken_for_lengths(data, limit):
    """126 and 127 were taken for lengths. They announce that the length stands in the next two or
    eight bytes."""
    return read_with(data, limit, marker=True)


@wrong("11.3")
def little_endian(data, limit):
    """The length was read from the wrong end. In network byte order the byte that counts most comes
    first: int.from_bytes(..., "big")."""
    return read_with(data, limit, order="little")


@wrong("11.3")
def limit_itself_refused(data, limit):
    """A payload of exactly the limit was refused. Only more than the limit is too much."""
    return read_with(data, limit, equal=True)


@wrong("11.3")
def unmasked_accepted(data, limit):
    """An unmasked frame was not refused. MASK is the top bit of the second byte, data[1], and a
    server refuses a client's frame where it is 0."""
    return read_with(data, limit, masks=False)


@wrong("11.3")
def more_behind_it(data, limit):
    """A whole frame was not taken because more came behind it. What stands behind it is the
    beginning of the next: ask for `<` and not for `!=`."""
    return read_with(data, limit, exact=True)


@wrong("11.3")
def bytes_that_have_not_come(data, limit):
    """Bytes were read that have not come. Any number may have arrived, even one or none: ask
    len(data) first."""
    return read_with(data, limit, hurried=True)


@wrong("11.3")
def mask_counted_in_the_length(data, limit):
    """The whole second byte was taken for the length. Its top bit is MASK: `& 127` leaves the seven
    bits behind it."""
    if len(data) < 2 or data[1] < 128:
        return read_with(data, limit)
    if data[1] > limit:
        return "1009"
    return "wait" if len(data) < 6 + data[1] else "take"


def key_after(keys, step=1, order="big"):
    """The key that follows the last, ``step`` times as far as the last two are apart."""
    last, before = (int.from_bytes(key, order) for key in (keys[-1], keys[-2]))
    return ((last + step * (last - before)) % 2**32).to_bytes(4, order)


@wrong("11.4")
def last_key_again(wish, keys):
    """The last key was used. It belongs to a frame that has gone already; the next frame gets the
    next key."""
    return mask(wish, keys[-1])


@wrong("11.4")
def step_backwards(wish, keys):
    """That is masked with the key before the last. The step is the last key minus the one before
    it, and it is added to the last: not taken off, and no XOR."""
    return mask(wish, key_after(keys, step=-1))


@wrong("11.4")
def always_one_further(wish, keys):
    """The step was taken to be 1. It is the difference between two neighbours, and can be any
    number."""
    return mask(wish, ((int.from_bytes(keys[-1], "big") + 1) % 2**32).to_bytes(4, "big"))


@wrong("11.4")
def wish_sent_plain(wish, keys):
    """The wish was sent as it is, and the browser masks it. Mask it first with the same key, and
    the browser takes that mask off again."""
    return wish


@wrong("11.4")
def no_wrap(wish, keys):
    """After the largest number of 32 bits the keys go on from 0. `% 2**32` does that, also with a
    number below 0."""
    last, before = (int.from_bytes(key, "big") for key in (keys[-1], keys[-2]))
    return mask(wish, (last + last - before).to_bytes(4, "big"))


@wrong("11.4")
def keys_from_the_wrong_end(wish, keys):
    """The keys were read from the wrong end. In network byte order the byte that counts most comes
    first: int.from_bytes(..., "big")."""
    return mask(wish, key_after(keys, order="little"))


@wrong("11.4")
def each_byte_alone(wish, keys):
    """Each byte of the key was counted on its own. The four are one number: where a byte passes
    255, the one before it grows."""
    return mask(wish, bytes((2 * a - b) % 256 for a, b in zip(keys[-1], keys[-2], strict=True)))


@wrong("11.4")
def the_key_itself(wish, keys):
    """That is the next key. The payload is the wish, masked with it."""
    return key_after(keys)


@wrong("11.4")
def stops_with_the_key(wish, keys):
    """Only the first four bytes were masked, since zip stops at the end of the key. After the
    fourth byte the key begins again: key[i % 4]."""
    return bytes(byte ^ key for byte, key in zip(wish, key_after(keys), strict=False))


def wait_with(
    arrivals,
    seconds,
    most,
    *,
    clock="start",
    tested="all",
    sized="all",
    whole_first="",
    late=lambda time, seconds: time > seconds,
    large=lambda size, most: size > most,
    line_ends=b"\r\n\r\n",
    at_the_end="408",
):
    """The right answer to 11.5, with one thing left out or done otherwise."""
    head, before, total = b"", 0, 0
    for time, data in arrivals:
        total += time
        head = data if sized == tested == "last" else head + data
        whole = line_ends in (data if tested == "last" else head)
        if whole and whole_first == "of all":
            return "101"
        if late({"start": time, "pair": time - before, "sum": total}[clock], seconds):
            return "408"
        before = time
        if whole and whole_first == "of size":
            return "101"
        if large(len(data if sized == "last" else head), most):
            return "431"
        if whole:
            return "101"
    return at_the_end


@wrong("11.5")
def clock_begins_anew(arrivals, seconds, most):
    """The clock began anew with each pair. Then a byte now and then holds a place for ever: the
    times count from the start."""
    return wait_with(arrivals, seconds, most, clock="pair")


@wrong("11.5")
def times_added_up(arrivals, seconds, most):
    """The times were added up. Each of them counts from the start already: compare it as it is."""
    return wait_with(arrivals, seconds, most, clock="sum")


@wrong("11.5")
def time_ignored(arrivals, seconds, most):
    """The time was not looked at. A client that sends slowly enough keeps the connection as long as
    it likes."""
    return wait_with(arrivals, seconds, most, late=lambda time, seconds: False)


@wrong("11.5")
def last_second_refused(arrivals, seconds, most):
    """Bytes that come after exactly `seconds` were refused. Only later is too late: `>` and not
    `>=`."""
    return wait_with(arrivals, seconds, most, late=lambda time, seconds: time >= seconds)


@wrong("11.5")
def size_ignored(arrivals, seconds, most):
    """The size was not looked at. A header that never ends fills the memory."""
    return wait_with(arrivals, seconds, most, large=lambda size, most: False)


@wrong("11.5")
def last_byte_refused(arrivals, seconds, most):
    """A head of exactly `most` bytes was refused. Only more is too large: `>` and not `>=`."""
    return wait_with(arrivals, seconds, most, large=lambda size, most: size >= most)


@wrong("11.5")
def each_piece_measured(arrivals, seconds, most):
    """Each piece was measured alone. Many small ones make a large head: measure all that came."""
    return wait_with(arrivals, seconds, most, sized="last")


@wrong("11.5")
def line_end_cut_in_two(arrivals, seconds, most):
    """The empty line was looked for in each piece alone. It may be cut in two: look in all that has
    come."""
    return wait_with(arrivals, seconds, most, tested="last")


@wrong("11.5")
def only_the_last_piece_kept(arrivals, seconds, most):
    """Only the last piece was kept. Put each piece behind those before it: head += data."""
    return wait_with(arrivals, seconds, most, sized="last", tested="last")


@wrong("11.5")
def whole_before_size(arrivals, seconds, most):
    """A head that is too large was taken because it was whole. Ask for the size first."""
    return wait_with(arrivals, seconds, most, whole_first="of size")


@wrong("11.5")
def whole_before_all(arrivals, seconds, most):
    """A head was taken because it was whole, although it came too late or is too large. Ask for
    both first."""
    return wait_with(arrivals, seconds, most, whole_first="of all")


@wrong("11.5")
def end_taken_for_whole(arrivals, seconds, most):
    """The pairs ended before the head was whole, and it was taken. Nothing more comes, so time runs
    out: "408"."""
    return wait_with(arrivals, seconds, most, at_the_end="101")


@wrong("11.5")
def line_feeds_alone(arrivals, seconds, most):
    """b"\\n\\n" does not occur: a line of HTTP ends in two bytes, so the empty line shows as
    b"\\r\\n\\r\\n"."""
    return wait_with(arrivals, seconds, most, line_ends=b"\n\n")


@wrong("11.5")
def has_to_end_there(arrivals, seconds, most):
    """It asked whether the bytes end with the empty line. More may stand behind it already, such as
    the first frame: ask with `in`."""
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
