"""When something was handed in, and how late that is.

A folder that nbgrader collected has the time in ``timestamp.txt``; Canvas writes LATE into the name
of a file. Otherwise the time of the file's last change counts, which archives keep but a copy may
lose.
"""

from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from .folder import Student, marked_late, shown_name
from .judgements import Collected

A_MINUTE = 1 / 60
"""In hours: what Canvas marked as late is at least this late."""


def read_date(word: str) -> datetime:
    """A date and time in this machine's zone; a day alone means its end. Raises ValueError.

    >>> read_date("2026-11-20").strftime("%H:%M")
    '23:59'
    """
    given = datetime.fromisoformat(word)
    if len(word) <= len("2026-11-20"):
        given = datetime.combine(given, time(23, 59, 59))
    return given.astimezone()


def handed_in(path: Path) -> datetime:
    """When a notebook was handed in; raises :class:`OSError`."""
    with suppress(OSError, ValueError, KeyError):
        said = path.with_name("timestamp.txt").read_text(encoding="utf-8")[:80].split()
        when = datetime.fromisoformat(" ".join(said[:2]))
        return when.replace(tzinfo=ZoneInfo(said[2]) if len(said) > 2 else UTC)
    return datetime.fromtimestamp(path.stat().st_mtime).astimezone()


def note_late(student: Student, collected: Collected, due: datetime) -> None:
    """Note in ``collected`` how late the files that count came in."""
    counting = {result.file for result in collected.results.values()}
    for path in student.notebooks:
        if shown_name(path.name) in counting:
            with suppress(OSError):
                hours = (handed_in(path) - due) / timedelta(hours=1)
                hours = max(hours, A_MINUTE if marked_late(path) else 0)
                collected.late = max(collected.late, hours)


def in_words(hours: float) -> str:
    """A span of time as a person says it.

    >>> in_words(0.5), in_words(1.2), in_words(50)
    ('30 min', '1 h', '2 d 2 h')
    """
    if hours < 1:
        return f"{max(round(60 * hours), 1)} min"
    days, rest = divmod(int(hours), 24)
    return f"{days} d {rest} h" if days else f"{rest} h"
