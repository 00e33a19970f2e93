"""Lesson 14: the solutions of its exercises, as a student would write them."""

from wslearn.protocol.length import header_size


def header_share(length, masked):
    header = header_size(length, masked=masked)
    return 100 * header // (header + length)


def middle_ratio(ours, theirs):
    ratios = []
    for index in range(len(ours)):
        ratios.append(100 * theirs[index] // ours[index])
    ratios.sort()
    return ratios[len(ratios) // 2]


def mask_number(data, key):
    size = len(data)
    repeated = (key * (size // 4 + 1))[:size]
    number = int.from_bytes(data, "big") ^ int.from_bytes(repeated, "big")
    return number.to_bytes(size, "big")


def bytes_copied(sizes):
    copied = 0
    kept = 0
    for size in sizes:
        kept = kept + size
        copied = copied + kept
    return copied


def keep_alive_bytes(connections, seconds, payload):
    ping = 2 + payload + AROUND
    pong = 6 + payload + AROUND
    return connections * (3600 // seconds) * (ping + pong)


AROUND = 40
