"""Lesson 07: ping and pong, the body of a Close, and the closing handshake."""

from itertools import product

from wslearn.course.exercise import Exercise, cases
from wslearn.protocol.codes import close_code_may_travel

from . import slips_07 as slips

KEY = bytes.fromhex("37fa213d")
ODD = bytes([1, 2, 4, 128])


def answer_ping(frame: bytes) -> bytes:
    length = frame[1] & 0b0111_1111
    key = frame[2:6]
    payload = []
    for i in range(length):
        payload.append(frame[6 + i] ^ key[i % 4])
    return bytes([0b1000_1010, length]) + bytes(payload)


def still_waiting(pings: list[bytes], pong: bytes) -> list[bytes]:
    if pong not in pings:
        return pings
    place = pings.index(pong)
    return pings[place + 1 :]


def close_body(code: int, reason: str) -> bytes | None:
    text = reason.encode()
    if len(text) > 123:
        return None
    return code.to_bytes(2, "big") + text


def may_travel(code: int) -> bool:
    if code in (1004, 1005, 1006):
        return False
    return 1000 <= code <= 1014 or 3000 <= code <= 4999


def read_close(payload: bytes) -> tuple[int, str] | None:
    if payload == b"":
        return 1005, ""
    if len(payload) == 1:
        return None
    code = int.from_bytes(payload[:2], "big")
    if not close_code_may_travel(code):
        return None
    try:
        return code, payload[2:].decode()
    except UnicodeDecodeError:
        return None


def goodbye(happens: list[str]) -> list[str]:
    state = "open"
    sent = []
    for what in happens:
        if state == "done":
            break
        if what == "ping":
            sent.append("pong")
        if what in ("close", "broken"):
            if state == "open":
                sent.append("close")
            state = "done"
        if what == "bye" and state == "open":
            sent.append("close")
            state = "close sent"
    return sent


def ping(payload: bytes, key: bytes) -> bytes:
    """A client's ping, as a server gets it."""
    masked = bytes(byte ^ key[i % 4] for i, byte in enumerate(payload))
    return bytes([0b1000_1001, 0b1000_0000 | len(payload)]) + key + masked


WAITING = [b"one", b"two", b"three"]

REASONS = ["", "bye", "Grüße", "a" * 121, "a" * 122, "a" * 123, "a" * 124, "a" * 125, "a" * 126]
REASONS += ["é" * 61, "é" * 62, "👋" * 30, "👋" * 31]

EDGES = [0, 1, 256, 999, 1000, 1016, 1099, 1999, 2000, 2999, 3000, 3999, 4000, 4999, 5000, 65535]

HAPPENS = ("text", "ping", "close", "broken", "bye")

