"""Frames held on their way through a tap: none passes twice, and none is lost by accident."""

import asyncio
import contextlib
import random
import subprocess
import sys
import threading

import pytest
import websockets

from tests.support.ends import (
    REPLY,
    REQUEST,
    echo_server,
    open_then,
    raw_client,
    raw_server,
    shake_hands,
)  # fmt: skip
from tests.support.peers import run_supervised, until
from wslearn.net.limits import Limits
from wslearn.net.record.hold import Hold
from wslearn.net.record.hold_gate import INSIDE, Gate
from wslearn.net.record.journal import Journal
from wslearn.net.record.recorder import Recorder
from wslearn.net.record.tap import tap
from wslearn.protocol.bits import flip
from wslearn.protocol.codes import Opcode
from wslearn.protocol.deflate import Compressor, Window
from wslearn.protocol.errors import InputError, NetworkError, StateError
from wslearn.protocol.examples import COURSE_KEY as KEY
from wslearn.protocol.frame import Frame

QUICK = Limits(close_seconds=0.4)
HELLO = Frame.text("Hello").encode(mask_key=KEY)
LATER = Frame.text("later").encode(mask_key=KEY)
PING = Frame(Opcode.PING, b"?").encode(mask_key=KEY)


class Line:
    """A connection whose bytes go into a list: all that a gate needs, without sockets."""

    def __init__(self, reply=REPLY):
        self.journal = Journal()
        self.recorder = Recorder(self.journal, self.journal.open(began=0.0))
        self.blind = False
        self.holds = []
        self.passed = {"client": b"", "server": b""}
        self.gates = {sender: Gate(self, sender) for sender in self.passed}
        self.reply = reply

    def write(self, sender, data):
        self.passed[sender] += data

    def record(self, sender, data, note=""):
        self.recorder.take(sender, data, 0.5, note)

    def hold(self, **asked):
        hold = Hold(asyncio.get_running_loop(), **asked)

        def ends(ended):
            self.holds.remove(ended)
            for gate in self.gates.values():
                gate.ended(ended)

        hold.ends = ends
        self.holds.append(hold)
        return hold

    async def opened(self):
        await self.gates["client"].take(REQUEST)
        await self.gates["server"].take(self.reply)
        self.passed = {"client": b"", "server": b""}
        return self

    def take(self, data, sender="client"):
        return asyncio.ensure_future(self.gates[sender].take(data))


@pytest.fixture
def line():
    return Line()


# -- the gate, without a network -------------------------------------------------------------------


async def test_a_held_frame_passes_once_and_what_was_sent_later_waits_behind_it(line):
    await line.opened()
    with line.hold() as hold:
        taken = line.take(HELLO + LATER)
        first = await hold.next()
        assert (first.sender, first.connection, first.came, first.waits) == (
            "client", 1, HELLO, True,
        )  # fmt: skip
        assert line.passed["client"] == b""
        await line.gates["server"].take(b"")  # the other direction goes on
        first.let_go()
        assert line.passed["client"] == HELLO
        second = await hold.next()
        assert (second.came, hold.held) == (LATER, [second])
        for again in (first.let_go, first.drop, first.send_copy):
            with pytest.raises(StateError, match="waits no longer"):
                again()
        second.let_go()
        await taken
    assert line.passed["client"] == HELLO + LATER
    assert [frame.note for frame in line.journal] == ["", ""]
    assert line.journal.remarks == []


async def test_a_frame_can_be_dropped_and_the_journal_says_so(line):
    await line.opened()
    with line.hold() as hold:
        taken = line.take(HELLO + PING)
        (await hold.next()).drop()
        (await hold.next()).let_go()
        await taken
    assert line.passed["client"] == PING
    assert [frame.opcode for frame in line.journal] == [Opcode.PING]
    assert line.journal.remarks == [
        "Connection 1: a text frame of the client was held, and dropped: "
        "81 85 37 fa 21 3d 7f 9f 4d 51 58."
    ]


async def test_a_copy_passes_only_when_it_is_asked_for(line):
    await line.opened()
    with line.hold() as hold:
        line.take(HELLO)
        held = await hold.next()
        held.send_copy()
        assert held.waits
        held.let_go()
    assert line.passed["client"] == 2 * HELLO
    assert [frame.note for frame in line.journal] == ["a copy of a frame that was held", ""]


