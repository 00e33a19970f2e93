"""``glossary``: the words of the course, each with its meaning, its rule, and its Chinese name.

The words are in a table beside this module (``glossary.tsv``), in alphabetical order. ``forms`` are
other spellings under which a lesson has the word; ``lesson`` is written by
``tests/tools/build_glossary.py``, which looks into the lessons.
"""

import csv
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from wslearn.checking.panel import Part, as_html, as_text
from wslearn.checking.values import one_line
from wslearn.draw.table import table


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the course; ``section`` is empty where no RFC defines it."""

    term: str
    forms: tuple[str, ...]
    chinese: tuple[str, ...]
    section: str
    lesson: str
    meaning: str

    @property
    def where(self) -> str:
        """The rule and the lesson that explains it, in a few words."""
        lesson = f"lesson {self.lesson}"
        return f"{self.section} · {lesson}" if self.section else lesson

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that it may be looked up by."""
        return (self.term, *self.forms, *self.chinese)


@cache
def terms() -> tuple[Term, ...]:
    """All words of the course in alphabetical order."""
    text = files(__package__).joinpath("glossary.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return tuple(
        Term(
            row["term"],
            tuple(filter(None, row["forms"].split(", "))),
            tuple(row["chinese"].split(", ")),
            row["section"],
            row["lesson"],
            row["meaning"],
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class Glossary:
    """What was found for a word; it shows itself. ``note`` says so if nothing was."""

    found: tuple[Term, ...]
    note: str = ""

    def __repr__(self) -> str:
        if self.note:
            return as_text("quiet", self.note, [])
        if len(self.found) == len(terms()):
            return repr(self._table())
        return "\n".join(as_text("quiet", _headline(one), _parts(one)) for one in self.found)

    def _html(self) -> str:
        if self.note:
            return as_html("quiet", self.note, [])
        if len(self.found) == len(terms()):
            return self._table().html()
        return "".join(as_html("quiet", _headline(one), _parts(one)) for one in self.found)

    def _table(self) -> Any:
        rows = [(one.term, "，".join(one.chinese), one.meaning, one.where) for one in self.found]
        return table(("word", "中文", "what it means", "where"), rows)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._html()}


def _headline(one: Term) -> str:
    return f"{one.term} · {'，'.join(one.chinese)}"


def _parts(one: Term) -> list[Part]:
    return [Part(one.meaning), Part(f"{one.where[0].upper()}{one.where[1:]}.")]


def glossary(word: object = None) -> Glossary:
    """What a word of the course means, in English or Chinese; all words without one. Never raises.

    >>> glossary("帧").found[0].term
    'frame'
    """
    if word is None:
        return Glossary(terms())
    asked = one_line(str(word), 40).strip().casefold()
    for matches in (_same, _within):
        found = tuple(one for one in terms() if asked and matches(asked, one))
        if found:
            return Glossary(found)
    near = get_close_matches(asked, [name.casefold() for one in terms() for name in one.names], 3)
    meant = [one.term for one in terms() if any(name.casefold() in near for name in one.names)]
    hint = f"Did you mean {' or '.join(meant)}?" if meant else "ws.glossary() shows all words."
    return Glossary((), f"There is no word {one_line(str(word), 20)!r} here. {hint}")


def _same(asked: str, one: Term) -> bool:
    return any(asked == name.casefold() for name in one.names)


def _within(asked: str, one: Term) -> bool:
    return len(asked) > 1 and any(asked in name.casefold() for name in one.names)
