"""A dissection that shows itself: the protocol's data, with pictures.

The protocol layer knows nothing of pictures, so the type that learners meet adds them here.
"""

from collections.abc import Iterable

from wslearn.protocol import dissect as protocol
from wslearn.protocol.dissect import Side


class Dissection(protocol.Dissection):
    """What one frame consists of and what is wrong with it, shown as a bit diagram."""

    __slots__ = ()


def dissect(
    source: object,
    receiver: Side | None = None,
    extensions: Iterable[str] | str = (),
    max_size: int | None = None,
) -> Dissection:
    """Take the first frame of some bytes apart and show it. Never raises (RFC 6455 §5)."""
    return Dissection.of(source, receiver, extensions, max_size)
