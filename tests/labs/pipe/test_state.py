"""The model behind PipeLab: no byte is made or lost, no buffer overflows, no speed is exceeded."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from wslearn.labs.pipe.knobs import KIB, KNOBS, POLICIES, PRESETS, Knobs
from wslearn.labs.pipe.state import STEP, TICKS, Pipe, ping_wait

SLOW_READER = Knobs()
SLOW_NETWORK = Knobs(**PRESETS["slow network"])

numbers = {name: st.integers(knob.least, knob.most) for name, knob in KNOBS.items()}
live = {name: each for name, each in numbers.items() if name != "message"}
some_knobs = st.builds(Knobs, policy=st.sampled_from(list(POLICIES)), **live)


def run(knobs, seconds, pipe=None):
    """The pipe after this many seconds."""
    return (pipe or Pipe(knobs.message * KIB)).after(knobs, round(seconds * TICKS))


# -- what always holds -----------------------------------------------------------------------------


@settings(max_examples=40)
@given(st.lists(some_knobs, min_size=1, max_size=12), numbers["message"])
def test_no_byte_is_made_and_none_is_lost(turns, message):
    pipe = Pipe(message * KIB)
    for knobs in turns:
        for _ in range(6):
            before, pipe = pipe, pipe.after(knobs, 1)
            assert pipe.made * pipe.message == (
                pipe.read + pipe.total + pipe.dropped * pipe.message
            )
            assert min(pipe.held, pipe.kernel, pipe.wire, pipe.inbox) >= 0
            # Whole messages wait, except for the part of the first that has been read.
            begun = pipe.read % pipe.message
            assert len(pipe.waiting) * pipe.message - begun == pipe.total
            assert list(pipe.waiting) == sorted(pipe.waiting)
            assert pipe.read >= before.read
            assert pipe.carried == pipe.read + pipe.wire + pipe.inbox


@settings(max_examples=40)
@given(some_knobs, numbers["message"])
def test_no_speed_is_exceeded_and_no_buffer_overflows(knobs, message):
    pipe = Pipe(message * KIB)
    for _ in range(2 * TICKS):
        before, pipe = pipe, pipe.after(knobs, 1)
        assert TICKS * (pipe.read - before.read) <= knobs.read * KIB
        assert TICKS * (pipe.carried - before.carried) <= knobs.network * KIB
        assert pipe.kernel <= knobs.send_buffer * KIB
        assert pipe.inbox + pipe.wire <= knobs.receive_buffer * KIB
        assert pipe.window(knobs) == knobs.receive_buffer * KIB - pipe.inbox - pipe.wire
        if knobs.policy != "send anyway":
            assert pipe.held <= knobs.limit * KIB


@settings(max_examples=20)
@given(some_knobs, st.integers(0, 40), st.integers(0, 40))
def test_the_same_knobs_give_the_same_pipe_however_the_time_is_cut(knobs, first, second):
    whole = Pipe().after(knobs, first + second)
    assert Pipe().after(knobs, first).after(knobs, second) == whole


# -- what each speed does --------------------------------------------------------------------------


def test_what_is_fast_enough_lets_nothing_pile_up():
    knobs = Knobs(**PRESETS["fast enough"])
    pipe = run(knobs, 20)
    assert pipe.total <= 3 * pipe.message
    assert pipe.oldest < 0.3
    assert 20 * 64 * KIB - pipe.total == pipe.read


def test_a_slow_reader_fills_the_nearest_buffer_first_and_the_program_last():
    filled = {}
    pipe = Pipe()
    for tick in range(1, 5 * TICKS):
        pipe = pipe.after(SLOW_READER, 1)
        for name, size in (("inbox", 60), ("kernel", 60), ("held", 60)):
            if getattr(pipe, name) >= size * KIB:
                filled.setdefault(name, tick)
    assert list(filled) == ["inbox", "kernel", "held"]
    # Each second, 48 KiB more are sent than read: some 1.3 seconds for each 64 KiB.
    assert 1.2 * TICKS < filled["inbox"] < 1.5 * TICKS
    assert 2.4 * TICKS < filled["kernel"] < 2.9 * TICKS


def test_a_full_receiver_shuts_the_window_and_the_wire_carries_what_is_read():
    pipe = run(SLOW_READER, 10)
    later = run(SLOW_READER, 1, pipe)
    assert pipe.window(SLOW_READER) < pipe.message
    assert later.carried - pipe.carried == later.read - pipe.read == 16 * KIB
    nobody = Knobs(read=0)
    stalled = run(nobody, 10)
    assert (stalled.window(nobody), stalled.wire, stalled.read) == (0, 0, 0)
    assert run(nobody, 5, stalled).carried == stalled.carried == 64 * KIB


def test_a_slow_network_leaves_the_receiver_empty():
    pipe = run(SLOW_NETWORK, 10)
    assert pipe.inbox <= pipe.message
    assert pipe.kernel == 64 * KIB
    assert pipe.held > 64 * KIB


def test_a_burst_is_taken_in_and_worked_off_before_the_next():
    knobs = Knobs(**PRESETS["bursts"])
    after_one_tick = run(knobs, 1 / TICKS)
    assert after_one_tick.total == 4 * 32 * KIB
    assert run(knobs, 3.5).total == 0
    assert run(knobs, 4 + 1 / TICKS).total == 4 * 32 * KIB


# -- what each policy does -------------------------------------------------------------------------


def test_sent_anyway_it_grows_by_what_is_sent_too_much():
    pipe, later = run(SLOW_READER, 10), run(SLOW_READER, 20)
    assert later.held - pipe.held == 10 * (64 - 16) * KIB
    assert later.dropped == 0


def test_a_sender_that_waits_is_as_slow_as_the_reader_and_loses_nothing():
    knobs = SLOW_READER.turned(policy="wait")
    pipe, later = run(knobs, 10), run(knobs, 20)
    assert later.read - pipe.read == 10 * 16 * KIB
    assert (later.made - pipe.made) * pipe.message == 10 * 16 * KIB
    assert later.dropped == 0
    assert later.total <= 3 * 64 * KIB


def test_a_burst_that_waits_for_room_is_sent_whole_before_anything_new_is_made():
    knobs = Knobs(**PRESETS["bursts"], policy="wait", limit=16, send_buffer=16, receive_buffer=16)
    pipe = run(knobs, 1)
    assert pipe.due > 0
    assert run(knobs, 2.9, pipe).made == 4 * 32 * KIB // pipe.message


def test_newest_and_oldest_lose_equally_many_but_not_the_same():
    newest = run(SLOW_READER.turned(policy="drop newest"), 30)
    oldest = run(SLOW_READER.turned(policy="drop oldest"), 30)
    assert newest.dropped == oldest.dropped > 50
    assert newest.total == oldest.total
    # The last in the queue is fresh when old ones go, and so is the first that may still go.
    behind = newest.held // newest.message
    stale, fresh = ((pipe.now - pipe.waiting[-behind]) / TICKS for pipe in (newest, oldest))
    assert stale > 3
    assert fresh < 1.5


def test_a_message_that_has_begun_to_leave_is_never_thrown_away():
    knobs = Knobs(policy="drop oldest", send=128, network=7, read=7, limit=64, message=16)
    pipe = Pipe(16 * KIB)
    for _ in range(20 * TICKS):
        before, pipe = pipe, pipe.after(knobs, 1)
        whole_read = (pipe.read // pipe.message) - (before.read // before.message)
        kept = before.waiting[whole_read:]
        begun = len(before.waiting) - before.held // before.message - whole_read
        assert pipe.waiting[:begun] == kept[:begun]
    assert pipe.dropped > 0


def test_past_the_limit_the_sender_closes_and_what_waits_is_still_read():
    knobs = SLOW_READER.turned(policy="close")
    closed = run(knobs, 10)
    assert closed.closed
    assert closed.dropped == 1
    assert closed.held + closed.message <= knobs.limit * KIB
    at_the_end = run(knobs, 20, closed)
    assert at_the_end.made == closed.made
    assert at_the_end.total == 0
    assert at_the_end.read == (closed.made - 1) * closed.message


def test_a_knob_that_makes_a_buffer_smaller_than_its_content_loses_nothing():
    pipe = run(SLOW_READER, 10)
    small = SLOW_READER.turned(receive_buffer=16, send_buffer=16, limit=16, policy="wait")
    after = run(small, 1, pipe)
    assert after.dropped == 0
    assert after.carried == pipe.carried
    assert after.made == pipe.made
    assert run(small, 60, pipe).inbox <= 16 * KIB


# -- what a Ping would wait behind -----------------------------------------------------------------


@settings(max_examples=30)
@given(some_knobs, st.integers(16, 128), st.integers(16, 128))
def test_the_wait_of_a_ping_is_the_time_until_all_before_it_is_read(knobs, network, read):
    knobs = knobs.turned(network=network, read=read)
    pipe = Pipe().after(knobs, STEP)
    told = ping_wait(pipe, knobs)
    silent = knobs.turned(send=0, burst=0)
    late, behind, ticks = replace(pipe, due=0), pipe.read + pipe.total, 0
    while late.read < behind:
        late, ticks = late.after(silent, 1), ticks + 1
    took = ticks / TICKS
    # Two gates in a row; a small window or the last message may delay it a little.
    assert told <= took + 1 / TICKS
    assert took <= told + 16 * KIB / (KIB * min(knobs.network, knobs.read)) + 4 / TICKS


def test_a_ping_never_arrives_where_nobody_reads():
    pipe = run(Knobs(read=0), 2)
    assert ping_wait(pipe, Knobs(read=0)) is None
    assert ping_wait(pipe, Knobs(network=0)) is None
    assert ping_wait(Pipe(), Knobs(read=0, network=0)) == 0
    assert ping_wait(run(SLOW_READER, 10), SLOW_READER) == run(SLOW_READER, 10).total / (16 * KIB)
