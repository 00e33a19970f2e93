"""Frames that every picture must cope with: good, broken, long, and hostile ones."""

import pytest

import wslearn as ws

HOSTILE = "<script>alert(1)</script></td>\u202e\x1b[31m$x$"
"""Markup, a table's end, a character that turns writing around, a terminal's command, a formula."""

FRAMES = {
    "hello": ("81 85 37fa213d 7f9f4d5158", "server"),
    "two faults": ("91 05 48656c6c6f", "server"),
    "length not in shortest form": ("81 fe 0005 37fa213d 7f9f4d5158", "server"),
    "close": ("88 06 03e8 6f6b c3a9", "client"),
    "forbidden close code": ("88 82 00000000 03ed", "server"),
    "empty ping": ("89 00", "client"),
    "largest length": ("82 ff 7fffffffffffffff 01020304 aabbcc", "server"),
    "top bit of the length": ("82 7f ffffffffffffffff", "client"),
    "cut in the length": ("81 7e 01", "client"),
    "cut in the key": ("81 85 37fa", "server"),
    "cut after one byte": ("81", "server"),
    "fragment of wide text": (b"\x01\x0b" + "日本語κ".encode(), "client"),
    "hostile": (bytes([0x81, len(HOSTILE.encode())]) + HOSTILE.encode(), "client"),
    "long, with a fault far away": (
        b"\x81\x7e\x04\x00" + b"a" * 700 + b"\xff" + b"b" * 323 + b"rest",
        "client",
    ),
}


@pytest.fixture(params=FRAMES.values(), ids=FRAMES.keys())
def frame(request: pytest.FixtureRequest) -> ws.Dissection:
    """Each frame in turn, dissected."""
    return ws.dissect(*request.param)


@pytest.fixture
def hello() -> ws.Dissection:
    """The masked "Hello" of RFC 6455 §5.7."""
    return ws.dissect(*FRAMES["hello"])


@pytest.fixture
def hostile() -> ws.Dissection:
    """A payload that tries to be markup, a terminal command, or text read backwards."""
    return ws.dissect(*FRAMES["hostile"])


@pytest.fixture
def long_frame() -> ws.Dissection:
    """A payload of 1024 bytes with one byte in it that is not UTF-8."""
    return ws.dissect(*FRAMES["long, with a fault far away"])
