"""The journal: what it holds, what it drops, and how it is filtered, saved and loaded."""

import json
import subprocess
import sys
import tracemalloc
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wslearn as ws
from wslearn.net.record.journal import Bounds, Journal, in_words
from wslearn.net.record.journal_file import Writer
from wslearn.net.record.messages import IN_ALL
from wslearn.net.record.passed import Passed
from wslearn.net.record.recorder import Recorder
from wslearn.protocol.deflate import Compressor, Window
from wslearn.protocol.errors import InputError
from wslearn.protocol.frame import Frame
from wslearn.protocol.receiving import BEFORE, NOT_AGREED, SPENT

KEY = bytes.fromhex("37fa213d")
NONCE = "dGhlIHNhbXBsZSBub25jZQ=="
DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate\r\n"
HEAD = "GET /chat HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
REQUEST = f"{HEAD}Sec-WebSocket-Key: {NONCE}\r\nSec-WebSocket-Version: 13\r\n"
REPLY = (
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
)


def opened(journal: Journal, *, deflate: str = "", keep: int = 1000) -> Recorder:
    """A connection in a journal whose handshake has passed."""
    said = journal.open(began=1000.5, client="127.0.0.1:50000", server="127.0.0.1:8765")
    recorder = Recorder(journal, said, keep=keep)
    recorder.take("client", f"{REQUEST}{deflate and DEFLATE}\r\n".encode(), 0.0)
    recorder.take("server", f"{REPLY}{deflate}\r\n".encode(), 0.01)
    return recorder


def masked(frame: Frame) -> bytes:
    return frame.encode(mask_key=KEY)


def talk(journal: Journal) -> Recorder:
    """A short conversation, with one frame that breaks a rule."""
    recorder = opened(journal)
    recorder.take("client", masked(Frame.text("Hello")), 0.1)
    recorder.take("server", Frame.text("Hello").encode(), 0.2)
    recorder.take("client", Frame.text("unmasked").encode(), 0.3)
    recorder.take("server", Frame.close(1002, "masked, please").encode(), 0.4)
    recorder.end("The server hung up.", 0.5)
    return recorder


def as_data(journal: Journal) -> list[object]:
    """All that a journal holds, for comparison."""
    return [journal.conversations, journal.frames, journal.let_go, journal.remarks]


@pytest.fixture
def path(tmp_path):
    """The file of a journal with a short talk."""
    journal = Journal()
    talk(journal)
    journal.save(tmp_path / "a.journal")
    return tmp_path / "a.journal"


# -- what it holds ---------------------------------------------------------------------------------


def test_it_holds_handshakes_frames_and_the_end():
    journal = Journal()
    said = talk(journal).said
    assert said.opened
    assert said.answer.outcome == "open"
    assert [frame.sender for frame in journal] == ["client", "server", "client", "server"]
    assert [frame.at for frame in journal] == [0.1, 0.2, 0.3, 0.4]
    assert said.frames == journal.frames
    assert said.ended == "The server hung up."
    assert (len(journal), journal.passed, journal.let_go) == (4, 4, 0)


@given(st.lists(st.integers(0, 10**6), max_size=10), st.lists(st.integers(0, 10**6), max_size=10))
def test_the_record_is_the_same_however_the_bytes_were_cut(client_cuts, server_cuts):
    client = (
        f"{REQUEST}{DEFLATE}\r\n".encode() + masked(Frame.text("Hello")) + masked(Frame.close())
    )
    server = f"{REPLY}{DEFLATE}\r\n".encode() + Frame.text("hi").encode() * 2

    def record(client_places, server_places):
        journal = Journal()
        recorder = Recorder(journal, journal.open(began=0.0))
        for sender, data, places in (
            ("client", client, client_places),
            ("server", server, server_places),
        ):
            edges = [0, *sorted(place % len(data) for place in places), len(data)]
            for begin, end in pairwise(edges):
                recorder.take(sender, data[begin:end], 0.0)
        return as_data(journal)

    assert record(client_cuts, server_cuts) == record([], [])


def test_it_says_what_each_frame_is_in_a_few_lines_of_text():
    journal = Journal()
    talk(journal)
    lines = repr(journal).splitlines()
    assert lines[0] == "Journal of 4 frames on 1 connection."
    assert " ".join(lines[1].split()) == "1 0.100 s → text 11 B a whole text message, “Hello”"
    assert "A server fails the connection with 1002. Frames from a client must be" in lines[3]
    assert len(lines) == 5


def test_what_a_frame_says_cannot_disguise_itself():
    frame = Passed("server", Frame.text("<b>\x1b[2J\u202e\n").encode())
    assert "\x1b" not in in_words(frame)
    assert "\n" not in in_words(frame)
    assert "\u202e" not in in_words(frame)


