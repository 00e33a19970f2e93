"""The packets in a capture file: pcap and pcapng, as tcpdump and Wireshark write them.

Both formats are read by scapy, the library of the field that is kept and knows them whole: byte
orders, several interfaces with clocks of their own, old blocks. Only its two readers are used, on
bytes already in memory, so a file costs at most its size.
"""

import gzip
import io
import logging
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import Any

from wslearn.protocol.errors import InputError

LARGEST = 256 * 2**20
"""How large a capture may be, in bytes, once it is unpacked."""

_GZIP = b"\x1f\x8b"
_SCAPY = (
    'Reading captures takes the library scapy. Install it with: pip install "wslearn[capture]" '
    "(or: pip install scapy)."
)


def packets_in(path: str | PathLike[str]) -> Iterator[tuple[bytes, int, float]]:
    """Each packet of a capture: its bytes, its link type, and when it came (seconds since 1970)."""
    try:
        from scapy.error import Scapy_Exception
        from scapy.utils import RawPcapReader
    except ImportError:
        raise InputError(_SCAPY) from None
    data = _read(path)
    with _quiet():
        try:
            reader = RawPcapReader(io.BytesIO(data))
        except (Scapy_Exception, EOFError):
            began = data[:4].hex(" ") or "an empty file"
            raise InputError(
                f"Expected a capture (pcap or pcapng), got {path}, which begins with {began}. "
                "Save it anew as pcapng; a journal is read with Journal.load."
            ) from None
        yield from _packets(reader, path)


def _packets(reader: Any, path: object) -> Iterator[tuple[bytes, int, float]]:
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
                f"{path}: packet {number} cannot be read ({type(problem).__name__}). "
                "Save the capture anew, without it."
            ) from None
        if hasattr(about, "tsresol"):  # pcapng; a simple packet block has no time
            units = ((about.tshigh or 0) << 32) + (about.tslow or 0)
            yield packet, about.linktype, units / about.tsresol
        else:
            fraction = about.usec / (1e9 if reader.nano else 1e6)
            # The upper bits of the link type tell of checksums, not of headers.
            yield packet, reader.linktype & 0xFFFF, about.sec + fraction


def _read(path: str | PathLike[str]) -> bytes:
    try:
        with Path(path).open("rb") as file:
            packed = file.read(2) == _GZIP
            file.seek(0)
            if packed:
                with gzip.open(file) as unpacked:
                    data = unpacked.read(LARGEST + 1)
            else:
                data = file.read(LARGEST + 1)
    except (OSError, ValueError, EOFError, zlib.error) as problem:
        came = getattr(problem, "strerror", None) or problem
        raise InputError(f"Expected a capture to read, got {path}: {came}.") from None
    if len(data) > LARGEST:
        raise InputError(
            f"Expected a capture of at most {LARGEST // 2**20} MiB, got more: {path}. "
            "Save only the connections you need (in Wireshark: filter, then File > Export)."
        )
    return data


@contextmanager
def _quiet() -> Iterator[None]:
    """Scapy warns in a log of its own; what matters stands in our remarks."""
    log = logging.getLogger("scapy")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)
