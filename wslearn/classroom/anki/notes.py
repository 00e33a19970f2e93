"""The questions and predictions of the lessons, and some frames to read, as notes of an Anki deck.

Anki lets its users judge themselves, so a prediction in words is among them, though ``ws.review()``
leaves it out.

A note keeps its identity for ever (:func:`identity`), so that importing a newer deck updates the
notes that are there, and keeps everything that Anki knows about how they are remembered. The
numbers below are such identities, and must never change.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from wslearn.checking.panel import with_code
from wslearn.classroom.handout.frames import FRAMES, HELLO
from wslearn.course.lessons import Lesson
from wslearn.course.predictions import ALLOWED, Prediction, predictions
from wslearn.course.question import LETTERS, Question
from wslearn.course.quizzes import name_of, questions
from wslearn.draw.plain import spoken_text
from wslearn.draw.svg import svg
from wslearn.protocol.bits import hex_bytes
from wslearn.protocol.dissect import dissect
from wslearn.protocol.dissection import Dissection
from wslearn.protocol.in_words import verdict

DECK = 1_914_266_455
MODEL = 1_914_207_692

FIELDS = ("Name", "Question", "Options", "Answer", "Why", "Picture")
FRONT = '<div class="asked">{{Question}}</div>{{Options}}'
BACK = (
    '{{FrontSide}}<hr id="answer"><div class="right">{{Answer}}</div><div>{{Why}}</div>{{Picture}}'
)
STYLE = """
.card { max-width: 40em; margin: 0 auto; padding: 0 8px; text-align: left; line-height: 1.45;
  font-family: system-ui, sans-serif; font-size: 18px; }
.asked, .right { font-weight: 600; }
code { font-family: ui-monospace, monospace; }
img { max-width: 100%; margin-top: 12px; padding: 6px; background: #fff; border-radius: 6px; }
"""


@dataclass(frozen=True, slots=True)
class Note:
    """One card to learn. Every text is HTML.

    ``picture`` is a frame to be drawn on its back, ``asked_of`` one to be drawn under the question.
    """

    name: str
    question: str
    options: tuple[str, ...]
    answer: str
    why: str
    picture: Dissection | None = None
    asked_of: Dissection | None = None


def notes(lessons: Iterable[Lesson]) -> Iterator[Note]:
    """The notes of some lessons: predictions, the questions of the quiz, frames of the handout."""
    for lesson in lessons:
        yield from map(_of_prediction, predictions(lesson.number))
        for at, question in enumerate(questions(lesson.number)):
            yield _of_question(name_of(lesson.number, at), question)
        for frame in (HELLO,) if lesson.number == "00" else FRAMES.get(lesson.number, ()):
            yield _of_frame(lesson.number, frame)


def _of_question(name: str, question: Question) -> Note:
    right = question.options[question.right]
    return Note(
        name,
        with_code(question.text),
        tuple(with_code(option.text) for option in question.options),
        f"{LETTERS[question.right]}) {with_code(right.text)}",
        with_code(question.feedback(question.right)),
    )


def _of_prediction(made: Prediction) -> Note:
    truth = with_code(made.truth)
    if made.kind == "choice":
        truth = f"{LETTERS[made.options.index(made.truth)]}) {truth}"
    return Note(
        made.reviewed_as,
        with_code(made.text),
        tuple(map(with_code, made.options)),
        f"bit {truth}" if made.kind == "bit" else truth,
        with_code(made.why),
        asked_of=dissect(made.picture, extensions=ALLOWED) if made.picture else None,
    )


def _of_frame(lesson: str, frame: Dissection) -> Note:
    shown = hex_bytes(frame.data)
    agreed = f" Both sides agreed on {', '.join(frame.extensions)}." if frame.extensions else ""
    asked = f"What does a {frame.receiver} make of the frame `{shown}`?{agreed}"
    told = with_code(str(verdict(frame)))
    return Note(f"{lesson} frame {shown}", with_code(asked), (), told, "", frame)


def identity(name: str) -> str:
    """What Anki knows a note by, whatever its words."""
    return hashlib.sha256(f"wslearn {name}".encode()).hexdigest()[:20]


def write(path: Path, lessons: Iterable[Lesson]) -> tuple[int, int]:
    """Write a deck; return how many notes and how many pictures it has.

    The file appears whole or not at all. Raises :class:`OSError` where it cannot be written.
    """
    import genanki

    model = genanki.Model(
        MODEL,
        "wslearn",
        fields=[{"name": field} for field in FIELDS],
        templates=[{"name": "Card", "qfmt": FRONT, "afmt": BACK}],
        css=STYLE,
        sort_field_index=0,
    )
    deck = genanki.Deck(DECK, "WebSocket, bit by bit")
    with tempfile.TemporaryDirectory() as folder:
        drawn: dict[str, Path] = {}
        for note in notes(lessons):
            deck.add_note(_for_anki(note, model, Path(folder), drawn, genanki.Note))
        half = path.with_name(f".{path.name}.half")
        try:
            genanki.Package(deck, [str(one) for one in drawn.values()]).write_to_file(str(half))
            os.replace(half, path)
        finally:
            half.unlink(missing_ok=True)
    return len(deck.notes), len(drawn)


def _for_anki(note: Note, model: Any, folder: Path, drawn: dict[str, Path], kind: Any) -> Any:
    def image(frame: Dissection | None) -> str:
        if frame is None:
            return ""
        text = svg(frame)
        file = f"wslearn-{hashlib.sha256(text.encode()).hexdigest()[:16]}.svg"
        drawn[file] = folder / file
        drawn[file].write_text(text, encoding="utf-8")
        said = " ".join(spoken_text(frame).split())
        return f'<img src="{file}" alt="{escape(said)}">'

    options = "".join(f"<li>{option}</li>" for option in note.options)
    listed = f'<ol type="a">{options}</ol>' if options else ""
    return kind(
        model=model,
        fields=[
            note.name,
            note.question + image(note.asked_of),
            listed,
            note.answer,
            note.why,
            image(note.picture),
        ],
        tags=["wslearn", f"lesson-{note.name[:2]}"],
        guid=identity(note.name),
    )
