"""Lesson 13: what the prose of its exercises, its predictions and its quiz computes."""

from wslearn.protocol.accept import accept_key, encode_key
from wslearn.protocol.codes import CloseCode
from wslearn.protocol.deflate import Compressor, Window
from wslearn.protocol.examples import SAMPLE_NONCE
from wslearn.protocol.frame import Frame
from wslearn.protocol.text import grouped


def reply(nonce: bytes) -> dict[str, str]:
    """The headers with which a server agrees (RFC 6455 §4.2.2)."""
    accept = accept_key(encode_key(nonce))
    return {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": accept}


REPLY, OTHER_REPLY = reply(SAMPLE_NONCE), reply(b"another nonce ..")
IOPUB = ("status", "execute_input", "stream", "status")
MISREAD_NUMBER = int.from_bytes((6).to_bytes(8, "little"), "big")
MISREAD = grouped(MISREAD_NUMBER)
WRONG = "a number that is very wrong" if MISREAD_NUMBER > 1000 else "the same number"

WINDOW = Compressor(Window(15, context_takeover=True))
SIZES = [
    len(WINDOW.compress(f'{{"msg_id": "{number}", "msg_type": "kernel_info_reply"}}'.encode()))
    for number in range(3)
]
LONGEST = (
    "the first"
    if SIZES[0] > max(SIZES[1:])
    else "the last"
    if SIZES[-1] > max(SIZES[:-1])
    else "They are alike."
)
