"""Lesson 05: what the prose of its exercises and its quiz computes."""

from wslearn.protocol.codes import CloseCode
from wslearn.protocol.masking import mask

KEY = bytes.fromhex("37fa213d")
TEXT = b"Hello"
MASKED = mask(TEXT, KEY)
