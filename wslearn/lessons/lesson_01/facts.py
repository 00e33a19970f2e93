"""Lesson 01: what the prose of its exercises and its quiz computes."""

BYTE = 0x81
HIGH, LOW = BYTE >> 4, BYTE & 0xF
LENGTH = 256
BIG, LITTLE = LENGTH.to_bytes(2, "big").hex(" "), LENGTH.to_bytes(2, "little").hex(" ")
LETTER, K = ord("e"), 0xFA
