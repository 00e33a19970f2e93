"""The exceptions, and the sentence for a broken rule."""

import subprocess
import sys

import pytest

from wslearn.protocol import errors
from wslearn.protocol.errors import (
    ClosedError,
    FrameError,
    HandshakeError,
    InputError,
    ProtocolError,
    StateError,
    Violation,
    WebSocketError,
    bits_in_words,
    broken,
)
from wslearn.protocol.frame import Frame
from wslearn.protocol.rulebook import RULES
from wslearn.protocol.rules import Rule

UNMASKED = broken("mask-missing", 8, 1, "MASK 1", "MASK 0")


def handshake(status: int | None) -> Violation:
    rule = Rule("no-host", "request", "A request names its host.", "4.2.1", ("x",), status=status)
    return Violation(rule, 0, 0, "a Host header", "none", "line 2")


def test_the_tree_is_the_one_that_is_drawn():
    tree = [InputError, ProtocolError, FrameError, HandshakeError]
    assert all(issubclass(error, WebSocketError) for error in tree)
    assert issubclass(InputError, ValueError)
    assert issubclass(FrameError, ProtocolError)
    assert issubclass(HandshakeError, ProtocolError)
    assert not issubclass(ProtocolError, ValueError)
    assert errors.__doc__ is not None
    assert all(error.__name__ in errors.__doc__ for error in tree)


def test_a_violation_in_a_frame_reads_as_a_lesson():
    assert str(UNMASKED) == (
        "byte 1, bit 0: expected MASK 1, got MASK 0. Frames from a client must be masked. "
        "(RFC 6455 §5.1) The connection fails with 1002."
    )
    assert UNMASKED.close_code == 1002


@pytest.mark.parametrize(("status", "end"), [(400, " The server answers 400."), (None, "")])
def test_a_violation_in_a_handshake_names_the_line_and_the_status(status, end):
    violation = handshake(status)
    assert str(violation) == (
        "line 2: expected a Host header, got none. A request names its host. "
        f"(RFC 6455 §4.2.1){end}"
    )
    assert violation.close_code is None


def test_a_broken_rule_points_at_its_bits():
    violation = broken("opcode-reserved", 4, 4, "opcode 0", "opcode 3")
    assert violation == Violation(
        RULES["opcode-reserved"], 4, 4, "opcode 0", "opcode 3", "byte 0, bits 4 to 7"
    )


@pytest.mark.parametrize(
    ("start", "width", "words"),
    [
        (0, 1, "byte 0, bit 0"),
        (7, 1, "byte 0, bit 7"),
        (4, 4, "byte 0, bits 4 to 7"),
        (1, 3, "byte 0, bits 1 to 3"),
        (9, 7, "byte 1, bits 1 to 7"),
        (8, 8, "byte 1"),
        (16, 16, "bytes 2 to 3"),
        (16, 64, "bytes 2 to 9"),
        (7, 2, "bytes 0 to 1"),
        (16, 0, "byte 2, bit 0"),
    ],
)
def test_bits_are_named_as_a_reader_looks_for_them(start, width, words):
    assert bits_in_words(start, width) == words


def test_a_frame_error_carries_the_violation_the_code_and_the_frames_before():
    frames = (Frame.text("Hello"),)
    error = FrameError(UNMASKED, frames)
    assert str(error) == str(UNMASKED)
    assert error.violation is UNMASKED
    assert error.close_code == 1002
    assert error.frames == [Frame.text("Hello")]
    assert FrameError(UNMASKED).frames == []


def test_a_frame_error_needs_a_rule_about_frames():
    with pytest.raises(AssertionError, match="every frame rule has a close code"):
        _ = FrameError(handshake(400)).close_code


@pytest.mark.parametrize("status", [400, None])
def test_a_handshake_error_carries_the_status(status):
    assert HandshakeError(handshake(status)).status == status


def test_a_notebook_shows_the_sentence_and_the_readers_line_instead_of_a_traceback():
    pytest.importorskip("IPython")
    code = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance(colors='NoColor')\n"
        "shell.run_cell('import wslearn as ws\\nws.mask(b\\'Hello\\', b\\'abc\\')')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    shown = done.stdout + done.stderr
    assert "InputError (in line 2 of your cell): " in shown
    assert "got 3" in shown
    assert "Traceback" not in shown
    assert "masking.py" not in shown


def test_the_line_is_the_innermost_one_of_the_reader():
    cell = "import wslearn as ws\ndef shorten():\n    ws.mask(b'Hello', b'abc')\n\nshorten()"
    with pytest.raises(InputError) as raised:
        exec(compile(cell, "a cell", "exec"), {"__name__": "__main__"})
    (shown,) = raised.value._render_traceback_()
    assert shown.startswith("InputError (in line 3 of your cell): ")


def test_outside_a_notebook_cell_the_sentence_stands_alone():
    error = InputError("Expected one thing, got another.")
    assert error._render_traceback_() == ["InputError: Expected one thing, got another."]


def test_a_closed_connection_says_with_which_code_and_reason():
    error = ClosedError("Expected an open connection, but it has ended.", 1001, "bye")
    assert (error.code, error.reason) == (1001, "bye")
    assert isinstance(error, StateError)
    assert str(error) == "Expected an open connection, but it has ended."
