"""Lesson 06: one message in many frames, and a character cut in two."""

import codecs

from wslearn.course.exercise import Exercise, cases

from .slips_06 import CUTTING, DELIVERING, FAULT_FINDING, JOINING, READING_TEXT, Frames


def cut_message(payload: bytes, size: int) -> list[bytes]:
    frames = []
    opcode = 1
    while len(payload) > size:
        piece = payload[:size]
        frames.append(bytes([opcode, len(piece)]) + piece)
        payload = payload[size:]
        opcode = 0
    frames.append(bytes([0b1000_0000 | opcode, len(payload)]) + payload)
    return frames


def join_messages(frames: Frames) -> list[tuple[int, bytes]]:
    messages = []
    kind = 0
    data = b""
    for fin, opcode, payload in frames:
        if opcode != 0:
            kind = opcode
        data = data + payload
        if fin:
            messages.append((kind, data))
            data = b""
    return messages


def deliver(frames: Frames) -> list[tuple[int, bytes]]:
    delivered = []
    kind = 0
    data = b""
    for fin, opcode, payload in frames:
        if opcode >= 8:
            delivered.append((opcode, payload))
        else:
            if opcode != 0:
                kind = opcode
            data = data + payload
            if fin:
                delivered.append((kind, data))
                data = b""
    return delivered


def first_fault(frames: Frames) -> int | None:
    under_way = False
    for index in range(len(frames)):
        fin, opcode = frames[index][0], frames[index][1]
        if opcode >= 8:
            if not fin:
                return index
        else:
            if under_way != (opcode == 0):
                return index
            under_way = not fin
    return None


def first_bad_piece(pieces: list[bytes]) -> int | None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    for index in range(len(pieces)):
        last = index == len(pieces) - 1
        try:
            decoder.decode(pieces[index], last)
        except UnicodeDecodeError:
            return index
    return None


T, B, C = 1, 2, 0
CLOSE, PING, PONG = 8, 9, 10
MORE, LAST = False, True

HELLO = [(MORE, T, b"Hel"), (LAST, C, b"lo")]  # RFC 6455 §5.7
WHOLE = [(LAST, T, b"Hello")]
BINARY = [(MORE, B, b"a"), (MORE, C, b"b"), (LAST, C, b"c")]
EMPTIES = [(MORE, T, b""), (MORE, C, b"Hello"), (MORE, C, b""), (LAST, C, b"")]
NOTHING = [(MORE, T, b""), (LAST, C, b"")]
MESSAGES: list[Frames] = [
    HELLO,
    WHOLE,
    BINARY,
    EMPTIES,
    NOTHING,
    [(LAST, T, b"")],
    [*WHOLE, *WHOLE],
    [*BINARY, *WHOLE],
    [*HELLO, *BINARY],
    [*WHOLE, *HELLO, (LAST, B, b"x"), *EMPTIES, *BINARY],
]

PINGED = [HELLO[0], (LAST, PING, b"p"), HELLO[1]]
WITH_CONTROL: list[Frames] = [
    PINGED,
    [(LAST, PING, b""), *HELLO],
    [*HELLO, (LAST, PONG, b"late"), *BINARY],
    [BINARY[0], (LAST, PING, b"1"), BINARY[1], (LAST, PING, b"2"), (LAST, PONG, b""), BINARY[2]],
    [(LAST, PING, b"a"), (LAST, PING, b"b")],
    [EMPTIES[0], (LAST, PING, b"x"), *EMPTIES[1:]],
    [*PINGED, *WHOLE, *PINGED],
]

ORPHAN = [(LAST, C, b"lo")]
INTERRUPTED = [(MORE, T, b"A"), (LAST, T, b"B")]
FAULTY: list[Frames] = [
    ORPHAN,
    [(MORE, C, b"lo")],
    [*WHOLE, (LAST, C, b"lo")],
    [*HELLO, (LAST, C, b"!")],
    [*HELLO, *ORPHAN, *ORPHAN],
    INTERRUPTED,
    [(MORE, T, b"A"), (MORE, T, b"B"), (LAST, C, b"a")],
    [(MORE, T, b"A"), (LAST, PING, b""), (LAST, B, b"B")],
    [(MORE, T, b"A"), (LAST, C, b"a"), (MORE, B, b"B"), (LAST, B, b"b")],
    [(MORE, PING, b"p")],
    [HELLO[0], (MORE, PING, b"p"), HELLO[1]],
    [*WHOLE, (LAST, PING, b"p"), *ORPHAN],
]

