"""The frames that are printed with each lesson, to be read by hand."""

from wslearn.protocol.dissect import dissect
from wslearn.protocol.dissection import Dissection
from wslearn.protocol.frame import Frame

KEY = bytes.fromhex("37fa213d")
"""The masking-key of the worked example (RFC 6455 §5.7)."""

DEFLATE = ["permessage-deflate"]

HELLO = dissect(Frame.text("Hello").encode(mask_key=KEY), "server")
"""The frame that the whole course comes back to."""

_COMPRESSED = bytes.fromhex("f248cdc9c90700")  # “Hello” as RFC 7692 §7.2.3.1 prints it

FRAMES: dict[str, tuple[Dissection, ...]] = {
    "03": (
        dissect(Frame.binary(bytes([1, 2, 3])).encode(), "client"),
        dissect(Frame.ping(b"Hi").encode(mask_key=KEY), "server"),
    ),
    "04": (dissect(Frame.text("a" * 200).encode()[:6], "client"),),
    "05": (dissect(Frame.text("Hey").encode(mask_key=KEY), "server"),),
    "06": (
        dissect(Frame(1, b"Hel", fin=False).encode(), "client"),
        dissect(Frame(0, b"lo").encode(), "client"),
    ),
    "07": (dissect(Frame.close(1001, "bye").encode(), "client"),),
    "08": (dissect(Frame.text("Hello").encode(mask_key=KEY), "client"),),
    "10": (dissect(Frame(1, _COMPRESSED, rsv1=True).encode(), "client", DEFLATE),),
    "11": (dissect(Frame(9, b"Hello", fin=False).encode(), "server"),),
}
"""Each as its receiver reads it, by the number of the lesson."""
