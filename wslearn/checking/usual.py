"""What a wrong answer usually comes from.

First the exercise's own typical wrong answers are compared, result by result. If this one is like
none of them, its kind may still say something: text where bytes belong, a number that should be
True or False, an exception that every beginner meets.
"""

import re
from collections.abc import Sequence

from .exercise import Sealed
from .values import Strange, same

_ERRORS = (
    (
        r"KeyError: ",
        "The dictionary has no such entry. `.get(name)` gives None then, and no error.",
    ),
    (
        r"ValueError: (not enough|too many) values to unpack",
        "There are more names, or fewer, left of `=` than values on the right. Print the right "
        "side for this input.",
    ),
    (
        r"(TypeError|AttributeError): .*NoneType",
        "A value is None here: something was not found, or is not there yet. Ask `is None` first.",
    ),
    (r"NameError: ", "A name is misspelt, or the cell that defines it has not run yet."),
    (
        r"TypeError: (tuple|list|string|byte) indices must be integers",
        "A number belongs between the brackets. A digit in a text is text: `int(text[0])` turns it "
        "into a number.",
    ),
    (
        r"TypeError: 'int' object is not subscriptable",
        "A number has no places to look into: `[0]` works on a text, a list or bytes. `>>` and `&` "
        "take the bits of a number.",
    ),
    (
        r"ValueError: dictionary update sequence element",
        '`dict(...)` takes pairs, and here one is not a pair. `split(":", 1)` cuts only once.',
    ),
    (
        r"error: unpack requires a buffer",
        "`unpack` takes exactly as many bytes as its format names. Ask first how many there are.",
    ),
    (
        r"error: (.*format requires|int too large)",
        "The number does not fit this letter: `B` is one byte, `H` two, `I` four, `Q` eight.",
    ),
    (
        r"TypeError: '\w+' object is not callable",
        "A name such as `bytes`, `len` or `bin` was given another value in an earlier cell. Choose "
        "another name there and restart the kernel.",
    ),
    (
        r"TypeError: .*bytes-like object is required, not '_?(hashlib|sha1)",
        "That is a hash at work, not yet a value: `.digest()` gives its bytes.",
    ),
    (
        r"TypeError: .*(bytes-like object is required, not 'str'|Strings must be encoded)",
        "Text was used where bytes are needed: `.encode()` turns text into bytes.",
    ),
    (
        r"TypeError: .*(concatenate list|concat list|concatenate tuple|concat tuple)",
        "A list of numbers and bytes do not add up. `bytes(...)` around the list turns it into "
        "bytes first.",
    ),
    (
        r"TypeError: .*(str to bytes|not \"?bytes|'bytes' and 'str'|'str' and 'bytes')",
        "Text and bytes do not mix: `.encode()` turns text into bytes, `.decode()` back into text.",
    ),
    (
        r"TypeError: unsupported operand type\(s\) for [\^&|]: .*'str'",
        "`^`, `&` and `|` work on numbers. `.encode()` turns text into bytes, and each byte is a "
        "number.",
    ),
    (
        r"TypeError: unsupported operand type\(s\) for [\^&|]: .*'(bytes|bytearray)'",
        "`^`, `&` and `|` work on numbers, and bytes are many numbers. Take a pair of them at a "
        "time: `for a, b in zip(...)`.",
    ),
    (
        r"TypeError: .*('int' and 'bytes'|'bytes' and 'int'|int to bytes)",
        "A number and bytes do not add up. `bytes([number])` turns a number into one byte, "
        "and `int.from_bytes(...)` bytes into a number.",
    ),
    (
        r"TypeError: 'bytes' object does not support item assignment",
        "Bytes cannot be changed once they are made. Collect the numbers in a list, and put "
        "`bytes(...)` around it at the end.",
    ),
    (
        r"TypeError: \w*IncrementalDecoder\.decode\(\) missing",
        "That is a kind of decoder. Brackets after it make one: "
        '`codecs.getincrementaldecoder("utf-8")()`.',
    ),
    (
        r"TypeError: '(bytes|str|list)' object cannot be interpreted as an integer",
        "`bytes([...])` takes a list of numbers, and something in it is not a number. Join bytes "
        "to bytes with `+`.",
    ),
    (
        r"TypeError: (bytes\(\) argument 'encoding' must be str|encoding without a string)",
        "`bytes` takes one list of numbers, in square brackets: `bytes([129, 5])`.",
    ),
    (
        r"ValueError: bytes must be in range",
        "A number over 255 does not fit one byte. What does the task ask for in that case?",
    ),
    (
        r"OverflowError: int too big to convert",
        "The number needs more bytes than were asked for.",
    ),
    (
        r"IndexError: pop from",
        "The list is empty, so nothing is left to take out. Ask whether it is before `pop`.",
    ),
    (
        r"IndexError: (list|tuple) index",
        "It looked past the end of a list, which has fewer items here than it expected.",
    ),
    (
        r"IndexError: pop index",
        "It took something out at a place that the list does not have. Look at its length first.",
    ),
    (r"IndexError: ", "It looked past the end: there was less than it expected."),
    (r"UnboundLocalError: ", "On some path through the function the name never got a value."),
)
"""What an exception says, and what it usually means here; the first one that fits is given."""


