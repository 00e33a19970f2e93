"""permessage-deflate: what is agreed on, and what the bytes become (RFC 7692)."""

import json
import random
import zlib

import pytest

from tests.support import places
from wslearn.protocol.client_handshake import check_response
from wslearn.protocol.deflate import (
    DEFLATE,
    LARGEST_WINDOW,
    MOST_RESTARTS,
    TAIL,
    Agreement,
    Compressor,
    Decompressor,
    Deflate,
    TooBigError,
    Window,
    unpacked_alone,
)
from wslearn.protocol.errors import InputError
from wslearn.protocol.extensions import format_extensions, parse_extensions

VECTORS = json.loads((places.VECTORS / "vectors.json").read_text())
HELLO = bytes.fromhex("f248cdc9c90700")
HELLO_AGAIN = bytes.fromhex("f200110000")
LAST_BLOCK = bytes.fromhex("0300")  # empty, and marked as the last: BFINAL=1
KEPT = Window(15, context_takeover=True)
DROPPED = Window(15, context_takeover=False)


def offers(header):
    return [parameters for name, parameters in parse_extensions(header) if name == DEFLATE]


def answer(offer, policy=None):
    """What a server answers to an offer's parameters, or None."""
    try:
        agreed = (policy or Deflate()).answer(
            offers(f"{DEFLATE}; {offer}" if offer else DEFLATE)[0]
        )
    except InputError:
        return None
    return format_extensions([(DEFLATE, agreed.parameters())])


# -- agreeing ----------------------------------------------------------------------------------


@pytest.mark.parametrize("offer", VECTORS["deflate_bad_offers"]["offers"])
def test_a_server_declines_an_offer_that_breaks_a_rule(offer):
    with pytest.raises(InputError, match=r"^Expected "):
        Deflate().answer(offers(offer)[0])


def test_a_server_takes_the_good_offer_after_the_bad_one():
    bad, good = offers(VECTORS["deflate_bad_offers"]["then_valid"])
    with pytest.raises(InputError, match=r"^Expected "):
        Deflate().answer(bad)
    assert Deflate().answer(good) == Agreement()


@pytest.mark.parametrize(
    ("offer", "reply"),
    [
        ("", DEFLATE),
        ("client_max_window_bits", DEFLATE),
        ("client_max_window_bits=9", f"{DEFLATE}; client_max_window_bits=9"),
        ("client_max_window_bits=15", DEFLATE),
    ],
)
def test_a_server_repeats_what_it_agrees_to(offer, reply):
    assert answer(offer) == reply


def test_a_server_may_set_limits_of_its_own():
    policy = Deflate(no_context_takeover=True, peer_no_context_takeover=True, window_bits=12)
    assert answer("", policy) == (
        f"{DEFLATE}; server_no_context_takeover; client_no_context_takeover; "
        "server_max_window_bits=12"
    )


@pytest.mark.parametrize(
    ("wants", "offered"),
    [
        (Deflate(), f"{DEFLATE}; client_max_window_bits"),
        (Deflate(hints_window=False), DEFLATE),
        (Deflate(window_bits=10), f"{DEFLATE}; client_max_window_bits=10"),
        (
            Deflate(no_context_takeover=True, peer_no_context_takeover=True, peer_window_bits=11),
            f"{DEFLATE}; server_no_context_takeover; client_no_context_takeover; "
            "server_max_window_bits=11; client_max_window_bits",
        ),
    ],
)
def test_a_client_offers_what_it_wants(wants, offered):
    assert format_extensions([(DEFLATE, wants.offer())]) == offered


def client_of(offer):
    """The wishes of a client that sends these offered parameters."""
    asked = dict(offer)
    return Deflate(
        no_context_takeover="client_no_context_takeover" in asked,
        peer_no_context_takeover="server_no_context_takeover" in asked,
        peer_window_bits=int(asked.get("server_max_window_bits") or LARGEST_WINDOW),
        hints_window="client_max_window_bits" in asked,
    )


