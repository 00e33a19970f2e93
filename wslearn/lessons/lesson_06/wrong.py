"""Wrong answers to lesson 06: more than one module can hold beside the exercises."""

import codecs
from collections.abc import Callable
from typing import Any

from wslearn.checking.exercise import Wrong

Frames = list[tuple[bool, int, bytes]]
"""Frames as the exercises give them: fin, opcode, payload."""

Delivered = list[tuple[int, bytes]]


# -- cutting ---------------------------------------------------------------------------------------


def pieces_of(payload: bytes, size: int) -> list[bytes]:
    """The pieces of a payload; one empty piece for an empty payload."""
    return [payload[at : at + size] for at in range(0, len(payload), size)] or [b""]


def cut(first_byte: Callable[[bool, bool], int]) -> Callable[[bytes, int], list[bytes]]:
    """A way to cut in which the first byte follows from: is it the first frame, and the last?"""

    def answer(payload: bytes, size: int) -> list[bytes]:
        pieces = pieces_of(payload, size)
        frames = []
        for index, piece in enumerate(pieces):
            byte = first_byte(index == 0, index == len(pieces) - 1)
            frames.append(bytes([byte, len(piece)]) + piece)
        return frames

    return answer


right_cut = cut(lambda first, last: last << 7 | first)


def cut_while_full(payload: bytes, size: int) -> list[bytes]:
    frames, opcode = [], 1
    while len(payload) >= size:
        frames.append(bytes([opcode, size]) + payload[:size])
        payload, opcode = payload[size:], 0
    return [*frames, bytes([0b1000_0000 | opcode, len(payload)]) + payload]


def whole_length(payload: bytes, size: int) -> list[bytes]:
    frames = right_cut(payload, size)
    return [frame[:1] + bytes([len(payload) & 0x7F]) + frame[2:] for frame in frames]


CUTTING = (
    Wrong(
        cut(lambda first, last: last << 7 | 1),
        "Every frame says text. Opcode 1 begins a message, so a receiver meets a new message "
        "inside an unfinished one. The first frame has opcode 1, all others have 0.",
    ),
    Wrong(
        cut(lambda first, last: 0b1000_0000 | first),
        "Every frame has FIN set, so each one ends the message. FIN is 1 on the last frame only.",
    ),
    Wrong(
        cut(lambda first, last: 0b1000_0001),
        "These are messages of their own, each in one frame. In fragments FIN is 1 on the last "
        "one only, and the opcode says text on the first one only.",
    ),
    Wrong(
        cut(lambda first, last: int(first)),
        "No frame has FIN set, so the receiver waits for ever. The last frame has FIN 1.",
    ),
    Wrong(
        cut(lambda first, last: last << 7),
        "No frame says that this is text. The first frame has opcode 1, also if it is the only "
        "one; opcode 0 goes on with what has begun.",
    ),
    Wrong(
        cut(lambda first, last: first << 7 | first),
        "FIN stands on the first frame. It does not mean first: it is final, for the last frame.",
    ),
    Wrong(
        cut(lambda first, last: last << 7 | (0 if last else 1)),
        "Opcode 0 stands on the last frame only. Every frame but the first is a continuation; "
        "and a message of one frame has nothing to continue.",
    ),
    Wrong(
        cut(lambda first, last: last << 7 + first),
        "Python does + before <<, so FIN was moved by the opcode too. Use | or put brackets "
        "around the shift.",
    ),
    Wrong(
        cut_while_full,
        "The last frame came out empty. Such a frame is legal, but the task wants what is left "
        "in the last frame, at least one byte: cut only while more than `size` bytes are left.",
    ),
    Wrong(
        lambda payload, size: right_cut(payload, size) if payload else [],
        "An empty message was not sent at all. It is a message like any other: one frame with no "
        "payload, FIN 1 and opcode 1.",
    ),
    Wrong(
        whole_length,
        "The length of the whole message stands in each frame. The payload length counts this "
        "frame alone; nothing tells the length of a message.",
    ),
    Wrong(
        pieces_of,
        "The pieces are right, but a frame has a header: the first byte, and the number of bytes "
        "in this frame.",
    ),
    Wrong(
        lambda payload, size: b"".join(right_cut(payload, size)),
        "These are the right bytes, all in one. The task asks for a list with one entry a frame.",
    ),
)


# -- putting together ------------------------------------------------------------------------------


