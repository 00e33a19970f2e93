"""What a page shows of a frame, and where each of its buttons leads, without a widget or a kernel.

The front page of the site lets a reader flip bits before Python has started. Its answers are
entries that were computed in advance by this module; once Python runs in the page, the same module
computes those that are missing.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from wslearn.draw.drawn import Dissection
from wslearn.labs.kit.repair import repair
from wslearn.labs.kit.view import frame_view
from wslearn.protocol.bits import flip
from wslearn.protocol.dissect import dissect_into
from wslearn.protocol.dissection import Side

Entry = dict[str, Any]


def entry(data: bytes, receiver: Side = "server") -> Entry:
    """One frame as the bit grid draws it: ``view``; and the bytes in hex that its buttons lead to.

    ``repairs`` has one text for each broken rule, empty where nothing mends it; ``next`` is what
    comes after the frame.
    """
    seen = dissect_into(Dissection, data, receiver)
    mended = [repair(seen, fault) for fault in seen.violations]
    return {
        "view": frame_view(seen),
        "repairs": [one.data.hex() if one else "" for one in mended],
        "next": seen.rest.hex(),
    }


def within_one_flip(data: bytes) -> dict[str, Entry]:
    """Entries by their bytes in hex: of a frame, of every single flip, and of where these lead."""
    found: dict[str, Entry] = {}
    near = [data, *(flip(data, bit) for bit in range(8 * len(data)))]
    for one in near:
        found[one.hex()] = entry(one)
    for one in list(_further(found.values())):
        found.setdefault(one, entry(bytes.fromhex(one)))
    return found


def _further(entries: Iterable[Entry]) -> Iterator[str]:
    for each in entries:
        yield from filter(None, (*each["repairs"], each["next"]))
