"""Wrong ways to an accept value, so that a wrong value can be named (RFC 6455 §4.2.2).

Two wrong hashes look alike, and neither can be read backwards. So each mistake that is known is
made again with the same key, and compared with what came.
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from .accept import GUID, accept_key, check_key_text, trimmed_key

# Last groups of the GUID that programs in public use in place of C5AB0DC85B11; most were made up
# from memory. Reports: oven-sh/bun#28347, SAIL-Research-Lab/cheetahclaws#91,
# zephyrproject-rtos/zephyr#117301. The others were in the programs' own text.
LAST_GROUPS_SEEN = """
5AB53ADF711E2 5AB53ADF711E 5AB9DC11B5AB 5AB0DC85B11F 5AB0DC85B11D 5AB0DC85B11C 5AB0DC85B411
5AB0DC85B727 5AB0D141E3E2 5AB5DC65B281 5AB5C35DC8B0 5AB5DC11BE97 5AB5DC11D65A 5AB5DC65C5B3
5AB5A3F914AC 5AB5DC11650B 5AB5DC11DE10 5AB5E4BE6AC6 5AB5DC11B735 5AB9DC799073 5AB9AA10ABE4
5AB9FFC3B2E8 5AB9FE30B130 5AB9C04E64DC 5AB9FC19B34A 5AB9F0F8DC04 5AB9FB669B5A 5AB9964DA7F3
5AB9DC80CB65"""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong way to the accept value: what it gives, and in one sentence what went wrong."""

    name: str
    value: str
    sentence: str


def accept_mistakes(key: str) -> list[Mistake]:
    """The usual wrong answers to a key, so that a wrong one can be recognised.

    Raises :class:`InputError` as :func:`~wslearn.protocol.accept.accept_key` does.

    >>> accept_mistakes("dGhlIHNhbXBsZSBub25jZQ==")[0].value
    'hHLtf2V1k8aDQZfNjw3Ia1hCwt0='
    """
    text, guid = trimmed_key(key), GUID.encode()
    digits = hashlib.sha1(text + guid).hexdigest()
    twice = base64.b64encode(digits.encode()).decode()
    mistakes = [
        ("without the GUID", _hashed(text), "The key was hashed alone, without the GUID."),
        ("hex digest", digits, "The hash was sent as hex digits, not as base64."),
        ("base64 of the hex digest", twice,
         "The hash was turned into hex digits before base64; its 20 bytes were meant."),
        ("line end hashed", _hashed(text + b"\r\n" + guid), "The header's CR LF was hashed too."),
        ("leading space hashed", _hashed(b" " + text + guid),
         "The space after the header's colon was hashed too."),
        ("lower-case GUID", _hashed(text + guid.lower()), "The GUID has capital letters."),
        ("GUID first", _hashed(guid + text), "The GUID comes after the key, not before it."),
        ("the key itself", text.decode(), "The key was sent back as it came."),
    ]  # fmt: skip
    nonce = check_key_text(key).nonce
    if nonce is not None:
        decoded = _hashed(nonce + guid)
        sentence = "The key was decoded before hashing; its text was meant."
        mistakes.insert(1, ("decoded key", decoded, sentence))
    return [Mistake(*mistake) for mistake in mistakes]


def recognised_mistake(key: str, value: str) -> str | None:
    """How a wrong accept value came about, in one sentence; None where no known mistake gives it.

    Raises :class:`InputError` as :func:`~wslearn.protocol.accept.accept_key` does.

    >>> recognised_mistake("dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK-xOo=")
    'The hash was encoded in the URL-safe alphabet, with - and _.'
    """
    usual = ((mistake.value, mistake.sentence) for mistake in accept_mistakes(key))
    for way in (usual, _other_codes(key), _other_texts(trimmed_key(key))):
        if (sentence := next((told for given, told in way if given == value), None)) is not None:
            return sentence
    return None


def _other_codes(key: str) -> Iterator[tuple[str, str]]:
    """The right hash, written in another way; and other hashes of the right text."""
    right, text = accept_key(key), trimmed_key(key) + GUID.encode()
    safe = right.translate(str.maketrans("+/", "-_"))
    url_safe = "The hash was encoded in the URL-safe alphabet, with - and _"
    if safe != right:
        yield safe, f"{url_safe}."
        yield safe.rstrip("="), f"{url_safe}, and without its padding."
    yield right.rstrip("="), "The hash's base64 text lacks its padding, one = at the end."
    upper = hashlib.sha1(text).hexdigest().upper()
    yield upper, "The hash was sent as hex digits, not as base64."
    yield f'"{right}"', "The value is in quotation marks."
    yield right.lower(), "The value was turned into small letters."
    for name in ("MD5", "SHA-224", "SHA-256", "SHA-384", "SHA-512"):
        digest = hashlib.new(name.replace("-", ""), text).digest()
        yield base64.b64encode(digest).decode(), f"The text was hashed with {name}, not SHA-1."


def _other_texts(key: bytes) -> Iterator[tuple[str, str]]:
    """SHA-1 of texts that are not quite key and GUID."""
    guid = GUID.encode()
    for name, text in (
        ("a line end after the GUID", key + guid + b"\n"),
        ("CR LF after the GUID", key + guid + b"\r\n"),
        ("a zero byte after the GUID", key + guid + b"\0"),
        ("a space between key and GUID", key + b" " + guid),
        ("the key without its padding", key.rstrip(b"=") + guid),
        ("the GUID without hyphens", key + guid.replace(b"-", b"")),
    ):
        yield _hashed(text), f"What was hashed had {name}."
    head = GUID.rpartition("-")[0]
    for typo in (*(f"{head}-{seen}" for seen in LAST_GROUPS_SEEN.split()), *_one_slip(GUID)):
        told = f"The GUID was mistyped: {typo} in place of {GUID}."
        yield _hashed(key + typo.encode()), told


def _one_slip(guid: str) -> Iterator[str]:
    """The GUID with one character left out, doubled, replaced, or swapped with its neighbour."""
    for at, character in enumerate(guid):
        before, after = guid[:at], guid[at + 1 :]
        changed = ("", 2 * character, *"0123456789ABCDEF")
        yield from (before + new + after for new in changed if new != character)
        if after[:1] not in ("", character):
            yield before + after[0] + character + after[1:]


def _hashed(data: bytes) -> str:
    return base64.b64encode(hashlib.sha1(data).digest()).decode()
