"""The short version of a deck: what a class looks at together in about half an hour.

It is chosen by rule, so that it follows the notebook:

1. Every section has a slide, two where the lesson has few sections; what does not fit stays in the
   notebook. The tasks share one slide, which lists them, with what is to be said in one's own
   words. Three questions of the quiz stay, one where the lesson has many sections.
2. Questions (*Predict*, *Question*) stay whole. Of other prose the first paragraph stays, with the
   list below it; after a colon or a question mark what follows stays, too.
3. What is shown stays: outputs, pictures, the slides that lead to a lab.
4. Code stays where it is short and what it prints would say nothing without it.
5. No question without its answer: what asks and the next output are shown even where the section
   has no slide left, and so is the first output of all. Each fills as many slides as a section
   has.
6. What the lesson calls optional stays in the notebook.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from .sections import Part, Section

TASK = re.compile(r"\d\d\.\d\b")
QUESTION = re.compile(r"Question \d+$")
ASKS = re.compile(r"<strong>(?:Predict|Question)")
OWN_WORDS = "In your own words"
TAG = re.compile(r"<(/?)(\w+)[^>]*>")
VOID = ("br", "hr", "img")
LEADS_ON = re.compile(r"[:?]\s*(?:<[^>]*>\s*)*$")
FEW_SECTIONS = 12
LINES = 8
"""The most lines of code that a short slide has."""


def short(found: list[Section]) -> list[Section]:
    """The sections of the short version."""
    kept: list[Section] = []
    tasks: list[str] = []
    own: list[Part] = []
    after = 0
    for section in _not_optional(found):
        if TASK.match(section.title):
            tasks.append(section.title)
            after = len(kept)
        elif section.title == OWN_WORDS and tasks:
            own = section.parts
        elif section.title != "Exercises":
            kept.append(section)
    if tasks:
        kept.insert(after, _tasks(tasks, own))
    quiz = [section for section in kept if QUESTION.match(section.title)]
    most, questions = (2, 3) if len(kept) - len(quiz) <= FEW_SECTIONS else (1, 1)
    return [
        replace(section, parts=_parts(section, most), most=most)
        for section in kept
        if section not in quiz[questions:]
    ]


def _not_optional(found: list[Section]) -> Iterator[Section]:
    """The sections, without those called optional and what is under them."""
    left_out = 0
    for section in found:
        if left_out and section.rank <= left_out:
            left_out = 0
        if not left_out and "Optional" in (section.title.partition(":")[0], section.above):
            left_out = section.rank
        if not left_out:
            yield section


def _tasks(titles: list[str], own: list[Part]) -> Section:
    listed = "".join(f"<li>{title}</li>" for title in titles)
    where = "<p>In the notebook, or on the handout:</p>"
    return Section("Tasks", 2, parts=[Part(f"{where}<ul>{listed}</ul>"), *own])


def _parts(section: Section, most: int) -> list[Part]:
    if section.rank == 1:
        return section.parts
    kept = []
    for at, part in enumerate(section.parts):
        after = section.parts[at + 1].html if at + 1 < len(section.parts) else ""
        if part.kind == "prose" and not ASKS.search(part.html):
            kept.append(replace(part, html=_beginning(part.html)))
        elif part.kind != "source" or (
            part.html.count("<div>") <= LINES and after.startswith('<div class="out mono">')
        ):
            kept.append(part)
    for at in _musts(kept):
        kept[at] = replace(kept[at], must=most if kept[at].step else 1)
    return kept


def _musts(parts: list[Part]) -> Iterator[int]:
    """Where a question is, and what answers it: the next output, with the code that prints it.

    The first output is wanted in any case.
    """
    wanted = True
    for at, part in enumerate(parts):
        if part.kind == "asks" or ASKS.search(part.html):
            wanted = True
            yield at
        elif part.step and wanted:
            if at and parts[at - 1].kind == "source":
                yield at - 1
            yield at
            wanted = False


def _beginning(html: str) -> str:
    """The first paragraph, and what it leads on to; all of it where it begins otherwise.

    >>> _beginning("<p>Two ideas.</p><ul><li>One.</li></ul><p>More.</p>")
    '<p>Two ideas.</p><ul><li>One.</li></ul>'
    >>> _beginning("<p>Who tells B?</p><p>A <em>broker</em>.</p><p>More.</p>")
    '<p>Who tells B?</p><p>A <em>broker</em>.</p>'
    """
    first, *further = _blocks(html)
    if not first.startswith("<p>"):
        return html
    kept = [first]
    for block in further:
        if not (block.lstrip().startswith(("<ul", "<ol")) or LEADS_ON.search(kept[-1])):
            break
        kept.append(block)
    return "".join(kept)


def _blocks(html: str) -> list[str]:
    """The elements of some HTML that are in no other, in their order."""
    blocks, begin, depth = [], 0, 0
    for tag in TAG.finditer(html):
        if tag[2] in VOID:
            continue
        depth += -1 if tag[1] else 1
        if not depth:
            blocks.append(html[begin : tag.end()])
            begin = tag.end()
    return blocks
