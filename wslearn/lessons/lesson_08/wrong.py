"""Typical wrong answers of lesson 08, and what each usually comes from."""

from wslearn.checking.exercise import Wrong

Frames = list[tuple[bool, int, bytes]]


def reading(
    pieces: list[bytes], sizes: tuple[int, ...], *, keeps: bool = True, once: bool = False,
    cuts: bool = True, short: bool = False,
) -> list[bytes] | None:  # fmt: skip
    """A reader with a slip.

    ``keeps``: what is left waits; ``once``: one piece at most is added; ``cuts``: not more than
    wanted is given; ``short``: what there is counts as enough at the end.
    """
    came, found, left = b"", [], list(pieces)
    for size in sizes:
        while len(came) < size:
            if not left:
                if short:
                    break
                return None
            came += left.pop(0)
            if once:
                break
        found.append(came[:size] if cuts else came)
        came = came[size:] if keeps and cuts else b""
    return found


def one_each(pieces: list[bytes], sizes: tuple[int, ...]) -> list[bytes]:
    return [piece[:size] for piece, size in zip(pieces, sizes, strict=False)]


READING = (
    Wrong(
        one_each,
        "One piece was taken for one reading. That is the fault of the sixty lines: a piece may "
        "hold less than is wanted, or more.",
    ),
    Wrong(
        lambda pieces, sizes: reading(pieces, sizes, keeps=False),
        "What was left of a piece is lost. It belongs to the next reading.",
    ),
    Wrong(
        lambda pieces, sizes: reading(pieces, sizes, once=True),
        "Only one more piece was added. It may take many pieces until enough bytes are there: "
        "`while`, not `if`.",
    ),
    Wrong(
        lambda pieces, sizes: reading(pieces, sizes, cuts=False),
        "It gave more than was wanted. Cut off the first `size` bytes, and keep the rest.",
    ),
    Wrong(
        lambda pieces, sizes: reading(pieces, sizes, short=True),
        "The pieces ended too early, and it gave what there was. Half a frame is no frame: None.",
    ),
    Wrong(
        lambda pieces, sizes: (
            None if len(b"".join(pieces)) != sum(sizes) else reading(pieces, sizes)
        ),
        "It gave None although enough bytes were there. What is left at the end does no harm.",
    ),
    Wrong(
        lambda pieces, sizes: [b"".join(pieces)[:size] for size in sizes],
        "Each reading began at the first byte again. It goes on where the one before ended.",
        telling=(([b"Hel", b"lo", b" you"], (5, 4)),),
    ),
)


