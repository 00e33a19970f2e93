"""permessage-deflate: messages made smaller (RFC 7692).

The sender compresses a whole message, drops the last four bytes 00 00 ff ff and sets RSV1 on the
first frame (§7.2.1). The receiver joins the payloads, puts the four bytes back and decompresses
(§7.2.2). Each side may keep its window, the last 2^w bytes it has seen, from message to message
("context takeover"), so that the second "Hello" refers to the first.

Four traps of zlib, each paid for by somebody:

1. After a block marked as the last (BFINAL=1, legal here, §7.2.3.4) a decompressor has reached its
   end and silently swallows all that follows. We start a new one whose dictionary is the window.
2. A sync flush with nothing before it gives no bytes at all; an empty message is the byte 00.
3. zlib cannot compress with a window of 2^8 bytes (RFC 7692 allows 8 to 15). We decline an offer
   that would need it and, where the peer only limits itself, inflate with 9, which is a superset.
4. It does not say that data is cut off. The four bytes that we put back would then count as part of
   the message. So they must add nothing, and then a copy has to show that a block could begin.
"""

import zlib
from dataclasses import dataclass, replace

from .errors import InputError

TAIL = b"\x00\x00\xff\xff"
"""The end of an empty stored block: what every sync flush ends with (§7.2.1)."""

LARGEST_WINDOW = 15
SMALLEST_WINDOW = 8
ZLIB_SMALLEST = 9
WINDOW_BYTES = 2**LARGEST_WINDOW

LAST_BLOCK = b"\x03\x00"
"""A whole block without any data, marked as the last one: zlib is at its end after it."""

SLICE = 2**12
"""How many bytes zlib gets at once: what it leaves after a last block is copied each time."""

MOST_GROWTH = 8
"""How many times its size a message may take on the wire: what cannot be compressed grows. Stored
blocks add 4 % where zlib has little memory, fixed codes an eighth (RFC 1951 §3.2.4, §3.2.6), and a
sender that flushes after every byte needs seven for each."""

MOST_RESTARTS = 1_000
"""Blocks with BFINAL=1 that one message may have. No sender needs more than one; each costs us a
new decompressor, so a message of nothing else would cost minutes."""

MOST_AT_ONCE = 2**30
"""The largest limit that zlib accepts on every machine."""

DEFLATE = "permessage-deflate"
"""The only extension with an RFC of its own (RFC 7692); it gives RSV1 a meaning."""

Parameters = list[tuple[str, str | None]]
"""What follows an extension's name: parameters, with a value or without (RFC 6455 §9.1)."""

_FLAGS = ("server_no_context_takeover", "client_no_context_takeover")
_WINDOWS = ("server_max_window_bits", "client_max_window_bits")


@dataclass(frozen=True, slots=True)
class Window:
    """One side's window: its size in bits, and whether it is kept from message to message."""

    bits: int
    context_takeover: bool


@dataclass(frozen=True, slots=True)
class Agreement:
    """What both sides agreed on: for each side, whether it keeps its window, and how large it is.

    Window sizes are in bits: a window of w bits holds 2^w bytes (§7.1.2). None: nothing was said,
    and the window is the largest, 15 bits.
    """

    server_no_context_takeover: bool = False
    client_no_context_takeover: bool = False
    server_max_window_bits: int | None = None
    client_max_window_bits: int | None = None

    @property
    def server(self) -> Window:
        """How the server compresses."""
        bits = self.server_max_window_bits or LARGEST_WINDOW
        return Window(bits, not self.server_no_context_takeover)

    @property
    def client(self) -> Window:
        """How the client compresses."""
        bits = self.client_max_window_bits or LARGEST_WINDOW
        return Window(bits, not self.client_no_context_takeover)

    def parameters(self) -> Parameters:
        """The parameters a server answers with."""
        listed: Parameters = [(flag, None) for flag in _FLAGS if getattr(self, flag)]
        for window in _WINDOWS:
            if (bits := getattr(self, window)) is not None:
                listed.append((window, str(bits)))
        return listed


