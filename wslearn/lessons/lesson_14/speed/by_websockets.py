"""How websockets does it, with which an application of the course is served.

Its C extension does the masking where it was built; where it was not, Python does.
"""

from websockets.frames import Frame, Opcode, apply_mask
from websockets.protocol import CLIENT, SERVER, Protocol
from websockets.streams import StreamReader

from .ways import KEY, Builder, Reader, Way

BINARY = Opcode.BINARY


def parser() -> Reader:
    """Frame.parse over its StreamReader."""
    reader, reading = StreamReader(), None

    def feed(data: bytes) -> Frame | None:
        nonlocal reading
        reader.feed_data(data)
        if reading is None:
            reading = Frame.parse(reader.read_exact, mask=True)
        try:
            return next(reading)
        except StopIteration as read:
            reading = None
            return read.value

    return feed, lambda frame: bytes(frame.data)


def protocol() -> Reader:
    """Protocol, which its connections are built on."""
    server = Protocol(SERVER, max_size=None)
    receive, events = server.receive_data, server.events_received

    def feed(data: bytes) -> list[Frame]:
        receive(data)
        return events()

    return feed, lambda frames: bytes(frames[0].data)


def text() -> Reader:
    """Protocol, and the decoding that its connections do after it."""
    receive, _ = protocol()

    def feed(data: bytes) -> str | None:
        frames = receive(data)
        return frames[0].data.decode() if frames else None

    return feed, str.encode


def frame() -> Builder:
    """Frame(...).serialize."""
    return lambda payload: Frame(BINARY, payload).serialize(mask=True)


def send() -> Builder:
    """Protocol.send_binary and data_to_send."""
    client = Protocol(CLIENT, max_size=None)
    send_binary, due = client.send_binary, client.data_to_send

    def build(payload: bytes) -> bytes:
        send_binary(payload, True)
        (written,) = due()
        return written

    return build


def masking(payload: bytes) -> Way:
    """apply_mask; it gives new bytes."""
    return Way(lambda: apply_mask(payload, KEY), lambda masked: apply_mask(masked, KEY))
