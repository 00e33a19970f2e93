"""Kept in memory, in a file, in Redis: whatever is acknowledged is there after a crash, once."""

import asyncio
import json
import os
import secrets
import signal
import sys
from collections.abc import Iterator

import pytest

from tests.support.redis_process import RedisProcess
from wslearn.classroom.live import redis_ledger
from wslearn.classroom.live.asked import of_the_course
from wslearn.classroom.live.ledger import FORMAT, FileLedger, Ledger
from wslearn.classroom.live.redis_ledger import RedisLedger
from wslearn.lessons.lesson_12.poll.refusals import RefusedError, UnavailableError
from wslearn.protocol.errors import InputError


@pytest.fixture
def redis_server(tmp_path) -> Iterator[RedisProcess]:
    server = RedisProcess(tmp_path)
    server.start()
    yield server
    server.stop()


def event(do, **more):
    return {"do": do, "id": secrets.token_hex(8), "at": 1000.0, **more}


async def fill(ledger: Ledger, people: int = 20) -> None:
    """Some people who have voted, all at the same time."""
    await ledger.commit(event("ask", asked=of_the_course("04.3").as_json(), label="04.3"))

    async def one(number: int) -> None:
        token = f"token {number}"
        await ledger.commit(event("join", token=token, name=f"n{number}", number=number))
        for letter in "abcd":
            await ledger.commit(event("answer", token=token, round=1, vote=1, answer=letter))

    await asyncio.gather(*(one(number) for number in range(1, people + 1)))


async def test_a_class_goes_on_from_its_file(tmp_path):
    path = tmp_path / "class"
    first = FileLedger(path)
    await first.start()
    await fill(first)
    before = first.hour.as_json()
    await first.stop()
    assert path.stat().st_mode & 0o077 == 0, "names stand in it: for the owner alone"
    second = FileLedger(path)
    await second.start()
    assert second.hour.as_json() == before
    with pytest.raises(RefusedError, match="already called n1"):
        await second.commit(event("join", token="x", name="n1", number=1))
    await second.stop()


@pytest.mark.parametrize("cut", [1, 5, 40])
async def test_a_line_that_was_cut_off_was_never_acknowledged_and_is_dropped(tmp_path, cut):
    path = tmp_path / "class"
    ledger = FileLedger(path)
    await ledger.start()
    await fill(ledger, 2)
    await ledger.commit(event("notice", text="Last."))
    await ledger.stop()
    path.write_bytes(path.read_bytes()[:-cut])
    again = FileLedger(path)
    await again.start()
    assert again.hour.notices == []
    assert len(again.hour.round.votes[0]) == 2
    await again.stop()


async def test_a_full_disk_is_reported_and_what_was_not_kept_has_not_happened(
    tmp_path, monkeypatch
):
    path = tmp_path / "class"
    ledger = FileLedger(path)
    await ledger.start()
    await fill(ledger, 2)
    with monkeypatch.context() as full:

        def fsync(_):
            raise OSError(28, "No space left on device")

        full.setattr(os, "fsync", fsync)
        with pytest.raises(UnavailableError, match="No space left on device"):
            await ledger.commit(event("notice", text="Lost."))
    assert ledger.hour.notices == []
    await ledger.commit(event("notice", text="Kept."))
    await ledger.stop()
    again = FileLedger(path)
    await again.start()
    assert [one["text"] for one in again.hour.notices] == ["Kept."]
    await again.stop()


async def test_two_classes_do_not_share_a_file(tmp_path):
    path = tmp_path / "class"
    ledger = FileLedger(path)
    await ledger.start()
    with pytest.raises(InputError, match="no other class uses"):
        await FileLedger(path).start()
    await ledger.stop()


HEAD = json.dumps(FORMAT)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("some notes\n", ":1:"),
        ('{"journal": "wslearn", "version": 1}\n', ":1:"),
        (f"{HEAD}\nnonsense\n", ":2:"),
        (f'{HEAD}\n{{"do": "explode"}}\n', ":2:"),
        (f'{HEAD}\n{{"do": "join"}}\n', ":2:"),
        ("no line end", ""),
    ],
)
async def test_another_file_is_refused_with_its_line_and_left_alone(tmp_path, text, where):
    path = tmp_path / "class"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        await FileLedger(path).start()
    assert f"{path}{where}" in str(caught.value)
    assert path.read_text() == text


async def test_a_missing_folder_gets_one_sentence(tmp_path):
    with pytest.raises(InputError, match="Expected a file for the class, got "):
        await FileLedger(tmp_path / "no" / "class").start()


