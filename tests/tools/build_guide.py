"""Write into the instructor's guide what the course itself knows: times, labs, goals, mistakes.

    python -m tests.tools.build_guide            # write what is stale
    python -m tests.tools.build_guide --check    # only say what is stale

The guide is written by hand, except for what is between ``<!-- made: NAME -->`` and ``<!-- end
-->``. Each lesson's part is made of what the course knows about it, and of the advice in
``teaching.md`` in the lesson's folder (``wslearn/course/teaching.py``).
"""

import json
import re
import sys
from pathlib import Path

from tests.support.places import NOTEBOOKS
from tests.tools import generated
from tests.tools.generated import rolling
from wslearn.course.exercises import of_lesson
from wslearn.course.goals import goals
from wslearn.course.lessons import Lesson, present
from wslearn.course.quizzes import questions
from wslearn.course.teaching import Teaching, teaching
from wslearn.protocol.text import counted

PAGE = NOTEBOOKS / "for-instructors.md"

MADE = re.compile(r"(<!-- made: ([a-z]+) -->\n).*?(<!-- end -->)", re.DOTALL)
LAB = re.compile(r"^([A-Z]\w*(?:Lab|Contact))\(")
NAMES = {"FirstContact": "first_contact"}
SESSION, LONG = 90, 100
"""Minutes of a session in a term, and of a lesson that takes two of them."""

WIDE = 640
"""How wide a table of all lessons is at least, in CSS pixels."""

MISTAKES = 3
"""How many mistakes of each exercise the guide lists; the answer key has them all."""


def labs(lesson: Lesson) -> list[str]:
    """The labs that a lesson shows, each once, judging by its stored outputs."""
    found = []
    for cell in json.loads((NOTEBOOKS / lesson.file).read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            match = LAB.match("".join(output.get("data", {}).get("text/plain", "")))
            if match:
                found.append(NAMES.get(match[1], match[1]))
    return list(dict.fromkeys(found))


def minutes(lesson: Lesson) -> tuple[int, int]:
    """The fewest and the most minutes that a lesson takes."""
    numbers = [int(number) for number in re.findall(r"\d+", lesson.minutes)]
    return numbers[0], numbers[-1]


def overview() -> str:
    """The table of all lessons, with their total."""
    there = present(NOTEBOOKS)
    lines = ["| lesson | minutes | tasks | labs in it | you will know |", "|:--|--:|--:|:--|:--|"]
    for lesson in there:
        shown = ", ".join(f"`{lab}`" for lab in labs(lesson))
        link = f"[{lesson.name}]({lesson.file})"
        tasks = len(of_lesson(lesson.number))
        lines.append(f"| {link} | {lesson.minutes} | {tasks} | {shown} | {lesson.knows} |")
    hours = (sum(minutes(lesson)[end] for lesson in there) / 60 for end in (0, 1))
    long = " to ".join(dict.fromkeys(f"{number:.0f}" for number in hours))
    every = sum(len(of_lesson(lesson.number)) for lesson in there)
    together = (
        f"Together: {counted(len(there), 'lesson')}, about {long} hours of "
        f"reading and trying, and {every} tasks."
    )
    return f"{rolling(lines, WIDE)}\n\n{together}"


def term() -> str:
    """A term: one lesson a week in order, and two weeks for a long one."""
    lines = ["| week | lesson | minutes | you will know |", "|--:|:--|--:|:--|"]
    week = 1
    for lesson in present(NOTEBOOKS):
        weeks = 2 if minutes(lesson)[1] > LONG else 1
        when = f"{week}" if weeks == 1 else f"{week}, {week + 1}"
        link = f"[{lesson.name}]({lesson.file})"
        lines.append(f"| {when} | {link} | {lesson.minutes} | {lesson.knows} |")
        week += weeks
    return f"{rolling(lines, WIDE)}\n\nThat is {week - 1} weeks of {SESSION} minutes."


def four_weeks() -> str:
    """Four weeks: the lessons in order, divided where the times are most even."""
    there = present(NOTEBOOKS)
    share = sum(minutes(lesson)[1] for lesson in there) / 4
    lines = ["| week | lessons | hours |", "|--:|:--|--:|"]
    parts: list[list[Lesson]] = [[], [], [], []]
    gone = 0
    for lesson in there:
        middle = gone + minutes(lesson)[1] / 2
        parts[min(int(middle / share), 3)].append(lesson)
        gone += minutes(lesson)[1]
    for week, part in enumerate(parts, start=1):
        hours = sum(minutes(lesson)[1] for lesson in part) / 60
        first, last = part[0].number, part[-1].number
        lines.append(f"| {week} | {first} to {last} | {hours:.1f} |")
    return "\n".join(lines)


def facts(lesson: Lesson) -> str:
    """What the course knows about a lesson: time and goals."""
    tasks = counted(len(of_lesson(lesson.number)), "task")
    asked = counted(len(questions(lesson.number)), "question")
    return f"**{lesson.minutes} minutes**, {tasks}, {asked}. {goals(NOTEBOOKS / lesson.file)}"


def mistakes(lesson: Lesson) -> str:
    """The mistakes that a lesson's checker knows, folded."""
    lines = ["<details><summary>Typical mistakes</summary>", ""]
    for exercise in of_lesson(lesson.number):
        known = dict.fromkeys(wrong.means for wrong in exercise.wrong)
        lines.append(f"- {exercise.id} {exercise.title}")
        lines += [f"  - {means}" for means in list(known)[:MISTAKES]]
    return "\n".join([*lines, "", "</details>"])


def advice(told: Teaching) -> str:
    """What a lesson's ``teaching.md`` says, as the guide has it."""
    asked = "\n".join(f"- {text}" for text in told.ask)
    return "\n\n".join([f"**Project**: {told.project}", "**Ask**", asked, *told.advice])


def part(lesson: Lesson) -> str:
    """The guide's part of one lesson."""
    said = advice(teaching(lesson.number))
    return f"### {lesson.name}\n\n{facts(lesson)}\n\n{said}\n\n{mistakes(lesson)}"


def lessons() -> str:
    """The parts of all lessons, in their order."""
    return "\n\n".join(map(part, present(NOTEBOOKS)))


def made(text: str) -> str:
    """The guide with every generated part written anew."""
    makers = {"overview": overview, "lessons": lessons, "term": term, "weeks": four_weeks}
    return MADE.sub(lambda match: f"{match[1]}{makers[match[2]]()}\n{match[3]}", text)


def wanted() -> dict[Path, str]:
    """The guide as it should be."""
    return {PAGE: made(PAGE.read_text(encoding="utf-8"))}


if __name__ == "__main__":
    sys.exit(generated.main(__doc__, wanted))
