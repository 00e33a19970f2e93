"""Lesson 18: what its predictions and its quiz compute with."""

from wslearn.protocol.codes import CloseCode
from wslearn.protocol.connection import Connection
from wslearn.protocol.shared import SharedMessage

from .measured import measured
from .stalled import MESSAGES

__all__ = [
    "HELD_AT_MOST",
    "RETURNS",
    "STARVED",
    "WAITS",
    "CloseCode",
    "amount_in_words",
    "frames_built",
    "measured",
]

RETURNS, WAITS = "it returns at once, each time", "it waits until the server has read"

HELD_AT_MOST = max(held for seen in measured().browser.values() for _, held in seen)
"""Bytes that the browser held, of those that a page had given to it."""

STARVED = (
    "the first messages, and then none"
    if 0 < measured().others["await send"] < MESSAGES
    else "every message, in time"
)
"""What the others get while a server waits for one."""


def amount_in_words(size: int) -> str:
    """An amount as the first prediction has it."""
    if size == 0:
        return "nothing: nobody has read anything"
    if size < 100 * 1024:
        return "one packet of 1460 bytes"
    return "a few hundred KiB, or a few MiB" if size < 2**26 else "as much as it likes"


def frames_built(clients: int) -> int:
    """How many different byte strings this many connections send for one text."""
    shared = SharedMessage("Hello")
    sent = [Connection("server").send_shared(shared) for _ in range(clients)]
    return len({id(frame) for frame in sent})
