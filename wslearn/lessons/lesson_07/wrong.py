"""Typical wrong answers of lesson 07, and what each one usually comes from."""

from collections.abc import Callable

from wslearn.checking.exercise import Wrong

# -- 07.1 ------------------------------------------------------------------------------------------


def unmasked(frame: bytes) -> bytes:
    key = frame[2:6]
    return bytes(byte ^ key[i % 4] for i, byte in enumerate(frame[6:]))


def pong(payload: bytes, first: int = 0b1000_1010, mask_bit: int = 0) -> bytes:
    return bytes([first, mask_bit | len(payload)]) + payload


ANSWERING = (
    Wrong(
        lambda frame: pong(frame[6:]),
        "The payload came back masked, as it had arrived. Unmask it first: a pong carries what the "
        "ping meant. A real server made this mistake, and its clients could not find their pings.",
    ),
    Wrong(
        lambda frame: pong(unmasked(frame), mask_bit=128),
        "MASK is still set, but a server masks nothing. Take the bit off the second byte: "
        "frame[1] & 0b0111_1111.",
    ),
    Wrong(
        lambda frame: bytes([0b1000_1010]) + frame[1:],
        "Mask and key came back as they had arrived. A client fails the connection over a masked "
        "frame: unmask the payload, and send it without a key.",
    ),
    Wrong(
        lambda frame: pong(unmasked(frame), 0b1000_1001),
        "That is another ping: opcode 9. The client would have to answer it, and you its answer, "
        "and so on for ever. A pong has opcode 10.",
    ),
    Wrong(
        lambda frame: pong(b""),
        "The pong is empty. It carries the payload of its ping, so that the client knows which one "
        "is answered.",
    ),
    Wrong(
        lambda frame: pong(unmasked(frame), 0b0000_1010),
        "FIN is 0. A control frame is never cut into fragments, so its FIN is always 1.",
    ),
    Wrong(
        lambda frame: pong(unmasked(frame), 0b1000_0001),
        "That is a text frame. The program at the other end would be handed a message that nobody "
        "wrote. A pong has opcode 10.",
    ),
    Wrong(
        unmasked,
        "That is the payload alone. Two bytes of header belong before it.",
    ),
    Wrong(
        lambda frame: bytes([0b1000_1010, frame[1] & 127]) + unmasked(frame[:6] + frame[2:]),
        "The key was taken for a part of the payload. In a client's short frame the key is in "
        "bytes 2 to 5, and the payload begins at byte 6.",
    ),
    Wrong(
        lambda frame: bytes(frame[6 + i] for i in range(frame[1])),
        "It looked behind the end of the frame. The second byte holds MASK beside the length: take "
        "it off with frame[1] & 0b0111_1111.",
    ),
)

# -- 07.2 ------------------------------------------------------------------------------------------

Kept = Callable[[list[bytes], int], list[bytes]]


def keeping(
    kept: Kept, unasked: Callable[[list[bytes]], list[bytes]] = list
) -> Callable[..., object]:
    """An answer that keeps ``kept`` where the pong is known, and ``unasked`` where it is not."""

    def answer(pings: list[bytes], pong: bytes) -> list[bytes]:
        return kept(pings, pings.index(pong)) if pong in pings else unasked(pings)

    return answer


WAITING = (
    Wrong(
        keeping(lambda pings, at: pings[:at] + pings[at + 1 :]),
        "Older pings are still waiting, but no pong will come for them. Whoever has several pings "
        "to answer may answer the latest alone, so a pong answers those before it too.",
    ),
    Wrong(
        keeping(lambda pings, at: pings[at:]),
        "The ping that was answered is still in the list. The rest begins one place behind it.",
    ),
    Wrong(
        keeping(lambda pings, at: pings[:at]),
        "The wrong part was kept: the pings before the pong are answered with it, those behind "
        "are not.",
    ),
    Wrong(
        keeping(lambda pings, at: []),
        "Every ping was taken for answered. Those sent after the one with this payload still wait.",
    ),
    Wrong(
        keeping(lambda pings, at: pings[at + 1 :], lambda pings: []),
        "A pong that nobody asked for emptied the list. It is allowed, and it answers no ping.",
    ),
    Wrong(
        lambda pings, pong: pings[pings.index(pong) + 1 :],
        "index() and remove() raise ValueError where the payload is not in the list. A pong that "
        "nobody asked for is allowed: ask `pong in pings` first.",
        telling=(([b"one", b"two", b"three"], b"four"),),
    ),
    Wrong(
        lambda pings, pong: pings[1:],
        "The oldest ping was taken for answered, whatever the pong said. Its payload tells which "
        "ping it answers.",
    ),
)

