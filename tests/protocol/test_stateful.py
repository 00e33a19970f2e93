"""Two connections joined in memory, driven at random, with a model that knows what must happen.

Each direction is a pipe: what one end wrote stays there until some of it is delivered, in pieces of
any size. The model remembers where in the pipe each frame begins and ends, so it knows after every
piece which events are due: neither more nor fewer, neither earlier nor later. Only a broken frame
may be refused before it is complete.

Frames that break a rule are put into the pipe by hand, as from a bad peer, and so are legal frames
that our side never writes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from wslearn.protocol.close import LONGEST_REASON, encode_close
from wslearn.protocol.codes import Opcode
from wslearn.protocol.connection import Connection
from wslearn.protocol.deflate import DEFLATE, Agreement
from wslearn.protocol.dissect import dissect_all
from wslearn.protocol.errors import StateError
from wslearn.protocol.events import Binary, Close, Ended, Event, Failed, Ping, Pong, Text
from wslearn.protocol.frame import Frame
from wslearn.protocol.states import READS_FRAMES, SENDS_MESSAGES, TRANSITIONS, State

OTHER = {"client": "server", "server": "client"}
HAND_KEY = bytes.fromhex("37fa213d")

sides = st.sampled_from(["client", "server"])
agreements = st.none() | st.builds(
    Agreement,
    server_no_context_takeover=st.booleans(),
    client_no_context_takeover=st.booleans(),
    server_max_window_bits=st.none() | st.integers(9, 15),
    client_max_window_bits=st.none() | st.integers(8, 15).map(lambda bits: max(bits, 9)),
)
limits = st.sampled_from([None, 150, 1_000])
payloads = st.binary(max_size=125)
repeats = st.sampled_from([1, 1, 5, 40])
fins = st.sampled_from([True, False, False])
seldom = st.sampled_from([False, False, False, True])
codes = st.none() | st.sampled_from([1000, 1001, 1011, 3000, 4999])


@dataclass
class Fault:
    """In place of an event: here the receiver must fail, with this close code."""

    code: int


@dataclass
class Due:
    """A frame in a pipe, and the event due at its last byte; None: no event."""

    start: int
    end: int
    event: Event | Fault | None


@dataclass
class End:
    """One end, the pipe that leads away from it, and the model's view of it."""

    side: str
    connection: Connection
    limit: int | None
    pipe: bytearray = field(default_factory=bytearray)
    delivered: int = 0
    due: list[Due] = field(default_factory=list)  # in the pipe, not yet reported
    pongs: list[bytes] = field(default_factory=list)  # owed, and leaving with the next bytes
    reply: bytes | None = None  # the body of the Close that is owed
    fragmenting: Opcode | None = None
    parts: list[str | bytes] = field(default_factory=list)
    size: int = 0  # of the parts, in bytes
    told: list[Event] = field(default_factory=list)
    sent: list[Frame] = field(default_factory=list)
    listens: bool = True
    peer_closed: Close | None = None
    close_left: bool = False
    ended: bool = False