async def test_a_changed_frame_is_judged_before_and_after_it_passes_by_the_same_judge(line):
    await line.opened()
    with line.hold(sender="client") as hold:
        line.take(Frame(Opcode.TEXT, b"Hel", fin=False).encode(mask_key=KEY))
        first = await hold.next()
        assert first.dissect().violations == ()
        first.data = flip(first.came, 0)  # FIN
        assert first.changed
        first.let_go()
        line.take(Frame(Opcode.CONTINUATION, b"lo").encode(mask_key=KEY))
        second = await hold.next()
        foreseen = second.dissect()
        assert foreseen == second.dissect()  # to look changes nothing
        assert [v.rule.id for v in foreseen.violations] == ["continuation-without-message"]
        second.let_go()
    whole, late = line.journal.frames
    assert whole.note == "changed while it was held: it came as 01 83 37 fa 21 3d 7f 9f 4d"
    assert whole.data == line.passed["client"][: whole.size]
    assert late.dissect().violations == foreseen.violations
    assert late.note == ""


async def test_a_frame_behind_one_that_was_cut_short_is_foreseen_as_its_payload(line):
    await line.opened()
    with line.hold() as hold:
        line.take(HELLO)
        first = await hold.next()
        first.data = first.came[:-1]
        first.let_go()
        line.take(LATER)
        second = await hold.next()
        assert second.dissect().unread == INSIDE
        second.let_go()
    assert line.passed["client"] == HELLO[:-1] + LATER
    # The journal has what the receiver read: one byte of the second frame ends the first.
    assert line.journal.frames[0].data == HELLO[:-1] + LATER[:1]
    assert line.gates["client"].waiting == b""


async def test_what_does_not_fit_the_rule_passes_at_once(line):
    await line.opened()
    unmasked = Frame.text("hello server").encode()
    hold = line.hold(sender="client", opcode=(Opcode.TEXT, Opcode.BINARY), contains="hELLO")
    await line.gates["server"].take(unmasked)
    await line.gates["client"].take(PING + LATER)
    assert (line.passed["client"], line.passed["server"]) == (PING + LATER, unmasked)
    line.take(PING + HELLO + PING)
    held = await hold.next()
    assert held.came == HELLO
    assert line.passed["client"] == PING + LATER + PING
    hold.end()
    assert line.passed["client"] == PING + LATER + PING + HELLO + PING


async def test_text_is_found_in_a_compressed_frame_and_looking_spoils_no_later_one():
    deflate = b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
    line = Line(REPLY[:-2] + deflate)
    await line.gates["client"].take(REQUEST[:-2] + deflate)
    await line.gates["server"].take(line.reply)
    compressor = Compressor(Window(15, context_takeover=True))
    texts = ["x" * 300 + " a secret in the end", "nothing", "the secret again"]
    frames = [
        Frame(Opcode.TEXT, compressor.compress(text.encode()), rsv1=True).encode() for text in texts
    ]
    hold = line.hold(contains="Secret")
    line.take(b"".join(frames), "server")
    for at in (0, 2):
        held = await hold.next()
        assert held.came == frames[at]
        assert held.dissect().says.decode() == texts[at]
        held.let_go()
    assert [message.data for message in line.journal.messages()] == texts


async def test_a_frame_over_the_bound_is_not_held_which_is_reported_once(line):
    await line.opened()
    hold = line.hold(opcode=Opcode.BINARY, most=100)
    long, short = (Frame.binary(bytes(size)).encode(mask_key=KEY) for size in (101, 20))
    await line.gates["client"].take(long + long)
    assert line.passed["client"] == 2 * long
    assert line.journal.remarks == [
        "Connection 1: a frame of the client of 107 bytes was not held, because it is longer than "
        "100 bytes. It passed, and so will others."
    ]
    line.take(short)
    assert (await hold.next()).came == short
    hold.end()


async def test_ending_lets_go_as_it_came_whatever_was_changed_meanwhile(line):
    await line.opened()
    hold = line.hold()
    taken = line.take(HELLO + LATER[:-2])
    held = await hold.next()
    held.data = b"\x81\x00"
    hold.end()
    hold.end()
    await taken
    assert line.passed["client"] == HELLO + LATER[:-2]
    assert await hold.next() is None
    assert not held.waits
    await line.gates["client"].take(LATER[-2:])
    assert [frame.data for frame in line.journal] == [HELLO, LATER]


