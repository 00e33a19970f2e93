"""Write the glossary page, and into the glossary table which lesson explains each word.

    python -m tests.tools.build_glossary            # write what is stale
    python -m tests.tools.build_glossary --check    # only say what is stale

A lesson explains a word where it sets it in italics or bold, as every lesson does when a word is
new. Where none does, it is the first lesson that has the word.
"""

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import nbformat

from tests.support.places import NOTEBOOKS
from tests.tools import generated
from tests.tools.generated import ROOT, rolling
from wslearn.course import glossary
from wslearn.course.lessons import present

PAGE = NOTEBOOKS / "glossary.md"
TABLE = ROOT / "wslearn" / "course" / "glossary.tsv"

EMPHASISED = re.compile(r"(?<!\*)\*{1,2}([^*\n]+?)[.,:;]?\*{1,2}")
FOLDED = re.compile(r"<details>.*?</details>", re.DOTALL)
LEADING = re.compile(r"^(?:Back|Start|Next): \[.*$|^\|.*\.ipynb\).*$", re.MULTILINE)
"""What does not explain anything: folded solutions; lines of links, and the rows of the map."""

INTRODUCTION = """\
# The words of the course

Each with its Chinese name, the section of the RFC that defines it, and the lesson that explains it.
In a notebook `ws.glossary("frame")` shows one of them; the Chinese name finds it too.
This page is generated.
"""

HEAD = ("| word | what it means | 中文 | rule | lesson |", "|:--|:--|:--|:--|:--|")


def prose_of(path: Path) -> str:
    """The prose of a lesson, without what merely repeats or leads elsewhere."""
    cells = nbformat.read(path, as_version=4).cells
    texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
    return LEADING.sub("", FOLDED.sub("", "\n\n".join(texts)))


def same(form: str, said: str) -> bool:
    """Whether a lesson says this word; capitals count where the word has some."""
    return form == said if form != form.lower() else form == said.lower()


def has(prose: str, form: str) -> bool:
    """Whether the word occurs anywhere in a lesson's prose."""
    flags = re.IGNORECASE if form == form.lower() else 0
    return re.search(rf"(?<![\w-]){re.escape(form)}(?!\w)", prose, flags) is not None


def explained_in(forms: Sequence[str], lessons: dict[str, str]) -> str:
    """The number of the lesson that explains a word; "" where no lesson has it."""
    for number, prose in lessons.items():
        if any(same(form, said) for said in EMPHASISED.findall(prose) for form in forms):
            return number
    return next((n for n, prose in lessons.items() if any(has(prose, f) for f in forms)), "")


def table(lessons: dict[str, str]) -> str:
    """The table of the words with the lesson of each."""
    head, *lines = TABLE.read_text(encoding="utf-8").splitlines()
    written = [head]
    for one, line in zip(glossary.terms(), lines, strict=True):
        cells = line.split("\t")
        cells[4] = explained_in((one.term, *one.forms), lessons)
        written.append("\t".join(cells))
    return "\n".join(written) + "\n"


def page(text: str) -> str:
    """The page of the words, from the text of their table."""
    files = {lesson.number: lesson.file for lesson in present(NOTEBOOKS)}
    rows = []
    for line in text.splitlines()[1:]:
        term, _, chinese, section, lesson, meaning = line.split("\t")
        link = f"[{lesson}]({files[lesson]})" if lesson in files else ""
        rows.append(
            f"| **{term}** | {meaning} | {chinese.replace(', ', '，')} | {section} | {link} |"
        )
    return f"{INTRODUCTION}\n{rolling([*HEAD, *rows], 600)}\n"


def wanted() -> dict[Path, str]:
    """The table and the page as they should be."""
    lessons = {lesson.number: prose_of(NOTEBOOKS / lesson.file) for lesson in present(NOTEBOOKS)}
    text = table(lessons)
    return {TABLE: text, PAGE: page(text)}


if __name__ == "__main__":
    sys.exit(generated.main(__doc__, wanted))
