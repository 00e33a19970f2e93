"""Recordings stand in for what a page inside the browser lacks."""

import pytest

from wslearn.course.recorded import (
    FIGURES,
    NETWORK,
    SENTENCE,
    StandIn,
    fingerprint,
    lacking,
    names_made,
)
from wslearn.net.background import NO_THREADS
from wslearn.protocol.errors import NetworkError

CELL = "server = await ws.serve(echo)"
STREAM = {"output_type": "stream", "name": "stdout", "text": "recorded\n"}


@pytest.fixture
def page():
    """A stand-in that knows one cell, with what it has shown and said."""
    shown = []
    known = {fingerprint(CELL): {"section": "A server", "outputs": [STREAM]}}
    stands_in = StandIn(known.get, lambda output: shown.append(output["text"]), shown.append)
    return stands_in, shown


@pytest.mark.parametrize(
    ("problem", "lacks"),
    [
        (NetworkError(NO_THREADS), "sockets"),
        (
            NotImplementedError("create_server() is not available in browser environments"),
            "sockets",
        ),
        (OSError(138, "Not supported"), "sockets"),
        (ModuleNotFoundError("x", name="ipykernel.connect"), "programs"),
        (ImportError("Expected matplotlib, and it is not here"), "figures"),
        (ModuleNotFoundError("No module named 'numpy'", name="numpy"), "figures"),
        (ModuleNotFoundError("No module named 'websockets'", name="websockets"), "sockets"),
        (ModuleNotFoundError("No module named 'websocket'", name="websocket"), "sockets"),
        (ModuleNotFoundError("No module named 'uvicorn'", name="uvicorn"), "sockets"),
        (OSError(138, "emscripten does not support processes."), "programs"),
        (RuntimeError("can't start new thread"), "programs"),
    ],
)
def test_what_a_page_lacks_is_recognised_by_the_error(problem, lacks):
    assert lacks in lacking(problem)


@pytest.mark.parametrize(
    "problem",
    [
        ValueError("x"),
        NetworkError("the port is taken"),
        NotImplementedError("yours to write"),
        NotImplementedError(),
    ],
)
def test_an_error_of_the_student_stays_an_error(problem, page):
    assert lacking(problem) == ""
    assert page[0].handle(CELL, problem) is False
    assert page[1] == []


def test_what_lies_behind_an_error_counts():
    problem = NetworkError("could not listen")
    problem.__cause__ = OSError(138, "Not supported")
    assert "sockets" in lacking(problem)


def test_the_recording_is_shown_under_one_sentence_a_section(page):
    stands_in, shown = page
    assert stands_in.handle(CELL, NetworkError(NO_THREADS))
    assert stands_in.handle(CELL + "\n", NetworkError(NO_THREADS))
    assert shown == [SENTENCE.format(lacks=NETWORK), "recorded\n", "recorded\n"]


def test_a_cell_that_goes_on_from_such_a_cell_does_the_same(page):
    stands_in, shown = page
    stands_in.handle(CELL, NetworkError(NO_THREADS))
    with pytest.raises(NameError) as caught:
        eval("server.url", {})
    assert stands_in.handle("server.url", caught.value)
    assert "as you changed it" in shown[-1]
    with pytest.raises(NameError) as caught:
        eval("sever.url", {})
    assert not stands_in.handle("sever.url", caught.value)


def test_names_are_found_wherever_a_cell_binds_them():
    cell = "import a.b, c as d\ndef e(): own = 1\nfor f in []: pass\nwith g() as h: (i := 1)"
    assert names_made(cell) == {"a", "d", "e", "f", "h", "i"}
    assert names_made("%time this is not Python") == set()


def test_what_goes_on_from_a_figure_lacks_the_same_as_the_figure(page):
    stands_in, shown = page
    stands_in.handle("figure = plot()", ImportError("Expected matplotlib"))
    with pytest.raises(NameError) as caught:
        eval("figure.save", {})
    assert stands_in.handle("figure.save", caught.value)
    assert FIGURES in shown[-1]
