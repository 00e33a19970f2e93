"""The JavaScript and CSS of the widgets, read from ``static/``.

A browser loads a widget's module from memory, where no module can import another. So each widget is
one module and one style sheet, put together here from parts.
"""

from importlib.resources import files


def asset(*names: str) -> str:
    """The named files of ``static/``, one after the other."""
    folder = files(__package__) / "static"
    return "".join((folder / name).read_text(encoding="utf-8") for name in names)
