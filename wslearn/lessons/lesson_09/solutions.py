"""Lesson 09: the solutions of its exercises, as a student would write them."""

import codecs
from types import SimpleNamespace

from .earlier import (
    LIMIT,
    REFUSAL,
    accept_key,
    close_fault,
    encode_length,
    find_header,
    mask_bytes,
    reply,
    wants_upgrade,
)


def answer_request(data):
    head, end, rest = data.partition(b"\r\n\r\n")
    if end == b"":
        return None
    text = head.decode("latin-1")
    upgrade = find_header(text, "Upgrade")
    connection = find_header(text, "Connection")
    key = find_header(text, "Sec-WebSocket-Key")
    version = find_header(text, "Sec-WebSocket-Version")
    if upgrade is None or connection is None or key is None:
        return REFUSAL, None
    if not text.startswith("GET ") or version != "13":
        return REFUSAL, None
    if upgrade.lower() != "websocket" or not wants_upgrade(connection):
        return REFUSAL, None
    return reply(accept_key(key)), rest


def take_frame(data):
    if len(data) < 2:
        return None
    length = data[1] & 0b0111_1111
    start = 2
    if length == 126:
        length = int.from_bytes(data[2:4], "big")
        start = 4
    elif length == 127:
        length = int.from_bytes(data[2:10], "big")
        start = 10
    key = data[start : start + 4]
    start = start + 4
    end = start + length
    if len(data) < end:
        return None
    fin = data[0] >> 7 == 1
    opcode = data[0] & 0b1111
    payload = mask_bytes(data[start:end], key)
    return (fin, opcode, payload), data[end:]


def header_fault(data):
    if len(data) < 2:
        return None
    fin = data[0] >> 7
    opcode = data[0] & 0b1111
    masked = data[1] >> 7
    length = data[1] & 0b0111_1111
    if data[0] & 0b0111_0000 or opcode not in (0, 1, 2, 8, 9, 10) or not masked:
        return 1002
    if opcode >= 8 and (not fin or length > 125):
        return 1002
    if length == 126 and len(data) >= 4 and int.from_bytes(data[2:4], "big") < 126:
        return 1002
    if length == 127 and len(data) >= 10:
        stated = int.from_bytes(data[2:10], "big")
        if stated < 65_536 or stated >= 2**63:
            return 1002
        if stated > LIMIT:
            return 1009
    return None


def add_frame(message, frame):
    fin, opcode, payload = frame
    if (message is None) == (opcode == 0):
        return None, None, 1002
    if message is None:
        kind, data = opcode, payload
    else:
        kind, data = message[0], message[1] + payload
    if len(data) > LIMIT:
        return None, None, 1009
    if kind == 1:
        try:
            codecs.getincrementaldecoder("utf-8")().decode(data, fin)
        except UnicodeDecodeError:
            return None, None, 1007
    if fin:
        return None, (kind, data), None
    return (kind, data), None, None


def answer_frame(opcode, payload):
    if opcode == 10:
        return b"", False
    if opcode == 9:
        opcode = 10
    if opcode == 8:
        fault = close_fault(payload)
        payload = payload[:2]
        if fault is not None:
            payload = fault.to_bytes(2, "big")
    frame = bytes([0b1000_0000 | opcode]) + encode_length(len(payload)) + payload
    return frame, opcode == 8


parts = SimpleNamespace(
    answer_request=answer_request,
    take_frame=take_frame,
    header_fault=header_fault,
    add_frame=add_frame,
    answer_frame=answer_frame,
)


class MyServer:
    def __init__(self):
        self.buffer = b""
        self.opened = False
        self.message = None
        self.done = False

    def fail(self, code):
        self.done = True
        return bytes([0b1000_1000, 2]) + code.to_bytes(2, "big")

    def receive(self, data):
        if self.done:
            return b""
        self.buffer = self.buffer + data
        out = b""
        if not self.opened:
            answered = parts.answer_request(self.buffer)
            if answered is None:
                return b""
            self.opened = True
            out, self.buffer = answered
            self.done = self.buffer is None
        while not self.done:
            fault = parts.header_fault(self.buffer)
            if fault is not None:
                return out + self.fail(fault)
            taken = parts.take_frame(self.buffer)
            if taken is None:
                return out
            frame, self.buffer = taken
            opcode, payload = frame[1], frame[2]
            if opcode < 8:
                self.message, whole, fault = parts.add_frame(self.message, frame)
                if fault is not None:
                    return out + self.fail(fault)
                if whole is None:
                    continue
                opcode, payload = whole
            answer, self.done = parts.answer_frame(opcode, payload)
            out = out + answer
        return out
