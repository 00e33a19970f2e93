"""Who solved what: the outcomes of the checkers, gathered by student."""

from dataclasses import dataclass, field

WORDS = {
    "passed": "solved",
    "refused": "wrong",
    "raised": "error",
    "stopped": "stopped",
    "tampered": "error",
    "unsolved": "not solved",
}
"""What the checkers' outcomes are called in the table, the best ones first."""

_RANK = {word: rank for rank, word in enumerate(dict.fromkeys(WORDS.values()))}


@dataclass(frozen=True, slots=True)
class Result:
    """How one exercise of one student came out: ``outcome`` is one of the words of WORDS.

    ``file`` is the notebook that the answer is in.
    """

    exercise: str
    outcome: str
    because: str = ""
    means: str = ""
    file: str = ""


@dataclass(slots=True)
class Collected:
    """Everything that came from one student.

    ``results`` has the best result for each exercise that a notebook of theirs checks, ``others``
    the results in other files that did not count. ``unreadable`` has a sentence for each thing that
    was not read, ``remarks`` what else there is to say; ``guards`` for each guard whether every
    answer had it. ``late`` is how late the last file that counts came in, in hours; ``reread`` are
    the questions of the quizzes that were wrong at first, by their own record.
    """

    student: str
    results: dict[str, Result] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)
    guards: dict[str, bool] = field(default_factory=dict)
    others: list[Result] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    late: float = 0.0
    reread: list[str] = field(default_factory=list)

    @property
    def solved(self) -> int:
        """How many exercises are solved."""
        return len(self.solved_ones())

    def solved_ones(self) -> list[str]:
        """The exercises that are solved."""
        return [key for key, result in self.results.items() if result.outcome == "solved"]

    def add(self, result: Result) -> None:
        """Keep the better one of two results for an exercise, and note where the other one is."""
        known = self.results.get(result.exercise)
        better = known is None or _RANK[result.outcome] < _RANK[known.outcome]
        counts, other = (result, known) if better else (known, result)
        assert counts is not None
        self.results[result.exercise] = counts
        if other is not None:
            self.others.append(other)

    def which_counted(self) -> list[str]:
        """A sentence for each exercise that several files answer: which of them counted."""
        said = []
        for name, counted in sorted(self.results.items()):
            also = [one for one in self.others if one.exercise == name and one.file != counted.file]
            if also:
                files = ", ".join(f"{one.file} ({one.outcome})" for one in also)
                said.append(f"{name}: {counted.file} counts ({counted.outcome}); also in {files}.")
        return said
