"""The conversations of the cases about the opening handshake (01 to 06)."""

import hashlib
from base64 import b64decode, b64encode

from tests.support.scene import Scene
from wslearn.protocol.accept import GUID, accept_key
from wslearn.protocol.connection import Connection
from wslearn.protocol.deflate import Compressor, Window
from wslearn.protocol.frame import Frame
from wslearn.protocol.handshake import check_request


def with_line(line: str, head: bytes) -> bytes:
    """A head with one more line at its end."""
    return head.replace(b"\r\n\r\n", f"\r\n{line}\r\n\r\n".encode())


def without_a_word(reply: bytes) -> bytes:
    """A refusal that does not name the line."""
    head = reply.partition(b"\r\n\r\n")[0].decode()
    kept = [line for line in head.split("\r\n") if not line.startswith("Content-")]
    return "\r\n".join([*kept, "Content-Length: 0", "", ""]).encode()


def case_01(scene: Scene) -> None:
    """The server hashes the decoded bytes of the key, and not its text."""
    talk = scene.talk("client", "new server")
    talk.request("ws://desk.example/session")
    key = check_request(talk.said.request).key or ""
    wrong = b64encode(hashlib.sha1(b64decode(key) + GUID.encode()).digest())
    talk.reply(change=lambda head: head.replace(accept_key(key).encode(), wrong))
    talk.end("The client closed TCP when it had read the reply. No frame passed.")


def case_02(scene: Scene) -> None:
    """The server names a subprotocol that nobody asked for."""
    talk = scene.talk("program", "chat server")
    talk.request("ws://chat.example/ws-xmpp")
    talk.reply(change=lambda head: with_line("Sec-WebSocket-Protocol: xmpp", head))
    talk.end("The client closed TCP when it had read the reply. No frame passed.")


def case_03(scene: Scene) -> None:
    """The server agrees to an extension that was not offered, and compresses from then on."""
    talk = scene.talk("client", "server")
    talk.request("ws://feed.example/")
    talk.reply(change=lambda head: with_line("Sec-WebSocket-Extensions: permessage-deflate", head))
    talk.ends["client"] = Connection(
        "client", mask_keys=scene.key
    )  # lenient: it opens all the same
    scene.wait(0.05)
    said = Compressor(Window(15, True)).compress(b'{"feed":"prices","feed_id":7}')
    talk.from_server(Frame(1, said, rsv1=True))
    talk.end("The server closed TCP.")


def case_04(scene: Scene) -> None:
    """A front end answers with its start page."""
    talk = scene.talk("browser", "front end")
    talk.request("ws://shop.example/socket")
    page = b"<!doctype html><title>Shop</title><div id=app></div>"
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n\r\n"
    talk.arrives("server", head.encode() + page)
    talk.end("The browser reported an error: no WebSocket was opened.")


def case_05(scene: Scene) -> None:
    """A proxy speaks HTTP/1.0 to the server, and writes its own Connection header."""
    outside = scene.talk("browser", "proxy")
    asked = outside.request("ws://app.example/live")
    inside = scene.talk("proxy", "server")
    lines = asked.decode().split("\r\n")
    kept = [line for line in lines[1:] if not line.startswith(("Host", "Upgrade", "Connection"))]
    passed = ["GET /live HTTP/1.0", "Host: backend.internal", "Connection: close", *kept]
    inside.arrives("client", "\r\n".join(passed).encode())
    refused = inside.reply(change=without_a_word)
    inside.end("The server closed TCP.")
    outside.arrives("server", refused)
    outside.end("The proxy closed TCP.")


def case_06(scene: Scene) -> None:
    """A proxy writes its own Connection header into the reply."""
    outside = scene.talk("browser", "proxy")
    asked = outside.request("ws://hub.example/websocket")
    inside = scene.talk("proxy", "server")
    inside.arrives("client", asked)
    answer = inside.reply()
    outside.arrives("server", answer.replace(b"Connection: Upgrade", b"Connection: close"))
    outside.end("The browser closed TCP when it had read the reply.")
    scene.wait(0.01)
    inside.end("The proxy closed TCP.")
