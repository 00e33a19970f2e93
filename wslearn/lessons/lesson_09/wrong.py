"""Typical wrong answers to 09.1 to 09.3 (one frame), and what each one usually comes from."""

from collections.abc import Callable
from typing import Any

from wslearn.checking.exercise import Wrong

from .earlier import LIMIT, REFUSAL, accept_key, find_header, mask_bytes, reply
from .inputs import client, request

# -- 09.1 ------------------------------------------------------------------------------------------


def opening(
    data: bytes,
    *,
    find: Callable[[str, str], str | None] = find_header,
    upgrade: Callable[[str], bool] = lambda value: value.lower() == "websocket",
    connection: Callable[[str], bool] = lambda value: (
        "upgrade" in [token.strip() for token in value.lower().split(",")]
    ),
    version: bool = True,
    method: bool = True,
    accept: Callable[[str], str] = accept_key,
    rest: Callable[[bytes], bytes] = bytes,
    refused: bytes | None = None,
) -> object:
    head, end, behind = data.partition(b"\r\n\r\n")
    if not end:
        return None
    text = head.decode("latin-1")
    values = [find(text, name) for name in ("Upgrade", "Connection", "Sec-WebSocket-Key")]
    if None in values:
        return REFUSAL, refused
    wanted, listed, key = (value or "" for value in values)
    fine = upgrade(wanted) and connection(listed)
    if version:
        fine = fine and find(text, "Sec-WebSocket-Version") == "13"
    if method:
        fine = fine and text.startswith("GET ")
    return (reply(accept(key)), rest(behind)) if fine else (REFUSAL, refused)


def exactly(text: str, name: str) -> str | None:
    """A header found by its name as it is written here."""
    found = [line.partition(":")[2].strip() for line in text.split("\r\n") if f"{name}:" in line]
    return found[0] if found else None


def unguarded(data: bytes) -> object:
    """Looks at Upgrade without asking whether it is there."""
    text = data.decode("latin-1")
    if b"\r\n\r\n" in data:
        find_header(text, "Upgrade").lower()  # type: ignore[union-attr]
    return opening(data)


def undecoded(data: bytes) -> object:
    """Looks for a header in bytes."""
    if b"\r\n\r\n" in data:
        find_header(data, "Upgrade")  # type: ignore[arg-type]
    return opening(data)


def unkeyed(data: bytes) -> object:
    """Answers the key without asking whether it is there."""
    if b"\r\n\r\n" in data:
        accept_key(find_header(data.decode("latin-1"), "Sec-WebSocket-Key"))  # type: ignore[arg-type]
    return opening(data)


OPENING = (
    Wrong(
        lambda data: opening(data) or (REFUSAL, None),
        "A request that has not come whole was refused. A read may end anywhere: wait for the "
        "empty line, and return None until it is there.",
    ),
    Wrong(
        lambda data: opening(data, find=exactly),
        "Names of headers were compared with their capitals. They count the same in small "
        "letters: find_header knows that.",
    ),
    Wrong(
        lambda data: opening(data, rest=lambda behind: b""),
        "What came behind the empty line was thrown away. It may be the client's first frame.",
    ),
    Wrong(
        lambda data: opening(data, rest=lambda behind: b"\r\n\r\n" + behind),
        "The empty line was taken for the beginning of the first frame. It belongs to the request.",
    ),
    Wrong(
        lambda data: opening(data, connection=lambda value: value == "Upgrade"),
        "Connection is a list, and capitals do not count. Firefox sends `keep-alive, Upgrade`.",
    ),
    Wrong(
        lambda data: opening(data, upgrade=lambda value: value == "websocket"),
        "`WebSocket` says the same as `websocket`: compare .lower().",
    ),
    Wrong(
        lambda data: opening(data, upgrade=lambda value: True),
        "Any Upgrade was taken for one to WebSocket. There are others: h2c asks for HTTP/2.",
    ),
    Wrong(
        lambda data: opening(data, connection=lambda value: True),
        "Connection was not looked at. Without upgrade in it, the header Upgrade is not meant for "
        "this server.",
    ),
    Wrong(
        lambda data: opening(data, version=False),
        "The version was not looked at. A client of another version would speak another protocol "
        "behind a 101.",
    ),
    Wrong(
        lambda data: opening(data, method=False),
        "The method was not looked at. Only a GET may open a WebSocket.",
    ),
    Wrong(
        lambda data: opening(data, version=False, method=False, upgrade=bool, connection=bool),
        "It opens for everyone who brings a key. Go through the five conditions one by one.",
    ),
    Wrong(
        lambda data: opening(data, accept=str),
        "The key was sent back as it came. The client waits for its accept value.",
    ),
    Wrong(
        lambda data: opening(data, refused=b""),
        "Behind a refusal the second value is None: there is no WebSocket, and nothing to read.",
    ),
    Wrong(
        unguarded,
        "A header may be missing; then find_header gives None, and None has no .lower() and is no "
        "text to be joined. Ask `is None` first.",
        telling=((request(upgrade=None),),),
    ),
    Wrong(
        unkeyed,
        "There was no key in this request, and None cannot be joined to the GUID. Ask `key is "
        "None` first.",
        telling=((request(key=None),), (request(),)),
    ),
    Wrong(
        undecoded,
        "find_header looks for text, and the head is still bytes. "
        'head.decode("latin-1") makes text of it.',
        telling=((request(),),),
    ),
    Wrong(
        lambda data: opening(data) and (REFUSAL, None),
        "A request in which all is fine was refused. Values of headers are text: compare the "
        'version with "13", not with 13.',
        telling=((request(),),),
    ),
    Wrong(
        lambda data: opening(data) if data.endswith(b"\r\n\r\n") else None,
        "It waited for the empty line at the very end of the bytes. A frame may have come behind "
        "it in the same read: look for it anywhere, with partition.",
    ),
)