def test_a_frame_of_which_a_part_was_kept_says_how_much():
    journal = Journal()
    recorder = opened(journal, keep=3)
    recorder.take("server", Frame.binary(bytes(70_000)).encode(), 0.1)
    recorder.take("client", Frame.binary(b"").header(mask_key=KEY, length=9) + b"abc", 0.2)
    recorder.end("It ended.", 0.3)
    first, second = map(in_words, journal)
    assert first == "the first 3 bytes of 70\u202f000 bytes"
    assert second.endswith(
        "6 bytes of the payload are missing. (the connection ended inside this frame)"
    )


def test_a_message_that_another_one_interrupts_is_not_made_up():
    journal = Journal()
    recorder = opened(journal)
    recorder.take("server", Frame.text("a", fin=False).encode(), 0.1)
    recorder.take("server", Frame.text("b").encode(), 0.2)
    first, second = journal.messages()
    assert (first.data, first.frames, second.data, second.frames) == (None, 1, "b", 1)
    assert "Another message began" in first.problem
    assert "Another message began" in repr(first)
    assert "must be finished before the next one begins. (RFC 6455 §5.4)" in second.problem
    assert "“b”" in repr(second)
    assert "(RFC 6455 §5.4)" in repr(second)


def test_the_learners_journal_shows_itself_as_a_table_and_its_text_as_text():
    journal = ws.Journal()
    recorder = opened(journal)
    recorder.take("server", Frame.text("<script>alert(1)</script>").encode(), 0.1)
    shown = journal._repr_mimebundle_()
    assert shown["text/plain"] == repr(journal)
    assert "<script>" not in shown["text/html"]
    assert "&lt;script&gt;" in shown["text/html"]
    assert journal.table().headings[0] == "connection"
    assert len(journal.table().rows) == 1


def test_a_full_journal_lets_the_oldest_frames_go_and_counts_them():
    journal = Journal(bounds=Bounds(frames=100))
    recorder = opened(journal)
    for number in range(250):
        recorder.take("client", masked(Frame.text(str(number))), number)
    assert len(journal) <= 100
    assert journal.let_go == 250 - len(journal)
    assert recorder.said.let_go == journal.let_go
    assert journal.passed == 250
    assert journal.frames == recorder.said.frames
    assert journal.frames[-1].dissect().payload == b"249"
    assert f"{journal.let_go} earlier frames let go" in repr(journal)


