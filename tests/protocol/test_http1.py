import pytest
from hypothesis import given
from hypothesis import strategies as st

from wslearn.protocol.errors import HandshakeError, InputError
from wslearn.protocol.headers import Headers
from wslearn.protocol.http1 import (
    Request,
    Response,
    parse_request,
    parse_response,
    read_request,
    read_response,
)

REQUEST = b"GET /chat HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n\r\n"
RESPONSE = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
FRAME = bytes.fromhex("810548656c6c6f")

token = st.text(
    "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", min_size=1
)
value = st.text([chr(code) for code in (9, *range(32, 127), *range(160, 256))]).map(
    lambda text: text.strip(" \t")
)
headers = st.lists(st.tuples(token, value), max_size=8).map(Headers)
requests = st.builds(
    Request,
    token,
    st.text([chr(code) for code in range(33, 127)], min_size=1),
    st.sampled_from(["HTTP/1.0", "HTTP/1.1", "HTTP/2.0"]),
    headers,
)
responses = st.builds(
    Response,
    st.integers(100, 999),
    st.text([chr(code) for code in (9, *range(32, 127))]),
    st.just("HTTP/1.1"),
    headers,
)


def refused(head: bytes, **limits: int) -> str:
    """The rule at which a strict reading of this request stops."""
    with pytest.raises(HandshakeError) as caught:
        parse_request(head, **limits)
    return caught.value.violation.rule.id


def broken_rules(head: bytes) -> list[str]:
    read = read_request(head, final=True)
    assert read is not None
    return [violation.rule.id for violation in read.violations]


def with_line(line: bytes) -> bytes:
    return b"GET / HTTP/1.1\r\nHost: h\r\n" + line + b"\r\nA: 1\r\n\r\n"


# -- what is read ------------------------------------------------------------------------------


def test_a_request_is_method_target_version_and_headers():
    assert parse_request(REQUEST) == (
        Request("GET", "/chat", "HTTP/1.1", Headers([("Host", "h"), ("Upgrade", "websocket")])),
        b"",
    )


def test_a_response_is_status_reason_version_and_headers():
    assert parse_response(RESPONSE) == (
        Response(101, "Switching Protocols", "HTTP/1.1", Headers([("Upgrade", "websocket")])),
        b"",
    )


@pytest.mark.parametrize(("parse", "head"), [(parse_request, REQUEST), (parse_response, RESPONSE)])
def test_nothing_is_read_until_the_empty_line_is_there(parse, head):
    for size in range(len(head)):
        assert parse(head[:size]) is None
    assert parse(head) is not None


@pytest.mark.parametrize(("parse", "head"), [(parse_request, REQUEST), (parse_response, RESPONSE)])
def test_a_frame_in_the_same_read_comes_back_as_the_rest(parse, head):
    assert parse(head + FRAME) == (parse(head)[0], FRAME)


def test_the_rest_may_hold_anything():
    assert parse_request(REQUEST + b"\n\r\n\r\n\0")[1] == b"\n\r\n\r\n\0"


def test_spaces_and_tabs_around_a_value_are_trimmed():
    request, _ = parse_request(b"GET / HTTP/1.1\r\nA: \t x y \t\r\nB:\r\nC:z\r\n\r\n")
    assert list(request.headers) == [("A", "x y"), ("B", ""), ("C", "z")]


def test_one_empty_line_before_a_request_is_skipped():
    assert parse_request(b"\r\n" + REQUEST) == parse_request(REQUEST)


def test_a_reason_may_be_missing():
    assert parse_response(b"HTTP/1.1 101\r\n\r\n")[0].reason == ""
    assert parse_response(b"HTTP/1.1 101 \r\n\r\n")[0].reason == ""


def test_a_value_may_hold_a_colon_and_bytes_of_latin_1():
    request, _ = parse_request(b"GET / HTTP/1.1\r\nOrigin: http://h:1\r\nA: \xe9\r\n\r\n")
    assert request.headers.get("Origin") == "http://h:1"
    assert request.headers.get("A") == "é"


