"""What a docstring promises has a test: the list, kept complete by reading the docstrings.

A promise is a sentence that says what the code never does, or always does, whatever comes from
outside. A new promise without a row here fails the first test, and so does a row whose sentence or
test is gone. Waits have their own list (``tests/net/test_waits.py``).
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.support.places import ROOT, TESTS

PLACES = ("protocol", "net", "pasted", "apps")

PROMISING = re.compile(
    r"\b(never|no peer|always|bounded|without end|raises nothing|changes nothing|unchanged"
    r"|nothing [\w ']+ (raises?|lost|sent|run|does)|once and)\b",
    re.IGNORECASE,
)

PROMISES = {
    "apps.working_copy: changed files are never overwritten": (
        "what_the_student_wrote_is_never_overwritten"
    ),
    "apps.working_copy.write_beside: A full disk or a crash in between leaves the old one": (
        "a_disk_that_fills_leaves_no_half_of_a_lesson_and_the_next_run_mends_it"
    ),
    "net.backoff.bounds: it never shrinks.": "bounds_double_up_to_the_longest_and_never_shrink",
    "net.broadcast: It never waits": "all_others_get_everything_while_one_reads_nothing",
    "net.client: Nothing is sent between the request and the server's reply": (
        "the_request_is_the_one_of_the_rfc_and_nothing_follows_it_before_the_reply"
    ),
    "net.client: Redirects are followed only if asked for": (
        "credentials_stay_with_the_host_they_were_given_for"
    ),
    "net.fastmask: It takes a while to load": "numpy_is_not_loaded_by_the_import_alone",
    "net.limits: No peer may make this side wait or grow without end.": (
        "the_list_of_waits_is_whole"
    ),
    "net.open_files.raise_limit: never lower it.": "the_limit_of_open_files_is_never_lowered",
    "net.ports: Ports that the system chose are never asked for again.": (
        "a_port_that_the_system_chose_is_nobodys_to_take"
    ),
    "net.record.capture: Its cost is bounded by its size": ("bombs_in_a_small_capture_cost_little"),
    "net.record.capture: Anything the capture has lost is reported, never filled in.": (
        "a_loss_inside_a_payload_is_marked_and_the_next_frame_is_found"
    ),
    "net.record.journal: It is bounded.": "a_journal_is_bounded_in_bytes_too",
    "net.record.journal.Journal.messages: A message that cannot be read": (
        "a_message_that_was_not_kept_whole_says_so_and_so_do_those_that_lean_on_it"
    ),
    "net.record.journal.Journal.save: Write it to a file that people can read": (
        "any_bytes_and_times_come_back_unchanged"
    ),
    "net.record.journal_file.Writer: Writes a journal while it grows": (
        "a_journal_that_is_written_while_it_grows_holds_what_the_journal_let_go"
    ),
    "net.record.reassembly.Direction: inside, places are counted from the first byte on": (
        "segments_out_of_order_twice_and_overlapping_make_the_same_stream"
    ),
    "net.record.recorder: It changes nothing and refuses nothing:": (
        "a_frame_that_breaks_a_rule_passes_and_is_recorded_with_the_reason"
    ),
    "net.record.recorder: A frame so wrong that it never ends is recorded when": (
        "a_frame_that_never_ends_stands_before_the_close_that_answers_it"
    ),
    "net.record.tap: Every byte is passed on at once and unchanged": (
        "every_byte_comes_through_unchanged_whatever_it_is_and_however_it_is_cut"
    ),
    "net.record.tap: what is under way is bounded by a few buffers.": (
        "a_reader_that_does_not_read_makes_the_writer_wait_and_the_tap_stays_small"
    ),
    "net.server: Nothing a client does raises anything in a handler but": (
        "a_client_that_goes_is_no_fault_of_a_handler_with_several_tasks"
    ),
    "net.server.Server._serve: it raises nothing.": (
        "no_request_that_was_put_together_by_hand_makes_a_server_raise"
    ),
    "net.websocket: Nothing that came is lost.": (
        "a_flood_of_messages_that_nobody_takes_stops_being_read_and_nothing_is_lost"
    ),
    "net.websocket.WebSocket._read_to_the_end: it never raises.": (
        "a_reset_is_noticed_though_nothing_is_read"
    ),
    "pasted.escapes: A line break or a tab comes from a folded line": (
        "what_lies_between_escapes_is_data_only_where_there_is_text"
    ),
    "protocol.accept.check_key_text: never raises for text": "any_text_can_be_checked_as_a_key",
    "protocol.client_handshake.check_response: never raises for what came.": (
        "no_bytes_make_a_client_raise"
    ),
    "protocol.connection.Connection.receive: Nothing the peer sends makes it raise;": (
        "arbitrary_bytes_never_raise"
    ),
    "protocol.dissect.dissect: Never raises.": "dissect_survives_any_source",
    "protocol.dissect.dissect_all: Never raises.": "dissect_survives_any_source",
    "protocol.events.Failed: the connection fails once and is then silent": (
        "a_failure_is_reported_once_and_nothing_after_it_is_read"
    ),
    "protocol.frame.checked_bytes: A copy of the bytes": (
        "what_happens_to_a_buffer_later_changes_no_frame"
    ),
    "protocol.server_handshake.check_request: Never raises for what came": (
        "no_bytes_make_a_server_raise"
    ),
}
"""The beginning of each promise, and the test that holds us to it."""

FACTS = {
    "apps.class_.own_address: Nothing is sent:",
    "net.inbox: that wait could never end.",
    "net.limits.Limits: never ``pong_seconds``",
    "net.record.judging.Judge: ``agreed`` what was agreed on",
    "net.record.judging: It never read a frame that followed.",
    "net.record.passed.Message: ``problem`` says why not",
    "net.record.passed.Passed.unread: Why its receiver never read it",
    "net.record.split.Piece: Of those ``left_out``, the ``missing`` ones were never seen.",
    "pasted.escapes._refuse_hex_among: Raise where hex digits stand among escapes",
    "protocol.accept: The text of the key is hashed, never the bytes behind it.",
    "protocol.close.decode_close: an empty body gives 1005, which never travels.",
    "protocol.deflate.read_parameters: Parameters by name, each at most once and",
    "protocol.dissection.Dissection: ``unread`` why the receiver never read it",
    "protocol.length: Only the shortest form that holds the number is legal",
    "protocol.receiving: Frames after that were never read",
}
"""Sentences with such a word that say what the protocol or a name means, and promise nothing."""


def promises_in(text: str, module: str) -> Iterator[str]:
    """The sentences in a module's docstrings that promise something, each with its place."""

    def walk(node: ast.AST, where: str) -> Iterator[str]:
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            for sentence in re.split(r"(?<=[.:;])\s+|\n\n", ast.get_docstring(node) or ""):
                if PROMISING.search(" ".join(sentence.split())):
                    yield f"{where}: {' '.join(sentence.split())}"
        for child in ast.iter_child_nodes(node):
            name = getattr(child, "name", "")
            yield from walk(child, f"{where}.{name}" if name else where)

    yield from walk(ast.parse(text), module)


