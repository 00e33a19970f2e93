"""The process that judges one notebook: it cuts out the answers and holds the expected results.

It is handed one JSON line: which notebook, and how long and how large an answer may be. It says
what it finds in JSON lines that carry the word it was handed, so that no other process can put in
lines of its own.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from wslearn.checking.deadline import TimeUp
from wslearn.checking.verdict import Verdict
from wslearn.course.answers import judge

from . import fence
from .attempts import Attempt, attempts, not_found
from .notebook_file import UnreadableError, code_cells
from .remote import AnswerError, Worker

MEMORY = 2 * 2**30
"""What the judge itself may take, in bytes: a measure unpacks what an answer compressed."""


def main() -> None:
    """Judge one notebook."""
    fence.hide_memory()
    fence.limit(MEMORY, 24 * 3600)
    task = json.loads(sys.stdin.readline())
    out, sys.stdout = sys.stdout, sys.stderr

    def say(**line: Any) -> None:
        out.write(json.dumps({"word": task["word"], **line}) + "\n")
        out.flush()

    try:
        cells = code_cells(Path(task["notebook"]))
        found = attempts(cells)
    except UnreadableError as problem:
        say(unreadable=str(problem))
        return
    except (RecursionError, MemoryError):
        say(unreadable="Expected a notebook of the course, got one that is nested too deeply.")
        return
    for sentence in not_found(cells, found):
        say(note=sentence)
    for number, attempt in enumerate(found):
        if number in task["skip"]:
            continue
        say(begin=number, exercise=attempt.exercise)
        verdict, guards = judged(attempt, task)
        say(
            exercise=attempt.exercise,
            outcome=verdict.outcome,
            because=verdict.because,
            means=verdict.means,
            guards=guards,
        )
    say(end=len(found))


def judged(attempt: Attempt, task: dict[str, Any]) -> tuple[Verdict, dict[str, bool]]:
    """The verdict on one answer, and which guards the system offered for it."""
    exercise = attempt.exercise
    if attempt.empty:
        return Verdict(exercise, "unsolved", ""), {}
    if attempt.fault:
        return Verdict(exercise, "raised", "", attempt.fault), {}
    folder = tempfile.mkdtemp(dir=task["folder"])
    worker = Worker(folder, seconds=task["seconds"], memory=task["memory"])
    try:
        verdict = judge(exercise, worker.load(attempt), task["seconds"])
        if worker.gone:
            verdict = Verdict(exercise, "raised", "", worker.gone)
    except TimeUp:
        because = f"The lines it stands on did not end within {task['seconds']:g} seconds."
        verdict = Verdict(exercise, "stopped", "", because)
    except AnswerError as problem:
        verdict = Verdict(exercise, "raised", "", str(problem))
    finally:
        worker.end()
        shutil.rmtree(folder, ignore_errors=True)
    return verdict, worker.guards
