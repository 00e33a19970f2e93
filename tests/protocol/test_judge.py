"""Every rule about a frame: its place, what was expected and what came."""

import pytest

from wslearn.protocol.deflate import DEFLATE
from wslearn.protocol.dissect import dissect
from wslearn.protocol.dissection import Dissection
from wslearn.protocol.judge import LONGEST_CONTROL, is_compressed, judge
from wslearn.protocol.length import LONGEST
from wslearn.protocol.rules import FRAME_RULES
from wslearn.protocol.text import grouped

BROKEN = {
    "control-fragmented": [
        ("0900", {}, (0, 1), "FIN 1", "FIN 0"),
        ("0800", {}, (0, 1), "FIN 1", "FIN 0"),
    ],
    "rsv-set": [
        ("c100", {}, (1, 1), "RSV1 0", "RSV1 1"),
        ("a100", {}, (2, 1), "RSV2 0", "RSV2 1"),
        ("9100", {}, (3, 1), "RSV3 0", "RSV3 1"),
        ("a100", {"extensions": DEFLATE}, (2, 1), "RSV2 0", "RSV2 1"),
        ("c900", {}, (1, 1), "RSV1 0", "RSV1 1"),
        ("c100", {"extensions": "x-other"}, (1, 1), "RSV1 0", "RSV1 1"),
    ],
    "rsv1-on-control": [("c900", {"extensions": DEFLATE}, (1, 1), "RSV1 0", "RSV1 1")],
    "rsv1-on-continuation": [("c000", {"extensions": DEFLATE}, (1, 1), "RSV1 0", "RSV1 1")],
    "opcode-reserved": [
        (f"8{opcode:x}00", {}, (4, 4), "opcode 0, 1, 2, 8, 9 or 0xa (10)", f"opcode {came}")
        for opcode, came in [
            *((number, number) for number in range(3, 8)),
            *((number, f"0x{number:x} ({number})") for number in range(11, 16)),
        ]
    ],
    "mask-missing": [("8100", {"receiver": "server"}, (8, 1), "MASK 1", "MASK 0")],
    "mask-present": [("8180 37fa213d", {"receiver": "client"}, (8, 1), "MASK 0", "MASK 1")],
    "control-too-long": [
        ("897e", {}, (9, 7), "a payload length of at most 125", "126, “more than that”"),
        ("887f", {}, (9, 7), "a payload length of at most 125", "127, “more than that”"),
    ],
    "length-not-shortest": [
        ("827e 007d", {}, (16, 16), "125 written in 7 bits", "16 bits"),
        ("827f 000000000000007d", {}, (16, 64), "125 written in 7 bits", "64 bits"),
        ("827f 000000000000ffff", {}, (16, 64), "65\u202f535 written in 16 bits", "64 bits"),
    ],
    "length-top-bit": [("827f ffffffffffffffff", {}, (16, 1), "a first bit of 0", "1")],
    "frame-too-long": [
        ("8205", {"max_size": 4}, (9, 7), "at most 4 bytes", "5"),
        ("827e 0100", {"max_size": 255}, (16, 16), "at most 255 bytes", "256"),
        ("827f 7fffffffffffffff", {"max_size": 0}, (16, 64), "at most 0 bytes", grouped(LONGEST)),
    ],
    "text-not-utf8": [
        ("8102 c0af", {}, (16, 8), "UTF-8", "0xc0, a byte that starts no character"),
        ("8102 c328", {}, (24, 8), "UTF-8", "0x28, a byte that cannot go on from the one before"),
        ("8105 c328", {}, (24, 8), "UTF-8", "0x28, a byte that cannot go on from the one before"),
        ("0101 ff", {}, (16, 8), "UTF-8", "0xff, a byte that starts no character"),
        ("8102 61ce", {}, (24, 8), "UTF-8", "an end inside a character"),
        ("8181 37fa213d c8", {}, (48, 8), "UTF-8", "0xff, a byte that starts no character"),
    ],
    "close-body-one-byte": [("8801 03", {}, (16, 8), "no bytes, or two or more", "one")],
    "close-code-forbidden": [
        ("8802 03ed", {}, (16, 16), "a code that may be sent", "1005 (no code came; never sent)"),
        ("8802 0000", {}, (16, 16), "a code that may be sent", "0 (0 to 999 are not used)"),
        (
            "8805 ffff",
            {},
            (16, 16),
            "a code that may be sent",
            "65535 (above 4999 nothing is defined)",
        ),
    ],
    "close-reason-not-utf8": [
        ("8803 03e8 ff", {}, (32, 8), "UTF-8", "0xff, a byte that starts no character"),
        ("8804 03e8 61ce", {}, (40, 8), "UTF-8", "an end inside a character"),
        ("8805 03e8 ff", {}, (32, 8), "UTF-8", "0xff, a byte that starts no character"),
    ],
}


