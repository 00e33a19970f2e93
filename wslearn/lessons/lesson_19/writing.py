"""Write what the tables of ``subprotocols`` read: the parts that the lesson's own inputs need."""

MOST = 2**28 - 1
"""The largest length that MQTT can state, in bytes (MQTT 3.1.1 §2.2.3)."""


def mqtt_length(length: int) -> bytes:
    """A number with seven bits a byte, the lowest first (MQTT 3.1.1 §2.2.3).

    >>> mqtt_length(321).hex(" ")
    'c1 02'
    """
    data = bytearray()
    while True:
        length, seven_bits = divmod(length, 128)
        data.append(seven_bits | (0x80 if length else 0))
        if not length:
            return bytes(data)


def stomp_frame(body: bytes, *headers: bytes) -> bytes:
    """A SEND frame of STOMP 1.2 with these headers after its destination."""
    head = b"\n".join([b"SEND", b"destination:/votes", *headers])
    return head + b"\n\n" + body + b"\0"


def http2_frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    """A frame of HTTP/2 (RFC 9113 §4.1).

    >>> http2_frame(0, 1, 3, b"Hi").hex(" ")
    '00 00 02 00 01 00 00 00 03 48 69'
    """
    head = len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big")
    return head + payload
