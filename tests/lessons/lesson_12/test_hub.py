"""What one browser still has to get: in which order, what is left out, how much may wait."""

import asyncio
import json

from wslearn.lessons.lesson_12.poll.hub import MOST_WAITING, Hub, Outbox
from wslearn.lessons.lesson_12.poll.room import Choice, News, Room


async def all_of(box: Outbox) -> list[str | None]:
    """Everything that waits."""
    said: list[str | None] = []
    while not said or said[-1] is not None:
        try:
            async with asyncio.timeout(0.01):
                said.append(await box.next())
        except TimeoutError:
            break
    return said


def candidates(said: list[str | None]) -> list[str]:
    return [json.loads(text)["candidate"] for text in said if text]


async def test_of_results_only_the_newest_is_sent():
    box = Outbox("voter", "token")
    for text in ("first", "second", "third"):
        box.put_results(text)
    assert await all_of(box) == ["third"]
    assert await all_of(box) == []


async def test_what_may_not_be_left_out_comes_first_and_in_order():
    box = Outbox("voter", "token")
    box.put_results("results")
    box.put("welcome")
    box.put("notice")
    assert await all_of(box) == ["welcome", "notice", "results"]


async def test_a_vote_is_announced_once_and_an_older_one_never_after_it():
    box = Outbox("voter", "token")
    tea, coffee = Choice(1, "Tea", 5), Choice(1, "Coffee", 6)
    box.put_choice(tea)
    assert candidates(await all_of(box)) == ["Tea"]
    box.put_choice(tea)  # the news of it, after the answer
    assert candidates(await all_of(box)) == []
    box.put_choice(tea, again=True)  # the answer to the same vote, sent once more
    assert candidates(await all_of(box)) == ["Tea"]
    box.put_choice(coffee)
    box.put_choice(tea, again=True)  # an answer that another thread brings too late
    assert candidates(await all_of(box)) == ["Coffee"]


async def test_a_queue_that_is_full_ends_the_connection_after_what_it_holds():
    box = Outbox("voter", "token")
    for number in range(MOST_WAITING + 5):
        box.put(str(number))
    assert box.closing == (1013, "too many messages wait to be read")
    said = await all_of(box)
    assert said == [*map(str, range(MOST_WAITING)), None]


async def test_a_frame_is_written_at_once_only_where_nothing_waits():
    written: list[bytes] = []
    box = Outbox("voter", "token")
    assert not box.hand(b"frame"), "nowhere to write it"
    box.offer = lambda frame: not written.append(frame)
    assert box.hand(b"1")
    box.put("welcome")
    assert not box.hand(b"2")
    await all_of(box)
    box.since = 1.0  # something is on its way
    assert not box.hand(b"3")
    box.since = None
    box.put_choice(Choice(1, "Tea", 5))
    assert not box.hand(b"4")
    await all_of(box)
    box.close(1001, "the poll ends")
    box.close(1000, "later")
    assert not box.hand(b"5")
    assert box.closing == (1001, "the poll ends"), "the first reason stands"
    assert written == [b"1"]


async def test_a_newcomer_gets_the_results_even_if_the_news_changed_nothing():
    room = Room("Tea or coffee?", ["Tea", "Coffee"])
    hub = Hub(room)
    await hub.start()
    early, late = Outbox("voter", "1"), Outbox("voter", "2")
    hub.add(early)
    first = await asyncio.wait_for(early.next(), 5)
    hub.hear(News("changed"))  # of something that these results hold already
    await asyncio.sleep(0)
    hub.add(late)
    assert await asyncio.wait_for(late.next(), 5) == first
    assert await all_of(early) == [], "nobody else is told again"
    hub.remove(early)
    hub.remove(late)
    await hub.stop()
