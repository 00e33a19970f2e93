"""Solutions, folded away: their text is the source of the reference that judges the student."""

import inspect
from dataclasses import dataclass
from html import escape
from typing import Any

from .exercise import Exercise
from .panel import Part, as_html, as_text


def source(exercise: Exercise) -> str:
    """The source of an exercise's reference, with the lines it needs before it."""
    if exercise.asks_for_a_value:
        body = f"{exercise.name} = {_quoted(exercise.reference)}"
    elif inspect.isclass(exercise.reference):
        body = inspect.getsource(exercise.reference).rstrip()
    else:
        # Type hints are ours; the student's own signature has none.
        _, _, lines = inspect.getsource(exercise.reference).partition(":\n")
        body = f"{exercise.starter}\n{lines.rstrip()}"
    gap = ["", ""] if not exercise.asks_for_a_value else [""]
    return "\n".join([*exercise.setup, *(gap if exercise.setup else []), body])


def _quoted(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) and '"' not in value else repr(value)


def markdown(exercise: Exercise) -> str:
    """The text of a notebook's Markdown cell that holds a solution, folded and not runnable."""
    return (
        f"<details><summary>A solution of {exercise.id}</summary>\n\n"
        f"```python\n{source(exercise)}\n```\n\n</details>"
    )


@dataclass(frozen=True, slots=True)
class Solution:
    """A solution that shows itself folded; ``source`` is its text, for where nothing folds."""

    exercise: str
    headline: str
    text: str
    source: str = ""

    def __repr__(self) -> str:
        return as_text("quiet", self.headline, [Part(self.text)])

    __str__ = __repr__

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        if not self.source:
            html = as_html("quiet", self.headline, [Part(self.text)])
        else:
            html = (
                f"<details><summary>{escape(self.headline)}</summary>"
                f"<pre>{escape(self.source)}</pre></details>"
            )
        return {"text/plain": repr(self), "text/html": html}


def solution(exercise: Exercise) -> Solution:
    """The solution of an exercise, folded away until it is opened."""
    return Solution(
        exercise.id,
        f"A solution of {exercise.id} {exercise.title}",
        f'It is folded away. To read it here: `print(ws.solution("{exercise.id}").source)`',
        source(exercise),
    )
