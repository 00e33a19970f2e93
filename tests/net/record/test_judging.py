"""The judge of a recorded connection: a frame is judged with those before it, and quickly."""

import pytest

from wslearn.net.record.judging import Judge
from wslearn.net.record.passed import Passed
from wslearn.protocol.receiving import Allowance

CASES = {
    "a masked text": ("client", "81 85 37fa213d 7f9f4d5158"),
    "an unmasked text of a client": ("client", "81 05 48656c6c6f"),
    "a masked text of a server": ("server", "81 85 37fa213d 7f9f4d5158"),
    "text that is not UTF-8": ("server", "81 02 c3 28"),
    "text cut inside a character": ("server", "81 01 c3"),
    "a first fragment that ends inside a character": ("server", "01 01 c3"),
    "a length that is not the shortest": ("server", "81 7e 0005 48656c6c6f"),
    "RSV1 without an extension": ("server", "c1 07 f248cdc9c90700"),
    "an opcode without a meaning": ("server", "83 00"),
    "a fragmented ping": ("server", "09 00"),
    "a close code that may not travel": ("server", "88 02 03ed"),
    "a close of one byte": ("server", "88 01 03"),
    "a good close": ("server", "88 02 03e8"),
    "a binary message": ("server", "82 02 c328"),
    "a frame that is not whole": ("server", "81 05 48"),
    "half a header": ("server", "81"),
}


def judge(never=frozenset()):
    return Judge(None, never, mid=False, allowance=Allowance())


@pytest.mark.parametrize("case", CASES)
def test_the_quick_answer_about_faults_is_that_of_the_dissection(case):
    sender, data = CASES[case]
    passed = Passed(sender, bytes.fromhex(data))
    assert judge().of(passed).broken == bool(passed.dissect().violations)


def test_a_frame_is_judged_beside_those_before_it_and_each_side_by_itself():
    one = judge()
    frames = [
        Passed("server", bytes.fromhex("01 01 ce")),
        Passed("client", bytes.fromhex("80 80 00000000")),
        Passed("server", bytes.fromhex("80 01 ff")),
        Passed("server", bytes.fromhex("81 00")),
    ]
    seen = [one.of(frame) for frame in frames]
    assert [[v.rule.id for v in each.judged.violations] for each in seen] == [
        [], ["continuation-without-message"], ["text-not-utf8"], [],
    ]  # fmt: skip
    assert [each.unread for each in seen] == ["", "", "", "the connection had failed"]
    assert seen[2].dissect().violations[0].where == "byte 2, byte 1 of the text"
    assert seen == frames, "what a frame is does not depend on who judges it"


def test_a_side_whose_handshake_failed_reads_no_frame():
    one = judge(frozenset({"client"}))
    assert one.of(Passed("server", bytes.fromhex("8100"))).unread == (
        "the connection had failed in the opening handshake"
    )
    assert one.of(Passed("client", bytes.fromhex("8180 00000000"))).unread == ""
