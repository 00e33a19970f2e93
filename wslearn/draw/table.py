"""A table that shows itself: the same rows as plain text and as HTML.

Lessons compute their tables, so that no number in them is typed. The HTML needs no style sheet and
no script, so that a notebook nobody has trusted yet shows it too, and it sets no text colour: the
page's own fits light and dark.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from wslearn.protocol.bits import hex_bytes
from wslearn.protocol.errors import InputError

from .layout import together
from .theme import PAGE, QUIET

_CELL = f"padding: 3px 14px 3px 4px; border-bottom: 1px solid {PAGE.line}; vertical-align: top"
_LONG, _ROOM = 32, "min-width: 12em"
"""A column with more characters than this in a cell holds sentences; they get some room."""

_OFTEN = 3
"""A sentence that is in this many rows is given once, and marked as the same below."""

_CODE = "font-family: ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace"


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows of the same width; ``code`` names the headings set in a fixed-width font.

    Bytes are shown as hex, numbers are set to the right, None is an empty cell. With ``folded`` a
    page shows only this line until it is clicked.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    code: frozenset[str] = frozenset()
    folded: str = ""

    def text(self) -> str:
        """The table as plain text, one row per line."""
        lines = [self.headings, *([shown(cell) for cell in row] for row in self.rows)]
        widths = [max(len(line[at]) for line in lines) for at in range(len(self.headings))]
        right = [self._to_the_right(at) for at in range(len(self.headings))]

        def joined(cells: Sequence[str]) -> str:
            columns = zip(cells, widths, right, strict=True)
            padded = (cell.rjust(size) if far else cell.ljust(size) for cell, size, far in columns)
            return "  ".join(padded).rstrip()

        first, *others = (joined(line) for line in lines)
        return "\n".join([first, "  ".join("─" * size for size in widths), *others])

    def html(self) -> str:
        """The table as HTML; every text is escaped."""
        head = "".join(
            f'<th scope="col" style="{_CELL}; text-align: {self._side(at)}">{escape(heading)}</th>'
            for at, heading in enumerate(self.headings)
        )
        body = "".join(
            f"<tr>{''.join(self._cell(at, *cells) for at, cells in enumerate(pairs))}</tr>"
            for row, above in zip(self.rows, (None, *self.rows), strict=False)
            for pairs in [zip(row, above or [None] * len(row), strict=True)]
        )
        # The size is the text's own, even where a class sees it enlarged; on a narrow page the
        # table is moved in its own frame, so no column lies outside.
        made = (
            '<div style="overflow-x: auto">'
            '<table style="border-collapse: collapse; margin: 4px 0; font-size: 1em">'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )
        if not self.folded:
            return made
        line = f'<summary style="cursor: pointer">{escape(self.folded)}</summary>'
        return f"<details>{line}{made}</details>"

    def _cell(self, at: int, cell: object, above: object) -> str:
        style = f"{_CELL}; text-align: {self._side(at)}"
        code = isinstance(cell, bytes | bytearray) or self.headings[at] in self.code
        if code:
            style += f"; {_CODE}; white-space: pre-wrap"
        elif self._to_the_right(at):
            style += "; white-space: nowrap"
        if any(len(shown(row[at])) > _LONG for row in self.rows):
            style += f"; {_ROOM}"
        said = escape(together(shown(cell)))
        often = sum(row[at] == cell for row in self.rows) >= _OFTEN
        if cell == above and often and not code and len(shown(cell)) > _LONG:
            said = f'<span style="{QUIET}">as above</span>'
        return f'<td style="{escape(style)}">{said}</td>'

    def _side(self, at: int) -> str:
        return "right" if self._to_the_right(at) else "left"

    def _to_the_right(self, at: int) -> bool:
        cells = [row[at] for row in self.rows if row[at] is not None]
        return bool(cells) and all(type(cell) in (int, float) for cell in cells)

    def __repr__(self) -> str:
        return self.text()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": self.text(), "text/html": self.html()}


def table(
    headings: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    code: Iterable[str] = (),
    folded: str = "",
) -> Table:
    """A table of these rows under these headings; ``code`` names headings set like code.

    ``folded`` is a line to click, behind which a page keeps the table: for the answer to a
    question, which would otherwise be in sight when somebody runs all cells at once.

    Raises :class:`InputError` where a row has more or fewer cells than there are headings.

    >>> table(("length", "header"), [(5, b"\\x81\\x05"), (126, b"\\x81~\\x00~")])
    length  header
    ──────  ───────────
         5  81 05
       126  81 7e 00 7e
    """
    kept = tuple(tuple(row) for row in rows)
    for number, row in enumerate(kept, start=1):
        if len(row) != len(headings):
            raise InputError(
                f"Expected {len(headings)} cells, one for each heading, "
                f"got {len(row)} in row {number}."
            )
    return Table(tuple(headings), kept, frozenset(code), folded)


def shown(cell: object) -> str:
    """A cell as a person reads it: bytes as hex, long numbers in groups of three digits.

    >>> shown(65536), shown(b"Hi"), shown(True), shown(None)
    ('65 536', '48 69', 'yes', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, bytes | bytearray):
        return hex_bytes(bytes(cell))
    if isinstance(cell, int):
        # Four digits stay together: 1002 is a code, and easy to read as it is.
        return f"{int(cell):,}".replace(",", " ") if abs(cell) > 9999 else str(int(cell))
    return str(cell)
