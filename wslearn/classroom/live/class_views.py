"""What each screen shows of a class: students, the big screen, and the instructor's desk.

A student's screen and the big screen are sent no name, no code and no free text, whatever they
draw; names are only on the desk. While a vote is open, nobody is told more than how many have
voted. Where there is a second vote, those screens get the first one only together with it.
"""

import csv
import io
from collections import Counter
from functools import cache
from hashlib import sha256
from typing import Any

from wslearn.classroom.collect.exports import no_formula
from wslearn.course.exercises import of_lesson
from wslearn.course.question import LETTERS
from wslearn.draw.theme import LIGHT

from .hour import Hour, Round, gain, tally

MARKS = {"": "0", "tried": "1", "stuck": "2", "solved": "3"}
"""How a row of the board writes a state: one character per task."""

MOST_ANSWERS = 12
"""Different answers of a vote that are shown; the rest is counted together."""

COMMONEST = 3


def cause_of(means: str) -> str:
    """What a reply to a wrong answer is called on the wire: twelve hex digits of its SHA-256.

    The reply itself stays in the notebook, where it may quote the student; whoever has the same
    course knows from the digits which of its own sentences it was.
    """
    return sha256(means.encode()).hexdigest()[:12] if means else ""


@cache
def replies(lesson: str) -> dict[str, str]:
    """The course's replies to typical wrong answers of a lesson, by :func:`cause_of`."""
    return {
        cause_of(wrong.means): wrong.means
        for exercise in of_lesson(lesson)
        for wrong in exercise.wrong
    }


def tasks_of(lesson: str) -> list[str]:
    """The names of the tasks of a lesson."""
    return [exercise.id for exercise in of_lesson(lesson)]


# -- a vote ----------------------------------------------------------------------------------------


def results(now: Round, *, for_desk: bool = False) -> dict[str, Any]:
    """How a vote stands: nothing before it is shown, except to the desk once it is closed."""
    if not now.shown and not (for_desk and not now.open):
        return {}
    asked, counted = now.asked, [tally(votes) for votes in now.votes]
    if asked.kind == "choice":
        answers = list(LETTERS[: len(asked.options)])
    else:
        together = sum(counted, Counter[str]())
        answers = [answer for answer, _ in together.most_common(MOST_ANSWERS)]
        answers += [one for one in asked.right if one not in answers][:1]
    rows = [
        {
            "answer": answer,
            "words": asked.in_words(answer),
            "votes": [votes[answer] for votes in counted],
            "right": answer in asked.right,
            "reply": dict(zip(LETTERS, asked.replies, strict=False)).get(answer, ""),
        }
        for answer in answers
    ]
    told: dict[str, Any] = {
        "rows": rows,
        "totals": [len(votes) for votes in now.votes],
        "source": asked.source,
    }
    if len(now.votes) > 1 and (found := gain(*now.votes, asked.right)) is not None:
        told["gain"] = round(found, 2)
    return told


def question(hour: Hour, *, for_desk: bool = False) -> dict[str, Any]:
    """The current question, how far it is, and its results where they may be seen."""
    now = hour.round
    if now is None:
        return {}
    return {
        **now.asked.for_students(),
        "round": now.number,
        "label": now.label,
        "vote": len(now.votes),
        "open": now.open,
        "shown": now.shown,
        "answered": len(now.votes[-1]),
        "results": results(now, for_desk=for_desk),
    }


# -- the screens -----------------------------------------------------------------------------------


def for_students(hour: Hour) -> dict[str, Any]:
    """What every student's page and notebook shows."""
    return {
        "type": "state",
        "question": question(hour),
        "here": hour.here(),
        "people": len(hour.people),
        "notices": hour.notices,
        "until": hour.until,
        "lab": hour.lab,
        "version": hour.version,
    }


def board(hour: Hour) -> dict[str, Any]:
    """The tasks of the lesson across, the students as numbers down, and where the room is stuck."""
    tasks = tasks_of(hour.lesson)
    rows, wrong = [], Counter[tuple[str, str]]()
    for person in hour.people.values():
        if not person.tasks and not person.now:
            continue
        marks, stuck = "", 0
        for name in tasks:
            task = person.tasks.get(name)
            state = "" if task is None else "stuck" if task.stuck else task.state
            marks += MARKS[state]
            stuck += state == "stuck"
            if task is not None and task.state == "tried" and task.cause:
                wrong[name, task.cause] += 1
        at = tasks.index(person.now) if person.now in tasks else -1
        rows.append((-stuck, person.number, marks, at))
    rows.sort()
    known = replies(hour.lesson)
    commonest = [
        {
            "task": name,
            "reply": known.get(cause, "An answer that the course does not recognize."),
            "count": count,
            "share": round(100 * count / sum(wrong.values())),
        }
        for (name, cause), count in wrong.most_common(COMMONEST)
    ]
    return {
        "lesson": hour.lesson,
        "tasks": tasks,
        "rows": [[number, marks, at] for _, number, marks, at in rows],
        "wrong": commonest,
    }


