"""What holds for every frame and for any bytes at all, tried on many of them."""

import itertools

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from wslearn.labs.kit.repair import repair
from wslearn.protocol.bits import flip
from wslearn.protocol.codes import Opcode
from wslearn.protocol.connection import Connection
from wslearn.protocol.deflate import DEFLATE, Agreement
from wslearn.protocol.dissect import dissect, dissect_all
from wslearn.protocol.dissection import Dissection
from wslearn.protocol.errors import FrameError
from wslearn.protocol.events import Failed
from wslearn.protocol.frame import Frame
from wslearn.protocol.in_words import verdict
from wslearn.protocol.length import FORMS, LONGEST
from wslearn.protocol.parser import LONGEST_HEADER, FrameParser
from wslearn.protocol.states import State

keys = st.none() | st.binary(min_size=4, max_size=4)
sides = st.sampled_from(["server", "client"])
agreed = st.sampled_from([(), (DEFLATE,)])
limits = st.none() | st.integers(0, 300) | st.just(LONGEST)
payloads = st.one_of(
    st.binary(max_size=20),
    st.text(max_size=10).map(str.encode),
    st.builds(bytes, st.sampled_from([124, 125, 126, 127, 255, 65_535, 65_536])),
    st.builds(
        lambda code, reason: code.to_bytes(2, "big") + reason,
        st.integers(998, 1017) | st.sampled_from([0, 2999, 3000, 4999, 5000, 65_535]),
        st.binary(max_size=5) | st.text(max_size=3).map(str.encode),
    ),
)
any_frames = st.builds(
    Frame,
    st.integers(0, 15),
    payloads,
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
# Most of those break a rule in their first byte; these get past it, to later rules.
plain_frames = st.builds(Frame, st.sampled_from(Opcode), payloads) | st.builds(
    Frame,
    st.sampled_from([Opcode.CONTINUATION, Opcode.TEXT, Opcode.BINARY]),
    payloads,
    st.booleans(),
)
frames = any_frames | plain_frames
cut_sizes = st.lists(st.integers(1, 50), min_size=1, max_size=5)


@st.composite
def encoded_frames(draw):
    """The bytes of a frame, legal or not, in any length form that can hold it."""
    frame = draw(frames)
    forms = [None, *(form.bits for form in FORMS if len(frame.payload) < 2**form.bits)]
    forms = [bits for bits in forms if bits != 7 or len(frame.payload) <= 125]
    return frame.encode(mask_key=draw(keys), length_bits=draw(st.sampled_from(forms)))


@st.composite
def nearly_frames(draw):
    """Bytes that begin like a frame: whole, cut, with a bit flipped, or followed by others."""
    data = draw(encoded_frames() | st.builds(bytes.__add__, headers(), st.binary(max_size=20)))
    if draw(st.sampled_from([False, False, True])):
        data = flip(data, draw(st.integers(0, min(8 * len(data), 8 * LONGEST_HEADER) - 1)))
    data = data[: draw(st.just(len(data)) | st.integers(0, min(len(data), 20)))]
    return data + draw(st.just(b"") | st.binary(max_size=4))


def headers():
    """Headers whose parts are drawn independently, so that lengths can be of any size and form."""
    first = st.integers(0, 255) | st.sampled_from([0x00, 0x01, 0x81, 0x82, 0x88, 0x89])
    second = st.integers(0, 255) | st.sampled_from([126, 127, 254, 255])
    lengths = st.integers(0, 2**64 - 1) | st.sampled_from([0, 125, 126, 65_535, 65_536, LONGEST])
    return st.builds(
        lambda first, second, length, key: (
            bytes((first, second))
            + {126: (length % 2**16).to_bytes(2, "big"), 127: length.to_bytes(8, "big")}.get(
                second & 127, b""
            )
            + (key if second & 128 else b"")
        ),
        first,
        second,
        lengths,
        st.binary(min_size=4, max_size=4),
    )


@given(encoded_frames(), sides, st.binary(max_size=3))
def test_build_dissect_build_gives_the_same_bytes(data, receiver, rest):
    dissection = dissect(data + rest, receiver=receiver)
    assert dissection.complete
    assert dissection.data == data
    assert dissection.rest == rest
    again = dissection.frame.encode(
        mask_key=dissection.mask_key, length_bits=dissection.length_bits
    )
    assert again == data


@given(frames, keys)
def test_a_frame_that_is_built_is_the_frame_that_is_read(frame, key):
    dissection = dissect(frame.encode(mask_key=key))
    assert (dissection.frame, dissection.mask_key) == (frame, key)
    assert dissection.payload == frame.payload


@given(nearly_frames(), sides, agreed, limits)
def test_the_fields_cover_every_bit_of_the_frame_once_and_in_order(data, receiver, names, limit):
    dissection = dissect(data, receiver, names, limit)
    ends = [0, *(field.end for field in dissection.fields)]
    assert [field.start for field in dissection.fields] == ends[:-1]
    assert ends[-1] == 8 * len(dissection.data)
    assert dissection.data + dissection.rest == data
    assert all(violation.start < 8 * len(dissection.data) for violation in dissection.violations)


class Hostile:
    """An object that raises whatever is asked of it."""

    def __repr__(self) -> str:
        raise RuntimeError

    def __iter__(self):
        raise OSError

    __len__ = __index__ = __iter__


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.builds(bytearray, st.binary())
    | st.builds(Hostile)
    | st.just(object),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.sets(st.integers()),
    max_leaves=6,
)


