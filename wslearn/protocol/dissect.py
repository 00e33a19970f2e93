"""Take a frame apart: every field it has, and every rule it breaks.

Two principles:

1. **Decode tolerantly.** Whatever the bytes are, all that can be read from them becomes a field.
   A frame that is cut short is described as far as it goes; a length of 2^63 - 1 is described from
   its header, and nothing of that size is ever allocated. That is done here, from left to right.
2. **Judge separately.** What was read is then handed to :mod:`~wslearn.protocol.judge`, which lists
   every broken rule, for the side that receives the frame and the extensions both sides agreed on.
   The strict :class:`~wslearn.protocol.parser.FrameParser` stops at the first of this same list.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from .bits import Field, Kind, hex_bytes
from .close import CODE_SIZE, decode_close
from .codes import OPCODE_MEANINGS, Opcode, close_code_meaning, is_control, is_reserved, opcode_name
from .deflate import DEFLATE
from .dissection import Dissection, Side
from .errors import InputError
from .frame import FIN, MASK, OPCODE, RSV1, RSV2, RSV3, Frame
from .judge import DATA, is_compressed, judge
from .length import LONGEST, SEVEN_BITS, form_of
from .masking import KEY_SIZE, mask
from .other_protocols import other_protocol
from .receiving import Receiver
from .text import counted, grouped, shown_text, shown_value

D = TypeVar("D", bound=Dissection)


def plain_bytes(source: object) -> bytes:
    """Bytes as they are, or from hex digits; :mod:`wslearn.pasted` reads every other form.

    Raises :class:`InputError` for anything else.
    """
    try:
        return bytes.fromhex(source) if isinstance(source, str) else bytes(memoryview(source))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise InputError(f"Expected bytes or hex digits, got {shown_value(source)}.") from None


def dissect(
    source: object,
    receiver: Side | None = None,
    extensions: Iterable[str] | str = (),
    max_size: int | None = None,
) -> Dissection:
    """Take the first frame of some bytes apart, as ``wslearn.dissect`` does, but without pictures.

    Never raises. The arguments are explained there (RFC 6455 §5).

    >>> dissection = dissect("81 05 48656c6c6f", receiver="server")
    >>> [field.name for field in dissection.fields][4:]
    ['opcode', 'MASK', 'payload length', 'payload data']
    >>> dissection.violations[0].rule.id, dissection.close_code
    ('mask-missing', 1002)
    """
    return dissect_into(Dissection, source, receiver, extensions, max_size)


def dissect_all(
    source: object,
    receiver: Side | None = None,
    extensions: Iterable[str] | str = (),
    max_size: int | None = None,
) -> Iterator[Dissection]:
    """Take every frame of some bytes apart, one after another; the last may be cut short.

    Never raises. What comes after a frame is the next frame, so each has an empty ``rest``. They
    are judged together, as one stream: where a receiver stops, what follows says so (``unread``).
    """
    return dissect_each_into(Dissection, source, receiver, extensions, max_size)


def dissect_into(
    kind: type[D],
    source: object,
    receiver: Side | None = None,
    extensions: Iterable[str] | str = (),
    max_size: int | None = None,
    read: Callable[[object], bytes] = plain_bytes,
) -> D:
    """Like :func:`dissect`, into a kind of dissection that can do more, such as draw itself.

    ``read`` turns the source into bytes; it raises :class:`InputError` for what it cannot read.
    """
    names: tuple[str, ...] = ()
    try:
        names = extension_names(extensions)
        data = read(source)
        if receiver is not None:
            check_receiver(receiver)
        check_limit(max_size)
    except InputError as problem:
        return kind(problem=str(problem), extensions=names)
    seen = _read(kind, memoryview(data), receiver, names, max_size)
    return replace(seen, rest=data[len(seen.data) :])


def dissect_each_into(
    kind: type[D],
    source: object,
    receiver: Side | None = None,
    extensions: Iterable[str] | str = (),
    max_size: int | None = None,
    read: Callable[[object], bytes] = plain_bytes,
) -> Iterator[D]:
    """Like :func:`dissect_all`, into a kind of dissection that can do more."""
    first = dissect_into(kind, source, receiver, extensions, max_size, read)
    # Nobody knows what came before the first frame; each of the two sides has its own messages.
    sides = {side: Receiver(mid=True) for side in ("server", "client")}
    yield sides[first.receiver].take(replace(first, rest=b""))
    # All frames look into the same bytes: a copy of the rest for each would be quadratic.
    rest = memoryview(first.rest)
    while rest:
        seen = _read(kind, rest, receiver, first.extensions, max_size)
        yield sides[seen.receiver].take(seen)
        rest = rest[len(seen.data) :]


def _read(
    kind: type[D],
    data: memoryview,
    receiver: Side | None,
    extensions: tuple[str, ...],
    max_size: int | None,
) -> D:
    """The first frame of some bytes, judged; and what they are if they are not a frame."""
    seen = _Reader(data, receiver, extensions).read(kind)
    violations = judge(seen, max_size)
    told = other_protocol(data) if violations or bytes(data[:2]) == b"\0\0" else None
    no_frame = f"These bytes are {told[0]}, not a frame. {told[1]}" if told else ""
    return replace(seen, violations=violations, no_frame=no_frame)


def check_receiver(receiver: object) -> None:
    """Raise :class:`InputError` for anything but a side of a connection."""
    if not (isinstance(receiver, str) and receiver in ("server", "client")):
        came = shown_value(receiver)
        raise InputError(f"Expected the receiver 'server' or 'client', got {came}.")


def check_limit(max_size: object) -> None:
    """Raise :class:`InputError` for anything but a number of bytes or None."""
    if not isinstance(max_size, int | None):
        raise InputError(f"Expected a limit in bytes, or None, got {shown_value(max_size)}.")


def extension_names(extensions: Iterable[str] | str) -> tuple[str, ...]:
    """The names alone, from a list or from the text of a Sec-WebSocket-Extensions header.

    Raises :class:`InputError` for anything else.
    """
    if isinstance(extensions, str):
        extensions = extensions.split(",")
    if not isinstance(extensions, Iterable):
        raise InputError(f"Expected a list of extensions, got {type(extensions).__name__}.")
    try:
        names = [str(extension).split(";")[0].strip().lower() for extension in extensions]
    except Exception as error:
        # An object may fail in any way while it is read: that is its fault, and we say so plainly.
        raise InputError(
            f"Expected a list of extensions; reading the {type(extensions).__name__} "
            f"failed with {type(error).__name__}."
        ) from error
    return tuple(name for name in names if name)


class _Reader:
    """Reads one frame from left to right: each field as soon as it is there."""

    def __init__(
        self,
        data: memoryview,
        receiver: Side | None,
        extensions: tuple[str, ...],
    ) -> None:
        if receiver is None:
            receiver = "server" if len(data) < 2 or data[1] & MASK else "client"
        self.data = data
        self.receiver: Side = receiver
        self.extensions = extensions
        self.position = 0  # in bytes
        self.fields: list[Field] = []
        self.opcode = 0
        self.fin = self.masked = self.compressed = False
        self.rsv = [False, False, False]
        self.length: int | None = None
        self.length_bits: int | None = None
        self.mask_key: bytes | None = None
        self.header_size: int | None = None
        self.payload = b""

    def read(self, kind: type[D]) -> D:
        frame = None
        if self.first_byte() and self.second_byte() and self.extended_length() and self.key():
            self.header_size = self.position
            frame = self.read_payload()
        return kind(
            data=bytes(self.data[: self.position]),
            fields=tuple(self.fields),
            frame=frame,
            payload=self.payload,
            mask_key=self.mask_key,
            length=self.length,
            length_bits=self.length_bits,
            header_size=self.header_size,
            receiver=self.receiver,
            extensions=self.extensions,
        )

    # -- the header ----------------------------------------------------------------------------

    def first_byte(self) -> bool:
        if not self.data:
            return False
        byte = self.data[0]
        self.position = 1
        self.fin = bool(byte & FIN)
        self.rsv = [bool(byte & bit) for bit in (RSV1, RSV2, RSV3)]
        self.opcode = byte & OPCODE
        self.compressed = is_compressed(self.opcode, self.rsv[0], self.extensions)
        self.add("fin", "FIN", 0, 1, int(self.fin), self.fin_meaning())
        for number, bit in enumerate(self.rsv, start=1):
            meaning = self.rsv_meaning(number, bit)
            self.add("rsv", f"RSV{number}", number, 1, int(bit), meaning)
        if DEFLATE in self.extensions:  # there RSV1 gets its meaning from the extension
            self.fields[1] = replace(self.fields[1], section="RFC 7692 §6")
        self.add("opcode", "opcode", 4, 4, self.opcode, self.opcode_meaning(), f"0x{self.opcode:x}")
        return True

    def fin_meaning(self) -> str:
        if is_control(self.opcode):
            return (
                "whole, as a control frame must be"
                if self.fin
                else "cut, which a control frame must not be"
            )
        return "last frame of the message" if self.fin else "more frames follow"

    def rsv_meaning(self, number: int, bit: bool) -> str:
        if number == 1 and DEFLATE in self.extensions:
            if self.opcode in DATA:
                return "compressed" if bit else "not compressed"
            if self.opcode == Opcode.CONTINUATION:
                return "the first frame of the message says whether it is compressed"
            if bit and is_control(self.opcode):
                return "control frames are never compressed"
        return "no agreed extension uses it" if bit else "not in use"

    def opcode_meaning(self) -> str:
        if is_reserved(self.opcode):
            return f"{opcode_name(self.opcode)}: no meaning yet"
        meaning = OPCODE_MEANINGS[self.opcode]
        if self.compressed:
            meaning = f"{meaning.removesuffix(' follows').removesuffix(' follow')}, compressed"
        return f"{opcode_name(self.opcode)}: {meaning}"

    def second_byte(self) -> bool:
        if len(self.data) < 2:
            return False
        byte = self.data[1]
        self.position = 2
        self.masked = bool(byte & MASK)
        seven_bits = byte & SEVEN_BITS
        meaning = "a masking-key follows; the payload is XORed with it"
        self.add(
            "mask", "MASK", 8, 1, int(self.masked),
            meaning if self.masked else "no masking-key; the payload is sent as it is",
        )  # fmt: skip
        form = form_of(seven_bits)
        self.length_bits = form.bits
        if form.marker is None:
            self.length = seven_bits
            length_meaning = counted(seven_bits, "byte") + " of payload"
        else:
            length_meaning = f"the length is in the next {form.extra_bytes} bytes"
        self.add("length", "payload length", 9, 7, seven_bits, length_meaning)
        return True

    def extended_length(self) -> bool:
        assert self.length_bits is not None
        if self.length is not None:
            return True
        width = self.length_bits // 8
        raw = self.take(width)
        if len(raw) < width:
            self.add_partial("length", "extended payload length", raw, width)
            return False
        self.length = int.from_bytes(raw, "big")
        meaning = (
            "beyond 2^63 - 1, the longest there is"
            if self.length > LONGEST
            else counted(self.length, "byte") + " of payload"
        )
        bits = self.length_bits
        self.add("length", "extended payload length", 16, bits, self.length, meaning)
        return True

    def key(self) -> bool:
        if not self.masked:
            return True
        start = self.position
        raw = self.take(KEY_SIZE)
        if len(raw) < KEY_SIZE:
            self.add_partial("key", "masking-key", raw, KEY_SIZE)
            return False
        self.mask_key = raw
        meaning = "byte i of the payload is XORed with byte i mod 4 of this"
        self.add("key", "masking-key", 8 * start, 32, raw, meaning, hex_bytes(raw), "5.3")
        return True

    # -- the payload ---------------------------------------------------------------------------

    def read_payload(self) -> Frame | None:
        assert self.length is not None
        start = self.position
        raw = self.take(self.length)
        self.payload = mask(raw, self.mask_key) if self.mask_key else raw
        whole = len(raw) == self.length
        if self.opcode == Opcode.CLOSE and len(self.payload) >= CODE_SIZE:
            self.close_fields(start)
        elif self.payload:
            self.payload_field(start, whole)
        return Frame(self.opcode, self.payload, self.fin, *self.rsv) if whole else None

    def payload_field(self, start: int, whole: bool) -> None:
        assert self.length is not None
        readable = self.opcode != Opcode.BINARY and not self.compressed
        shown = shown_text(self.payload) if readable else hex_bytes(self.payload[:16])
        if not readable and len(self.payload) > 16:
            shown += " …"
        size = counted(len(self.payload), "byte")
        meaning = size if whole else f"{size} of {grouped(self.length)} are here"
        if self.compressed:
            meaning += ", compressed"
        if self.mask_key:
            meaning += ", unmasked here"
        width = 8 * len(self.payload)
        self.add("payload", "payload data", 8 * start, width, self.payload, meaning, shown)

    def close_fields(self, start: int) -> None:
        code, reason = decode_close(self.payload)
        meaning = close_code_meaning(code)
        self.add("code", "close code", 8 * start, 16, code, meaning, section="7.4")
        if reason:
            self.add(
                "reason", "reason", 8 * (start + CODE_SIZE), 8 * len(reason), reason,
                counted(len(reason), "byte") + " for the people who run it",
                shown_text(reason), "5.5.1",
            )  # fmt: skip

    # -- small parts ---------------------------------------------------------------------------

    def take(self, size: int) -> bytes:
        raw = bytes(self.data[self.position : self.position + size])
        self.position += len(raw)
        return raw

    def add(
        self,
        kind: Kind,
        name: str,
        start: int,
        width: int,
        value: int | bytes,
        meaning: str,
        shown: str | None = None,
        section: str = "5.2",
    ) -> None:
        shown = str(value) if shown is None else shown
        source = f"RFC 6455 §{section}"
        self.fields.append(Field(kind, name, start, width, value, shown, meaning, source))

    def add_partial(self, kind: Kind, name: str, raw: bytes, size: int) -> None:
        if raw:
            start = 8 * (self.position - len(raw))
            meaning = f"{len(raw)} of {size} bytes are here"
            self.add(kind, name, start, 8 * len(raw), raw, meaning, hex_bytes(raw) + " …")
