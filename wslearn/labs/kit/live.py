"""Labs that follow their files while somebody works on them (see ``assets``)."""

import threading
from collections.abc import Callable
from pathlib import Path

from anywidget._file_contents import VirtualFileContents
from watchfiles import watch

_followed: list[tuple[VirtualFileContents, Callable[[], str]]] = []


def followed(read: Callable[[], str], folder: Path) -> VirtualFileContents:
    """A text that widgets take for their module or style sheet, read again when a file changes."""
    if not _followed:
        threading.Thread(target=_follow, args=[folder], daemon=True).start()
    _followed.append((VirtualFileContents(read()), read))
    return _followed[-1][0]


def refresh() -> None:
    """Read all parts again, and tell the widgets whose text has changed."""
    for text, read in _followed:
        now = read()
        if now != text.contents:
            text.contents = now


def _follow(folder: Path) -> None:
    for _ in watch(folder, watch_filter=lambda _, path: path.endswith((".js", ".css"))):
        refresh()
