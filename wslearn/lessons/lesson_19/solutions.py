"""Lesson 19: the solutions of its exercises, as a student would write them."""

from .subprotocols import ENGINE, SOCKET


def read_packet(text):
    kind = ENGINE[int(text[0])]
    rest = text[1:]
    if kind != "message":
        return kind, "", None, rest
    kind = SOCKET[int(rest[0])]
    rest = rest[1:]
    namespace = "/"
    if rest.startswith("/"):
        namespace, _, rest = rest.partition(",")
    digits = ""
    while rest[:1].isdigit():
        digits = digits + rest[0]
        rest = rest[1:]
    if digits == "":
        return kind, namespace, None, rest
    return kind, namespace, int(digits), rest


def remaining_length(data):
    length = 0
    for index in range(min(len(data), 4)):
        length = length + (data[index] & 127) * 128**index
        if data[index] < 128:
            return length, index + 1
    return None


def stomp_body(frame):
    head, _, rest = frame.partition(b"\n\n")
    for line in head.split(b"\n")[1:]:
        name, _, value = line.partition(b":")
        if name == b"content-length":
            return rest[: int(value)]
    body, _, _ = rest.partition(b"\0")
    return body


def over_http2(path, headers):
    block = [
        (":method", "CONNECT"),
        (":protocol", "websocket"),
        (":scheme", "https"),
        (":path", path),
    ]
    kept = []
    for name, value in headers:
        lower = name.lower()
        if lower == "host":
            block.append((":authority", value))
        elif lower not in ("upgrade", "connection", "sec-websocket-key"):
            kept.append((lower, value))
    return block + kept


def split_frames(data):
    frames = []
    while len(data) >= 9:
        length = int.from_bytes(data[:3], "big")
        if len(data) < 9 + length:
            break
        stream = int.from_bytes(data[5:9], "big") & (2**31 - 1)
        frames.append((data[3], data[4], stream, data[9 : 9 + length]))
        data = data[9 + length :]
    return frames
