"""Typical wrong answers to 09.4 to 09.6 (messages and the whole), and what they come from."""

import codecs

from wslearn.checking.exercise import wrong

from .inputs import BYE, client, plain, request
from .parts import REQUEST
from .solutions import add_frame, answer_frame, parts

# -- 09.4 ------------------------------------------------------------------------------------------


def as_binary(message, frame):
    """What becomes of a message whose text is not judged, and its real kind."""
    fin, opcode, payload = frame
    kind = message[0] if message else opcode
    message = message and (2, message[1])
    under_way, whole, fault = add_frame(message, (fin, min(opcode, 1) * 2, payload))
    return under_way and (kind, under_way[1]), whole and (kind, whole[1]), fault


def text_judged(message, frame, data, last):
    """What becomes of a message where other bytes than those so far are judged as text."""
    added = as_binary(message, frame)
    if added[2] is None and (added[0] or added[1])[0] == 1:
        try:
            codecs.getincrementaldecoder("utf-8")().decode(data, last)
        except UnicodeDecodeError:
            return None, None, 1007
    return added


def so_far(message, frame):
    return (message[1] if message else b"") + frame[2]


@wrong("09.4", (None, (True, 0, b"lo")))
def continuation_of_nothing(message, frame):
    """A continuation was taken although no message is under way: 1002."""
    fin, opcode, payload = frame
    if message is None and opcode == 0:
        under_way, whole, fault = add_frame(None, (fin, 2, payload))
        return under_way and (0, payload), whole and (0, payload), fault
    return add_frame(message, frame)


@wrong("09.4")
def message_inside_a_message(message, frame):
    """A new message was begun inside another one. Until a message has ended, only continuations may
    follow: 1002."""
    return add_frame(None if frame[1] else message, frame)


@wrong("09.4")
def joined_whatever_it_is(message, frame):
    """A new message was joined to the one under way. Only continuations go on with a message; any
    other frame inside it is a fault: 1002."""
    fin, opcode, payload = frame
    return add_frame(message, (fin, 0 if message else opcode, payload))


@wrong("09.4")
def kind_of_the_last_frame(message, frame):
    """The kind became 0. A continuation does not say what the message is; its first frame did."""
    added = as_binary(message, frame) if message else add_frame(message, frame)
    return *(one and (frame[1], one[1]) for one in added[:2]), added[2]


@wrong("09.4")
def text_unseen(message, frame):
    """Text was not checked. What is not UTF-8 must not be handed on: 1007."""
    return as_binary(message, frame)


@wrong("09.4")
def each_frame_judged_alone(message, frame):
    """Each frame was judged by itself. A fragment may end inside a character: judge all bytes so
    far together, and tell the decoder whether they are all."""
    return text_judged(message, frame, frame[2], True)


@wrong("09.4")
def cut_character_refused(message, frame):
    """A character that is cut was refused before its rest could come. Only with FIN must it be
    whole: .decode(data, fin)."""
    return text_judged(message, frame, so_far(message, frame), True)


@wrong("09.4")
def judged_at_its_end(message, frame):
    """Text was judged only at its end. A byte that cannot be UTF-8 decides at once."""
    return text_judged(message, frame, so_far(message, frame) if frame[0] else b"", True)


@wrong("09.4")
def end_inside_a_character(message, frame):
    """The message ended inside a character, and that was let through. With FIN the decoder has to
    know that nothing follows: .decode(data, fin)."""
    return text_judged(message, frame, so_far(message, frame), False)


@wrong("09.4")
def binary_judged_as_text(message, frame):
    """A binary message was held to UTF-8. Its bytes may be anything."""
    fin, opcode, payload = frame
    added = add_frame(message and (1, message[1]), (fin, min(opcode, 1), payload))
    kind = message[0] if message else opcode
    return *(one and (kind, one[1]) for one in added[:2]), added[2]


@wrong("09.4")
def no_limit(message, frame):
    """The message grew without end. Each fragment may be small, and yet there is a last one that is
    too much: 1009."""
    added = add_frame(message, frame)
    if added[2] != 1009:
        return added
    grown = (message[0] if message else frame[1], so_far(message, frame))
    return (None, grown, None) if frame[0] else (grown, None, None)


