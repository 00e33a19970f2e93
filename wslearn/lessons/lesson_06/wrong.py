"""Typical wrong answers to the exercises of lesson 06, and what each one comes from."""

import codecs

from wslearn.checking.exercise import wrong

from .exercises import PINGED
from .solutions import cut_message, first_fault, join_messages


@wrong("06.1")
def every_frame_says_text(payload, size):
    """Every frame says text, so the receiver meets a new message inside an unfinished one. The
    first frame has opcode 1, all others have 0."""
    frames = cut_message(payload, size)
    return [bytes([frame[0] | 1]) + frame[1:] for frame in frames]


@wrong("06.1")
def each_piece_a_message(payload, size):
    """These are messages of their own, each in one frame. In fragments FIN is 1 on the last frame
    only, and the opcode says text on the first frame only."""
    frames = cut_message(payload, size)
    return [bytes([0b1000_0001]) + frame[1:] for frame in frames]


@wrong("06.1")
def last_frame_always_continues(payload, size):
    """A message that fits into one frame came out as a continuation. Its only frame is the first
    one too, so it has opcode 1."""
    *before, last = cut_message(payload, size)
    return [*before, bytes([0b1000_0000]) + last[1:]]


@wrong("06.1", (b"a", 1), (b"Hello", 3))
def fin_in_the_last_bit(payload, size):
    """FIN is the first bit of the byte, worth 128. The last bit, worth 1, belongs to the opcode."""
    *before, last = cut_message(payload, size)
    return [*before, bytes([last[0] & 0b1111 | 1]) + last[1:]]


@wrong("06.1")
def opcode_1_until_the_last(payload, size):
    """Only the last frame is a continuation. Every frame but the first has opcode 0, and a message
    of one frame has opcode 1."""
    frames = []
    while len(payload) > size:
        frames.append(bytes([0b0000_0001, size]) + payload[:size])
        payload = payload[size:]
    frames.append(bytes([0b1000_0000, len(payload)]) + payload)
    return frames


@wrong("06.1")
def cut_while_a_piece_is_full(payload, size):
    """The last frame came out empty. Such a frame is legal, but the task wants at least one byte in
    it: cut only while more than `size` bytes are left."""
    frames, opcode = [], 1
    while len(payload) >= size:
        frames.append(bytes([opcode, size]) + payload[:size])
        payload, opcode = payload[size:], 0
    return [*frames, bytes([0b1000_0000 | opcode, len(payload)]) + payload]


@wrong("06.1")
def nothing_for_an_empty_message(payload, size):
    """An empty message was not sent at all. It is a message like any other: one frame with no
    payload, FIN 1 and opcode 1."""
    return cut_message(payload, size) if payload else []


@wrong("06.1")
def size_in_the_last_frame(payload, size):
    """The last frame states `size` as its length, but it may hold fewer bytes. Take the length of
    the piece."""
    frames = cut_message(payload, size)
    return [bytes([frame[0], size]) + frame[2:] for frame in frames]


@wrong("06.2", ([(False, 2, b"a"), (False, 0, b"b"), (True, 0, b"c")],))
def kind_of_the_last_fragment(frames):
    """The kind was taken from the last fragment, and there the opcode is 0. The first frame of a
    message says the kind for all of it: keep it."""
    messages, data = [], b""
    for fin, opcode, payload in frames:
        data = data + payload
        if fin:
            messages.append((opcode, data))
            data = b""
    return messages


@wrong("06.2")
def data_never_emptied(frames):
    """The second message still has the bytes of the first. When a message is whole, begin the next
    one with no bytes."""
    messages, kind, data = [], 0, b""
    for fin, opcode, payload in frames:
        kind = opcode or kind
        data = data + payload
        if fin:
            messages.append((kind, data))
    return messages


@wrong("06.2")
def only_the_last_fragment(frames):
    """Only the last fragment of each message came out. Add every payload to those that came before
    it."""
    messages, kind = [], 0
    for fin, opcode, payload in frames:
        kind = opcode or kind
        if fin:
            messages.append((kind, payload))
    return messages


@wrong("06.2")
def only_continuations_end(frames):
    """A message in one frame got lost, or ran into the next one. Its first frame is its last one
    too: look at FIN, not at the opcode."""
    messages, kind, data = [], 0, b""
    for fin, opcode, payload in frames:
        kind = opcode or kind
        data = data + payload
        if fin and opcode == 0:
            messages.append((kind, data))
            data = b""
    return messages


@wrong("06.2")
def returned_in_the_first_round(frames):
    """Only the first frame was looked at: a `return` inside the loop ends it in its first round.
    Put it after the loop."""
    fin, opcode, payload = frames[0]
    return [(opcode, payload)] if fin else []


@wrong("06.3")
def control_frame_taken_for_a_fragment(frames):
    """A control frame was taken for a fragment. Its payload does not belong to the message, and its
    FIN does not end it. Look at the opcode first."""
    return join_messages(frames)


