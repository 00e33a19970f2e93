"""Lesson 06: the solutions of its exercises, as a student would write them."""

import codecs


def cut_message(payload, size):
    frames = []
    opcode = 1
    while len(payload) > size:
        piece = payload[:size]
        frames.append(bytes([opcode, len(piece)]) + piece)
        payload = payload[size:]
        opcode = 0
    frames.append(bytes([0b1000_0000 | opcode, len(payload)]) + payload)
    return frames


def join_messages(frames):
    messages = []
    kind = 0
    data = b""
    for fin, opcode, payload in frames:
        if opcode != 0:
            kind = opcode
        data = data + payload
        if fin:
            messages.append((kind, data))
            data = b""
    return messages


def deliver(frames):
    delivered = []
    kind = 0
    data = b""
    for fin, opcode, payload in frames:
        if opcode >= 8:
            delivered.append((opcode, payload))
        else:
            if opcode != 0:
                kind = opcode
            data = data + payload
            if fin:
                delivered.append((kind, data))
                data = b""
    return delivered


def first_fault(frames):
    under_way = False
    for index in range(len(frames)):
        fin, opcode = frames[index][0], frames[index][1]
        if opcode >= 8:
            if not fin:
                return index
        else:
            if under_way != (opcode == 0):
                return index
            under_way = not fin
    return None


def first_bad_piece(pieces):
    decoder = codecs.getincrementaldecoder("utf-8")()
    for index in range(len(pieces)):
        last = index == len(pieces) - 1
        try:
            decoder.decode(pieces[index], last)
        except UnicodeDecodeError:
            return index
    return None
