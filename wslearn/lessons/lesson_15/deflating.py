"""The server of lesson 09 with permessage-deflate (RFC 7692): what it takes besides the parts."""

from wslearn.lessons.lesson_02.solutions import find_header
from wslearn.lessons.lesson_09.earlier import LIMIT
from wslearn.lessons.lesson_09.parts import parts as server_parts
from wslearn.lessons.lesson_10.solutions import answer_offers, compress_message
from wslearn.protocol.frame import RSV1

from .client_parts import parts


class DeflateServer:
    """``MyServer`` of lesson 09, which compresses where a client offers it.

    It keeps no window between two messages, on either side: the reply says so with
    ``client_no_context_takeover`` (RFC 7692 §7.1.1.2), and its own compressor is new each time.
    """

    def __init__(self):
        self.buffer = b""
        self.opened = False
        self.deflate = False  # has the client offered it?
        self.squeezed = False  # is the message under way compressed?
        self.kind = 0  # and is it text (1) or binary (2)?
        self.message = None
        self.done = False

    def fail(self, code):
        """The Close with this code; then the server is done."""
        self.done = True
        return bytes([0b1000_1000, 2]) + code.to_bytes(2, "big")

    def open(self):
        """The answer to the request in the buffer; b"" while it is not whole."""
        offered = find_header(self.buffer.decode("latin-1"), "Sec-WebSocket-Extensions")
        answered = server_parts.answer_request(self.buffer)
        if answered is None:
            return b""
        self.opened = True
        out, self.buffer = answered
        self.done = self.buffer is None
        agreed = None if self.done or offered is None else answer_offers(offered)
        if agreed is None:
            return out
        self.deflate = True
        line = f"Sec-WebSocket-Extensions: {agreed}; client_no_context_takeover\r\n"
        return out[:-2] + line.encode() + b"\r\n"

    def without_rsv1(self):
        """The buffer with RSV1 cleared, and whether it was set where it may be (RFC 7692 §6)."""
        first = self.buffer[0] if self.buffer else 0
        if self.deflate and first & RSV1 and first & 0b1111 in (1, 2):
            return bytes([first & ~RSV1]) + self.buffer[1:], True
        return self.buffer, False

    def add(self, frame, squeezed):
        """Add a data frame; return the whole message or None, and a close code or None.

        A compressed message is collected as binary: only what it unpacks into can be text.
        """
        fin, opcode, payload = frame
        if opcode and self.message is None:
            self.squeezed, self.kind = squeezed, opcode
        if opcode and self.squeezed:
            frame = (fin, 2, payload)
        self.message, whole, fault = server_parts.add_frame(self.message, frame)
        if whole is None or not self.squeezed:
            return whole, fault
        data, fault = parts.inflate(whole[1], LIMIT)
        if fault is not None:
            return None, fault
        _, whole, fault = server_parts.add_frame(None, (True, self.kind, data))
        return whole, fault

    def answer(self, opcode, payload):
        """The bytes that answer a message or a control frame, and whether this was the end."""
        if not self.deflate or opcode >= 8:
            return server_parts.answer_frame(opcode, payload)
        out, done = server_parts.answer_frame(opcode, compress_message(payload))
        return bytes([out[0] | RSV1]) + out[1:], done

    def receive(self, data):
        """Take the bytes of one read; return the bytes to send."""
        if self.done:
            return b""
        self.buffer = self.buffer + data
        out = b"" if self.opened else self.open()
        while self.opened and not self.done:
            data, squeezed = self.without_rsv1()
            fault = server_parts.header_fault(data)
            taken = None if fault else server_parts.take_frame(data)
            if taken is None:
                return out if fault is None else out + self.fail(fault)
            frame, self.buffer = taken
            opcode, payload = frame[1], frame[2]
            if opcode < 8:
                whole, fault = self.add(frame, squeezed)
                if fault is not None:
                    return out + self.fail(fault)
                if whole is None:
                    continue
                opcode, payload = whole
            answer, self.done = self.answer(opcode, payload)
            out = out + answer
        return out
