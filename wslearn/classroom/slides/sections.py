"""A lesson taken apart for slides: titles, and below each what is shown, step by step.

The prose, the code and the stored outputs come from the notebook. An output is a step of its own,
so that a class can predict before it sees. A lab stays in the notebook, and its slide says so; a
quiz is shown question by question, and the answer is a step; solutions are left out. The speaker's
notes have what the lesson's ``teaching.md`` advises, and the answers to the quiz.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from wslearn.course.question import LETTERS
from wslearn.course.quizzes import questions
from wslearn.course.teaching import Teaching, teaching

from .colours import in_colour

_HEADING = re.compile(r"^(#{1,3}) +(.+?)\s*$", re.MULTILINE)
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LAB = re.compile(r"([A-Z]\w*(?:Lab|Contact))\(")
_NAVIGATION = re.compile(r"^(?:Back|Start|Next): .*$", re.MULTILINE)
_LINK = re.compile(r"<a [^>]*>(.*?)</a>", re.DOTALL)
_FOLDED = re.compile(r"<details[^>]*>\s*<summary[^>]*>(.*?)</summary>(.*?)</details>", re.DOTALL)
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


@dataclass(frozen=True, slots=True)
class Part:
    """Something that is shown: HTML, and whether it waits for the next step.

    ``kind`` is ``prose`` where it may be divided after any paragraph, to fill a slide, ``picture``
    where it needs a whole slide for itself, ``source`` for the code of a cell, and ``asks`` for
    what the class is asked before it sees. ``must`` is how many slides it may fill where its
    section has none left.
    """

    html: str
    step: bool = False
    kind: str = ""
    must: int = 0


@dataclass(slots=True)
class Section:
    """A title, its rank (1 is the lesson's own), and the parts below it.

    ``above`` is the title of a section that has nothing but this one in it, ``notes`` is HTML for
    the speaker only, and ``most`` is how many slides the section may fill; 0 means any number.
    """

    title: str
    rank: int
    above: str = ""
    parts: list[Part] = field(default_factory=list)
    notes: str = ""
    most: int = 0


def sections(notebook: Path) -> list[Section]:
    """The sections of a lesson, from its stored notebook; raises :class:`OSError`."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    found: list[Section] = [Section("", 1)]
    for cell in content["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            _take_code(found, source, cell["outputs"], notebook.name[:2])
        elif cell["cell_type"] == "markdown" and not source.startswith("<details>"):
            for title, rank, text in _by_heading(source):
                if title:
                    found.append(Section(_inline(title), rank))
                if text.strip():
                    found[-1].parts.append(Part(_prose(text), kind="prose"))
    _take_notes(found, teaching(notebook.name[:2]))
    return _with_something(found)


def _take_notes(found: list[Section], told: Teaching) -> None:
    """Put the advice to whoever teaches the lesson where it is needed: at its beginning, at its
    lab."""
    asked = "".join(f"<li>{_inline(text)}</li>" for text in told.ask)
    advice = "".join(f"<p>{_inline(text)}</p>" for text in told.advice)
    found[1 if len(found) > 1 else 0].notes = f"<p><b>Ask</b></p><ul>{asked}</ul>{advice}"
    labs = [section for section in found if any('class="lab"' in one.html for one in section.parts)]
    for section in labs[-1:]:
        section.notes += f"<p><b>Project</b> {_inline(told.project)}</p>"


def _with_something(found: list[Section]) -> list[Section]:
    """The sections that show something; the title of an empty one goes to the next."""
    kept, above = [], ""
    for section in found:
        if section.parts:
            section.above, above = above, ""
            kept.append(section)
        elif section.title:
            above = section.title
    return kept


def _by_heading(source: str) -> Iterator[tuple[str, int, str]]:
    """The pieces of some Markdown between its headings: title, rank and text."""
    fences = [match.span() for match in _FENCE.finditer(source)]
    title, rank, reached = "", 0, 0
    for match in _HEADING.finditer(source):
        if any(start < match.start() < end for start, end in fences):
            continue
        yield title, rank, source[reached : match.start()]
        title, rank, reached = match[2], len(match[1]), match.end()
    yield title, rank, source[reached:]


def _prose(text: str) -> str:
    html = str(_MARKDOWN.render(_NAVIGATION.sub("", text)))
    # A link would lead to a file that need not be beside the slides.
    return _LINK.sub(r"\1", html)


def _inline(text: str) -> str:
    return _prose(text).strip().removeprefix("<p>").removesuffix("</p>")


def _take_code(found: list[Section], source: str, outputs: list[Any], lesson: str) -> None:
    if re.match(r"ws\.quiz\(", source):
        found.extend(_quiz(lesson))
        return
    asks = re.match(r"ws\.(?:predict|explain)\(", source)
    if not asks:
        found[-1].parts.append(Part(in_colour(source), kind="source"))
    for output in outputs:
        part = _output(output)
        if part is not None and asks:
            found[-1].parts.append(replace(part, step=False, kind="asks"))
        elif part is not None:
            found[-1].parts += _unfolded(part)


def _output(output: dict[str, Any]) -> Part | None:
    """What an output shows; nothing for a check that nobody has answered yet."""
    if output["output_type"] == "stream":
        return _lines("".join(output["text"]))
    data = {kind: "".join(text) for kind, text in output.get("data", {}).items()}
    plain = data.get("text/plain", "")
    lab = _LAB.match(plain)
    if lab and "text/html" in data:
        return Part(f'<p class="lab">{_to_the_lab(lab[1])}</p>')
    if plain.startswith("○ ") or plain == "None":
        return None
    for kind in ("image/png", "image/jpeg"):
        if kind in data:
            return Part(
                f'<div class="out"><img alt="{escape(plain)}" '
                f'src="data:{kind};base64,{data[kind].strip()}"></div>',
                step=True,
                kind="picture",
            )
    if "text/html" in data:
        kind = "picture" if data["text/html"].startswith("<img ") else ""
        return Part(f'<div class="out">{data["text/html"]}</div>', step=True, kind=kind)
    return _lines(plain)


def _unfolded(part: Part) -> Iterator[Part]:
    """What is folded away in an output becomes a step of its own: a clicker opens no folds."""
    apart = replace(part, html=_FOLDED.sub("", part.html))
    if "<img" in apart.html or re.sub("<[^>]*>", "", apart.html).strip():
        yield apart
    for summary, content in _FOLDED.findall(part.html):
        html = f'<div class="out"><p><b>{summary}</b></p><div>{content}</div></div>'
        yield Part(html, step=True)


def _to_the_lab(name: str) -> str:
    return (
        f"<b>{escape(name)}</b>: now in the notebook. Run this cell there, and choose "
        "<b>present</b> below the lab: it fills the screen."
    )


def _lines(text: str) -> Part | None:
    if not text.strip():
        return None
    lines = "".join(f"<div>{escape(line) or ' '}</div>" for line in text.rstrip("\n").split("\n"))
    return Part(f'<div class="out mono">{lines}</div>', step=True)


def _quiz(lesson: str) -> Iterator[Section]:
    for number, question in enumerate(questions(lesson), start=1):
        asked = Section(f"Question {number}", 3)
        options = "".join(
            f"<p class='option'><b>{letter}</b> {_inline(option.text)}</p>"
            for letter, option in zip(LETTERS, question.options, strict=False)
        )
        asked.parts.append(Part(f"<p class='asked'>{_inline(question.text)}</p>{options}"))
        said = _inline(question.feedback(question.right))
        answer = f"<p class='answer'><b>✓ {LETTERS[question.right]}</b> {said}</p>"
        asked.parts.append(Part(answer, step=True))
        asked.notes = f"<p><b>✓ {LETTERS[question.right]}</b> {said}</p>"
        yield asked
