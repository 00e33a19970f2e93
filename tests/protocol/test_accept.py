import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wslearn as ws
from tests.support import places
from wslearn.protocol.accept import (
    GUID,
    accept_key,
    accept_steps,
    check_key_text,
    encode_key,
)
from wslearn.protocol.errors import InputError

VECTORS = json.loads((places.VECTORS / "vectors.json").read_text(encoding="utf-8"))
EXAMPLES = {vector["id"]: vector for vector in VECTORS["rfc_handshake_examples"]}
ACCEPT, NONCE = EXAMPLES["hs-accept"], EXAMPLES["hs-nonce"]
KEY = ACCEPT["key"]


def test_the_accept_value_of_the_rfc():
    assert ACCEPT["guid"] == GUID
    assert accept_key(KEY) == ACCEPT["accept"]
    assert ws.accept_key is accept_key


def test_white_space_around_the_key_is_trimmed():
    assert accept_key(f" \t{KEY}\r\n") == ACCEPT["accept"]


def test_the_steps_of_the_rfc():
    key, with_guid, digest, accept = accept_steps(KEY)
    assert key.value == KEY
    assert with_guid.value == KEY + ACCEPT["guid"]
    assert digest.value.hex() == ACCEPT["sha1_hex"]
    assert accept.value == ACCEPT["accept"]
    assert [step.size for step in accept_steps(KEY)] == [24, 60, 20, 28]
    assert str(accept_steps(KEY)[2]).startswith("SHA-1 (20 bytes): ")
    assert digest.shown == bytes.fromhex(ACCEPT["sha1_hex"]).hex(" ")


@pytest.mark.row("6455-4.2.2-n1", at="protocol.accept.accept_key")
def test_the_nonce_of_the_rfc_with_its_erratum():
    """Two texts of the same 16 bytes: it is the text that is hashed."""
    nonce = bytes.fromhex(NONCE["bytes_hex"])
    assert encode_key(nonce) == NONCE["correct"]
    good, printed = check_key_text(NONCE["correct"]), check_key_text(NONCE["printed_in_rfc"])
    assert good.nonce == printed.nonce == nonce
    assert good.note is None
    assert "last four bits are not 0" in printed.note
    assert accept_key(NONCE["correct"]) == NONCE["accept_for_correct"]
    assert accept_key(NONCE["printed_in_rfc"]) == NONCE["accept_for_printed"]


@pytest.mark.row("6455-4.1-29", at="protocol.accept.encode_key")
@given(st.binary(min_size=16, max_size=16))
def test_the_key_of_any_nonce_is_a_good_key(nonce):
    key = encode_key(nonce)
    assert check_key_text(key).nonce == nonce
    assert check_key_text(key).note is None
    assert key[-3] in "AQgw"  # the four pad bits are 0 (erratum 3150)


@given(st.text())
def test_any_text_can_be_checked_as_a_key(text):
    key = check_key_text(text)
    assert key.ok == (key.problem is None)
    if key.ok:
        assert base64.b64decode(text.strip()) == key.nonce


@pytest.mark.parametrize("size", [0, 15, 17, 20])
def test_a_nonce_of_another_size_is_refused(size):
    with pytest.raises(InputError, match=rf"^Expected 16 bytes, got {size}\.$"):
        encode_key(bytes(size))


def test_a_nonce_that_is_text_is_refused():
    with pytest.raises(InputError, match=r"^Expected 16 bytes, got str\.$"):
        encode_key("0123456789abcdef")


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("", "an empty key"),
        (base64.b64encode(bytes(15)).decode(), "15 bytes after decoding"),
        (base64.b64encode(bytes(17)).decode(), "17 bytes after decoding"),
        (base64.b64encode(bytes(1)).decode(), "1 byte after decoding"),
        (KEY.rstrip("="), "22 characters, not whole groups of four with = at the end"),
        (KEY + "=", "25 characters, not whole groups of four with = at the end"),
        ("!" * 22 + "==", "'!' at character 1, which is not a base64 character"),
        (KEY[:5] + " " + KEY[5:], "' ' at character 6, which is not a base64 character"),
        (KEY.replace("=", "") + "\u00e9=", "'é' at character 23, which is not a base64 character"),
        ("-_" + KEY[2:], "'-' at character 1, which is not a base64 character"),
    ],
)
def test_a_key_that_is_not_16_bytes_says_what_it_is(key, problem):
    assert check_key_text(key).problem == problem
    assert not check_key_text(key).ok


@pytest.mark.parametrize("key", [b"dGhlIHNhbXBsZSBub25jZQ==", None, 13])
def test_a_key_that_is_no_text_is_refused_with_a_lesson(key):
    with pytest.raises(InputError, match="Expected the key's text, as it is in the header"):
        accept_key(key)


def test_a_key_beyond_ascii_is_refused():
    with pytest.raises(InputError, match="Expected a key in ASCII, got 'é' in it"):
        accept_steps("é")


def test_a_key_that_is_not_text_is_refused():
    for function in (accept_key, check_key_text):
        with pytest.raises(InputError) as caught:
            function(KEY.encode())
        assert str(caught.value) == "Expected the key's text, as it is in the header, got bytes."


def test_one_character_is_counted_as_one():
    assert check_key_text("A").problem == "1 character, not whole groups of four with = at the end"
