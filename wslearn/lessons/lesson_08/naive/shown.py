"""What lesson 08 shows of the server: its source, what a mend changes, and what was gained."""

from dataclasses import dataclass
from html import escape
from typing import Any

from wslearn.draw.listing import Listing
from wslearn.draw.table import Table, table

from .marks import SECTIONS, recorded
from .steps import MENDS, PAGE, Mend, program
from .visit import Visit, visit


@dataclass(frozen=True, slots=True)
class Mended:
    """A mend: its rule, what it changes, and what the client sees from now on; shows itself."""

    mend: Mend
    after: Visit | None = None

    @property
    def changes(self) -> Listing:
        """The lines that go and the lines that come."""
        return Listing(self.mend.difference, difference=True)

    @property
    def rule(self) -> str:
        """The rule that the server broke, and its section."""
        where = f" ({self.mend.section})" if self.mend.section != "none" else ""
        return self.mend.rule + where

    def text(self) -> str:
        """All of it as plain text."""
        parts = [f"Mend {self.mend.number}. {self.rule}", self.changes.text]
        if self.after is not None:
            parts.append(f"And now:\n{self.after.table.text()}")
        return "\n\n".join(parts)

    def html(self) -> str:
        """All of it as HTML."""
        said = f"<p style='margin: 4px 0'><strong>Mend {self.mend.number}.</strong> "
        parts = [f"{said}{escape(self.rule)}</p>", self.changes.html()]
        if self.after is not None:
            parts.append("<p style='margin: 8px 0 0'>And now:</p>")
            parts.append(self.after.table.html())
        return f"<div>{''.join(parts)}</div>"

    def __repr__(self) -> str:
        return self.text()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": self.text(), "text/html": self.html()}


def source(step: int = 0) -> Listing:
    """The program after this number of mends."""
    return Listing(program(step))


def page() -> Listing:
    """The page that goes with the program."""
    return Listing(PAGE)


def mend(number: int, *frames: bytes, **how: Any) -> Mended:
    """What a mend changes; with frames or a request, also what :func:`visit` shows after it."""
    after = visit(number, *frames, **how) if frames or how else None
    return Mended(MENDS[number - 1], after)


def sections(*steps: int) -> Table:
    """Autobahn's cases that these steps pass, section by section; recorded."""
    marks = recorded()
    rows = [
        (number, about, *(marks[step].passed[number] for step in steps), marks[0].cases[number])
        for number, about in SECTIONS.items()
    ]
    total = sum(marks[0].cases.values())
    rows.append(("", "together", *(marks[step].total for step in steps), total))
    return table(
        ("section", "about", *(f"after mend {step}" if step else "at first" for step in steps),
         "cases"),
        rows,
    )  # fmt: skip


def summary() -> Table:
    """Every fault, the lines that its mend changes, and the cases of Autobahn's that it gains."""
    marks = recorded()
    rows: list[tuple[object, ...]] = [("", "the sixty lines", "", "", marks[0].total)]
    for one in MENDS:
        added, removed = one.lines
        gained = marks[one.number].total - marks[one.number - 1].total
        signed = f"{gained:+}".replace("-", "−") if gained else "0"
        lines = f"+{added} −{removed}"
        rows.append((str(one.number), one.title, lines, signed, marks[one.number].total))
    return table(("mend", "the fault", "lines", "gained", "cases passed"), rows)