def read(
    frames: Frames,
    *,
    kind_of: Callable[[int, int], int] = lambda kept, now: now or kept,
    clear: bool = True,
    ends: Callable[[bool, int], bool] = lambda fin, opcode: fin,
    control: str = "passes",
) -> Delivered:
    """Frames put together with one slip; ``control`` says what becomes of control frames."""
    out: Delivered = []
    late: Delivered = []
    kind, data = 0, b""
    for fin, opcode, payload in frames:
        if opcode >= 8 and control in ("passes", "late", "dropped", "clears"):
            if control != "dropped":
                (late if control == "late" and data else out).append((opcode, payload))
            if control == "clears":
                data = b""
            continue
        kind = kind_of(kind, opcode)
        if opcode < 8 or control != "kind":
            data += payload
        if ends(fin, opcode):
            out += [(kind, data), *late]
            late = []
            data = b"" if clear else data
    return out + late


def handed_out_late(frames: Frames) -> Delivered:
    """Each message when the next one begins, so the last one never."""
    out: Delivered = []
    for _, opcode, payload in frames:
        if opcode:
            out.append((opcode, payload))
        else:
            out[-1] = (out[-1][0], out[-1][1] + payload)
    return out[:-1]


def only_nonempty(frames: Frames) -> Delivered:
    return read([frame for frame in frames if frame[2]])


JOINING = (
    Wrong(
        lambda frames: read(frames, kind_of=lambda kept, now: now),
        "The kind was taken from the last fragment, and there the opcode is 0. The first frame "
        "of a message says the kind for all of it: keep it.",
    ),
    Wrong(
        lambda frames: read(frames, clear=False),
        "The second message still has the bytes of the first. When a message is whole, begin the "
        "next one with no bytes.",
    ),
    Wrong(
        lambda frames: [(opcode, payload) for _, opcode, payload in frames],
        "Every frame was handed over by itself. A frame is not a message: wait for FIN.",
    ),
    Wrong(
        lambda frames: [(frames[0][1], b"".join(payload for _, _, payload in frames))],
        "Everything was put into one message. FIN ends a message, and the next frame begins "
        "another one.",
    ),
    Wrong(
        lambda frames: read(frames, kind_of=lambda kept, now: 1),
        "The kind is always text. Keep the opcode of the frame that begins the message.",
    ),
    Wrong(
        handed_out_late,
        "The last message is missing: it was to be handed over when the next one begins. FIN says "
        "that a message is whole, and nothing need come after it.",
    ),
    Wrong(
        lambda frames: read(frames, ends=lambda fin, opcode: fin and opcode == 0),
        "A message in one frame got lost, or ran into the next one. Its first frame is its last "
        "one too: look at FIN and not at the opcode.",
    ),
    Wrong(
        only_nonempty,
        "A fragment without payload was passed over. It can carry the FIN, or the kind, and a "
        "whole message may be empty too.",
    ),
    Wrong(
        lambda frames: [data for _, data in read(frames)],
        "The payloads are right, but each message is a tuple: (kind, data).",
    ),
    Wrong(
        lambda frames: read(frames)[0],
        "The first message came back by itself, and the function was over: a return inside the "
        "loop ends it. Collect the messages in a list, and return the list after the loop.",
    ),
    Wrong(
        lambda frames: read(frames)[:1],
        "Only the first message came back. Collect them in a list, and return it after the loop.",
    ),
)

DELIVERING = (
    Wrong(
        lambda frames: read(frames, control="dropped"),
        "The control frames are missing. Hand each over when it comes.",
    ),
    Wrong(
        lambda frames: read(frames, control="late"),
        "The control frame had to wait for the end of the message. It goes first: that it need "
        "not wait is why it may stand between fragments.",
    ),
    Wrong(
        lambda frames: read(frames, control="mixed"),
        "A control frame was taken for a fragment. Its payload does not belong to the message, "
        "and its FIN does not end it. Look at the opcode first.",
    ),
    Wrong(
        lambda frames: read(frames, control="kind"),
        "The payload of the control frame was left out, but its opcode became the kind of the "
        "message, or its FIN ended it. It must touch nothing of the message.",
    ),
    Wrong(
        lambda frames: read(frames, control="clears"),
        "After the control frame the beginning of the message was gone. Leave the data alone when "
        "a control frame comes.",
    ),
    Wrong(
        lambda frames: [(opcode, payload) for _, opcode, payload in frames],
        "Every frame was handed over by itself. Control frames may, but fragments have to be put "
        "together first.",
    ),
    Wrong(
        lambda frames: sorted(read(frames), key=lambda one: one[0] < 8),
        "All control frames came out first, then all messages. Keep the order in which things "
        "are ready.",
    ),
    Wrong(
        lambda frames: read(frames, kind_of=lambda kept, now: now),
        "The kind was taken from the last fragment, and there the opcode is 0. The first frame "
        "of a message says the kind for all of it.",
    ),
)


# -- finding faults --------------------------------------------------------------------------------


