"""Typical wrong answers to 09.4 to 09.6 (messages and the whole), and what they come from."""

import codecs
from collections.abc import Callable
from typing import Any

from wslearn.checking.exercise import Wrong

from .earlier import LIMIT, close_fault
from .inputs import Frame, Message, client, plain, request
from .parts import REQUEST
from .solutions import parts

# -- 09.4 ------------------------------------------------------------------------------------------


def adding(
    message: Message,
    frame: Frame,
    *,
    orphan: bool = True,
    interrupted: bool = True,
    kind_of: Callable[[Message, int], int] = lambda message, op: message[0] if message else op,
    joined: Callable[[bytes, bytes], bytes] = lambda so_far, payload: so_far + payload,
    utf8: str = "so far",
    kinds: tuple[int, ...] = (1,),
    limit: int | None = LIMIT,
    forget: bool = True,
) -> object:
    fin, opcode, payload = frame
    if (orphan and message is None and opcode == 0) or (
        interrupted and message is not None and opcode != 0
    ):
        return None, None, 1002
    so_far = b"" if message is None or opcode else message[1]
    kind, data = kind_of(message, opcode), joined(so_far, payload)
    if limit is not None and len(data) > limit:
        return None, None, 1009
    judged, last = {
        "so far": (data, fin),
        "each": (payload, True),
        "whole": (data if fin else b"", True),
        "never": (b"", True),
        "cut": (data, False),
        "strict": (data, True),
    }[utf8]
    if kind in kinds:
        try:
            codecs.getincrementaldecoder("utf-8")().decode(judged, last)
        except UnicodeDecodeError:
            return None, None, 1007
    if not fin:
        return (kind, data), None, None
    return (None if forget else (kind, data)), (kind, data), None


ADDING = (
    Wrong(
        lambda message, frame: adding(message, frame, orphan=False),
        "A continuation was taken although no message is under way: 1002.",
        telling=((None, (True, 0, b"lo")),),
    ),
    Wrong(
        lambda message, frame: adding(message, frame, interrupted=False),
        "A new message was begun inside another one. Until a message has ended, only "
        "continuations go on with it: 1002.",
    ),
    Wrong(
        lambda message, frame: adding(message, frame, kind_of=lambda message, opcode: opcode),
        "The kind became 0. A continuation does not say what the message is; its first frame did.",
    ),
    Wrong(
        lambda message, frame: adding(message, frame, joined=lambda so_far, payload: payload),
        "Only the last payload is left. A continuation is added to what has come.",
    ),
    Wrong(
        lambda message, frame: adding(message, frame, utf8="never"),
        "Text was not looked at. What is no UTF-8 must not be handed on: 1007.",
    ),
    Wrong(
        lambda message, frame: adding(message, frame, utf8="each"),
        "Each frame was judged by itself. A fragment may end inside a character: judge all bytes "
        "so far together, and say to the decoder whether they are all.",
    ),
    Wrong(
        lambda message, frame: adding(message, frame, utf8="strict"),
        "A character that is cut was refused before its rest could come. Only with FIN must it be "
        "whole: .decode(data, fin).",
    ),
    Wrong(
        lambda message, frame: adding(message, frame, utf8="whole"),
        "Text was judged only at its end. A byte that cannot be UTF-8 decides at once.",
    ),
    Wrong(
        lambda message, frame: adding(message, frame, utf8="cut"),
        "The message ended inside a character, and that was let through. With FIN the decoder has "
        "to know that nothing follows: .decode(data, fin).",
    ),
    Wrong(
        lambda message, frame: adding(message, frame, kinds=(1, 2)),
        "A binary message was held to UTF-8. Its bytes may be anything.",
    ),
    Wrong(
        lambda message, frame: adding(message, frame, limit=None),
        "The message grew without end. Each fragment may be small, and yet there is a last one "
        "that is too much: 1009.",
    ),
    Wrong(
        lambda message, frame: adding(message, frame, limit=LIMIT - 1),
        "A message of exactly LIMIT bytes was refused. Compare with >.",
    ),
    Wrong(
        lambda message, frame: adding(message, frame, forget=False),
        "The message is whole, and still under way. The next one would be refused: after FIN the "
        "first value is None.",
    ),
    Wrong(
        lambda message, frame: (added := adding(message, frame))[2] or added,  # type: ignore[index]
        "That is the close code alone. Return three values: None, None and the code.",
    ),
    Wrong(
        lambda message, frame: (
            (message, None, fault)
            if (fault := adding(message, frame)[2])  # type: ignore[index]
            else adding(message, frame)
        ),
        "After a fault no message is under way any more: the first two values are None.",
        telling=(((2, b"a"), (False, 2, b"b")),),
    ),
)

# -- 09.5 ------------------------------------------------------------------------------------------


