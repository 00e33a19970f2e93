"""Typical wrong answers to the exercises of lesson 09, and what each one comes from."""

import codecs
import inspect

from wslearn.checking.exercise import wrong

from . import solutions
from .earlier import LIMIT, REFUSAL, encode_length, find_header, mask_bytes, wants_upgrade
from .inputs import BYE, HELLO, PING, client, plain, request
from .parts import REQUEST
from .solutions import MyServer, add_frame, answer_frame, answer_request, header_fault, take_frame

# -- 09.1 ------------------------------------------------------------------------------------------


def header_of(data, name):
    return find_header(data.decode("latin-1"), name)


@wrong("09.1")
def answered_before_it_is_whole(data):
    """A request was answered that has not come whole. A read may end anywhere: wait for the empty
    line, and return None until it is there."""
    head, _, rest = data.partition(b"\r\n\r\n")
    answer, refused = answer_request(head + b"\r\n\r\n")
    return answer, None if refused is None else rest


@wrong("09.1")
def first_frame_thrown_away(data):
    """What came after the empty line was thrown away. It may be the client's first frame."""
    answered = answer_request(data)
    return answered and (answered[0], answered[1] and b"")


@wrong("09.1")
def upgrade_with_its_capitals(data):
    """`WebSocket` says the same as `websocket`: compare .lower()."""
    answered = answer_request(data)
    exact = header_of(data, "Upgrade") == "websocket"
    return answered if exact or answered is None else (REFUSAL, None)


@wrong("09.1", (request(connection="keep-alive, Upgrade"),))
def connection_as_one_word(data):
    """Connection was compared as a whole. It is a list, and capitals make no difference:
    wants_upgrade(connection) reads it."""
    answered = answer_request(data)
    connection = header_of(data, "Connection") or ""
    other = wants_upgrade(connection) and connection != "Upgrade"
    return (REFUSAL, None) if answered and other else answered


@wrong("09.1", (request(),))
def nobody_gets_in(data):
    """A request in which all is fine was refused. Print the four values: each is text, so compare
    the version with "13", not with 13."""
    return answer_request(data) and (REFUSAL, None)


@wrong("09.1", (request(),))
def header_in_bytes(data):
    """find_header looks for text, and the head is still bytes. head.decode("latin-1") turns it into
    text."""
    if b"\r\n\r\n" in data:
        find_header(data, "Upgrade")
    return answer_request(data)


# -- 09.2 ------------------------------------------------------------------------------------------


def taken(data, bits=127):
    """The frame as far as it has come, its key, where its payload ends, and what follows."""
    length, start = data[1] & bits, 2
    if length in (126, 127):
        start = 4 if length == 126 else 10
        length = int.from_bytes(data[2:start], "big")
    key, start = data[start : start + 4], start + 4
    end = start + length
    payload = mask_bytes(data[start:end], key) if len(key) == 4 else b""
    return (data[0] >> 7 == 1, data[0] & 0b1111, payload), key, end, data[end:]


@wrong("09.2")
def frame_that_is_not_whole(data):
    """A frame was handed on before all of it had come. Compare the end of the payload with the
    number of bytes that are there."""
    if len(data) < 2:
        return None
    frame, _, _, rest = taken(data)
    return frame, rest


@wrong("09.2")
def rest_thrown_away(data):
    """What came after the frame was thrown away. It is the beginning of the next one."""
    found = take_frame(data)
    return found and (found[0], b"")


@wrong("09.2")
def rest_in_the_payload(data):
    """What follows the frame was taken for payload. It ends `length` bytes after it begins."""
    found = take_frame(data)
    if found is None:
        return None
    _, key, end, _ = taken(data)
    start = end - len(found[0][2])
    return (*found[0][:2], mask_bytes(data[start:], key)), found[1]


@wrong("09.2", (HELLO,), (HELLO * 2,))
def mask_in_the_length(data):
    """It waited for bytes that nobody promised. The second byte is MASK and the length: take seven
    bits of it, `data[1] & 0b0111_1111`."""
    if len(data) < 2:
        return None
    frame, _, end, rest = taken(data, bits=255)
    return None if len(data) < end else (frame, rest)


@wrong("09.2")
def left_masked(data):
    """The payload is still masked: mask_bytes(payload, key)."""
    found = take_frame(data)
    return found and ((*found[0][:2], mask_bytes(found[0][2], taken(data)[1])), found[1])


# -- 09.3 ------------------------------------------------------------------------------------------


def told(*first_two):
    """The arguments by which a slip is known: two bytes."""
    return (bytes(first_two),)


def judged(data, change):
    """The fault of a header in which FIN and opcode, MASK and length are taken for others."""
    if len(data) < 2:
        return None
    return header_fault(bytes(change(data[0], data[1])) + data[2:])