@given(anything)
@example(["x" * 10**6])
@example("b'" + "(" * 10_000 + "'")
@example("81" * 10_000)
@example("\ud800")
def test_dissect_survives_any_source(source):
    dissection = dissect(source)
    assert isinstance(dissection, Dissection)
    assert (dissection.problem is None) or len(dissection.problem) < 200
    assert str(verdict(dissection))


@given(
    st.binary(max_size=4) | anything,
    sides | st.none() | st.text(max_size=3) | st.integers() | st.lists(st.integers()),
    st.text(max_size=5) | st.none() | st.integers() | st.lists(st.integers()),
    st.none() | st.integers() | st.text(max_size=3) | st.floats(),
)
def test_dissect_survives_any_arguments(source, receiver, extensions, max_size):
    assert isinstance(dissect(source, receiver, extensions, max_size), Dissection)


@given(nearly_frames(), sides, agreed, limits)
@example(bytes.fromhex("880303e861"), "client", (), None)
@example(bytes.fromhex("8103e282ac"), "client", (), None)
@example(bytes.fromhex("827f8000000000000005"), "client", (), 4)
def test_a_prefix_breaks_the_first_rules_of_the_whole_and_no_other(data, receiver, names, limit):
    """So a receiver may fail early: later bytes take no violation back and add none before it.

    This holds for all rules, about headers and payloads alike, byte by byte.
    """
    known: tuple = ()
    whole = dissect(data, receiver, names, limit)
    for size in [*range(min(len(whole.data), 40)), len(whole.data)]:
        found = dissect(data[:size], receiver, names, limit).violations
        assert found[: len(known)] == known
        known = found
    assert known == whole.violations


@given(nearly_frames(), sides, agreed, limits)
def test_the_parser_refuses_what_breaks_a_header_rule_and_nothing_else(
    data, receiver, names, limit
):
    dissection = dissect(data, receiver, names, limit)
    broken = [v for v in dissection.violations if v.rule.layer == "header"]
    parser = FrameParser(receiver, extensions=names, max_size=limit)
    if broken:
        with pytest.raises(FrameError) as caught:
            parser.feed(dissection.data)
        assert caught.value.violation == broken[0]
    else:
        assert parser.feed(dissection.data) == ([dissection.frame] if dissection.complete else [])
        assert parser.pending == (0 if dissection.complete else len(dissection.data))


