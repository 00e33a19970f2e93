"""Lesson 12: what the prose of its exercises and its quiz computes."""

from wslearn.protocol.codes import CloseCode

GONE = CloseCode.GOING_AWAY
ABNORMAL = CloseCode.ABNORMAL_CLOSURE