EXERCISES = (
    Exercise(
        id="07.1",
        title="Answer a ping",
        task=(
            "Write `answer_ping`. It takes a whole ping as a server gets it from a client, masked, "
            "with at most 125 bytes of payload. It returns the frame with which the server "
            "answers: a pong with the same payload."
        ),
        starter="def answer_ping(frame):",
        hints=(
            "Byte 1 holds MASK and the length, bytes 2 to 5 are the key, and the payload comes "
            "after them. What does a server do with the mask when it sends?",
            "Unmask the payload as in lesson 05. The first byte of a pong is 0b1000_1010; the "
            "second is the length alone, for a server does not mask.",
            "length = frame[1] & 0b0111_1111 and key = frame[2:6]. In a loop over range(length) "
            "append frame[6 + i] ^ key[i % 4] to a list; then put bytes([0b1000_1010, length]) in "
            "front of its bytes.",
        ),
        reference=answer_ping,
        cases=cases(
            [(ping(b"Hello", KEY),)],
            [
                (ping(payload, key),)
                for key in (KEY, ODD, bytes(4))
                for payload in (b"", b"a", b"there?", bytes([0, 255, 0]), bytes(range(125)))
            ],
        ),
        anchor=(
            (bytes.fromhex("898537fa213d7f9f4d5158"),),
            bytes.fromhex("8a0548656c6c6f"),  # RFC 6455 §5.7: a ping, and its pong
        ),
        section="5.5.3",
        wrong=slips.ANSWERING,
    ),
    Exercise(
        id="07.2",
        title="What a pong answers",
        task=(
            "Write `still_waiting`. It takes a list with the payloads of the pings that nobody has "
            "answered yet, the oldest first and each unlike the others, and the payload of a pong. "
            "It returns the list of the pings that are unanswered then, in the same order. "
            "Remember that a pong may answer several pings, or none."
        ),
        starter="def still_waiting(pings, pong):",
        hints=(
            "Three pings wait, and the pong has the payload of the second. What do you know about "
            "the first one? And about the third?",
            "A pong answers the ping with its payload and all that are older. `pong in pings` says "
            "whether there is one; pings.index(pong) says at which place it stands.",
            "if pong not in pings, return pings as it is: nobody asked for this pong. Else keep "
            "what stands behind it: pings[pings.index(pong) + 1:]",
        ),
        reference=still_waiting,
        cases=cases(
            [(WAITING, b"two"), (WAITING, b"four")],
            [
                (WAITING[:count], pong)
                for count in range(4)
                for pong in (b"one", b"two", b"three", b"four", b"")
            ]
            + [([b"", b"one"], b""), ([b"one", b""], b"one"), ([b"two", b"one"], b"one")],
        ),
        section="5.5.3",
        wrong=slips.WAITING,
    ),
    Exercise(
        id="07.3",
        title="Build the body of a Close",
        task=(
            "Write `close_body`. It takes a close code and a reason (text, perhaps empty), and "
            "returns the payload of the Close frame: the code in two bytes, in network byte order, "
            "then the reason in UTF-8. Where the reason is too long for a control frame, it "
            "returns None."
        ),
        starter="def close_body(code, reason):",
        hints=(
            "Two parts, one behind the other. How does lesson 04 turn a number into two bytes?",
            'code.to_bytes(2, "big") and reason.encode(). A control frame holds 125 bytes, and '
            "the code needs two of them.",
            "text = reason.encode(); where len(text) > 123 the answer is None, else it is "
            'code.to_bytes(2, "big") followed by text.',
        ),
        reference=close_body,
        cases=cases(
            [(1000, "bye"), (1001, "")],
            [(code, reason) for code in (1000, 1001, 3000, 4999) for reason in REASONS],
        ),
        anchor=((1000, "bye"), bytes.fromhex("03e8") + b"bye"),
        section="5.5.1",
        wrong=slips.BUILDING,
    ),
    Exercise(
        id="07.4",
        title="May this code travel?",
        task=(
            "Write `may_travel`. It takes a number from 0 to 65535 and returns whether a Close "
            "frame may carry it as its code: True or False. Of the codes from 1000 to 2999, those "
            "that have a meaning today are 1000 to 1015 without 1004."
        ),
        starter="def may_travel(code):",
        hints=(
            "Go through the ranges from below: 0 to 999, 1000 to 2999, 3000 to 3999, 4000 to "
            "4999, the rest. Which of them is allowed as a whole?",
            "3000 to 4999 may travel. Of those below, 1000 to 1014 may, without 1004 and without "
            "two of the three codes that never travel. The third is 1015.",
            "Begin with: if code in (1004, 1005, 1006), it is False. For the rest, Python lets you "
            "write 1000 <= code <= 1014 and 3000 <= code <= 4999; either of the two is enough.",
        ),
        reference=may_travel,
        cases=cases(
            [(1000,), (1006,)],
            [(code,) for code in (*EDGES, *range(1001, 1016), 1500, 3500, 4500)],
        ),
        section="7.4.2",
        wrong=slips.TRAVELLING,
    ),
    Exercise(
        id="07.5",
        title="Read a Close",
        task=(
            "Write `read_close`. It takes the unmasked payload of a Close and returns a tuple: the "
            "code and the reason, as the program will be told. Without a body that is 1005 and an "
            "empty text. Where the body breaks a rule, the answer is None. The function "
            "`close_code_may_travel` is ours, and does what you did in 07.4."
        ),
        starter="def read_close(payload):",
        setup=("from wslearn.protocol.codes import close_code_may_travel",),
        hints=(
            "Sort by length: no byte, one byte, two or more. Only in the third case is there a "
            "code to judge, and a reason to read.",
            'payload[:2] is the code: int.from_bytes(payload[:2], "big"). payload[2:] is the '
            "reason. `.decode()` raises UnicodeDecodeError where it is no UTF-8.",
            "Ask in this order: is it empty? is it one byte? may the code travel? Then, in a try: "
            "give back code and payload[2:].decode() as a tuple; after except "
            "UnicodeDecodeError: None.",
        ),
        reference=read_close,
        cases=cases(
            [(close_body(1000, "bye"),), (b"",)],
            [
                *((code.to_bytes(2, "big"),) for code in (*EDGES, 1001, 1004, 1005, 1006, 1015)),
                *((bytes([byte]),) for byte in (0, 3, 255)),
                *((close_body(code, reason),) for code in (1000, 4000) for reason in REASONS[:6]),
                *((code.to_bytes(2, "big") + b"bye",) for code in (999, 1005, 5000)),
                *((bytes([3, 232]) + text,) for text in (b"\xff", b"bye\xc3", b"\x80bye")),
            ],
        ),
        anchor=((bytes.fromhex("03e8") + b"bye",), (1000, "bye")),
        section="7.1.5",
        wrong=slips.READING,
    ),
    Exercise(
        id="07.6",
        title="Answer once, then be silent",
        task=(
            "Write `goodbye`. It takes a list of words: what happens at one end of a connection, "
            'in this order. `"text"`, `"ping"` and `"close"` are frames that come; '
            '`"broken"` is a frame that breaks a rule; `"bye"` says that our own program wants '
            'to close. It returns the list of what this end sends: `"pong"` and `"close"`, '
            "each time it is due."
        ),
        starter="def goodbye(happens):",
        hints=(
            "Keep a word for where you stand. Three are enough: open, close sent, done.",
            "Done is reached when a Close has come or a rule was broken; from then on nothing is "
            "answered. A Close is sent only while the word is open: as an answer, or for bye. "
            "Pings are answered until done.",
            'state = "open" and sent = []. In the loop: if state is "done", break. For a ping '
            'append "pong". For close or broken append "close" if state is "open", and set '
            '"done". For bye, if state is "open", append "close" and set "close sent".',
        ),
        reference=goodbye,
        cases=cases(
            [(["ping", "close", "ping"],), (["bye", "ping", "close"],)],
            [(list(words),) for count in (1, 2, 3) for words in product(HAPPENS, repeat=count)]
            + [
                (["bye", "text", "ping", "close", "ping"],),
                (["ping", "ping", "bye", "bye", "broken", "close"],),
            ],
        ),
        section="7.1.7",
        wrong=slips.CLOSING,
    ),
)
