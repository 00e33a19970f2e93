"""The receiver's verdict on a frame, in words."""

from dataclasses import replace

import pytest

from wslearn.protocol.codes import Opcode
from wslearn.protocol.deflate import DEFLATE, Compressor, Window
from wslearn.protocol.dissect import dissect
from wslearn.protocol.frame import Frame
from wslearn.protocol.in_words import MOST_UNPACKED, Verdict, describe, verdict
from wslearn.protocol.text import counted


@pytest.mark.parametrize(
    ("source", "how", "words"),
    [
        ("8105 48656c6c6f", {}, "a whole text message, “Hello”"),
        ("8100", {}, "a whole text message, empty"),
        ("0103 48656c", {}, "the first fragment of a text message, “Hel”"),
        ("8200", {}, "a whole binary message, empty"),
        ("8202 c328", {}, "a whole binary message, 2 bytes"),
        ("0201 00", {}, "the first fragment of a binary message, 1 byte"),
        ("0001 6f", {}, "a further fragment of the message before it, 1 byte"),
        ("8000", {}, "the last fragment of the message before it, empty"),
        ("8901 6f", {}, "a ping, “o”"),
        ("8a00", {}, "a pong, empty"),
        ("8800", {}, "a close without a code"),
        ("8802 03e8", {}, "a close with code 1000, the purpose is fulfilled"),
        (
            "8805 03e8 627965",
            {},
            "a close with code 1000, the purpose is fulfilled; its reason is “bye”",
        ),
        (
            "c107 f248cdc9c90700",
            {"extensions": DEFLATE},
            "a whole text message, “Hello”, compressed to 7 bytes",
        ),
        ("c101 00", {"extensions": DEFLATE}, "a whole text message, empty, compressed to 1 byte"),
        ("c100", {"extensions": DEFLATE}, "a whole text message, empty, compressed to 0 bytes"),
        # It refers to an earlier message, is not DEFLATE data, is not UTF-8, is not whole yet.
        ("c105 f200110000", {"extensions": DEFLATE}, "a whole text message, compressed to 5 bytes"),
        ("c104 ffffffff", {"extensions": DEFLATE}, "a whole text message, compressed to 4 bytes"),
        (
            "c107 f268cdc9c90700",
            {"extensions": DEFLATE},
            "a whole text message, compressed to 7 bytes",
        ),
        (
            "4103 f248cd",
            {"extensions": DEFLATE},
            "the first fragment of a text message, compressed to 3 bytes",
        ),
        ("8103 f24805", {"extensions": DEFLATE}, r"a whole text message, “\xf2H\x05”"),
        ("c203 f24805", {"extensions": DEFLATE}, "a whole binary message, compressed to 3 bytes"),
        ("c901 6f", {"extensions": DEFLATE}, "a ping, “o”"),
        ("8300", {}, "a frame with the reserved data opcode 3"),
        ("8b00", {}, "a frame with the reserved control opcode 0xb (11)"),
        ("8105 48", {}, "a frame that is not whole yet"),
    ],
)
def test_a_frame_is_described_in_a_few_words(source, how, words):
    assert describe(dissect(source, **how)) == words


def test_a_bomb_is_described_without_being_unpacked():
    for size in (MOST_UNPACKED + 1, 10**7):
        payload = Compressor(Window(15, context_takeover=True)).compress(b"a" * size)
        frame = Frame(1, payload, rsv1=True).encode()
        said = describe(dissect(frame, extensions=DEFLATE))
        assert said == f"a whole text message, compressed to {counted(len(payload), 'byte')}"


def test_a_good_frame_is_accepted():
    judged = verdict(dissect("8900"))
    assert judged == Verdict("accepted", "A client accepts this frame:", "a ping, empty.")
    assert str(judged) == "A client accepts this frame: a ping, empty."


def test_a_bad_frame_is_refused_with_the_first_rule_and_the_code():
    judged = verdict(dissect("8100", receiver="server"))
    assert judged == Verdict(
        "refused",
        "A server fails the connection with 1002.",
        "Frames from a client must be masked. (RFC 6455 §5.1)",
    )


def test_further_faults_are_named_after_the_first():
    judged = verdict(dissect("8803 03ed ff"))
    assert str(judged) == (
        "A client fails the connection with 1002. "
        "The code in a Close frame must be one that has a meaning and may be sent. "
        "(RFC 6455 §7.4) "
        "Also: The reason after a close code must be valid UTF-8. (RFC 6455 §5.5.1)"
    )


def test_a_frame_too_long_is_refused_with_1009():
    judged = verdict(dissect("8205", max_size=4))
    assert judged.headline == "A client fails the connection with 1009."


def test_a_frame_that_is_cut_but_broken_already_is_refused():
    assert verdict(dissect("83")).outcome == "refused"


@pytest.mark.parametrize(
    ("source", "because"),
    [
        ("", "nothing has come yet."),
        ("81", "the header is not whole after 1 byte."),
        ("827e01", "the header is not whole after 3 bytes."),
        ("8105 4865", "3 bytes of the payload are missing."),
        ("8105 48656c6c", "1 byte of the payload is missing."),
    ],
)
def test_a_frame_that_is_cut_is_waited_for(source, because):
    judged = verdict(dissect(source, receiver="client"))
    assert judged == Verdict("waiting", "A client waits for more:", because)


def test_what_is_no_bytes_is_unreadable():
    judged = verdict(dissect("xy"))
    assert judged.outcome == "unreadable"
    assert str(judged) == ("This cannot be read as bytes. Expected bytes or hex digits, got 'xy'.")


@pytest.mark.parametrize(
    ("kind", "compressed", "says", "words"),
    [
        (Opcode.TEXT, False, None, "the last fragment of the text message, “lo”"),
        (Opcode.BINARY, False, None, "the last fragment of the binary message, 2 bytes"),
        (Opcode.TEXT, True, None, "the last fragment of the text message, compressed to 2 bytes"),
        (
            Opcode.TEXT,
            True,
            b"Hello",
            "the last fragment of the text message, “Hello”, compressed to 2 bytes",
        ),
    ],
)
def test_a_fragment_whose_message_is_known_says_what_it_ends(kind, compressed, says, words):
    seen = replace(dissect("8002 6c6f", "client"), message=kind, compressed=compressed, says=says)
    assert str(verdict(seen)) == f"A client accepts this frame: {words}."


def test_a_fragment_alone_depends_on_what_came_before_it():
    said = verdict(dissect("8002 6c6f", "client"))
    assert said.headline == "A client accepts this frame if a message has begun before it:"


def test_a_frame_that_was_never_read_says_why():
    seen = replace(dissect("8100", "client"), unread="the connection had failed")
    assert str(verdict(seen)) == (
        "Never read: the connection had failed. It would be a whole text message, empty."
    )
