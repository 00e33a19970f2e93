"""Lesson 02: the opening handshake, by hand."""

import base64
import hashlib

from wslearn.checking.exercise import Exercise, Wrong, cases

from .solutions import GUID, accept_key, choose_protocol, find_header, reply, wants_upgrade

"""The text of RFC 6455 §1.3; it stands here as the student types it, so the solution is whole."""


NONCE = base64.b64encode(b"the sample nonce").decode()


NONCES = [bytes(16), bytes(range(1, 17)), b"\xff" * 16, b"sixteen letters!"]


def _accept(text: bytes) -> str:
    return base64.b64encode(hashlib.sha1(text).digest()).decode()


def _by_line(head: str, name: str) -> str | None:
    """A header found by looking for its name anywhere in a line."""
    for line in head.split("\r\n"):
        if name.lower() in line.lower():
            return line.partition(":")[2].strip()
    return None


def _starting_with(head: str, name: str) -> str | None:
    for line in head.split("\r\n"):
        if line.startswith(name):
            return line.partition(":")[2].strip()
    return None


def _to_second_colon(head: str, name: str) -> str | None:
    for line in head.split("\r\n")[1:]:
        parts = line.split(":")
        if parts[0].lower() == name.lower():
            return parts[1].strip()
    return None


def _untrimmed(head: str, name: str) -> str | None:
    lines = (line.partition(":") for line in head.split("\r\n")[1:])
    return next((value for found, _, value in lines if found.lower() == name.lower()), None)


HEAD = "\r\n".join(
    [
        "GET /chat HTTP/1.1",
        "Host: 127.0.0.1:8765",
        "X-Note: the Upgrade is below",
        "upgrade: websocket",
        "CONNECTION:keep-alive, Upgrade",
        f"Sec-WebSocket-Key:   {NONCE}  ",
        "Origin: http://127.0.0.1:8888",
        "Sec-WebSocket-Version: 13",
        "",
        "",
    ]
)


SHORT = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"

