"""The process that reads notebooks and judges answers; it holds the expected results.

The first JSON line it is handed says what an answer may take; each further one is a task: to read a
notebook, which gives the answers in it, or to judge an answer, which gives a verdict. Its replies
carry the word that it was handed first, so that no other process can slip in replies of its own. It
takes one task after another for as long as it lives. No line of a student's runs in it.
"""

import json
import shutil
import sys
import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from wslearn.checking.deadline import TimeUp
from wslearn.checking.verdict import Verdict
from wslearn.course.answers import judge
from wslearn.course.exercises import of_lesson

from . import fence, lent
from .attempts import Attempt, attempts, not_found
from .births import Births, Usage
from .notebook_file import UnreadableError, code_cells
from .remote import AnswerError, Worker

MEMORY = 2 * 2**30
"""What the judge itself may take, in bytes: a measure unpacks what an answer compressed."""

A_GROWING_ONE = 0.25
"""The part of its memory from which on a stopped answer is told that it grew."""

A_FAIR_SHARE = 0.5
"""The part of its time that a stopped answer should have spent computing: with less, it waited for
something, or for the processor."""

AN_IDLE_ONE = 0.2
"""The part of its time spent computing up to which a stopped answer is told that it waited."""


def main() -> None:
    """Carry out one task after another until nobody asks for more."""
    first = json.loads(sys.stdin.readline())
    births = Births(first["folder"], first["inside"])
    fence.hide_memory()
    fence.limit(max(MEMORY, 2 * first["memory"]), 24 * 3600)  # answers' processes inherit it
    out, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        task = json.loads(line)
        if "read" in task:
            reply = read(Path(task["read"]))
        else:
            reply = judged(Attempt(**task["judge"]), first, births)
        out.write(json.dumps({"word": first["word"], **reply}) + "\n")
        out.flush()
    births.close()


def read(path: Path) -> dict[str, Any]:
    """The answers in a notebook, and remarks about what was not found; or why it is unreadable."""
    try:
        cells = code_cells(path)
        found = attempts(cells)
        return {"attempts": [asdict(one) for one in found], "remarks": not_found(cells, found)}
    except UnreadableError as problem:
        return {"unreadable": str(problem)}
    except (RecursionError, MemoryError):
        said = "Expected a notebook of the course, got one that is nested too deeply."
        return {"unreadable": said}


def judged(attempt: Attempt, limits: dict[str, Any], births: Births) -> dict[str, Any]:
    """The verdict on one answer, which guards the system offered, and whether it is in doubt.

    ``doubt`` says why: the process was killed by somebody else, or had too little of the processor.
    """
    exercise, seconds = attempt.exercise, limits["seconds"]
    folder = tempfile.mkdtemp(dir=limits["folder"])
    lends = lent.lends(of_lesson(exercise[:2]))
    its_own = {"folder": folder, "exercise": exercise, "lends": lends}
    worker = Worker(births, {**its_own, "seconds": seconds, "memory": limits["memory"]})
    try:
        verdict = judge(exercise, worker.load(attempt), seconds)
    except TimeUp:
        because = f"The lines it depends on did not end within {seconds:g} seconds."
        verdict = Verdict(exercise, "stopped", "", because)
    except AnswerError as problem:
        verdict = Verdict(exercise, "raised", "", str(problem))
    finally:
        worker.end()
        shutil.rmtree(folder, ignore_errors=True)
    doubt = "was ended from outside" if worker.killed else ""
    if worker.gone:
        verdict = Verdict(exercise, "raised", "", worker.gone)
    elif verdict.outcome == "stopped":
        verdict = replace(verdict, means=_stopped(worker.used, limits) or verdict.means)
        if worker.used.memory and worker.used.seconds < A_FAIR_SHARE * seconds:
            doubt = "had little of the processor"
    return {
        "outcome": verdict.outcome,
        "because": verdict.because,
        "means": verdict.means,
        "guards": worker.guards,
        "doubt": doubt,
    }


def _stopped(used: Usage, limits: dict[str, Any]) -> str:
    """What a stopped answer did in its time, where that is known."""
    if used.memory > A_GROWING_ONE * limits["memory"]:
        size = f"{used.memory // 2**20} MiB"
        return f"By then it held {size} of memory: something in it grows without end."
    if used.memory and used.seconds + used.queued < AN_IDLE_ONE * limits["seconds"]:
        return (
            f"In that time it computed for {used.seconds:.1f} seconds and waited for the rest: a "
            "sleep, or something that never comes."
        )
    return ""
