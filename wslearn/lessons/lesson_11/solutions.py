"""Lesson 11: the solutions of its exercises, as a student would write them."""

RIGHT = (56, 48, 40, 32, 24, 16, 8, 0)


def smallest_length(shifts):
    for power in range(63):
        length = 2**power
        for i in range(8):
            if length >> shifts[i] & 255 != length >> RIGHT[i] & 255:
                return length
    return 0


def may_connect(origin, allowed):
    for entry in allowed:
        if "*" in entry:
            before, after = entry.split("*")
            if origin.startswith(before) and origin.endswith(after):
                return True
        elif origin == entry:
            return True
    return False


def next_step(data, limit):
    if len(data) < 2:
        return "wait"
    if data[1] < 128:
        return "1002"
    length = data[1] & 127
    size = {126: 2, 127: 8}.get(length, 0)
    if len(data) < 2 + size:
        return "wait"
    if size:
        length = int.from_bytes(data[2 : 2 + size], "big")
    if length > limit:
        return "1009"
    if len(data) < 2 + size + 4 + length:
        return "wait"
    return "take"


def disguise(wish, keys):
    last = int.from_bytes(keys[-1], "big")
    step = last - int.from_bytes(keys[-2], "big")
    key = ((last + step) % 2**32).to_bytes(4, "big")
    return bytes(byte ^ key[i % 4] for i, byte in enumerate(wish))


def answer_head(arrivals, seconds, most):
    head = b""
    for time, data in arrivals:
        if time > seconds:
            return "408"
        head += data
        if len(head) > most:
            return "431"
        if b"\r\n\r\n" in head:
            return "101"
    return "408"
