"""``my_notes``: a student's own work as one Markdown file: explanations, ticks and predictions."""

import re
from dataclasses import dataclass
from pathlib import Path

from wslearn.checking.panel import Panel, Part, Tone

from . import progress
from .explain import explanation
from .lessons import COURSE
from .predictions import predictions
from .progress_record import Given, Record

NAME = "my-notes.md"
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~$&!])")


@dataclass(frozen=True, slots=True, repr=False)
class Notes(Panel):
    """What was written, and where it is; it shows itself. ``text`` is the Markdown."""

    headline: str
    text: str
    then: str = ""

    def _panel(self) -> tuple[Tone, str, list[Part]]:
        return "quiet", self.headline, [Part(self.then)] if self.then else []


def as_markdown(record: Record) -> str:
    """The explanations and predictions of a record, lesson by lesson; "" where there are none.

    What a student wrote is there as text; only lists and headings that begin a line are kept.
    """
    pages = []
    for lesson in COURSE:
        parts = []
        note, asked = record.notes.get(lesson.number), explanation(lesson.number)
        if note is not None:
            parts += [f"**{asked.question}**"] if asked else []
            parts.append(_MARKUP.sub(r"\\\1", note.text))
            points = asked.points if asked else ()
            ticks = [f"- [{'x' if at in note.ticks else ' '}] {p}" for at, p in enumerate(points)]
            parts += ["\n".join(ticks)] if ticks else []
        guesses = [
            f"- {one.text} You said “{_quoted(given)}”; it is “{_plain(one.truth)}”."
            for one in predictions(lesson.number)
            if (given := record.predictions.get(one.id)) and given.given
        ]
        parts += ["*Predictions*", "\n".join(guesses)] if guesses else []
        if parts:
            pages.append("\n\n".join([f"## {lesson.name}", *parts]))
    return "\n\n".join(["# My notes", *pages]) + "\n" if pages else ""


def _quoted(given: Given) -> str:
    return _MARKUP.sub(r"\\\1", given.given.replace("`", ""))


def _plain(truth: str) -> str:
    return truth.rstrip(".")


def my_notes(path: str | Path | None = None) -> Notes:
    """Write your explanations and predictions as Markdown, beside the notebook or where you say.

    A file that is there is replaced only if this function wrote it. Never raises.
    """
    text = as_markdown(progress.kept().read())
    if not text:
        return Notes("You have written nothing yet.", "", 'Begin with `ws.explain("03")`, say.')
    try:
        place = Path(NAME if path is None else path).expanduser()
        place = place / NAME if place.is_dir() else place
        if place.exists() and not place.read_text(encoding="utf-8").startswith("# My notes\n"):
            then = 'Say where your notes should go: `ws.my_notes("notes/websocket.md")`'
            return Notes(f"{place} is a file of something else; it was left as it is.", text, then)
        place.write_text(text, encoding="utf-8", newline="\n")
    except (OSError, ValueError, TypeError, RuntimeError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        return Notes(f"Your notes could not be written: {reason}.", text, "Say another path.")
    return Notes(f"Your notes are in {place.resolve()}.", text)
