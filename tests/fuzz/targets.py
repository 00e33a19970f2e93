"""What a fuzzer feeds, and what must hold for any bytes at all.

Each target takes bytes and returns nothing; it raises where a promise of the protocol layer is
broken. ``run.py`` looks for such bytes, guided by coverage; ``tests/protocol/test_corpus.py``
repeats what was worth keeping, so nothing here depends on the fuzzer.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import pairwise

from wslearn.draw.drawn import dissect as dissect_pasted
from wslearn.pasted.reading import read_bytes
from wslearn.protocol.connection import Connection
from wslearn.protocol.deflate import DEFLATE, Agreement, Deflate
from wslearn.protocol.dissect import dissect, dissect_all
from wslearn.protocol.errors import FrameError, InputError
from wslearn.protocol.events import Binary, Close, Event, Failed, Ping, Pong, Text
from wslearn.protocol.extensions import format_extensions, parse_extensions
from wslearn.protocol.handshake import check_request, check_response
from wslearn.protocol.handshake import server_response as answer_to
from wslearn.protocol.http1 import parse_request, parse_response, read_request, read_response
from wslearn.protocol.in_words import verdict
from wslearn.protocol.parser import FrameParser
from wslearn.protocol.states import READS_FRAMES, State

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
LIMIT = 1_000
"""The longest message in the targets, in bytes: small, so that a fuzzer gets past it."""

AGREEMENTS = (
    None,
    Agreement(),
    Agreement(server_no_context_takeover=True, client_no_context_takeover=True),
    Agreement(server_max_window_bits=9, client_max_window_bits=10),
)
SIDES = ("server", "client")


def talk(side: str, agreement: Agreement | None, pieces: Iterable[bytes]) -> tuple[object, ...]:
    """All events and output of a connection that gets these bytes, and its final state."""
    connection = Connection(side, mask_keys=lambda: bytes(4), deflate=agreement, max_size=LIMIT)
    told: list[Event] = []
    written = bytearray()
    for piece in pieces:
        told += connection.receive(piece)
        written += connection.take_output()
    check_events(told)
    assert (connection.state in READS_FRAMES) == (not told or not ends(told[-1]))
    for dissection in dissect_all(bytes(written), SIDES[side == "server"]):
        assert not written or (dissection.complete and not dissection.violations)
    state = connection.state
    (ended,) = connection.receive_end()
    assert ended.clean == (bool(told) and isinstance(told[-1], Close))
    assert connection.receive(b"\x81\x00") == []
    assert connection.state is State.CLOSED
    return told, bytes(written), state, ended


def ends(event: Event) -> bool:
    return isinstance(event, Close | Failed)


def check_events(told: list[Event]) -> None:
    """Nothing follows an end, and nothing is longer than the limits."""
    assert not any(ends(event) for event in told[:-1])
    for event in told:
        match event:
            case Text(text):
                assert len(text.encode()) <= LIMIT
            case Binary(data):
                assert len(data) <= LIMIT
            case Ping(payload) | Pong(payload):
                assert len(payload) <= 125
            case Failed(violation):
                assert event.code in (1002, 1007, 1009)
                assert str(violation)


def connection(data: bytes) -> None:
    """A byte of options, a byte that says how to cut, and the peer's bytes."""
    if len(data) < 2:
        return
    options, size, stream = data[0], data[1] or 1, data[2:]
    side, agreement = SIDES[options & 1], AGREEMENTS[options >> 1 & 3]
    whole = talk(side, agreement, [stream])
    pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
    assert talk(side, agreement, pieces) == whole
    if size > 1:
        assert talk(side, agreement, [bytes((byte,)) for byte in stream]) == whole


def dissected(data: bytes) -> None:
    """A byte of options, and a frame; the strict parser and the tolerant reader must agree."""
    if not data:
        return
    options, frame = data[0], data[1:]
    receiver, names = SIDES[options & 1], (DEFLATE,) if options & 2 else ()
    limit = LIMIT if options & 4 else None
    seen = dissect(frame, receiver, names, limit)
    assert seen.data + seen.rest == frame
    assert seen.problem is None
    assert sum(field.width for field in seen.fields) == 8 * len(seen.data)
    assert all(a.start + a.width == b.start for a, b in pairwise(seen.fields))
    assert (verdict(seen).outcome == "refused") == bool(seen.violations)
    broken = [violation for violation in seen.violations if violation.rule.layer == "header"]
    parser = FrameParser(receiver, extensions=names, max_size=limit)
    frames, refused = [], None
    try:
        frames = parser.feed(seen.data)
    except FrameError as error:
        refused = error.violation
    assert refused == (broken[0] if broken else None)
    if not broken:
        assert frames == ([seen.frame] if seen.complete else [])
        assert parser.pending == (0 if seen.complete else len(seen.data))


def request(data: bytes) -> None:
    """The head of a request."""
    check = check_request(data, subprotocols=["chat"], origins=["http://h", None])
    assert str(check)
    reply = answer_to(check)
    assert reply.status == check.status
    assert parse_response(reply.encode())[1] == reply.body
    if check.ok:
        assert check_request(check.request.encode(), subprotocols=["chat"]).ok
        assert parse_request(check.request.encode()) == (check.request, b"")
    same_however_it_is_cut(read_request, data)


def response(data: bytes) -> None:
    """The head of a reply."""
    check = check_response(data, KEY, subprotocols=["chat"], extensions=[DEFLATE])
    assert str(check)
    assert check.outcome in ("open", "fail", "http")
    if check.ok and check.response.reason.isascii():  # we read any bytes there, and send ASCII
        sent = check.response.encode()
        assert check_response(sent, KEY, subprotocols=["chat"], extensions=[DEFLATE]).ok
    same_however_it_is_cut(read_response, data)


def same_however_it_is_cut(read: Callable, data: bytes, limit: int = 300) -> None:
    """A head is read as soon as it is complete, and bytes that follow change nothing."""
    whole = read(data, max_size=limit, max_headers=5)
    for stop in range(0, len(data), max(1, len(data) // 40)):
        part = read(data[:stop], max_size=limit, max_headers=5)
        if part is not None:
            assert whole is not None
            assert (part.message, part.violations) == (whole.message, whole.violations)
            assert part.rest + data[stop:] == whole.rest


def extensions(data: bytes) -> None:
    """The value of a Sec-WebSocket-Extensions header."""
    try:
        listed = parse_extensions(data.decode("latin-1"))
    except InputError:
        return
    assert parse_extensions(format_extensions(listed)) == listed
    for _, parameters in listed:
        with suppress(InputError):
            agreed = Deflate().answer(parameters)
            assert {agreed.server.bits, agreed.client.bits} <= set(range(8, 16))
        with suppress(InputError):
            Deflate().accept(parameters)


def pasted(data: bytes) -> None:
    """What somebody pastes."""
    text = data.decode("utf-8", "surrogateescape")
    seen = dissect_pasted(text)
    read, problem = b"", None
    try:
        read = read_bytes(text)
    except InputError as error:
        problem = str(error)
    assert seen.problem == problem
    assert seen.data + seen.rest == read
    assert read_bytes(read.hex(" ")) == read


TARGETS: dict[str, Callable[[bytes], None]] = {
    "connection": connection,
    "dissected": dissected,
    "request": request,
    "response": response,
    "extensions": extensions,
    "pasted": pasted,
}
"""Each target by its name."""
