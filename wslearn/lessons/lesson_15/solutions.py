"""Lesson 15: the solutions of its exercises, as a student would write them."""

import os
import zlib
from types import SimpleNamespace

from .given import (
    TAIL,
    accept_key,
    add_frame,
    encode_length,
    find_header,
    mask_bytes,
    opening_request,
    take_server_frame,
    wants_upgrade,
)


def handed_over(data, taken):
    handed = []
    for count in taken:
        handed.append(data)
        data = data[count:]
        if data == b"":
            break
    return handed


def check_reply(data, key):
    head, end, rest = data.partition(b"\r\n\r\n")
    if end == b"":
        return None
    text = head.decode("latin-1")
    upgrade = find_header(text, "Upgrade")
    connection = find_header(text, "Connection")
    if not text.startswith("HTTP/1.1 101 ") or upgrade is None or connection is None:
        return False, None
    if upgrade.lower() != "websocket" or not wants_upgrade(connection):
        return False, None
    if find_header(text, "Sec-WebSocket-Accept") != accept_key(key):
        return False, None
    for name in ("Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol"):
        if find_header(text, name) is not None:
            return False, None
    return True, rest


def client_frame(opcode, payload, key):
    length = encode_length(len(payload))
    header = bytes([0b1000_0000 | opcode, 0b1000_0000 | length[0]]) + length[1:]
    return header + key + mask_bytes(payload, key)


parts = SimpleNamespace(check_reply=check_reply, client_frame=client_frame)


class MyClient:
    def __init__(self, url, key):
        self.key = key
        self.out = opening_request(url, key)
        self.buffer = b""
        self.opened = False
        self.message = None
        self.closing = False
        self.done = False

    def send(self, opcode, payload):
        if not self.closing:
            self.out = self.out + parts.client_frame(opcode, payload, os.urandom(4))
        if opcode == 8:
            self.closing = True

    def fail(self, code):
        self.send(8, code.to_bytes(2, "big"))
        self.done = True

    def receive(self, data):
        self.buffer = self.buffer + data
        messages = []
        if not self.opened:
            checked = parts.check_reply(self.buffer, self.key)
            if checked is None:
                return messages
            accepted, rest = checked
            if not accepted:
                self.done = True
                return messages
            self.opened = True
            self.buffer = rest
        while not self.done:
            taken = take_server_frame(self.buffer)
            if taken is None:
                return messages
            frame, self.buffer, fault = taken
            opcode, payload = frame[1], frame[2]
            if fault is None and opcode < 8:
                self.message, whole, fault = add_frame(self.message, frame)
                if whole is not None:
                    messages.append(whole[1])
            if fault is not None:
                self.fail(fault)
            elif opcode == 9:
                self.send(10, payload)
            elif opcode == 8:
                self.send(8, payload[:2])
                self.done = True
        return messages


def inflate(payload, limit):
    rest = payload + TAIL
    message = b""
    while rest != b"":
        decompressor = zlib.decompressobj(wbits=-15)
        try:
            message = message + decompressor.decompress(rest, limit + 1 - len(message))
        except zlib.error:
            return None, 1007
        if len(message) > limit:
            return None, 1009
        rest = decompressor.unused_data
    return message, None
