"""Typical wrong answers to 15.4 (the client) and 15.5 (unpacking), and what each one comes from."""

import zlib

from wslearn.checking.exercise import wrong

from .given import TAIL, add_frame, take_server_frame
from .solutions import MyClient, inflate, parts

# -- 15.4 ------------------------------------------------------------------------------------------


class Varied(MyClient):
    """The right client with steps that the wrong ones below change."""

    def pong(self, payload):
        self.send(10, payload)

    def goodbye(self, payload):
        self.send(8, payload[:2])
        self.done = True

    def keep(self, frame, messages):
        self.message, whole, fault = add_frame(self.message, frame)
        if whole is not None:
            messages.append(whole[1])
        return fault

    def refused(self):
        self.done = True

    def after_reply(self, rest):
        return rest

    def receive(self, data):
        self.buffer = self.buffer + data
        messages = []
        if not self.opened:
            checked = parts.check_reply(self.buffer, self.key)
            if checked is None:
                return messages
            self.opened = True
            self.buffer = self.after_reply(checked[1] or b"")
            if not checked[0]:
                self.refused()
        while not self.done and self.take_one(messages):
            pass
        return messages

    def take_one(self, messages):
        taken = take_server_frame(self.buffer)
        if taken is None:
            return False
        frame, self.buffer, fault = taken
        opcode, payload = frame[1], frame[2]
        if fault is None and opcode < 8:
            fault = self.keep(frame, messages)
        if fault is not None:
            self.fail(fault)
        elif opcode == 9:
            self.pong(payload)
        elif opcode == 8:
            self.goodbye(payload)
        return True


@wrong("15.4")
class FirstFrameLost(Varied):
    """What came in the same read as the reply was lost. check_reply returns it: put it into the
    buffer."""

    def after_reply(self, rest):
        return b""


@wrong("15.4")
class GoesOnThoughRefused(Varied):
    """The reply was not accepted, and the client went on all the same. Nothing that follows is
    WebSocket: set done to True."""

    def refused(self):
        pass

    def after_reply(self, rest):
        return self.buffer.partition(b"\r\n\r\n")[2]


@wrong("15.4")
class NoPong(Varied):
    """A ping got no answer. The server may conclude that the client is no longer there (§5.5.2)."""

    def pong(self, payload):
        pass


@wrong("15.4")
class BarePong(Varied):
    """A pong went out without a mask. A client masks every frame, control frames too (§5.1): use
    self.send."""

    def pong(self, payload):
        self.out = self.out + bytes([0b1000_1010, len(payload)]) + payload


@wrong("15.4")
class NoGoodbye(Varied):
    """A Close got no answer. A side that gets one and has not sent one must answer with a Close
    (§5.5.1)."""

    def goodbye(self, payload):
        self.done = True


@wrong("15.4")
class NeverDone(Varied):
    """After the Close the client went on. Once both have said goodbye, nothing more comes: set done
    to True."""

    def goodbye(self, payload):
        self.send(8, payload[:2])


@wrong("15.4")
class AfterTheEnd(Varied):
    """The client was done, and went on with what followed in the same read. After a Close or a
    fault nothing counts any more: let the loop run while not self.done."""

    def receive(self, data):
        messages = super().receive(data)
        while self.closing and self.take_one(messages):
            pass
        return messages


@wrong("15.4")
class EachFragmentAMessage(Varied):
    """Each fragment came out as a message of its own. add_frame joins them: take what it returns as
    whole."""

    def keep(self, frame, messages):
        fault = super().keep(frame, [])
        if fault is None:
            messages.append(frame[2])
        return fault


@wrong("15.4")
class FaultsPassed(Varied):
    """A frame that breaks a rule was skipped. Fail the connection: nothing that follows can be
    trusted (§7.1.7)."""

    def fail(self, code):
        pass


@wrong("15.4")
class OldBytesForgotten(Varied):
    """Bytes that waited for the rest of their frame were lost at the next read. Append the new
    bytes to self.buffer, do not replace it with them."""

    def receive(self, data):
        if self.opened:
            self.buffer = b""
        return super().receive(data)


@wrong("15.4")
class OneFrameARead(Varied):
    """Only the first of several frames in one read was taken. Go on until take_server_frame returns
    None."""

    def receive(self, data):
        self.took = False
        return super().receive(data)

    def take_one(self, messages):
        self.took = not self.took and super().take_one(messages)
        return self.took


# -- 15.5 ------------------------------------------------------------------------------------------


@wrong("15.5")
def stops_at_the_last_block(payload, limit):
    """What came after a block that is marked as the last was lost. The decompressor keeps it in
    unused_data: hand it to a new one."""
    decompressor = zlib.decompressobj(wbits=-15)
    try:
        message = decompressor.decompress(payload + TAIL, limit + 1)
    except zlib.error:
        return None, 1007
    return (message, None) if len(message) <= limit else (None, 1009)


@wrong("15.5")
def error_let_through(payload, limit):
    """zlib.error was not caught, and would have stopped the server. Catch it, and return None and
    1007."""
    rest, message = payload + TAIL, b""
    while rest != b"":
        decompressor = zlib.decompressobj(wbits=-15)
        message = message + decompressor.decompress(rest, limit + 1 - len(message))
        if len(message) > limit:
            return None, 1009
        rest = decompressor.unused_data
    return message, None


@wrong("15.5")
def no_limit(payload, limit):
    """The limit was ignored. A few bytes may unpack into a million: ask decompress for one byte
    more than is allowed, and see whether you get it."""
    return inflate(payload, 2_000_000)


@wrong("15.5")
def limit_for_each_piece(payload, limit):
    """The limit is for the whole message. What earlier blocks unpacked into counts, too: limit + 1
    - len(message)."""
    rest, message = payload + TAIL, b""
    while rest != b"":
        decompressor = zlib.decompressobj(wbits=-15)
        try:
            piece = decompressor.decompress(rest, limit + 1)
        except zlib.error:
            return None, 1007
        if len(piece) > limit:
            return None, 1009
        message, rest = message + piece, decompressor.unused_data
    return message, None


@wrong("15.5")
def one_byte_too_strict(payload, limit):
    """A message that has exactly as many bytes as the limit is allowed. Refuse it only if it has
    more."""
    return inflate(payload, limit - 1)