# -- 09.2 ------------------------------------------------------------------------------------------


def taking(
    data: bytes,
    *,
    long: bool = True,
    order: Any = "big",
    key_size: int = 4,
    more: int = 0,
    patient: bool = True,
    unmask: bool = True,
    bits: int = 127,
    opcode: int = 15,
    swapped: bool = False,
    twice: bool = False,
    rest: Callable[[bytes], bytes] = bytes,
) -> object:
    if len(data) < 2:
        return None
    length, start = data[1] & bits, 2
    if long and length == 126:
        length, start = int.from_bytes(data[2:4], order), 4
        if twice and length == 127:
            length, start = int.from_bytes(data[2:10], order), 10
    elif long and length == 127:
        length, start = int.from_bytes(data[2:10], order), 10
    key, start = data[start : start + 4], start + key_size
    end = start + length
    if patient and len(data) < end + more:
        return None
    payload = mask_bytes(data[start:end], key) if unmask else data[start:end]
    if swapped:
        payload = mask_bytes(key, data[start:end])
    return (data[0] >> 7 == 1, data[0] & opcode, payload), rest(data[end:])


TAKING = (
    Wrong(
        lambda data: taking(data, patient=False),
        "A frame was handed on before all of it had come. Compare the end of the payload with the "
        "number of bytes that are there.",
    ),
    Wrong(
        lambda data: taking(data, rest=lambda rest: b""),
        "What came behind the frame was thrown away. It is the beginning of the next one.",
    ),
    Wrong(
        lambda data: taking(data, long=False),
        "126 and 127 were taken for lengths. They say that the length follows in 2 or 8 bytes.",
    ),
    Wrong(
        lambda data: taking(data, order="little"),
        'The bytes of a long length were read in the wrong order: network byte order is "big".',
    ),
    Wrong(
        lambda data: taking(data, twice=True),
        "A length of 127, written in 16 bits, was taken for the mark of 64 bits: the second `if` "
        "asked about a length that the first had changed. Use `elif`.",
    ),
    Wrong(
        lambda data: taking(data, bits=255),
        "It waited for bytes that nobody promised. The second byte is MASK and the length: take "
        "seven bits of it, `data[1] & 0b0111_1111`.",
        telling=((client(1, b"Hello"),), (client(1, b"Hello") * 2,)),
    ),
    Wrong(
        lambda data: taking(data, opcode=255),
        "The whole first byte was taken for the opcode. It is the last four bits: & 0b1111.",
    ),
    Wrong(
        lambda data: taking(data, swapped=True),
        "The key was masked with the payload. mask_bytes takes the data first, then the key.",
        telling=((client(1, b"Hello"),), (client(1, b"Hel", fin=False),)),
    ),
    Wrong(
        lambda data: taking(data, unmask=False),
        "The payload is still masked: mask_bytes(payload, key).",
    ),
    Wrong(
        lambda data: taking(data, key_size=0),
        "The four bytes of the key were taken for payload. Every frame from a client has them.",
    ),
    Wrong(
        lambda data: taking(data, more=1),
        "A frame that was just whole had to wait for one more byte. It is whole if "
        "len(data) >= end.",
    ),
    Wrong(
        lambda data: (taken := taking(data)) and (taken[0], data),  # type: ignore[index]
        "The frame itself is still in front of what is left. A server would read it for ever.",
    ),
    Wrong(
        lambda data: (taken := taking(data)) and taken[0],  # type: ignore[index]
        "That is the frame alone. Return a tuple of two: the frame, and the bytes behind it.",
    ),
)

