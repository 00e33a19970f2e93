"""Lesson 15: what the prose of its exercises and its quiz computes."""

import zlib

from wslearn.protocol.client_handshake import check_response
from wslearn.protocol.codes import CloseCode

from .client_inputs import GOOD, squeezed

__all__ = ["TOLD", "UNPACKED", "CloseCode"]

TOLD = next(
    step.title for step in check_response(GOOD, "AQIDBAUGBwgJCgsMDQ4PEA==").steps if not step.ok
)
"""What gives away a good reply that answers another key."""

UNPACKED = (
    zlib.decompressobj(-15)
    .decompress(squeezed(b"Hello", last=True)[:-1] + squeezed(b", world"))
    .decode()
)
"""How far a decompressor that meets a last block gets."""
