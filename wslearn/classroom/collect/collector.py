"""Have every answer of a class judged, several at a time, and gather what came.

1. A notebook is read, and each answer in it is judged, by the judge of the thread that has it.
2. An answer that was judged already, for somebody else or in an earlier run, is not judged again.
3. A task whose judge fell, or whose process was ended from outside or got too little of the
   processor, tells nothing about the answer: another one may have caused it. It is repeated at the
   end, alone.
4. The time for a whole notebook is bounded, so that no student uses up everybody's time.
"""

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from wslearn.checking.checker import SECONDS
from wslearn.checking.values import one_line

from .attempts import Attempt
from .folder import Student, shown_name
from .judgements import WORDS, Collected, Result
from .judges import Allowance, FallenError, Judges
from .kept_verdicts import Kept, key
from .verdicts import Judgement, Once, without_judge

MEMORY = 2**30
"""How much memory an answer may take, in bytes: libraries such as numpy reserve much of it."""

MOST_OF_A_NOTEBOOK = 30
"""How many times the time of one answer all answers of a notebook may take together."""

_DOWN = "It brought the judge down, twice; read it by hand."


@dataclass(slots=True)
class _Read:
    """A notebook once it has been read: each answer with its verdict, None where that is still
    open.

    ``unread`` has a sentence for whatever was not read in it, ``remarks`` whatever else there is to
    say.
    """

    into: Collected
    path: Path
    unread: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    verdicts: list[tuple[Attempt, Judgement | None]] = field(default_factory=list)
    fell: bool = False


def collect(
    students: list[Student],
    *,
    seconds: float = SECONDS,
    memory: int = MEMORY,
    at_once: int | None = None,
    inside: Callable[[str], Sequence[str]] = lambda folder: (),
    kept: Kept | None = None,
    progress: Callable[[int, int, str], None] = lambda done, of, name: None,
) -> list[Collected]:
    """Judge every notebook of these students again; one :class:`Collected` for each, in order.

    ``seconds`` and ``memory`` (bytes) are what one answer may take, ``at_once`` is how many
    notebooks are judged at a time. ``inside`` gives, for the folder that answers write in, the
    words of a command in which they run. ``kept`` are the verdicts of earlier runs. ``progress`` is
    called with how many notebooks are done, of how many, and the name of the last one.
    """
    gathered = [Collected(student.name, unreadable=list(student.unread)) for student in students]
    notebooks = [
        _Read(into, path)
        for into, one in zip(gathered, students, strict=True)
        for path in one.notebooks
    ]
    with (
        tempfile.TemporaryDirectory(prefix="wslearn-", ignore_cleanup_errors=True) as folder,
        ThreadPoolExecutor(at_once or min(os.cpu_count() or 1, 4)) as pool,
    ):
        allowance = Allowance(folder, seconds, memory, tuple(inside(folder)))
        judges = Judges(allowance)
        judging = _Judging(judges, seconds, kept or Kept(None))
        try:
            futures = {pool.submit(judging.notebook, one): one for one in notebooks}
            for done, future in enumerate(as_completed(futures), start=1):
                future.result()
                progress(done, len(notebooks), shown_name(futures[future].path.name))
            judges.end()
            again = Judges(allowance)
            try:
                judging.again(notebooks, again)
            finally:
                again.end()
        except BaseException:  # above all Ctrl+C, which must not wait for what is under way
            judges.end()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    for one in notebooks:
        _take(one)
    return gathered


class _Judging:
    def __init__(self, judges: Judges, seconds: float, kept: Kept) -> None:
        self._judges, self._seconds, self._kept = judges, seconds, kept
        self._once, self._once_more = Once(), Once()
        self._doubts: dict[str, str] = {}

    def notebook(self, one: _Read) -> None:
        """Read a notebook, and judge the answers in it."""
        try:
            found = _read(one, self._judges)
        except FallenError:
            one.fell = True
            return
        left = MOST_OF_A_NOTEBOOK * self._seconds
        for attempt in found:
            said = self._verdict(attempt, left)
            one.verdicts.append((attempt, said))
            left -= said.took if said is not None else self._seconds

    def _verdict(self, attempt: Attempt, left: float) -> Judgement | None:
        there = without_judge(attempt)
        if there is not None:
            return there
        answer = key(attempt)
        place, is_mine = self._once.claim(answer)
        if not is_mine:
            said = place.result()
            return None if said is None else replace(said, took=0)
        said = self._kept.get(answer)
        if said is not None:
            said = replace(said, took=0)
        elif left <= 0:
            said = self._no_time()
        else:
            said, doubt = _ask(self._judges, attempt)
            if doubt:
                self._doubts[answer] = doubt
                said = None
            elif said is not None:
                self._kept.put(answer, said)
        place.set_result(said)
        return said

    def _no_time(self) -> Judgement:
        because = (
            f"The answers before it took {MOST_OF_A_NOTEBOOK * self._seconds:g} seconds, which is "
            "all that one notebook is given; it was not judged."
        )
        return Judgement("stopped", because, lasting=False)

    def again(self, notebooks: list[_Read], judges: Judges) -> None:
        """Judge again, one after another, whatever fell or is in doubt."""
        for one in notebooks:
            if one.fell:
                try:
                    one.verdicts = [(each, None) for each in _read(one, judges)]
                except FallenError:
                    one.unread.append(_DOWN)
            one.verdicts = [
                (attempt, self._alone(attempt, one, judges) if said is None else said)
                for attempt, said in one.verdicts
            ]

    def _alone(self, attempt: Attempt, one: _Read, judges: Judges) -> Judgement:
        there = without_judge(attempt)
        if there is not None:
            return there
        answer = key(attempt)
        place, is_mine = self._once_more.claim(answer)
        if is_mine:
            said, doubt = _ask(judges, attempt)
            gone = said is None or (doubt and said.outcome != "stopped")
            if gone:
                judges.dismiss()
            place.set_result(None if gone else said)
        said = place.result()
        if said is None:
            because = "Its process was ended twice, the second time while nothing else was judged."
            return Judgement("raised", because, "It took more memory or time than there is.")
        if said.outcome != "stopped":
            doubt = self._doubts.get(answer, "was ended from outside")
            again = f"{attempt.exercise}: Its process {doubt}, so it was judged again, alone."
            one.remarks.append(again)
        return said


def _read(one: _Read, judges: Judges) -> list[Attempt]:
    said = judges.ask({"read": str(one.path.resolve())})
    if "unreadable" in said:
        one.unread.append(said["unreadable"])
        return []
    one.unread += said["remarks"]
    return [Attempt(**attempt) for attempt in said["attempts"]]


def _ask(judges: Judges, attempt: Attempt) -> tuple[Judgement | None, str]:
    """The verdict on an answer, None where its judge fell; and why it is in doubt, if it is."""
    begun = time.monotonic()
    try:
        said: dict[str, Any] = judges.ask({"judge": asdict(attempt)})
    except FallenError:
        return None, "was ended from outside"
    doubt = said.pop("doubt")
    return Judgement(**said, took=time.monotonic() - begun), doubt


def _take(one: _Read) -> None:
    into, file = one.into, shown_name(one.path.name)
    into.unreadable += [f"{file}: {sentence}" for sentence in one.unread]
    into.remarks += [f"{file}: {sentence}" for sentence in one.remarks]
    for attempt, said in one.verdicts:
        if said is None:
            continue
        texts = (shown_name(one_line(text, 400)) for text in (said.because, said.means))
        into.add(Result(attempt.exercise, WORDS[said.outcome], *texts, file))
        for guard, there in said.guards.items():
            into.guards[guard] = there and into.guards.get(guard, True)
