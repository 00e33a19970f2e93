"""What the scripts share that write texts from the course: find the stale ones, and write them."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.support.places import ROOT
from wslearn.protocol.errors import InputError

Wanted = Callable[[], dict[Path, str]]
"""Every file that a script decides about, with the text that it should have."""


def rolling(lines: Sequence[str], width: int) -> str:
    """The lines of a table that scrolls by itself where a page is narrower than ``width`` CSS
    pixels.

    Without this, the whole page would scroll, and every sentence would be cut.
    """
    outer, inner = '<div style="overflow-x: auto">', f'<div style="min-width: {width}px">'
    return "\n".join([outer, inner, "", *lines, "", "</div>", "</div>"])


def stale(texts: dict[Path, str]) -> list[Path]:
    """The files that do not have the text they should have."""
    return [
        path
        for path, text in texts.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def main(description: str, wanted: Wanted) -> int:
    """Write what is stale; with ``--check``, only say so. Returns the exit status."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, say what is stale")
    check = parser.parse_args().check
    try:
        texts = wanted()
    except InputError as slip:  # it names file and line; where we noticed it helps nobody
        parser.exit(2, f"{slip}\n")
    old = stale(texts)
    for path in old:
        print(f"{path.relative_to(ROOT)}: {'stale' if check else 'written'}")
        if not check:
            path.write_text(texts[path], encoding="utf-8", newline="\n")
    return 1 if check and old else 0