# -- 07.3 ------------------------------------------------------------------------------------------


def body(code: bytes, reason: bytes, longest: int = 123) -> bytes | None:
    return code + reason if len(reason) <= longest else None


BUILDING = (
    Wrong(
        lambda code, reason: body(code.to_bytes(2, "little"), reason.encode()),
        "The two bytes of the code are swapped. Network byte order puts the one that counts more "
        'first: "big".',
    ),
    Wrong(
        lambda code, reason: body(str(code).encode(), reason.encode()),
        "The code was written as text, a byte for each digit. It is a number of two bytes.",
    ),
    Wrong(
        lambda code, reason: code.to_bytes(2, "big") + reason.encode(),
        "A reason of more than 123 bytes was let through. With the code it needs more than the 125 "
        "that a control frame may have.",
    ),
    Wrong(
        lambda code, reason: body(code.to_bytes(2, "big"), reason.encode(), 125),
        "The limit of 125 was meant for the reason alone. The code takes two of these bytes.",
    ),
    Wrong(
        lambda code, reason: body(code.to_bytes(2, "big"), reason.encode(), 122),
        "A reason of exactly 123 bytes was refused, although 2 and 123 make 125. Compare with >.",
    ),
    Wrong(
        lambda code, reason: (
            code.to_bytes(2, "big") + reason.encode() if len(reason) <= 123 else None
        ),
        "Characters were counted. The limit is in bytes: take len() of the encoded reason.",
    ),
    Wrong(
        lambda code, reason: code.to_bytes(2, "big") + reason.encode()[:123],
        "The reason was cut off. Here the task asks for None. And where you do cut, take care: it "
        "may be in the middle of a letter, and the rest is no UTF-8.",
    ),
    Wrong(
        lambda code, reason: body(b"", reason.encode()),
        "The code is missing. Where there is a reason, a code has to stand before it.",
    ),
    Wrong(
        lambda code, reason: body(
            code.to_bytes(2, "big"), b"" if len(reason) < 124 else b"a" * 124
        ),
        "The reason is missing: add it behind the code, as bytes.",
    ),
    Wrong(
        lambda code, reason: (
            bytes([0b1000_1000, 2 + len(reason.encode())])
            + code.to_bytes(2, "big")
            + reason.encode()
            if len(reason.encode()) <= 123
            else None
        ),
        "That is the whole frame. The task asks for its payload, without the two bytes of header.",
    ),
)

# -- 07.4 ------------------------------------------------------------------------------------------


def travelling(
    code: int, never: tuple[int, ...] = (1004, 1005, 1006), last: int = 1014, end: int = 4999
) -> bool:
    return code not in never and (1000 <= code <= last or 3000 <= code <= end)