@pytest.mark.parametrize("seed", range(2))
async def test_however_the_bytes_are_cut_all_pass_once_and_in_order(seed):
    rng = random.Random(seed)
    line = Line()
    kinds = (Opcode.TEXT, Opcode.BINARY, Opcode.CONTINUATION, Opcode.PING)
    sent = {
        sender: [
            Frame(rng.choice(kinds), rng.randbytes(rng.choice((0, 3, 130, 300)))).encode(
                mask_key=key
            )
            for _ in range(60)
        ]
        for sender, key in (("client", KEY), ("server", None))
    }
    seen = []
    await line.gates["client"].take(REQUEST)
    stream = {"client": b"".join(sent["client"]), "server": REPLY + b"".join(sent["server"])}
    while any(stream.values()):
        sender = rng.choice(("client", "server")) if line.recorder.websocket else "server"
        size = rng.choice((1, 2, 7, 50, 400))
        data, stream[sender] = stream[sender][:size], stream[sender][size:]
        taken = line.take(data, sender)
        await asyncio.sleep(0)
        while not taken.done():
            for held in [frame for hold in line.holds for frame in hold.held]:
                seen.append((held.sender, held.came))
                held.let_go()
            await asyncio.sleep(0)
        if rng.random() < 0.1:
            for hold in list(line.holds):
                hold.end()
            for opcode in rng.choice(((), (None,), (Opcode.TEXT, Opcode.PING))):
                line.hold(opcode=opcode)
    for other in list(line.holds):
        other.end()
    assert line.passed["client"] == REQUEST + b"".join(sent["client"])
    assert line.passed["server"] == REPLY + b"".join(sent["server"])
    assert [f.data for f in line.journal if f.sender == "client"] == sent["client"]
    assert [f.data for f in line.journal if f.sender == "server"] == sent["server"]
    assert seen
    assert all(came in sent[sender] for sender, came in seen)  # whole frames alone are held


async def test_a_callback_may_decide_at_once_and_may_fail(line):
    await line.opened()
    problems = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, told: problems.append(told))
    decided = []

    def told():
        for frame in list(hold.held):
            decided.append(frame.came)
            frame.let_go()
            raise ValueError

    hold = line.hold(changed=told)
    await line.gates["client"].take(HELLO + PING + LATER + HELLO[:4])
    assert decided == [HELLO, PING, LATER]
    assert line.passed["client"] == HELLO + PING + LATER
    assert len(problems) == 3
    hold.end()
    assert line.passed["client"] == HELLO + PING + LATER + HELLO[:4]


async def test_bytes_of_another_protocol_pass(line):
    await line.opened()
    line.hold()
    line.take(b"HTTP/1.1 400 Bad Request\r\n\r\n", "server")
    await asyncio.sleep(0)
    assert line.passed["server"] == b"HTTP/1.1 400 Bad Request\r\n\r\n"


async def test_what_comes_with_the_reply_is_held_too():
    line = Line()
    hold = line.hold()
    await line.gates["client"].take(REQUEST)
    greeting = Frame.text("welcome").encode()
    line.take(REPLY + greeting, "server")
    held = await hold.next()
    assert (held.came, line.passed["server"]) == (greeting, REPLY)
    hold.end()
    assert line.passed["server"] == REPLY + greeting


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"sender": "me"}, "Expected the sender client or server, got 'me'."),
        ({"opcode": 16}, "Expected opcodes from 0 to 15, got 16."),
        ({"opcode": ["text"]}, "Expected opcodes from 0 to 15, got ['text']."),
        ({"most": 0}, "Expected a size of 2 bytes or more, got 0."),
    ],
)
async def test_what_is_no_rule_is_refused_in_a_sentence(line, asked, expected):
    await line.opened()
    with pytest.raises(InputError) as caught:
        line.hold(**asked)
    assert str(caught.value) == expected


# -- over real sockets -----------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def keeping():
    """A server that keeps what it gets: its address, and what it has got."""
    got = bytearray()

    async def handle(reader, writer):
        await open_then(reader, writer)
        while data := await reader.read(1000):
            got.extend(data)

    async with raw_server(handle) as url:
        yield url, got


@contextlib.asynccontextmanager
async def listening(**options):
    """A tap in front of a server that keeps what it gets, and a client of bare bytes."""
    async with (
        keeping() as (url, got),
        await tap(url, limits=QUICK, **options) as opened,
        raw_client(opened) as (reader, writer),
    ):
        await shake_hands(reader, writer)
        yield opened, writer, got


async def test_a_real_client_waits_until_its_frame_is_let_go():
    async with echo_server() as url, await tap(url) as opened:
        hold = opened.hold(opcode=Opcode.TEXT)
        async with websockets.connect(opened.url, compression=None) as client:
            await client.send("Hello")
            going = await hold.next()
            assert opened.held == [going]
            going.data = Frame.text("Hullo").encode(mask_key=KEY)
            going.let_go()
            coming = await hold.next()
            assert coming.sender == "server"
            assert coming.dissect().receiver == "client"
            hold.end()
            assert await client.recv() == "Hullo"


