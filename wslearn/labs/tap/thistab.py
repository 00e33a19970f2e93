"""The browser tab that shows the notebook, as a WebSocket client (the widget's Python half)."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import anywidget
import traitlets

from wslearn.labs.kit.assets import module, styles
from wslearn.net.memory import is_installed

from .inside import InsideSockets


class ThisTab(anywidget.AnyWidget):
    """A client that runs in the page: it connects with the browser's own ``WebSocket``.

    ``port``          where the server listens on 127.0.0.1; 0 while there is none
    ``message``       what is in the text field
    ``subprotocols``  what the page asks for
    ``auto``          whether it connects, and sends the message, as soon as it is shown
    ``path``          the resource that it asks for
    ``burst``         how many messages one more button sends at once; 0: there is no such button
    ``page``          the port of a page that is a client in a window of its own; 0: there is none
    ``wire``          whether it shows ``record``; a lab may show what passed in a way of its own
    ``record``        what the server saw, as ``Session.view`` describes it
    ``fallback``      whether it tries a second way, Jupyter's proxy, where the first one fails
    ``asks``          whether it asks Python why it could not connect; ``why`` is the answer
    ``log``           what the tab did and saw, a line each (the browser writes it)
    ``inside``        whether the server is inside the page; then a class of ours takes its place
    ``via``           the way it took: ``"direct"``, ``"proxy"`` or ``"inside"`` (says the page)
    """

    _esm = module("tap/insidesocket.js", "tap/thistab.js")
    _css = styles("tap/thistab.css", shared=False)

    port = traitlets.Int(0).tag(sync=True)
    message = traitlets.Unicode("Hello").tag(sync=True)
    subprotocols = traitlets.List(traitlets.Unicode()).tag(sync=True)
    auto = traitlets.Bool(False).tag(sync=True)
    path = traitlets.Unicode("/").tag(sync=True)
    burst = traitlets.Int(0).tag(sync=True)
    page = traitlets.Int(0).tag(sync=True)
    wire = traitlets.Bool(True).tag(sync=True)
    fallback = traitlets.Bool(True).tag(sync=True)
    inside = traitlets.Bool(False).tag(sync=True)
    asks = traitlets.Bool(False).tag(sync=True)
    why = traitlets.Dict().tag(sync=True)
    record = traitlets.Dict().tag(sync=True)
    log = traitlets.List().tag(sync=True)
    via = traitlets.Unicode("").tag(sync=True)
    unreachable = traitlets.Unicode(
        "The server in the kernel could not be reached from this page. Is the kernel running? On a "
        "hub, jupyter-server-proxy has to be installed next to Jupyter."
    ).tag(sync=True)

    def __init__(
        self,
        port: int,
        *,
        message: str = "Hello",
        subprotocols: Sequence[str] = (),
        auto: bool = False,
        on_show: Callable[[int], object] = lambda index: None,
        on_why: Callable[[], str] | None = None,
        **look: Any,
    ) -> None:
        asked = list(subprotocols)
        super().__init__(port=port, message=message, subprotocols=asked, auto=auto, **look)
        self._sockets = InsideSockets(lambda event, data: self.send(event, buffers=data))
        self.inside = _is_inside()
        self._on_show = on_show
        self._on_why = on_why
        self.asks = on_why is not None
        self.on_msg(self._act)

    def _act(self, widget: object, message: dict[str, Any], buffers: list[Any]) -> None:
        match message:
            case {"socket": str()} if self.inside:
                self._sockets.take(message, buffers)
            case {"do": "show", "what": int(index)}:
                self._on_show(index)
            case {"do": "why", "attempt": int(attempt)} if self._on_why is not None:
                self.why = {"attempt": attempt, "said": self._on_why()}

    def __repr__(self) -> str:
        return "ThisTab()"


def _is_inside() -> bool:
    """Whether servers of this kernel listen where no browser can reach them."""
    try:
        return is_installed(asyncio.get_running_loop())
    except RuntimeError:
        return False