def test_a_journal_is_bounded_in_bytes_too():
    journal = Journal(bounds=Bounds(size=10_000))
    recorder = opened(journal)
    tracemalloc.start()
    for _ in range(300):
        recorder.take("server", Frame.binary(bytes(900)).encode(), 0.0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 5 < len(journal) < 12
    assert peak < 200_000


def test_a_journal_is_bounded_in_connections_and_forgets_ended_ones_first():
    journal = Journal(bounds=Bounds(conversations=2))
    first, second = opened(journal), opened(journal)
    for recorder in (first, second):
        recorder.take("server", Frame.text("x").encode(), 0.0)
    second.end("It ended.", 1.0)
    opened(journal)
    assert [said.number for said in journal.conversations] == [1, 3]
    assert (len(journal), journal.let_go) == (1, 1)
    first.take("server", Frame.text("y").encode(), 2.0)
    assert len(journal) == 2


def test_frames_of_a_forgotten_connection_do_not_come_back():
    journal = Journal(bounds=Bounds(conversations=1, frames=2))
    first = opened(journal)
    opened(journal)
    for _ in range(10):
        first.take("server", Frame.text("x").encode(), 0.0)
    assert journal.where().frames == journal.frames == []
    assert journal.let_go == 10


def test_a_watcher_is_told_of_every_growth():
    told = []
    journal = Journal(changed=lambda: told.append(len(journal)))
    talk(journal)
    assert told[-1] == 4
    assert sorted(told) == told


# -- picking ---------------------------------------------------------------------------------------


def test_frames_are_picked_by_sender_opcode_payload_verdict_and_connection():
    journal = Journal()
    talk(journal)
    second = opened(journal)
    second.take("client", masked(Frame.binary(b"\x00Hello")), 0.6)

    def picked(**asked):
        return [index for index, frame in enumerate(journal) if frame in journal.where(**asked)]

    assert picked(sender="server") == [1, 3]
    assert picked(opcode=8) == [3]
    assert picked(opcode=(2, 8)) == [3, 4]
    assert picked(contains="Hello") == [0, 1, 4], "masked or not"
    assert picked(contains=b"\x00H") == [4]
    assert picked(broken=True) == [2]
    assert picked(broken=False, sender="client") == [0, 4]
    assert picked(connection=2) == [4]


def test_what_was_picked_is_a_journal_of_its_own():
    journal = ws.Journal()
    talk(journal)
    picked = journal.where(sender="client")
    assert isinstance(picked, ws.Journal)
    assert picked.conversations[0].request == journal.conversations[0].request
    assert len(journal) == 4, "the first one is as it was"


# -- messages --------------------------------------------------------------------------------------


def compressed(texts: list[str]) -> list[bytes]:
    deflate = Compressor(Window(15, True))
    return [masked(Frame(1, deflate.compress(text.encode()), rsv1=True)) for text in texts]


def test_messages_are_put_together_across_control_frames_and_decompressed():
    journal = Journal()
    recorder = opened(journal, deflate=DEFLATE)
    for data in compressed(["Hello", "Hello again"]):
        recorder.take("client", data, 0.1)
    recorder.take("server", Frame.text("o", fin=False).encode(), 0.2)
    recorder.take("server", Frame.ping().encode(), 0.2)
    recorder.take("server", Frame.continuation(b"ne").encode(), 0.3)
    first, second, third = journal.messages()
    assert (first.data, second.data) == ("Hello", "Hello again")
    assert second.compressed
    assert (third.data, third.frames, third.at, third.size) == ("one", 2, 0.3, 7)
    assert repr(third) == "← text “one” (2 frames, 7 bytes on the wire)"


def test_a_message_that_was_not_kept_whole_says_so_and_so_do_those_that_lean_on_it():
    journal = Journal()
    recorder = opened(journal, deflate=DEFLATE, keep=20)
    for data in compressed(["Hello", "".join(map(str, range(999))), "Hello"]):
        recorder.take("client", data, 0.1)
    first, second, third = journal.messages()
    assert first.data == "Hello"
    assert (second.data, second.problem) == (None, "Not all of it was kept.")
    assert "compressed with what came before it" in third.problem


def test_messages_after_frames_that_were_let_go_do_not_pretend():
    journal = Journal(bounds=Bounds(frames=2))
    recorder = opened(journal, deflate=DEFLATE)
    for data in compressed(["Hello"] * 5):
        recorder.take("client", data, 0.1)
    assert {message.data for message in journal.messages()} == {None}


def test_a_message_over_the_limit_is_not_kept_and_spoils_no_later_one():
    journal = Journal()
    recorder = opened(journal, deflate=DEFLATE)
    for data in compressed(["a" * 10_000, "Hello"]):
        recorder.take("client", data, 0.1)
    first, second = journal.messages(max_size=100)
    assert first.data is None
    assert first.problem == "It is longer than 100 bytes, the most that is kept of a message."
    assert second.data == "Hello"


def test_a_message_that_breaks_a_rule_says_which():
    journal = Journal()
    recorder = opened(journal)
    recorder.take("server", Frame(1, b"\xff").encode(), 0.1)
    recorder.take("server", Frame.continuation(b"x").encode(), 0.2)
    recorder.take("server", Frame(1, b"x", rsv1=True).encode(), 0.3)
    recorder.take("server", Frame.text("fine").encode(), 0.4)
    first, *others = journal.messages()
    assert first.data is None
    assert first.problem.endswith(
        "A text message must be valid UTF-8. (RFC 6455 §8.1) The connection fails with 1007."
    )
    never = "Never read: the connection had failed."
    assert [message.problem for message in others] == [BEFORE, NOT_AGREED, never]
    assert [message.data for message in others] == [None, None, "fine"]


def test_what_messages_may_have_in_all_is_bounded():
    journal = Journal()
    recorder = opened(journal, deflate=DEFLATE, keep=4000)
    for data in compressed(["a" * 2**20] * 40):
        recorder.take("client", data, 0.1)
    size = sum(frame.size for frame in journal)
    messages = journal.messages()
    assert sum(len(message.data or "") for message in messages) <= IN_ALL + size + 2**20
    assert messages[-1].problem == SPENT
    assert len(journal.messages(in_all=2**20)[1:]) == 39
    assert {message.data for message in journal.messages(in_all=2**20)[2:]} == {None}


# -- files -----------------------------------------------------------------------------------------


def test_a_saved_journal_comes_back_unchanged(tmp_path):
    journal = Journal()
    talk(journal)
    opened(journal, deflate=DEFLATE).take("server", compressed(["x"])[0], 1 / 3)
    journal.remarks.append("A remark.")
    path = tmp_path / "a.journal"
    journal.save(path)
    assert as_data(Journal.load(path)) == as_data(journal)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["client", "server"]),
            st.binary(min_size=1, max_size=40),
            st.floats(0, 1e9),
        ),
        max_size=8,
    )
)
def test_any_bytes_and_times_come_back_unchanged(tmp_path_factory, frames):
    journal = Journal()
    said = journal.open(began=1.0)
    for sender, data, at in frames:
        journal.add(said, Passed(sender, data, at, left_out=len(data), note="“é\u2028"))
    path = tmp_path_factory.mktemp("journal") / "a.journal"
    journal.save(path)
    assert as_data(Journal.load(path)) == as_data(journal)


