"""How wsproto does it, which is written only in Python.

It hands over parts of a frame that is still coming, so these are gathered until the message ends.
"""

from collections.abc import Callable, Iterable
from typing import Any

from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage
from wsproto.frame_protocol import FrameProtocol

from .ways import Builder, Reader


def parser() -> Reader:
    """FrameProtocol."""
    protocol = FrameProtocol(False, [])
    return (
        _gathering(protocol.receive_bytes, protocol.received_frames),
        lambda frames: b"".join(bytes(frame.payload) for frame in frames),
    )


def connection() -> Reader:
    """Connection, for binary messages and for text."""
    server = Connection(ConnectionType.SERVER)

    def plain(events: list[Any]) -> bytes:
        parts = [event.data for event in events]
        return b"".join(part.encode() if isinstance(part, str) else part for part in parts)

    return _gathering(server.receive_data, server.events), plain


def _gathering(
    take: Callable[[bytes], object], came: Callable[[], Iterable[Any]]
) -> Callable[[bytes], list[Any]]:
    parts: list[Any] = []

    def feed(data: bytes) -> list[Any]:
        take(data)
        parts.extend(came())
        if not parts or not parts[-1].message_finished:
            return []
        whole = parts[:]
        parts.clear()
        return whole

    return feed


def frame() -> Builder:
    """FrameProtocol.send_data."""
    return FrameProtocol(True, []).send_data


def send() -> Builder:
    """Connection.send."""
    send_event = Connection(ConnectionType.CLIENT).send
    return lambda payload: send_event(BytesMessage(payload))