EURO, CHINESE = "€".encode(), "中文".encode()
TEXTS = [
    [b"Hello"],
    [b"Hel", b"lo"],
    [EURO[:1], EURO[1:2], EURO[2:]],
    [b"5 " + EURO[:2], EURO[2:] + b"!"],
    [CHINESE[:1], CHINESE[1:5], CHINESE[5:]],
    ["😀".encode()[:3], b"", "😀".encode()[3:]],
    [b""],
    [b"", b""],
    [b"Gr\xc3", b"\xbc\xc3", b"\x9fe"],
    [EURO],
    [b"5 ", EURO, CHINESE],
]
NO_TEXTS = [
    [EURO[:2]],
    [b"5 ", EURO[:2]],
    [EURO[:2], b"5"],
    [EURO[:1], b"", b"5", b"6"],
    [b"\xff", b"Hello"],
    [b"Hel", b"\xff", b"lo"],
    [EURO[2:], b"Hello"],
    [EURO[:2], EURO[1:], b"!"],
    [b"5 " + EURO[:2], b""],
    [EURO + EURO[:1], EURO[1:2]],
    # Python's decoder notices half of a surrogate pair only with its third byte, so no cut there.
    [b"\xed\xa0\x80", b"!"],
    [b"\xc0", b"\x80"],
]