def answering(
    opcode: int,
    payload: bytes,
    *,
    first: Callable[[int], int] = lambda opcode: 10 if opcode == 9 else opcode,
    body: Callable[[bytes], bytes] | None = None,
    build: Callable[[int, bytes], bytes] = plain,
    silent: tuple[int, ...] = (10,),
    over: tuple[int, ...] = (8,),
) -> object:
    if opcode in silent:
        return b"", opcode in over
    if opcode == 8:
        payload = close_body(payload) if body is None else body(payload)
    return build(first(opcode), payload), opcode in over


def close_body(payload: bytes, protocol: int = 1002, text: int = 1007) -> bytes:
    """The body of the Close that answers one with this body."""
    fault = {None: None, 1002: protocol, 1007: text}[close_fault(payload)]
    return payload[:2] if fault is None else fault.to_bytes(2, "big")


def in_one_byte(opcode: int, payload: bytes) -> bytes:
    return bytes([0b1000_0000 | opcode, len(payload) & 127]) + payload


def half_masked(opcode: int, payload: bytes) -> bytes:
    frame = plain(opcode, payload)
    return frame[:1] + bytes([0b1000_0000 | frame[1]]) + frame[2:]


def masked(opcode: int, payload: bytes) -> bytes:
    return client(opcode, payload)


ANSWERING = (
    Wrong(
        lambda opcode, payload: answering(opcode, payload, first=lambda opcode: opcode),
        "A ping was answered with a ping. Its answer is a pong, opcode 10.",
    ),
    Wrong(
        lambda opcode, payload: answering(opcode, payload, silent=()),
        "A pong was answered. Nobody waits for that, and two such ends would never stop.",
    ),
    Wrong(
        lambda opcode, payload: answering(opcode, payload, silent=(8, 10)),
        "A Close got no answer. The client waits for the other Close: without it the end is not "
        "clean.",
    ),
    Wrong(
        lambda opcode, payload: answering(opcode, payload, over=()),
        "After the two Closes the conversation is over: the second value is True.",
    ),
    Wrong(
        lambda opcode, payload: answering(opcode, payload, over=(8, 9, 10)),
        "Pings and pongs do not end a conversation. Only after a Close the second value is True.",
        telling=((9, b"p"),),
    ),
    Wrong(
        lambda opcode, payload: answering(opcode, payload, build=half_masked),
        "MASK is set, and there is no key. A server masks nothing: encode_length gives the length "
        "alone.",
    ),
    Wrong(
        lambda opcode, payload: answering(
            opcode, payload, first=lambda opcode: {9: 10, 2: 1}.get(opcode, opcode)
        ),
        "A binary message came back as text. Keep the opcode.",
    ),
    Wrong(
        lambda opcode, payload: answering(opcode, payload, build=in_one_byte),
        "The length was written in seven bits, whatever it was. encode_length knows all forms.",
    ),
    Wrong(
        lambda opcode, payload: answering(opcode, payload, build=masked),
        "The answer is masked. A server masks nothing.",
    ),
    Wrong(
        lambda opcode, payload: answering(opcode, payload, body=bytes),
        "A Close whose body breaks a rule was sent back as it came. It would break the same rule: "
        "send the code that close_fault gives.",
        telling=((8, bytes([3, 237])),),
    ),
    Wrong(
        lambda opcode, payload: answering(
            opcode, payload, body=lambda payload: close_body(payload, text=1002)
        ),
        "A reason that is no UTF-8 has a code of its own, 1007. close_fault knows it.",
    ),
    Wrong(
        lambda opcode, payload: answering(
            opcode, payload, body=lambda payload: (1000).to_bytes(2, "big")
        ),
        "Every Close was answered with 1000. The answer repeats the code that came.",
    ),
    Wrong(
        lambda opcode, payload: answering(opcode, payload, body=lambda payload: b""),
        "Every Close was answered with an empty one. The answer repeats the code that came.",
    ),
    Wrong(
        lambda opcode, payload: answering(opcode, payload)[0],  # type: ignore[index]
        "That is the frame alone. Return a tuple of two: the bytes, and whether it is over.",
    ),
    Wrong(
        lambda opcode, payload: answering(
            opcode, payload, first=lambda opcode: (10 if opcode == 9 else opcode) - 128
        ),
        "The first byte is no byte: a number from 0 to 255 is needed.",
    ),
)

# -- 09.6 ------------------------------------------------------------------------------------------


def right_parts() -> Any:
    """The solutions of 09.1 to 09.5; they stand in the module that needs this one."""

    return parts


