"""Lesson 08: the solutions of its exercises, as a student would write them."""


def read_exactly(pieces, sizes):
    came = b""
    pieces = list(pieces)
    found = []
    for size in sizes:
        while len(came) < size:
            if not pieces:
                return None
            came += pieces.pop(0)
        found.append(came[:size])
        came = came[size:]
    return found


def status_for(head):
    first, *lines = head.split("\r\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip().lower()
    tokens = [token.strip() for token in headers.get("connection", "").split(",")]
    if first.split(" ")[0] != "GET" or "host" not in headers:
        return 400
    if headers.get("upgrade") != "websocket" or "upgrade" not in tokens:
        return 400
    if headers.get("sec-websocket-version") != "13":
        return 426
    return 101


def whole_frames(data):
    count = 0
    while len(data) >= 2:
        length = data[1] & 0b0111_1111
        start = 2
        if length == 126:
            start = 4
        elif length == 127:
            start = 10
        if start > 2:
            length = int.from_bytes(data[2:start], "big")
        size = start + 4 + length
        if len(data) < size:
            break
        count += 1
        data = data[size:]
    return count


def answer(opcode, payload):
    if opcode == 10:
        return b""
    if opcode == 9:
        opcode = 10
    if opcode == 8:
        payload = payload[:2]
    if opcode == 1:
        try:
            payload.decode()
        except UnicodeDecodeError:
            opcode, payload = 8, (1007).to_bytes(2, "big")
    return bytes([0b1000_0000 | opcode, len(payload)]) + payload


def serve_frames(frames):
    sent = []
    kind, message = 0, b""
    for fin, opcode, payload in frames:
        if opcode == 9:
            sent.append((10, payload))
        elif opcode == 8:
            sent.append((8, 1000))
            break
        elif opcode != 10:
            if (opcode == 0) == (kind == 0):
                sent.append((8, 1002))
                break
            if opcode:
                kind, message = opcode, b""
            message += payload
            if fin:
                sent.append((kind, message))
                kind = 0
    return sent
