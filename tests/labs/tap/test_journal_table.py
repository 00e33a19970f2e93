"""The names that learners type: a tap and a capture with journals that show themselves."""

import asyncio
import inspect

import wslearn as ws
from tests.support.places import CAPTURES
from wslearn.net.record import capture
from wslearn.net.record import tap as taps

CAPTURE = CAPTURES / "loopback.pcapng"


def test_the_learners_tap_records_in_a_journal_that_shows_itself():
    async def test():
        async with await ws.tap("ws://127.0.0.1:9/") as opened:
            assert isinstance(opened.journal, ws.Journal)

    asyncio.run(test())


def test_a_tap_can_record_in_a_given_journal():
    own = ws.Journal()

    async def test():
        async with await ws.tap("ws://127.0.0.1:9/", journal=own) as opened:
            assert opened.journal is own

    asyncio.run(test())


def test_help_shows_what_the_network_layer_offers():
    assert inspect.signature(ws.tap) == inspect.signature(taps.tap)
    assert ws.tap.__doc__ == taps.tap.__doc__
    assert ws.read_capture.__doc__ == capture.read_capture.__doc__


def test_a_capture_becomes_a_journal_that_shows_itself_as_a_table():
    journal = ws.read_capture(CAPTURE)
    assert isinstance(journal, ws.Journal)
    shown = journal._repr_mimebundle_()["text/html"]
    assert "Journal of 17 frames on 1 connection." in shown
    assert shown.count("<tr>") == 18
    assert "there?" in shown


def test_a_long_journal_shows_its_latest_frames_and_says_so():
    journal = ws.Journal()
    said = journal.open(began=0.0)
    frame = ws.Frame.text("Hello").encode()
    from wslearn.net.record.conversation import Passed

    journal.add(said, *(Passed("server", frame, number) for number in range(150)))
    shown = journal._repr_mimebundle_()["text/html"]
    assert "The latest 100 frames:" in shown
    assert shown.count("<tr>") == 101


def test_remarks_are_shown_as_text():
    journal = ws.Journal(remarks=["<b>bold</b>"])
    assert "<b>" not in journal._repr_mimebundle_()["text/html"]
    assert "&lt;b&gt;bold" in journal._repr_mimebundle_()["text/html"]