def judged_length(data, change):
    """The fault of a header whose long length is taken for another number."""
    size = {126: 2, 127: 8}.get(data[1] & 127, 0) if len(data) > 1 else 0
    if size == 0 or len(data) < 2 + size:
        return header_fault(data)
    length = change(int.from_bytes(data[2 : 2 + size], "big"), size)
    return header_fault(data[:2] + length.to_bytes(size, "big"))


@wrong("09.3", told(0b1000_0001, 5))
def mask_unseen(data):
    """A frame without a mask was let through. A server has to refuse it."""
    return judged(data, lambda first, second: (first, second | 128))


@wrong("09.3", told(0b1000_0011, 0b1000_0101), told(0b1000_1011, 0b1000_0101))
def opcodes_up_to_10(data):
    """Opcodes 3 to 7 have no meaning either."""
    return judged(
        data,
        lambda first, second: (first & 0b1111_0010 | 2 if 3 <= first & 15 <= 7 else first, second),
    )


@wrong("09.3", told(0b0000_1000, 0b1000_0101))
def cut_control_frame(data):
    """A fragment of a control frame was let through. Control frames are never cut."""
    return judged(data, lambda first, second: (first | (first & 8) << 4, second))


@wrong("09.3", (bytes([0b1000_0010, 254, 0, 5]),))
def longer_form_than_needed(data):
    """A length that fits a shorter form was let through. Each length has one form only."""
    return judged_length(data, lambda length, size: max(length, 126 if size == 2 else 65_536))


@wrong("09.3")
def first_bit_of_64(data):
    """The first bit of the 64 was not looked at. Such a number is not a length at all: 1002."""
    return judged_length(data, lambda length, size: min(length, 2**63 - 1))


@wrong("09.3")
def length_judged_too_early(data):
    """A long length was judged before all of its bytes had come. Look at len(data) first."""
    size = {126: 2, 127: 8}.get(data[1] & 127, 0) if len(data) > 1 else 0
    length = int.from_bytes(data[2 : 2 + size], "big")
    return header_fault(data[:2] + length.to_bytes(size, "big"))


# -- 09.4 ------------------------------------------------------------------------------------------


def text_judged(message, frame, data, last):
    """What becomes of a message where other bytes than those so far are judged as text."""
    fin, opcode, payload = frame
    kind = message[0] if message else opcode
    message = message and (2, message[1])  # as if it were binary, so that nothing is judged yet
    under_way, whole, fault = add_frame(message, (fin, min(opcode, 1) * 2, payload))
    if fault is None and kind == 1:
        try:
            codecs.getincrementaldecoder("utf-8")().decode(data, last)
        except UnicodeDecodeError:
            return None, None, 1007
    return under_way and (kind, under_way[1]), whole and (kind, whole[1]), fault


def so_far(message, frame):
    return (message[1] if message else b"") + frame[2]


@wrong("09.4", (None, (True, 0, b"lo")))
def continuation_of_nothing(message, frame):
    """A continuation was accepted although no message is under way: 1002."""
    fin, opcode, payload = frame
    if message is None and opcode == 0:
        under_way, whole, fault = add_frame(None, (fin, 2, payload))
        return under_way and (0, payload), whole and (0, payload), fault
    return add_frame(message, frame)


@wrong("09.4")
def joined_whatever_it_is(message, frame):
    """A new message was joined to the one under way. Only continuations go on with a message; any
    other frame inside it is a fault: 1002."""
    fin, opcode, payload = frame
    return add_frame(message, (fin, 0 if message else opcode, payload))


@wrong("09.4")
def each_frame_judged_alone(message, frame):
    """Each frame was judged on its own. A fragment may end inside a character: judge all bytes so
    far together, and tell the decoder whether they are all."""
    return text_judged(message, frame, frame[2], True)


@wrong("09.4")
def cut_character_refused(message, frame):
    """A character that is cut was refused before its rest could come. Only with FIN must it be
    whole: .decode(data, fin)."""
    return text_judged(message, frame, so_far(message, frame), True)


@wrong("09.4")
def end_inside_a_character(message, frame):
    """The message ended inside a character, and that was let through. With FIN the decoder has to
    know that nothing follows: .decode(data, fin)."""
    return text_judged(message, frame, so_far(message, frame), False)


@wrong("09.4")
def judged_at_its_end(message, frame):
    """Text was judged only at its end. A byte that cannot be UTF-8 decides at once."""
    return text_judged(message, frame, so_far(message, frame) if frame[0] else b"", True)


