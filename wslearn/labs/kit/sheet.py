"""A sheet: a part of a lab that Python describes as plain data and the browser puts on the page.

The bit grid draws bits. What else a lab shows (lines of text with their checks, a row of buttons, a
diagram) is too particular for a widget of its own and too linked for a block of HTML. So Python
builds a tree of nodes, and one small module of JavaScript puts it on the page:

1. Text stays text. A node holds strings and nodes, never markup, and the browser makes only the
   tags and attributes that ``sheet.js`` lists.
2. Elements are changed in place, so that a click or a step never loses the keyboard's focus.
3. A node may say what it does (``do``), which keys it knows (``keys``), what it belongs to
   (``data-link``) and what it explains (``says``).
"""

from collections.abc import Callable, Iterable, Mapping
from threading import RLock
from typing import Any

import anywidget
import traitlets

from .assets import module, styles

Node = dict[str, Any] | str
"""What is on a sheet: a text, or an element as :func:`node` builds it."""


def node(
    tag: str,
    *inside: Node | None,
    do: Mapping[str, Any] | None = None,
    keys: Mapping[str, Mapping[str, Any]] | None = None,
    hands: Mapping[str, Any] | None = None,
    enters: Mapping[str, Any] | None = None,
    says: Iterable[Node] | None = None,
    style: Mapping[str, str] | None = None,
    **attributes: object,
) -> dict[str, Any]:
    """One element, with what is inside it; None in ``inside`` is left out.

    ``do``          the message that a click, or Enter and Space, sends to Python
    ``keys``        the message for each key that is pressed anywhere inside
    ``hands``       the message of an ``input`` that is moved; its ``value`` goes with it
    ``enters``      the message when the focus comes from outside to something inside
    ``says``        what the line that explains shows while this has the focus or the pointer
    ``style``       custom properties, each a name that starts with two hyphens
    ``attributes``  as keywords: ``class_`` for class, an underscore for a hyphen; None and False
                    leave one out, but for ``aria_pressed``, where False says something

    >>> node("p", "Hello", class_="big", aria_hidden=True)
    {'tag': 'p', 'attributes': {'class': 'big', 'aria-hidden': 'true'}, 'inside': ['Hello']}
    """
    written = {
        name.rstrip("_").replace("_", "-"): _written(value)
        for name, value in attributes.items()
        if value is not None and (value is not False or name == "aria_pressed")
    }
    explained = None if says is None else list(says)
    extras = {
        "do": do,
        "keys": keys,
        "hands": hands,
        "enters": enters,
        "says": explained,
        "style": style,
    }
    return {
        "tag": tag,
        "attributes": written,
        "inside": [each for each in inside if each is not None],
        **{name: value for name, value in extras.items() if value is not None},
    }


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def button(
    label: str,
    do: str,
    *,
    with_: Mapping[str, Any] | None = None,
    off: bool = False,
    class_: str = "wsl-button",
    **more: Any,
) -> dict[str, Any]:
    """A button that sends ``{"do": do}`` and ``with_``; one that is off keeps the focus."""
    message = {"do": do, **(with_ or {})}
    return node(
        "button", label, do=message, type="button", class_=class_, aria_disabled=off, **more
    )


class Sheet(anywidget.AnyWidget):
    """A part of a lab, described as nodes.

    ``view``  the nodes on the page
    ``tick``  a message that the page sends again and again, ``{"every": milliseconds, "do": ...}``,
              or nothing

    ``act`` is called with each message that the reader causes, one at a time.
    """

    _esm = module("kit/sheet.js")
    _css = styles("kit/sheet.css")

    view = traitlets.List().tag(sync=True)
    tick = traitlets.Dict().tag(sync=True)
    answered = traitlets.List().tag(sync=True)

    def __init__(self, act: Callable[[dict[str, Any]], object] = lambda message: None) -> None:
        super().__init__()
        self._do = act
        # A front end may answer widgets on a thread of their own while a cell runs (subshells).
        self._lock = RLock()
        self.on_msg(self._act)

    def _act(self, widget: object, message: dict[str, Any], buffers: object) -> None:
        with self._lock, self.hold_sync():
            self._do(message)
            self.answered = message.get("from", [])

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"
