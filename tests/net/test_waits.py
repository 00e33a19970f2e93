"""Every wait in ``net`` ends, and each end has a test: the list, kept complete by reading the code.

A wait is what may block until somebody else does something: an ``await`` of anything but our own
coroutines, and a call that blocks a thread. A new wait without a row here fails the first test, and
so does a row whose wait or test is gone.
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

import wslearn.net
from tests.support.places import ROOT

NET = Path(wslearn.net.__file__).parent

BLOCKING = {"acquire", "join", "result", "wait", "wait_for"}
"""Methods of threads, locks and futures that block."""

WAITS = {
    # -- a thread --
    "background.Background._main: self._ending.wait()": (
        "stop()",
        "it_can_be_stopped_twice_and_started_again",
    ),
    "background.Background.run: waiting.result()": (
        "its argument",
        "work_that_takes_too_long_is_given_up",
    ),
    "background.Background.start: self._ready.wait()": (
        "PATIENCE",
        "a_server_answers_while_the_program_does_something_else",
    ),
    "background.Background.stop: thread.join()": (
        "PATIENCE",
        "it_can_be_stopped_twice_and_started_again",
    ),
    "background._in_time: work": (
        "its argument",
        "work_on_a_loop_that_is_borrowed_is_given_up_in_time",
    ),
    # -- the network inside the process --
    "memory.Network.create_connection: asyncio.sleep()": (
        "the next turn",
        "a_stream_of_bytes_goes_each_way",
    ),
    "memory.Network.create_server: listening.start_serving()": (
        "nothing: it waits for nobody",
        "a_port_has_one_listener_and_0_finds_a_free_one",
    ),
    "memory.Listening.serve_forever: self._over.wait()": (
        "close() or an interrupt",
        "serving_forever_stops_when_cancelled",
    ),
    "memory.Listening.wait_closed: self._over.wait()": (
        "close()",
        "waiting_for_a_listener_ends_when_it_closes",
    ),
    # -- a client, until it is open: all within open_seconds --
    "client._addresses: loop.getaddrinfo()": (
        "open_seconds",
        "a_name_that_nobody_looks_up_is_given_up_in_time",
    ),
    "client._dial: asyncio.open_connection()": (
        "open_seconds",
        "an_address_that_swallows_everything_leaves_time_for_the_next",
    ),
    "client._handshake: writer.drain()": (
        "open_seconds",
        "a_server_that_never_reads_the_request_is_given_up_in_time",
    ),
    "client._open: async with _closing_on_error()": (
        "nothing: it only cleans up",
        "an_interrupt_while_connecting_leaves_nothing",
    ),
    "client._open: async with _pending()": (
        "open_seconds of those before",
        "connections_open_one_at_a_time_to_one_host_and_few_in_all",
    ),
    "client._open: async with _turn()": (
        "open_seconds",
        "waiting_for_a_turn_takes_no_longer_than_open_seconds",
    ),
    "client._start_tls: writer.start_tls()": (
        "open_seconds",
        "a_proxy_that_never_answers_is_given_up_in_time",
    ),
    "tunnel.ask_proxy: writer.drain()": (
        "open_seconds",
        "a_proxy_that_never_answers_is_given_up_in_time",
    ),
    "heads.read_head: reader.read()": (
        "open_seconds",
        "a_server_that_never_answers_is_given_up_in_time",
    ),
    "client.reconnect: async with socket": (
        "close_seconds",
        "a_peer_that_does_not_answer_the_close_is_dropped",
    ),
    "client.reconnect: sleep()": (
        "LONGEST_SECONDS",
        "a_server_that_is_away_or_overloaded_is_asked_again",
    ),
    # -- an open connection, as its reader sees it --
    "websocket.WebSocket._next_bytes: self._reader.read()": (
        "ping_seconds and pong_seconds",
        "a_peer_that_answers_no_ping_is_given_up",
    ),
    "websocket.WebSocket._take: inbox.answered()": (
        "half of close_seconds",
        "a_handler_that_never_comes_back_delays_the_close_only_for_a_while",
    ),
    "inbox.Inbox.answered: self._answered.wait()": (
        "the same",
        "a_handler_that_never_comes_back_delays_the_close_only_for_a_while",
    ),
    "websocket.WebSocket._wait_for_room: self._inbox.room()": (
        "take_seconds, and the end of TCP",
        "five_clients_that_hold_every_place_lose_it_though_nobody_takes_their_messages",
    ),
    "inbox.Inbox.room: self._room.wait()": (
        "the same",
        "a_reset_is_noticed_though_nothing_is_read",
    ),
    "websocket.WebSocket._until_tcp_ends: self._writer.wait_closed()": (
        "the end of TCP, which all that is here leads to",
        "a_reset_is_noticed_though_nothing_is_read",
    ),
    "websocket.WebSocket._write: self._outbox.drained()": (
        "write_seconds without progress",
        "a_peer_that_does_not_read_is_given_up_and_what_waits_for_it_is_bounded",
    ),
    "outbox.Outbox.drained: self._writer.drain()": (
        "the same",
        "a_flood_of_pings_from_one_that_reads_no_pong_is_bounded",
    ),
    "websocket.WebSocket._end_tcp: self._reader.read()": (
        "close_seconds",
        "a_client_that_never_ends_tcp_is_dropped",
    ),
    "tcp.end_our_half: writer.drain()": (
        "close_seconds",
        "a_reader_of_a_long_page_that_stops_reading_is_given_up",
    ),
    "tcp.end_our_half: writer.wait_closed()": (
        "close_seconds",
        "a_tls_peer_that_does_not_read_is_given_up",
    ),
    # -- an open connection, as its application sees it: as long as the reader lives --
    "websocket.WebSocket.recv: self._inbox.take()": (
        "the end of the connection",
        "a_flood_of_pings_from_one_that_reads_no_pong_is_bounded",
    ),
    "websocket.WebSocket.pieces: inbox.news()": (
        "the same",
        "a_message_that_never_ends_is_not_taken_for_a_whole_one",
    ),
    "inbox.Inbox.news: self._news.wait()": (
        "the same",
        "a_reader_that_waited_in_vain_may_wait_again",
    ),
    "inbox.Inbox.take: asyncio.sleep()": (
        "the next turn",
        "two_tasks_may_wait_for_messages",
    ),
    "websocket.WebSocket.ping: self._pings.answer()": (
        "the same",
        "a_ping_whose_connection_ends_says_so",
    ),
    "pings.Pings.answer: self._waiting[payload][1]": (
        "the same",
        "a_ping_whose_connection_ends_says_so",
    ),
    "websocket.WebSocket.close: asyncio.wait()": (
        "close_seconds",
        "a_peer_that_does_not_answer_the_close_is_dropped",
    ),
    "websocket.WebSocket.wait_closed: asyncio.wait()": (
        "the end of the connection",
        "a_peer_that_answers_no_ping_is_given_up",
    ),
    # -- a server --
    "server.serve: server.start()": (
        "the system",
        "a_port_that_another_holds_is_not_touched",
    ),
    "server.Server.start: asyncio.start_server()": (
        "the system",
        "a_port_that_another_holds_is_not_touched",
    ),
    "server.Server.start: ports.make_room()": (
        "PATIENCE",
        "a_listener_on_a_stuck_loop_is_stopped_in_time",
    ),
    "ports.make_room: earlier.close()": (
        "close_seconds",
        "a_second_server_on_the_same_port_replaces_the_first_with_its_clients",
    ),
    "ports.make_room: asyncio.wrap_future()": (
        "PATIENCE",
        "a_listener_on_a_stuck_loop_is_stopped_in_time",
    ),
    "server.Server._open: writer.start_tls()": (
        "open_seconds",
        "a_client_that_begins_tls_and_goes_silent_is_dropped_and_counted",
    ),
    "server.Server._send: reader.read()": (
        "close_seconds",
        "a_reader_of_a_long_page_that_stops_reading_is_given_up",
    ),
    "server.Server._run_handler: self.handler()": (
        "the application's own; the server's end",
        "a_handler_that_never_returns_is_ended",
    ),
    "server.Server._handle: socket.close()": (
        "close_seconds",
        "a_handler_that_returns_closes_with_1000",
    ),
    "server.Server.close: asyncio.gather()": (
        "close_seconds",
        "closing_says_goodbye_to_everyone_and_ends_every_handler",
    ),
    "server.Server.close: asyncio.wait()": (
        "HANDLER_SECONDS, close_seconds",
        "a_handler_that_will_not_be_ended_does_not_keep_the_server",
    ),
    "server.Server.serve_forever: self._closed.wait()": (
        "close() or an interrupt",
        "an_interrupt_ends_a_server_that_serves_forever",
    ),
    # -- a tap --
    "record.tap.tap: opened.start()": (
        "the system",
        "a_port_that_another_program_holds_is_reported_in_one_sentence",
    ),
    "record.tap.Tap._listen: self.loop.getaddrinfo()": (
        "the system",
        "a_port_that_another_program_holds_is_reported_in_one_sentence",
    ),
    "record.tap.Tap.start: asyncio.start_server()": (
        "the system",
        "a_port_that_another_program_holds_is_reported_in_one_sentence",
    ),
    "record.tap.Tap.start: ports.make_room()": (
        "PATIENCE",
        "a_cell_that_runs_twice_replaces_its_tap",
    ),
    "record.tap.Tap._accept: link.run()": (
        "both sides; close()",
        "closing_while_frames_pass_leaves_nothing_behind",
    ),
    "record.tap.Tap.close: asyncio.gather()": (
        "what it has cancelled",
        "closing_while_frames_pass_leaves_nothing_behind",
    ),
    "record.tap.Tap.close: asyncio.sleep()": (
        "the next turn",
        "closing_while_frames_pass_leaves_nothing_behind",
    ),
    "record.tap.Tap.close: asyncio.wait()": (
        "close_seconds",
        "closing_does_not_wait_long_for_a_side_that_does_not_read_what_was_let_go",
    ),
    "record.link.Link.sent: writer.drain()": (
        "close_seconds",
        "closing_does_not_wait_long_for_a_side_that_does_not_read_what_was_let_go",
    ),
    "record.link.Link.pump: gate.take()": (
        "whoever holds a frame: as long as they like; close()",
        "closing_the_tap_lets_go_first",
    ),
    "record.hold_gate.Gate.take: self.held.decided.wait()": (
        "whoever holds a frame: as long as they like; close()",
        "closing_the_tap_lets_go_first",
    ),
    "record.hold.Hold.next: self._news.wait()": (
        "a frame, or end()",
        "ending_lets_go_as_it_came_whatever_was_changed_meanwhile",
    ),
    "record.hold.Hold.on_loop: answer.result()": (
        "PATIENCE",
        "a_thread_that_asks_a_busy_loop_is_told_so_in_time",
    ),
    "record.tap.Tap.wait: self._grown.wait()": (
        "a frame, or close()",
        "frames_come_one_by_one_while_they_pass_and_end_with_the_tap",
    ),
    "record.link.Link.run: asyncio.open_connection()": (
        "open_seconds",
        "a_silent_client_of_a_server_that_is_not_there_is_let_go",
    ),
    "record.link.Link.pass_on: self.requested.wait()": (
        "open_seconds",
        "a_request_that_does_not_end_in_time_gives_408",
    ),
    "record.link.Link.pass_on: asyncio.wait()": (
        "both sides: as long as they like",
        "half_a_close_is_passed_on_and_the_other_half_goes_on",
    ),
    "record.link.Link.pass_on: pump.result()": (
        "nothing: it is done",
        "half_a_close_is_passed_on_and_the_other_half_goes_on",
    ),
    "record.link.Link.pump: writer.drain()": (
        "the side that does not read; close()",
        "a_reader_that_does_not_read_makes_the_writer_wait_and_the_tap_stays_small",
    ),
    "record.link.Link.read: reader.read()": (
        "both sides; close()",
        "a_reset_is_passed_on_as_a_reset",
    ),
    "record.link.Link.refuse: self.reader.read()": (
        "open_seconds",
        "a_silent_client_of_a_server_that_is_not_there_is_let_go",
    ),
    "record.link.Link.say: self.writer.drain()": (
        "close_seconds",
        "a_request_that_does_not_end_in_time_gives_408",
    ),
    "record.link.Link.say: self.reader.read()": (
        "close_seconds",
        "a_request_that_does_not_end_in_time_gives_408",
    ),
    "record.link._ended: asyncio.gather()": (
        "what it has cancelled",
        "a_reset_is_passed_on_as_a_reset",
    ),
}
"""What may stand still, what ends it (a name of ``Limits``, or words), and the test of that."""


def waits_in(text: str, module: str, ours: frozenset[str]) -> set[str]:
    """The waits in a module, as ``module.Class.function: what is waited for``."""
    found = set()

    def walk(node: ast.AST, where: str, methods: frozenset[str]) -> None:
        for child in ast.iter_child_nodes(node):
            inside, known = where, methods
            match child:
                case ast.ClassDef(name=name):
                    inside = f"{where}.{name}"
                    known = frozenset(
                        one.name for one in child.body if isinstance(one, ast.AsyncFunctionDef)
                    )
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    inside = f"{where}.{name}"
                case ast.Await(value=value) if not is_ours(value, known):
                    found.add(f"{where}: {short(value)}")
                case ast.Call(func=ast.Attribute(attr=attr, value=of)) if (
                    attr in BLOCKING and not isinstance(node, ast.Await) and not joins_texts(of)
                ):
                    found.add(f"{where}: {short(child)}")
                case ast.AsyncWith(items=items):
                    found.update(
                        f"{where}: async with {short(item.context_expr)}"
                        for item in items
                        if not short(item.context_expr).startswith("asyncio.timeout")
                    )
            walk(child, inside, known)

    def is_ours(value: ast.expr, methods: frozenset[str]) -> bool:
        match value:
            case ast.Call(func=ast.Name(id=name)):
                return name in ours
            case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=attr)):
                return attr in methods
        return False

    def joins_texts(of: ast.expr) -> bool:
        return isinstance(of, ast.Constant) or short(of).isupper()

    walk(ast.parse(text), module, frozenset())
    return found


def short(value: ast.expr) -> str:
    """A call without its arguments, as the table names it."""
    return re.sub(r"\(.*", "()", ast.unparse(value), flags=re.DOTALL)


@cache
def all_waits() -> frozenset[str]:
    """The waits of every module of ``net``."""
    files = sorted(NET.rglob("*.py"))
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in files]
    ours = frozenset(
        one.name
        for tree in trees
        for one in ast.walk(tree)
        if isinstance(one, ast.AsyncFunctionDef)
    )
    found = set()
    for path in files:
        module = ".".join(path.relative_to(NET).with_suffix("").parts)
        found |= waits_in(path.read_text(encoding="utf-8"), module, ours)
    return frozenset(found)


def test_the_list_of_waits_is_whole():
    assert all_waits() - set(WAITS) == set(), "these waits are not in the list: who ends them?"
    assert set(WAITS) - all_waits() == set(), "these are in the list and no longer in the code"


def test_every_wait_has_a_test():
    assert {wait: name for wait, (_, name) in WAITS.items() if name not in all_tests()} == {}


@cache
def all_tests() -> frozenset[str]:
    """The names of the tests of ``net``, without ``test_``."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "tests/net").rglob("test_*.py")]
    return frozenset(re.findall(r"def test_(\w+)\(", "\n".join(texts)))


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("async def f(s): await s.reader.read(1)", {"m.f: s.reader.read()"}),
        ("def f(t): t.join()", {"m.f: t.join()"}),
        ("def f(t): return ', '.join(t)", set()),
        ("async def ours(): await ours()", set()),
        ("class A:\n async def f(self): await self.f(); await self.x", {"m.A.f: self.x"}),
        ("async def f(lock):\n async with lock: pass", {"m.f: async with lock"}),
        ("async def f():\n async with asyncio.timeout(1): await x()", {"m.f: x()"}),
    ],
)
def test_a_wait_is_found_where_it_is(code, found):
    assert waits_in(code, "m", frozenset({"ours"})) == found