def letting_in(
    head: str, *, cased: bool = False, tight: bool = False, inside: bool = False,
    whole: bool = False, old: int = 426, first: str = "GET", hosts: bool = True,
    space: bool = True, values: bool = True,
) -> int:  # fmt: skip
    """A judge of requests with a slip.

    ``cased``: names letter by letter; ``values``: values in any case; ``tight``: a name ends with
    colon and space; ``inside``: Upgrade anywhere in Connection; ``whole``: Connection is Upgrade
    alone; ``old``: the status for another version; ``first``: how the request must begin;
    ``hosts``: Host is asked for; ``space``: tokens are stripped.
    """
    start, *lines = head.split("\r\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(": " if tight else ":")
        value = value.strip().lower() if values else value.strip()
        headers[name if cased else name.lower()] = value

    def get(name: str) -> str:
        return headers.get(name if cased else name.lower(), "")

    connection, wanted = get("Connection"), "upgrade" if values else "Upgrade"
    tokens = [token.strip() if space else token for token in connection.split(",")]
    upgrades = wanted in tokens
    if inside:
        upgrades = wanted in connection
    if whole:
        upgrades = connection == wanted
    method = start.startswith(first) if first != "GET" else start.split(" ")[0] == first
    if not method or (hosts and not get("Host")):
        return 400
    if get("Upgrade") != "websocket" or not upgrades:
        return 400
    return 101 if get("Sec-WebSocket-Version") == "13" else old


OLD_AND_LACKING = (
    "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 8\r\n\r\n"
)
"""A request that is wrong in two ways: no Upgrade, and another version."""


LETTING_IN = (
    Wrong(
        lambda head: letting_in(head, cased=True),
        "Names were compared letter by letter. `host` and `Host` are one name: bring all of them "
        "into small letters.",
    ),
    Wrong(
        lambda head: letting_in(head, values=False),
        "Values were compared letter by letter. In Upgrade and Connection, capitals make no "
        "difference either.",
    ),
    Wrong(
        lambda head: letting_in(head, tight=True),
        "A colon with a space behind it was looked for. The space may be missing: cut at the "
        "colon, then strip the value.",
    ),
    Wrong(
        lambda head: letting_in(head, whole=True),
        "Connection is a list: a browser may send `keep-alive, Upgrade`. Ask whether one of its "
        "tokens is Upgrade.",
    ),
    Wrong(
        lambda head: letting_in(head, inside=True),
        "The letters of upgrade were found inside another token. Cut at the commas and compare "
        "whole tokens.",
    ),
    Wrong(
        lambda head: letting_in(head, space=False),
        "A token was compared with the space around it. Strip each one.",
    ),
    Wrong(
        lambda head: letting_in(head, old=400),
        "For a request that lacks nothing but the right version the task asks for 426. The "
        "client then knows that it may try again with 13.",
    ),
    Wrong(
        lambda head: letting_in(head, first=""),
        "Nobody looked at the method. A WebSocket begins with GET.",
    ),
    Wrong(
        lambda head: letting_in(head, hosts=False),
        "Host may not be missing. HTTP/1.1 asks for it in every request.",
    ),
    Wrong(
        lambda head: 426 if letting_in(head) == 101 else letting_in(head),
        "Nobody gets in, not even with version 13. Values of headers are text: compare with "
        '"13", not with 13.',
    ),
    Wrong(
        lambda head: 426 if letting_in(head, old=0) == 0 or "n: 13" not in head else 400,
        "The version was asked for first. 426 says that only the version is wrong: look for the "
        "faults with 400 before.",
        telling=((OLD_AND_LACKING,),),
    ),
    Wrong(
        lambda head: 101,
        "It lets everybody in. The sixty lines do that too, if they find a key.",
    ),
)


def counting(
    data: bytes, *, key: int = 4, order: str = "big", extended: bool = True, medium: int = 2,
    loose: int = 0, most: int = 0, bits: int = 127, twice: bool = False,
) -> int:  # fmt: skip
    """A counter of frames with a slip.

    ``key``: how long the key is taken to be; ``extended``: 126 and 127 are signs; ``medium``: the
    bytes after 126; ``loose``: how many bytes may be missing; ``most``: how many frames it looks
    at, 0 for all; ``bits``: which of the second byte are the length; ``twice``: `if` for `elif`.
    """
    count = 0
    while len(data) >= 2 and not (most and count == most):
        length, start = data[1] & bits, 2
        if extended and length in (126, 127):
            start = 2 + (medium if length == 126 else 8)
            sign, length = length, int.from_bytes(data[2:start], order)  # type: ignore[arg-type]
            if twice and sign == 126 and length == 127:
                start, length = 10, int.from_bytes(data[2:10], "big")
        size = start + key + length
        if len(data) < size - loose:
            break
        count += 1
        data = data[size:]
    return count


COUNTING = (
    Wrong(
        lambda data: counting(data, key=0),
        "The key was forgotten. Behind the length stand its four bytes, and the length does not "
        "count them.",
    ),
    Wrong(
        lambda data: counting(data, bits=255),
        "MASK was taken for a part of the length: in the second byte of a client's frame it makes "
        "the number 128 too large. Take seven bits: `data[1] & 0b0111_1111`.",
    ),
    Wrong(
        lambda data: counting(data, extended=False),
        "126 and 127 are no lengths. They announce two or eight bytes that hold the length.",
    ),
    Wrong(
        lambda data: counting(data, order="little"),
        "The length was read from the wrong end. In network byte order the first byte counts most.",
    ),
    Wrong(
        lambda data: counting(data, medium=4),
        "After 126 come two bytes of length, not four.",
    ),
    Wrong(
        lambda data: counting(data, most=1),
        "Only the first frame was counted. One `recv` may bring several: that is the fault of the "
        "sixty lines.",
    ),
    Wrong(
        lambda data: counting(data) + (1 if data[sum_of(data) :] else 0),
        "A frame that is cut was counted too. If its last byte is missing, it is not whole.",
    ),
    Wrong(
        lambda data: int(len(data) > 0),
        "One `recv` was taken for one frame. Take the length, and look what is behind.",
    ),
    Wrong(
        lambda data: counting(data, loose=-1),
        "A frame at the very end was not counted. It is whole when its last byte is there: compare "
        "with <, not with <=.",
    ),
    Wrong(
        lambda data: counting(data, twice=True),
        "A length of 127, written in two bytes, was taken for the sign of eight: the second `if` "
        "asked about a length that the first had changed. Use `elif`.",
    ),
)


def sum_of(data: bytes) -> int:
    """Where the whole frames end."""
    at, count = 0, counting(data)
    for _ in range(count):
        length, start = data[at + 1] & 127, 2
        if length >= 126:
            start = 4 if length == 126 else 10
            length = int.from_bytes(data[at + 2 : at + start], "big")
        at += start + 4 + length
    return at


def answering(
    opcode: int, payload: bytes, *, pong: int = 10, ponged: bool = False, reason: bool = False,
    checks: tuple[int, ...] = (1,), bad: int = 1007, kept: bool = True, said: bool = True,
    fin: int = 0x80,
) -> bytes:  # fmt: skip
    """An answer with a slip.

    ``pong``: the opcode for a ping; ``ponged``: a pong is answered; ``reason``: a Close repeats it;
    ``checks``: the opcodes whose payload must be UTF-8; ``bad``: the code for what is not;
    ``kept``: binary stays binary; ``said``: the Close has a code; ``fin``: the first bit.
    """

    def frame(opcode: int, payload: bytes) -> bytes:
        return bytes([fin | opcode, len(payload)]) + payload

    if opcode == 10:
        return frame(10, payload) if ponged else b""
    if opcode in checks:
        try:
            payload.decode()
        except UnicodeDecodeError:
            return frame(8, bad.to_bytes(2, "big") if bad else b"")
    if opcode == 9:
        return frame(pong, payload)
    if opcode == 8:
        payload = payload if reason else payload[:2]
        return frame(8, payload if said else b"")
    return frame(opcode if kept else 1, payload)


def masking(frame: bytes) -> bytes:
    """MASK without a key: what becomes of a frame that says so."""
    return frame[:1] + bytes([0x80 | frame[1]]) + frame[2:] if frame else frame


def uncaught(opcode: int, payload: bytes) -> bytes:
    """Decodes without a net."""
    if opcode == 1:
        payload.decode()
    return answering(opcode, payload)


ANSWERING = (
    Wrong(
        lambda opcode, payload: answering(opcode, payload, pong=1),
        "The ping came back as text. It is answered with a pong: opcode 10.",
    ),
    Wrong(
        lambda opcode, payload: answering(opcode, payload, pong=9),
        "A ping was answered with a ping. The other side would answer that again, and so on for "
        "ever: the answer is a pong, opcode 10.",
    ),
    Wrong(
        lambda opcode, payload: answering(opcode, payload, ponged=True),
        "A pong was answered. It is an answer itself; nothing follows.",
    ),
    Wrong(
        lambda opcode, payload: answering(opcode, payload, reason=True),
        "The reason was repeated. The task asks for the code alone, the first two bytes.",
    ),
    Wrong(
        lambda opcode, payload: answering(opcode, payload, said=False),
        "The Close came back without its code. Who closes wants to see the code again.",
    ),
    Wrong(
        lambda opcode, payload: (
            b"\x88\x02\x03\xe8" if opcode == 8 and payload else answering(opcode, payload)
        ),
        "Every Close was answered with 1000. The answer repeats the code that came.",
    ),
    Wrong(
        lambda opcode, payload: masking(answering(opcode, payload)),
        "MASK is set in the answer. A server masks nothing: the second byte is the length alone.",
    ),
    Wrong(
        lambda opcode, payload: answering(opcode, payload, checks=()),
        "Nobody looked whether the text is UTF-8. Bad text is answered with a Close and 1007.",
    ),
    Wrong(
        lambda opcode, payload: answering(opcode, payload, checks=(1, 2)),
        "Binary data were checked as text. They may be any bytes.",
    ),
    Wrong(
        lambda opcode, payload: answering(opcode, payload, checks=(1, 9)),
        "The payload of a ping was checked as text. It may be any bytes; they only come back.",
    ),
    Wrong(
        lambda opcode, payload: answering(opcode, payload, bad=1002),
        "For text that is not UTF-8 there is a code of its own: 1007.",
    ),
    Wrong(
        lambda opcode, payload: answering(opcode, payload, bad=0xEF03),
        "The two bytes of 1007 are the wrong way round. Network byte order: the larger part first.",
    ),
    Wrong(
        uncaught,
        "`.decode()` raised its error, and nobody caught it. Put it in a `try`; behind `except "
        "UnicodeDecodeError` stands what to do then.",
        telling=((1, b"\xff"), (1, b"Hello")),
    ),
    Wrong(
        lambda opcode, payload: answering(opcode, payload, kept=False),
        "Binary came back as text. The kind stays.",
    ),
    Wrong(
        lambda opcode, payload: answering(opcode, payload, fin=0),
        "FIN is missing: the first bit of a whole message is 1.",
    ),
)


def serving(
    frames: Frames, *, each: bool = False, resets: bool = False, deaf: bool = False,
    again: bool = False, lonely: bool = False, inside: bool = False, last: bool = False,
    ponged: bool = False, kind_of_last: bool = False, by_bytes: bool = False,
    grows: bool = False,
) -> list[tuple[int, object]]:  # fmt: skip
    """A conversation with a slip.

    ``each``: every fragment is echoed; ``resets``: a ping forgets the message; ``deaf``: no pong
    inside a message; ``again``: it goes on after a Close; ``lonely``: a lone continuation passes;
    ``inside``: a message inside a message passes; ``last``: only the last fragment is echoed;
    ``ponged``: pongs are answered; ``kind_of_last``: the opcode of the last fragment is used;
    ``by_bytes``: a message without bytes is none; ``grows``: the bytes of the one before stay.
    """
    sent: list[tuple[int, object]] = []
    kind, message = 0, b""
    for fin, opcode, payload in frames:
        if opcode == 9 or (opcode == 10 and ponged):
            if not (deaf and kind):
                sent.append((10, payload))
            if resets:
                kind, message = 0, b""
        elif opcode == 8:
            sent.append((8, 1000))
            if not again:
                break
        elif opcode != 10:
            if each:
                sent.append((opcode, payload))
                continue
            kind = 0 if by_bytes and not message else kind
            fault = (opcode == 0 and not kind and not lonely) or (opcode and kind and not inside)
            if fault:
                sent.append((8, 1002))
                if not again:
                    break
                continue
            if opcode:
                kind, message = opcode, message if grows else b""
            message = payload if last else message + payload
            if fin:
                sent.append((opcode if kind_of_last else kind, message))
                kind = 0
    return sent


SERVING = (
    Wrong(
        lambda frames: serving(frames, each=True),
        "Each fragment was sent back by itself. A message is whole only with the frame that has "
        "FIN; until then, collect.",
    ),
    Wrong(
        lambda frames: serving(frames, last=True),
        "Only the last fragment came back. The message is all of them, one behind the other.",
    ),
    Wrong(
        lambda frames: serving(frames, kind_of_last=True),
        "The message came back with opcode 0, that of its last fragment. Its kind stands in the "
        "first one.",
    ),
    Wrong(
        lambda frames: serving(frames, resets=True),
        "A ping in the middle made it forget the message. Control frames do not touch it.",
    ),
    Wrong(
        lambda frames: serving(frames, deaf=True),
        "A ping in the middle of a message got no pong. It is answered at once.",
    ),
    Wrong(
        lambda frames: serving(frames, again=True),
        "It went on after a Close. Whoever has sent a Close is silent.",
    ),
    Wrong(
        lambda frames: serving(frames, lonely=True),
        "A continuation went on with a message that had not begun. That breaks a rule: 1002.",
    ),
    Wrong(
        lambda frames: serving(frames, inside=True),
        "A new message began inside another. That breaks a rule: 1002.",
    ),
    Wrong(
        lambda frames: serving(frames, lonely=True, inside=True),
        "Nobody asked whether the frame fits: a continuation needs a message under way, a text or "
        "binary frame needs that there is none.",
    ),
    Wrong(
        lambda frames: serving(frames, ponged=True),
        "A pong was answered. It is an answer itself; nothing follows.",
    ),
    Wrong(
        lambda frames: [(9 if kind == 10 else kind, what) for kind, what in serving(frames)],
        "A ping was answered with a ping. Its answer is a pong, opcode 10.",
    ),
    Wrong(
        lambda frames: serving(frames, by_bytes=True),
        "A message was taken for one that has not begun, because it has no bytes yet. A first "
        "fragment may be empty: keep the kind, and ask whether that is 0.",
    ),
    Wrong(
        lambda frames: serving(frames, grows=True),
        "The bytes of the message before are still there. A new message begins with none.",
    ),
)