@wrong("09.4")
def whole_message_still_under_way(message, frame):
    """The message is whole, and still under way. The next one would be refused: after FIN the first
    value is None."""
    under_way, whole, fault = add_frame(message, frame)
    return under_way or whole, whole, fault


@wrong("09.4")
def code_alone(message, frame):
    """That is the close code alone. Return three values: None, None and the code."""
    added = add_frame(message, frame)
    return added[2] or added


# -- 09.5 ------------------------------------------------------------------------------------------


@wrong("09.5")
def ping_for_a_ping(opcode, payload):
    """A ping was answered with a ping. Its answer is a pong, opcode 10."""
    return (plain(9, payload), False) if opcode == 9 else answer_frame(opcode, payload)


@wrong("09.5")
def pong_answered(opcode, payload):
    """A pong was answered. Nobody waits for that, and two such ends would never stop."""
    return (plain(10, payload), False) if opcode == 10 else answer_frame(opcode, payload)


@wrong("09.5")
def close_not_answered(opcode, payload):
    """A Close got no answer. The client waits for the other Close: without it the end is not
    clean."""
    return (b"", True) if opcode == 8 else answer_frame(opcode, payload)


@wrong("09.5")
def never_over(opcode, payload):
    """After the two Closes the conversation is over: the second value is True."""
    return answer_frame(opcode, payload)[0], False


@wrong("09.5", (9, b"p"))
def over_after_a_ping(opcode, payload):
    """Pings and pongs do not end a conversation. Only after a Close is the second value True."""
    return answer_frame(opcode, payload)[0], opcode >= 8


@wrong("09.5")
def binary_back_as_text(opcode, payload):
    """A binary message came back as text. Keep the opcode."""
    return answer_frame(1 if opcode == 2 else opcode, payload)


@wrong("09.5")
def length_in_seven_bits(opcode, payload):
    """The length was written in seven bits, whatever it was. encode_length knows all forms."""
    frame, over = answer_frame(opcode, payload)
    if len(payload) > 125:
        frame = frame[:1] + bytes([len(payload) & 127]) + payload
    return frame, over


@wrong("09.5")
def masked_by_a_server(opcode, payload):
    """The answer is masked. A server masks nothing."""
    frame, over = answer_frame(opcode, payload)
    made = client(frame[0] & 15, payload if opcode != 8 else frame[2:]) if frame else frame
    return made, over


@wrong("09.5", (8, bytes([3, 237])))
def broken_close_repeated(opcode, payload):
    """A Close whose body breaks a rule was sent back as it came. It would break the same rule: send
    the code that close_fault returns."""
    return (plain(8, payload), True) if opcode == 8 else answer_frame(opcode, payload)


@wrong("09.5")
def always_1000(opcode, payload):
    """Every Close was answered with 1000. The answer repeats the code that came."""
    return (b"\x88\x02\x03\xe8", True) if opcode == 8 else answer_frame(opcode, payload)


@wrong("09.5")
def frame_alone(opcode, payload):
    """That is the frame alone. Return a tuple of two: the bytes, and whether it is over."""
    return answer_frame(opcode, payload)[0]


# -- 09.6 ------------------------------------------------------------------------------------------


