"""One page for each student to hand back: what is right, what went wrong, and where to go on.

The page is one file. It loads nothing, runs nothing, and reads well on paper. Whatever came from
the student is shown as text.
"""

from collections.abc import Sequence
from contextlib import suppress
from html import escape
from pathlib import Path

from markdown_it import MarkdownIt

from wslearn.checking.exercise import Exercise
from wslearn.course.exercises import of_lesson
from wslearn.course.lessons import COURSE
from wslearn.course.progress_place import FILE
from wslearn.course.progress_store import LARGEST, DamagedError, from_text
from wslearn.course.quizzes import questions
from wslearn.protocol.text import counted

from .due import in_words
from .folder import Student
from .judgements import Collected, Result
from .report import SIGNS

_TITLES = {lesson.number: lesson.title for lesson in COURSE}
_MARKDOWN = MarkdownIt("commonmark", {"html": False})
_STYLE = """
:root { color-scheme: light dark; --quiet: #5b6770; --line: #d5dbe0; --good: #0b7a5b;
  --bad: #b04a12; --box: #f5f7f8 }
@media (prefers-color-scheme: dark) { :root { --quiet: #a9b4bd; --line: #3a444c; --good: #4fc7a1;
  --bad: #f0935a; --box: #20272c } }
body { font: 17px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem; margin: 0 } h2 { font-size: 1.15rem; margin: 2.2rem 0 .4rem }
h2 small, .quiet { color: var(--quiet); font-weight: normal }
ul { list-style: none; padding: 0; margin: 0 } li { border-top: 1px solid var(--line);
  padding: .5rem 0 .5rem 2rem; break-inside: avoid }
li > b::before { content: attr(data-mark); display: inline-block; width: 2rem; margin-left: -2rem }
.solved > b, .unread > b { font-weight: normal }
.solved > b::before { color: var(--good); font-weight: bold }
.wrong > b::before, .error > b::before, .stopped > b::before { color: var(--bad) }
p { margin: .3rem 0; overflow-wrap: anywhere } details { margin: .3rem 0 }
summary { cursor: pointer } details > :not(summary) { background: var(--box); padding: .2rem .7rem }
code, pre { font: .9em ui-monospace, monospace } pre { overflow-x: auto }
@media print { body { margin: 0 } details:not([open]) { display: none } }
"""
_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>{style}</style></head><body>
"""


def write_pages(folder: Path, collected: Sequence[Collected], lessons: Sequence[str]) -> list[Path]:
    """Write a page for each student into a folder; raises :class:`OSError`.

    ``lessons`` are those that were asked for; without, each page has the lessons that came.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    taken: set[str] = set()
    for one in collected:
        name = _file_name(one.student)
        number = 1
        while f"{name}{number if number > 1 else ''}".casefold() in taken:
            number += 1
        name = f"{name}{number if number > 1 else ''}"
        taken.add(name.casefold())
        path = folder / f"{name}.html"
        path.write_text(as_page(one, lessons), encoding="utf-8")
        written.append(path)
    return written


def _file_name(student: str) -> str:
    kept = "".join(letter if letter.isalnum() else "-" for letter in student)
    return "-".join(part for part in kept.split("-") if part)[:60] or "student"


def as_page(one: Collected, lessons: Sequence[str] = ()) -> str:
    """The page of one student, as HTML."""
    lessons = lessons or sorted({key[:2] for key in one.results})
    asked = [exercise for lesson in lessons for exercise in of_lesson(lesson)]
    solved = sum(exercise.id in one.solved_ones() for exercise in asked)
    late = f" It came {in_words(one.late)} late." if one.late else ""
    told = f"{solved} of {counted(len(asked), 'task')} solved.{late}" if asked else ""
    parts = [
        _HEAD.format(title=escape(f"{one.student}: WebSocket, bit by bit"), style=_STYLE),
        f"<h1>{escape(one.student)}</h1>\n<p class='quiet'>{told}</p>\n",
    ]
    parts += _section("Not read", [_unread(line) for line in one.unreadable])
    for lesson in lessons:
        tasks = [_task(exercise, one.results.get(exercise.id)) for exercise in of_lesson(lesson)]
        parts += _section(f"{lesson} {_TITLES[lesson]}", tasks)
    parts += _section("Questions to read again", [_question(name) for name in one.reread])
    return "".join([*parts, "</body></html>\n"])


def _unread(line: str) -> str:
    return f"<li class='unread'><b data-mark='!'>{escape(line)}</b></li>\n"


def _section(title: str, items: list[str]) -> list[str]:
    return [f"<h2>{escape(title)}</h2>\n<ul>\n", *items, "</ul>\n"] if items else []


def _task(exercise: Exercise, result: Result | None) -> str:
    outcome = result.outcome if result is not None else "not handed in"
    mark = SIGNS.get(outcome, "·")
    kind = outcome.replace(" ", "-")
    title = f"<b data-mark='{mark}'>{exercise.id} {escape(exercise.title)}</b>"
    title += f" <span class='quiet'>{outcome}</span>"
    if result is None or outcome == "solved":
        return f"<li class='{kind}'>{title}</li>\n"
    said = [f"<p>{_line(_sentence(result.because))}</p>"] if result.because else []
    if result.means:
        said.append(f"<p><b>What this usually means:</b> {_line(result.means)}</p>")
    hints = [
        f"<details><summary>Hint {number}</summary>{_MARKDOWN.render(hint)}</details>"
        for number, hint in enumerate(exercise.hints, start=1)
    ]
    return f"<li class='{kind}'>{title}\n{''.join(said)}\n{''.join(hints)}</li>\n"


def _sentence(because: str) -> str:
    """A reason as a sentence: it starts with a capital letter, unless it starts with code."""
    return because[:1].upper() + because[1:]


def _line(text: str) -> str:
    """A sentence of ours: code is between backticks, and everything of the student's is text."""
    pieces = escape(text).split("`")
    if len(pieces) % 2 == 0:
        return escape(text)
    return "".join(f"<code>{one}</code>" if n % 2 else one for n, one in enumerate(pieces))


def _question(name: str) -> str:
    lesson, _, number = name.partition(" question ")
    question = questions(lesson)[int(number) - 1]
    right = question.options[question.right]
    answer = f"{_MARKDOWN.render(right.text)}{_MARKDOWN.render(question.feedback(question.right))}"
    return (
        f"<li><b data-mark='?'>{escape(name)}</b>{_MARKDOWN.render(question.text)}"
        f"<details><summary>The answer</summary>{answer}</details></li>\n"
    )


def to_reread(student: Student) -> list[str]:
    """The questions that a student got wrong at first, by the record beside their notebooks."""
    found: set[str] = set()
    for folder in {path.parent for path in student.notebooks}:
        with suppress(OSError, DamagedError):
            place = folder / FILE
            if place.stat().st_size <= LARGEST:
                done = from_text(place.read_bytes()).done
                found |= {name for name, state in done.items() if state in ("wrong", "later")}
    return sorted(name for name in found if _exists(name))


def _exists(name: str) -> bool:
    lesson, _, number = name.partition(" question ")
    return number.isdigit() and 0 < int(number) <= len(questions(lesson))
