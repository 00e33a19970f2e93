"""The JavaScript and CSS of the widgets, read from the folders of the labs.

A browser loads a widget's module from memory, where no module can import another. So each widget is
one module and one style sheet, put together here from parts.

To work on them, set ``ANYWIDGET_HMR=1`` before the kernel starts: then a part that is saved is on
the page at once, in every lab that is open, and Python's state stays as it is.
"""

import os
from importlib.resources import files
from pathlib import Path

from .palette import palette_css

FOLDER = files("wslearn.labs")


def asset(*names: str) -> str:
    """The named files, one after another, such as ``kit/sheet.js`` or ``tap/lab.css``."""
    return "".join((FOLDER / name).read_text(encoding="utf-8") for name in names)


def module(*names: str) -> object:
    """A widget's module from these parts, after what every widget is built of."""
    return _joined("", "kit/parts.js", *names)


def styles(*names: str, shared: bool = True) -> object:
    """A widget's style sheet from these parts; the palette, and what all share, come first."""
    return _joined(palette_css(), *(("kit/parts.css",) if shared else ()), *names)


def _joined(before: str, *names: str) -> object:
    """The parts as one text; while they are being worked on, one that follows its files."""
    if os.environ.get("ANYWIDGET_HMR") != "1":
        return before + asset(*names)
    from .live import followed

    return followed(lambda: before + asset(*names), Path(str(FOLDER)))
