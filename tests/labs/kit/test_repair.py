"""Mending a frame: the smallest change that keeps the broken rule."""

import pytest

from wslearn.labs.kit import repair as module
from wslearn.labs.kit.repair import Repair, repair
from wslearn.protocol.deflate import DEFLATE
from wslearn.protocol.dissect import dissect
from wslearn.protocol.errors import broken
from wslearn.protocol.examples import COURSE_KEY
from wslearn.protocol.rules import FRAME_RULES

LIMIT = 125
A = "61"
MASKED_A = f"{0x61 ^ COURSE_KEY[0]:02x}"

MENDED = {
    "control-fragmented": [("0900", {}, "set FIN", "8900")],
    "rsv-set": [("b100", {}, "clear RSV2", "9100"), ("f100", {}, "clear RSV1", "b100")],
    "rsv1-on-control": [("c900", {"extensions": DEFLATE}, "clear RSV1", "8900")],
    "rsv1-on-continuation": [("c000", {"extensions": DEFLATE}, "clear RSV1", "8000")],
    "opcode-reserved": [
        ("8301 61", {}, "make it text", "810161"),
        ("0302 c328", {}, "make it binary", "0202c328"),
        ("8b01 61", {}, "make it ping", "890161"),
        ("83", {}, "make it text", "81"),
    ],
    "mask-missing": [
        ("8105 48656c6c6f", {"receiver": "server"}, "mask it", "818537fa213d7f9f4d5158"),
        ("8100", {"receiver": "server"}, "mask it", "818037fa213d"),
        # Half of the payload is still to come: the length stays.
        ("8105 4865", {"receiver": "server"}, "mask it", "818537fa213d7f9f"),
        # Half of the length is still to come: the key will follow it.
        ("827e 01", {"receiver": "server"}, "mask it", "82fe01"),
        # The length in its longer form is another fault, and stays.
        ("817e 0001 61", {"receiver": "server"}, "mask it", f"81fe000137fa213d{MASKED_A}"),
    ],
    "mask-present": [
        (
            "8185 37fa213d 7f9f4d5158",
            {"receiver": "client"},
            "unmask it",
            "810548656c6c6f",
        ),
        ("8185 37fa213d 7f9f", {"receiver": "client"}, "unmask it", "81054865"),
        ("8185 37fa", {"receiver": "client"}, "unmask it", "8105"),
        ("82fe 01", {"receiver": "client"}, "unmask it", "827e01"),
        ("82fe 0100 37fa213d", {"receiver": "client"}, "unmask it", "827e0100"),
    ],
    "control-too-long": [
        ("897e 0080" + A * 128, {}, "cut it to 125 bytes", "897d" + A * LIMIT),
        ("897e 0001 61", {}, "state the real length", "890161"),
        ("897f 00", {}, "state the real length", "8900"),
        ("89fe 0001 37fa213d" + MASKED_A, {}, "state the real length", "898137fa213d" + MASKED_A),
        ("89fe 00", {}, "state the real length", "898037fa213d"),
    ],
    "length-not-shortest": [
        ("817e 0001 61", {}, "write the length in its shortest form", "810161"),
        ("827f 0000000000000100 61", {}, "write the length in its shortest form", "827e010061"),
        (
            "81fe 0001 01020304 60",
            {},
            "write the length in its shortest form",
            "81810102030460",
        ),
        ("81fe 0001 0102", {}, "write the length in its shortest form", "81810102"),
    ],
    "length-top-bit": [
        ("827f 8000000000000001 61", {}, "state the real length", "820161"),
        ("82ff 8000000000000001 01020304 60", {}, "state the real length", "82810102030460"),
        ("82ff 8000000000000001 0102", {}, "state the real length", "828037fa213d"),
    ],
    "text-not-utf8": [("8102 c328", {}, "send it as binary", "8202c328")],
    "close-body-one-byte": [
        ("8801 03", {}, "drop the lone byte", "8800"),
        ("8881 01020304 02", {}, "drop the lone byte", "888001020304"),
    ],
    "close-code-forbidden": [
        ("8805 03ed 627965", {}, "use 1000", "880503e8627965"),
        ("8805 03ed 62", {}, "use 1000", "880503e862"),
        ("8882 37fa213d 3417", {}, "use 1000", "888237fa213d3412"),
    ],
    "close-reason-not-utf8": [
        ("8804 03e8 61ff", {}, "drop the bytes that are not UTF-8", "880303e861"),
        ("8806 03e8 61ff", {}, "drop the bytes that are not UTF-8", "880503e861"),
        ("8803 03e8 ce", {}, "drop the bytes that are not UTF-8", "880203e8"),
    ],
}


def test_every_rule_has_a_repair_but_the_limit_of_the_receiver():
    rules = {rule.id for rule in FRAME_RULES} - {"frame-too-long"}
    assert set(MENDED) == rules
    assert set(module._MENDS) == rules | set(ORDER)


ORDER = {
    "continuation-without-message": ("80026c6f", "make it text", "81026c6f"),
    "message-interrupted": ("81026c6f", "make it continuation", "80026c6f"),
}
"""What is wrong only because of the frames before it."""


@pytest.mark.parametrize("rule", ORDER)
def test_a_frame_in_the_wrong_order_gets_the_opcode_that_fits(rule):
    source, label, mended = ORDER[rule]
    change = repair(dissect(source, "client"), broken(rule, 4, 4, "another opcode", "this one"))
    assert (change.label, change.data.hex()) == (label, mended)


def test_a_later_fragment_keeps_the_kind_of_its_message():
    fault = broken("text-not-utf8", 0, 0, "UTF-8", "a byte that is none")
    assert repair(dissect("8001ff", "client"), fault) is None


@pytest.mark.parametrize(
    ("rule", "source", "how", "label", "mended"),
    [(rule, *case) for rule, cases in MENDED.items() for case in cases],
)
def test_a_broken_rule_is_mended_by_the_smallest_change(rule, source, how, label, mended):
    dissection = dissect(source, **how)
    violation = next(v for v in dissection.violations if v.rule.id == rule)
    change = repair(dissection, violation)
    assert change == Repair(label, bytes.fromhex(mended))
    again = dissect(change.data, dissection.receiver, dissection.extensions)
    assert violation not in again.violations


def test_bytes_after_the_frame_are_kept():
    dissection = dissect("8105 48656c6c6f 8900", receiver="server")
    change = repair(dissection, dissection.violations[0])
    assert change.data.hex() == "818537fa213d7f9f4d5158" + "8900"


def test_a_limit_of_the_receiver_has_no_repair():
    dissection = dissect("8205", max_size=4)
    assert repair(dissection, dissection.violations[0]) is None


def test_a_reason_is_mended_even_where_the_length_is_absurd():
    dissection = dissect("887f 8000000000000000 03e8 ff")
    reason = next(v for v in dissection.violations if v.rule.id == "close-reason-not-utf8")
    assert repair(dissection, reason).data.hex() == "880203e8"