def read_parameters(parameters: Parameters, *, bare_client_window: bool) -> dict[str, int | None]:
    """Parameters by name, each at most once and with a legal value (§7.1).

    Flags give 1, window sizes their number of bits. ``bare_client_window`` allows
    ``client_max_window_bits`` without a value, as an offer may have it (§7.1.2.2); it gives None.
    Raises :class:`InputError` for anything else.
    """
    read: dict[str, int | None] = {}
    for name, value in parameters:
        if name in read:
            raise InputError(f"Expected {name} once, got twice.")
        if name in _FLAGS:
            if value is not None:
                raise InputError(f"Expected {name} without a value, got {value!r}.")
            read[name] = 1
        elif name in _WINDOWS:
            if value is None and bare_client_window and name == "client_max_window_bits":
                read[name] = None
            else:
                read[name] = _window_bits(name, value)
        else:
            raise InputError(f"Expected a parameter of {DEFLATE}, got {name!r}.")
    return read


def _window_bits(name: str, value: str | None) -> int:
    # Plain decimal without leading zeros, §7.1.2.1; int() alone would take " 9", "+9" and "٩".
    if value not in {str(bits) for bits in range(SMALLEST_WINDOW, LARGEST_WINDOW + 1)}:
        came = "no value" if value is None else repr(value)
        raise InputError(f"Expected {name} from 8 to 15, got {came}.")
    return int(value)


def _check_window(bits: int, least: int) -> None:
    if not least <= bits <= LARGEST_WINDOW:
        raise InputError(f"Expected a window of {least} to {LARGEST_WINDOW} bits, got {bits}.")


@dataclass(frozen=True, slots=True)
class Deflate:
    """What one side wants and takes.

    On a client this is the offer, on a server the policy. ``no_context_takeover`` and
    ``window_bits`` (9 to 15) are about what we send, ``peer_...`` (8 to 15) about what the peer
    sends to us. ``hints_window``: a client says that it understands a limit to its window.
    """

    no_context_takeover: bool = False
    peer_no_context_takeover: bool = False
    window_bits: int = LARGEST_WINDOW
    peer_window_bits: int = LARGEST_WINDOW
    hints_window: bool = True

    def __post_init__(self) -> None:
        _check_window(self.window_bits, ZLIB_SMALLEST)
        _check_window(self.peer_window_bits, SMALLEST_WINDOW)

    def offer(self) -> Parameters:
        """What a client offers (§7.1)."""
        offered: Parameters = []
        if self.peer_no_context_takeover:
            offered.append(("server_no_context_takeover", None))
        if self.no_context_takeover:
            offered.append(("client_no_context_takeover", None))
        if self.peer_window_bits != LARGEST_WINDOW:
            offered.append(("server_max_window_bits", str(self.peer_window_bits)))
        if self.hints_window:
            limit = None if self.window_bits == LARGEST_WINDOW else str(self.window_bits)
            offered.append(("client_max_window_bits", limit))
        return offered

    def answer(self, offer: Parameters) -> Agreement:
        """What a server makes of one offer (§7, §7.1).

        Raises an :class:`InputError` that says why the server declines it.
        """
        asked = read_parameters(offer, bare_client_window=True)
        # A limit that was asked for is answered, with the same or a smaller one, §7.1.2.1.
        server_bits = asked.get("server_max_window_bits")
        if server_bits is not None or self.window_bits < LARGEST_WINDOW:
            server_bits = min(server_bits or LARGEST_WINDOW, self.window_bits)
            if server_bits < ZLIB_SMALLEST:
                raise InputError(f"Expected a window that zlib has, 9 to 15, got {server_bits}.")
        client_bits = None
        if "client_max_window_bits" in asked:
            hint = asked["client_max_window_bits"] or LARGEST_WINDOW
            if min(hint, self.peer_window_bits) < LARGEST_WINDOW:
                client_bits = min(hint, self.peer_window_bits)
        elif self.peer_window_bits < LARGEST_WINDOW:  # §7.1.2.2
            raise InputError("Expected client_max_window_bits, which is needed here, got none.")
        return Agreement(
            server_no_context_takeover="server_no_context_takeover" in asked
            or self.no_context_takeover,
            client_no_context_takeover="client_no_context_takeover" in asked
            or self.peer_no_context_takeover,
            server_max_window_bits=server_bits,
            client_max_window_bits=client_bits,
        )

    def accept(self, response: Parameters) -> Agreement:
        """What a client makes of the server's answer (§7, §7.1).

        Raises :class:`InputError` where the answer is malformed, does not keep what was asked for,
        or sets what was not offered: the client then fails the connection. A window of 8 bits is
        legal; zlib cannot compress with it, so a client then sends everything uncompressed (§6).
        """
        agreed = settle(self.offer(), response)
        client_bits = agreed.client_max_window_bits
        if self.window_bits < (client_bits or LARGEST_WINDOW):
            client_bits = self.window_bits  # we may always stay below what was agreed, §7.2.1
        return replace(
            agreed,
            client_no_context_takeover=agreed.client_no_context_takeover
            or self.no_context_takeover,
            client_max_window_bits=client_bits,
        )


