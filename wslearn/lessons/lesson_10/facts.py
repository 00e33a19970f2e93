"""Lesson 10: what the prose of its exercises and its quiz computes."""

from wslearn.protocol.codes import CloseCode
from wslearn.protocol.deflate import LARGEST_WINDOW

LIMIT = 2**16