@pytest.mark.parametrize("vector", VECTORS["deflate_negotiation"], ids=lambda vector: vector["id"])
def test_a_client_judges_the_answer(vector):
    if vector["offer"] is None:  # refused before its parameters are looked at
        data = f"HTTP/1.1 101 x\r\nSec-WebSocket-Extensions: {vector['response']}\r\n\r\n"
        check = check_response(data, "dGhlIHNhbXBsZSBub25jZQ==")
        results = [str(check.step("Sec-WebSocket-Extensions").violation)]
        assert check.outcome == "fail"
        assert check.step("Sec-WebSocket-Extensions").rule.id == "response-extension-unasked"
    else:
        (response,) = offers(vector["response"])
        results = []
        for offer in offers(vector["offer"]):
            try:
                results.append(client_of(offer).accept(response))
            except InputError as error:
                results.append(str(error))
    opened = any(isinstance(result, Agreement) for result in results)
    assert opened == (vector["client_result"] == "ok"), results


@pytest.mark.parametrize(
    ("response", "sentence"),
    [
        ("foo", f"Expected a parameter of {DEFLATE}, got 'foo'."),
        ("server_max_window_bits=7", "Expected server_max_window_bits from 8 to 15, got '7'."),
        ("client_max_window_bits", "Expected client_max_window_bits from 8 to 15, got no value."),
        (
            "server_no_context_takeover=1",
            "Expected server_no_context_takeover without a value, got '1'.",
        ),
        (
            "client_no_context_takeover; client_no_context_takeover",
            "Expected client_no_context_takeover once, got twice.",
        ),
    ],
)
def test_a_client_says_what_is_wrong_with_an_answer(response, sentence):
    with pytest.raises(InputError) as refused:
        Deflate().accept(offers(f"{DEFLATE}; {response}")[0])
    assert str(refused.value) == sentence


def test_an_answer_that_ignores_a_request_is_refused():
    with pytest.raises(InputError, match="as offered, got none"):
        Deflate(peer_no_context_takeover=True).accept([])
    with pytest.raises(InputError, match="at most 10, got none, which means 15"):
        Deflate(peer_window_bits=10).accept([])


def test_a_client_limits_itself_only_by_what_was_agreed_or_less():
    agreed = Deflate(window_bits=9).accept([("client_max_window_bits", "12")])
    assert agreed.client == Window(9, context_takeover=True)


# -- the bytes ---------------------------------------------------------------------------------


def test_hello_becomes_the_bytes_of_the_rfc():
    compressor = Compressor(KEPT)
    assert compressor.compress(b"Hello") == HELLO
    assert compressor.compress(b"Hello") == HELLO_AGAIN


@pytest.mark.row("7692-7.2.2-2", at="protocol.deflate.Decompressor.decompress")
def test_without_a_kept_window_each_hello_is_the_same():
    compressor = Compressor(DROPPED)
    assert [compressor.compress(b"Hello") for _ in range(3)] == [HELLO] * 3
    decompressor = Decompressor(DROPPED)
    assert decompressor.decompress(HELLO, None, final=True) == b"Hello"
    with pytest.raises(zlib.error):
        decompressor.decompress(HELLO_AGAIN, None, final=True)


@pytest.mark.row("7692-7.2.2-n2", at="protocol.deflate.Compressor.compress")
def test_an_empty_message_is_one_byte_and_does_not_disturb_the_next():
    compressor, decompressor = Compressor(KEPT), Decompressor(KEPT)
    for message in (b"Hello", b"", b"Hello", b"", b""):
        squeezed = compressor.compress(message)
        assert message or squeezed == b"\x00"
        assert decompressor.decompress(squeezed, None, final=True) == message


def test_an_empty_compressed_frame_is_an_empty_message():
    decompressor = Decompressor(KEPT)
    assert decompressor.decompress(b"", None, final=True) == b""
    assert decompressor.decompress(HELLO, None, final=True) == b"Hello"


@pytest.mark.row("7692-6.2-1", at="protocol.deflate.Decompressor.decompress")
@pytest.mark.row("7692-7.2.1-5", at="protocol.deflate.Compressor.compress")
def test_fragments_keep_their_tail_but_for_the_last():
    compressor = Compressor(KEPT)
    first = compressor.compress(b"Hello", final=False)
    assert first == HELLO.removesuffix(b"\x00") + b"\x00" + TAIL
    assert compressor.compress(b"", final=True) == b"\x00"
    decompressor = Decompressor(KEPT)
    assert decompressor.decompress(first, None, final=False) == b"Hello"
    assert decompressor.decompress(b"\x00", None, final=True) == b""
    assert compressor.compress(b"", final=False) == b""


