"""The solutions of lesson 10 do what the protocol layer does; its figure shows what zlib leaves."""

import zlib
from contextlib import suppress

import pytest

from tests.support.exercises import arguments_of
from tests.support.places import NOTEBOOKS
from wslearn.course.answers import check
from wslearn.course.exercises import find
from wslearn.lessons.lesson_10.figures import compression_figure
from wslearn.protocol.deflate import Compressor, Decompressor, Deflate, Window, unpacked_alone
from wslearn.protocol.dissect import dissect
from wslearn.protocol.errors import InputError
from wslearn.protocol.extensions import parse_extensions

KEPT = Window(15, context_takeover=True)


def parts_of(payload):
    """A block with fixed codes as letters and pairs (RFC 1951 §3.2.6), short pairs only."""
    bits = iter([byte >> place & 1 for byte in payload for place in range(8)])

    def number(width):  # a code, most significant bit first
        return int("".join(str(next(bits)) for _ in range(width)), 2)

    assert [next(bits) for _ in range(3)] == [0, 1, 0]  # not the last block, fixed codes
    parts = []
    while True:
        code = number(7)
        if code == 0:
            return parts
        if code < 0b0011000:  # seven bits: a pair
            assert code <= 8, "longer ones have further bits"
            near = number(5)
            back = near + 1 if near < 4 else 5 + 2 * (near - 4) + next(bits)
            assert near < 6
            parts.append((back, code + 2))
        else:
            parts.append(chr((code << 1 | next(bits)) - 0b00110000))


def test_the_second_hello_of_the_rfc_points_back_as_the_lesson_says():
    assert parts_of(bytes.fromhex("f248cdc9c90700")) == list("Hello")
    assert parts_of(bytes.fromhex("f200110000")) == ["H", (5, 4)]
    lesson = (NOTEBOOKS / "10-fewer-bytes.ipynb").read_text(encoding="utf-8")
    assert "the letter H, then go back 5 and take 4" in lesson


def test_what_the_lesson_shows_with_tables_of_sizes_holds_on_every_machine():
    # zlib versions may differ by some bytes, so the stored numbers are not compared.
    sizes = {n: len(Compressor(KEPT).compress(b"Hello" * n)) for n in (1, 20, 1000)}
    assert sizes[1] > 5
    assert sizes[20] < 100
    assert sizes[1000] < 500


@pytest.mark.parametrize(("fin", "opcode", "compressing"), arguments_of("10.1"))
def test_the_first_byte_breaks_no_rule_and_says_what_it_should(fin, opcode, compressing):
    byte = find("10.1").reference(fin, opcode, compressing)
    seen = dissect(bytes([byte, 0]), "client", "permessage-deflate")
    assert not seen.violations
    assert (seen.frame.fin, seen.frame.opcode) == (fin, opcode)
    assert seen.frame.rsv1 == (compressing and opcode in (1, 2))


@pytest.mark.parametrize("data", [data for (data,) in arguments_of("10.2")], ids=len)
def test_a_compressed_message_is_what_the_protocol_layer_sends(data):
    assert find("10.2").reference(data) == Compressor(KEPT).compress(data)


@pytest.mark.parametrize("level", range(10))
def test_a_student_may_compress_as_hard_as_they_like(level):
    def answer(data):
        return Compressor(KEPT, level).compress(data) if data else b"\x00"

    assert check("10.2", answer).passed


def test_a_student_may_mark_a_last_block_if_another_follows():
    def answer(data):
        compressor = zlib.compressobj(wbits=-15)
        return compressor.compress(data) + compressor.flush() + b"\x00"

    assert check("10.2", answer).passed


@pytest.mark.parametrize("payloads", [payloads for (payloads,) in arguments_of("10.3")], ids=len)
def test_compressed_messages_are_read_as_the_protocol_layer_reads_them(payloads):
    reader = Decompressor(KEPT)
    expected = [reader.decompress(payload, None, final=True) for payload in payloads]
    assert find("10.3").reference(payloads) == expected


@pytest.mark.parametrize(("payload", "limit"), arguments_of("10.4"))
def test_a_message_is_unpacked_within_its_limit(payload, limit):
    whole = unpacked_alone(payload, 10**6)
    expected = whole if whole is not None and len(whole) <= limit else None
    assert find("10.4").reference(payload, limit) == expected


@pytest.mark.parametrize("offered", [offered for (offered,) in arguments_of("10.5")])
def test_offers_are_answered_as_the_protocol_layer_does_without_a_smaller_window(offered):
    taken = None
    for name, parameters in reversed(parse_extensions(offered)):
        if name == "permessage-deflate" and "server_max_window_bits" not in dict(parameters):
            with suppress(InputError):
                taken = Deflate().answer(parameters)
    given = find("10.5").reference(offered)
    if taken is None:
        assert given is None
    else:
        ((name, reply),) = parse_extensions(given)
        forgets = ("server_no_context_takeover", None)
        assert name == "permessage-deflate"
        assert reply == ([forgets] if taken.server_no_context_takeover else [])


KINDS = {"hello": [b"Hello"] * 9, "zeros": [bytes(500), bytes(700)]}


@pytest.mark.filterwarnings("error")
def test_the_compression_figure_shows_what_the_compressor_leaves():
    figure = compression_figure(KINDS)
    figure.draw_without_rendering()
    (axes,) = figure.axes
    for bars, kept in zip(axes.containers, (False, True), strict=True):
        for bar, messages in zip(bars, KINDS.values(), strict=True):
            compressor = Compressor(Window(15, kept))
            left = sum(len(compressor.compress(message)) for message in messages)
            assert bar.get_width() == pytest.approx(100 * left / sum(map(len, messages)))
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == ["hello\n9 messages, mean 5 bytes", "zeros\n2 messages, mean 600 bytes"]


def test_a_kept_window_helps_where_messages_repeat_and_the_figure_shows_it():
    new, kept = ([bar.get_width() for bar in bars] for bars in _bars(compression_figure(KINDS)))
    assert new[0] > 100 > kept[0]


def test_the_bars_of_the_compression_figure_differ_without_colour():
    hatches = {bars[0].get_hatch() for bars in _bars(compression_figure(KINDS))}
    assert len(hatches) == 2


def _bars(figure):
    return figure.axes[0].containers