@wrong("06.3", (PINGED,))
def no_else_after_the_control_frame(frames):
    """The control frame was handed over, and then it was treated as a data frame too. What is done
    with data belongs under `else:`."""
    delivered, kind, data = [], 0, b""
    for fin, opcode, payload in frames:
        if opcode >= 8:
            delivered.append((opcode, payload))
        kind = opcode or kind
        data = data + payload
        if fin:
            delivered.append((kind, data))
            data = b""
    return delivered


@wrong("06.3", (PINGED,))
def fin_of_a_control_frame(frames):
    """The FIN of a control frame was taken for the end of the message. It says nothing about the
    message: look at fin only where the opcode is less than 8."""
    delivered, kind, data = [], 0, b""
    for fin, opcode, payload in frames:
        if opcode >= 8:
            delivered.append((opcode, payload))
        else:
            kind = opcode or kind
            data = data + payload
        if fin:
            delivered.append((kind, data))
            data = b""
    return delivered


@wrong("06.3")
def only_pings(frames):
    """Pings were let through, but pongs were not. Opcode 10 is a control frame too: every opcode of
    8 or more is."""
    delivered, kind, data = [], 0, b""
    for fin, opcode, payload in frames:
        if opcode == 9:
            delivered.append((opcode, payload))
        else:
            kind = opcode or kind
            data = data + payload
            if fin:
                delivered.append((kind, data))
                data = b""
    return delivered


@wrong("06.4")
def control_frame_ends_the_message(frames):
    """A control frame was taken for a part of the message: its FIN says nothing about the message
    around it. Leave what you remember as it is."""
    under_way = False
    for index, (fin, opcode, _) in enumerate(frames):
        if opcode >= 8 and not fin:
            return index
        if opcode < 8 and under_way != (opcode == 0):
            return index
        under_way = not fin
    return None


@wrong("06.4")
def control_frames_judged_as_data(frames):
    """Control frames were judged as if they were data. They begin no message and end none: look for
    an opcode of 8 or more first, and there only at FIN."""
    under_way = False
    for index, (fin, opcode, _) in enumerate(frames):
        if under_way != (opcode == 0):
            return index
        under_way = not fin
    return None


@wrong("06.4")
def orphan_let_through(frames):
    """A continuation of nothing was let through. Opcode 0 needs a message that has begun and not
    ended."""
    under_way = False
    for index, (fin, opcode, _) in enumerate(frames):
        if opcode >= 8:
            if not fin:
                return index
        else:
            if under_way and opcode != 0:
                return index
            under_way = not fin
    return None


@wrong("06.4")
def interruption_let_through(frames):
    """A new message inside an unfinished one was let through. Until FIN has come, only
    continuations and control frames may follow."""
    under_way = False
    for index, (fin, opcode, _) in enumerate(frames):
        if opcode >= 8:
            if not fin:
                return index
        else:
            if not under_way and opcode == 0:
                return index
            under_way = not fin
    return None


@wrong("06.4")
def cut_control_frame_let_through(frames):
    """A control frame with FIN 0 was let through. Control frames are never cut."""
    under_way = False
    for index, (fin, opcode, _) in enumerate(frames):
        if opcode < 8:
            if under_way != (opcode == 0):
                return index
            under_way = not fin
    return None


@wrong("06.4")
def end_unnoticed(frames):
    """The end of a message went unnoticed, so the next one was called a fault. After a frame with
    FIN 1 no message is under way."""
    under_way = False
    for index, (fin, opcode, _) in enumerate(frames):
        if opcode >= 8:
            if not fin:
                return index
        else:
            if under_way != (opcode == 0):
                return index
            if not fin:
                under_way = True
    return None


@wrong("06.4")
def whether_there_is_a_fault(frames):
    """True or False says whether there is a fault. The task asks where: the index, or None."""
    return first_fault(frames) is not None


@wrong("06.5")
def each_piece_read_alone(pieces):
    """A character that is cut in two was refused: each piece was read as if it were the last. Use
    one decoder for all pieces, and only at the last one a second argument of True."""
    for index, piece in enumerate(pieces):
        try:
            piece.decode()
        except UnicodeDecodeError:
            return index
    return None


@wrong("06.5")
def judged_at_the_end(pieces):
    """The answer is right about the whole message, but it comes late. Once a byte cannot continue a
    character, the message is lost, and no later piece can mend it."""
    try:
        b"".join(pieces).decode()
    except UnicodeDecodeError:
        return len(pieces) - 1
    return None


@wrong("06.5")
def end_inside_a_character(pieces):
    """A message that ends inside a character was let through. Tell the decoder which piece is the
    last: its second argument is True then."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for index, piece in enumerate(pieces):
        try:
            decoder.decode(piece)
        except UnicodeDecodeError:
            return index
    return None


@wrong("06.5")
def new_decoder_for_each_piece(pieces):
    """A new decoder was made for each piece, and it knows nothing of the character that the last
    one kept back. Make one before the loop."""
    for index, piece in enumerate(pieces):
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            decoder.decode(piece, index == len(pieces) - 1)
        except UnicodeDecodeError:
            return index
    return None
