"""Lesson 02: the opening handshake, by hand."""

import base64

from wslearn.checking.exercise import Exercise, cases
from wslearn.protocol.examples import SAMPLE_KEY

from .solutions import GUID, accept_key, choose_protocol, find_header, reply, wants_upgrade

NONCES = [bytes(16), bytes(range(1, 17)), b"\xff" * 16, b"sixteen letters!"]

HEAD = "\r\n".join(
    [
        "GET /chat HTTP/1.1",
        "Host: 127.0.0.1:8765",
        "X-Note: the Upgrade is below",
        "upgrade: websocket",
        "CONNECTION:keep-alive, Upgrade",
        f"Sec-WebSocket-Key:   {SAMPLE_KEY}  ",
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
        cases=cases([(SAMPLE_KEY,)], [(base64.b64encode(nonce).decode(),) for nonce in NONCES]),
        anchor=((SAMPLE_KEY,), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),  # RFC 6455 §1.3
        section="4.2.2",
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
    ),
    Exercise(
        "02.4",
        reply,
        cases=cases(
            [(accept_key(SAMPLE_KEY),)], [(accept_key(base64.b64encode(bytes(16)).decode()),)]
        ),
        section="4.2.2",
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
    ),
)
