import pytest

from wslearn.protocol.errors import InputError
from wslearn.protocol.headers import Headers, check_value, is_token, quoted

SEPARATORS = '()<>@,;:\\"/[]?={} \t'


def test_a_name_is_found_in_any_case():
    headers = Headers([("SEC-websocket-KEY", "x")])
    assert headers.get("Sec-WebSocket-Key") == "x"
    assert "sec-websocket-key" in headers
    assert "Host" not in headers
    assert headers.get("Host") is None


def test_order_and_spelling_stay_as_they_came():
    fields = [("hOST", "h"), ("Upgrade", "websocket"), ("HOST", "i")]
    headers = Headers(fields)
    assert list(headers) == fields
    assert len(headers) == 3
    assert headers.encode() == b"hOST: h\r\nUpgrade: websocket\r\nHOST: i\r\n"


def test_repeated_headers_are_one_list_in_order():
    headers = Headers([("A", "1, 2"), ("B", "x"), ("a", " ,3,, 4 ,")])
    assert headers.get_all("A") == ["1, 2", " ,3,, 4 ,"]
    assert headers.tokens("A") == ["1", "2", "3", "4"]
    assert headers.get("A") == "1, 2,  ,3,, 4 ,"


def test_a_token_is_compared_whole_and_without_case():
    headers = Headers([("Connection", "keep-alive, UPGRADE"), ("Other", "no-upgrade-please")])
    assert headers.has_token("Connection", "upgrade")
    assert not headers.has_token("Other", "upgrade")


def test_the_line_of_a_header_counts_from_the_first_line_of_the_head():
    headers = Headers([("Host", "h"), ("A", "1"), ("a", "2")])
    assert headers.line_of("host") == 2
    assert headers.line_of("A") == 3
    assert headers.line_of("B") is None


def test_headers_are_equal_when_they_would_travel_alike():
    assert Headers([("A", "1")]) == Headers([("A", "1")], lines=[7])
    assert hash(Headers([("A", "1")])) == hash(Headers([("A", "1")], lines=[7]))
    assert Headers([("A", "1")]) != Headers([("a", "1")])
    assert Headers([("A", "1")]) != [("A", "1")]
    assert repr(Headers([("A", "1")])) == "Headers([('A', '1')])"


@pytest.mark.parametrize("separator", SEPARATORS)
def test_a_separator_is_in_no_token(separator):
    assert not is_token(f"a{separator}b")


def test_tokens_are_visible_ascii():
    visible = {chr(code) for code in range(0x21, 0x7F)}
    assert {chr(code) for code in range(256) if is_token(chr(code))} == visible - set(SEPARATORS)


@pytest.mark.parametrize("value", ["a\r\nEvil: 1", "a\nb", "a\rb", "a\0b", "\x7f", "\x1b[2J"])
def test_a_value_with_a_control_character_does_not_travel(value):
    with pytest.raises(InputError, match="without line ends or control characters"):
        Headers([("A", value)]).encode()


def test_the_message_says_which_character_came_and_where():
    with pytest.raises(InputError) as caught:
        check_value("Cookie", "a=b\r\nEvil: 1")
    assert str(caught.value) == (
        "Expected a value of Cookie without line ends or control characters, "
        "got '\\r' at character 4."
    )


def test_a_value_beyond_latin_1_does_not_travel():
    with pytest.raises(InputError, match="got 'κ'"):
        Headers([("A", "κ")]).encode()
    assert Headers([("A", "é\té")]).encode() == b"A: \xe9\t\xe9\r\n"


@pytest.mark.parametrize("value", [" a", "a ", "\ta", "a\t", " "])
def test_a_value_with_white_space_around_it_would_not_come_out_as_it_went_in(value):
    with pytest.raises(InputError) as caught:
        Headers([("A", value)]).encode()
    assert (
        str(caught.value) == f"Expected a value of A without white space around it, got {value!r}."
    )


def test_a_value_that_is_not_text_does_not_travel():
    with pytest.raises(InputError) as caught:
        Headers([("Age", 5)]).encode()
    assert str(caught.value) == "Expected a value of Age that is text, got int."


def test_a_name_that_is_no_token_does_not_travel():
    with pytest.raises(InputError, match="a header name that is a token, got “A B”"):
        Headers([("A B", "1")]).encode()


def test_quoted_text_is_short_and_harmless():
    assert quoted("") == "nothing"
    assert quoted("a\r\n\x1b") == "“a\\r\\n\\x1b”"
    assert quoted("x" * 100) == "“" + "x" * 40 + "…”"
    assert quoted("\udc80") == r"“\udc80”"