TRAVELLING = (
    Wrong(
        lambda code: travelling(code) and code not in (1000, 3000, 4999),
        "The ends of a range belong to it: 1000, 3000 and 4999 may travel. Compare with <=.",
    ),
    Wrong(
        lambda code: code in (1000, 1001, 1002, 1003, *range(1007, 1012)),
        "These are the codes that the RFC lists one by one. 1012 to 1014 were registered later, "
        "and 3000 to 4999 may travel too.",
    ),
    Wrong(
        lambda code: travelling(code, (1004,), 1015),
        "1005, 1006 and 1015 were let through. They tell a program how its connection ended; no "
        "Close may carry them.",
    ),
    Wrong(
        lambda code: travelling(code, last=1015),
        "1015 was let through. It tells a program that TLS failed, and when TLS has failed no "
        "Close can be sent.",
    ),
    Wrong(
        lambda code: travelling(code, (1005, 1006)),
        "1004 was let through. The number is reserved, and nobody has given it a meaning.",
    ),
    Wrong(
        lambda code: travelling(code, last=2999),
        "All codes up to 2999 were let through. That range belongs to the protocol: a number in it "
        "counts only once it has a meaning.",
    ),
    Wrong(
        lambda code: travelling(code, last=1011),
        "1012 to 1014 were refused. They are younger than the RFC: they were registered with IANA, "
        "which keeps the list, and so they may travel.",
    ),
    Wrong(
        lambda code: travelling(code, end=3999),
        "4000 to 4999 were refused. They are for private use: two programs that know each other "
        "agree on what they mean.",
    ),
    Wrong(
        lambda code: travelling(code) and code < 3000,
        "3000 to 4999 were refused. They belong to libraries and to private use, and they travel.",
    ),
    Wrong(
        lambda code: travelling(code, end=65535),
        "Codes from 5000 on were let through. Nothing is defined above 4999.",
    ),
    Wrong(
        lambda code: travelling(code) or code < 1000,
        "0 to 999 were let through. They are not used.",
    ),
)

# -- 07.5 ------------------------------------------------------------------------------------------


def read(
    payload: bytes,
    *,
    empty: tuple[int, str] | None = (1005, ""),
    one: tuple[int, str] | None = None,
    judged: bool = True,
    errors: str = "strict",
    order: str = "big",
) -> tuple[int, str] | None:
    """A reader of the body of a Close, with the mistakes that it is asked to make."""
    if len(payload) < 2:
        return one if payload else empty
    number = payload[:2] if order == "big" else payload[1::-1]
    code = int.from_bytes(number, "big")
    if judged and not (travelling(code)):
        return None
    try:
        return code, payload[2:].decode(errors=errors)
    except UnicodeDecodeError:
        return None


def unguarded(payload: bytes) -> tuple[int, str] | None:
    if payload and read(payload, errors="ignore") is None:
        return None
    return (int.from_bytes(payload[:2], "big"), payload[2:].decode()) if payload else (1005, "")


READING = (
    Wrong(
        lambda payload: read(payload, empty=(0, "")),
        "An empty body gave code 0. Where no code came, the program is told 1005.",
    ),
    Wrong(
        lambda payload: read(payload, empty=None),
        "An empty body was refused. A Close needs no code; where none came, the program is told "
        "1005.",
    ),
    Wrong(
        lambda payload: read(payload, empty=(1000, "")),
        "An empty body was taken for 1000. The peer did not say that all is well, it said nothing: "
        "1005.",
    ),
    Wrong(
        lambda payload: read(payload, one=(1005, "")),
        "A body of one byte was taken for an empty one. It is half a code, and that breaks a rule.",
    ),
    Wrong(
        lambda payload: read(payload, one=(payload[0] if payload else 0, "")),
        "A body of one byte was read as a code. A code has two bytes, so this breaks a rule.",
        telling=((b"\x03",),),
    ),
    Wrong(
        lambda payload: read(payload, one=(payload[1], "")) if len(payload) == 1 else read(payload),
        "A body of one byte has no second byte to read. Ask for its length first: half a code "
        "breaks a rule.",
        telling=((b"\x03",),),
    ),
    Wrong(
        lambda payload: read(payload, judged=False),
        "Every code was taken. Some must not travel: ask close_code_may_travel.",
    ),
    Wrong(
        lambda payload: read(payload, errors="replace"),
        "A reason that is no UTF-8 was patched up. It breaks a rule, so the answer is None.",
    ),
    Wrong(
        unguarded,
        "`.decode()` raises UnicodeDecodeError where the reason is no UTF-8. Catch it with try and "
        "except.",
        telling=((bytes([3, 232, 255]),),),
    ),
    Wrong(
        lambda payload: read(payload, order="little"),
        "The two bytes of the code were read in the wrong order. The one that counts more comes "
        'first: "big".',
    ),
    Wrong(
        lambda payload: (found[0], payload[2:]) if (found := read(payload)) else None,
        "The reason is still bytes. `.decode()` makes text of it.",
    ),
    Wrong(
        lambda payload: found[0] if (found := read(payload)) else None,
        "That is the code alone. The task asks for a tuple of two: the code and the reason.",
    ),
)

