"""A case as rows of text, for a page without a kernel: a phone, a big screen.

Whatever was recorded comes out as one line of printable text, and no row judges anything.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from wslearn.labs.tap.nodes import ending, kind_of, size_of
from wslearn.protocol.bits import hex_bytes
from wslearn.protocol.text import shown_text

from .case_page import Case
from .clues import title_of, way_of, words_of
from .pointing import HEADS, Place

_FIELD = re.compile(r"(frame \d+) .+")
_GROUP = re.compile(r"frames of .+|(?:connection \d+ )?(?:request|reply)")
"""A pattern that means many rows."""

SHOWN_BYTES = 20
"""Bytes of a frame that its row shows: every field and byte that a case names begins in them."""

LEAST_BYTES = 6
LONGEST_WORDS, MOST_WORDS = 36, 300
"""In bytes of UTF-8: what a frame says, and a line of a handshake."""

ALONE, IN_GROUP, UNNAMED, ASIDE = range(4)
"""How much a question needs a row: a place to point at names it, or names many rows with it, or
does not; or the row belongs to a handshake that the case is not about. Where room is scarce, the
last kinds go first."""


def as_scene(case: Case, places: Sequence[str]) -> dict[str, Any]:
    """The story, and each connection with its rows: plain values, and nothing that answers it.

    ``places`` are the patterns to choose from (:mod:`~wslearn.course.cases.pointing`).

    A row has ``number`` (of a frame or a line, from 1; "" for an end), ``who`` sent it and when (in
    seconds), ``what`` it is, its first bytes in ``hex`` ("" where it is not a frame), its number of
    bytes as ``size``, how many of those in ``hex`` must stay where room is scarce as
    ``least``, and ``need``, one of :data:`ALONE` to :data:`ASIDE`.
    """
    return {
        "number": case.number,
        "story": list(case.story),
        "talks": [
            {"title": title_of(case.evidence, number), "rows": list(_rows(case, places, number))}
            for number in case.evidence.talks
        ],
    }


def _rows(case: Case, places: Sequence[str], number: int) -> Iterator[dict[str, Any]]:
    evidence, said = case.evidence, case.evidence.talks[number]

    def row(place: Place, at: str, who: str, what: str, data: bytes = b"") -> dict[str, Any]:
        return {
            "number": at,
            "who": who,
            "what": shown_text(what.encode(), MOST_WORDS),
            "hex": hex_bytes(data[:SHOWN_BYTES]),
            "size": len(data),
            "least": _least(case, places, place) if data else 0,
            "need": _need(case, places, place),
        }

    for head in HEADS:
        sender = (said.client or "client") if head == "request" else (said.server or "server")
        for at, line in enumerate(evidence.lines(number, head), 1):
            place = Place(connection=number, head=head, line=at)
            yield row(place, str(at), f"{sender}, {head}", line)
    for entry in evidence.entries.values():
        if entry.said is said and (frame := entry.frame) is not None:
            words = shown_text(words_of(entry).encode(), LONGEST_WORDS)
            what = f"{kind_of(frame)}, {size_of(frame.size)}: {words}"
            place = Place(frame=entry.number)
            when = f"{entry.at:.3f} s {way_of(entry)}"
            yield row(place, str(entry.number), when, what, frame.data)
    if said.ended:
        yield row(Place(connection=number), "", "end", ending(said))


def _least(case: Case, places: Sequence[str], place: Place) -> int:
    """How many bytes it takes to reach the first one of each field or byte that a place names."""
    if case.kind != "bit":
        return LEAST_BYTES
    bits = [one for one in case.evidence.places if one.frame == place.frame and one.bit is not None]
    starts = (next((b.bit for b in bits if case.evidence.fits(one, b)), None) for one in places)
    return max([LEAST_BYTES, *(start // 8 + 1 for start in starts if start is not None)])


def _need(case: Case, places: Sequence[str], place: Place) -> int:
    aside = bool(place.head) and case.kind != "line"
    if case.kind == "choice":
        return ASIDE if aside else ALONE if place.frame else UNNAMED
    # A field or a byte is in the row of its frame.
    patterns = (_FIELD.sub(r"\1", one) for one in places)
    named = [one for one in patterns if case.evidence.fits(one, place)]
    if named:
        return IN_GROUP if all(_GROUP.fullmatch(one) for one in named) else ALONE
    return ASIDE if aside else UNNAMED