def settle(offer: Parameters, response: Parameters) -> Agreement:
    """What an offer and its answer agree on, whoever made them (§7.1).

    Raises :class:`InputError` where the answer is malformed, does not keep what was asked for, or
    sets what was not offered.

    >>> settle([("client_max_window_bits", None)], [("client_max_window_bits", "10")]).client
    Window(bits=10, context_takeover=True)
    """
    asked = read_parameters(offer, bare_client_window=True)
    agreed = read_parameters(response, bare_client_window=False)
    if "server_no_context_takeover" in asked and "server_no_context_takeover" not in agreed:
        raise InputError("Expected server_no_context_takeover as offered, got none.")
    most = asked.get("server_max_window_bits") or LARGEST_WINDOW
    server_bits = agreed.get("server_max_window_bits")
    if (server_bits or LARGEST_WINDOW) > most:
        raise InputError(
            f"Expected server_max_window_bits of at most {most}, "
            f"got {server_bits or 'none, which means 15'}."
        )
    if "client_max_window_bits" in agreed and "client_max_window_bits" not in asked:
        raise InputError("Expected no client_max_window_bits, as it was not offered.")
    return Agreement(
        server_no_context_takeover="server_no_context_takeover" in agreed,
        client_no_context_takeover="client_no_context_takeover" in agreed,
        server_max_window_bits=server_bits,
        client_max_window_bits=agreed.get("client_max_window_bits"),
    )


class Compressor:
    """Compresses messages as one side sends them (§7.2.1). ``level`` is zlib's, 0 to 9.

    Raises :class:`InputError` for a window that zlib cannot compress with.
    """

    def __init__(self, window: Window, level: int = 6) -> None:
        _check_window(window.bits, ZLIB_SMALLEST)
        self._window, self._level = window, level
        self._zlib: zlib._Compress | None = None  # only while it is needed: it takes 256 KiB

    @property
    def settings(self) -> tuple[int, int]:
        """The bits of the window, and zlib's level."""
        return self._window.bits, self._level

    def begin_afresh(self) -> None:
        """Stop referring to what was sent before; a sender may do so between messages (§7.2.1)."""
        self._zlib = None

    def compress(self, data: bytes, *, final: bool = True) -> bytes:
        """The payload of the next frame of a compressed message.

        Only the last frame of a message loses the four bytes that every flush ends with.
        """
        if self._zlib is None:
            bits = self._window.bits  # smaller tables for a smaller window; with 15 bits the usual
            self._zlib = zlib.compressobj(self._level, zlib.DEFLATED, -bits, max(5, bits - 7))
        compressed = b"\x00" + TAIL if final else b""
        if data:  # else zlib would have nothing to flush, and give nothing
            compressed = self._zlib.compress(data) + self._zlib.flush(zlib.Z_SYNC_FLUSH)
        if final and not self._window.context_takeover:
            self._zlib = None
        return compressed.removesuffix(TAIL) if final else compressed