# -- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\nHost: h\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: h\n\r\n",
        b"GET / HTTP/1.1\r\nHost: h\r\n\n",
        b"GET / HTTP/1.1\nHost: h\n\n",
    ],
)
def test_a_bare_lf_is_refused(head):
    assert refused(head) == "head-bare-lf"


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (b"Upgrade : websocket", "head-space-before-colon"),
        (b"Upgrade\t: websocket", "head-space-before-colon"),
        (b" folded", "head-obs-fold"),
        (b"\tfolded: too", "head-obs-fold"),
        (b"no colon", "head-no-colon"),
        (b": no name", "head-header-name"),
        (b"A B: c", "head-header-name"),
        (b"A(B): c", "head-header-name"),
        (b"\xc3\xa9: c", "head-header-name"),
        (b"A: nul \0 inside", "head-control-character"),
        (b"A: CR \r inside", "head-control-character"),
        (b"A: \x7f", "head-control-character"),
        (b"A: \x1b[2J", "head-control-character"),
    ],
)
def test_a_header_line_that_two_readers_could_take_differently_is_refused(line, rule):
    assert refused(with_line(line)) == rule
    assert broken_rules(with_line(line)) == [rule]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"GET",
        b"GET /",
        b"GET  / HTTP/1.1",
        b"GET / HTTP/1.1 ",
        b" GET / HTTP/1.1",
        b"GET /a b HTTP/1.1",
        b"GET\t/\tHTTP/1.1",
        b"GET / http/1.1",
        b"GET / HTTP/11",
        b"GET / HTTP/1.1.1",
        b"GET / HTTP/1",
        b"G\xc3\x8bT / HTTP/1.1",
        b"G@T / HTTP/1.1",
        b"HTTP/1.1 101 Switching Protocols",
    ],
)
def test_a_malformed_request_line_is_refused(line):
    assert refused(line + b"\r\nHost: h\r\n\r\n") == "head-request-line"


def test_a_raw_byte_beyond_ascii_in_the_target_is_refused():
    assert refused(b"GET /chat?x=\xff HTTP/1.1\r\nHost: h\r\n\r\n") == "head-target-not-ascii"


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"HTTP/1.1",
        b"HTTP/1.1 99 x",
        b"HTTP/1.1 1010 x",
        b"HTTP/1.1 abc x",
        b"HTTP/1.1 001 x",
        b"HTTP/1.1  101 x",
        b"http/1.1 101 x",
        b"101 OK",
        b"GET / HTTP/1.1",
    ],
)
def test_a_malformed_status_line_fails_a_client_without_a_status(line):
    with pytest.raises(HandshakeError) as caught:
        parse_response(line + b"\r\n\r\n")
    assert caught.value.violation.rule.id == "head-status-line"
    assert caught.value.status is None


def test_a_bad_header_has_a_status_in_a_request_and_none_in_a_reply():
    with pytest.raises(HandshakeError) as caught:
        parse_request(b"GET / HTTP/1.1\r\nA : b\r\n\r\n")
    assert caught.value.status == 400
    assert str(caught.value) == (
        "line 2: expected the colon, got white space before it. There must be no space between "
        "a header's name and its colon. (RFC 9112 §5.1) The server answers 400."
    )
    with pytest.raises(HandshakeError) as caught:
        parse_response(b"HTTP/1.1 101 x\r\nA : b\r\n\r\n")
    assert caught.value.status is None
    assert "answers" not in str(caught.value)


# -- limits ------------------------------------------------------------------------------------


def head_of(size: int) -> bytes:
    start, end = b"GET / HTTP/1.1\r\nA: ", b"\r\n\r\n"
    return start + b"a" * (size - len(start) - len(end)) + end


def test_a_head_of_16_kib_is_taken_and_one_byte_more_is_not():
    assert parse_request(head_of(16 * 1024) + FRAME)[1] == FRAME
    assert refused(head_of(16 * 1024 + 1)) == "head-too-large"


def test_a_head_without_end_is_refused_as_soon_as_it_is_too_large():
    assert parse_request(b"a" * 100, max_size=100) is None
    assert refused(b"a" * 101, max_size=100) == "head-too-large"
    assert refused(b"GET / HTTP/1.1\n" + b"\0" * 101, max_size=100) == "head-too-large"


def test_a_large_rest_is_no_large_head():
    assert parse_request(REQUEST + bytes(1000), max_size=len(REQUEST))[1] == bytes(1000)


def test_a_hundred_headers_are_taken_and_one_more_is_not():
    lines = [b"A: 1\r\n"] * 100
    assert parse_request(b"GET / HTTP/1.1\r\n" + b"".join(lines) + b"\r\n")
    lines.append(b"A: 1\r\n")
    head = b"GET / HTTP/1.1\r\n" + b"".join(lines) + b"\r\n"
    assert refused(head) == "head-too-many-headers"
    assert parse_request(head, max_headers=101)


