"""Lesson 14: what the prose of its exercises and its quiz computes."""

from wslearn.protocol.length import header_size

SMALL = 5
SERVER, CLIENT = header_size(SMALL, masked=False), header_size(SMALL, masked=True)
