"""A slip in any file of a lesson's folder is reported with file, line, and what was expected."""

import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from wslearn.checking.exercise import wrong as mark_wrong
from wslearn.course import exercises, lessons, prose, quizzes
from wslearn.course.teaching import teaching
from wslearn.lessons.lesson_04 import wrong
from wslearn.protocol.errors import InputError

LESSON = "04"
READERS: dict[str, Callable[[], object]] = {
    "exercises.md": lambda: exercises.of_lesson.__wrapped__(LESSON),
    "quiz.md": lambda: quizzes.questions.__wrapped__(LESSON),
    "teaching.md": lambda: teaching(LESSON),
    "lesson.toml": lambda: lessons._read(prose.folder_of(LESSON)),
}

QUESTION = """# 1

How many?

- [x] One

  It is.

- [ ] Two

  No.

*RFC 6455 §5.2*
"""
TOML = """title = "How long?"
minutes = "50"
knows = "it"
answers = "that"
pictured = "length"
"""


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A copy of a lesson's folder, which is read instead."""
    room = tmp_path / f"lesson_{LESSON}"
    shutil.copytree(str(files(prose.LESSONS) / room.name), room)
    for module in (prose, exercises):
        monkeypatch.setattr(module, "folder_of", lambda _lesson: room)
    return room


def reply_to(folder: Path, name: str, text: str) -> str:
    """The error that an author gets for a file with this text, without the folder."""
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        READERS[name]()
    return str(caught.value).removeprefix(f"{folder}/")


def complains(folder: Path, name: str, text: str, line: int, complaint: str) -> None:
    told = reply_to(folder, name, text)
    assert told.startswith(f"{name}:{line}: expected ")
    assert complaint in told


def replaced(text: str, before: str, after: str) -> str:
    assert text.count(before) == 1
    return text.replace(before, after)


def line_of(text: str, words: str) -> int:
    """The number of the first line that starts with these words."""
    return next(at for at, line in enumerate(text.splitlines(), 1) if line.startswith(words))


@pytest.mark.parametrize("name", READERS)
def test_without_a_slip_every_file_is_read(folder, name):
    assert READERS[name]()


@pytest.mark.parametrize(
    ("before", "after", "blamed", "complaint"),
    [
        ("# 04.2 Write a length", "# 04.2", "# 04.2", "a new `# 04.2 Title`, got '04.2'"),
        ("# 04.2 Write", "# 04.1 Write", "# 04.1 Write", "a new `# 04.2 Title`, got '04.1 Write"),
        ("# 04.2 Write", "# 04.9 Write", "# 04.9", "a heading `# 04.2 Title`, got 04.9, 04.3"),
        ("# 04.1 Which", "# 04.9 New\n\nDo.\n\n# 04.1 Which", "# 04.9", "exercises.py, got '04.9'"),
        ("## Hint\n\nSeven", "## Hnt\n\nSeven", "## Hnt", "`# 04.2 Title` or `## Hint`, got 'Hnt'"),
        ("`length_bits`", "`length_bit`", "# 04.1", "`length_bits` in the task, got none"),
        ("## Hint\n\nSeven", "", "# 04.1", "3 hints for 04.1, got 2"),
        ("Seven bits could", "Seven {{ 1 / 0 }} could", "Seven", "computed, got ZeroDivisionError"),
        ("largest number of 16", "largest {{\n1 / 0 }} 16", "largest {{", "got ZeroDivisionError"),
    ],
)
def test_a_slip_in_the_words_of_an_exercise_is_reported(folder, before, after, blamed, complaint):
    changed = replaced((folder / "exercises.md").read_text(encoding="utf-8"), before, after)
    complains(folder, "exercises.md", changed, line_of(changed, blamed), complaint)