# -- 09.3 ------------------------------------------------------------------------------------------


def judging(
    data: bytes,
    *,
    reserved: bool = True,
    opcodes: Callable[[int], bool] = lambda opcode: opcode in (0, 1, 2, 8, 9, 10),
    mask: bool = True,
    fin: bool = True,
    control: int = 125,
    least: tuple[int, int] = (126, 65_536),
    top: bool = True,
    limit: int | None = LIMIT,
    early: bool = False,
) -> int | None:
    if len(data) < 2:
        return None
    length, is_control = data[1] & 127, data[0] & 8
    if (reserved and data[0] & 112) or not opcodes(data[0] & 15) or (mask and data[1] < 128):
        return 1002
    if is_control and ((fin and data[0] < 128) or length > control):
        return 1002
    if length == 126 and (early or len(data) >= 4):
        return 1002 if int.from_bytes(data[2:4], "big") < least[0] else None
    if length == 127 and (early or len(data) >= 10):
        stated = int.from_bytes(data[2:10], "big")
        if stated < least[1] or (top and stated >= 2**63):
            return 1002
        if limit is not None and stated > limit:
            return 1009
    return None


def told(*first_two: int) -> tuple[tuple[bytes], ...]:
    """The arguments by which a slip is known: two bytes."""
    return ((bytes(first_two),),)


JUDGING = (
    Wrong(
        lambda data: judging(data, mask=False),
        "A frame without a mask was let through. A server has to refuse it.",
        telling=told(0b1000_0001, 5),
    ),
    Wrong(
        lambda data: judging(data, opcodes=lambda opcode: True),
        "The opcode was not looked at. Ten of the sixteen have no meaning.",
        telling=told(0b1000_0011, 0b1000_0101) + told(0b1000_1011, 0b1000_0101),
    ),
    Wrong(
        lambda data: judging(data, opcodes=lambda opcode: opcode <= 10),
        "Opcodes 3 to 7 have no meaning either.",
        telling=told(0b1000_0011, 0b1000_0101) + told(0b1000_1011, 0b1000_0101),
    ),
    Wrong(
        lambda data: judging(data, fin=False),
        "A fragment of a control frame was let through. Control frames are never cut.",
        telling=told(0b0000_1000, 0b1000_0101),
    ),
    Wrong(
        lambda data: judging(data, reserved=False),
        "The reserved bits were not looked at. They are the three bits behind FIN.",
        telling=told(0b1100_0001, 0b1000_0101),
    ),
    Wrong(
        lambda data: judging(data, control=127),
        "A control frame with a long length was let through: 126 and 127 stand for more than 125 "
        "bytes.",
        telling=told(0b1000_1001, 0b1111_1110),
    ),
    Wrong(
        lambda data: judging(data, least=(0, 0)),
        "A length that fits a shorter form was let through. Each length has one form only.",
        telling=((bytes([0b1000_0010, 254, 0, 5]),),),
    ),
    Wrong(
        lambda data: judging(data, least=(126, 0)),
        "64 bits were let through for a length that fits 16.",
    ),
    Wrong(
        lambda data: judging(data, least=(127, 65_536)),
        "126 was refused in 16 bits. It is the first length that needs them.",
    ),
    Wrong(
        lambda data: judging(data, least=(126, 65_535)),
        "65 535 was let through in 64 bits. It is the last length that fits 16.",
    ),
    Wrong(
        lambda data: judging(data, top=False),
        "The first bit of the 64 was not looked at. Such a number is no length at all: 1002.",
    ),
    Wrong(
        lambda data: judging(data, limit=None),
        "More than LIMIT was let through. Whoever waits for it keeps everything in memory.",
    ),
    Wrong(
        lambda data: judging(data) and 1002,
        "1002 says that a rule is broken. A frame over LIMIT breaks none, it is only too much for "
        "this server: 1009.",
    ),
    Wrong(
        lambda data: judging(data, opcodes=lambda opcode: opcode in (1, 2, 8, 9, 10)),
        "A continuation was refused. Opcode 0 has a meaning, too.",
    ),
    Wrong(
        lambda data: 1002 if len(data) > 1 and data[0] < 128 else judging(data),
        "A fragment was refused. Only a control frame has to have FIN 1.",
    ),
    Wrong(
        lambda data: judging(data, limit=LIMIT - 1),
        "A message of exactly LIMIT bytes was refused. Compare with >.",
    ),
    Wrong(
        lambda data: judging(data, early=True),
        "A long length was judged before all of its bytes had come. Look at len(data) first.",
    ),
)