def server(
    *,
    keep: bool = True,
    behind: bool = True,
    one: bool = False,
    remember: bool = True,
    deaf: bool = True,
    fail_says_all: bool = True,
    judge: str = "header",
    control: bool = True,
    joins: bool = True,
    waiting: bytes | None = b"",
    guards: bool = True,
) -> type:
    """A class like the solution of 09.6, with slips in it."""

    class Slipping:
        def __init__(self) -> None:
            self.buffer: bytes | None = b""
            self.opened = self.done = False
            self.message: Any = None

        def fail(self, out: bytes, code: int) -> bytes:
            self.done = True
            return (out if fail_says_all else b"") + plain(8, code.to_bytes(2, "big"))

        def receive(self, data: bytes) -> bytes | None:
            parts, out = right_parts(), b""
            had: Any = self.buffer or b"" if guards else self.buffer
            self.buffer = had + data if keep or not self.opened else data
            if not self.opened:
                answered = parts.answer_request(self.buffer)
                if answered is None:
                    return waiting
                self.opened = True
                out, self.buffer = answered
                self.done = self.buffer is None
                if not behind:
                    self.buffer = b""
            while not (self.done and deaf) and self.buffer is not None:
                fault = None if judge == "never" else parts.header_fault(self.buffer)
                if fault is not None and judge == "header":
                    return self.fail(out, fault)
                taken = parts.take_frame(self.buffer)
                if taken is None:
                    return out or waiting
                if fault is not None:
                    return self.fail(out, fault)
                (fin, opcode, payload), self.buffer = taken
                if joins and (opcode < 8 or not control):
                    so_far = self.message if remember else None
                    self.message, whole, fault = parts.add_frame(so_far, (fin, opcode, payload))
                    if fault is not None:
                        return self.fail(out, fault)
                    if whole is None:
                        if one:
                            return out
                        continue
                    opcode, payload = whole
                answer, done = parts.answer_frame(opcode, payload)
                self.done = done
                out += answer
                if one:
                    return out
            return out

    return Slipping


def nameless(self: Any, data: bytes) -> bytes:
    """The names of the lesson without ``parts.`` or ``self.``."""
    raise NameError("name 'take_frame' is not defined")


HELLO, PING = client(1, b"Hello"), client(9, b"p")
HALVES = [client(1, b"Hel", fin=False), client(0, b"lo")]


def servers(*slips: tuple[type, str, list[bytes]]) -> tuple[Wrong, ...]:
    """Wrong servers: each class with what it means, and the pieces by which one knows it."""
    return tuple(
        Wrong(answer, means, telling=((pieces,),) if pieces else ())
        for answer, means, pieces in slips
    )


SERVERS = servers(
    (
        server(keep=False),
        "What had come before was forgotten. A read may end inside a frame: put the new bytes "
        "behind those in self.buffer.",
        [HELLO[:3], HELLO[3:]],
    ),
    (
        server(one=True),
        "Only one frame of a read was answered. Go on in a loop until take_frame returns None.",
        [PING + HELLO + PING],
    ),
    (
        server(joins=False),
        "Fragments were answered one by one. Data frames go through add_frame, and only a whole "
        "message is answered.",
        HALVES,
    ),
    (
        server(remember=False),
        "The message under way was forgotten between two frames: keep it in self.message.",
        HALVES,
    ),
    (
        server(control=False),
        "A control frame was taken for a part of the message. Only opcodes below 8 go through "
        "add_frame.",
        [PING],
    ),
    (
        server(judge="never"),
        "The header was not judged. Ask header_fault before anything else in the loop.",
        [HELLO + client(3, b""), PING],
    ),
    (
        server(judge="frame"),
        "A header that breaks a rule was judged only when its payload had come. It may never "
        "come: ask header_fault before take_frame.",
        [],
    ),
    (
        server(fail_says_all=False),
        "The answers to what came before the fault were lost: return out + self.fail(...).",
        [HELLO + client(3, b""), PING],
    ),
    (
        server(deaf=False),
        "It answered after the end. Once self.done is True, nothing that comes is looked at.",
        [bytes([0b1000_0011]), bytes([0b1000_0101]), PING],
    ),
    (
        server(behind=False),
        "The bytes behind the request were thrown away. answer_request gives them as its second "
        "value, and the loop goes on with them.",
        [REQUEST + HELLO],
    ),
    (
        server(waiting=None),
        "While there is nothing to say it returned None. `receive` returns bytes, perhaps none: "
        'b"".',
        [HELLO[:3], HELLO[3:]],
    ),
    (
        server(guards=False),
        "After a refusal self.buffer is None, and nothing can be added to that. Begin with the "
        "question whether self.done is True: then the server is silent.",
        [request(version="8") + HELLO, HELLO],
    ),
    (
        type("Nameless", (), {"receive": nameless}),
        "A name was not known. The parts are called parts.take_frame and so on, and what is kept "
        "between two reads is called self.buffer, with self in front.",
        [HELLO],
    ),
)
