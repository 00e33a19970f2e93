"""What came from a file or the wire is shown as text: no escape sequence, no reversed direction."""

import json

import pytest

import wslearn as ws
from wslearn.apps.tap import Printer
from wslearn.draw.terminal import terminal_text
from wslearn.labs.tap.nodes import list_nodes
from wslearn.labs.tap.state import TapLog
from wslearn.net.record.record_file import read_record

EVIL = "\x1b]0;owned\x07\x1b[2J\u202e\u2066\x9b\r\n"
COMMANDS = set("\x1b\x07\u202e\u2066\x9b\r")


@pytest.fixture
def evil(tmp_path):
    lines = [
        {"journal": "wslearn", "version": 1, "remarks": [EVIL]},
        {"connection": 1, "began": 1.0, "client": EVIL, "server": EVIL},
        {"connection": 1, "request": [f"GET /{EVIL} HTTP/1.1", f"Host: {EVIL}", "", ""]},
        {"connection": 1, "reply": [f"HTTP/1.1 101 {EVIL}", f"Sec-WebSocket-Extensions: {EVIL}"]},
        {"connection": 1, "at": 0.1, "from": "server", "frame": "8101ff", "note": EVIL},
        {"connection": 1, "at": 0.1, "from": "client", "frame": "8101ff", "agreed": [EVIL]},
        {"connection": 1, "at": 0.1, "from": "client", "opcode": "text", "number": 1, "text": EVIL},
        {"connection": 1, "ended": EVIL},
    ]
    for line in lines:  # heads are Latin-1
        for name in ("request", "reply"):
            if name in line:
                line[name] = [text.encode().decode("latin-1") for text in line[name]]
    path = tmp_path / "a.journal"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return read_record(path, journal=ws.Journal())


def leaves(node):
    """Every text in a tree of nodes."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from leaves(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from leaves(value)


def test_the_command_prints_it_as_text(evil, capsys):
    Printer(colour=False).whole(evil)
    printed = capsys.readouterr().out
    assert set(printed) & COMMANDS == set()
    assert "owned" in printed


def test_its_reprs_and_tables_are_text(evil):
    (said,) = evil.conversations
    shown = [repr(evil), repr(said), *map(repr, evil.messages()), *map(str, said.faults)]
    shown += [str(cell) for row in evil.rows() for cell in row]
    shown += list(evil._repr_mimebundle_().values())
    shown += [terminal_text(frame.dissect(), colour=False) for frame in evil]
    assert [text for text in shown if set(text) & COMMANDS] == []


def test_half_of_a_surrogate_pair_in_a_journal_is_mended_and_reported(tmp_path):
    half = "a\ud800b"
    lines = [
        {"journal": "wslearn", "version": 1, "remarks": [half]},
        {"connection": 1, "began": 1.0, "client": half, "server": half},
        {"connection": 1, "at": 0.1, "from": "server", "frame": "8101ff", "note": half},
        {"connection": 1, "at": 0.2, "from": "client", "opcode": "text", "number": 1, "text": half},
        {"connection": 1, "ended": half},
    ]
    path, saved = tmp_path / "a.journal", tmp_path / "b.journal"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="ascii")
    journal = read_record(path, journal=ws.Journal())
    (said,) = journal.conversations
    assert {said.client, said.ended, said.messages[0].data, journal.frames[0].note} == {"a\ufffdb"}
    assert sum("half of a surrogate pair" in remark for remark in journal.remarks) == len(lines)
    shown = [repr(journal), repr(said), *map(repr, journal.messages()), str(journal.rows())]
    shown += journal._repr_mimebundle_().values()
    assert [text for text in shown if "\ud800" in text] == []
    assert len(journal.where(contains="\ufffd").messages()) == 1
    journal.save(saved)
    assert read_record(saved) == journal


def test_the_lab_shows_it_as_text(evil):
    log = TapLog(evil)
    nodes = list_nodes(
        log.window(20), None, paused=False, finished=True, folding=True, unfolded=False,
        several=True, size=20, count="", empty="", spoken="",
    )  # fmt: skip
    assert [text for text in leaves(nodes) if set(text) & COMMANDS] == []
