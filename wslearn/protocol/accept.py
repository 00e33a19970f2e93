"""The key and its answer: how a server shows that it speaks WebSocket (RFC 6455 §1.3, §4.2.2).

The client sends 16 random bytes as text. The server appends a fixed text, hashes the whole, and
sends the hash back. Nothing here is secret and nothing is protected: the answer only proves
that the server read this request and understood it as a WebSocket request. A server that takes it
for some other HTTP, or a cache with an old answer, cannot produce it.

The text of the key is hashed, never the bytes behind it.
"""

import base64
import binascii
import hashlib
import string
from dataclasses import dataclass

from .errors import InputError
from .text import counted

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""The fixed text that is appended to the key, the same for every server (RFC 6455 §1.3)."""

NONCE_SIZE = 16
"""The length of the random value behind a key, in bytes (§4.1)."""

WHITE_SPACE = " \t\r\n"
"""Trimmed from a key before it is hashed (§1.3)."""

_ALPHABET = frozenset(string.ascii_letters + string.digits + "+/")


def encode_key(nonce: bytes) -> str:
    """The Sec-WebSocket-Key for a random value of 16 bytes: its base64 text (RFC 6455 §4.1).

    Raises :class:`InputError` for any other length. Every connection needs a new random value.

    >>> encode_key(bytes(range(1, 17)))
    'AQIDBAUGBwgJCgsMDQ4PEA=='
    """
    if not isinstance(nonce, bytes | bytearray | memoryview):
        raise InputError(f"Expected {NONCE_SIZE} bytes, got {type(nonce).__name__}.")
    if len(nonce) != NONCE_SIZE:
        raise InputError(f"Expected {NONCE_SIZE} bytes, got {len(nonce)}.")
    return base64.b64encode(nonce).decode()


def accept_key(key: str) -> str:
    """The Sec-WebSocket-Accept value for a Sec-WebSocket-Key (RFC 6455 §1.3, §4.2.2).

    White space around the key is trimmed. Any ASCII text is hashed, even one that is not a good key
    (see :func:`check_key_text`). Raises :class:`InputError` for anything but ASCII text.

    >>> accept_key("dGhlIHNhbXBsZSBub25jZQ==")
    's3pPLMBiTxaQ9kYGzzhZRbK+xOo='
    """
    return base64.b64encode(hashlib.sha1(trimmed_key(key) + GUID.encode()).digest()).decode()


def _text_of(key: object) -> str:
    if not isinstance(key, str):
        came = type(key).__name__
        raise InputError(f"Expected the key's text, as it is in the header, got {came}.")
    return key.strip(WHITE_SPACE)


def trimmed_key(key: object) -> bytes:
    """A key's text as it is hashed; raises :class:`InputError` for anything but ASCII text."""
    try:
        return _text_of(key).encode("ascii")
    except UnicodeEncodeError as error:
        came = repr(error.object[error.start])
        raise InputError(f"Expected a key in ASCII, got {came} in it.") from None


@dataclass(frozen=True, slots=True)
class AcceptStep:
    """One step from the key to the accept value.

    ``value`` is text, or bytes where they are not text; ``size`` counts its bytes.
    """

    name: str
    value: str | bytes
    sentence: str

    @property
    def size(self) -> int:
        """The length of the value in bytes."""
        return len(self.value)

    @property
    def shown(self) -> str:
        """The value as a person reads it: text as it is, bytes as hex."""
        return self.value if isinstance(self.value, str) else self.value.hex(" ")

    def __str__(self) -> str:
        return f"{self.name} ({self.size} bytes): {self.shown}"


def accept_steps(key: str) -> list[AcceptStep]:
    """The way from key to accept value in four steps (RFC 6455 §4.2.2).

    Raises :class:`InputError` as :func:`accept_key` does.

    >>> for step in accept_steps("dGhlIHNhbXBsZSBub25jZQ=="):
    ...     print(step)
    key (24 bytes): dGhlIHNhbXBsZSBub25jZQ==
    key + GUID (60 bytes): dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11
    SHA-1 (20 bytes): b3 7a 4f 2c c0 62 4f 16 90 f6 46 06 cf 38 59 45 b2 be c4 ea
    base64 (28 bytes): s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
    """
    text = trimmed_key(key).decode()
    digest = hashlib.sha1((text + GUID).encode()).digest()
    return [
        AcceptStep("key", text, "The text of Sec-WebSocket-Key, as it came; it is not decoded."),
        AcceptStep("key + GUID", text + GUID, "The fixed text is glued to it, nothing between."),
        AcceptStep("SHA-1", digest, "The hash of that text: always 20 bytes, not its hex digits."),
        AcceptStep(
            "base64",
            base64.b64encode(digest).decode(),
            "The hash as text: this is the Sec-WebSocket-Accept.",
        ),
    ]


@dataclass(frozen=True, slots=True)
class KeyText:
    """What a key's text holds: ``nonce`` (16 bytes) or, if None, the ``problem`` in a few words.

    ``note`` says what is odd about a key that a server accepts all the same.
    """

    nonce: bytes | None
    problem: str | None = None
    note: str | None = None

    @property
    def ok(self) -> bool:
        """Whether a server accepts this key."""
        return self.nonce is not None


def check_key_text(key: str) -> KeyText:
    """Read a key as the base64 text of 16 bytes; never raises for text (RFC 6455 §4.2.1).

    The 22nd letter carries two bits of the nonce and four that should be 0. Where they are not (the
    RFC's own sample in §4.1, erratum 3150), the key still decodes to 16 bytes, so a server accepts
    it, and there is a note.

    >>> check_key_text("dGhlIHNhbXBsZSBub25j").problem
    '15 bytes after decoding'
    >>> check_key_text("AQIDBAUGBwgJCgsMDQ4PEC==").note
    'its last four bits are not 0; written as usual it ends in “EA==”'
    """
    text = _text_of(key)
    if not text:
        return KeyText(None, "an empty key")
    for index, character in enumerate(text.rstrip("="), start=1):
        if character not in _ALPHABET:
            shown = repr(character)
            return KeyText(None, f"{shown} at character {index}, which is not a base64 character")
    try:
        nonce = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        size = counted(len(text), "character")
        return KeyText(None, f"{size}, not whole groups of four with = at the end")
    if len(nonce) != NONCE_SIZE:
        return KeyText(None, f"{counted(len(nonce), 'byte')} after decoding")
    usual = encode_key(nonce)
    if usual != text:
        # The accept value hashes the text, so both spellings have different answers.
        ending = usual[-4:]
        return KeyText(
            nonce, note=f"its last four bits are not 0; written as usual it ends in “{ending}”"
        )
    return KeyText(nonce)