@pytest.mark.parametrize(
    ("exercise", "reply", "complaint"),
    [
        ("04.9", "No.", r"one of 04\.1, .*, got @wrong\('04\.9'\)"),
        ("04.1", "", "a docstring, the reply, got none"),
        ("04.1", "It is {{ nothing }}.", "expressions that can be computed, got NameError"),
    ],
)
def test_a_slip_in_a_wrong_answer_is_reported(monkeypatch, exercise, reply, complaint):
    @mark_wrong(exercise)
    def slip(length):
        return 7

    slip.__doc__, slip.__module__ = reply, wrong.__name__
    monkeypatch.setattr(wrong, "slip", slip, raising=False)
    with pytest.raises(InputError, match=rf"test_content\.py:\d+: expected {complaint}"):
        READERS["exercises.md"]()


def test_an_exercise_without_a_task_is_reported(folder):
    text = (folder / "exercises.md").read_text(encoding="utf-8")
    task = text[text.index("\n") : text.index("## Hint")]
    told = reply_to(folder, "exercises.md", text.replace(task, "\n", 1))
    assert told == "exercises.md:1: expected a task for 04.1, got none."


@pytest.mark.parametrize(
    ("before", "after", "blamed", "complaint"),
    [
        ("# 1", "# 2", "# 2", "the heading `# 1`, got '2'"),
        ("- [x] One", "- [ ] One", "# 1", "one of them right, got 2 options, 0 of them right"),
        ("- [ ] Two", "- [x] Two", "# 1", "one of them right, got 2 options, 2 of them right"),
        ("- [ ] Two\n\n  No.\n", "", "# 1", "two options or more"),
        ("- [ ] Two", "- [y] Two", "- [y] Two", "an option `- [ ] words` or `- [x] words`, got"),
        ("  No.\n", "  No.\n\n  Never.\n", "- [ ] Two", "one paragraph of reply under the option"),
        ("\n  No.\n", "", "- [ ] Two", "one paragraph of reply under the option, got 0"),
        ("*RFC 6455 §5.2*", "RFC 6455 §5.2", "# 1", "at its end `*RFC 6455 §5.2*`, got neither"),
        ("How many?\n", "", "# 1", "a question, and at its end"),
        ("- [ ] Two\n\n  No.", "+", "+", "an item with words, got an empty one"),
        ("It is.", "It is {{ nothing }}.", "  It is", "computed, got NameError"),
    ],
)
def test_a_slip_in_a_question_is_reported(folder, before, after, blamed, complaint):
    changed = replaced(QUESTION, before, after)
    complains(folder, "quiz.md", changed, line_of(changed, blamed), complaint)


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        ("", 1, "the headings Project, Ask, and perhaps Advice, got none"),
        ("# Ask\n- Why?\n- Who?\n# Project\nIt.\n", 1, "got Ask, Project"),
        ("# Project\n# Ask\n- Why?\n- Who?\n", 1, "one paragraph about what to project"),
        ("# Project\nIt.\n\n# Ask\n- Why?\n", 4, "a list of two questions or more"),
        ("# Project\nIt.\n\n# Ask\n- Why?\n- Tell me.\n", 4, "two questions or more"),
        ("# Project\n{{ 1 / 0 }}\n# Ask\n- Why?\n- Who?\n", 2, "computed, got ZeroDivisionError"),
    ],
)
def test_a_slip_in_the_advice_for_teachers_is_reported(folder, text, line, complaint):
    complains(folder, "teaching.md", text, line, complaint)


@pytest.mark.parametrize(
    ("before", "after", "line", "complaint"),
    [
        ('"50"', "50", 2, 'a line `minutes = "words"`, got 50'),
        ('"50"', '" "', 2, "a line `minutes"),
        ('"50"', '"50', 2, 'lines such as `minutes = "50"`, got '),
        ("knows", "known", 3, "one of title, minutes, knows, answers, pictured, got 'known'"),
        ('pictured = "length"\n', "", 4, 'a line `pictured = "words"`, got none'),
        ('title = "How long?"\n', '= "How long?"\n', 1, "lines such as"),
        (TOML, "", 1, 'a line `title = "words"`, got none'),
    ],
)
def test_a_slip_in_the_facts_of_a_lesson_is_reported(folder, before, after, line, complaint):
    changed = replaced(TOML, before, after)
    complains(folder, "lesson.toml", changed, line, complaint)