@pytest.mark.row("7692-7.2.1-3", "7692-7.2.1-4", at="protocol.deflate.Decompressor.decompress")
def test_a_last_block_does_not_swallow_what_follows():
    marked = bytes.fromhex("f348cdc9c9070000")  # BFINAL=1
    decompressor = Decompressor(KEPT)
    for payload in (marked, HELLO, HELLO_AGAIN, marked, HELLO_AGAIN):
        assert decompressor.decompress(payload, None, final=True) == b"Hello"


@pytest.mark.row("7692-7.2.1-1", "7692-7.2.1-2", at="protocol.deflate.Decompressor.decompress")
def test_a_message_has_blocks_of_all_kinds_stored_and_with_a_fixed_or_a_dynamic_code():
    stored, fixed = bytes.fromhex("000500faff48656c6c6f"), HELLO.removesuffix(b"\x00")
    text = bytes(random.Random(1).choices(b"abcdefgh", k=2_000))
    dynamic = Compressor(KEPT).compress(text)
    assert [block[0] >> 1 & 3 for block in (stored, fixed, dynamic)] == [0, 1, 2]
    message = stored + fixed + b"\x00" + TAIL + dynamic
    whole = Decompressor(KEPT).decompress(message, None, final=True)
    assert whole == b"HelloHello" + text


@pytest.mark.parametrize("context_takeover", [True, False])
@pytest.mark.parametrize("bits", range(9, 16))
def test_what_one_side_squeezes_the_other_unfolds(bits, context_takeover):
    chance = random.Random(bits)
    window = Window(bits, context_takeover)
    compressor, decompressor = Compressor(window, level=9), Decompressor(window)
    for size in (0, 1, 600, 5_000, 40_000, 3):
        message = bytes(chance.choice(b"abcd") for _ in range(size))
        cut = size // 2
        pieces = [
            compressor.compress(message[:cut], final=False),
            compressor.compress(message[cut:], final=True),
        ]
        unfolded = [
            decompressor.decompress(pieces[0], None, final=False),
            decompressor.decompress(pieces[1], None, final=True),
        ]
        assert b"".join(unfolded) == message


def test_a_small_window_refers_no_further_back_than_it_reaches():
    chance = random.Random(1)
    block = bytes(chance.randrange(256) for _ in range(600))  # longer than 2^9
    squeezed = Compressor(Window(9, context_takeover=True)).compress(block + block)
    assert len(squeezed) > 1_200
    assert zlib.decompressobj(-9).decompress(squeezed + TAIL) == block + block


def test_the_window_of_a_far_repeat_is_kept_over_a_last_block():
    chance = random.Random(2)
    far = bytes(chance.randrange(256) for _ in range(30_000))
    compressor, decompressor = Compressor(KEPT), Decompressor(KEPT)
    decompressor.decompress(compressor.compress(far), None, final=True)
    decompressor.decompress(LAST_BLOCK + b"\x00", None, final=True)
    assert decompressor.decompress(compressor.compress(far), None, final=True) == far


def test_a_bomb_is_stopped_at_the_limit():
    bomb = Compressor(KEPT).compress(bytes(10**7))
    with pytest.raises(TooBigError):
        Decompressor(KEPT).decompress(bomb, 65_536, final=True)


def test_the_limit_itself_is_allowed():
    squeezed = Compressor(KEPT).compress(bytes(1_000))
    decompressor = Decompressor(KEPT)
    assert len(decompressor.decompress(squeezed, 1_000, final=True)) == 1_000


def test_what_is_no_deflate_is_an_error():
    with pytest.raises(zlib.error):
        Decompressor(KEPT).decompress(b"\xff\xff\xff\xff", None, final=True)


def test_an_empty_last_fragment_still_ends_the_message():
    decompressor = Decompressor(KEPT)
    assert decompressor.decompress(HELLO, None, final=False) == b"Hello"
    assert decompressor.decompress(b"", None, final=True) == b""
    assert decompressor.decompress(HELLO_AGAIN, None, final=True) == b"Hello"


