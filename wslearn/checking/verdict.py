"""What a check answers: one sentence first, then where and why; it shows itself."""

from dataclasses import dataclass
from typing import Literal

from .panel import Panel, Part, Tone

Outcome = Literal["passed", "refused", "unsolved", "raised", "stopped", "unknown", "tampered"]

_TONES: dict[Outcome, Tone] = {"passed": "good", "unsolved": "quiet", "unknown": "quiet"}


@dataclass(frozen=True, slots=True, repr=False)
class Verdict(Panel):
    """The outcome of one check.

    ``because`` names the smallest failing input and the first difference in one sentence; where
    ``side_by_side`` holds both results in lines that line up, ``briefly`` says the rest of it.
    ``means`` is what such an answer usually comes from, ``printed`` the beginning of what the
    function printed; ``examples`` are calls and their results, for somebody who has not begun.
    """

    exercise: str
    outcome: Outcome
    headline: str
    because: str = ""
    means: str = ""
    printed: str = ""
    examples: tuple[tuple[str, str], ...] = ()
    briefly: str = ""
    side_by_side: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """True only if every case, shown or hidden, came out right."""
        return self.outcome == "passed"

    def __bool__(self) -> bool:
        return self.passed

    def _panel(self) -> tuple[Tone, str, list[Part]]:
        if self.side_by_side:
            lines = "\n".join(self.side_by_side)
            parts = [Part(self.briefly), Part(lines, code=True, aligned=True)]
        else:
            parts = [Part(self.because)] if self.because else []
        if self.means:
            parts.append(Part(self.means, "What this usually means:"))
        if self.printed:
            parts.append(Part(self.printed, "It printed:", code=True))
        if self.examples:
            widest = max(len(call) for call, _ in self.examples)
            lines = [f"{call:{widest}}  →  {result}" for call, result in self.examples]
            parts.append(Part("\n".join(lines), "For example:", code=True))
        return _TONES.get(self.outcome, "bad"), self.headline, parts
