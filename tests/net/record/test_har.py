"""HAR files: messages as browsers export them, with no invented frames."""

import json

import pytest

from wslearn.labs.tap.state import TapLog
from wslearn.net.record.journal import Journal
from wslearn.net.record.record_file import read_record
from wslearn.protocol.errors import InputError

HEADERS = [
    {"name": "Host", "value": "h"},
    {"name": "Upgrade", "value": "websocket"},
    {"name": "Connection", "value": "Upgrade"},
    {"name": "Sec-WebSocket-Key", "value": "dGhlIHNhbXBsZSBub25jZQ=="},
    {"name": "Sec-WebSocket-Version", "value": "13"},
    {"name": "Cookie", "value": "login=hidden"},
]
ANSWER = [
    {"name": "Upgrade", "value": "websocket"},
    {"name": "Connection", "value": "Upgrade"},
    {"name": "Sec-WebSocket-Accept", "value": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="},
]
MESSAGES = [
    {"type": "send", "time": 1700000000.5, "opcode": 1, "data": "Hello κόσμε"},
    {"type": "receive", "time": 1700000001.0, "opcode": 2, "data": "AAEC"},
    {"type": "receive", "time": 1700000001.25, "opcode": 1, "data": "\x1b[2J<b>"},
]


def entry(messages=MESSAGES, *, headers=HEADERS, answer=ANSWER, **more):
    return {
        "startedDateTime": "2023-11-14T22:13:20.000Z",
        "_resourceType": "websocket",
        "request": {"method": "GET", "url": "wss://h:8443/chat?token=hidden", "headers": headers},
        "response": {"status": 101, "statusText": "Switching Protocols", "headers": answer},
        **({} if messages is None else {"_webSocketMessages": messages}),
        **more,
    }


@pytest.fixture
def read(tmp_path):
    def read_it(*entries, text=None, **options):
        path = tmp_path / "a.har"
        har = {"log": {"version": "1.2", "entries": list(entries)}}
        path.write_text(json.dumps(har, indent=1) if text is None else text, encoding="utf-8-sig")
        return read_record(path, **options)

    return read_it


def test_messages_are_read_with_their_senders_times_and_contents(read):
    journal = read(entry())
    (said,) = journal.conversations
    assert said.opened
    assert said.ended == "From a HAR file: it holds messages, and no frames."
    assert (said.server, said.began) == ("h:8443", 1700000000.0)
    assert [(m.sender, m.data, m.at, m.frames) for m in journal.messages()] == [
        ("client", "Hello κόσμε", 0.5, 0),
        ("server", b"\0\1\2", 1.0, 0),
        ("server", "\x1b[2J<b>", 1.25, 0),
    ]
    assert len(journal) == 0
    assert "3 messages without frames" in journal.summary()


def test_no_secret_and_no_terminal_command_is_kept_or_shown(read):
    journal = read(entry())
    shown = repr(journal) + repr(journal.conversations) + repr(journal.messages())
    assert "hidden" not in shown
    assert "\x1b" not in shown
    assert "login=hidden" in read(entry(), keep_secrets=True).conversations[0].request.decode()


def test_half_of_a_surrogate_pair_is_mended_and_reported_where_it_is_read(read, tmp_path):
    half, pair, no_escape = r"a\ud800b", r"\ud83d\ude00", r"\\ud800"
    messages = [{"type": "send", "time": 1700000000.5, "data": text} for text in "xyz"]
    headers = [*HEADERS, {"name": "X-Half", "value": "H"}]
    text = json.dumps({"log": {"entries": [entry(messages, headers=headers)]}})
    for mark, written in zip(("x", "y", "z", "H"), (half, pair, no_escape, half), strict=True):
        text = text.replace(f'"{mark}"', f'"{written}"')
    journal = read(text=text)
    assert [message.data for message in journal.messages()] == ["a\ufffdb", "😀", r"\ud800"]
    assert journal.messages()[0].content == "a\ufffdb".encode()
    assert "half of a surrogate pair" in " ".join(journal.remarks)
    assert len(journal.where(contains="b").messages()) == 1
    assert "a\ufffdb" in repr(journal) + repr(journal.messages()) + str(journal.rows())
    journal.save(tmp_path / "a.journal")
    assert read_record(tmp_path / "a.journal") == journal
    assert read(entry()).remarks == []


def test_a_handshake_that_is_not_whole_is_not_judged(read):
    (said,) = read(entry(headers=[], answer=[])).conversations
    assert (said.check, said.answer, said.faults) == (None, None, [])
    assert said.asked == "GET /chat?token=left-out-6-bytes HTTP/1.1"


def test_a_wrong_accept_value_is_found(read):
    wrong = [*ANSWER[:2], {"name": "sec-websocket-accept", "value": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}]
    (said,) = read(entry(answer=wrong)).conversations
    assert "at the step Sec-WebSocket-Accept" in said.faults[0]


def test_it_is_searched_saved_loaded_and_listed(read, tmp_path):
    journal = read(entry())
    assert [m.data for m in journal.where(contains="κόσμε").messages()] == ["Hello κόσμε"]
    assert [m.data for m in journal.where(opcode=2).messages()] == [b"\0\1\2"]
    assert [m.sender for m in journal.where(sender="server").messages()] == ["server"] * 2
    journal.save(tmp_path / "a.journal")
    assert Journal.load(tmp_path / "a.journal") == journal
    window = TapLog(journal).window(10)
    assert [line.entries[0].message for line in window.lines] == [
        None, *journal.conversations[0].messages, None,
    ]  # fmt: skip
    assert [row[2] for row in journal.rows()] == ["client", "server", "server"]
    assert (journal.rows(0), len(journal.rows(2))) == ([], 2)


def test_times_may_count_milliseconds(read):
    message = {"type": "send", "time": 1700000000500, "opcode": 1, "data": "x"}
    assert read(entry([message])).messages()[0].at == 0.5


def test_messages_that_cannot_be_read_are_counted(read):
    bad = [{"type": "send"}, 7, {**MESSAGES[1], "data": "no base64!"}, {**MESSAGES[0], "type": "x"}]
    journal = read(entry([*bad, MESSAGES[0]]))
    assert len(journal.messages()) == 1
    assert "4 messages of the file cannot be read" in journal.remarks[0]


def test_a_websocket_without_messages_and_a_file_without_websockets_say_so(read):
    assert read(entry(None)).remarks == [
        "1 WebSocket without messages: the program that wrote the file keeps none. Chrome does, in "
        "_webSocketMessages."
    ]
    assert read({"request": {"url": "https://h/"}}).remarks == [
        "There is no WebSocket in this HAR file, only 1 other request."
    ]


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"log": []}', '{"log": {"entries": 3}}', "[" * 99999]
)
def test_what_is_no_har_is_refused_in_a_sentence(read, text):
    with pytest.raises(InputError, match=r"^Expected a HAR file"):
        read(text=text)


@pytest.mark.parametrize("odd", [None, 3, "x", [], {"request": 3, "response": []}])
def test_odd_entries_are_passed_over(read, odd):
    read(odd, {"_webSocketMessages": [{}], "request": odd, "response": odd, "startedDateTime": odd})