def test_many_last_blocks_in_one_message_are_refused():
    few, many = LAST_BLOCK * MOST_RESTARTS, LAST_BLOCK * (MOST_RESTARTS + 1)
    decompressor = Decompressor(KEPT)
    for _ in range(2):
        assert decompressor.decompress(few + b"\x00", None, final=True) == b""
    with pytest.raises(zlib.error, match="more than 1000 blocks marked as the last one"):
        decompressor.decompress(many, None, final=True)


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        ({"window_bits": 8}, "Expected a window of 9 to 15 bits, got 8."),
        ({"window_bits": 20}, "Expected a window of 9 to 15 bits, got 20."),
        ({"peer_window_bits": 3}, "Expected a window of 8 to 15 bits, got 3."),
    ],
)
def test_an_impossible_window_is_refused(limits, sentence):
    with pytest.raises(InputError) as refused:
        Deflate(**limits)
    assert str(refused.value) == sentence


def test_a_limit_too_large_for_zlib_is_no_error():
    assert Decompressor(KEPT).decompress(HELLO, 2**63, final=True) == b"Hello"


@pytest.mark.parametrize(
    ("payload", "limit", "expected"),
    [
        (HELLO, 7, b"Hello"),
        (HELLO, 6, None),  # longer than the limit before it is unpacked
        (b"\x00", 5, b""),
        (b"", 5, b""),
        (HELLO_AGAIN, 100, None),  # it refers to a message that is not here
        (b"\xff" * 4, 100, None),
        (Compressor(KEPT).compress(bytes(1_000)), 999, None),
        (Compressor(KEPT).compress(bytes(1_000)), 1_000, bytes(1_000)),
    ],
)
def test_a_message_is_unpacked_alone_where_it_refers_to_no_other(payload, limit, expected):
    assert unpacked_alone(payload, limit) == expected


# -- each parameter (§7.1) ---------------------------------------------------------------------


def agreed(response, wants=None):
    """The agreement that a client reads from an answer's parameters."""
    return (wants or Deflate()).accept(offers(f"{DEFLATE}; {response}" if response else DEFLATE)[0])


def is_refused(response, wants=None):
    with pytest.raises(InputError):
        agreed(response, wants)
    return True


@pytest.mark.row("7692-7-1", "7692-7-n1", "6455-9.1-5", at="protocol.deflate.read_parameters")
def test_a_parameter_that_is_not_defined_is_declined_and_refused():
    assert answer("foo") is None
    assert is_refused("foo")


@pytest.mark.row("7692-7-n3", at="protocol.deflate.Deflate.answer")
def test_an_offer_that_repeats_a_parameter_is_declined():
    assert answer("server_no_context_takeover; server_no_context_takeover") is None


@pytest.mark.row("7692-7-n4", at="protocol.deflate.Deflate.answer")
def test_an_offer_that_asks_for_what_zlib_cannot_do_is_declined():
    assert answer("server_max_window_bits=8") is None


@pytest.mark.row("7692-7-2", "7692-7-n5", at="protocol.deflate.Deflate.accept")
def test_an_answer_with_a_parameter_that_is_not_defined_is_refused():
    assert is_refused("foo")
    assert is_refused("server_no_context_takeover; foo=1")


@pytest.mark.row("7692-7-n7", at="protocol.deflate.Deflate.accept")
def test_an_answer_that_repeats_a_parameter_is_refused():
    assert is_refused("server_max_window_bits=10; server_max_window_bits=10")


@pytest.mark.row("7692-7-n8", at="protocol.deflate.Deflate.accept")
@pytest.mark.row("7692-7.1.2.1-n1", at="protocol.deflate.Deflate.answer")
def test_a_limit_that_was_asked_for_is_answered_with_the_same_or_a_smaller_one():
    small = Deflate(peer_window_bits=10)
    for bits in (10, 9, 8):
        assert agreed(f"server_max_window_bits={bits}", small).server.bits == bits
    for response in ("server_max_window_bits=11", "server_max_window_bits=15", ""):
        assert is_refused(response, small)
    for bits, ours, answered in ((10, 15, 10), (10, 9, 9), (15, 12, 12), (15, 15, 15)):
        policy = Deflate(window_bits=ours)
        limit = f"{DEFLATE}; server_max_window_bits={answered}"
        assert answer(f"server_max_window_bits={bits}", policy) == limit


@pytest.mark.row("7692-7.1.1.1-1", at="protocol.deflate.Deflate.offer")
@pytest.mark.row("7692-7.1.1.1-2", at="protocol.deflate.Deflate.answer")
def test_a_client_may_ask_the_server_to_drop_its_window_and_ours_does():
    offer = format_extensions([(DEFLATE, Deflate(peer_no_context_takeover=True).offer())])
    assert "server_no_context_takeover" in offer
    assert answer("server_no_context_takeover") == f"{DEFLATE}; server_no_context_takeover"
    assert not Deflate().answer([("server_no_context_takeover", None)]).server.context_takeover


