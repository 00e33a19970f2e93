"""A dissection that shows itself, for any bytes at all."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wslearn as ws
from wslearn.draw.drawn import SHOWN
from wslearn.draw.plain import spoken_text
from wslearn.draw.terminal import terminal_text


def show_in_every_way(frame: ws.Dissection) -> None:
    for shown in (frame.text(), frame.html(), frame.svg(), repr(frame), str(frame.verdict)):
        assert shown
    assert terminal_text(frame)
    assert spoken_text(frame)
    assert len(repr(frame).splitlines()) == 1


@given(st.binary(max_size=120), st.sampled_from(["server", "client", None]), st.booleans())
@settings(max_examples=50, deadline=None)
def test_any_bytes_are_shown_in_every_way(data, receiver, compressed):
    extensions = "permessage-deflate" if compressed else ()
    show_in_every_way(ws.dissect(data, receiver, extensions))


@given(st.text(max_size=40))
@settings(max_examples=40, deadline=None)
def test_any_text_is_shown_in_every_way(text):
    show_in_every_way(ws.dissect(text))


@pytest.mark.parametrize(
    ("source", "receiver", "expected"),
    [
        ("81 05 48656c6c6f", "client", "<Dissection: 7 bytes, text, accepted by a client>"),
        (
            "81 05 48656c6c6f",
            "server",
            "<Dissection: 7 bytes, text, refused by a server with 1002>",
        ),
        ("89", "client", "<Dissection: 1 byte, ping, waited for by a client>"),
        ("", None, "<Dissection: 0 bytes>"),
        (
            "8",
            None,
            "<Dissection: Expected two hex digits for each byte; got 1 in '8' at character 1.>",
        ),
    ],
)
def test_the_repr_is_one_short_line(source, receiver, expected):
    assert repr(ws.dissect(source, receiver)) == expected


def test_a_notebook_gets_text_and_html(hello):
    assert hello._repr_mimebundle_() == {"text/plain": hello.text(), "text/html": hello.html()}


def test_frames_in_a_row_are_shown_one_under_the_other():
    frames = ws.dissect_all("89 00 8a 00 81", receiver="client")
    assert [str(frame.verdict.outcome) for frame in frames] == ["accepted", "accepted", "waiting"]
    assert all(isinstance(frame, ws.Dissection) for frame in frames)
    shown = frames._repr_mimebundle_()
    assert shown["text/plain"].count("A client") == 3
    assert shown["text/html"].count("<table") == 6


def test_only_the_first_of_many_frames_are_shown_and_each_without_the_next_ones():
    frames = ws.dissect_all("89 00" * (SHOWN + 3), receiver="client")
    shown = frames._repr_mimebundle_()["text/plain"]
    assert len(frames) == SHOWN + 3
    assert shown.count("A client accepts") == SHOWN
    assert shown.endswith("… and 3 more frames.")
    assert "after this frame" not in shown


def test_frames_in_a_row_keep_their_receiver_and_extensions():
    frames = ws.dissect_all("c1 00 c1 00", "client", iter(["permessage-deflate"]))
    assert [frame.violations for frame in frames] == [(), ()]


def test_no_picture_but_a_figure_loads_matplotlib():
    code = (
        "import sys, wslearn as ws; frame = ws.dissect('81 05 48656c6c6f');"
        "frame.text(), frame.html(), frame.svg();"
        "sys.exit('matplotlib' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0


def test_many_frames_in_a_row_keep_each_byte_once():
    frames = ws.dissect_all(b"\x89\x00" * 5_000, receiver="client")
    assert len(frames) == 5_000
    assert sum(len(frame.rest) for frame in frames) == 0


def test_frames_in_a_row_never_raise():
    (frame,) = ws.dissect_all("89 00", extensions=5)
    assert frame.problem == "Expected a list of extensions, got int."


def test_help_explains_every_argument():
    for argument in ("source", "receiver", "extensions", "max_size"):
        assert f"``{argument}``" in (ws.dissect.__doc__ or "")
