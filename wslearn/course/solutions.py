"""Solutions, folded away: their text is the source of the reference that judges the student."""

import inspect
from dataclasses import dataclass
from html import escape
from typing import Any

from .exercise import Exercise
from .exercises import find, tidy_id, which_exist
from .panel import Part, as_html, as_text
from .record import Event, tell
from .values import one_line


def source(id: object) -> str:
    """The source of an exercise's reference, with the lines it needs before it.

    Raises KeyError for a name that no exercise has.
    """
    exercise = find(id)
    if exercise is None:
        raise KeyError(tidy_id(id))
    return _source(exercise)


def _source(exercise: Exercise) -> str:
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


def markdown(id: object) -> str:
    """The text of a notebook's Markdown cell that holds a solution, folded and not runnable."""
    exercise = find(id)
    if exercise is None:
        raise KeyError(tidy_id(id))
    return (
        f"<details><summary>A solution of {exercise.id}</summary>\n\n"
        f"```python\n{_source(exercise)}\n```\n\n</details>"
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


def solution(exercise: object) -> Solution:
    """The solution of an exercise, folded away until it is opened. Never raises."""
    found = find(exercise)
    if found is None:
        name = tidy_id(exercise)
        return Solution(
            name, f"There is no exercise {one_line(name, 20)!r}.", which_exist(exercise)
        )
    tell(Event("solution", found.id, "shown"))
    return Solution(
        found.id,
        f"A solution of {found.id} {found.title}",
        f'It is folded away. To read it here: `print(ws.solution("{found.id}").source)`',
        _source(found),
    )
