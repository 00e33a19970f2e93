"""Lesson 04: the solutions of its exercises, as a student would write them."""


def length_bits(length):
    if length <= 125:
        return 7
    if length <= 65_535:
        return 16
    return 64


def encode_length(length):
    if length <= 125:
        return bytes([length])
    if length <= 65_535:
        return bytes([126]) + length.to_bytes(2, "big")
    return bytes([127]) + length.to_bytes(8, "big")


def decode_length(data):
    length = data[0] & 0b0111_1111
    if length < 126:
        return length
    extra = 2
    if length == 127:
        extra = 8
    if len(data) < 1 + extra:
        return None
    return int.from_bytes(data[1 : 1 + extra], "big")


def header_size(length, masked):
    size = 2
    if length > 65_535:
        size += 8
    elif length > 125:
        size += 2
    if masked:
        size += 4
    return size


def legal_length(data):
    if data[0] == 126:
        return int.from_bytes(data[1:3], "big") > 125
    if data[0] == 127:
        return 65_535 < int.from_bytes(data[1:9], "big") < 2**63
    return True
