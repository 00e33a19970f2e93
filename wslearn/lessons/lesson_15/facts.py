"""Lesson 15: what the prose of its exercises and its quiz computes."""

from wslearn.protocol.codes import CloseCode

__all__ = ["CloseCode"]
