"""Which sections of which RFCs a text names, and what each section is about.

``§5.2`` alone means the document that the text says it means ("In this lesson § means RFC 7692"),
else RFC 6455. The sections, with their titles and the words that show that a sentence is about one,
are in ``tests/vectors/sections.tsv``.
"""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from tests.support.places import VECTORS

TABLE = VECTORS / "sections.tsv"
CONVENTION = re.compile(r"In this lesson § (?:without a name )?means RFC (\d+)")
NAMED = re.compile(r"(?:RFC (\d+),? )?§(\d+(?:\.\d+)*)")
DEFAULT = "6455"

Section = tuple[str, str]


@dataclass(frozen=True)
class About:
    """The title of a section, and a pattern for the words of a paragraph about it."""

    title: str
    words: re.Pattern[str]


def read_sections(path: Path = TABLE) -> dict[Section, About]:
    """Every section of the documents by document and number."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {
        (line["rfc"], line["section"]): About(
            line["title"], re.compile(rf"(?<![^\W_])(?:{line['about']})", re.IGNORECASE)
        )
        for line in lines
    }


def convention(text: str) -> str:
    """The document that a ``§`` without a name means."""
    said = CONVENTION.search(text)
    return said[1] if said else DEFAULT


def named(text: str, default: str) -> list[Section]:
    """The sections that a piece of text names, in order."""
    return [(document or default, number) for document, number in NAMED.findall(text)]


def paragraphs(text: str) -> list[str]:
    """The pieces of a text, each about one thing: paragraphs, list items, rows."""
    pieces: list[str] = []
    for line in text.splitlines():
        apart = not line.strip() or line.lstrip().startswith(("|", "#")) or _item(line)
        if apart or not pieces:
            pieces.append(line)
        else:
            pieces[-1] += "\n" + line
    return [piece for piece in pieces if piece.strip()]


def _item(line: str) -> bool:
    return re.match(r"\s*(?:[-*] |\d+\. )", line) is not None


def around(pieces: list[str], at: int) -> str:
    """A piece with the one that may hold its subject, and with what it announces."""
    end = at + 2
    if not _item(pieces[at]):
        while end < len(pieces) and _item(pieces[end - 1]) and _item(pieces[end]):
            end += 1
    return "\n".join(pieces[max(at - 1, 0) : end])


def faults(text: str, known: dict[Section, About], default: str) -> list[str]:
    """A sentence for each named section that does not exist, or is about something else."""
    said = []
    pieces = paragraphs(text)
    for at, piece in enumerate(pieces):
        bare = NAMED.sub("", around(pieces, at))
        for section in named(piece, default):
            document, number = section
            if section not in known:
                said.append(f"RFC {document} has no section {number}: {piece[:80]!r}")
            elif not known[section].words.search(bare):
                title = known[section].title
                said.append(f"RFC {document} §{number} is about “{title}”: {piece[:80]!r}")
    return said
