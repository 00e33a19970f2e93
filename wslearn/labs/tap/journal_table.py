"""A journal that shows itself as a table: the network's record, with a picture.

The network layer knows nothing of pictures, so the type that learners meet adds them here.
"""

from functools import wraps
from html import escape
from os import PathLike
from typing import Any

from wslearn.draw.table import Table, table
from wslearn.net.record import capture, journal, record_file
from wslearn.net.record import tap as taps

SHOWN = 100
"""How many frames a page shows at once; all of them are in ``frames``."""


class Journal(journal.Journal):
    """What passed on several connections: their handshakes, every frame, and how each ended.

    ``frames``, ``conversations`` and ``messages()`` are what it holds; ``where`` picks from it,
    ``save`` and ``load`` keep it in a file. It shows itself as a table of its latest frames.
    """

    def table(self, most: int = SHOWN) -> Table:
        """The latest frames as a table, ``most`` of them."""
        return table(journal.HEADINGS, self.rows(most), code=journal.CODE)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        said = [self.summary(), *map(journal.plain, self.remarks)]
        if len(self) > SHOWN:
            said.append(f"The latest {SHOWN} frames:")
        words = "".join(f'<p style="margin: 4px 0">{escape(sentence)}</p>' for sentence in said)
        return {"text/plain": repr(self), "text/html": words + self.table().html()}


@wraps(taps.tap)
async def tap(upstream: str, **options: Any) -> taps.Tap:
    """Like ``net.record.tap.tap``, with the same arguments; its journal shows itself as a table."""
    if options.get("journal") is None:
        options["journal"] = Journal()
    return await taps.tap(upstream, **options)


@wraps(capture.read_capture)
def read_capture(path: str | PathLike[str], **options: Any) -> journal.Journal:
    """Like ``net.record.capture.read_capture``, with the same arguments; it shows itself as a
    table."""
    if options.get("journal") is None:
        options["journal"] = Journal(journal.WHOLE)
    return capture.read_capture(path, **options)


@wraps(record_file.read_record)
def read_record(path: str | PathLike[str], **options: Any) -> journal.Journal:
    """Like ``net.record.record_file.read_record``, with the same arguments; it shows itself as a
    table."""
    if options.get("journal") is None:
        options["journal"] = Journal(journal.WHOLE)
    return record_file.read_record(path, **options)