async def test_closing_the_tap_lets_go_first():
    async with listening() as (opened, writer, got):
        hold = opened.hold()
        writer.write(HELLO + LATER)
        await hold.next()
        assert bytes(got) == b""
        await opened.close()
        await until(lambda: bytes(got) == HELLO + LATER)
        assert hold.ended
        with pytest.raises(StateError):
            opened.hold()


async def test_a_client_that_hangs_up_takes_nothing_with_it():
    async with listening() as (opened, writer, got):
        with opened.hold() as hold:
            writer.write(HELLO + LATER[:3])
            held = await hold.next()
            writer.close()
            held.let_go()
            await until(lambda: bytes(got) == HELLO + LATER[:3])


async def test_another_thread_may_decide():
    async with listening() as (opened, writer, got):
        hold = opened.hold()
        writer.write(HELLO)
        held = await hold.next()
        deciding = threading.Thread(target=lambda: (held.dissect(), held.let_go(), hold.end()))
        deciding.start()
        await until(lambda: bytes(got) == HELLO)
        await asyncio.to_thread(deciding.join)


async def test_closing_does_not_wait_long_for_a_side_that_does_not_read_what_was_let_go():
    async def handle(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(REPLY)
        await asyncio.Event().wait()

    async with (
        raw_server(handle) as url,
        await tap(url, limits=QUICK) as opened,
        raw_client(opened) as (reader, writer),
    ):
        await shake_hands(reader, writer)
        hold = opened.hold()
        writer.write(HELLO)
        held = await hold.next()
        held.data = Frame.binary(bytes(8 * 2**20)).encode()
        held.send_copy()
        async with asyncio.timeout(20):
            await opened.close()
        assert hold.ended


async def test_a_thread_that_asks_a_busy_loop_is_told_so_in_time(monkeypatch):
    monkeypatch.setattr("wslearn.net.record.hold.PATIENCE", 0.05)
    hold = Hold(asyncio.get_running_loop())
    told = []

    def ask():
        try:
            hold.end()
        except NetworkError as problem:
            told.append(str(problem))

    asking = threading.Thread(target=ask)
    asking.start()
    asking.join()  # on the loop itself, which is therefore busy
    assert told
    assert told[0].startswith("Expected the tap to answer within 0.05 seconds, got nothing")


def test_nothing_is_left_behind_by_a_tap_that_holds():
    async def main():
        async with listening() as (opened, writer, _):
            hold = opened.hold()
            writer.write(HELLO)
            await hold.next()

    run_supervised(main())


PROGRAM = """
import asyncio, sys
import wslearn as ws
from wslearn.net.background import Background

async def main():
    opened = await ws.tap(sys.argv[1])
    hold = opened.hold()
    reader, writer = await asyncio.open_connection("127.0.0.1", opened.port)
    writer.write(bytes.fromhex(sys.argv[2]))
    await reader.readuntil(b"\\r\\n\\r\\n")
    writer.write(bytes.fromhex(sys.argv[3]))
    await hold.next()
    return opened, writer

if sys.argv[4] == "thread":
    kept = Background("a tap").start().run(main())
else:  # as a kernel does: the loop has stopped, and has not been closed
    loop = asyncio.new_event_loop()
    kept = loop.run_until_complete(main())
"""


@pytest.mark.parametrize("where", ["thread", "loop"])
async def test_the_end_of_the_program_lets_go(where):
    async with keeping() as (url, got):
        command = [sys.executable, "-c", PROGRAM, url, REQUEST.hex(), HELLO.hex(), where]
        done = await asyncio.to_thread(subprocess.run, command, timeout=60, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        await until(lambda: bytes(got) == HELLO)


# -- callbacks that decide at once -----------------------------------------------------------------


async def test_a_hold_that_ends_while_a_frame_passes_passes_each_frame_once(line):
    await line.opened()
    hold = line.hold()
    taken = line.take(HELLO + LATER)
    first = await hold.next()
    line.journal.changed = hold.end
    first.let_go()
    await asyncio.wait_for(taken, 5)
    assert line.passed["client"] == HELLO + LATER
    assert hold.held == []


async def test_many_frames_that_are_let_go_at_once_pass_once_each(line):
    await line.opened()
    hold = line.hold(changed=lambda: [frame.let_go() for frame in list(hold.held)])
    await asyncio.wait_for(line.take(PING * 3_000), 20)
    assert line.passed["client"] == PING * 3_000
    hold.end()


async def test_everything_passes_once_where_a_watcher_flushes_it(line):
    await line.opened()
    hold = line.hold(changed=line.gates["client"].flush)
    await asyncio.wait_for(line.take(HELLO + LATER + PING), 5)
    assert line.passed["client"] == HELLO + LATER + PING
    hold.end()
    hold._end()  # a second thread may have asked for it before the first was done
