"""Which two spellings are one name, and what text may be shown.

Names, questions and notices come from strangers. They are shown as text, never as markup (the pages
see to that); here it is made sure that what is shown is one line, is visible, and cannot turn the
line around it (a right-to-left override does). Two names are one when a reader would take them
for one: capitals, full-width letters, double and unusual spaces and invisible characters do not
count (Unicode's NFKC and case folding). Letters of two scripts that look alike stay two letters:
telling them apart needs Unicode's table of confusables, and a class has its eyes.
"""

import unicodedata
from collections.abc import Sequence
from itertools import groupby

from .refusals import RefusedError

LONGEST_NAME = 40
LONGEST_CANDIDATE = 60
LONGEST_QUESTION = 200
LONGEST_NOTICE = 300
"""In characters."""

MOST_CANDIDATES = 12

MOST_MARKS = 4
"""Accents on one letter; text with hundreds of them runs over its neighbours."""

_BLANK = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and symbols that show nothing, used to look like nobody."""

_JOINERS = "\u200c\u200d"
"""Invisible, but Persian and Malayalam names and many emoji are spelled with them."""


def shown(text: str, longest: int, what: str) -> str:
    """Text in one line as it is shown: NFKC, single spaces, nothing invisible.

    Raises :class:`RefusedError` for a text that is then empty, or longer than this many characters.

    >>> shown("  Ada \\u00a0 Lovelace\\u202e ", 40, "a name")
    'Ada Lovelace'
    """
    if len(text) > 8 * longest:  # what follows takes time for every character
        raise _too_long(text, longest, what)
    text = unicodedata.normalize("NFKC", text)
    line = " ".join("".join(map(_as_shown, text)).split())
    categories = [unicodedata.category(character)[0] for character in line]
    if not set(categories) & set("LNPS"):
        raise RefusedError("text", f"Expected {what}, got nothing that can be seen.")
    if len(line) > longest:
        raise _too_long(line, longest, what)
    if any(kind == "M" and len(list(run)) > MOST_MARKS for kind, run in groupby(categories)):
        raise RefusedError(
            "text", f"Expected {what} with at most {MOST_MARKS} accents on a letter."
        )
    return line


def key_of(name: str) -> str:
    """What all spellings of one name have in common.

    >>> key_of("ＡＤＡ  lovelace") == key_of("Ada\\u200b Lovelace")
    True
    >>> key_of("Straße") == key_of("STRASSE")
    True
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    seen = (_as_shown(character) for character in folded)
    return " ".join("".join(one for one in seen if not _selects(one)).split())


def checked_name(name: str) -> tuple[str, str]:
    """A name as it is shown, and its key."""
    name = shown(name, LONGEST_NAME, "a name")
    return name, key_of(name)


def checked_notice(text: str) -> str:
    """A notice as it is shown."""
    return shown(text, LONGEST_NOTICE, "a notice")


def checked_question(question: str, candidates: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """A question and its candidates as they are shown; two of them at least, all different."""
    question = shown(question, LONGEST_QUESTION, "a question")
    if not 2 <= len(candidates) <= MOST_CANDIDATES:
        expected = f"Expected 2 to {MOST_CANDIDATES} candidates"
        raise RefusedError("text", f"{expected}, got {len(candidates)}.")
    lines = tuple(shown(one, LONGEST_CANDIDATE, "a candidate") for one in candidates)
    if len({key_of(line) for line in lines}) < len(lines):
        raise RefusedError("text", "Expected candidates with different names, got one twice.")
    return question, lines


def _as_shown(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] == "Z" or character in "\t\r\n" or character in _BLANK:
        return " "
    return "" if category[0] == "C" and character not in _JOINERS else character


def _selects(character: str) -> bool:
    """Whether a character only chooses how its neighbours are drawn."""
    return character in _JOINERS or "\ufe00" <= character <= "\ufe0f"


def _too_long(text: str, longest: int, what: str) -> RefusedError:
    return RefusedError(
        "text", f"Expected {what} of at most {longest} characters, got {len(text)}."
    )
