"""Lesson 11: what the prose of its exercises, its predictions and its quiz computes."""

from wslearn.protocol.codes import CloseCode
from wslearn.protocol.connection import Connection
from wslearn.protocol.events import Failed
from wslearn.protocol.examples import COURSE_KEY
from wslearn.protocol.frame import Frame

LIMIT = 2**20

PROMISE = Frame.binary(b"").header(length=2**62, mask_key=COURSE_KEY)


def needed(data, limit):
    """How many bytes a server needs before it fails the connection; None if it never does."""
    server = Connection("server", max_size=limit)
    for count, byte in enumerate(data, start=1):
        if any(isinstance(event, Failed) for event in server.receive(bytes([byte]))):
            return count
    return None


NEEDED = needed(PROMISE, LIMIT)
BEGUN = Frame.text("Hello", fin=False).encode(mask_key=COURSE_KEY)
EMPTY = Frame.continuation(b"", fin=False).encode(mask_key=COURSE_KEY)
EMPTY_REFUSED = needed(BEGUN + EMPTY * 1000, 2**16) is not None
