"""Lesson 19: what its prose computes with."""

from wslearn.protocol.codes import CloseCode
from wslearn.protocol.examples import COURSE_KEY
from wslearn.protocol.frame import Frame
from wslearn.protocol.length import header_size

from .by_table import take
from .solutions import over_http2
from .subprotocols import SOCKET_IO
from .ways_to_a_page import event, websocket
from .writing import MOST, http2_frame, mqtt_length

__all__ = ["MOST", "CloseCode", "event", "header_size", "http2_frame", "mqtt_length"]

PARTS = [field.name for field in take(b'42["vote","tea"]', SOCKET_IO).fields]
FORTY_TWO = (
    "two numbers of two protocols, 4 and 2"
    if PARTS[:2] == ["Engine.IO type", "Socket.IO type"]
    else "one number, the type of the message"
)
"""What the 42 is that begins an event of Socket.IO."""

LONG = 321
"""A length that MQTT's own text uses as an example (MQTT 3.1.1 §2.2.3)."""

HELLO = Frame.text("Hello").encode(mask_key=COURSE_KEY)
"""The RFC's masked Hello (RFC 6455 §5.7)."""

REST = dict(over_http2("/", [("Sec-WebSocket-Key", "x"), ("Sec-WebSocket-Version", "13")]))
STILL_THERE = "the version" if "sec-websocket-version" in REST else "the key"
"""Which part of the opening handshake is used over HTTP/2 as well (RFC 8441 §5)."""

FRAME_OF_HELLO = websocket(["Hello"])[1]
"""The bytes of a message from a server that says Hello."""
