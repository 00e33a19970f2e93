"""``wslearn anki``: the deck is opened as Anki opens it, a zip with a database and pictures."""

import json
import sqlite3
import zipfile
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from wslearn.__main__ import main
from wslearn.apps import from_lessons
from wslearn.classroom.anki import notes
from wslearn.classroom.anki.notes import FIELDS
from wslearn.course import quizzes
from wslearn.course.exercises import LESSONS
from wslearn.course.predictions import KINDS, predictions

pytestmark = pytest.mark.filterwarnings("error")


def opened(path: Path, folder: Path) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """The contents of a deck: notes by their identity, and pictures by their name."""
    folder.mkdir()
    with zipfile.ZipFile(path) as archive:
        archive.extract("collection.anki2", folder)
        files = json.loads(archive.read("media"))
        pictures = {name: archive.read(number).decode() for number, name in files.items()}
    base = sqlite3.connect(folder / "collection.anki2")
    rows = base.execute("select guid, flds, tags from notes").fetchall()
    cards = base.execute("select count(*) from cards").fetchone()[0]
    base.close()
    assert cards == len(rows)
    found = {
        guid: dict(zip(FIELDS, fields.split("\x1f"), strict=True)) | {"tags": tags}
        for guid, fields, tags in rows
    }
    assert len(found) == len(rows), "each note has an identity of its own"
    return found, pictures


@pytest.fixture(scope="module")
def deck(tmp_path_factory):
    folder = tmp_path_factory.mktemp("anki")
    assert main(["anki", str(folder / "all.apkg")]) == 0
    return opened(folder / "all.apkg", folder / "open")


def test_every_question_is_a_card_with_its_options_its_answer_and_the_reason(deck):
    by_name = {note["Name"]: note for note in deck[0].values()}
    for lesson in LESSONS:
        for at, question in enumerate(quizzes.questions(lesson)):
            note = by_name[quizzes.name_of(lesson, at)]
            right = question.options[question.right]
            plain = {field: unescape(text).replace("<code>", "`").replace("</code>", "`")
                     for field, text in note.items()}  # fmt: skip
            assert plain["Question"] == question.text
            assert plain["Options"].count("<li>") == len(question.options)
            assert plain["Answer"].endswith(f") {right.text}")
            assert plain["Why"] == question.feedback(question.right)
            assert f"lesson-{lesson}" in note["tags"].split()
            assert not any(
                other.feedback in plain[field]
                for other in question.options
                for field in ("Question", "Options")
            )


def test_every_prediction_is_a_card_and_a_bit_is_asked_for_in_its_picture(deck):
    found, pictures = deck
    by_name = {note["Name"]: note for note in found.values()}
    kinds = set()
    for lesson in LESSONS:
        for one in predictions(lesson):
            note = by_name[one.reviewed_as]
            kinds.add(one.kind)
            plain = {field: unescape(text).replace("<code>", "`").replace("</code>", "`")
                     for field, text in note.items()}  # fmt: skip
            assert plain["Question"].partition("<img")[0] == one.text
            assert plain["Answer"].endswith(one.truth)
            assert plain["Why"] == one.why
            assert plain["Options"].count("<li>") == len(one.options)
            assert note["Picture"] == ""
            assert (one.kind == "bit") == ("<img" in note["Question"])
            if one.kind == "bit":
                (name,) = [each for each in pictures if f'src="{each}"' in note["Question"]]
                assert pictures[name].startswith("<svg ")
    assert kinds == set(KINDS)


def test_a_frame_to_read_has_its_picture_and_says_it_in_words(deck):
    found, pictures = deck
    frames = [note for note in found.values() if " frame " in note["Name"]]
    assert len(frames) == len(pictures) > 8
    for note in frames:
        (name,) = [one for one in pictures if f'src="{one}"' in note["Picture"]]
        assert pictures[name].startswith("<svg ")
        assert "opcode" in note["Picture"], "for who does not see it"
        assert note["Name"].partition(" frame ")[2] in note["Question"]


def test_a_newer_deck_updates_the_cards_and_duplicates_none(deck, tmp_path, monkeypatch):
    real = quizzes.questions

    def reworded(lesson):
        return tuple(replace(one, text=f"Think. {one.text}") for one in real(lesson))

    monkeypatch.setattr(notes, "questions", reworded)
    assert main(["anki", str(tmp_path / "new.apkg")]) == 0
    newer, _ = opened(tmp_path / "new.apkg", tmp_path / "open")
    assert set(newer) == set(deck[0])
    changed = {guid for guid, note in newer.items() if note != deck[0][guid]}
    assert len(changed) == 5 * len(LESSONS)


def test_the_identity_of_a_note_never_changes():
    assert notes.identity("04 question 2") == "e518b762d59f85823c80"
    assert (notes.DECK, notes.MODEL) == (1_914_266_455, 1_914_207_692)


def test_some_lessons_make_a_small_deck(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["anki", "--lessons", "03,09"]) == 0
    assert capsys.readouterr().out == "wslearn.apkg: 20 cards, 2 pictures\n"
    assert [one.name for one in tmp_path.iterdir()] == ["wslearn.apkg"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["deck.zip"], "Expected a file whose name ends in .apkg, got deck.zip."),
        (["none/deck.apkg"], "got: No such file or directory."),
        (["--lessons", "99"], "Expected lessons out of 00, "),
    ],
)
def test_an_unwritable_file_is_reported_in_a_sentence(tmp_path, monkeypatch, capsys, words, said):
    monkeypatch.chdir(tmp_path)
    assert main(["anki", *words]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.startswith("wslearn anki: ")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_library_is_named(monkeypatch, capsys):
    monkeypatch.setattr(from_lessons, "find_spec", lambda name: None)
    assert main(["anki"]) == 2
    assert "genanki is missing. Install it with:" in capsys.readouterr().err