PROVEN = {
    "control-fragmented": ("fragmented_control", "6455-5.4-2", "6455-5.5-2"),
    "rsv-set": ("reserved_bits", "6455-5.2-3", "6455-5.8-1"),
    "rsv1-on-control": ("reserved_bits", "7692-6.1-4"),
    "rsv1-on-continuation": ("reserved_bits", "7692-6.1-4"),
    "opcode-reserved": ("reserved_opcode", "6455-5.2-4"),
    "mask-missing": ("mask_bit", "6455-5.1-2"),
    "mask-present": ("mask_bit", "6455-5.1-5"),
    "control-too-long": ("long_control", "6455-5.5-1"),
    "length-not-shortest": ("length_form", "6455-5.2-6"),
    "length-top-bit": ("length_form", "6455-5.2-5"),
    "frame-too-long": ("limit", "6455-10.4-1"),
    "close-body-one-byte": ("close_body", "6455-5.5.1-2"),
    "close-reason-not-utf8": ("close_body", "6455-5.5.1-3"),
}
"""By rule: which function here obeys, and the rows of the RFC that a breach of the rule proves."""


def proving(rule, case):
    """A case with the rows that it proves."""
    at, *rows = PROVEN.get(rule, ("",))
    marks = pytest.mark.row(*rows, at=f"protocol.judge.{at}") if rows else ()
    return pytest.param(rule, *case, marks=marks)


def test_every_rule_about_frames_is_broken_here_at_least_once():
    assert set(BROKEN) == {rule.id for rule in FRAME_RULES}


@pytest.mark.parametrize(
    ("rule", "source", "how", "bits", "expected", "came"),
    [proving(rule, case) for rule, cases in BROKEN.items() for case in cases],
)
def test_a_broken_rule_is_named_alone_and_in_its_place(rule, source, how, bits, expected, came):
    dissection = dissect(source, **how)
    assert [
        (violation.rule.id, (violation.start, violation.width), violation.expected, violation.came)
        for violation in dissection.violations
    ] == [(rule, bits, expected, came)]
    assert dissection.close_code == dissection.violations[0].rule.close_code


@pytest.mark.parametrize(
    ("source", "how"),
    [
        ("0101 ce", {}),  # the character goes on in the next frame
        ("8102 ce", {}),  # ... or in the next read
        ("8105 ce", {}),
        ("8805 03e8 ce", {}),
        ("8802 03", {}),
        ("8800", {}),
        ("8202 c328", {}),  # binary is any bytes
        ("8001 ba", {}),  # a continuation is judged with the message it belongs to
        ("c102 c328", {"extensions": DEFLATE}),  # compressed text is judged once it is inflated
        ("c100", {"extensions": f"x-other, {DEFLATE}; client_max_window_bits"}),
        ("c200", {"extensions": [DEFLATE]}),
        ("8204", {"max_size": 4}),
        ("827e 007e", {}),
        ("827f 7fffffffffffffff", {}),
        ("897d", {}),
    ],
)
def test_what_is_no_violation_is_not_reported(source, how):
    assert dissect(source, **how).violations == ()


def test_all_broken_rules_are_listed_in_the_order_of_their_bits():
    dissection = dissect("7b 7f 8000000000000005", receiver="server", max_size=1)
    assert [violation.rule.id for violation in dissection.violations] == [
        "control-fragmented",
        "rsv-set",
        "rsv-set",
        "rsv-set",
        "opcode-reserved",
        "mask-missing",
        "control-too-long",
        "length-top-bit",
        "frame-too-long",
    ]
    assert dissection.close_code == 1002


def test_a_broken_close_can_break_two_rules_with_two_codes():
    dissection = dissect("8803 03ed ff")
    assert [violation.close_code for violation in dissection.violations] == [1002, 1007]
    assert dissection.close_code == 1002


def test_a_frame_that_has_been_read_can_be_judged_again_under_a_limit():
    seen = dissect("8205 0000000000")
    assert seen.violations == judge(seen) == ()
    assert [violation.rule.id for violation in judge(seen, max_size=4)] == ["frame-too-long"]
    assert judge(Dissection()) == ()


@pytest.mark.parametrize(
    ("opcode", "rsv1", "extensions", "compressed"),
    [
        (1, True, (DEFLATE,), True),
        (2, True, (DEFLATE,), True),
        (1, False, (DEFLATE,), False),
        (1, True, (), False),
        (0, True, (DEFLATE,), False),
        (3, True, (DEFLATE,), False),
        (9, True, (DEFLATE,), False),
    ],
)
def test_rsv1_says_compressed_on_the_first_frame_of_a_message_only(
    opcode, rsv1, extensions, compressed
):
    assert is_compressed(opcode, rsv1, extensions) is compressed


def test_a_control_frame_is_as_long_as_seven_bits_can_say():
    assert LONGEST_CONTROL == 125
    assert dissect("897d").violations == ()