def test_its_file_can_be_read_by_people(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == '{"journal": "wslearn", "version": 1}'
    assert json.loads(lines[2])["request"][0] == "GET /chat HTTP/1.1"
    assert lines[4] == (
        '{"connection": 1, "at": 0.1, "from": "client", "opcode": "text", '
        '"frame": "81 85 37 fa 21 3d 7f 9f 4d 51 58"}'
    )
    assert lines[-1] == '{"connection": 1, "ended": "The server hung up."}'


def test_files_can_be_joined_and_the_connections_get_new_numbers(path):
    path.write_bytes(path.read_bytes() * 2)
    loaded = Journal.load(path)
    assert [said.number for said in loaded.conversations] == [1, 2]
    assert [frame.connection for frame in loaded] == [1] * 4 + [2] * 4


def test_a_saved_part_of_a_journal_keeps_its_numbers_and_is_equal_to_what_was_saved(tmp_path):
    journal = Journal()
    for _ in range(3):
        talk(journal)
    third = journal.where(connection=3, broken=False)
    path, again = tmp_path / "a.journal", tmp_path / "b.journal"
    third.save(path)
    loaded = Journal.load(path)
    assert [said.number for said in loaded.conversations] == [3]
    assert loaded == third
    assert loaded != journal
    loaded.save(again)
    assert again.read_bytes() == path.read_bytes()


def test_a_last_line_that_was_cut_off_is_left_out_with_a_remark(path):
    path.write_bytes(path.read_bytes()[:-20])
    loaded = Journal.load(path)
    assert len(loaded) == 4
    assert loaded.conversations[0].ended == ""
    assert loaded.remarks == [f"The last line of {path} was cut off, and is left out."]


def test_a_journal_that_is_written_while_it_grows_holds_what_the_journal_let_go(tmp_path):
    path = tmp_path / "a.journal"
    journal = Journal(bounds=Bounds(frames=2))
    writer = Writer(path, journal)
    recorder = opened(journal)
    for number in range(5):
        recorder.take("client", masked(Frame.text(str(number))), number)
        writer.add(journal.latest(1)[0])
    assert len(path.read_text().splitlines()) == 9, "before anything is closed"
    recorder.end("It ended.", 9.0)
    opened(journal)
    writer.close()
    loaded = Journal.load(path)
    assert [frame.dissect().payload for frame in loaded] == [b"0", b"1", b"2", b"3", b"4"]
    assert [said.ended for said in loaded.conversations] == ["It ended.", ""]
    assert loaded.conversations[1].opened


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_device_gets_one_sentence_for_a_whole_journal_and_for_a_growing_one(tmp_path):
    journal = Journal()
    talk(journal)
    expected = "Expected a file that can be written, got /dev/full: No space left on device."
    with pytest.raises(InputError) as caught:
        journal.save("/dev/full")
    assert str(caught.value) == expected
    with pytest.raises(InputError) as caught:
        Writer("/dev/full", journal)
    assert str(caught.value) == expected
    path = tmp_path / "a.journal"
    writer = Writer(path, journal)
    writer.file.close()
    writer.file = open("/dev/full", "w")  # noqa: SIM115 (the writer closes it)
    for work in (lambda: writer.add(journal.frames[0]), writer.close):
        with pytest.raises(InputError, match="No space left on device"):
            work()


def test_a_disk_that_fills_takes_no_older_record_with_it(tmp_path, monkeypatch):
    journal = Journal()
    talk(journal)
    path = tmp_path / "a.journal"
    journal.save(path)
    before = path.read_bytes()

    def lines_of(_):
        yield "half"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("wslearn.net.record.journal_file.lines_of", lines_of)
    with pytest.raises(InputError, match="No space left"):
        journal.save(path)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["a.journal"]


def test_a_file_of_more_frames_than_a_live_journal_keeps_is_loaded_whole(tmp_path):
    journal = Journal(bounds=Bounds(frames=60_000))
    recorder = opened(journal)
    recorder.take("server", Frame.ping().encode() * 50_100, 0.1)
    path = tmp_path / "a.journal"
    journal.save(path)
    assert len(Journal.load(path)) == 50_100


def test_a_larger_file_than_a_journal_holds_is_read_with_a_count(path):
    loaded = Journal.load(path, bounds=Bounds(frames=3))
    assert (len(loaded), loaded.let_go) == (3, 1)


FIRST = '{"journal": "wslearn", "version": 1}'
BEGUN = '{"connection": 1, "began": 1.0, "client": "", "server": ""}'


@pytest.mark.parametrize(
    ("lines", "number", "expected"),
    [
        (["hello"], 1, "expected a JSON object, got 'hello'"),
        (["{}"], 1, "expected a journal of version 1"),
        (['{"journal": "wslearn", "version": 2}'], 1, "expected a journal of version 1"),
        (["[" * 100_000], 1, "expected a JSON object"),
        ([FIRST, "{"], 2, "expected a JSON object"),
        ([FIRST, "[]"], 2, "expected a JSON object, got []"),
        ([FIRST, "[" * 100_000], 2, "expected a JSON object"),
        ([FIRST, '{"at": 1}'], 2, "expected connection to be a whole number, got None"),
        ([FIRST, '{"connection": 1, "frame": "81 00"}'], 2, "an earlier line began"),
        ([FIRST, BEGUN, BEGUN], 3, "expected a new connection, got connection 1 again"),
        ([FIRST, '{"connection": 1, "began": "x"}'], 2, "expected began to be a time in seconds"),
        ([FIRST, '{"connection": 1, "began": NaN}'], 2, "expected began to be a time in seconds"),
        ([FIRST, '{"connection": 1, "began": ' + "9" * 400 + "}"], 2, "a time in seconds"),
        ([FIRST, '{"connection": 1, "began": ' + "9" * 9999 + "}"], 2, "a JSON object"),
        ([FIRST, BEGUN, '{"connection": 1, "from": "me", "frame": "81"}'], 3, "client or server"),
        (
            [FIRST, BEGUN, '{"connection": 1, "at": 1, "from": "client", "frame": "8"}'],
            3,
            "expected frame to be hex digits, two for each byte, got '8'",
        ),
        (
            [FIRST, BEGUN, '{"connection": 1, "at": 1, "from": "client", "frame": ""}'],
            3,
            "expected a frame of one byte or more",
        ),
        (
            [FIRST, BEGUN, '{"connection": 1, "at": true, "from": "client", "frame": "81"}'],
            3,
            "expected at to be a time in seconds, got True",
        ),
        ([FIRST, BEGUN, '{"connection": 1, "request": [1]}'], 3, "the lines of an HTTP head"),
        ([FIRST, BEGUN, '{"connection": 1, "request": ["€"]}'], 3, "the lines of an HTTP head"),
        ([FIRST, BEGUN, '{"connection": 1, "ended": 3}'], 3, "ended to be text"),
    ],
)  # fmt: skip
def test_a_bad_line_is_named_by_its_number_with_what_to_do(tmp_path, lines, number, expected):
    path = tmp_path / "a.journal"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        Journal.load(path)
    assert str(caught.value).startswith(f"{path}, line {number}: expected ")
    assert expected in str(caught.value)
    remedy = "Correct or delete this line." if number > 1 else "read_capture reads pcap"
    assert remedy in str(caught.value)


@given(st.binary(max_size=200))
def test_any_file_is_read_or_refused_in_a_sentence(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("journal") / "a.journal"
    path.write_bytes(f"{FIRST}\n{BEGUN}\n".encode() + data)
    with suppress(InputError):  # anything else would show a student a traceback
        Journal.load(path)


@pytest.mark.parametrize("name", ["", "no-such-file", "\0"])
def test_a_missing_file_is_reported_in_a_sentence(tmp_path, name):
    with pytest.raises(InputError, match="Expected the file of a journal"):
        Journal.load(tmp_path / name)


def test_an_empty_file_is_no_journal(tmp_path):
    (tmp_path / "empty").touch()
    with pytest.raises(InputError, match="got an empty file"):
        Journal.load(tmp_path / "empty")


def test_an_unwritable_place_is_reported_in_a_sentence(tmp_path):
    with pytest.raises(InputError, match="Expected a file that can be written"):
        Journal().save(tmp_path / "no" / "such" / "folder")


def test_the_journal_loads_neither_scapy_nor_pictures():
    ours = "wslearn.net.record.tap, wslearn.net.record.capture"
    program = f"import sys, {ours}; print('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert loaded & {"scapy", "matplotlib", "ipywidgets", "IPython"} == set()