@pytest.mark.row("7692-7.1.1.1-3", at="protocol.deflate.Deflate.answer")
def test_a_server_may_drop_its_window_unasked():
    policy = Deflate(no_context_takeover=True)
    assert answer("", policy) == f"{DEFLATE}; server_no_context_takeover"
    assert not agreed("server_no_context_takeover").server.context_takeover


@pytest.mark.row("7692-7.1.1.1-n1", at="protocol.deflate.Deflate.answer")
@pytest.mark.row("7692-7.1.1.2-n1", at="protocol.deflate.read_parameters")
def test_a_word_about_context_takeover_has_no_value_and_is_repeated_in_agreement():
    for flag in ("server_no_context_takeover", "client_no_context_takeover"):
        assert answer(f"{flag}=1") is None
        assert is_refused(f"{flag}=1")
        assert answer(flag) == f"{DEFLATE}; {flag}"
    assert is_refused("", Deflate(peer_no_context_takeover=True))


@pytest.mark.row(
    "7692-7.1.1.2-1", "7692-5-4", "7692-7.1.2.2-1", at="protocol.deflate.Deflate.offer"
)
def test_a_client_may_hint_at_what_it_will_do_itself():
    assert ("client_no_context_takeover", None) in Deflate(no_context_takeover=True).offer()
    assert ("client_max_window_bits", "10") in Deflate(window_bits=10).offer()
    assert ("client_max_window_bits", None) in Deflate().offer()
    assert answer("client_max_window_bits=12") == f"{DEFLATE}; client_max_window_bits=12"


@pytest.mark.row("7692-7.1.1.2-2", at="protocol.deflate.Deflate.answer")
@pytest.mark.row("7692-7.1.1.2-3", at="protocol.deflate.Deflate.accept")
@pytest.mark.row("7692-7.2.1-7", at="protocol.deflate.Compressor.compress")
def test_a_client_drops_its_window_when_the_server_says_so_asked_or_not():
    policy = Deflate(peer_no_context_takeover=True)
    assert answer("", policy) == f"{DEFLATE}; client_no_context_takeover"
    window = agreed("client_no_context_takeover").client
    compressor = Compressor(window)
    assert [compressor.compress(b"Hello") for _ in range(2)] == [HELLO] * 2


@pytest.mark.row("7692-7.1.2.1-1", "7692-5-3", at="protocol.deflate.Deflate.offer")
def test_a_client_with_little_memory_limits_the_window_of_the_server():
    assert ("server_max_window_bits", "10") in Deflate(peer_window_bits=10).offer()
    assert answer("server_max_window_bits=10") == f"{DEFLATE}; server_max_window_bits=10"


@pytest.mark.row(
    "7692-7-n2",
    "7692-7.1.2.1-2",
    "7692-7.1.2.2-2",
    "6455-9-4",
    at="protocol.deflate.read_parameters",
)
@pytest.mark.parametrize("value", ["7", "16", "99", "08", "1e1", "+9", " 9", "٩", ""])
def test_a_window_in_an_offer_is_8_to_15_in_plain_digits(value):
    for name in ("server_max_window_bits", "client_max_window_bits"):
        with pytest.raises(InputError, match=f"Expected {name} from 8 to 15, got "):
            Deflate().answer([(name, value)])
    with pytest.raises(InputError, match=r"from 8 to 15, got no value\.$"):
        Deflate().answer([("server_max_window_bits", None)])
    for bits in (9, 15):
        agreed = Deflate().answer([("server_max_window_bits", str(bits))])
        assert agreed.server_max_window_bits == bits


@pytest.mark.row("7692-7.1.2.1-3", at="protocol.deflate.read_parameters")
@pytest.mark.row("7692-7-n6", "7692-7.1.2.2-4", at="protocol.deflate.Deflate.accept")
def test_a_window_in_an_answer_is_8_to_15_in_plain_digits():
    for bits in (8, 15):
        assert agreed(f"server_max_window_bits={bits}").server.bits == bits
    for value in ("=7", "=16", "=08", ""):
        assert is_refused(f"server_max_window_bits{value}")
        assert is_refused(f"client_max_window_bits{value}")


