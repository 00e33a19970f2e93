"""Lesson 02: the solutions of its exercises, as a student would write them."""

import base64
import hashlib

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def accept_key(key):
    digest = hashlib.sha1((key + GUID).encode()).digest()
    return base64.b64encode(digest).decode()


def find_header(head, name):
    for line in head.split("\r\n")[1:]:
        found, colon, value = line.partition(":")
        if found.lower() == name.lower():
            return value.strip()
    return None


def wants_upgrade(connection):
    return "upgrade" in [token.strip().lower() for token in connection.split(",")]


def reply(accept):
    lines = [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Accept: " + accept,
        "",
        "",
    ]
    return "\r\n".join(lines).encode()


def choose_protocol(offered, supported):
    for name in offered:
        if name in supported:
            return name
    return None
