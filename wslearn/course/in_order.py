"""``lines``: the lines of a solution, shuffled, to be put in order: the last hint before it."""

from collections.abc import Sequence
from typing import Any

from ipywidgets import VBox

from wslearn.checking.happened import Event, tell
from wslearn.checking.panel import Part, as_html, as_text
from wslearn.checking.parsons import Parsons, Placed, parsons
from wslearn.checking.values import one_line
from wslearn.labs.kit.lines import Lines

from .exercises import find, tidy_id, which_exist


class InOrder:
    """Lines to put in order; it shows itself. Without ``parsons`` it says why there are none."""

    def __init__(self, headline: str, then: str, parsons: Parsons | None = None) -> None:
        self.headline, self.then, self.parsons = headline, then, parsons

    def _parts(self) -> list[Part]:
        if self.parsons is None:
            return [Part(self.then)]
        return [Part(self.then), Part("\n".join(self.parsons.pieces), code=True)]

    def __repr__(self) -> str:
        return as_text("quiet", self.headline, self._parts())

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        html = as_html("quiet", self.headline, self._parts())
        bundle: dict[str, Any] = {"text/plain": repr(self), "text/html": html}
        if self.parsons is not None:
            bundle = {**(VBox([self.widget()])._repr_mimebundle_() or {}), **bundle}
        return bundle

    def widget(self) -> Lines:
        """The interactive form."""
        assert self.parsons is not None
        return Lines(self.headline, self.parsons.head, self.parsons.pieces, self._check)

    def _check(self, placed: Sequence[Placed]) -> dict[str, Any]:
        assert self.parsons is not None
        verdict = self.parsons.judge(placed)
        parts = [Part(verdict.because)] if verdict.because else []
        if verdict.means:
            parts.append(Part(verdict.means, "What this usually means:"))
        if verdict.passed:
            parts.append(Part("Now write it in your own cell, without looking."))
        return {
            "tone": "good" if verdict.passed else "bad",
            "headline": verdict.headline,
            "parts": [
                {"text": one.text.replace("`", ""), "label": one.label, "code": one.code}
                for one in parts
            ],
        }


def lines(exercise: object) -> InOrder:
    """The lines of a solution to put in order, such as ``ws.lines("04.2")``. Never raises."""
    found = find(exercise)
    if found is None:
        name = one_line(tidy_id(exercise), 20)
        return InOrder(f"There is no exercise {name!r}.", which_exist(exercise))
    headline = f"{found.id} {found.title}: lines in order"
    made = parsons(found)
    if isinstance(made, str):
        return InOrder(headline, f'{made} The whole solution: `ws.solution("{found.id}")`')
    tell(Event("hint", found.id, "lines"))
    return InOrder(headline, "Put these lines in order, and indent them. Not all belong.", made)
