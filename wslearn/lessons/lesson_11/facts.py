"""Lesson 11: what the prose of its exercises and its quiz computes."""

from wslearn.protocol.codes import CloseCode

LIMIT = 2**20
