"""The JavaScript and CSS of the widgets, read from the folders of the labs.

A browser loads a widget's module from memory, where no module can import another. So each widget is
one module and one style sheet, put together here from parts.
"""

from importlib.resources import files


def asset(*names: str) -> str:
    """The named files, one after the other, such as ``kit/sheet.js`` or ``tap/lab.css``."""
    folder = files("wslearn.labs")
    return "".join((folder / name).read_text(encoding="utf-8") for name in names)