class TooBigError(Exception):
    """A message decompresses to more bytes than the limit; it was stopped there."""


class Decompressor:
    """Decompresses messages as one side receives them, in pieces, up to a limit (§7.2.2).

    Raises :class:`InputError` for a window that RFC 7692 does not know.
    """

    def __init__(self, window: Window) -> None:
        _check_window(window.bits, SMALLEST_WINDOW)
        self._bits = max(window.bits, ZLIB_SMALLEST)
        self._context_takeover = window.context_takeover
        self._history = bytearray()  # the last bytes that came out: the window, and some before it
        self._begun = self._fed = False
        self._restarts = 0
        self._zlib = zlib.decompressobj(-self._bits)

    def decompress(self, data: bytes, room: int | None, *, final: bool) -> bytes:
        """The next bytes of the message; ``final`` puts the missing tail back.

        ``room`` is how many bytes the message may still have: one more raises
        :class:`TooBigError`, and no more than that ever comes out. Raises ``zlib.error`` for data
        that is not DEFLATE.
        """
        if not self._begun:
            self._fed, self._restarts = False, 0
        self._begun = not final
        self._fed = self._fed or bool(data)
        out = bytearray()
        for start in range(0, len(data), SLICE):
            self._feed(data[start : start + SLICE], room, out)
        if final and self._fed:
            # After a message of no bytes at all the tail would end nothing: zlib would wait.
            size = len(out)
            self._feed(TAIL, room, out)
            if len(out) > size or not self._between_blocks():
                raise zlib.error("the message ends inside a block")
        if final and not self._context_takeover:
            self._history.clear()
            self._zlib = zlib.decompressobj(-self._bits)
        else:
            self._history += out[-WINDOW_BYTES:]
            if len(self._history) > 2 * WINDOW_BYTES:  # now and then: each time a window is moved
                del self._history[:-WINDOW_BYTES]
        return bytes(out)

    def _feed(self, data: bytes, room: int | None, out: bytearray) -> None:
        while data:
            limit = 0 if room is None else min(room + 1 - len(out), MOST_AT_ONCE)
            out += self._zlib.decompress(data, limit)
            if room is not None and len(out) > room:
                raise TooBigError
            data = self._zlib.unconsumed_tail
            if self._zlib.eof:  # BFINAL=1: zlib is done, the message and its window are not
                data = self._zlib.unused_data
                self._restart(out)

    def _between_blocks(self) -> bool:
        probe = self._zlib.copy()
        try:
            return probe.decompress(LAST_BLOCK) == b"" and probe.eof
        except zlib.error:
            return False

    def _restart(self, out: bytearray) -> None:
        self._restarts += 1
        if self._restarts > MOST_RESTARTS:
            raise zlib.error(f"more than {MOST_RESTARTS} blocks marked as the last one")
        window = bytes((self._history + out[-WINDOW_BYTES:])[-WINDOW_BYTES:])
        self._zlib = zlib.decompressobj(-self._bits, zdict=window)


def unpacked_alone(payload: bytes, limit: int) -> bytes | None:
    """What a whole compressed message says if it refers to no message before it (§7.2.2).

    None where it does refer to one, is not DEFLATE data, or gives more than ``limit`` bytes.

    >>> unpacked_alone(bytes.fromhex("f248cdc9c90700"), 100)
    b'Hello'
    """
    if len(payload) > limit:
        return None
    try:
        fresh = Decompressor(Window(LARGEST_WINDOW, context_takeover=False))
        return fresh.decompress(payload, limit, final=True)
    except (zlib.error, TooBigError):
        return None