EXERCISES = (
    Exercise(
        "02.1",
        accept_key,
        setup=("import base64", "import hashlib", "", f'GUID = "{GUID}"'),
        cases=cases([(NONCE,)], [(base64.b64encode(nonce).decode(),) for nonce in NONCES]),
        anchor=(("dGhlIHNhbXBsZSBub25jZQ==",), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),  # RFC 6455 §1.3
        section="4.2.2",
        wrong=(
            Wrong(
                lambda key: hashlib.sha1((key + GUID).encode()).hexdigest(),
                "That is the digest in hex. The header carries the same bytes in base64.",
            ),
            Wrong(
                lambda key: base64.b64encode(
                    hashlib.sha1((key + GUID).encode()).hexdigest().encode()
                ).decode(),
                "The hex text was put in base64. Use .digest(), the bytes, not .hexdigest().",
            ),
            Wrong(
                lambda key: _accept(base64.b64decode(key) + GUID.encode()),
                "The key was decoded first. The server hashes the text of the key as it came.",
            ),
            Wrong(lambda key: _accept(key.encode()), "The GUID is missing behind the key."),
            Wrong(
                lambda key: _accept((GUID + key).encode()),
                "The GUID was put before the key; it comes behind it.",
            ),
            Wrong(
                lambda key: _accept((key + "\r\n" + GUID).encode()),
                "The end of the header line was hashed with the key. Strip it off.",
            ),
            Wrong(
                lambda key: base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()),
                "The value is right but still bytes. .decode() makes it the text of a header.",
            ),
        ),
    ),
    Exercise(
        "02.2",
        find_header,
        cases=cases(
            [(SHORT, "Host"), (SHORT, "Upgrade")],
            [(SHORT, "host")]
            + [
                (HEAD, name)
                for name in (
                    "Host",
                    "Upgrade",
                    "Connection",
                    "sec-websocket-key",
                    "Origin",
                    "Sec-WebSocket-Version",
                    "Cookie",
                )
            ],
        ),
        section="4.2.1",
        wrong=(
            Wrong(
                _starting_with,
                "`Host` and `host` are one name for HTTP, but they were compared letter for "
                "letter. Bring both sides into small letters with .lower() first.",
                telling=((SHORT, "Host"), (SHORT, "host")),
            ),
            Wrong(
                _to_second_colon,
                "The line was cut at every colon. A value may hold colons too, as a host with a "
                "port does: cut at the first one only.",
            ),
            Wrong(
                _untrimmed,
                "The space around the value is still there. It is no part of the value.",
            ),
            Wrong(
                _by_line,
                "The name was found inside another line's value. It must be all that stands "
                "before the colon.",
            ),
        ),
    ),
    Exercise(
        "02.3",
        wants_upgrade,
        cases=cases(
            [("Upgrade",), ("keep-alive, Upgrade",), ("keep-alive",)],
            [
                ("",),
                ("upgrade",),
                ("UPGRADE , close",),
                ("keep-alive,upgrade",),
                ("no-upgrade",),
                ("close, Upgrade-Insecure",),
                ("Up grade",),
            ],
        ),
        section="4.2.1",
        wrong=(
            Wrong(
                lambda connection: connection.lower() == "upgrade",
                "The whole value was compared. It is a list: Firefox sends `keep-alive, Upgrade`.",
            ),
            Wrong(
                lambda connection: "upgrade" in connection.lower(),
                "The letters were looked for anywhere. They may be part of another token; compare "
                "whole tokens.",
            ),
            Wrong(
                lambda connection: "Upgrade" in [token.strip() for token in connection.split(",")],
                "Tokens were compared letter for letter. Capitals make no difference here.",
            ),
            Wrong(
                lambda connection: "upgrade" in connection.lower().split(","),
                "The space after a comma became part of the token. Strip each one.",
            ),
        ),
    ),
    Exercise(
        "02.4",
        reply,
        cases=cases([(accept_key(NONCE),)], [(accept_key(base64.b64encode(bytes(16)).decode()),)]),
        section="4.2.2",
        wrong=(
            Wrong(
                lambda accept: reply(accept).replace(b"\r\n", b"\n"),
                "The lines end with LF alone. HTTP ends a line with CR LF, two bytes.",
            ),
            Wrong(
                lambda accept: reply(accept)[:-2],
                "The empty line at the end is missing, so the browser waits for more headers.",
            ),
            Wrong(
                lambda accept: reply(accept).replace(b"101 Switching Protocols", b"200 OK"),
                "Status 200 is an ordinary answer with a page. Only 101 changes the protocol.",
            ),
            Wrong(
                lambda accept: reply(accept).decode(),
                "The text is right, but a socket sends bytes: .encode() it.",
            ),
            Wrong(
                lambda accept: reply(accept).replace(b"-Accept", b"-Key"),
                "The client sends Sec-WebSocket-Key; the server answers with Sec-WebSocket-Accept.",
            ),
        ),
    ),
    Exercise(
        "02.5",
        choose_protocol,
        cases=cases(
            [(["chat", "superchat"], ["superchat", "chat"]), (["soap"], ["chat"])],
            [
                ([], ["chat"]),
                (["chat"], []),
                (["chat"], ["chat"]),
                (["superchat"], ["chat"]),
                (["soap", "chat"], ["chat"]),
                (["v3", "v1", "v2"], ["v2", "v1"]),
            ],
        ),
        section="4.2.2",
        wrong=(
            Wrong(
                lambda offered, supported: next(
                    (name for name in supported if name in offered), None
                ),
                "The server's order decided. The task wants the client's: it lists the one it "
                "likes best first.",
            ),
            Wrong(
                lambda offered, supported: choose_protocol(offered, supported) or "",
                "An empty name was returned. No agreement means no header at all, so None.",
            ),
            Wrong(
                lambda offered, supported: offered[0] if offered else None,
                "The client's first wish was taken without a look at what the server supports. "
                "The client would then speak a language that the server does not know.",
            ),
            Wrong(
                lambda offered, supported: next(
                    (n for n in offered if any(s in n for s in supported)), None
                ),
                "Part of a name was enough. The names must be the same from end to end.",
            ),
        ),
    ),
)
