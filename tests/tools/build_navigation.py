"""Write the links between lessons, the README's table, and the map in lesson 00.

    python -m tests.tools.build_navigation            # write what is stale
    python -m tests.tools.build_navigation --check    # only say what is stale

All of it follows from the course's list of lessons (``wslearn/course/lessons.py``) and the
notebooks that exist: an unwritten one is left out everywhere. Only Markdown cells change, so no
notebook has to run again.
"""

import re
import sys
from pathlib import Path

import nbformat

from tests.support.places import NOTEBOOKS
from tests.tools import generated
from tests.tools.generated import ROOT
from wslearn.course.cases.shelf import numbers, open_case
from wslearn.course.lessons import COURSE, Lesson, present

README = ROOT / "README.md"

HEAD_LINE = re.compile(r"^(?:Back|Start|Next): \[.*$", re.MULTILINE)
LAST_LINE = (
    'How far am I? `ws.progress()` · What does a word mean? `ws.glossary("frame")`, '
    "or the [glossary](glossary.md)"
)
TESTS = {
    "00": "Before you go on: `ws.checkpoint()` asks ten questions, whose answers come later. "
    "Five minutes, and nothing is graded.",
    "07": "Halfway: `ws.checkpoint()` asks the ten questions of the beginning again, "
    "with other numbers, and tells what you gained.",
    "14": "One more time: `ws.checkpoint()` asks the ten questions with other numbers.",
}
"""Which lessons end with a test, and the words for it."""
CASES = "A mystery waits: "
"""How the line begins that names the cases which can be solved after a lesson."""

END_LINE = re.compile(r"(?:Next|Start): \[[^\]]*\]\(([^)]*)\)(.*)", re.DOTALL)


def mysteries(lesson: Lesson) -> list[str]:
    """The line with the cases of a lesson; none where it has none."""
    names = [f'`ws.case("{one}")`' for one in numbers() if open_case(one).lesson == lesson.number]
    if not names:
        return []
    first, *others = names
    more = f", and then {', '.join(others)}" if others else ""
    return [f"{CASES}{first}{more}. They are all on [the shelf](cases.ipynb)."]


def link(lesson: Lesson) -> str:
    return f"[{lesson.name}]({lesson.file})"


def neighbours(lesson: Lesson, there: list[Lesson]) -> tuple[Lesson | None, Lesson | None]:
    """The lessons before and after one, among those that are there."""
    at = there.index(lesson)
    return (there[at - 1] if at else None), (there[at + 1] if at + 1 < len(there) else None)


def head(source: str, lesson: Lesson, there: list[Lesson]) -> str:
    """The first cell of a lesson with its line of links, which is added where it has none."""
    before, after = neighbours(lesson, there)
    parts = [f"Back: {link(before)}"] if before else []
    if before not in (None, there[0]):
        parts.append(f"Start: {link(there[0])}")
    parts += [f"Next: {link(after)}"] if after else []
    line = " · ".join(parts)
    if HEAD_LINE.search(source):
        return HEAD_LINE.sub(lambda _: line, source, count=1)
    return re.sub(r"^\*\*Time\*\*.*$", lambda time: f"{time[0]}\n\n{line}", source, flags=re.M)


def end(source: str, lesson: Lesson, there: list[Lesson]) -> str:
    """The last cell of a lesson with its link onwards, and how to see one's progress.

    What follows the link stays as long as it is about the same lesson.
    """
    _, after = neighbours(lesson, there)
    kept, remark = [], ""
    for paragraph in source.rstrip().split("\n\n"):
        if onwards := END_LINE.match(paragraph):
            remark = onwards[2] if after and onwards[1] == after.file else ""
        elif not paragraph.startswith(("How far am I?", CASES)) and (
            "`ws.checkpoint()`" not in paragraph
        ):
            kept.append(paragraph)
    kept += mysteries(lesson)
    kept += [TESTS[lesson.number]] if lesson.number in TESTS else []
    kept.append(f"Next: {link(after)}{remark}" if after else f"Start: {link(there[0])}")
    return "\n\n".join([*kept, LAST_LINE])


def the_map(source: str, there: list[Lesson]) -> str:
    """The cell of lesson 00 that holds the map, with its table written anew."""
    rows = [
        f"| {link(one) if one is not there[0] else one.name} | {one.answers} | {one.pictured} |"
        for one in there
    ]
    return table_replaced(
        source, ["| lesson | what it answers | in the first picture |", "|---|---|---|", *rows]
    )


def readme(text: str, there: list[Lesson]) -> str:
    """The README with the table of lessons, and what is still to come, written anew."""
    before, heading, rest = text.partition("## The lessons\n")
    section, following, after = rest.partition("\n## ")
    rows = [
        f"| [{one.name}](notebooks/{one.file}) | {one.knows} | {one.minutes} min |" for one in there
    ]
    section = table_replaced(section, ["| lesson | you will know | time |", "|---|---|--:|", *rows])
    missing = [one.name for one in COURSE if one not in there]
    coming = f"Still to come: {' · '.join(missing)}\n" if missing else ""
    section = re.sub(r"^Still to come: .*\n", lambda _: coming, section, flags=re.MULTILINE)
    return before + heading + section.rstrip("\n") + "\n" + following + after


def table_replaced(text: str, rows: list[str]) -> str:
    """The text with its first table replaced; raises :class:`ValueError` where it has none."""
    table = re.search(r"(?:^\|.*(?:\n|\Z))+", text, re.MULTILINE)
    if table is None:
        raise ValueError("Expected a table to replace, found none.")
    end_of_table = "\n" if table[0].endswith("\n") else ""
    return text[: table.start()] + "\n".join(rows) + end_of_table + text[table.end() :]


def lead(notebook: nbformat.NotebookNode, lesson: Lesson, there: list[Lesson]) -> None:
    """Write head, end and map into a notebook in memory."""
    prose = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    first, last = prose[0], prose[-1]
    first.source = head(first.source, lesson, there)
    last.source = end(last.source, lesson, there)
    if lesson is there[0]:
        for cell in prose:
            if cell.source.startswith("## The map"):
                cell.source = the_map(cell.source, there)


def lesson_at(path: Path) -> Lesson | None:
    """The lesson with this file name, if the map has it."""
    return next((lesson for lesson in COURSE if lesson.file == path.name), None)


def wanted() -> dict[Path, str]:
    """Every file that depends on the list of lessons, with the text that it should have."""
    there = present(NOTEBOOKS)
    texts = {README: readme(README.read_text(encoding="utf-8"), there)}
    for lesson in there:
        path = NOTEBOOKS / lesson.file
        notebook = nbformat.read(path, as_version=4)
        lead(notebook, lesson, there)
        texts[path] = nbformat.writes(notebook) + "\n"
    return texts


if __name__ == "__main__":
    sys.exit(generated.main(__doc__, wanted))