def for_screen(hour: Hour, drawn: dict[str, Any]) -> dict[str, Any]:
    """What the big screen shows; ``drawn`` is the board."""
    return {**for_students(hour), "board": drawn}


def for_desk(hour: Hour, drawn: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """What the instructor's desk shows, including names, and code that was shown on purpose."""
    names = {str(person.number): person.name for person in hour.people.values()}
    texts = []
    if hour.round and hour.round.asked.kind == "text" and not hour.round.open:
        texts = list(hour.round.votes[-1].values())[-200:]
    rounds = [
        {"round": one.number, "text": one.asked.text, "label": one.label, "shown": one.shown}
        for one in hour.rounds
    ]
    return {
        **for_students(hour),
        "board": drawn,
        "question": question(hour, for_desk=True),
        "names": names,
        "code": hour.code,
        "texts": texts,
        "rounds": rounds,
        **more,
    }


# -- to keep ---------------------------------------------------------------------------------------


def results_csv(hour: Hour) -> str:
    """All votes of all questions as CSV, one answer of one vote per line; without names."""
    lines = io.StringIO()
    write = csv.writer(lines).writerow
    write(("round", "question", "label", "kind", "vote", "answer", "right", "count", "gain"))
    for one in hour.rounds:
        found = gain(*one.votes, one.asked.right) if len(one.votes) > 1 else None
        for number, votes in enumerate(one.votes, 1):
            for answer, count in tally(votes).most_common():
                right = "" if not one.asked.right else "yes" if answer in one.asked.right else "no"
                write(
                    no_formula(cell)
                    for cell in (
                        one.number, one.asked.text, one.label, one.asked.kind, number,
                        one.asked.in_words(answer), right, count,
                        "" if found is None else round(found, 3),
                    )
                )  # fmt: skip
    return lines.getvalue()


def people_csv(hour: Hour) -> str:
    """Everyone with name, number and states of the tasks as CSV; only for the instructor."""
    tasks = sorted({name for person in hour.people.values() for name in person.tasks})
    lines = io.StringIO()
    write = csv.writer(lines).writerow
    write(("number", "name", *tasks, *(f"question {one.number}" for one in hour.rounds)))
    for token, person in sorted(hour.people.items(), key=lambda one: one[1].number):
        states = [person.tasks[name].state if name in person.tasks else "" for name in tasks]
        answers = [one.votes[-1].get(token, "") for one in hour.rounds]
        write([no_formula(cell) for cell in (person.number, person.name, *states, *answers)])
    return lines.getvalue()


def results_svg(now: Round) -> str:
    """The results of a question as a picture: bars, the first vote pale above the second."""
    told = results(now, for_desk=True)
    rows = told.get("rows", [])
    high, wide, left = 46, 640, 250
    most = max((count for row in rows for count in row["votes"]), default=0) or 1
    fill, edge = LIGHT.fields["opcode"].fill, LIGHT.fields["opcode"].edge
    parts = []
    for at, row in enumerate(rows):
        top = 16 + at * high
        words = f"{'✓ ' if row['right'] else ''}{row['words']}"
        words = words if len(words) <= 34 else f"{words[:33]}…"
        parts.append(f'<text x="{left - 10}" y="{top + 20}" text-anchor="end">{_xml(words)}</text>')
        each = (high - 12) / len(row["votes"])
        for number, count in enumerate(row["votes"]):
            y, width = top + number * each, (wide - left - 60) * count / most
            colour = fill if number + 1 < len(row["votes"]) else edge
            parts.append(
                f'<rect x="{left}" y="{y:.0f}" width="{width:.0f}" height="{each - 2:.0f}" '
                f'fill="{colour}" stroke="{edge}"/>'
                f'<text x="{left + width + 6:.0f}" y="{y + each / 2 + 5:.0f}">{count}</text>'
            )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high * len(rows) + 30}" '
        f'font-family="sans-serif" font-size="15" fill="{LIGHT.ink}" role="img">'
        f"<title>{_xml(now.asked.text)}</title>"
        f'<rect width="100%" height="100%" fill="{LIGHT.paper}"/>{"".join(parts)}</svg>'
    )


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
