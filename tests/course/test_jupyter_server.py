"""The reader's Jupyter server is found, and it alone gets the token; else one is started."""

import asyncio
import json
import os
import socket
import sys
import time
from pathlib import Path

import pytest

import wslearn as ws
from wslearn.course import jupyter_server
from wslearn.course.jupyter_server import JupyterServer, find_server, own_server, private_server

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def private():
    pytest.importorskip("jupyter_server")
    with private_server(compress=True, ping_seconds=0.2) as server:
        yield server


@pytest.fixture
def written(monkeypatch, private):
    """What a server records about itself; a test may change it before the search."""
    entry = {
        "port": private.port,
        "base_url": "/",
        "token": private.token,
        "hostname": "localhost",
        "url": f"http://localhost:{private.port}/",
        "sock": "",
    }
    monkeypatch.setattr(jupyter_server, "running_servers", lambda: iter([entry]))
    monkeypatch.setattr(jupyter_server, "own_kernel", lambda: private.kernel)
    return entry


def requests_seen(monkeypatch):
    asked = []

    def ask(port, path, *_more, **_options):
        asked.append((port, path))
        raise ws.NetworkError("Expected no request.")

    monkeypatch.setattr(jupyter_server, "_ask", ask)
    return asked


def test_a_private_server_runs_one_kernel(private):
    (kernel,) = private.ask("api/kernels")
    assert kernel["id"] == private.kernel
    assert not private.own


def test_a_kernel_that_does_not_answer_is_replaced_by_one_that_does(monkeypatch):
    opens, tried = jupyter_server._opens, []

    def the_second_opens(port, path, login):
        tried.append(path)
        return len(tried) > 1 and opens(port, path, login)

    monkeypatch.setattr(jupyter_server, "_opens", the_second_opens)
    with private_server() as server:
        assert tried[0] != tried[1] == f"/api/kernels/{server.kernel}/channels"
        assert [one["id"] for one in server.ask("api/kernels")] == [server.kernel]


def test_a_kernel_answers_if_its_websocket_opens(private, monkeypatch):
    def opens(kernel, port=private.port):
        return jupyter_server._opens(port, f"/api/kernels/{kernel}/channels", private.login)

    assert opens(private.kernel)
    assert not opens("00000000-0000-0000-0000-000000000000")
    monkeypatch.setattr(jupyter_server, "KERNEL_SECONDS", 0.1)
    began = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert not opens(private.kernel, silent.getsockname()[1])
    assert time.monotonic() - began < 10, "it waits for KERNEL_SECONDS, which are usually 20"


def test_without_the_token_a_private_server_tells_nothing(private):
    stranger = JupyterServer(private.port, "guessed", private.kernel)
    with pytest.raises(ws.NetworkError, match="got the status 403"):
        stranger.ask("api/kernels")


def test_a_private_server_keeps_its_token_from_the_command_line_and_from_its_repr(private):
    assert private.token not in " ".join(private.process.args)
    assert private.token not in repr(private)
    fields = JupyterServer(private.port, private.token, private.kernel)
    assert private.token not in f"{fields!r} {fields.url}"


def test_what_is_masked_holds_no_secret_and_is_the_same_every_time(private):
    assert private.masked(private.url) == (
        "ws://127.0.0.1:<port>/api/kernels/<kernel>/channels?session_id=<session>"
    )
    assert private.masked(": ".join(private.login)) == "Authorization: token <token>"


def test_each_client_gets_a_session_of_its_own(private):
    assert private.channels != private.channels


def test_the_kernels_channel_compresses_and_pings_if_asked(private):
    from wslearn.protocol.deflate import Deflate

    async def first_ping():
        async with await ws.tap(private.url) as tap:
            socket = await ws.connect(tap.url, headers=[private.login], deflate=Deflate())
            async with socket, asyncio.timeout(10):
                async for frame in tap:
                    if frame.opcode == ws.Opcode.PING:
                        return socket.agreement, frame.sender
        return None

    agreement, sender = asyncio.run(first_ping())
    assert agreement is not None
    assert sender == "server"


def test_the_server_that_runs_our_kernel_is_our_own(written, private):
    found = own_server()
    assert (found.port, found.token, found.kernel) == (
        private.port, private.token, private.kernel,
    )  # fmt: skip
    assert found.own
    assert find_server().own
    found.stop()
    assert private.process.poll() is None, "the page goes on"


def test_a_server_that_does_not_know_our_kernel_is_not_our_own(written, monkeypatch):
    monkeypatch.setattr(jupyter_server, "own_kernel", lambda: "another")
    assert own_server() is None


@pytest.mark.parametrize(
    "odd",
    [
        {"hostname": "example.org"},
        {"hostname": "192.0.2.1"},
        {"url": "https://localhost/"},
        {"sock": "/run/jupyter.sock"},
        {"token": ""},
        {"port": None},
    ],
    ids=str,
)
def test_no_token_goes_where_it_does_not_belong(written, monkeypatch, odd):
    asked = requests_seen(monkeypatch)
    written |= odd
    assert own_server() is None
    assert asked == []


def test_a_server_that_listens_everywhere_is_asked_on_this_machine(written):
    written |= {"hostname": "0.0.0.0", "url": f"http://somewhere:{written['port']}/"}
    assert own_server() is not None


def test_outside_a_kernel_there_is_no_server_of_our_own(monkeypatch):
    asked = requests_seen(monkeypatch)
    assert jupyter_server.own_kernel() is None
    assert own_server() is None
    assert asked == []


def test_in_a_browser_a_sentence_says_that_no_server_can_run(monkeypatch):
    monkeypatch.setattr(sys, "platform", "emscripten")
    with pytest.raises(ws.NetworkError, match="inside the browser"):
        private_server()


def test_without_jupyter_a_sentence_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(jupyter_server, "find_spec", lambda name: None)
    with pytest.raises(ws.NetworkError, match="install one: pip install"):
        private_server()


def test_a_server_that_cannot_start_says_its_last_words(monkeypatch):
    pytest.importorskip("jupyter_server")
    monkeypatch.setattr(jupyter_server, "_free_port", lambda: "no-port")
    with pytest.raises(
        ws.NetworkError, match="Expected a private Jupyter server and its kernel to start"
    ):
        private_server()


def test_a_private_server_goes_with_its_kernel_and_its_folders(monkeypatch, tmp_path):
    pytest.importorskip("jupyter_server")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(jupyter_server, "_kept", None)
    monkeypatch.setattr(jupyter_server, "own_server", lambda: None)
    server = find_server()
    assert find_server() is server, "a cell that is run twice starts no second one"
    (connection_file,) = tmp_path.glob("wslearn-*/jupyter_runtime_dir/kernel-*.json")
    assert server.kernel in connection_file.name
    assert json.loads(connection_file.read_text())["ip"] == "127.0.0.1"
    server.stop()
    server.stop()
    assert server.process.poll() not in (None, -9), "it went by itself"
    assert list(tmp_path.glob("wslearn-*")) == []
    if os.path.isdir("/proc"):
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and running_with(server.kernel):
            time.sleep(0.05)
        assert running_with(server.kernel) == []


def running_with(word):
    """The processes whose command line holds a word."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = entry.read_bytes()
        except OSError:
            continue
        if word.encode() in command:
            found.append(entry.parent.name)
    return found
