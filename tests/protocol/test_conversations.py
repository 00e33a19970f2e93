"""Two connections joined in memory: what one sends the other tells, however the bytes are cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wslearn.protocol.connection import Connection
from wslearn.protocol.deflate import Agreement
from wslearn.protocol.events import Binary, Close, Ended, Failed, Ping, Pong, Text
from wslearn.protocol.states import State

KEY = bytes.fromhex("37fa213d")

agreements = st.none() | st.builds(
    Agreement,
    server_no_context_takeover=st.booleans(),
    client_no_context_takeover=st.booleans(),
    server_max_window_bits=st.none() | st.integers(9, 15),
    client_max_window_bits=st.none() | st.integers(9, 15),
)
sides = st.sampled_from(["client", "server"])
messages = st.text(max_size=300) | st.binary(max_size=300)
fragments = st.lists(st.integers(0, 300), max_size=3)
steps = st.one_of(
    st.tuples(st.just("message"), sides, messages, fragments),
    st.tuples(st.just("ping"), sides, st.binary(max_size=125), st.just([])),
    st.tuples(st.just("pong"), sides, st.binary(max_size=125), st.just([])),
)
cuts = st.lists(st.integers(1, 50), min_size=1, max_size=5)


class Pair:
    """A client and a server, and what each was told; bytes travel in pieces of the given sizes."""

    def __init__(self, agreement, cuts):
        self.ends = {
            "client": Connection("client", mask_keys=lambda: KEY, deflate=agreement),
            "server": Connection("server", deflate=agreement),
        }
        self.told = {"client": [], "server": []}
        self.cuts = cuts

    def carry(self, sender, data):
        """Bring bytes to the other side, and what it answers back, until nobody answers."""
        receiver = "server" if sender == "client" else "client"
        place = turn = 0
        while place < len(data):
            size = self.cuts[turn % len(self.cuts)]
            self.told[receiver] += self.ends[receiver].receive(data[place : place + size])
            place, turn = place + size, turn + 1
            answer = self.ends[receiver].take_output()
            if answer:
                self.carry(receiver, answer)

    def send(self, sender, message, sizes):
        """Send a message, cut into fragments at these places."""
        end = self.ends[sender]
        send = end.send_text if isinstance(message, str) else end.send_binary
        places = [0, *sorted(min(size, len(message)) for size in sizes)]
        for start, stop in pairwise(places):
            self.carry(sender, send(message[start:stop], fin=False))
        self.carry(sender, send(message[places[-1] :]))


@pytest.mark.row("6455-6.1-1", at="protocol.connection.Connection.receive")
@given(agreements, cuts, st.lists(steps, max_size=12))
def test_every_message_arrives_once_whole_and_in_order(agreement, cuts, steps):
    pair = Pair(agreement, cuts)
    expected = {"client": [], "server": []}
    for kind, sender, payload, sizes in steps:
        receiver = "server" if sender == "client" else "client"
        if kind == "message":
            pair.send(sender, payload, sizes)
            event = Text(payload) if isinstance(payload, str) else Binary(payload)
            expected[receiver].append(event)
        elif kind == "ping":
            pair.carry(sender, pair.ends[sender].send_ping(payload))
            expected[receiver].append(Ping(payload))
            expected[sender].append(Pong(payload))
        else:
            pair.carry(sender, pair.ends[sender].send_pong(payload))
            expected[receiver].append(Pong(payload))
    assert pair.told == expected


@pytest.mark.row("6455-7.3-1", "6455-7.1.3-n1", at="protocol.connection.Connection.send_close")
@given(cuts, sides, st.none() | st.sampled_from([1000, 1001, 3000, 4999]), st.text(max_size=30))
def test_either_side_can_close_and_both_know_why(cuts, sender, code, reason):
    pair = Pair(None, cuts)
    reason = reason if code else ""
    pair.carry(sender, pair.ends[sender].send_close(code, reason))
    receiver = "server" if sender == "client" else "client"
    told = code or 1005
    assert pair.told == {receiver: [Close(told, reason)], sender: [Close(told, "")]}
    for end in pair.ends.values():
        assert end.state is State.CLOSE_DONE
        (ended,) = end.receive_end()
        assert isinstance(ended, Ended)
        assert ended.clean
        assert ended.code == told


@pytest.mark.row("6455-10.7-1", at="protocol.connection.Connection.receive")
@given(sides, st.none() | st.just(Agreement()), st.binary(max_size=200), cuts)
def test_whatever_comes_is_told_or_fails_and_nothing_is_raised(side, agreement, data, cuts):
    results = []
    for sizes in (cuts, [len(data) or 1]):
        end = Connection(side, mask_keys=lambda: KEY, deflate=agreement)
        told, place, turn = [], 0, 0
        while place < len(data):
            size = sizes[turn % len(sizes)]
            told += end.receive(data[place : place + size])
            place, turn = place + size, turn + 1
        failures = [event for event in told if isinstance(event, Failed)]
        assert len(failures) <= 1
        assert not failures or told[-1] is failures[0]
        end.take_output()
        assert end.receive(b"\x81\x00") == [] or not (failures or end.state is State.CLOSE_DONE)
        results.append([(type(event), getattr(event, "code", None)) for event in told])
    assert results[0] == results[1], "the same however it was cut"
