"""A WebSocket server in some sixty lines: it echoes what a browser sends. It almost works."""

import base64
import hashlib
import socket
import struct
import sys

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def read_headers(client):
    request = client.recv(1024).decode()
    headers = {}
    for line in request.split("\r\n")[1:]:
        name, _, value = line.partition(": ")
        headers[name] = value
    return headers


def shake_hands(client):
    key = read_headers(client)["Sec-WebSocket-Key"]
    digest = hashlib.sha1((key + GUID).encode()).digest()
    reply = [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Accept: " + base64.b64encode(digest).decode(),
        "WebSocket-Location: ws://127.0.0.1:8002/",
    ]
    client.send(("\r\n".join(reply) + "\r\n\r\n").encode())


def decode(data):
    length = data[1] & 127
    if length == 126:
        length = struct.unpack("!H", data[2:4])
        key, masked = data[4:8], data[8:]
    elif length == 127:
        length = struct.unpack("!Q", data[2:10])
        key, masked = data[10:14], data[14:]
    else:
        key, masked = data[2:6], data[6:]
    text = bytearray()
    for i in range(len(masked)):
        text.append(masked[i] ^ key[i % 4])
    return text.decode()


def encode(text):
    payload = text.encode()
    token = b"\x81"
    length = len(payload)
    if length < 126:
        token += struct.pack("B", length)
    elif length <= 0xFFFF:
        token += struct.pack("!BH", 126, length)
    else:
        token += struct.pack("!BQ", 127, length)
    return token + payload


def talk(client):
    shake_hands(client)
    while True:
        data = client.recv(1024)
        if not data:
            break
        client.send(encode(decode(data)))


def serve(port):
    server = socket.create_server(("127.0.0.1", port))
    print("Listening on port", server.getsockname()[1], flush=True)
    while True:
        client, _ = server.accept()
        client.settimeout(60)
        talk(client)
        client.close()


if __name__ == "__main__":
    serve(int(sys.argv[1]) if len(sys.argv) > 1 else 8002)
