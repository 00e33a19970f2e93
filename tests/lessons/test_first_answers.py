"""Answers that students write in lessons 00 to 04: each gets its own cause, or none.

They are written differently from the lessons' typical wrong answers, so this shows that a cause is
found for an idea, and not only for one program.
"""

import base64
import hashlib
import struct

import pytest

from wslearn.course.answers import check
from wslearn.lessons.lesson_02.solutions import GUID


def header_by_dictionary(head, name):
    headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
    return headers.get(name)


def header_and_no_return(head, name):
    for line in head.splitlines():
        if ":" in line and line.split(":", 1)[0].lower() == name.lower():
            return line.split(":", 1)[1]
    return None


def one_sha(text):
    return base64.b64encode(hashlib.sha1(text).digest()).decode()


def template(accept):
    return f"""HTTP/1.1 101 Switching Protocols
Upgrade: websocket
Connection: Upgrade
Sec-WebSocket-Accept: {accept}

""".encode()


def joined(accept):
    lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
    return "\r\n".join([*lines, f"Sec-WebSocket-Accept: {accept}"]).encode()


def mask_and_no_look(data):
    length = data[0]
    if length == 126:
        return struct.unpack("!H", data[1:3])[0]
    if length == 127:
        return struct.unpack("!Q", data[1:9])[0]
    return length


def eight_or_two(data):
    if data[0] & 127 == 127:
        return int.from_bytes(data[1:], "big") if len(data) >= 9 else None
    if data[0] & 127 == 126:
        return int.from_bytes(data[1:], "big") if len(data) >= 3 else None
    return data[0] & 127


def mask_as_marker(data):
    if data[0] <= 125:
        return data[0]
    if data[0] == 126:
        return int.from_bytes(data[1:3], "big")
    return int.from_bytes(data[1:9], "big")


def first_pair(one, other):
    for a, b in zip(one, other, strict=True):
        return bytes([a ^ b])
    return None


def two_bytes_for_all(length):
    if length <= 125:
        return struct.pack("!B", length)
    return struct.pack("!BH", 126 if length <= 65_535 else 127, length)


def header_of_both(length, masked):
    extra = 0
    if length >= 126:
        extra = extra + 2
    if length >= 65_536:
        extra = extra + 8
    return 2 + extra + 4 * masked


@pytest.mark.parametrize(
    ("name", "answer", "means"),
    [
        ("01.1", lambda byte: bin(byte)[2:], "The zeros at the front are missing."),
        ("01.1", lambda byte: int(f"{byte:08b}"), "It is a number."),
        ("01.2", lambda byte, place: (byte << place) >> 7, "the bits on its left are still there"),
        ("01.2", lambda byte, place: byte & 2 ** (7 - place), "it is still in its place"),
        ("01.2", lambda byte, place: byte // 2**place % 2, "counted from the right"),
        ("01.3", lambda byte: (byte % 16, byte // 16), "The two halves are in the wrong order"),
        ("01.3", lambda byte: (byte[0], byte[1]), "A number has no places"),
        ("01.3", lambda byte: format(byte, "02x"), "The task asks for two values"),
        ("01.4", lambda two: int.from_bytes(two, "little"), "The last byte was taken first."),
        ("01.4", sum, "added as equals"),
        ("01.5", first_pair, "inside the loop"),
        ("02.1", lambda key: base64.b64encode(hashlib.sha1(key.encode())), "`.digest()` gives"),
        ("02.1", lambda key: one_sha(base64.b64decode(key) + GUID.encode()), "decoded first"),
        ("02.1", lambda key: one_sha(key.encode()), "The GUID is missing"),
        ("02.2", header_by_dictionary, "`Host` and `host` are one name"),
        ("02.2", header_and_no_return, "The space around the value is still there."),
        ("02.3", lambda value: "Upgrade" in value.split(", "), "Capitals make no difference here."),
        ("02.3", lambda value: value.lower().find("upgrade") >= 0, "part of another token"),
        ("02.3", lambda value: value == "Upgrade", "Capitals make no difference here."),
        ("02.4", template, "The lines end with LF alone."),
        ("02.4", joined, "`join` puts CR LF between the lines and none after the last."),
        ("02.5", lambda offered, supported: set(offered) & set(supported), ""),
        ("02.5", lambda offered, supported: [n for n in offered if n in supported], "in a list"),
        ("03.1", lambda fin, opcode: int(fin) * 256 + opcode, "FIN moved out of the byte"),
        ("03.1", lambda fin, opcode: fin + opcode, "FIN was put on the last bit"),
        ("03.1", lambda fin, opcode: opcode + 128 * (fin == "True"), "FIN was never set."),
        ("03.2", lambda byte: [byte >> 7 == 1, byte & 15], "`return a, b` makes a tuple."),
        ("03.2", lambda byte: (byte >= 128, byte - 128 if byte >= 128 else byte), "reserved bits"),
        ("03.3", lambda opcode: opcode >= 9, "Opcode 8 itself was left out."),
        ("03.4", lambda text: bytes([0x81, len(text)]) + text.encode("utf-8"), "Characters were"),
        ("03.4", lambda text: [0x81, len(text)] + text.encode(), "do not add up"),  # noqa: RUF005
        (
            "03.4",
            lambda text: b"\x81" + len(text) + text.encode(),
            "A number and bytes do not add up.",
        ),
        ("03.4", lambda text: bytes(129, len(text)) + text.encode(), "takes one list of numbers"),
        ("04.1", lambda n: 7 if n < 125 else 16 if n < 65_535 else 64, "125 itself is still short"),
        ("04.1", lambda n: 0 if n <= 125 else 2 if n < 2**16 else 8, "The task asks for bits."),
        ("04.1", lambda length: 7 if length < 128 else 16 if length < 2**16 else 64, "126 and 127"),
        ("04.2", lambda n: n.to_bytes(1, "big") if n < 126 else n.to_bytes(2, "big"), ""),
        ("04.2", two_bytes_for_all, "does not fit this letter"),
        ("04.3", mask_as_marker, "The first bit is MASK"),
        ("04.3", mask_and_no_look, "The MASK bit was read as part of the length."),
        ("04.3", eight_or_two, "Everything that follows was read as the length"),
        ("04.4", header_of_both, "both forms were added"),
        ("04.4", lambda length, masked: 2 + 4 * masked, "The bytes of the longer forms"),
        ("04.5", lambda data: data[0] <= 125, ""),
        ("04.5", lambda data: len(data) in (1, 3, 9), "Everything was accepted."),
    ],
)
def test_an_answer_is_told_its_own_cause_or_none(name, answer, means):
    verdict = check(name, answer)
    assert not verdict.passed
    if means:
        assert means in verdict.means
    else:
        assert verdict.means == ""