def parse(pieces, receiver, names, limit):
    parser = FrameParser(receiver, extensions=names, max_size=limit)
    found = []
    for piece in pieces:
        try:
            found += parser.feed(piece)
        except FrameError as error:
            return found + error.frames, error.violation
    return found, parser.pending


@given(st.lists(nearly_frames(), max_size=4).map(b"".join), sides, agreed, limits, st.data())
def test_the_parser_gives_the_same_however_the_bytes_are_cut(data, receiver, names, limit, choice):
    whole = parse([data], receiver, names, limit)
    cuts = sorted(choice.draw(st.lists(st.integers(0, len(data)), max_size=8)))
    pieces = [data[a:b] for a, b in itertools.pairwise([0, *cuts, len(data)])]
    assert parse(pieces, receiver, names, limit) == whole
    if len(data) < 400:
        assert parse([bytes((byte,)) for byte in data], receiver, names, limit) == whole


@pytest.mark.row("6455-2-1", at="protocol.parser.FrameParser.feed")
@given(st.lists(encoded_frames(), min_size=1, max_size=4).map(b"".join), sides, agreed)
def test_the_parser_and_dissect_all_read_the_same_frames(data, receiver, names):
    expected = []
    for part in dissect_all(data, receiver, names):
        # Alone: what follows the first broken rule is read by neither, but still listed.
        if any(
            one.rule.layer == "header" for one in dissect(part.data, receiver, names).violations
        ):
            break
        expected.append(part.frame)
    assert parse([data], receiver, names, None)[0] == expected


MOST_REPAIRS = 10
"""No frame needs more repairs than there are kinds of fault it can have at a time."""


@given(nearly_frames(), sides, agreed, st.booleans())
@example(bytes.fromhex("f97f8000000000000005"), "server", (DEFLATE,), False)
@example(bytes.fromhex("08fe000437fa213d341730c8"), "client", (), True)
def test_mending_the_first_fault_again_and_again_ends_with_none(data, receiver, names, last):
    """Even when the last fault is mended first; only a limit of the receiver has no repair."""
    dissection = dissect(data, receiver, names)
    for _ in range(MOST_REPAIRS):
        if not dissection.violations:
            break
        mended = repair(dissection, dissection.violations[-1 if last else 0])
        assert mended is not None
        assert mended.data.endswith(dissection.rest)
        dissection = dissect(mended.data, receiver, names)
    assert dissection.violations == ()


@given(encoded_frames(), sides)
def test_masking_and_shortening_keep_the_payload(data, receiver):
    dissection = dissect(data, receiver)
    keeping = {
        "mask-missing",
        "mask-present",
        "length-not-shortest",
        "control-fragmented",
        "rsv-set",
    }
    for violation in dissection.violations:
        if violation.rule.id in keeping:
            again = dissect(repair(dissection, violation).data, receiver)
            assert again.payload == dissection.payload
            assert again.complete


@given(nearly_frames(), sides)
def test_a_verdict_refuses_what_breaks_a_rule_and_nothing_else(data, receiver):
    dissection = dissect(data, receiver)
    assume(dissection.data)
    outcome = verdict(dissection).outcome
    assert (outcome == "refused") is bool(dissection.violations)
    if outcome != "refused":
        assert outcome == ("accepted" if dissection.complete else "waiting")


@pytest.mark.row("6455-10.7-1", at="protocol.connection.Connection.receive")
@given(sides, st.none() | st.just(Agreement()), st.binary(max_size=200), cut_sizes)
def test_whatever_comes_becomes_an_event_or_fails_and_nothing_is_raised(
    side, agreement, data, cuts
):
    results = []
    for sizes in (cuts, [len(data) or 1]):
        end = Connection(side, mask_keys=lambda: bytes(4), deflate=agreement)
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
