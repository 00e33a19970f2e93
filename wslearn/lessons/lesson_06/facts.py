"""Lesson 06: what the prose of its exercises and its quiz computes."""

from wslearn.protocol.codes import CloseCode

PROTOCOL = f"{CloseCode.PROTOCOL_ERROR:d}"
NOT_TEXT = f"{CloseCode.INVALID_PAYLOAD_DATA:d}"
