"""Lesson 14: what the prose of its exercises, its predictions and its quiz computes."""

from functools import lru_cache

from wslearn.protocol.examples import COURSE_KEY as KEY
from wslearn.protocol.length import header_size
from wslearn.protocol.masking import mask

SMALL = 5
SERVER, CLIENT = header_size(SMALL, masked=False), header_size(SMALL, masked=True)

remembering = lru_cache(maxsize=100)(mask)
for key in range(50):
    remembering(b"Hello", key.to_bytes(4, "big"))
HITS = remembering.cache_info().hits
