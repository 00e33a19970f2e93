"""Lesson 10: what the prose of its exercises, its predictions and its quiz computes."""

from wslearn.protocol.codes import CloseCode
from wslearn.protocol.deflate import LARGEST_WINDOW, Compressor, Window
from wslearn.protocol.frame import Frame

LIMIT = 2**16

PLAIN = Frame.text("Hello").encode()
COMPRESSOR = Compressor(Window(15, context_takeover=True))
ONCE, TWICE = COMPRESSOR.compress(b"Hello"), COMPRESSOR.compress(b"Hello")
SECOND = Frame(1, ONCE, rsv1=True).encode()
SECOND_TIME = "fewer" if len(TWICE) < len(ONCE) else "as many"


def unfold(parts):
    """The text that pairs of numbers, back and count, stand for."""
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
        else:
            back, count = part
            for _ in range(count):
                text += text[-back]
    return text


REPLY = "user=you; pin=4711; found="


def bytes_seen(search):
    """How long the compressed reply to a search is."""
    reply = f"{REPLY}{search}"
    return len(Compressor(Window(15, context_takeover=True)).compress(reply.encode()))
