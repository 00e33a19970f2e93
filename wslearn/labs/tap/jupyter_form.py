"""Jupyter's binary form of a message, the subprotocol ``v1.kernel.websocket.jupyter.org``.

What a notebook's page and its kernel say to each other in binary frames (documented by
jupyter_server, "WebSocket kernel wire protocols")::

    number of offsets | offsets | channel | header | parent header | metadata | content | buffers …

The number and each offset are 8 bytes, little-endian, although the frame around them is in network
byte order. Each offset says where the next part begins, in bytes from the start; the last one says
where the message ends. The channel is a word in UTF-8, the four parts after it are JSON, and
whatever follows is raw.
"""

import json
from dataclasses import dataclass
from itertools import pairwise

from wslearn.net.record.conversation import Conversation
from wslearn.protocol.errors import InputError
from wslearn.protocol.text import counted, shown_text, shown_value

SUBPROTOCOL = "v1.kernel.websocket.jupyter.org"
WIDTH = 8
"""The size of a number, in bytes."""

PARTS = ("channel", "header", "parent header", "metadata", "content")
MOST = 4096
"""The most offsets that are read; a message has six, and one more for each buffer."""


@dataclass(frozen=True, slots=True)
class JupyterMessage:
    """One message: its channel, its type, and where each part is as ``(name, start, end)``.

    ``content`` is the text of the part with that name, as far as it is there.
    """

    channel: str
    kind: str
    parts: tuple[tuple[str, int, int], ...]
    content: bytes

    def __str__(self) -> str:
        """In one line: the channel, the message type, and what the content says."""
        channel, kind = (shown_text(name.encode(), 40) for name in (self.channel, self.kind))
        return f"{channel}: {kind} {shown_text(self.content, 90)}"

    @property
    def layout(self) -> str:
        """What is where, in one sentence."""
        first = self.parts[0][1]
        named = [f"{name} {start} to {end - 1}" for name, start, end in self.parts if end > start]
        return (
            f"Jupyter's form, by its {counted(first // WIDTH - 1, 'offset')}: bytes 0 to "
            f"{first - 1} are the offsets and their number, then {', '.join(named)}."
        )


def speaks_jupyter(said: Conversation) -> bool:
    """Whether both sides of a connection agreed on this form."""
    return said.answer is not None and said.answer.subprotocol == SUBPROTOCOL


def read_jupyter(data: bytes, *, whole: bool = True) -> JupyterMessage:
    """The message in the payload of a binary message; ``whole``: all of it is there.

    Raises :class:`InputError` with a sentence for bytes that do not have this form.
    """
    if len(data) < WIDTH:
        raise InputError(f"Expected a number of {WIDTH} bytes, got {counted(len(data), 'byte')}.")
    number = int.from_bytes(data[:WIDTH], "little")
    if not len(PARTS) < number <= MOST:
        raise InputError(f"Expected from {len(PARTS) + 1} to {MOST} offsets, got {number}.")
    first = WIDTH * (1 + number)
    if len(data) < first:
        raise InputError(f"Expected {number} offsets up to byte {first}, got {len(data)} bytes.")
    offsets = [int.from_bytes(data[at : at + WIDTH], "little") for at in range(WIDTH, first, WIDTH)]
    if offsets[0] != first:
        raise InputError(f"Expected the channel at byte {first}, got the offset {offsets[0]}.")
    for start, end in pairwise(offsets):
        if end < start:
            raise InputError(f"Expected offsets that rise, got {end} after {start}.")
    if whole and offsets[-1] != len(data):
        raise InputError(f"Expected the end at byte {len(data)}, got the offset {offsets[-1]}.")
    names = (*PARTS, *(f"buffer {place}" for place in range(1, number - len(PARTS))))
    parts = tuple(zip(names, offsets, offsets[1:], strict=False))
    if parts[1][2] > len(data):
        end = parts[1][2]
        raise InputError(f"Expected the header up to byte {end}, got {len(data)} bytes in all.")
    channel, header, content = (data[start:end] for _, start, end in (*parts[:2], parts[4]))
    try:
        known = json.loads(header)
        kind = known["msg_type"]
        word = channel.decode()
    except (ValueError, RecursionError, KeyError, TypeError):
        came = shown_text(header, 40)
        raise InputError(f"Expected a header in JSON with a msg_type, got “{came}”.") from None
    if not isinstance(kind, str):
        raise InputError(f"Expected a msg_type that is text, got {shown_value(kind)}.")
    return JupyterMessage(word, kind.encode(errors="replace").decode(), parts, content)
