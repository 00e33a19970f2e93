"""The solutions of lesson 13 do what jupyter_server does, and the lesson shows no secrets."""

import json
import re
from types import SimpleNamespace

import nbformat
import pytest

import wslearn as ws
from tests.support.exercises import arguments_of
from tests.support.places import NOTEBOOKS
from wslearn.course.answers import check
from wslearn.course.exercises import find
from wslearn.protocol.handshake import check_request

LESSON = NOTEBOOKS / "13-the-notebook-you-are-reading.ipynb"


@pytest.fixture
def jupyter():
    return pytest.importorskip("jupyter_server.services.kernels.connection.base")


@pytest.mark.parametrize(("host", "path", "key", "token"), arguments_of("13.1"))
def test_the_request_is_one_that_a_server_accepts(host, path, key, token):
    request = find("13.1").reference(host, path, key, token)
    checked = check_request(request)
    assert checked.violations == []
    assert checked.request.target == path
    assert checked.request.headers.get("Authorization") == f"token {token}"


def test_the_order_and_the_spelling_of_headers_are_free():
    def answer(host, path, key, token):
        first, *lines = find("13.1").reference(host, path, key, token).split(b"\r\n")
        named = [line.partition(b":") for line in reversed(lines) if line]
        return b"\r\n".join([first, *(n.lower() + c + v for n, c, v in named), b"", b""])

    assert check("13.1", answer).passed


def test_a_header_that_is_there_twice_or_that_nobody_asked_for_does_not_pass():
    def answer(host, path, key, token):
        request = find("13.1").reference(host, path, key, token)
        return request.replace(b"Upgrade: websocket\r\n", b"Upgrade: websocket\r\nX: y\r\n")

    assert not check("13.1", answer).passed


@pytest.mark.parametrize("parts", [parts for (parts,) in arguments_of("13.3")], ids=len)
def test_parts_are_packed_as_jupyter_packs_them(parts, jupyter):
    channel, *others = parts
    theirs = jupyter.serialize_msg_to_ws_v1(others, channel.decode())
    assert find("13.3").reference(parts) == theirs


@pytest.mark.parametrize("data", [data for (data,) in arguments_of("13.4")], ids=len)
def test_parts_are_unpacked_as_jupyter_unpacks_them(data, jupyter):
    parts = find("13.4").reference(data)
    if parts is not None:
        channel, others = jupyter.deserialize_msg_from_ws_v1(data)
        assert parts == [channel.encode(), *others]


@pytest.mark.parametrize(("opcode", "payload"), arguments_of("13.5"))
def test_both_forms_say_what_jupyter_reads(opcode, payload, jupyter):
    channel, kind, parent = find("13.5").reference(opcode, payload)
    if opcode == 1:
        message = json.loads(payload)
        assert message["channel"] == channel
        header, sender = message["header"], message["parent_header"]
    else:
        theirs, (header, sender, *_rest) = jupyter.deserialize_msg_from_ws_v1(payload)
        assert theirs == channel
        header, sender = json.loads(header), json.loads(sender)
    assert (kind, parent) == (header["msg_type"], sender.get("msg_id", ""))


def outputs():
    for cell in nbformat.read(LESSON, as_version=4).cells:
        for output in cell.get("outputs", []):
            yield from output.get("data", {}).values()
            yield output.get("text", "")


def test_no_stored_output_holds_a_token_an_id_or_a_port():
    shown = "\n".join(map(str, outputs()))
    assert "<token>" in shown
    assert "Set-Cookie" not in shown
    assert not re.search(r"[0-9a-f]{20,}", shown)
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", shown)
    assert set(re.findall(r"127\.0\.0\.1:(?:\d+|<port>)", shown)) == {
        "127.0.0.1:<port>",
        "127.0.0.1:8888",  # in an example of an exercise
    }


def test_a_server_that_stays_silent_ends_no_cell_with_a_traceback(capsys):
    cells = nbformat.read(LESSON, as_version=4).cells
    (listening,) = [source for cell in cells if "said_hello" in (source := cell.source)]
    silent = SimpleNamespace(next_frame=lambda: None, line=SimpleNamespace(close=lambda: None))
    exec(listening, {"listener": silent, "ws": ws, "json": json})
    assert "Nothing said Hello" in capsys.readouterr().out
