"""Masking-keys: fresh, from the system, and never twice."""

import os
import threading
from itertools import pairwise

import pytest

from wslearn.net import keys
from wslearn.net.keys import AT_ONCE, mask_key


@pytest.fixture(autouse=True)
def empty_pool():
    keys._pool.clear()
    yield
    keys._pool.clear()


@pytest.mark.row("6455-5.3-3", at="net.keys.mask_key")
def test_every_byte_of_the_source_is_used_once_and_in_no_second_key(monkeypatch):
    drawn = []

    def counted(size):
        first = len(drawn) * size
        drawn.append(b"".join(n.to_bytes(4, "big") for n in range(first, first + size // 4)))
        return drawn[-1]

    monkeypatch.setattr(keys.os, "urandom", counted)
    given = [mask_key() for _ in range(2 * AT_ONCE)]
    assert len(drawn) == 2
    assert sorted(given) == sorted(
        data[at : at + 4] for data in drawn for at in range(0, len(data), 4)
    )
    assert len(set(given)) == len(given)


def test_a_key_is_four_bytes_and_is_forgotten_once_given():
    key = mask_key()
    assert type(key) is bytes
    assert len(key) == 4
    assert len(keys._pool) == AT_ONCE - 1
    last = keys._pool[-1]
    assert mask_key() is last
    assert not any(kept is last for kept in keys._pool)


@pytest.mark.row("6455-5.3-4", at="net.keys.mask_key")
def test_no_masking_key_follows_from_the_one_before():
    drawn = [int.from_bytes(mask_key(), "big") for _ in range(5_000)]
    for relation in (lambda a, b: a ^ b, lambda a, b: (b - a) % 2**32):
        assert len({relation(a, b) for a, b in pairwise(drawn)}) > 4_990
    assert len(set(drawn)) > 4_990


def test_threads_never_share_a_key(monkeypatch):
    source = iter(range(10**6))
    monkeypatch.setattr(
        keys.os,
        "urandom",
        lambda size: b"".join(next(source).to_bytes(4, "big") for _ in range(size // 4)),
    )
    given = []

    def draw():
        given.extend([mask_key() for _ in range(5_000)])

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given) == len(set(given)) == 20_000


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_process_has_keys_of_its_own():
    mask_key()
    known = set(keys._pool)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - runs in the other process
        os.write(writing, b"".join(mask_key() for _ in range(AT_ONCE // 2)))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        theirs = pipe.read()
    os.waitpid(child, 0)
    assert len(theirs) == AT_ONCE // 2 * 4
    assert known.isdisjoint(theirs[at : at + 4] for at in range(0, len(theirs), 4))
    assert set(keys._pool) == known