@pytest.mark.row("7692-7.1.2.1-4", at="protocol.deflate.Deflate.answer")
def test_a_server_may_limit_its_own_window_unasked():
    assert agreed("server_max_window_bits=10").server.bits == 10
    assert answer("", Deflate(window_bits=10)) == f"{DEFLATE}; server_max_window_bits=10"


@pytest.mark.row("7692-7.1.2.2-3", at="protocol.deflate.Deflate.answer")
def test_a_client_that_said_it_understands_may_be_limited():
    policy = Deflate(peer_window_bits=10)
    assert answer("client_max_window_bits=9", policy) == f"{DEFLATE}; client_max_window_bits=9"
    assert answer("client_max_window_bits", policy) == f"{DEFLATE}; client_max_window_bits=10"
    assert agreed("client_max_window_bits=10").client.bits == 10


@pytest.mark.row("7692-7.1.2.2-5", at="protocol.deflate.Deflate.answer")
def test_a_client_that_did_not_say_so_may_not_be_limited():
    assert is_refused("client_max_window_bits=10", Deflate(hints_window=False))
    assert answer("", Deflate(peer_window_bits=10)) is None


@pytest.mark.row("7692-5-n2", at="protocol.deflate.Deflate.accept")
def test_an_answer_alone_says_how_to_go_on_whichever_offer_was_taken():
    assert agreed("server_max_window_bits=10; client_no_context_takeover") == Agreement(
        client_no_context_takeover=True, server_max_window_bits=10
    )


# -- each window (§7.2) ------------------------------------------------------------------------


@pytest.mark.row("7692-7.2.1-n1", at="protocol.deflate.Compressor.compress")
def test_a_message_is_deflated_flushed_and_cut_by_four_bytes():
    by_hand = zlib.compressobj(6, zlib.DEFLATED, -15)
    whole = by_hand.compress(b"Hello") + by_hand.flush(zlib.Z_SYNC_FLUSH)
    assert whole.hex() == "f248cdc9c907000000ffff"
    assert Compressor(KEPT).compress(b"Hello") == whole[:-4]


@pytest.mark.row("7692-7.2.1-6", at="protocol.deflate.Compressor.compress")
def test_no_window_is_larger_than_32_kib():
    block = random.Random(3).randbytes(40_000)  # its repeat is further back than any window
    squeezed = Compressor(KEPT).compress(block + block)
    assert len(squeezed) > 80_000
    near = random.Random(3).randbytes(30_000)
    assert len(Compressor(KEPT).compress(near + near)) < 31_000
    with pytest.raises(InputError):
        Deflate(window_bits=16)


@pytest.mark.row("7692-7.2.1-8", "7692-7.2.1-11", at="protocol.deflate.Compressor.compress")
def test_where_nothing_else_was_agreed_both_sides_keep_their_window():
    for window in (Agreement().client, Agreement().server):
        compressor = Compressor(window)
        assert [compressor.compress(b"Hello") for _ in range(2)] == [HELLO, HELLO_AGAIN]


@pytest.mark.row("7692-7.2.1-9", at="protocol.deflate.Deflate.accept")
def test_a_client_that_only_hinted_is_free_and_ours_keeps_its_word():
    assert not agreed("", Deflate(no_context_takeover=True)).client.context_takeover
    both = Decompressor(KEPT)  # the server, who agreed to nothing, is ready for either
    assert [both.decompress(data, None, final=True) for data in (HELLO, HELLO_AGAIN, HELLO)] == [
        b"Hello"
    ] * 3


@pytest.mark.row("7692-7.2.1-10", at="protocol.deflate.Compressor.compress")
def test_a_server_that_agreed_drops_its_window():
    compressor = Compressor(Agreement(server_no_context_takeover=True).server)
    assert [compressor.compress(b"Hello") for _ in range(2)] == [HELLO] * 2


def reaches_back(window, distance):
    """Whether a compressor refers to a block this many bytes before its repeat."""
    block = random.Random(4).randbytes(distance)
    return len(Compressor(window).compress(block + block)) < 2 * distance - 100


@pytest.mark.row("7692-7.2.1-12", "7692-7.2.1-14", at="protocol.deflate.Compressor.compress")
def test_a_side_that_agreed_to_a_small_window_refers_no_further_back():
    agreement = Agreement(client_max_window_bits=9, server_max_window_bits=9)
    for window in (agreement.client, agreement.server):
        assert not reaches_back(window, 600)
        squeezed = Compressor(window).compress(b"Hello" * 1_000)
        assert zlib.decompressobj(-9).decompress(squeezed + TAIL) == b"Hello" * 1_000
    assert reaches_back(KEPT, 600)