_NUMBERS = "The numbers still have to become bytes: put `bytes(...)` around them."
_PIECES = 'These are pieces of bytes in a list. `b"".join(...)` joins them.'
_UNMADE = "The values are ready to be made, but nobody made them: put `bytes(...)` around it."

_KINDS: dict[tuple[type, type], str] = {
    (bytes, str): "It is text. `.encode()` turns text into bytes, `bytes.fromhex()` hex digits.",
    (bytes, int): "It is a number. `bytes([number])` turns it into one byte.",
    (bytes, list): _NUMBERS,
    (bytes, tuple): _NUMBERS,
    (str, bytes): "It is bytes. `.decode()` turns bytes into text.",
    (str, int): "It is a number. `str(number)` or `format(number, ...)` turns it into text.",
    (int, str): "It is text. `int(...)` turns the text of a number into the number.",
    (int, bytes): "It is bytes. The task asks for the number: leave `bytes(...)` out.",
    (int, bool): "It is True or False. `int(...)` turns it into 1 or 0.",
    (bool, int): "A number is not True or False yet: compare it with 0.",
    (tuple, str): "It is one text. The task asks for two values: `return a, b` makes a tuple.",
    (tuple, list): "It is a list. `return a, b` makes a tuple.",
}
"""What to do with a value of one type (the second) where another is expected (the first)."""

_STRANGE = {
    "coroutine": "`async def` makes a function to be awaited. Here a plain `def` will do.",
    "generator": _UNMADE,
    "map": _UNMADE,
    "filter": _UNMADE,
    "zip": _UNMADE,
}
"""What an object of such a type comes from."""


_NOT_FOUND = (
    "It returned None, which says that nothing is there; but something is. Which condition in the "
    "function should have been true here?"
)
_NO_RETURN = "On this path the function returned None: no `return` was reached, or it gave None."
"""What None usually means: where None may be right, and where it never is."""


SURE = 0.9
"""How much of what goes wrong has to be the same for two wrong answers to have one cause."""


def usually(
    secret: Sealed, came: Sequence[object], failing: Sequence[int], smallest: int, fault: str
) -> str:
    """What these results usually come from; empty if nothing is known about them.

    ``failing`` are the indices of the failing cases, ``smallest`` the one that is shown, ``fault``
    what it raised.
    """
    known = _like_a_known_one(secret, came, failing, smallest)
    if known:
        return known
    if fault:
        return next((means for pattern, means in _ERRORS if re.search(pattern, fault)), "")
    if came[smallest] is None:
        return _NOT_FOUND if None in secret.expected else _NO_RETURN
    return _by_kind(secret.expected[smallest], came[smallest])


def _like_a_known_one(
    secret: Sealed, came: Sequence[object], failing: Sequence[int], smallest: int
) -> str:
    """The cause of the typical wrong answer that this one is like; empty if it is like none.

    It is like one that gives the same for the input that the student is shown, and, of all inputs
    at which either of the two goes wrong, at nine of ten or more, or at its telling ones. The one
    that is most alike counts. With less it may have failed for another reason, and a wrong cause
    is worse than none.
    """
    arguments = [case.arguments for case in secret.exercise.cases]
    best, means = SURE, ""
    for wrong, results in zip(secret.exercise.wrong, secret.wrong, strict=True):
        equal = [same(known, this) for known, this in zip(results, came, strict=True)]
        if not equal[smallest]:
            continue
        either = {i for i, known in enumerate(results) if not same(known, secret.expected[i])}
        either.update(failing)
        alike = sum(equal[i] for i in either) / len(either)
        if wrong.telling and all(equal[arguments.index(one)] for one in wrong.telling):
            alike = max(alike, SURE)
        if alike > best or (alike == best and not means):
            best, means = alike, wrong.means
    return means


def _by_kind(expected: object, came: object) -> str:
    if isinstance(came, Strange):
        return _STRANGE.get(came.type_name, "")
    nested = isinstance(expected, tuple | list) and isinstance(came, type(expected))
    if nested and len(expected) == len(came):
        pairs = zip(expected, came, strict=True)
        return next((_by_kind(*pair) for pair in pairs if not same(*pair)), "")
    if isinstance(expected, bytes) and isinstance(came, list | tuple) and bytes in map(type, came):
        return _PIECES
    return _KINDS.get((type(expected), type(came)), "")
