"""The recorded session, and where it stands in: where no server can run."""

import wslearn as ws
from wslearn.labs.tap.recording import add_recording, recorded_session
from wslearn.net.record.journal import Journal


def test_a_record_takes_the_session_in_as_a_connection_of_its_own():
    journal = Journal()
    for number in (1, 2):
        add_recording(journal)
        said = journal.conversations[-1]
        assert (said.number, said.opened, said.check.ok) == (number, True, True)
        assert {frame.connection for frame in said.frames} == {number}
    kept = [frame.data for frame in recorded_session().frames]
    assert [frame.data for frame in journal.frames] == 2 * kept


def test_a_taplab_without_threads_lists_the_recording_and_says_what_it_is(no_threads):
    lab = ws.TapLab()
    assert not lab.running
    assert [frame.data for frame in lab.frames] == [f.data for f in recorded_session().frames]
    shown = str(lab._head.view)
    assert "it runs inside the browser" in shown
    assert "a recording" in shown
    lab.pick(1)
    assert lab.grid.dissection.payload == b"Hello"
    assert lab.pages().parts
    lab.close()
