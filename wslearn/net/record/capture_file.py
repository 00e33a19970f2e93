"""The packets in a capture file: pcap and pcapng, as tcpdump and Wireshark write them.

Both formats are read by scapy, the field's maintained library, which knows all of them: byte
orders, several interfaces with clocks of their own, old blocks. Only its two readers are used, on
bytes already in memory, so a file costs at most its size.

Scapy ends in silence where a file is cut off or its records are damaged. So the records are first
walked by their lengths alone, scapy gets the whole ones, and the rest is reported.
"""

import io
import logging
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from wslearn.protocol.errors import InputError
from wslearn.protocol.text import counted, grouped

LARGEST = 256 * 2**20
"""How large a capture may be, in bytes, once it is unpacked."""

LONGEST_PACKET = 2**18
"""The most bytes that tcpdump and Wireshark keep of a packet."""

GZIP = b"\x1f\x8b"
"""The bytes with which a gzip file begins (RFC 1952 §2.3.1)."""

_PACKED = {b"\x28\xb5\x2f\xfd": "zstd", b"\x04\x22\x4d\x18": "lz4", b"BZh": "bzip2", b"PK": "zip"}
_PCAPNG, _SECTION, _KEYS = b"\x0a\x0d\x0d\x0a", 0x0A0D0D0A, 10
_PACKETS = {2, 3, 6}
# The magic numbers of pcap: microseconds, nanoseconds, and a patch of old Linux systems, whose
# records have eight more bytes.
_PCAP, _OF_OLD_LINUX = (0xA1B2C3D4, 0xA1B23C4D), 0xA1B2CD34
_SCAPY = (
    'Reading captures needs the library scapy. Install it with: pip install "wslearn[capture]" '
    "(or: pip install scapy)."
)


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet: its bytes, its link type, and when it came (seconds since 1970).

    ``last``: the file ends inside it.
    """

    data: bytes
    link: int
    at: float
    last: bool = False


class CaptureFile:
    """A capture; ``remarks`` say what of it cannot be read, ``has_keys`` whether it holds TLS keys.

    Raises :class:`InputError` for anything but a capture, and where scapy is missing.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self.path = path
        self.remarks: list[str] = []
        self.has_keys = False
        self._cut = 0  # the number of the packet that the file ends inside
        data = self._read()
        if data[:4] == _PCAPNG:
            self._data = self._walk_blocks(data)
        else:
            self._data = self._walk_records(data)

    def packets(self) -> Iterator[Packet]:
        """Each packet, in the order of the file."""
        try:
            from scapy.error import Scapy_Exception
            from scapy.utils import RawPcapReader
        except ImportError:
            raise InputError(_SCAPY) from None
        with _quiet():
            try:
                reader = RawPcapReader(io.BytesIO(self._data))
            except (Scapy_Exception, EOFError):
                raise self._no_capture(self._data) from None
            yield from self._packets(reader)

    def _packets(self, reader: Any) -> Iterator[Packet]:
        packets = iter(reader)
        number = 0
        while True:
            number += 1
            try:
                packet, about = next(packets)
            except StopIteration:
                return
            except Exception as problem:  # noqa: BLE001 (a hostile file may trip scapy in any way)
                raise InputError(
                    f"{self.path}: packet {number} cannot be read ({type(problem).__name__}). "
                    "Save the capture anew, without it."
                ) from None
            if hasattr(about, "tsresol"):  # pcapng; a simple packet block has no time
                units = ((about.tshigh or 0) << 32) + (about.tslow or 0)
                yield Packet(packet, about.linktype, units / about.tsresol)
            else:
                fraction = about.usec / (1e9 if reader.nano else 1e6)
                # The upper bits of the link type are about checksums, not about headers.
                link = reader.linktype & 0xFFFF
                yield Packet(packet, link, about.sec + fraction, number == self._cut)

    # -- the records, by their lengths -----------------------------------------------------------

    def _walk_records(self, data: bytes) -> bytes:
        """The whole records of a pcap file."""
        orders = [order for order in "<>" if _magic(data, order) in (*_PCAP, _OF_OLD_LINUX)]
        if not orders or len(data) < 24:
            raise self._no_capture(data)
        order = orders[0]
        old = _magic(data, order) == _OF_OLD_LINUX
        # Some programs write the old magic number without those bytes: the lengths show it.
        header = 24 if old and _chain(data, order, 24) else 16
        kept = [struct.pack(order + "I", _PCAP[0]) + data[4:24] if old else data[:24]]
        at, number = 24, 0
        while at < len(data):
            number += 1
            if at + header > len(data):
                self._end(f"The file ends inside the header of packet {number}.")
                break
            size = struct.unpack_from(order + "I", data, at + 8)[0]
            here = len(data) - at - header
            if size > LONGEST_PACKET:
                self._damaged(f"packet {number}", size, here)
                break
            if size > here:
                self._cut = number
                self._end(
                    f"The file ends inside packet {number}: {grouped(here)} of its "
                    f"{counted(size, 'byte')} are there."
                )
            lengths = struct.pack(order + "I", min(size, here)) + data[at + 12 : at + 16]
            kept.append(data[at : at + 8] + lengths + data[at + header : at + header + size])
            at += header + size
        return b"".join(kept)

    def _walk_blocks(self, data: bytes) -> bytes:
        """The whole blocks of a pcapng file."""
        at, number, packets, order = 0, 0, 0, "<"
        while at < len(data):
            number += 1
            if at + 12 > len(data):
                self._end(f"The file ends inside the header of block {number}.")
                break
            if data[at : at + 4] == _PCAPNG:
                order = "<" if data[at + 8 : at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
            kind, size = struct.unpack_from(order + "II", data, at)
            what = f"block {number}"
            if kind in _PACKETS:
                packets += 1
                what += f", which is packet {packets}"
            if size < 12 or size % 4 or size > LARGEST:
                self._damaged(what, size, len(data) - at)
                break
            if at + size > len(data):
                self._end(f"The file ends inside {what}.")
                break
            if struct.unpack_from(order + "I", data, at + size - 4)[0] != size:
                self._damaged(what, size, len(data) - at)
                break
            self.has_keys |= kind == _KEYS
            at += size
        if not at:
            raise self._no_capture(data)
        return data[:at]

    def _end(self, sentence: str) -> None:
        self.remarks.append(f"{sentence} Was it copied before the capture had ended?")

    def _damaged(self, what: str, size: int, rest: int) -> None:
        self.remarks.append(
            f"The file is damaged at {what}: it states a length of {counted(size, 'byte')}, which "
            f"cannot be right. The {counted(rest, 'byte')} from there on cannot be read."
        )

    # -- the file --------------------------------------------------------------------------------

    def _no_capture(self, data: bytes) -> InputError:
        began = data[:4].hex(" ") or "an empty file"
        packed = next((name for mark, name in _PACKED.items() if data.startswith(mark)), "")
        remedy = f"Unpack it first: it is packed with {packed}." if packed else (
            "Save it anew as pcapng; read_record also reads journals and HAR files."
        )  # fmt: skip
        return InputError(
            f"Expected a capture (pcap or pcapng), got {self.path}, which begins with {began}. "
            f"{remedy}"
        )

    def _read(self) -> bytes:
        data = read_up_to(self.path, LARGEST + 1, "a capture to read")
        if data[:2] == GZIP:
            data, fault = unpacked(data, LARGEST + 1)
            if fault and not data:
                raise InputError(f"Expected a capture to read, got {self.path}: {fault}.")
            if fault:
                self.remarks.append(f"The file is not whole: {fault}.")
        if len(data) > LARGEST:
            raise InputError(
                f"Expected a capture of at most {LARGEST // 2**20} MiB, got more: {self.path}. "
                "Save only the connections you need (in Wireshark: filter, then File > Export)."
            )
        return data


def read_up_to(path: str | PathLike[str], most: int, what: str) -> bytes:
    """The first ``most`` bytes of a file. (Reading them at once would take room for all of them.)

    Raises :class:`InputError`, which says that ``what`` was expected, where that is not possible.
    """
    pieces: list[bytes] = []
    try:
        with Path(path).open("rb") as file:
            while most and (piece := file.read(min(most, 2**20))):
                pieces.append(piece)
                most -= len(piece)
    except (OSError, ValueError) as problem:
        came = getattr(problem, "strerror", None) or problem
        raise InputError(f"Expected {what}, got {path}: {came}.") from None
    return b"".join(pieces)


def unpacked(data: bytes, most: int) -> tuple[bytes, str]:
    """What gzip data holds, up to ``most`` bytes, and in a few words why not all; empty if all.

    >>> unpacked(zlib.compress(b"Hello", wbits=31), 100)
    (b'Hello', '')
    """
    out, problem = bytearray(), ""
    while data[:2] == GZIP and len(out) < most and not problem:  # members follow one another
        reader = zlib.decompressobj(31)
        try:
            out += reader.decompress(data, most - len(out))
        except zlib.error as error:
            # As much as can be had: a failed call of zlib gives nothing.
            out += _before_the_damage(data, most - len(out))
            problem = f"its gzip data is damaged ({error})"
        if not (reader.eof or problem or len(out) >= most):
            problem = "its gzip data ends too early"
        data = reader.unused_data
    return bytes(out), problem


def _before_the_damage(data: bytes, most: int) -> bytes:
    reader, out = zlib.decompressobj(31), bytearray()
    for at in range(0, len(data), 512):
        try:
            out += reader.decompress(data[at : at + 512], most - len(out))
        except zlib.error:
            break
        if len(out) >= most:
            break
    return bytes(out)


def _chain(data: bytes, order: str, header: int) -> bool:
    """Whether the records of a pcap file follow one another with headers of this size."""
    at = 24
    while at + header <= len(data):
        kept, passed = struct.unpack_from(order + "II", data, at + 8)
        if not kept <= min(passed, LONGEST_PACKET):
            return False
        at += header + kept
    return True


def _magic(data: bytes, order: str) -> int:
    return int.from_bytes(data[:4], "little" if order == "<" else "big")


@contextmanager
def _quiet() -> Iterator[None]:
    """Scapy warns in a log of its own; what matters is in our remarks."""
    log = logging.getLogger("scapy")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)
