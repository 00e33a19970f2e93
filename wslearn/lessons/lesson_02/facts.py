"""Lesson 02: what the prose of its exercises, its predictions and its quiz computes."""

from wslearn.protocol.accept import GUID, NONCE_SIZE, accept_key, encode_key
from wslearn.protocol.examples import COURSE_KEY
from wslearn.protocol.examples import SAMPLE_KEY as KEY
from wslearn.protocol.frame import Frame
from wslearn.protocol.handshake import accept_mistakes

ACCEPT = accept_key(KEY)
MISTAKES = accept_mistakes(KEY)
