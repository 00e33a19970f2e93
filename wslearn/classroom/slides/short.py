"""The short version of a deck: what a class looks at together in about half an hour.

It is chosen by rule, so that it follows the notebook:

1. Every section has a slide, two where the lesson has few sections; what does not fit stays in the
   notebook. The tasks share one slide, which lists them. Of the quiz the first questions stay.
2. What asks (*Predict*, *Question*) stays whole. Of other prose the first paragraph stays.
3. What is shown stays: outputs, pictures, the slides that lead to a lab.
4. Code stays where it is short and what it prints would say nothing without it.
"""

import re
from dataclasses import replace

from .sections import Part, Section

TASK = re.compile(r"\d\d\.\d\b")
QUESTION = re.compile(r"Question (\d+)$")
ASKS = re.compile(r"<strong>(?:Predict|Question)")
FIRST_PARAGRAPH = re.compile(r"<p>.*?</p>", re.DOTALL)
FEW_SECTIONS = 20
LINES = 8
"""The most lines of code that stand on a short slide."""

QUESTIONS = 3


def short(found: list[Section]) -> list[Section]:
    """The sections of the short version."""
    kept: list[Section] = []
    tasks: list[str] = []
    after = 0
    for section in found:
        asked = QUESTION.match(section.title)
        if TASK.match(section.title):
            tasks.append(section.title)
            after = len(kept)
        elif section.title != "Exercises" and not (asked and int(asked[1]) > QUESTIONS):
            kept.append(section)
    if tasks:
        kept.insert(after, _tasks(tasks))
    most = 2 if len(kept) <= FEW_SECTIONS else 1
    return [replace(section, parts=_parts(section), most=most) for section in kept]


def _tasks(titles: list[str]) -> Section:
    listed = "".join(f"<li>{title}</li>" for title in titles)
    where = "<p>In the notebook, or on the handout:</p>"
    return Section("Tasks", 2, parts=[Part(f"{where}<ul>{listed}</ul>")])


def _parts(section: Section) -> list[Part]:
    if section.rank == 1:
        return section.parts
    kept = []
    for at, part in enumerate(section.parts):
        after = section.parts[at + 1].html if at + 1 < len(section.parts) else ""
        if part.kind == "prose" and not ASKS.search(part.html):
            first = FIRST_PARAGRAPH.match(part.html)
            kept.append(replace(part, html=first[0]) if first else part)
        elif part.kind != "code" or (
            part.html.count("<div>") <= LINES and after.startswith('<div class="out mono">')
        ):
            kept.append(part)
    return kept
