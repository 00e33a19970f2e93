"""The predictions as a lesson's ``predictions.md`` has them: a question, and what came true.

A prediction is a heading with its number and the kind of its answer, the question, a list of
options where one is chosen, and under ``## It is`` the truth in one line, then one paragraph that
says why. The truth is computed, so it cannot disagree with the cell that shows it.

    # 2 number

    How many bytes has the header of an empty frame that a server sends?

    ## It is

    {{ len(Frame.text("").encode()) }}

    The first two bytes are always there (§5.2).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal, get_args

from wslearn.pasted.reading import read_bytes
from wslearn.protocol.bits import hex_bytes
from wslearn.protocol.deflate import DEFLATE
from wslearn.protocol.errors import InputError
from wslearn.protocol.text import shown_value

from .exercises import LESSONS, tidy_id
from .progress_record import PREDICTION
from .prose import Page, Section, folder_of, items, page_of, paragraphs

Kind = Literal["number", "bytes", "choice", "bit", "words"]

ALLOWED = DEFLATE
"""The extension that is agreed on wherever a bit is asked for: a fault would be marked in the
picture, and point at it."""

KINDS = get_args(Kind)
"""What an answer is: a number; bytes, in any form that is read elsewhere; one of several options; a
bit of a picture, counted from 0; or a sentence, which the student judges."""

FILE, PICTURE, TRUTH = "predictions.md", "Picture", "It is"
_HEADING = re.compile(rf"(\d+) ({'|'.join(KINDS)})")
_DIGITS = re.compile(r"\d{1,3}(?:[ _,.']\d{3})+|\d{1,30}")


@dataclass(frozen=True, slots=True)
class Prediction:
    """One question with a single answer; ``id`` is its name, such as ``03.2``.

    ``truth`` is what comes true, as it is shown; ``why`` says more, "" where there is nothing to
    say. ``picture`` is the frame of which a bit is asked for.
    """

    id: str
    kind: Kind
    text: str
    truth: str
    why: str = ""
    options: tuple[str, ...] = ()
    picture: bytes = b""

    @property
    def reviewed_as(self) -> str:
        """The name its reviews are kept under, such as ``03 prediction 2``."""
        return self.id.replace(".", PREDICTION)

    def read(self, given: str) -> str:
        """An answer as it is shown: numbers in decimal, bytes in hex; words are kept whole.

        Raises :class:`~wslearn.protocol.errors.InputError` for anything but an answer of this kind.

        >>> Prediction("03.1", "bytes", "Which byte?", "81").read("0x81")
        '81'
        """
        given = " ".join(given.split())
        if not given:
            raise InputError("Expected an answer, got an empty field.")
        if self.kind == "bytes":
            return hex_bytes(read_bytes(given))
        if self.kind in ("number", "bit"):
            return str(_number(given))
        if self.kind == "choice" and given not in self.options:
            raise InputError(f"Expected one of the options, got {shown_value(given)}.")
        return given

    def holds(self, answer: str) -> bool | None:
        """Whether an answer that was read came true; None for a sentence."""
        return None if self.kind == "words" else answer == self.truth


def _number(given: str) -> int:
    """A whole number, in decimal, hex or bits; thousands may be set apart.

    >>> _number("65 536"), _number("0x10"), _number("0b11")
    (65536, 16, 3)
    """
    try:
        if _DIGITS.fullmatch(given):
            return int(re.sub(r"\D", "", given))
        if re.fullmatch(r"0[xX][0-9a-fA-F]{1,30}|0[bB][01]{1,120}", given):
            return int(given, 0)
    except ValueError:  # digits of other scripts, most of which Python accepts
        pass
    raise InputError(f"Expected a whole number such as 16 or 0x10, got {shown_value(given)}.")


@cache
def predictions(lesson: str) -> tuple[Prediction, ...]:
    """The predictions of a lesson (``"04"``); none for a lesson that does not exist.

    Raises :class:`~wslearn.protocol.errors.InputError` with file and line for a page that is not
    one.
    """
    if lesson not in LESSONS:
        return ()
    if not (folder_of(lesson) / FILE).is_file():
        return ()
    return read_page(page_of(lesson, FILE), lesson)


def read_page(page: Page, lesson: str) -> tuple[Prediction, ...]:
    """The predictions of one page, which count from 1."""
    found: list[Prediction] = []
    group: list[Section] = []
    sections = [*page.sections(), None]
    for section, after in pairwise(sections):
        assert section is not None
        group.append(section)
        if after is None or after.level == 1:
            found.append(_prediction(page, group, lesson, len(found) + 1))
            group = []
    return tuple(found)


def _prediction(page: Page, group: list[Section], lesson: str, number: int) -> Prediction:
    head, parts = group[0], {section.title: section for section in group[1:]}
    match = _HEADING.fullmatch(head.title)
    if head.level != 1 or match is None or int(match[1]) != number:
        wanted = f"the heading `# {number} ` and one of {', '.join(KINDS)}"
        raise page.fault(head.line, wanted, repr(head.title))
    kind: Kind = match[2]  # type: ignore[assignment]
    if [section.title for section in group[1:]] != [*([PICTURE] if kind == "bit" else []), TRUTH]:
        wanted = f"`## {PICTURE}` and `## {TRUTH}`" if kind == "bit" else f"`## {TRUTH}`"
        got = ", ".join(f"`## {section.title}`" for section in group[1:]) or "none"
        raise page.fault(head.line, f"{wanted} under the question", got)
    asked = [text for text, _ in paragraphs(page, head)]
    told = paragraphs(page, parts[TRUTH])
    if not asked:
        raise page.fault(head.line, "a question", "none")
    if not 1 <= len(told) <= 2:
        wanted = "the truth in one line, and one paragraph that says why"
        raise page.fault(parts[TRUTH].line, wanted, f"{len(told)} paragraphs")
    listed = [(first, line) for first, line, _ in items(page, head)]
    options = tuple(first for first, _ in listed)
    if (kind == "choice") != (len(options) > 1) or len(set(options)) != len(options):
        wanted = "two options or more, all different" if kind == "choice" else "no options"
        raise page.fault(head.line, wanted, f"{len(options)}")
    picture = read_bytes(_one_line(page, parts[PICTURE])) if kind == "bit" else b""
    made = Prediction(
        f"{lesson}.{number}",
        kind,
        "\n\n".join(asked),
        told[0][0],
        told[1][0] if len(told) > 1 else "",
        options,
        picture,
    )
    try:
        right = made.read(made.truth)
        if right != made.truth or (kind == "bit" and int(right) >= 8 * len(picture)):
            raise InputError(f"Expected a truth as an answer is shown, got {shown_value(right)}.")
    except InputError as problem:
        line = told[0][1]
        raise page.fault(line, f"a truth that is a {kind}", shown_value(made.truth)) from problem
    return made


def _one_line(page: Page, section: Section) -> str:
    told = paragraphs(page, section)
    if len(told) != 1:
        raise page.fault(section.line, "the bytes of one frame", f"{len(told)} paragraphs")
    return told[0][0]


def find(id: object) -> Prediction | None:
    """The prediction with this name, such as ``03.2``, or None."""
    name = tidy_id(id)
    return next((one for one in predictions(name.partition(".")[0]) if one.id == name), None)


def which_exist(id: object) -> str:
    """One sentence for a name that no prediction has."""
    names = [one.id for one in predictions(tidy_id(id).partition(".")[0])]
    if names:
        return f"Lesson {names[0][:2]} has {', '.join(names)}."
    return f"The lessons with predictions are {', '.join(_with_some())}; one is named like 03.1."


def _with_some() -> Iterable[str]:
    return (lesson for lesson in LESSONS if predictions(lesson))
