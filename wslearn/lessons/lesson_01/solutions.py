"""Lesson 01: the solutions of its exercises, as a student would write them."""


def bits(byte):
    return format(byte, "08b")


def bit(byte, place):
    return (byte >> (7 - place)) & 1


def nibbles(byte):
    return byte >> 4, byte & 0b1111


def big_endian(two):
    return (two[0] << 8) + two[1]


def xor(one, other):
    results = []
    for a, b in zip(one, other):
        results.append(a ^ b)
    return bytes(results)
