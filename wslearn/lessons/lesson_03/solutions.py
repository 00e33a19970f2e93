"""Lesson 03: the solutions of its exercises, as a student would write them."""


def first_byte(fin, opcode):
    if fin:
        return 0b1000_0000 | opcode
    return opcode


def read_first_byte(byte):
    return (byte >> 7) == 1, byte & 0b1111


def is_control(opcode):
    return (opcode & 0b1000) != 0


def text_frame(text):
    payload = text.encode()
    return bytes([0b1000_0001, len(payload)]) + payload