VICTIM = """
import asyncio, json, sys
from tests.classroom.live.test_ledger import event
from wslearn.classroom.live.asked import of_the_course
from wslearn.classroom.live.ledger import FileLedger
from wslearn.classroom.live.redis_ledger import RedisLedger

async def main():
    where = sys.argv[1]
    ledger = RedisLedger(where) if "://" in where else FileLedger(where)
    await ledger.start()
    if not ledger.hour.rounds:
        await ledger.commit(event("ask", asked=of_the_course("04.3").as_json(), label=""))
    async def one(number):
        token = f"token {number}"
        await ledger.commit(event("join", token=token, name=f"n{number}", number=number))
        await ledger.commit(event("answer", token=token, round=1, vote=1, answer="b"))
        print(number, flush=True)
    await asyncio.gather(*(one(int(sys.argv[2]) + at) for at in range(600)))

asyncio.run(main())
"""


async def killed_in_mid_vote(where: str, first: int, acknowledged: int) -> list[int]:
    """Whose answers a process had acknowledged before it was killed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", VICTIM, where, str(first), stdout=asyncio.subprocess.PIPE
    )
    told = []
    async with asyncio.timeout(60):
        while len(told) < acknowledged:
            told.append(int(await process.stdout.readline()))
        process.send_signal(signal.SIGKILL)
        rest, _ = await process.communicate()
    whole = rest.decode().rpartition("\n")[0]
    return told + [int(line) for line in whole.split()]


@pytest.mark.skipif(sys.platform == "win32", reason="kills a process by a signal")
async def test_a_server_killed_in_mid_vote_loses_nothing_that_it_acknowledged(tmp_path):
    path = tmp_path / "class"
    told = []
    for turn in range(2):
        told += await killed_in_mid_vote(str(path), 1 + 600 * turn, 50)
    again = FileLedger(path)
    await again.start()
    votes = again.hour.round.votes[0]
    assert len(told) >= 50
    assert {f"token {number}" for number in told} <= votes.keys()
    assert set(votes.values()) == {"b"}
    await again.stop()


async def test_the_same_with_redis_and_two_processes_are_one_class(redis_server):
    told = await killed_in_mid_vote(redis_server.url, 1, 50)
    left, right = RedisLedger(redis_server.url), RedisLedger(redis_server.url)
    await left.start()
    await right.start()
    assert {f"token {number}" for number in told} <= left.hour.round.votes[0].keys()
    taken = await asyncio.gather(
        left.commit(event("join", token="l", name="Ada", number=6001)),
        right.commit(event("join", token="r", name="ada", number=6001)),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in taken) == ["Person", "RefusedError"]
    await left.commit(event("notice", text="Hello"))
    async with asyncio.timeout(10):
        while not right.hour.notices:
            await asyncio.sleep(0.01)
    assert left.hour.as_json() == right.hour.as_json()
    await left.stop()
    await right.stop()


async def test_a_new_page_of_the_stream_loses_nothing(redis_server, monkeypatch):
    monkeypatch.setattr(redis_ledger, "PAGE", 20)
    first = RedisLedger(redis_server.url)
    await first.start()
    await fill(first, 30)
    assert first._since_page < 100
    second = RedisLedger(redis_server.url)
    await second.start()
    assert second.hour.as_json() == first.hour.as_json()
    await first.stop()
    await second.stop()


async def test_redis_gone_in_mid_class_loses_nothing_even_if_it_forgets_everything(
    redis_server, monkeypatch
):
    monkeypatch.setattr(redis_ledger, "PATIENCE", 0.5)
    ledger = RedisLedger(redis_server.url)
    await ledger.start()
    await fill(ledger, 10)
    before = ledger.hour.as_json()
    redis_server.stop()
    with pytest.raises(UnavailableError, match="does not answer just now"):
        await ledger.commit(event("notice", text="While it was away."))
    redis_server.start()  # with an empty memory
    monkeypatch.setattr(redis_ledger, "PATIENCE", 15)
    await ledger.commit(event("notice", text="Back."))
    other = RedisLedger(redis_server.url)
    await other.start()
    after = other.hour.as_json()
    assert after == ledger.hour.as_json()
    assert [one["text"] for one in other.hour.notices] == ["Back."]
    assert (after["people"], after["rounds"]) == (before["people"], before["rounds"])
    await other.stop()
    await ledger.stop()


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "nonsense"])
def test_an_invalid_redis_url_gets_one_sentence(url):
    with pytest.raises(InputError, match="Expected a URL such as redis://"):
        RedisLedger(url)


async def test_a_missing_redis_gets_one_sentence_without_its_password():
    ledger = RedisLedger("redis://:secret@127.0.0.1:1/0")
    with pytest.raises(UnavailableError) as caught:
        await ledger.start()
    assert "Redis at 127.0.0.1:1)" in caught.value.text
    assert "secret" not in caught.value.text
    await ledger.stop()
