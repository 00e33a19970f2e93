"""Lesson 18: what waits and where, the memory of a connection, one frame for all, and brokers."""

import asyncio
import random

import pytest

from tests.support.redis_process import RedisProcess
from wslearn.lessons.lesson_18 import facts
from wslearn.lessons.lesson_18.audience import on_sockets, without_sockets
from wslearn.lessons.lesson_18.bare_client import bare_client
from wslearn.lessons.lesson_18.brokers import MOST, BrokerInside, RedisBroker, a_broker
from wslearn.lessons.lesson_18.figures import held_figure, stalled_figure
from wslearn.lessons.lesson_18.measured import measured
from wslearn.lessons.lesson_18.per_connection import SETTINGS, ours, per_connection
from wslearn.lessons.lesson_18.solutions import keep_newest, missed, pauses, tell, where_it_waits
from wslearn.lessons.lesson_18.stalled import MESSAGES, SIZE, UNSENT, Course, beside_a_stalled_one
from wslearn.lessons.lesson_18.system_takes import PIECE, system_takes
from wslearn.lessons.lesson_18.two_rooms import everybody_votes, room
from wslearn.net.limits import READ_SIZE
from wslearn.net.server import serve
from wslearn.protocol.errors import NetworkError

# -- what waits ------------------------------------------------------------------------------------


def test_two_systems_take_some_and_then_no_more():
    taken = system_takes(wait=0.05)
    assert len(PIECE) <= taken < 2**28


def test_the_figures_that_were_recorded_say_what_the_lesson_says():
    kept = measured()
    assert facts.amount_in_words(kept.system) == "a few hundred KiB, or a few MiB"
    assert facts.STARVED.startswith("the first")
    assert 32 * 2**20 < facts.HELD_AT_MOST <= 64 * 2**20
    polite = max(held for _, held in list(kept.browser.values())[1])
    assert polite < 2 * 2**20
    for sizes in kept.memory.values():
        assert sizes["no compression"] < sizes["a window of 12 bits"] < sizes["a window of 15 bits"]


@pytest.mark.parametrize("seed", range(50))
def test_where_it_waits_is_what_a_simulation_second_by_second_says(seed):
    draw = random.Random(seed)
    send, read, room_for = draw.randrange(100), draw.randrange(100), draw.randrange(300)
    seconds = draw.randrange(20)
    systems = program = 0
    for _ in range(seconds):
        waits = max(0, systems + program + send - read)
        systems = min(room_for, waits)
        program = waits - systems
    assert where_it_waits(send, read, room_for, seconds) == (systems, program)


async def test_two_marks_pause_and_go_on_as_asyncio_does():
    """The levels of asyncio's buffer while it fills and empties."""
    told = []

    class Noted(asyncio.Protocol):
        def pause_writing(self):
            told.append(True)

        def resume_writing(self):
            told.append(False)

    lunch = asyncio.Event()

    async def slow(reader, writer):
        await lunch.wait()
        while await reader.read(2**16):
            pass
        writer.close()

    server = await asyncio.start_server(slow, "127.0.0.1", 0)
    async with server:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_connection(Noted, *server.sockets[0].getsockname())
        low, high = transport.get_write_buffer_limits()
        levels = [0]
        while len(levels) < 2000 and not told:
            transport.write(bytes(2**16))
            levels.append(transport.get_write_buffer_size())
        assert pauses(levels, high, low)[-2:] == [False, True]
        lunch.set()
        async with asyncio.timeout(20):
            while told != [True, False]:
                await asyncio.sleep(0.01)
        levels.append(transport.get_write_buffer_size())
        assert pauses(levels, high, low)[-1] is False
        transport.close()


# -- a client that reads nothing -------------------------------------------------------------------


@pytest.mark.parametrize("way", ["drop", "queue", "close"])
async def test_the_others_get_everything_and_what_waits_has_an_end(way):
    course = await beside_a_stalled_one(way, readers=2)
    most = READ_SIZE if way == "drop" else UNSENT
    assert course.got == MESSAGES == len(course.waiting)
    assert most < max(course.waiting) <= most + SIZE + 20
    assert course.closed is (way == "close")
    assert (course.missed > 0) is (way != "close") or course.missed == 1


async def test_waiting_for_one_reader_makes_the_others_wait():
    course = await beside_a_stalled_one("await send", readers=2)
    assert 0 < course.got < MESSAGES
    assert course.missed == 0


# -- memory and many -------------------------------------------------------------------------------


async def test_a_connection_that_compresses_costs_what_zlib_keeps_beside_the_rest():
    sizes = {
        name: await per_connection(ours(deflate), deflate, 5) for name, deflate in SETTINGS.items()
    }
    bare = sizes["no compression"]
    assert bare < 2**15
    # From zconf.h: windows and tables to compress with; a window to inflate.
    for name, bits, level in (("a window of 15 bits", 15, 8), ("a window of 12 bits", 12, 5)):
        kept = 2 ** (bits + 2) + 2 ** (level + 9)
        assert kept <= sizes[name] - bare < kept + 2**bits + 2**15 + 2**14, name


