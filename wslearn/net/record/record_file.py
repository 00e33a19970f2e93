"""A record, whatever kind of file it is in: a journal, a capture, or a browser's HAR file."""

from collections.abc import Iterable
from os import PathLike

from .capture import read_capture
from .capture_file import GZIP, LARGEST, read_up_to, unpacked
from .har import read_har
from .journal import WHOLE, Journal

EXPECTED = "a journal, a capture or a HAR file"
_BOM = b"\xef\xbb\xbf"


def read_record(
    path: str | PathLike[str],
    *,
    assume: int | Iterable[int] = (),
    keep_secrets: bool = False,
    journal: Journal | None = None,
) -> Journal:
    """What a file holds, told by its first bytes: a journal, a HAR file, else a capture.

    ``assume`` and ``keep_secrets`` are those of :func:`~wslearn.net.record.capture.read_capture`,
    ``journal`` is where to record. Raises :class:`InputError` for anything else.
    """
    begins = _first_bytes(path)
    if begins and not begins.startswith((b"{", b"[")):
        return read_capture(path, assume=assume, keep_secrets=keep_secrets, journal=journal)
    if journal is None:
        journal = Journal(WHOLE)
    journal.keep_secrets |= keep_secrets
    if not begins or _is_journal(begins):
        return journal.read(path)
    return read_har(path, _all_bytes(path), journal)


def is_journal(path: str | PathLike[str]) -> bool:
    """Whether a file is a journal, or empty, so that one may be written in its place."""
    begins = _first_bytes(path)
    return not begins or _is_journal(begins)


def _is_journal(begins: bytes) -> bool:
    return b'"journal"' in begins.partition(b"\n")[0][:200]


def _first_bytes(path: str | PathLike[str]) -> bytes:
    """The first bytes of what a file holds, unpacked, without a byte order mark."""
    begins = read_up_to(path, 4096, EXPECTED)
    if begins.startswith(GZIP):
        begins = unpacked(begins, 1024)[0]
    return begins.removeprefix(_BOM).lstrip()


def _all_bytes(path: str | PathLike[str]) -> bytes:
    data = read_up_to(path, LARGEST, EXPECTED)
    return unpacked(data, LARGEST)[0] if data.startswith(GZIP) else data
