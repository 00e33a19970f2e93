"""Three hints per exercise, each saying more than the one before."""

from dataclasses import dataclass

from .exercise import Exercise
from .panel import Panel, Part, Tone
from .parsons import parsons
from .values import one_line

HINTS = 3

given: dict[str, int] = {}
"""How many hints of each exercise this session has shown."""


@dataclass(frozen=True, slots=True, repr=False)
class Hint(Panel):
    """One hint; it shows itself. ``level`` is 1 to 3, or 0 where there is no such exercise."""

    exercise: str
    level: int
    headline: str
    text: str
    then: str = ""

    def _panel(self) -> tuple[Tone, str, list[Part]]:
        return "quiet", self.headline, [Part(text) for text in (self.text, self.then) if text]


def hint(found: Exercise, level: object = None) -> Hint:
    """The next hint for an exercise, or the one with this level (from 1 to ``HINTS``)."""
    levels = range(1, HINTS + 1)
    if level not in (None, *levels):
        return Hint(
            found.id,
            0,
            f"There is no hint {one_line(str(level), 20)!r}.",
            f"The levels are {', '.join(map(str, levels))}.",
        )
    number = level if isinstance(level, int) else min(given.get(found.id, 0) + 1, HINTS)
    given[found.id] = max(number, given.get(found.id, 0))
    then = f'More: `ws.hint("{found.id}")`'
    if number == HINTS:
        then = f'That was the last one. The whole solution: `ws.solution("{found.id}")`'
        if not isinstance(parsons(found), str):
            then = (
                f'That was the last one. The lines to put in order: `ws.lines("{found.id}")`. '
                f'The whole solution: `ws.solution("{found.id}")`'
            )
    headline = f"{found.id} {found.title}: hint {number} of {HINTS}"
    return Hint(found.id, number, headline, found.hints[number - 1], then)