@pytest.mark.row("7692-7.2.1-13", "7692-7.2.2-10", at="protocol.deflate.Deflate.accept")
def test_what_binds_a_client_is_what_was_agreed_and_ours_stays_within_its_own_hint_too():
    window = agreed("client_max_window_bits=12", Deflate(window_bits=9)).client
    assert window.bits <= 12
    assert not reaches_back(window, 2**12 + 100)
    assert not reaches_back(agreed("client_max_window_bits=12").client, 2**12 + 100)
    assert reaches_back(agreed("client_max_window_bits=12").client, 2**12 - 400)


@pytest.mark.row("7692-7.2.2-1", "7692-7.2.2-3", at="protocol.deflate.Decompressor.decompress")
def test_where_the_peer_drops_its_window_a_fresh_one_is_enough_and_a_kept_one_does_no_harm():
    for window in (DROPPED, KEPT):
        decompressor = Decompressor(window)
        for _ in range(2):
            assert decompressor.decompress(HELLO, None, final=True) == b"Hello"


@pytest.mark.row("7692-7.2.2-6", "7692-7.2.2-8", at="protocol.deflate.Decompressor.decompress")
def test_where_the_peer_keeps_to_a_small_window_a_small_one_unfolds_it():
    message = bytes(random.Random(5).choices(b"abcd", k=5_000))
    for bits in (9, 10, 12):
        window = Window(bits, context_takeover=True)
        squeezed = Compressor(window).compress(message)
        assert Decompressor(window).decompress(squeezed, None, final=True) == message


@pytest.mark.row("7692-7.2.2-7", "7692-7.2.2-9", at="protocol.deflate.Decompressor.decompress")
def test_where_no_limit_was_agreed_what_was_said_32_kib_ago_is_still_there():
    far = random.Random(6).randbytes(2**15 - 300)
    squeezed = [(compressor := Compressor(KEPT)).compress(far), compressor.compress(far)]
    assert len(squeezed[1]) < 1_000
    for window in (Agreement().server, Agreement().client):
        decompressor = Decompressor(window)
        assert [decompressor.decompress(data, None, final=True) for data in squeezed] == [far] * 2


@pytest.mark.row("7692-7.3-1", at="protocol.deflate.Deflate.answer")
def test_the_window_is_the_largest_unless_someone_asks_for_less():
    agreement = Deflate().answer(Deflate().offer())
    assert (agreement.client.bits, agreement.server.bits) == (15, 15)


def test_an_impossible_window_that_was_agreed_by_hand_is_refused_in_a_sentence():
    """zlib itself would say “Invalid initialization option”."""
    smallest, none = Window(8, context_takeover=True), Window(16, context_takeover=True)
    with pytest.raises(InputError, match="Expected a window of 9 to 15 bits, got 8"):
        Compressor(smallest)
    assert Decompressor(smallest).decompress(HELLO, None, final=True) == b"Hello"
    with pytest.raises(InputError, match="Expected a window of 8 to 15 bits, got 16"):
        Decompressor(none)


@pytest.mark.parametrize("level", [0, 1, 6, 9], ids="level {}".format)
def test_a_message_that_is_cut_off_inside_a_block_is_noticed_at_once(level):
    said = b"Hello, hello! " * 3 + random.Random(7692).randbytes(20)
    whole = Compressor(KEPT, level).compress(said)
    for size in range(2 if level == 0 else 1, len(whole)):  # 00 alone is a whole empty message
        with pytest.raises(zlib.error):
            Decompressor(KEPT).decompress(whole[:size], None, final=True)
    assert Decompressor(KEPT).decompress(whole, None, final=True) == said


def test_a_last_block_needs_the_byte_that_makes_room_for_the_tail():
    # RFC 7692 §7.2.3.4: a block with BFINAL=1 is followed by an empty one without compression.
    compressor = zlib.compressobj(wbits=-15)
    whole = compressor.compress(b"Hello") + compressor.flush(zlib.Z_FINISH)
    assert Decompressor(KEPT).decompress(whole + b"\0", None, final=True) == b"Hello"
    with pytest.raises(zlib.error, match="inside a block"):
        Decompressor(KEPT).decompress(whole, None, final=True)