@wrong("09.4")
def no_limit(message, frame):
    """The message grew without end. Each fragment may be small, and yet there is a last one that is
    too much: 1009."""
    added = add_frame(message, frame)
    if added[2] != 1009:
        return added
    grown = (message[0] if message else frame[1], so_far(message, frame))
    return (None, grown, None) if frame[0] else (grown, None, None)


# -- 09.5 ------------------------------------------------------------------------------------------


@wrong("09.5")
def ping_for_a_ping(opcode, payload):
    """A ping was answered with a ping. Its answer is a pong, opcode 10."""
    return (plain(9, payload), False) if opcode == 9 else answer_frame(opcode, payload)


@wrong("09.5")
def pong_answered(opcode, payload):
    """A pong was answered. Nobody waits for that, and two such ends would never stop."""
    return (plain(10, payload), False) if opcode == 10 else answer_frame(opcode, payload)


@wrong("09.5", (8, bytes([3, 237])))
def broken_close_repeated(opcode, payload):
    """A Close whose body breaks a rule was sent back as it came. It would break the same rule: send
    the code that close_fault returns."""
    return (plain(8, payload), True) if opcode == 8 else answer_frame(opcode, payload)


@wrong("09.5")
def reason_not_judged(opcode, payload):
    """close_fault was given only the code. It judges the reason, too: ask it before you cut the
    payload."""
    return answer_frame(opcode, payload[:2] if opcode == 8 else payload)


@wrong("09.5")
def never_over(opcode, payload):
    """After the two Closes the conversation is over: the second value is True."""
    return answer_frame(opcode, payload)[0], False


@wrong("09.5", (2, b"." * 126))
def length_in_one_byte(opcode, payload):
    """The length was written in one byte, whatever it was. encode_length knows all forms."""
    frame, over = answer_frame(opcode, payload)
    body = frame[1 + len(encode_length(len(payload))) :]
    return frame[:1] + bytes([len(body)]) + body if len(payload) > 125 else frame, over


# -- 09.6 ------------------------------------------------------------------------------------------


def slip(old, new):
    """Put in the place of a class the solution of 09.6 with ``new`` where it says ``old``."""

    def made(named):
        text = inspect.getsource(MyServer)
        assert old in text, old
        names = dict(vars(solutions))
        exec(text.replace(old, new), names)
        server = names["MyServer"]
        server.__doc__, server.__module__ = named.__doc__, named.__module__
        return server

    return made


HALVES = [client(1, b"Hel", fin=False), client(0, b"lo")]


@wrong("09.6", ([HELLO[:3], HELLO[3:]],))
@slip("self.buffer + data", "data")
class BufferForgotten:
    """What had come before was forgotten. A read may end inside a frame: put the new bytes after
    those in self.buffer."""


@wrong("09.6", ([PING + HELLO + PING],))
@slip("out = out + answer", "return out + answer")
class OneFrameOfARead:
    """Only one frame of a read was answered. Go on in a loop until take_frame returns None."""


@wrong("09.6", ([REQUEST + HELLO],))
@slip("out, self.buffer = answered\n", "out, self.buffer = answered[0], answered[1] and b''\n")
class FirstFrameLost:
    """The bytes after the request were thrown away. answer_request returns them as its second
    value, and the loop goes on with them."""


@wrong("09.6", ([HELLO],))
@slip("self.opened = True", "pass")
class OpeningForgotten:
    """It took every read for a request. Once the request has been answered, self.opened is True."""


@wrong("09.6", (HALVES,))
@slip("self.message, whole, fault", "message, whole, fault")
class MessageForgotten:
    """The message under way was forgotten between two frames: keep it in self.message."""


@wrong("09.6", (HALVES,))
@slip("opcode, payload = whole", "payload = whole[1]")
class OpcodeOfTheLastFrame:
    """The answer has the opcode of the last fragment, 0. The kind of a message is in front of its
    bytes: opcode, payload = whole."""


@wrong("09.6", ([PING],))
@slip("opcode < 8", "True")
class ControlFramesJoined:
    """A control frame was taken for a part of the message. Only opcodes below 8 go through
    add_frame."""


@wrong("09.6", ([HELLO + client(3, b""), PING],))
@slip("return out + self.fail", "return self.fail")
class AnswersLost:
    """The answers to what came before the fault were lost: return out + self.fail(...)."""


@wrong("09.6", ([HELLO + BYE + HELLO],))
@slip("while not self.done", "while True")
class AnswersAfterAClose:
    """It answered after the end: frames followed the Close in the same read. The loop ends with the
    conversation: while not self.done."""


@wrong("09.6", ([request(version="8") + HELLO, HELLO],))
@slip("if self.done", "if False")
class AddsToNone:
    """After a refusal self.buffer is None, and nothing can be added to that. Begin with the
    question whether self.done is True: then the server is silent."""
