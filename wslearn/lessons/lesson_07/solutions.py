"""Lesson 07: the solutions of its exercises, as a student would write them."""

from wslearn.protocol.codes import close_code_may_travel


def answer_ping(frame):
    length = frame[1] & 0b0111_1111
    key = frame[2:6]
    payload = []
    for i in range(length):
        payload.append(frame[6 + i] ^ key[i % 4])
    return bytes([0b1000_1010, length]) + bytes(payload)


def still_waiting(pings, pong):
    if pong not in pings:
        return pings
    place = pings.index(pong)
    return pings[place + 1 :]


def close_body(code, reason):
    text = reason.encode()
    if len(text) > 123:
        return None
    return code.to_bytes(2, "big") + text


def may_travel(code):
    if code in (1004, 1005, 1006):
        return False
    return 1000 <= code <= 1014 or 3000 <= code <= 4999


def read_close(payload):
    if payload == b"":
        return 1005, ""
    if len(payload) == 1:
        return None
    code = int.from_bytes(payload[:2], "big")
    if not close_code_may_travel(code):
        return None
    try:
        return code, payload[2:].decode()
    except UnicodeDecodeError:
        return None


def goodbye(happens):
    state = "open"
    sent = []
    for what in happens:
        if state == "done":
            break
        if what == "ping":
            sent.append("pong")
        if what in ("close", "broken"):
            if state == "open":
                sent.append("close")
            state = "done"
        if what == "bye" and state == "open":
            sent.append("close")
            state = "close sent"
    return sent
