"""Lesson 13: the solutions of its exercises, as a student would write them."""

import json


def opening_request(host, path, key, token):
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
        f"Authorization: token {token}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def output_of(messages, msg_id):
    text = ""
    for message in messages:
        parent = message["parent_header"].get("msg_id")
        if parent == msg_id and message["msg_type"] == "stream":
            text = text + message["content"]["text"]
    return text


def pack_parts(parts):
    offsets = [8 * (len(parts) + 2)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    data = len(offsets).to_bytes(8, "little")
    for offset in offsets:
        data = data + offset.to_bytes(8, "little")
    return data + b"".join(parts)


def unpack_parts(data):
    count = int.from_bytes(data[:8], "little")
    if count < 2 or 8 * (count + 1) > len(data):
        return None
    offsets = []
    for index in range(1, count + 1):
        offsets.append(int.from_bytes(data[8 * index : 8 * index + 8], "little"))
    if offsets != sorted(offsets) or offsets[-1] > len(data):
        return None
    parts = []
    for index in range(count - 1):
        parts.append(data[offsets[index] : offsets[index + 1]])
    return parts


def read_message(opcode, payload):
    if opcode == 1:
        message = json.loads(payload)
        channel, header, parent = message["channel"], message["header"], message["parent_header"]
    else:
        offsets = []
        for index in range(1, 5):
            offsets.append(int.from_bytes(payload[8 * index : 8 * index + 8], "little"))
        channel = payload[offsets[0] : offsets[1]].decode()
        header = json.loads(payload[offsets[1] : offsets[2]])
        parent = json.loads(payload[offsets[2] : offsets[3]])
    return channel, header["msg_type"], parent.get("msg_id", "")


def message(kind, parent="", own="k", **content):
    """A message as the kernel would send it, as short as it can be."""
    return {
        "msg_type": kind,
        "header": {"msg_id": own, "msg_type": kind},
        "parent_header": {"msg_id": parent} if parent else {},
        "content": content,
    }
