"""Typical wrong answers to the exercises 11.1 to 11.3; the others stand in slips_11_waiting."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from wslearn.checking.exercise import Wrong

RIGHT = (56, 48, 40, 32, 24, 16, 8, 0)


# -- 11.1 ------------------------------------------------------------------------------------------


def first_difference(shifts: tuple[int, ...], powers: range) -> int:
    for power in powers:
        for shift, right in zip(shifts, RIGHT, strict=True):
            if 2**power >> shift & 255 != 2**power >> right & 255:
                return power
    return -1  # and int(2 ** -1) is 0


def of_the_first_place(shifts: tuple[int, ...]) -> int:
    for shift, right in zip(shifts, RIGHT, strict=True):
        if shift != right:
            return int(2 ** min(shift, right))
    return 0


def right_shift_of_the_first_place(shifts: tuple[int, ...]) -> int:
    for shift, right in zip(shifts, RIGHT, strict=True):
        if shift != right:
            return int(2**right)
    return 0


def counted_up(shifts: tuple[int, ...]) -> int:
    """One length after the other, and an end where patience has one."""
    power = first_difference(shifts, range(16))
    return int(2**power) if power >= 0 else 0


def power_of_the_right_shift(shifts: tuple[int, ...]) -> int:
    wrong = [right for shift, right in zip(shifts, RIGHT, strict=True) if shift != right]
    return 2 ** min(wrong) if wrong else 0


def last_byte_forgotten(shifts: tuple[int, ...]) -> int:
    for power in range(63):
        for shift, right in zip(shifts[:-1], RIGHT, strict=False):
            if 2**power >> shift & 255 != 2**power >> right & 255:
                return int(2**power)
    return 0


FINDING = (
    Wrong(
        lambda shifts: first_difference(shifts, range(63)),
        "The power came back and not the length. The length is 2 to that power.",
    ),
    Wrong(
        lambda shifts: int(2 ** first_difference(shifts, range(62, -1, -1))),
        "That is the largest power of two that is written wrongly. Begin with the smallest.",
    ),
    Wrong(
        lambda shifts: int(2 ** first_difference(shifts, range(0, 63, 8))),
        "Only every eighth power was tried. A wrong shift may lie between two bytes: take them "
        "all, 2**0, 2**1, 2**2 and so on.",
    ),
    Wrong(
        of_the_first_place,
        "The first wrong place from the left was taken. Another wrong place may show at a smaller "
        "length: look at all eight before the next power.",
    ),
    Wrong(
        power_of_the_right_shift,
        "The right shift alone does not tell. If the wrong one is smaller, the byte is wrong "
        "already at 2 to the wrong one.",
    ),
    Wrong(
        right_shift_of_the_first_place,
        "That is 2 to the right shift of the first wrong place. The wrong one may be smaller, and "
        "another place may be wrong at a smaller length: try the powers, beginning with 2**0.",
    ),
    Wrong(
        counted_up,
        "Not all lengths can be tried one by one: it stopped long before the largest. The powers "
        "of two are enough, and there are 63 of them.",
    ),
    Wrong(
        lambda shifts: int(2 ** first_difference(shifts, range(1, 63))),
        "The smallest power was left out: 2**0 is 1, and a length of 1 may be written wrongly.",
    ),
    Wrong(
        last_byte_forgotten,
        "The last byte was left out. Its shift is 0, and it may be wrong like any other.",
    ),
    Wrong(
        lambda shifts: int(tuple(shifts) != RIGHT),
        "True or False says that something is wrong. The task asks for the smallest length that "
        "shows it.",
    ),
)


# -- 11.2 ------------------------------------------------------------------------------------------


def by_rule(
    origin: str, allowed: list[str], plain: Callable[[str, str], bool] = str.__eq__
) -> bool:
    """The right answer, with another way to compare where an entry has no ``*``."""
    return any(
        matches(origin, entry) if "*" in entry else plain(origin, entry) for entry in allowed
    )


def matches(origin: str, entry: str) -> bool:
    before, after = entry.split("*")
    return origin.startswith(before) and origin.endswith(after)


def same_host(origin: str, entry: str) -> bool:
    return urlsplit(origin).hostname == urlsplit(entry).hostname


def ends_like(origin: str, allowed: list[str], cut: int) -> bool:
    for entry in allowed:
        before, star, after = entry.partition("*")
        if star and origin.startswith(before) and origin.endswith(after[cut:]):
            return True
        if origin == entry:
            return True
    return False


def without_scheme(origin: str, allowed: list[str]) -> bool:
    host = origin.partition("://")[2]
    for entry in allowed:
        wanted = entry.partition("://")[2]
        if host == wanted or (wanted.startswith("*") and host.endswith(wanted[1:])):
            return True
    return False


def one_part_only(origin: str, entry: str) -> bool:
    before, _, after = entry.partition("*")
    between = origin.removeprefix(before).removesuffix(after)
    return matches(origin, entry) and "." not in between


CONNECTING = (
    Wrong(
        lambda origin, allowed: ends_like(origin, allowed, 1),
        "The dot behind the `*` was left out. Then any name that ends in the same letters gets in, "
        "and anybody can register one.",
    ),
    Wrong(
        lambda origin, allowed: by_rule(origin, allowed, str.startswith),
        "Where there is no `*`, the beginning was compared. A stranger's host may begin with your "
        "name, and so does your name with another port. Ask for equal.",
    ),
    Wrong(
        without_scheme,
        "The scheme was not compared. What comes by http may have been changed on its way by "
        "anybody: it is another origin than https.",
    ),
    Wrong(
        lambda origin, allowed: by_rule(origin, allowed, same_host),
        "Only the host was compared. On another port of the same machine another program may run, "
        "with pages of its own: port and scheme belong to the origin.",
    ),
    Wrong(
        lambda origin, allowed: not origin or by_rule(origin, allowed),
        "A missing header got in. Here nothing else gets in than what is allowed.",
    ),
    Wrong(
        lambda origin, allowed: origin == "null" or by_rule(origin, allowed),
        "`null` got in. A browser writes it for pages whose origin it does not want to name, and "
        "an attacker can have such a page.",
    ),
    Wrong(
        lambda origin, allowed: any(
            re.match(entry.replace("*", ".*"), origin) is not None for entry in allowed
        ),
        "re.match is content when the beginning fits: what stands behind it may be anything. "
        "re.fullmatch asks for all, and then a dot still fits any character.",
    ),
    Wrong(
        lambda origin, allowed: ends_like(
            origin, [*allowed, *(entry.replace("*.", "") for entry in allowed)], 0
        ),
        "The `*` also stood for no subdomain at all. Whoever wants the bare name in writes it into "
        "the list.",
    ),
    Wrong(
        lambda origin, allowed: bool(allowed) and by_rule(origin, allowed[:1]),
        "Only the first entry was looked at. Return False after the last one, not before.",
    ),
    Wrong(
        lambda origin, allowed: origin in allowed,
        "A `*` was compared like a letter. It stands for a subdomain: compare what is before it "
        "and what is behind it.",
    ),
    Wrong(
        lambda origin, allowed: any(
            one_part_only(origin, entry) if "*" in entry else origin == entry for entry in allowed
        ),
        "Only one part was let in for the `*`. A subdomain may be deeper: dots may stand there.",
    ),
    Wrong(
        lambda origin, allowed: any(
            origin.startswith(entry.replace("*.", "")) for entry in allowed
        ),
        "The `*` was taken out, and the rest held against the beginning. What stands before the "
        "`*` is how the origin begins, what stands behind it is how it ends: two questions.",
    ),
)


# -- 11.3 ------------------------------------------------------------------------------------------


def stepping(
    data: bytes,
    limit: int,
    *,
    key: int = 4,
    masks: bool = True,
    patient: bool = False,
    order: str = "big",
    equal: bool = False,
    marker: bool = False,
    came: bool = False,
    exact: bool = False,
    hurried: bool = False,
) -> str:
    """The right answer, with one thing left out or done otherwise."""
    if len(data) < 2 and not hurried:
        return "wait"
    if masks and data[1] < 128:
        return "1002"
    length = data[1] & 127
    size = 0 if marker else {126: 2, 127: 8}.get(length, 0)
    if len(data) < 2 + size and not hurried:
        return "wait"
    if size:
        length = int.from_bytes(data[2 : 2 + size], order)  # type: ignore[arg-type]
    needed = 2 + size + key + length
    if patient and len(data) < needed:
        return "wait"
    judged = len(data) - 2 - size - key if came else length
    if judged > limit or (equal and judged == limit):
        return "1009"
    if len(data) < needed or (exact and len(data) != needed):
        return "wait"
    return "take"


def with_mask(data: bytes, limit: int) -> str:
    if len(data) < 2 or data[1] < 128:
        return stepping(data, limit)
    if data[1] > limit:
        return "1009"
    return "wait" if len(data) < 6 + data[1] else "take"


STEPPING = (
    Wrong(
        lambda data, limit: stepping(data, limit, patient=True),
        "The limit was asked only when the payload had come. By then it fills the memory. Compare "
        "as soon as the length is known.",
    ),
    Wrong(
        lambda data, limit: stepping(data, limit, came=True),
        "What has come was compared with the limit. Compare what the header states: it tells "
        "before it costs anything.",
    ),
    Wrong(
        lambda data, limit: stepping(data, limit, key=0),
        "The key was not counted. Between the length and the payload stand four bytes more.",
    ),
    Wrong(
        lambda data, limit: stepping(data, limit, marker=True),
        "126 and 127 were taken for lengths. They announce that the length stands in the next two "
        "or eight bytes.",
    ),
    Wrong(
        lambda data, limit: stepping(data, limit, order="little"),
        "The length was read from the wrong end. In network byte order the byte that counts most "
        "comes first.",
    ),
    Wrong(
        lambda data, limit: stepping(data, limit, equal=True),
        "A payload of exactly the limit was refused. More than the limit is too much.",
    ),
    Wrong(
        lambda data, limit: stepping(data, limit, masks=False),
        "MASK was not looked at. A server refuses a frame of a client that is not masked, and it "
        "knows as soon as two bytes are there.",
    ),
    Wrong(
        lambda data, limit: stepping(data, limit, exact=True),
        "A whole frame was not taken because more came behind it. What stands behind it is the "
        "beginning of the next.",
    ),
    Wrong(
        lambda data, limit: stepping(data, limit, hurried=True),
        "Bytes were read that have not come. Any number may have arrived, also one or none: ask "
        "len(data) first.",
    ),
    Wrong(
        with_mask,
        "The second byte was taken for the length as it is. Its top bit is MASK: `& 127` leaves "
        "the seven bits behind it.",
    ),
    Wrong(
        lambda data, limit: "wait" if len(data) < 14 else stepping(data, limit),
        "It waits for fourteen bytes, the longest header there is. A short frame is whole before "
        "that, and a refusal need not wait either.",
        telling=((bytes.fromhex("828537fa213d37fa213d37"), 1000),),
    ),
)