class TwoEnds(RuleBasedStateMachine):
    """The rules below run in any order; each knows what must follow."""

    @initialize(agreement=agreements, client_limit=limits, server_limit=limits)
    def open(self, agreement, client_limit, server_limit):
        self.deflate = agreement is not None
        self.keys = (number.to_bytes(4, "big") for number in count(1))
        self.keys_used = 0
        client = Connection(
            "client", mask_keys=lambda: next(self.keys), deflate=agreement, max_size=client_limit
        )
        server = Connection("server", deflate=agreement, max_size=server_limit)
        self.ends = {
            "client": End("client", client, client_limit),
            "server": End("server", server, server_limit),
        }

    # -- what an end may do ----------------------------------------------------------------------

    @rule(side=sides, text=st.text(max_size=60), repeat=repeats, fin=fins)
    def send_text(self, side, text, repeat, fin):
        self.send(side, Opcode.TEXT, text * repeat, fin)

    @rule(side=sides, data=st.binary(max_size=60), repeat=repeats, fin=fins)
    def send_binary(self, side, data, repeat, fin):
        self.send(side, Opcode.BINARY, data * repeat, fin)

    def send(self, side, opcode, payload, fin):
        end = self.ends[side]
        connection = end.connection
        command = connection.send_text if opcode == Opcode.TEXT else connection.send_binary
        may = not end.ended and not end.close_left
        if not may or end.fragmenting not in (None, opcode):
            self.refused(end, lambda: command(payload, fin=fin))
            return
        written = self.called(end, lambda: command(payload, fin=fin))
        first = end.fragmenting is None
        wire = payload.encode() if isinstance(payload, str) else payload
        end.parts.append(payload)
        end.size += len(wire)
        event: Event | Fault | None = None
        limit = self.ends[OTHER[side]].limit
        if limit is not None and end.size > limit:
            event = Fault(1009)
        elif fin:
            whole = ("" if opcode == Opcode.TEXT else b"").join(end.parts)
            event = Text(whole) if opcode == Opcode.TEXT else Binary(whole)
        frame = Frame(opcode if first else Opcode.CONTINUATION, wire, fin, self.deflate and first)
        end.fragmenting = opcode
        if fin:
            self.message_over(end)
        self.wrote(end, written, [(frame, event)])

    @rule(side=sides, sizes=st.lists(st.integers(0, 200), min_size=2, max_size=4))
    def send_in_fragments(self, side, sizes):
        if self.ends[side].fragmenting is None and not self.ends[side].close_left:
            for size in sizes:
                self.send(side, Opcode.BINARY, bytes(range(size)), fin=False)
            self.send(side, Opcode.BINARY, b"", fin=True)

    @staticmethod
    def message_over(end):
        end.fragmenting, end.size = None, 0
        end.parts.clear()

    @rule(side=sides, payload=payloads)
    def send_ping(self, side, payload):
        self.send_control(self.ends[side], Frame.ping(payload), Ping(payload))

    @rule(side=sides, payload=payloads)
    def send_pong(self, side, payload):
        self.send_control(self.ends[side], Frame.pong(payload), Pong(payload))

    def send_control(self, end, frame, event):
        command = {Opcode.PING: end.connection.send_ping, Opcode.PONG: end.connection.send_pong}
        call = lambda: command[frame.opcode](frame.payload)  # noqa: E731
        if end.connection.state is State.OPEN:  # also between the fragments of a message
            self.wrote(end, self.called(end, call), [(frame, event)])
        else:
            self.refused(end, call)

    @rule(side=sides, code=codes, reason=st.text(max_size=20))
    def send_close(self, side, code, reason):
        end = self.ends[side]
        reason = reason if code else ""
        call = lambda: end.connection.send_close(code, reason)  # noqa: E731
        if end.close_left or end.ended or not end.listens:
            self.refused(end, call)
            return
        frame = Frame.close(code, reason)
        written = self.called(end, call)
        end.close_left = True
        self.wrote(end, written, [(frame, Close(code or 1005, reason))])

    @rule(side=sides)
    def flush(self, side):
        end = self.ends[side]
        written = self.called(end, end.connection.take_output)
        if end.reply is not None and not end.ended:
            reply, end.reply, end.close_left = end.reply, None, True
            code = int.from_bytes(reply[:2], "big") if reply else 1005
            self.wrote(
                end, written, [(Frame(Opcode.CLOSE, reply), Close(code, reply[2:].decode()))]
            )
        else:
            self.wrote(end, written, [])
        assert end.connection.take_output() == b"", "each byte leaves once"

    @rule(side=sides, now=seldom)
    def end_tcp(self, side, now):
        if not now:
            return
        end = self.ends[side]
        told = self.called(end, end.connection.receive_end)
        if end.ended:
            assert told == []
        else:
            closed = end.peer_closed or Close(1006, "")
            clean = end.peer_closed is not None and end.close_left
            assert told == [Ended(closed.code, closed.reason, clean)]
        end.told += told
        end.ended, end.listens = True, False
        assert end.connection.state is State.CLOSED

    # -- what the network does -------------------------------------------------------------------

    @rule(sender=sides, size=st.integers(1, 30) | st.just(100_000))
    def deliver(self, sender, size):
        source, end = self.ends[sender], self.ends[OTHER[sender]]
        piece = bytes(source.pipe[source.delivered : source.delivered + size])
        source.delivered += len(piece)
        told = self.called(end, lambda: end.connection.receive(piece))
        expected = self.events_due(source, end)
        if told and isinstance(told[-1], Failed) and len(told) == len(expected) + 1:
            # A broken frame may be refused as soon as it has begun.
            begun = source.due[0]
            assert begun.start < source.delivered
            expected.append(begun.event)
            self.heard(end, begun.event)
        assert [Fault(e.code) if isinstance(e, Failed) else e for e in told] == expected
        end.told += told
        if told and isinstance(told[-1], Failed) and not end.close_left:
            reason = told[-1].violation.rule.sentence.encode()[:LONGEST_REASON]
            end.reply = encode_close(told[-1].code, reason.decode(errors="ignore"))

    def events_due(self, source, end):
        """The events due now that this many bytes have been delivered."""
        found = []
        while end.listens and source.due and source.due[0].end <= source.delivered:
            event = source.due.pop(0).event
            if event is not None:
                found.append(event)
                self.heard(end, event)
        return found

    @staticmethod
    def heard(end, event):
        match event:
            case Ping(payload):
                end.pongs.append(payload)
            case Close(code):
                end.peer_closed, end.listens = event, False
                if not end.close_left:
                    end.reply = b"" if code == 1005 else encode_close(code)
            case Fault():
                end.listens = False

    # -- what a peer writes that we never write --------------------------------------------------

    @rule(side=sides, text=st.text(min_size=1, max_size=40), cut=st.integers(0, 80))
    def a_legal_text_cut_inside_a_character(self, side, text, cut):
        end = self.ends[side]
        if end.fragmenting is None:
            data = text.encode()
            self.by_hand(end, Frame(Opcode.TEXT, data[:cut], fin=False), None)
            self.by_hand(end, Frame(Opcode.CONTINUATION, b"", fin=False), None)
            event = Text(text)
            limit = self.ends[OTHER[side]].limit
            if limit is not None and len(data) > limit:
                event = Fault(1009)
            self.by_hand(end, Frame(Opcode.CONTINUATION, data[cut:]), event)

    @rule(side=sides, now=seldom, data=st.data())
    def a_broken_frame(self, side, now, data):
        if not now:
            return
        end = self.ends[side]
        broken = self.broken_frames(end)
        name = data.draw(st.sampled_from(sorted(broken)))
        frame, code = broken[name]
        if isinstance(frame, bytes):
            self.put(end, frame, Fault(code))
        else:
            self.by_hand(end, frame, Fault(code))

    @rule(side=sides, now=seldom)
    def a_frame_in_the_wrong_place(self, side, now):
        end = self.ends[side]
        opens = end.fragmenting is None
        frame = Frame.continuation(b"x") if opens else Frame.binary(b"x")
        if now:
            self.by_hand(end, frame, Fault(1002))

    @rule(side=sides, now=seldom)
    def a_text_that_ends_inside_a_character(self, side, now):
        end = self.ends[side]
        if now and end.fragmenting is None:
            self.by_hand(end, Frame(Opcode.TEXT, b"ab\xe2", fin=False), None)
            self.by_hand(end, Frame(Opcode.CONTINUATION, b"\x82"), Fault(1007))

    def broken_frames(self, end):
        """Frames that break a rule now, each with the close code that must follow."""
        under_way = end.fragmenting is not None
        wrong_mask = Frame.text("x").encode(mask_key=None if end.side == "client" else HAND_KEY)
        key = HAND_KEY if end.side == "client" else None
        frames = {
            "opcode 3": (Frame(3), 1002),
            "opcode 15": (Frame(15), 1002),
            "RSV2": (Frame(Opcode.PING, rsv2=True), 1002),
            "RSV1 on a Ping": (Frame(Opcode.PING, rsv1=True), 1002),
            "a Ping of 126 bytes": (Frame(Opcode.PING, bytes(126)), 1002),
            "a Ping in fragments": (Frame(Opcode.PING, fin=False), 1002),
            "a Close of one byte": (Frame(Opcode.CLOSE, b"\x03"), 1002),
            "a Close with 1006": (Frame(Opcode.CLOSE, encode_close(1006)), 1002),
            "a reason that is not text": (Frame(Opcode.CLOSE, b"\x03\xe8\xff"), 1007),
            "the mask": (wrong_mask, 1002),
            "a long form": (Frame.binary(b"x").encode(mask_key=key, length_bits=16), 1002),
            "the top bit": (Frame.binary(b"x").header(mask_key=key)[:1] + TOP[key is None], 1002),
        }
        if not under_way:
            frames["no text"] = (Frame(Opcode.TEXT, b"ab\xed\xa0\x80"), 1007)
            frames["half a character"] = (Frame(Opcode.TEXT, b"ab\xe2\x82"), 1007)
            if self.deflate:
                frames["no DEFLATE"] = (Frame(Opcode.TEXT, b"\xff" * 5, rsv1=True), 1007)
        if self.deflate:
            frames["RSV1 inside"] = (Frame(Opcode.CONTINUATION, rsv1=True), 1002)
        else:
            frames["RSV1"] = (Frame(Opcode.BINARY, rsv1=True), 1002)
        return frames

    def by_hand(self, end, frame, event):
        self.put(end, frame.encode(mask_key=HAND_KEY if end.side == "client" else None), event)

    @staticmethod
    def put(end, data, event):
        start = len(end.pipe)
        end.pipe += data
        end.due.append(Due(start, len(end.pipe), event))

    # -- how the model keeps its books -----------------------------------------------------------

    def called(self, end, call):
        """Call a method; the state may take one step, and only along the table."""
        before = end.connection.state
        result = call()
        after = end.connection.state
        assert after is before or after in TRANSITIONS[before].values()
        return result

    def refused(self, end, call: Callable[[], bytes]):
        """A command at the wrong time is refused, and changes nothing."""
        before = end.connection.state
        with pytest.raises(StateError):
            call()
        assert end.connection.state is before

    def wrote(self, end, written, expected):
        """An end wrote the Pongs that it owed, then these frames, with no rule broken."""
        pongs = [(Frame.pong(payload), Pong(payload)) for payload in end.pongs]
        end.pongs.clear()
        expected = pongs + expected
        extensions = (DEFLATE,) if self.deflate else ()
        seen = list(dissect_all(written, OTHER[end.side], extensions)) if written else []
        assert len(seen) == len(expected)
        for dissection, (frame, event) in zip(seen, expected, strict=True):
            assert dissection.violations == ()
            read = dissection.frame
            assert (read.opcode, read.fin, read.rsv1) == (frame.opcode, frame.fin, frame.rsv1)
            if not self.deflate or frame.opcode >= Opcode.CLOSE:
                assert read.payload == frame.payload
            if end.side == "client":
                self.keys_used += 1
                assert int.from_bytes(dissection.mask_key, "big") == self.keys_used
            else:
                assert dissection.mask_key is None
            end.sent.append(read)
            self.put(end, dissection.data, event)

    # -- what is always true ---------------------------------------------------------------------

    @invariant()
    def nothing_is_told_after_the_end(self):
        for end in self.ends.values():
            last = [e for e in end.told if isinstance(e, Close | Failed)]
            assert len(last) <= 1
            rest = end.told[end.told.index(last[0]) + 1 :] if last else []
            assert all(isinstance(event, Ended) for event in rest)
            assert sum(isinstance(event, Ended) for event in end.told) <= 1

    @invariant()
    def no_data_leaves_after_a_close_and_only_one_close_leaves(self):
        for end in self.ends.values():
            opcodes = [frame.opcode for frame in end.sent]
            if Opcode.CLOSE in opcodes:
                after = opcodes[opcodes.index(Opcode.CLOSE) + 1 :]
                assert set(after) <= {Opcode.PONG}

    @invariant()
    def the_state_is_what_the_model_says(self):
        for end in self.ends.values():
            state = end.connection.state
            assert (state in READS_FRAMES) == end.listens
            assert (state in SENDS_MESSAGES) == (not end.close_left and not end.ended)
            assert (state is State.CLOSED) == end.ended
            assert (state is State.CLOSE_DUE) == (end.reply is not None and not end.ended)
            failed = any(isinstance(event, Failed) for event in end.told)
            over = state is State.CLOSE_DONE
            assert end.connection.should_end_tcp == (over and (failed or end.side == "server"))

    def teardown(self):
        """In the end the rest is delivered, and both sides have got everything that is due."""
        if not hasattr(self, "ends"):
            return
        for side in ("client", "server", "client"):
            self.deliver(side, 1_000_000)
            self.flush(OTHER[side])
        for end in self.ends.values():
            if end.listens:
                assert self.ends[OTHER[end.side]].due == []
        ends = self.ends.values()
        if all(end.peer_closed is not None and end.close_left for end in ends):
            self.closed_cleanly()

    def closed_cleanly(self):
        """Both Closes passed: each side knows the other's code."""
        for end in self.ends.values():
            other = self.ends[OTHER[end.side]]
            (close,) = (frame for frame in other.sent if frame.opcode == Opcode.CLOSE)
            code = int.from_bytes(close.payload[:2], "big") or 1005
            assert end.connection.close_code == end.peer_closed.code == code


TOP = {True: b"\x7f\x80" + bytes(7), False: b"\xff\x80" + bytes(7) + HAND_KEY}
"""The rest of a header whose length has its top bit set, unmasked and masked."""

TestTwoEnds = TwoEnds.TestCase
TestTwoEnds.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