@cache
def all_promises() -> frozenset[str]:
    """The promises of the layers that meet what comes from outside."""
    return frozenset(
        promise
        for place in PLACES
        for path in (ROOT / "wslearn" / place).rglob("*.py")
        for promise in promises_in(path.read_text(encoding="utf-8"), module_of(path))
    )


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT / "wslearn").with_suffix("").parts)


@cache
def all_tests() -> frozenset[str]:
    """The names of all tests, without ``test_``."""
    texts = [path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py")]
    return frozenset(re.findall(r"def test_(\w+)\(", "\n".join(texts)))


def test_the_list_of_promises_is_whole():
    rows = tuple({*PROMISES, *FACTS})
    new = sorted(promise for promise in all_promises() if not promise.startswith(rows))
    assert new == [], "these promises are not in the list: which test holds us to them?"
    gone = [row for row in rows if not any(one.startswith(row) for one in all_promises())]
    assert gone == [], "these are in the list and no longer in the docstrings"


def test_every_promise_has_a_test():
    assert {promise: name for promise, name in PROMISES.items() if name not in all_tests()} == {}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('"""It waits."""', []),
        ('"""It never\nwaits. It is small."""', ["m: It never waits."]),
        ('class A:\n def f(self):\n  """Never raises."""', ["m.A.f: Never raises."]),
    ],
)
def test_a_promise_is_found_where_it_is(code, found):
    assert list(promises_in(code, "m")) == found
