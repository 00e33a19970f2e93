"""``wslearn judge``: what it asks, what it prints, and how it ends."""

import asyncio
import json
import re
import socket
import sys
from argparse import ArgumentParser
from collections.abc import Coroutine, Iterator
from contextlib import suppress
from typing import Any

import pytest

from tests.support.peers import Raw, echo, open_for, raw_server
from tests.support.places import NOTEBOOKS
from wslearn.__main__ import main
from wslearn.apps.judge import add_arguments, target_of
from wslearn.conformance import suite
from wslearn.conformance.catalogue import CASES
from wslearn.conformance.told import MOST_IN_DATA
from wslearn.net.background import Background
from wslearn.net.client import connect
from wslearn.net.server import serve
from wslearn.protocol.errors import WebSocketError
from wslearn.protocol.frame import Frame

HOST = "127.0.0.1"
_going: set[asyncio.Task[None]] = set()


async def started(work: Coroutine[Any, Any, None]) -> None:
    """Let a coroutine run in the background until its loop ends."""
    _going.add(asyncio.create_task(work))


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """An echo server of ours on a thread of its own."""
    with Background("a server to judge") as background:
        server = background.run(serve(echo))
        yield server.url
        background.run(server.close())


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["judge", *words])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_a_good_server_ends_with_0_and_a_table(capsys, url):
    status, out, err = run(capsys, url, "--only", "ping and pong", "--only", "open-foreign-origin")
    assert (status, err) == (0, "")
    assert out.splitlines()[0].startswith(f"{url}: 8 cases in ")
    assert re.search(r"^all +8 +7 +0 +0 +1 +0$", out, re.MULTILINE)
    assert "· open-foreign-origin" in out
    assert out.rstrip().endswith("Every MUST that was judged was kept.")


def test_a_broken_must_ends_with_1_and_is_explained_as_a_teacher_would(capsys):
    async def wrong(raw: Raw) -> None:
        await open_for(raw)
        while True:
            frame = await raw.frame()
            if frame.opcode == 9:
                await raw.send(b"\x8a\x05Hell\x1b")

    with Background("a wrong server") as background:
        started = raw_server(wrong)
        port = background.run(started.__aenter__())
        status, out, _ = run(capsys, f"ws://127.0.0.1:{port}/", "--only", "ping-text",
                             "--patience", "0.3")  # fmt: skip
        background.run(started.__aexit__(None, None, None))
    assert status == 1
    told = out[out.index("✗ ping-text") :]
    assert "MUST, RFC 6455 §5.5.3" in told
    assert "  sent     89 85 37 fa 21 3d 7f 9f 4d 51 58" in told
    assert "  expected a Pong with “Hello”" in told
    assert r"  came     a Pong with “Hell\x1b”" in told
    assert "  lesson   07 How do we say goodbye?" in told
    assert "\x1b" not in out, "what comes from the network is text"


def test_json_gives_each_case_with_its_source_and_outcome(capsys, url):
    status, out, _ = run(capsys, url, "--only", "close-usual", "--json")
    data = json.loads(out)
    assert status == 0
    assert data["counts"] == {"kept": 1}
    (case,) = data["cases"]
    assert (case["id"], case["source"], case["outcome"]) == (
        "close-usual",
        "RFC 6455 §5.5.1",
        "kept",
    )
    assert case["sent"].startswith("8885")


def test_json_shortens_what_is_long_and_a_load_changes_no_exit_status(capsys, url):
    status, out, _ = run(
        capsys, url, "--only", "limit-message", "--only", "limit-promise", "--json"
    )
    data = json.loads(out)
    assert status == 0
    assert data["counts"] == {"open": 2}
    long, short = data["cases"]
    assert (len(long["sent"]) // 2, long["sent_size"]) == (MOST_IN_DATA, 2**20 + 14)
    assert len(short["sent"]) // 2 == short["sent_size"] == 14


def test_the_commands_that_lessons_name_are_understood():
    told: set[str] = set()
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                told |= set(re.findall(r"`wslearn judge ([^`]+)`", "".join(cell["source"])))
    assert told, "lesson 09 ends with one"
    for words in told:
        parser = ArgumentParser()
        add_arguments(parser)
        assert target_of(parser.parse_args(words.split())).uri.host == HOST


def test_every_case_is_listed_and_nobody_is_asked(capsys):
    status, out, _ = run(capsys, "--list")
    assert status == 0
    assert len(out.splitlines()) == len(CASES)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Expected the server's address, such as ws://127.0.0.1:8765/, got none."),
        (("ws://example.com/",), "with the permission of whoever runs that server, add --anywhere"),
        (("ws://192.168.1.7:80/",), "Expected a server on this computer"),
        (("http://127.0.0.1/",), "Expected a URI that starts with ws:// or wss://, got http://."),
        (
            ("ws://127.0.0.1:1/",),
            "Expected to connect to ws://127.0.0.1:1/, got: Conn",
        ),
        (("ws://127.0.0.1:1/", "--only", "?"), "Expected the name of a case, or one of the groups"),
        (("ws://127.0.0.1:1/", "--header", "x"), "Expected a header such as 'Cookie: a=b'"),
        (
            ("ws://127.0.0.1:1/", "--patience", "0"),
            "Expected a patience of up to 60 s",
        ),
    ],
)
def test_what_cannot_be_judged_ends_with_2_and_one_sentence(capsys, words, sentence):
    status, out, err = run(capsys, *words)
    assert (status, out) == (2, "")
    assert err.startswith("wslearn judge: ")
    assert sentence in err
    assert len(err.splitlines()) == 1