class Server:
    """The solution of 09.6, which a slip changes in one place."""

    keeps = remembers = judges = guards = True
    one_frame = joins_nothing = joins_control = loses_answers = goes_on = late = asks_once = False
    waiting = b""

    def __init__(self):
        self.buffer, self.message = b"", None
        self.opened = self.done = False

    def fail(self, out, code):
        self.done = True
        return (b"" if self.loses_answers else out) + plain(8, code.to_bytes(2, "big"))

    def rest(self, behind):
        return behind

    def receive(self, data):
        if self.done and self.asks_once:
            return b""
        had = self.buffer or b"" if self.guards else self.buffer
        self.buffer = had + data if self.keeps or not self.opened else data
        out = b""
        if not self.opened:
            answered = parts.answer_request(self.buffer)
            if answered is None:
                return self.waiting
            self.opened = True
            out, self.buffer = answered[0], self.rest(answered[1])
            self.done = answered[1] is None
        while (not self.done or self.goes_on or self.asks_once) and self.buffer is not None:
            fault = parts.header_fault(self.buffer) if self.judges else None
            if fault is not None and not self.late:
                return self.fail(out, fault)
            taken = parts.take_frame(self.buffer)
            if taken is None:
                return out or self.waiting
            if fault is not None:
                return self.fail(out, fault)
            frame, self.buffer = taken
            opcode, payload = frame[1:]
            if not self.joins_nothing and (opcode < 8 or self.joins_control):
                under_way = self.message if self.remembers else None
                self.message, whole, fault = parts.add_frame(under_way, frame)
                if fault is not None:
                    return self.fail(out, fault)
                if whole is None:
                    if self.one_frame:
                        return out
                    continue
                opcode, payload = whole
            answer, self.done = parts.answer_frame(opcode, payload)
            out += answer
            if self.one_frame:
                return out
        return out


HELLO, PING = client(1, b"Hello"), client(9, b"p")
HALVES = [client(1, b"Hel", fin=False), client(0, b"lo")]


@wrong("09.6", ([HELLO[:3], HELLO[3:]],))
class BufferForgotten(Server):
    """What had come before was forgotten. A read may end inside a frame: put the new bytes after
    those in self.buffer."""

    keeps = False


@wrong("09.6", ([PING + HELLO + PING],))
class OneFrameOfARead(Server):
    """Only one frame of a read was answered. Go on in a loop until take_frame returns None."""

    one_frame = True


@wrong("09.6", (HALVES,))
class FragmentsAnswered(Server):
    """Fragments were answered one by one. Data frames go through add_frame, and only a whole
    message is answered."""

    joins_nothing = True


@wrong("09.6", (HALVES,))
class MessageForgotten(Server):
    """The message under way was forgotten between two frames: keep it in self.message."""

    remembers = False


@wrong("09.6", ([PING],))
class ControlFramesJoined(Server):
    """A control frame was taken for a part of the message. Only opcodes below 8 go through
    add_frame."""

    joins_control = True


@wrong("09.6", ([HELLO + client(3, b""), PING],))
class HeaderNotJudged(Server):
    """The header was not judged. Ask header_fault before anything else in the loop."""

    judges = False


@wrong("09.6")
class HeaderJudgedLate(Server):
    """A header that breaks a rule was judged only when its payload had come. It may never come: ask
    header_fault before take_frame."""

    late = True


@wrong("09.6", ([HELLO + client(3, b""), PING],))
class AnswersLost(Server):
    """The answers to what came before the fault were lost: return out + self.fail(...)."""

    loses_answers = True


@wrong("09.6", ([bytes([0b1000_0011]), bytes([0b1000_0101]), PING],))
class AnswersAfterTheEnd(Server):
    """It answered after the end. Once self.done is True, nothing that comes is looked at."""

    goes_on = True


@wrong("09.6", ([HELLO + BYE + HELLO],))
class AnswersAfterAClose(Server):
    """It answered after the end: frames followed the Close in the same read. The loop ends with the
    conversation: while not self.done."""

    asks_once = True


@wrong("09.6", ([REQUEST + HELLO],))
class FirstFrameLost(Server):
    """The bytes after the request were thrown away. answer_request returns them as its second
    value, and the loop goes on with them."""

    def rest(self, behind):
        return behind and b""


@wrong("09.6", ([HELLO[:3], HELLO[3:]],))
class NoneForNoBytes(Server):
    """While there is nothing to say it returned None. `receive` returns bytes, perhaps none:
    b\"\"."""

    waiting = None


@wrong("09.6", ([request(version="8") + HELLO, HELLO],))
class AddsToNone(Server):
    """After a refusal self.buffer is None, and nothing can be added to that. Begin with the
    question whether self.done is True: then the server is silent."""

    guards = False


@wrong("09.6", ([HELLO],))
class NamesWithoutSelf(Server):
    """A name was not known. The parts are called parts.take_frame and so on, and what is kept
    between two reads is called self.buffer, with self in front."""

    def receive(self, data):
        raise NameError("name 'take_frame' is not defined")