def search(
    frames: Frames,
    *,
    orphans: bool = True,
    interruptions: bool = True,
    cut_control: bool = True,
    control_ends: bool = False,
    control_between: bool = True,
    ends: bool = True,
    control_apart: bool = True,
) -> list[int]:
    """The indices of all faults, with slips: what is not looked for, or taken for a fault."""
    found = []
    under_way = False
    for index, (fin, opcode, _) in enumerate(frames):
        if opcode >= 8 and control_apart:
            if (cut_control and not fin) or (under_way and not control_between):
                found.append(index)
            if control_ends:
                under_way = not fin
            continue
        if (opcode == 0 and not under_way and orphans) or (opcode and under_way and interruptions):
            found.append(index)
        under_way = not fin if ends else under_way or not fin
    return found


def first(**slip: bool) -> Callable[[Frames], Any]:
    return lambda frames: next(iter(search(frames, **slip)), None)


FAULT_FINDING = (
    Wrong(
        first(orphans=False),
        "A continuation of nothing was let through. Opcode 0 needs a message that has begun and "
        "not ended.",
    ),
    Wrong(
        first(interruptions=False),
        "A new message inside an unfinished one was let through. Until FIN has come, only "
        "continuations and control frames may follow.",
    ),
    Wrong(
        first(cut_control=False),
        "A control frame with FIN 0 was let through. Control frames are never cut.",
    ),
    Wrong(
        first(control_ends=True),
        "A control frame was taken for a part of the message: its FIN says nothing about the "
        "message around it. Leave what you remember as it is.",
    ),
    Wrong(
        first(control_apart=False),
        "Control frames were judged as if they were data. They begin no message and end none: "
        "look for an opcode of 8 or more first, and there only at FIN.",
    ),
    Wrong(
        first(control_between=False),
        "A control frame between two fragments was called a fault. It may stand there.",
    ),
    Wrong(
        first(ends=False),
        "The end of a message went unnoticed, so the next one was called a fault. After a frame "
        "with FIN 1 no message is under way.",
    ),
    Wrong(
        lambda frames: next(iter(search(frames)[::-1]), None),
        "That is the last fault. The first one counts: a receiver stops there.",
    ),
    Wrong(
        lambda frames: bool(search(frames)),
        "True or False says whether there is a fault. The task asks where: the index, or None.",
    ),
    Wrong(
        lambda frames: (search(frames) or [-1])[0],
        "Where every frame is in order, the answer is None and not a number.",
        telling=(([(False, 1, b"Hel"), (True, 9, b"p"), (True, 0, b"lo")],),),
    ),
    Wrong(
        lambda frames: next((index + 1 for index in search(frames)), None),
        "That is one too many: the first frame has the index 0.",
    ),
)


# -- text in pieces --------------------------------------------------------------------------------


def decoded(pieces: list[bytes], final: Callable[[bool], bool], *, anew: bool = False) -> Any:
    decoder = codecs.getincrementaldecoder("utf-8")()
    for index, piece in enumerate(pieces):
        if anew:
            decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            decoder.decode(piece, final(index == len(pieces) - 1))
        except UnicodeDecodeError:
            return index
    return None


def at_the_end(pieces: list[bytes]) -> int | None:
    try:
        b"".join(pieces).decode()
    except UnicodeDecodeError:
        return len(pieces) - 1
    return None


def by_the_byte(pieces: list[bytes]) -> int | None:
    try:
        b"".join(pieces).decode()
    except UnicodeDecodeError as error:
        return error.start
    return None


READING_TEXT = (
    Wrong(
        lambda pieces: decoded(pieces, lambda last: True),
        "A character that is cut in two was refused: what has come so far was read as if it were "
        "all. Only the whole message has to be UTF-8. Use one decoder for all pieces, which keeps "
        "back what is not whole yet.",
    ),
    Wrong(
        at_the_end,
        "The answer is right about the whole message, but it comes late. As soon as a byte cannot "
        "go on, the message is lost, and no later piece can mend it.",
    ),
    Wrong(
        lambda pieces: decoded(pieces, lambda last: False),
        "A message that ends inside a character was let through. Tell the decoder which piece is "
        "the last: its second argument is True then.",
    ),
    Wrong(
        lambda pieces: decoded(pieces, lambda last: last, anew=True),
        "A new decoder was made for each piece, and it knows nothing of the character that the "
        "last one kept back. Make one before the loop.",
    ),
    Wrong(
        lambda pieces: decoded(pieces, lambda last: last) is None,
        "True or False says whether the message is UTF-8. The task asks for the piece: its index, "
        "or None.",
    ),
    Wrong(
        by_the_byte,
        "That is the place of a byte in the whole message. The task asks for the index of the "
        "piece.",
    ),
    Wrong(
        lambda pieces: next(
            (index for index, piece in enumerate(pieces) if not piece.isascii()), None
        ),
        "Every byte over 127 was refused. UTF-8 writes all characters but the first 128 with such "
        "bytes.",
    ),
)