async def test_without_context_takeover_nothing_is_kept_between_messages():
    forgets = SETTINGS["15 bits, no context takeover"]
    assert await per_connection(ours(forgets), forgets, 5) < 2**15


async def test_a_bare_client_is_told_of_a_refusal_and_leaves_no_socket():
    async with await serve(lambda socket: socket.wait_closed(), resources=["/chat"]) as server:
        with pytest.raises(NetworkError, match="refusal"):
            await bare_client(server.url)


async def test_a_broadcast_reaches_every_socket_and_is_timed():
    assert 0 < await on_sockets(5, "x" * 100, turns=2) < 1000


def test_a_frame_for_all_takes_less_time_than_a_frame_for_each():
    once, each = without_sockets(500, "x" * 2**16)
    assert 0 < once < each
    assert facts.frames_built(50) == 1


# -- the exercises ---------------------------------------------------------------------------------


def test_a_reader_gets_the_whole_frame_or_nothing_of_it():
    after, gone = tell("ü" * 100, [0, 10, 11], 10)
    assert after == [204, 214, 11]  # 200 bytes and a header of four
    assert gone == [2]


@pytest.mark.parametrize("seed", range(50))
def test_the_newest_are_kept_the_first_is_whole_and_nothing_more_than_needed_goes(seed):
    draw = random.Random(seed)
    waiting = ["x" * draw.randint(1, 9) for _ in range(draw.randint(1, 6))]
    new, most = "y" * draw.randint(1, 9), draw.randint(1, 40)
    kept = keep_newest(waiting, new, most)
    assert kept[0] == waiting[0]
    gone = len(waiting) + 1 - len(kept)
    assert kept[1:] == [*waiting, new][1 + gone :]
    assert len("".join(kept)) <= most or len(kept) == 1
    if gone:
        assert len("".join(kept)) + len([*waiting, new][gone]) > most


# -- several processes -----------------------------------------------------------------------------


async def test_two_rooms_without_a_broker_between_them_lose_each_others_votes():
    rooms = [await room(BrokerInside()), await room(BrokerInside())]
    assert await everybody_votes(rooms, 10) == [[5], [5]]


async def test_two_rooms_that_share_a_broker_show_all_votes():
    broker = BrokerInside()
    rooms = [await room(broker), await room(broker), await room(broker)]
    assert await everybody_votes(rooms, 10) == [[10], [10], [10]]


async def hear(broker):
    """What a listener gets that is away for one message."""
    heard = []
    async with broker.listen() as messages:
        await broker.publish("1")
        heard.append(await anext(messages))
    await broker.publish("2")
    async with broker.listen() as messages:
        await broker.publish("3")
        heard.append(await anext(messages))
    return heard


AWAY = [("subscribe", "A"), ("publish", 1), ("lost", "A"), ("publish", 2), ("subscribe", "A"),
        ("publish", 3)]  # fmt: skip


async def test_a_listener_that_is_away_misses_what_the_exercise_says():
    assert missed(AWAY, "A") == [2]
    assert await hear(BrokerInside()) == ["1", "3"]


async def test_a_listener_that_reads_nothing_misses_what_is_too_much_and_stops_nobody():
    broker = BrokerInside()
    async with broker.listen() as slow, broker.listen() as quick:
        for number in range(MOST + 5):
            await broker.publish(str(number))
            assert await anext(quick) == str(number)
        assert [await anext(slow) for _ in range(MOST)] == [str(number) for number in range(MOST)]
        await broker.publish("later")
        assert await anext(slow) == "later"


async def test_without_a_redis_the_broker_is_inside():
    broker = await a_broker("redis://127.0.0.1:1/0")
    assert isinstance(broker, BrokerInside)


async def test_a_real_redis_does_the_same_for_the_rooms_and_keeps_nothing(tmp_path):
    process = RedisProcess(tmp_path)
    process.start()
    try:
        broker = await a_broker(process.url)
        assert isinstance(broker, RedisBroker)
        rooms = [await room(broker), await room(broker)]
        assert await everybody_votes(rooms, 10) == [[10], [10]]
        assert await hear(broker) == ["1", "3"]
        assert await broker._client.dbsize() == 0
        await broker.close()
    finally:
        process.stop()


# -- the figures -----------------------------------------------------------------------------------


def test_the_figures_say_who_got_how_much_and_how_much_was_held():
    courses = {"drop": Course([1024, 2048], 2, 1), "close": Course([1024, 0], 1, 1, True)}
    above, below = stalled_figure(courses).axes
    assert [text.get_text() for text in above.get_legend().get_texts()] == ["drop", "close"]
    assert [text.get_text() for text in below.texts] == [f"1 of {MESSAGES}", f"2 of {MESSAGES}"]
    (held,) = held_figure({"at once": [(0, 2**20), (1000, 0)]}).axes
    assert list(held.lines[0].get_ydata()) == [1.0, 0.0]
