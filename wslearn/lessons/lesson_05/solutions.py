"""Lesson 05: the solutions of its exercises, as a student would write them."""


def mask_byte(byte, index, key):
    return byte ^ key[index % 4]


def mask_bytes(data, key):
    masked = []
    for i in range(len(data)):
        masked.append(data[i] ^ key[i % 4])
    return bytes(masked)


def mask_piece(data, key, phase):
    masked = []
    for i in range(len(data)):
        masked.append(data[i] ^ key[(phase + i) % 4])
    return bytes(masked)


def client_frame(text, key):
    payload = text.encode()
    masked = []
    for i in range(len(payload)):
        masked.append(payload[i] ^ key[i % 4])
    header = bytes([0b1000_0001, 0b1000_0000 | len(payload)])
    return header + key + bytes(masked)


def find_key(plain, masked):
    key = []
    for i in range(4):
        key.append(plain[i] ^ masked[i])
    return bytes(key)


def read_frame(data):
    length = data[1] & 0b0111_1111
    start = 2
    if length == 126:
        length = int.from_bytes(data[2:4], "big")
        start = 4
    elif length == 127:
        length = int.from_bytes(data[2:10], "big")
        start = 10
    key = data[start : start + 4]
    masked = data[start + 4 : start + 4 + length]
    payload = []
    for i in range(length):
        payload.append(masked[i] ^ key[i % 4])
    return data[0] >> 7 == 1, data[0] & 0b1111, bytes(payload)