# -- 07.6 ------------------------------------------------------------------------------------------


def closing(
    happens: list[str],
    *,
    after: tuple[str, ...] = (),
    crossing: bool = False,
    deaf: bool = False,
    said: bool = True,
    broken: str = "close",
    twice: bool = False,
    echo: bool = False,
    resting: bool = True,
) -> list[str]:
    """One end of a connection, with the mistakes that it is asked to make.

    ``after`` what it still answers when it is done; ``crossing``: a Close that crosses is answered;
    ``deaf``: no Pong after its own Close; ``said``: it remembers that it has said goodbye;
    ``broken``: what it sends where a rule was broken; ``twice``: each "bye" sends a Close;
    ``echo``: text is answered; ``resting``: a broken rule ends it.
    """
    state, sent = "open", []
    for what in happens:
        if state == "done" and what not in after:
            continue
        if what == "ping" and not (deaf and state == "close sent"):
            sent.append("pong")
        if what == "text" and echo:
            sent.append("text")
        if what in ("close", "broken"):
            if state == "open" or crossing or (state == "done" and what in after):
                sent += [broken] * (what == "broken" and bool(broken)) + ["close"] * (
                    what == "close"
                )
            if what == "close" or resting:
                state = "done"
        if what == "bye" and (state == "open" or twice):
            sent.append("close")
            state = "close sent" if said else state
    return sent


CLOSING = (
    Wrong(
        lambda happens: closing(happens, after=("ping",)),
        "A ping was answered after a Close had come, or after a rule was broken. From then on "
        "nothing is answered.",
    ),
    Wrong(
        lambda happens: closing(happens, after=("close", "broken", "ping", "bye", "text")),
        "It went on answering after the end. Each side sends one Close, once; then it is silent.",
    ),
    Wrong(
        lambda happens: closing(happens, crossing=True),
        "A second Close was sent. Our own had left already, so the Close that comes completes the "
        "handshake: nothing more is due.",
    ),
    Wrong(
        lambda happens: closing(happens, deaf=True),
        "No pong after our own Close. Only a Close that has come excuses us: until then the peer "
        "may ask whether we are there.",
    ),
    Wrong(
        lambda happens: closing(happens, broken=""),
        "A broken rule was answered with silence at once. While we are open, one Close says why we "
        "go; then silence.",
    ),
    Wrong(
        lambda happens: closing(happens, resting=False),
        "It went on after a broken rule as if nothing had happened. Once the connection has "
        "failed, nothing that comes is looked at, not even a Close.",
    ),
    Wrong(
        lambda happens: closing(happens, twice=True),
        "Our program said bye twice, and two Closes left. Each side sends one Close, once.",
    ),
    Wrong(
        lambda happens: closing(happens, said=False),
        "It does not remember that its Close has left. Send one only while the state is open, and "
        "change the state when you do.",
    ),
    Wrong(
        lambda happens: closing(happens, echo=True),
        "A text is for the program. The connection itself owes no answer to it.",
    ),
    Wrong(
        lambda happens: ["pong" for what in happens if what == "ping"],
        "Pings are answered, but nobody says goodbye: a Close is due for close, for broken and for "
        "bye.",
    ),
    Wrong(
        lambda happens: ["close" for what in closing(happens) if what == "close"],
        "The pongs are missing. Each ping that comes before the end is answered with one.",
    ),
)
