"""A wrong accept value is named for the mistake that gives it."""

import base64
import hashlib
import json
import random

import pytest

from tests.support import places
from wslearn.protocol.accept import GUID, accept_key, encode_key
from wslearn.protocol.handshake import check_response
from wslearn.protocol.wrong_accepts import accept_mistakes, recognised_mistake

VECTORS = json.loads((places.VECTORS / "vectors.json").read_text(encoding="utf-8"))
ACCEPT = next(one for one in VECTORS["rfc_handshake_examples"] if one["id"] == "hs-accept")
KEY = ACCEPT["key"]
RIGHT = accept_key(KEY)


def hashed(text: str) -> str:
    return base64.b64encode(hashlib.sha1(text.encode()).digest()).decode()


def test_every_usual_mistake_gives_a_value_of_its_own():
    mistakes = {mistake.name: mistake.value for mistake in accept_mistakes(KEY)}
    assert len({*mistakes.values(), accept_key(KEY)}) == len(mistakes) + 1
    digest = hashlib.sha1((KEY + GUID).encode())
    assert mistakes["hex digest"] == digest.hexdigest() == ACCEPT["sha1_hex"]
    decoded = hashlib.sha1(bytes.fromhex(ACCEPT["key_decoded_hex"]) + GUID.encode()).digest()
    assert mistakes["decoded key"] == base64.b64encode(decoded).decode()
    assert mistakes["without the GUID"] == "hHLtf2V1k8aDQZfNjw3Ia1hCwt0="


def test_a_key_that_cannot_be_decoded_has_no_decoded_mistake():
    assert "decoded key" not in {mistake.name for mistake in accept_mistakes("x")}


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (RIGHT.rstrip("="), "the hash's base64 text lacks its padding, one = at the end"),
        (RIGHT.replace("+", "-"), "the hash was encoded in the URL-safe alphabet, with - and _"),
        (
            RIGHT.replace("+", "-").rstrip("="),
            "the hash was encoded in the URL-safe alphabet, with - and _, and without its padding",
        ),
        (ACCEPT["sha1_hex"], "the hash was sent as hex digits, not as base64"),
        (ACCEPT["sha1_hex"].upper(), "the hash was sent as hex digits, not as base64"),
        (f'"{RIGHT}"', "the value is in quotation marks"),
        (RIGHT.lower(), "the value was turned into small letters"),
        (
            base64.b64encode(hashlib.sha256((KEY + GUID).encode()).digest()).decode(),
            "the text was hashed with SHA-256, not SHA-1",
        ),
        (hashed(f"{KEY}{GUID}\r\n"), "what was hashed had CR LF after the GUID"),
        (hashed(KEY.rstrip("=") + GUID), "what was hashed had the key without its padding"),
    ],
)
def test_a_mistake_that_is_seen_in_the_wild_is_named(value, sentence):
    head = (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {value}\r\n\r\n"
    )
    (violation,) = check_response(head, KEY).violations
    assert violation.rule.id == "accept-wrong"
    assert violation.expected == RIGHT
    assert violation.came.endswith(f": {sentence}")


@pytest.mark.parametrize(
    "last",
    [
        *("5AB0DC85B11F", "5AB0DC85B11D", "5AB9DC11B5AB", "5AB53ADF711E2", "5AB5DC65B281"),
        *("C5AB0DC85B12", "C5AB5DC85B11", "C5ABDC85B11", "C5AB0DC85B1", "C5AB0D8C5B11"),
    ],
)
def test_a_mistyped_guid_is_named_in_full(last):
    typo = f"258EAFA5-E914-47DA-95CA-{last}"
    told = recognised_mistake(KEY, hashed(KEY + typo))
    assert told == f"The GUID was mistyped: {typo} in place of {GUID}."


def test_any_single_slip_in_the_guid_is_found_with_any_key():
    rng = random.Random(7)
    for _ in range(40):
        key = encode_key(rng.randbytes(16))
        at = rng.randrange(len(GUID))
        typo = GUID[:at] + rng.choice("0123456789ABCDEF") + GUID[at + 1 :]
        told = recognised_mistake(key, hashed(key + typo))
        assert typo == GUID or told == f"The GUID was mistyped: {typo} in place of {GUID}."


def test_a_value_that_nothing_gives_has_no_name():
    assert recognised_mistake(KEY, RIGHT) is None
    assert recognised_mistake(KEY, hashed("something else")) is None
    assert recognised_mistake(KEY, "") is None