EXERCISES = (
    Exercise(
        id="06.1",
        title="Cut a message",
        task=(
            "Write `cut_message`. It takes the payload of a text message and a size from 1 to 125. "
            "It returns a list of the frames that a server sends: whole frames, header and all. "
            "Each has `size` bytes of payload; the last one has what is left, at least one byte. "
            "Only an empty message is one frame without payload."
        ),
        starter="def cut_message(payload, size):",
        hints=(
            "A server masks nothing, so a frame is its first byte, the number of bytes in this "
            "frame, and the piece. Which opcode has the first frame, and which the others?",
            "While more than `size` bytes are left, cut a piece off the front: payload[:size] is "
            "the piece, payload[size:] the rest. FIN stays 0. What is left in the end goes into "
            "the frame with FIN 1.",
            "opcode = 1; while len(payload) > size: append bytes([opcode, size]) + payload[:size], "
            "then payload = payload[size:] and opcode = 0. After the loop append "
            "bytes([0b1000_0000 | opcode, len(payload)]) + payload.",
        ),
        reference=cut_message,
        cases=cases(
            [(b"Hello", 3), (b"Hello", 125), ("5 €".encode(), 4)],
            [(b"Hello", size) for size in (1, 2, 4, 5)]
            + [
                ("5 €".encode(), 2),
                (b"Hell", 2),
                (b"", 3),
                (b"", 1),
                (b"a", 1),
                (EURO, 1),
                (b"." * 250, 125),
            ]
            + [(b"." * 251, 125)],
        ),
        anchor=(  # RFC 6455 §5.7
            (b"Hello", 3),
            [bytes.fromhex("010348656c"), bytes.fromhex("80026c6f")],
        ),
        section="5.4",
        wrong=CUTTING,
    ),
    Exercise(
        id="06.2",
        title="Put it together again",
        task=(
            "Write `join_messages`. It takes a list of data frames in the order in which they "
            "came, each a tuple (fin, opcode, payload). All of them are legal, and all messages "
            "are whole. It returns the list of the messages, each a tuple (opcode, payload): the "
            "kind of the message, 1 or 2, and all of its bytes."
        ),
        starter="def join_messages(frames):",
        hints=(
            "Two things have to be remembered from frame to frame. Which frame says what kind of "
            "message it is, and which one says that it ends?",
            "for fin, opcode, payload in frames: an opcode other than 0 is the kind, so keep it. "
            "Add the payload to what you have. If fin, the message is whole.",
            'kind = 0; data = b"" before the loop. In it: if opcode != 0: kind = opcode; then data '
            '= data + payload; if fin: messages.append((kind, data)) and data = b"" again.',
        ),
        reference=join_messages,
        cases=cases([(frames,) for frames in MESSAGES[:3]], [(frames,) for frames in MESSAGES[3:]]),
        anchor=((HELLO,), [(1, b"Hello")]),  # RFC 6455 §5.7
        section="5.4",
        wrong=JOINING,
    ),
    Exercise(
        id="06.3",
        title="Let control frames pass",
        task=(
            "Write `deliver`. It takes a list of frames (fin, opcode, payload) like the last "
            "exercise, but pings and pongs (opcodes 9 and 10) may stand between the others. It "
            "returns a list of tuples (opcode, payload) in the order in which they are ready: a "
            "control frame when it comes, a message when its last fragment has come."
        ),
        starter="def deliver(frames):",
        hints=(
            "Begin with your answer to 06.2. What must a control frame not touch?",
            "An opcode of 8 or more is a control frame: append (opcode, payload) at once and leave "
            "the kind and the data of the message as they are.",
            "In the loop: if opcode >= 8: delivered.append((opcode, payload)); else: everything "
            "that 06.2 does with a frame.",
        ),
        reference=deliver,
        cases=cases(
            [(PINGED,), (WITH_CONTROL[1],), (HELLO,)],
            [(frames,) for frames in WITH_CONTROL + MESSAGES],
        ),
        section="5.4",
        wrong=DELIVERING,
    ),
    Exercise(
        id="06.4",
        title="Find the first fault",
        task=(
            "Write `first_fault`. It takes a list of frames (fin, opcode, payload) as they came on "
            "a new connection, with opcodes 0, 1, 2, 9 and 10. It returns the index of the first "
            "frame that breaks one of these rules, or None if none does.\n\n"
            "- A continuation goes on with a message that has begun and not ended.\n"
            "- A text or binary frame comes only when no message is under way.\n"
            "- A control frame has FIN 1."
        ),
        starter="def first_fault(frames):",
        hints=(
            "One thing has to be remembered: whether a message is under way. Before the first "
            "frame none is.",
            "Control frames only need a look at fin, and they change nothing. A data frame is a "
            "fault if it is a continuation and no message is under way, or the other way round. "
            "After it a message is under way if its fin was 0.",
            "for index in range(len(frames)): fin, opcode = frames[index][0], frames[index][1]. If "
            "opcode >= 8: if not fin: return index. Else: if under_way != (opcode == 0): return "
            "index; under_way = not fin. After the loop: return None.",
        ),
        reference=first_fault,
        cases=cases(
            [(INTERRUPTED,), (PINGED,), (FAULTY[2],)],
            [(frames,) for frames in FAULTY + WITH_CONTROL + MESSAGES],
        ),
        section="5.4",
        wrong=FAULT_FINDING,
    ),
    Exercise(
        id="06.5",
        title="Text that comes in pieces",
        task=(
            "Write `first_bad_piece`. It takes the payloads of all fragments of one text message, "
            "in order; there is at least one. It returns the index of the first piece with which "
            "it is certain that the message is not UTF-8, or None if the whole message is UTF-8. A "
            "character may be cut anywhere, but it must be whole when the message ends."
        ),
        starter="def first_bad_piece(pieces):",
        setup=("import codecs",),
        hints=(
            "Make one decoder for the whole message, with codecs.getincrementaldecoder(...)(), "
            "and give it piece after piece.",
            "decoder.decode(piece) keeps back a character that is not whole yet, and raises "
            "UnicodeDecodeError if it cannot become one. A second argument of True says: this was "
            "the last piece.",
            'decoder = codecs.getincrementaldecoder("utf-8")(). For each index: try: '
            "decoder.decode(pieces[index], index == len(pieces) - 1), except UnicodeDecodeError: "
            "return index. After the loop return None.",
        ),
        reference=first_bad_piece,
        cases=cases(
            [(TEXTS[3],), (NO_TEXTS[2],), (NO_TEXTS[1],)],
            [(pieces,) for pieces in TEXTS + NO_TEXTS],
        ),
        section="5.6",
        wrong=READING_TEXT,
    ),
)