@pytest.mark.parametrize("limits", [{"max_size": 100}, {"max_headers": 0}], ids=str)
def test_a_limit_is_answered_with_431(limits):
    with pytest.raises(HandshakeError) as caught:
        parse_request(head_of(200), **limits)
    assert caught.value.status == 431


# -- tolerant reading --------------------------------------------------------------------------


def test_the_tolerant_way_lists_every_broken_rule_and_goes_on():
    read = read_request(b"GET / HTTP/1.1\nHost : h\r\n more\r\nx\r\n\r\nrest")
    assert [(v.rule.id, v.where) for v in read.violations] == [
        ("head-bare-lf", "line 1"),
        ("head-space-before-colon", "line 2"),
        ("head-obs-fold", "line 3"),
        ("head-no-colon", "line 4"),
    ]
    assert read.message.method == "GET"
    assert list(read.message.headers) == [("Host", "h more"), ("x", "")]
    assert read.message.headers.line_of("x") == 4
    assert read.rest == b"rest"


@pytest.mark.parametrize("read", [read_request, read_response])
def test_a_head_that_ends_too_early_is_read_as_far_as_it_goes(read):
    assert read(b"x") is None
    head = read(b"HTTP/1.1 101 x\r\nUpgrade: webso", final=True)
    assert head.violations[0].rule.id == "head-incomplete"
    assert list(head.message.headers) == [("Upgrade", "webso")]
    assert head.rest == b""


@pytest.mark.parametrize("read", [read_request, read_response])
def test_nothing_at_all_is_an_incomplete_head(read):
    assert read(b"") is None
    assert read(b"", final=True).violations[0].rule.id == "head-incomplete"


pieces = st.lists(st.sampled_from([b"\r\n", b"\n", b"\r", b"A", b":", b" ", b"\0"]))


@given(st.binary() | pieces.map(b"".join))
def test_arbitrary_bytes_never_raise(data):
    for read in (read_request, read_response):
        head, unfinished = read(data, final=True), read(data)
        assert head is not None
        rules = [violation.rule.id for violation in head.violations]
        assert ("head-incomplete" in rules) == (unfinished is None)
        assert unfinished in (None, head)


def one_by_one(parse, data: bytes, limit: int) -> object:
    """What a reader finds that gets one byte at a time."""
    for size in range(len(data) + 1):
        try:
            if (found := parse(data[:size], max_size=limit)) is not None:
                return found[0]
        except HandshakeError as error:
            return str(error)
    return None


@given(
    st.lists(
        st.sampled_from(
            [
                b"GET / HTTP/1.1",
                b"HTTP/1.1 101 x",
                b"A: b",
                b"\r\n",
                b"\r\n\r\n",
                b"\n",
                b"\r",
                b" ",
            ]
        )
    ).map(b"".join),
    st.integers(1, 40),
)
def test_a_head_is_judged_the_same_whole_and_byte_by_byte(data, limit):
    for parse in (parse_request, parse_response):
        try:
            found = parse(data, max_size=limit)
            whole = found and found[0]
        except HandshakeError as error:
            whole = str(error)
        assert one_by_one(parse, data, limit) == whole


# -- the way back ------------------------------------------------------------------------------


@given(requests, st.binary())
def test_a_request_is_the_same_after_writing_and_reading(request, rest):
    data = request.encode()
    assert parse_request(data + rest) == (request, rest)
    assert parse_request(data)[0].encode() == data


@given(responses, st.binary())
def test_a_response_is_the_same_after_writing_and_reading(response, rest):
    data = response.encode()
    assert parse_response(data + rest) == (response, rest)
    assert parse_response(data)[0].encode() == data


def test_a_body_is_written_after_the_head():
    response = Response(404, "Not Found", headers=Headers([("Content-Length", "2")]), body=b"no")
    assert response.encode() == b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", "/a b"),
        Request("G T", "/"),
        Request("GET", "/\r\nEvil: 1"),
        Request("GET", "/é"),
        Request("GET", "/", "HTTP/9"),
        Request("GET", "/", headers=Headers([("A", "1\r\nEvil: 1")])),
    ],
)
def test_a_request_that_no_one_could_read_is_not_written(request_):
    with pytest.raises(InputError):
        request_.encode()


@pytest.mark.parametrize(
    "response",
    [Response(99, "x"), Response(200, "a\r\nEvil: 1"), Response(200, "é"), Response(200, "κ")],
)
def test_a_response_that_no_one_could_read_is_not_written(response):
    with pytest.raises(InputError, match="The first line of a reply must be"):
        response.encode()