def test_headers_and_origin_reach_the_server(capsys):
    heads: list[bytes] = []

    async def listen(raw: Raw) -> None:
        heads.append(await raw.head())
        await raw.send(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

    with Background("a strict server") as background:
        started = raw_server(listen)
        port = background.run(started.__aenter__())
        status, _, err = run(capsys, f"ws://127.0.0.1:{port}/room?a=b", "--header", "Cookie: s=1",
                             "--origin", "http://here", "--subprotocol", "chat")  # fmt: skip
        background.run(started.__aexit__(None, None, None))
    assert status == 2
    assert "got “403 Forbidden”" in err
    assert "a=b" not in err, "a query may hold a login"
    (head,) = heads
    assert head.startswith(b"GET /room?a=b HTTP/1.1\r\n")
    for line in (b"Cookie: s=1", b"Origin: http://here", b"Sec-WebSocket-Protocol: chat"):
        assert line + b"\r\n" in head


def test_the_page_shows_what_came_as_text(capsys, tmp_path):
    async def wrong(raw: Raw) -> None:
        await open_for(raw)
        while True:
            if (await raw.frame()).opcode == 9:
                await raw.send(Frame.pong(b"<script>alert(1)</script>"))

    page = tmp_path / "report.html"
    with Background("a wrong server") as background:
        started = raw_server(wrong)
        port = background.run(started.__aenter__())
        status, _, _ = run(capsys, f"ws://127.0.0.1:{port}/", "--only", "ping-text",
                           "--only", "fault-unmasked", "--only", "text-latin",
                           "--patience", "0.3", "--html", str(page))  # fmt: skip
        background.run(started.__aexit__(None, None, None))
    text = page.read_text(encoding="utf-8")
    assert status == 1
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "default-src &#x27;none&#x27;" in text
    assert "A server fails the connection with 1002." in text, "the frame at fault is drawn"
    assert "What could not be judged" in text
    assert not re.search(r"(src|href)=", text), "it needs no network"


def test_an_unwritable_page_gets_one_sentence(capsys, url, tmp_path):
    where = tmp_path / "nowhere" / "report.html"
    status, _, err = run(capsys, url, "--only", "ping-text", "--html", str(where))
    assert status == 2
    assert "Expected a file to write the report to, got " in err


def test_a_client_is_judged_where_it_connects(capsys):
    names = ("reply-wrong-accept", "length-1", "fault-masked", "close-usual")
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]

    async def come_again() -> None:
        for _ in range(200):  # until somebody listens, and then once for each case
            with suppress(WebSocketError):
                async with await connect(f"ws://{HOST}:{port}/") as client:
                    await echo(client)
            await asyncio.sleep(0.02)

    only = [word for name in names for word in ("--only", name)]
    with Background("a client") as background:
        background.run(started(come_again()))
        status, out, err = run(capsys, "--client", "--port", str(port), *only, "--all")
    assert status == 0
    assert err.startswith(f"Listening on ws://{HOST}:{port}/. Let your client connect 5 times")
    for name in (*names, "client-request", "client-new-key", "client-new-mask"):
        assert f"✓ {name}" in out


@pytest.mark.parametrize("words", [("--client",), ("ws://127.0.0.1:1/", "--json")])
def test_the_suite_is_for_a_server_and_a_reader(capsys, words):
    status, _, err = run(capsys, *words, "--autobahn")
    assert status == 2
    assert "Expected --autobahn for a server, and without --json" in err


def test_without_kosoku_the_command_says_where_to_get_the_suite(capsys, monkeypatch, url):
    monkeypatch.setitem(sys.modules, "kosoku", None)
    status, _, err = run(capsys, url, "--autobahn", "--only", "ping-text")
    assert status == 2
    assert "pip install kosoku brings it" in err


def test_the_suites_cases_are_put_to_a_server_too(capsys, monkeypatch, url):
    monkeypatch.setattr(suite, "SECTIONS", {"3": "reserved bits"})
    status, out, _ = run(capsys, url, "--autobahn", "--only", "ping-text")
    assert status == 0
    assert re.search(r"^Autobahn 3 +reserved bits +7 +7$", out, re.MULTILINE)
