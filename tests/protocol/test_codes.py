"""The numbers of the protocol: opcodes and close codes."""

import pytest

from wslearn.protocol import codes
from wslearn.protocol.codes import CloseCode, Opcode


def test_the_opcodes_are_the_six_of_the_rfc():
    assert {opcode.name: int(opcode) for opcode in Opcode} == {
        "CONTINUATION": 0,
        "TEXT": 1,
        "BINARY": 2,
        "CLOSE": 8,
        "PING": 9,
        "PONG": 10,
    }


def test_every_opcode_and_every_close_code_has_a_meaning_in_words():
    assert set(codes.OPCODE_MEANINGS) == set(Opcode)
    assert set(codes.CLOSE_MEANINGS) == set(CloseCode)
    assert all(codes.OPCODE_MEANINGS.values())
    assert all(codes.CLOSE_MEANINGS.values())


def test_the_top_bit_of_an_opcode_makes_a_control_frame():
    assert [opcode for opcode in range(16) if codes.is_control(opcode)] == list(range(8, 16))


def test_ten_opcodes_are_reserved():
    reserved = [opcode for opcode in range(16) if codes.is_reserved(opcode)]
    assert reserved == [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]


@pytest.mark.parametrize(
    ("opcode", "name"),
    [
        (0, "continuation"),
        (1, "text"),
        (2, "binary"),
        (3, "reserved data"),
        (7, "reserved data"),
        (8, "close"),
        (9, "ping"),
        (10, "pong"),
        (11, "reserved control"),
        (15, "reserved control"),
    ],
)
def test_an_opcode_has_a_name(opcode, name):
    assert codes.opcode_name(opcode) == name


@pytest.mark.row(
    "6455-7.4.1-1",
    "6455-7.4.1-2",
    "6455-7.4.1-n1",
    "6455-7.4.2-n1",
    "6455-7.4.2-n2",
    "6455-7.4.2-n3",
    at="protocol.codes.close_code_may_travel",
)
def test_the_close_codes_that_may_travel_are_exactly_these_ranges():
    travelling = [code for code in range(2**16) if codes.close_code_may_travel(code)]
    assert travelling == [*range(1000, 1004), *range(1007, 1015), *range(3000, 5000)]


def test_a_close_code_is_named_as_the_standard_names_it():
    assert CloseCode(1002).name == "PROTOCOL_ERROR"
    assert CloseCode(1007).name == "INVALID_PAYLOAD_DATA"
    assert CloseCode(1009).name == "MESSAGE_TOO_BIG"
    assert len(CloseCode) == 15


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        (0, "0 to 999 are not used"),
        (999, "0 to 999 are not used"),
        (1000, "the purpose is fulfilled"),
        (1002, "a rule of the protocol was broken"),
        (1004, "reserved for the protocol, without a meaning yet"),
        (1005, "no code came; never sent"),
        (1015, "the TLS handshake failed; never sent"),
        (1016, "reserved for the protocol, without a meaning yet"),
        (2999, "reserved for the protocol, without a meaning yet"),
        (3000, "for libraries and frameworks, registered with IANA"),
        (3999, "for libraries and frameworks, registered with IANA"),
        (4000, "for private use"),
        (4999, "for private use"),
        (5000, "above 4999 nothing is defined"),
        (65535, "above 4999 nothing is defined"),
    ],
)
def test_a_close_code_has_a_meaning(code, meaning):
    assert codes.close_code_meaning(code) == meaning


def test_the_codes_that_are_never_sent_say_so():
    never = {code for code, meaning in codes.CLOSE_MEANINGS.items() if "never sent" in meaning}
    assert never == codes.NEVER_SENT == {1005, 1006, 1015}
