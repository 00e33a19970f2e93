"""Begin a lesson: its folder and its notebook, with a first exercise and a question.

    python -m tests.tools.new_lesson 20 "The question it answers?"

The result runs. Its words are placeholders, and the tests say what is missing: your hints, more
exercises, five questions, advice for teachers. Nothing that exists is overwritten. It ends with
the commands to run next.
"""

import argparse
import json
import sys

from nbformat import writes
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.support.places import NOTEBOOKS, ROOT
from tests.tools.refresh import KERNEL
from wslearn.course.lessons import COURSE, Lesson

FILES = {
    "__init__.py": '"""Lesson {number}: {title}"""\n',
    "lesson.toml": """\
title = {quoted}
minutes = "50"
knows = "what one knows after it"
answers = "what it answers"
pictured = "where it is in the picture"
""",
    "exercises.md": """\
# {number}.1 The first task

Write `first`. It takes a number and returns the next one.

## Hint

What is the number after 1?

## Hint

Add something to it.

## Hint

return number + 1
""",
    "exercises.py": '''\
"""Lesson {number}: the inputs that its exercises are tried on."""

from wslearn.checking.exercise import Exercise, cases

from .solutions import first

EXERCISES = (
    Exercise(
        "{number}.1",
        first,
        cases=cases([(1,)], [(0,), (41,), (255,)]),
        section="5.2",
    ),
)
''',
    "solutions.py": '''\
"""Lesson {number}: the solutions of its exercises, as a student would write them."""


def first(number):
    return number + 1
''',
    "wrong.py": '''\
"""Lesson {number}: typical wrong answers; the docstring of each is what the student is told."""

from wslearn.checking.exercise import wrong


@wrong("{number}.1")
def unchanged(number):
    """The number came back as it was. Add 1 to it."""
    return number


@wrong("{number}.1")
def two_too_far(number):
    """That is the number after the next one."""
    return number + 2


@wrong("{number}.1")
def the_one_before(number):
    """That is the number before it. Add 1, do not take it away."""
    return number - 1
''',
    "quiz.md": """\
# 1

Which number comes after 1?

- [x] 2

  One more than one.

- [ ] 0

  That is the one before.

*RFC 6455 §5.2*
""",
    "predictions.md": """\
# 1 number

Which number comes after 1?

## It is

{{{{ 1 + 1 }}}}

Counting goes on.

# 2 choice

Is there a last number?

- yes
- no

## It is

{{{{ "no" if 10**100 + 1 > 10**100 else "yes" }}}}
""",
    "own_words.md": """\
# Question

Why does one count on?

# Model answer

After each number comes another.

# Points

- One begins with 1.
- One adds 1.
- It never ends.
""",
    "teaching.md": """\
# Project

What to show at the front.

# Ask

- What to ask the class?
- And what else?
""",
}
AFTERWARDS = (
    "write_cells",
    "build_navigation",
    "refresh notebooks/00* notebooks/{}*",  # 00 shows the sum of all lessons
    "build_guide",
    "draw_season",
)
"""What has to know of the lesson, in this order."""


def notebook(lesson: Lesson) -> str:
    """The notebook of a lesson with its skeleton and no words yet."""
    made = new_notebook(
        cells=[
            new_markdown_cell(
                f"# {lesson.number} · {lesson.title}\n\n**Goals** Say what one can do after it.\n\n"
                f"**Time** {lesson.minutes} minutes"
            ),
            new_code_cell("import wslearn as ws"),
            new_code_cell(f'ws.predict("{lesson.number}.1")'),
            new_code_cell("1 + 1"),
            new_code_cell(f'ws.predict("{lesson.number}.2")'),
            new_code_cell("print(10**100 + 1 > 10**100)"),
            new_markdown_cell("## Exercises"),
            new_markdown_cell("## In your own words"),
            new_code_cell(f'ws.explain("{lesson.number}")'),
            new_markdown_cell("## Quiz"),
            new_code_cell(f'ws.quiz("{lesson.number}")'),
            new_markdown_cell("## What you can do now\n\n- …"),
        ],
        metadata={
            "kernelspec": KERNEL,
            "language_info": {"name": "python"},
            "wslearn": {"rows": []},
        },
    )
    for index, cell in enumerate(made.cells):
        cell["id"] = f"cell-{index:03}"
    return writes(made) + "\n"


def main() -> int:
    """Make the lesson; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    following = f"{len(COURSE):02}"
    parser.add_argument("number", help=f"that of the next lesson: {following}")
    parser.add_argument("title", help="the question that the lesson answers")
    asked = parser.parse_args()
    if asked.number != following:
        parser.error(f"expected {following}, the number of the next lesson, got {asked.number!r}")
    lesson = Lesson(asked.number, asked.title, "50", "", "", "")
    names = {"number": lesson.number, "title": lesson.title, "quoted": json.dumps(lesson.title)}
    folder = ROOT / "wslearn" / "lessons" / f"lesson_{lesson.number}"
    texts = {folder / name: text.format(**names) for name, text in FILES.items()}
    texts[NOTEBOOKS / lesson.file] = notebook(lesson)
    there = [path for path in texts if path.exists()]
    if there:
        parser.error(f"expected a new lesson, got {there[0].relative_to(ROOT)}, which exists")
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        print(f"{path.relative_to(ROOT)}: written")
    print("\nNow, and after each change to its folder:\n")
    for tool in AFTERWARDS:
        print(f"    uv run python -m tests.tools.{tool.format(lesson.number)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
