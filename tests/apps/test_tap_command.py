"""``wslearn tap``: what it prints as frames pass, what it saves, and how it answers bad input."""

import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest
from websockets.sync.client import connect
from websockets.sync.server import serve

from tests.support.places import CAPTURES
from wslearn.__main__ import main
from wslearn.net.record.journal import Journal

CAPTURE = CAPTURES / "loopback.pcapng"


def run(capsys, *words: str) -> tuple[int, str, str]:
    status = main(["tap", *words])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


@contextmanager
def echo_server():
    def echo(connection):
        for message in connection:
            connection.send(message)

    with serve(echo, "127.0.0.1", 0, compression="deflate") as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}/"
        finally:
            server.shutdown()
            thread.join(5)


@contextmanager
def tapping(*words: str):
    """A tap in a separate process, and the address it printed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "wslearn", "tap", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    # Whatever goes wrong, nothing waits forever.
    timer = threading.Timer(30, process.kill)
    timer.start()
    try:
        line = process.stdout.readline()
        found = re.match(r"(ws://127\.0\.0\.1:\d+/) leads to ", line)
        assert found, line + process.stderr.read()
        yield process, found[1]
    finally:
        timer.cancel()
        process.kill()
        process.communicate()


def test_a_capture_is_printed_frame_by_frame_with_what_compressed_messages_say(capsys):
    status, out, err = run(capsys, "--read", str(CAPTURE))
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert "GET /chat HTTP/1.1; HTTP/1.1 101 Switching Protocols (permessage-deflate)" in lines[0]
    assert lines[1].split()[3:7] == ["→", "text", "13", "B"]
    assert all("“Hello”" in line for line in lines[1:5])
    assert sum("“one message, three frames”" in line for line in lines) == 2
    assert lines[-1] == "Journal of 17 frames on 1 connection."
    assert "\x1b" not in out, "no colour where no terminal is"


def test_a_saved_journal_prints_like_the_capture_it_came_from(capsys, tmp_path):
    _, from_capture, _ = run(capsys, "--read", str(CAPTURE))
    from wslearn.net.record.capture import read_capture

    read_capture(CAPTURE).save(tmp_path / "a.journal")
    assert run(capsys, "--read", str(tmp_path / "a.journal")) == (0, from_capture, "")


def test_colour_can_be_asked_for_and_adds_nothing_to_the_words(capsys):
    _, plain, _ = run(capsys, "--read", str(CAPTURE))
    _, coloured, _ = run(capsys, "--read", str(CAPTURE), "--colour", "always")
    assert "\x1b[48;2;" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")
def test_frames_are_printed_as_they_pass_and_ctrl_c_saves_them(tmp_path, ending):
    path = tmp_path / "a.journal"
    with echo_server() as server, tapping(server, "--save", str(path)) as (process, url):
        with connect(url, compression="deflate") as client:
            client.send("Hello")
            assert client.recv() == "Hello"
            lines = [process.stdout.readline() for _ in range(3)]
            assert "101 Switching Protocols" in lines[0]
            assert "→ text" in lines[1]
            assert "“Hello”" in lines[1]
            assert "← text" in lines[2]
            assert len(path.read_text(encoding="utf-8").splitlines()) == 6, "saved as they pass"
        process.send_signal(ending)
        out, err = process.communicate(timeout=20)
    assert err == ""
    assert process.returncode == 0
    assert out.splitlines()[-1] == f"4 frames saved in {path}."
    loaded = Journal.load(path)
    assert [message.data for message in loaded.messages()] == ["Hello", "Hello"]
    assert loaded.conversations[0].ended


@pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")
def test_a_broken_frame_is_named_and_no_payload_commands_the_terminal():
    with echo_server() as server, tapping(server) as (process, url):
        with connect(url, compression=None) as client:
            client.send("\x1b[2J\x1b]0;owned\x07")
            client.recv()
            client.socket.sendall(b"\x81\x05Hello")  # not masked
            lines = [process.stdout.readline() for _ in range(4)]
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=20)
    assert "\x1b" not in "".join(lines) + out
    assert "\\x1b[2J" in lines[1]
    assert "A server fails the connection with 1002." in lines[3]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), "Expected either the URL of a server or --read FILE."),
        (("ws://127.0.0.1/", "--read", "x"), "Expected either the URL"),
        (("http://127.0.0.1/",), "starts with ws:// or wss://"),
        (("ws://127.0.0.1:9/", "--port", "70000"), "Expected a port from 0 to 65535, got 70000."),
        (("ws://127.0.0.1:9/", "--save", "no/such/folder/x"), "a file that can be written"),
        (("--read", "no-such-file"), "No such file or directory"),
        (("--read", __file__), "Expected a capture (pcap or pcapng)"),
    ],
)
def test_what_cannot_start_gets_one_sentence_and_status_2(capsys, words, expected):
    status, out, err = run(capsys, *words)
    assert (status, out) == (2, "")
    assert err.startswith("wslearn tap: ")
    assert expected in err
    assert err.count("\n") == 1


def test_a_port_to_assume_is_passed_on(capsys):
    status, out, _ = run(capsys, "--read", str(CAPTURE), "--assume", "8765")
    assert status == 0
    assert "17 frames" in out


def test_its_help_shows_examples(capsys):
    with pytest.raises(SystemExit):
        main(["tap", "--help"])
    assert "wslearn tap --read capture.pcapng" in capsys.readouterr().out
