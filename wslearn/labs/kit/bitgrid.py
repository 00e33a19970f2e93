"""The bit grid: every bit of a frame as a cell that can be pointed at and flipped.

Python decides, JavaScript displays. The browser sends what the reader did (`flip bit 9`); Python
flips the bit, takes the bytes apart, judges them and sends one ``view`` back, which the browser
draws as it is. So there is no rule of the protocol in ``bitgrid.js``, and every lab that uses the
grid agrees with ``dissect``.
"""

from collections.abc import Callable, Iterable, Sequence
from threading import RLock
from typing import Any, Protocol

import anywidget
import traitlets

from wslearn.draw.drawn import Dissection
from wslearn.draw.layout import FOLD
from wslearn.pasted.reading import read_bytes
from wslearn.protocol.bits import flip, hex_bytes
from wslearn.protocol.dissect import dissect_into, extension_names
from wslearn.protocol.dissection import Side, Verdict
from wslearn.protocol.errors import Violation
from wslearn.protocol.in_words import verdict

from .assets import module, styles
from .repair import repair
from .view import MOST_BYTES, frame_view, longest_answer

PARTS = ("verdict", "tools", "bits", "explain", "table", "more")
"""The parts a grid may show, from top to bottom. What comes and goes with a flip is last, so that
no flip moves what the reader looks at."""


class BitGrid(anywidget.AnyWidget):
    """The bits of one frame, to look at and to flip (RFC 6455 §5.2).

    ``data``        the bytes on screen; set it, or observe it
    ``receiver``    who judges, ``"server"`` or ``"client"``; None takes the side that MASK suits
    ``extensions``  names of the extensions both sides agreed on
    ``selected``    the bit the reader was last on, from 0, or None; set it to point at a bit
    ``parts``       which parts are shown, of :data:`PARTS`
    ``editable``    whether a click flips a bit
    ``take``        takes the bytes apart in place of ``dissect``, where they are not a frame

    Raises :class:`~wslearn.protocol.errors.InputError` for a source that cannot be read.
    """

    _esm = module("kit/field.js", "kit/bitgrid.js")
    _css = styles("kit/bitgrid.css")

    data = traitlets.Bytes()
    receiver = traitlets.Enum(("server", "client"), None, allow_none=True)
    extensions = traitlets.Tuple()
    selected = traitlets.Int(None, allow_none=True).tag(sync=True)
    parts = traitlets.List(traitlets.Unicode()).tag(sync=True)
    editable = traitlets.Bool(True).tag(sync=True)
    view = traitlets.Dict().tag(sync=True)
    tools = traitlets.Dict().tag(sync=True)
    room = traitlets.Dict(longest_answer()).tag(sync=True)
    answered = traitlets.List().tag(sync=True)

    def __init__(
        self,
        source: object = b"",
        receiver: Side | None = None,
        extensions: Iterable[str] | str = (),
        *,
        parts: Iterable[str] = PARTS,
        editable: bool = True,
        take: Callable[[bytes], Dissection] | None = None,
    ) -> None:
        self._take = take
        self._opened = FOLD
        self._flipped: list[Callable[[int], object]] = []
        self._drawn: tuple[object, ...] | None = None
        # A front end may answer some widgets on a thread of their own (subshells).
        self.lock = RLock()
        """Held while the grid changes; a lab holds it while it reads, changes and draws."""
        self._answering = False
        self._later: list[Callable[[], object]] = []
        self.actions: dict[str, Callable[[], object]] = {}
        """What a lab adds to the grid's own tools: a name, and what to do (``undo``, ``redo``)."""
        self.judged: Callable[[Dissection], Verdict] = verdict
        """How a lab words the verdict; by default in the words of the receiver."""
        self.faults: Callable[[Dissection], Sequence[Violation]] = lambda seen: seen.violations
        """The broken rules; a lab may know more than the frame on its own shows."""
        self._dissection = Dissection()
        super().__init__(
            data=read_bytes(source),
            receiver=receiver,
            extensions=extension_names(extensions),
            parts=list(parts),
            editable=editable,
        )
        self._redraw()
        self.observe(self._redraw, ["data", "receiver", "extensions"])
        self.on_msg(self._act)

    # -- for Python ----------------------------------------------------------------------------

    @property
    def dissection(self) -> Dissection:
        """The frame on screen, taken apart and judged."""
        return self._dissection

    def flip(self, bit: int) -> None:
        """Flip one bit, as a click does; raises IndexError for a bit that is not there."""
        with self.lock:
            with self.hold_sync():
                self.data = flip(self.data, bit)
                self.selected = bit
            for callback in self._flipped:
                callback(bit)

    def on_flip(self, callback: Callable[[int], object]) -> None:
        """Call ``callback(bit)`` after each flip."""
        self._flipped.append(callback)

    def show(self, data: bytes, receiver: Side | None, extensions: tuple[str, ...]) -> None:
        """Show other bytes, judged by another side, in one step."""
        with self.lock, self.hold_sync(), self.hold_trait_notifications():
            self.data, self.receiver, self.extensions = data, receiver, extensions
        self._redraw()  # the words may have changed, although no bit has

    def afterwards(self, task: Callable[[], object]) -> None:
        """Do this once the answer to the reader is on its way, or at once when none is due."""
        if self._answering:
            self._later.append(task)
        else:
            task()

    def __repr__(self) -> str:
        return f"BitGrid({shortened(self.data)})"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict, dict] | dict | None:
        return with_static_form(super()._repr_mimebundle_(**kwargs), repr(self), self.dissection)

    # -- for the browser -----------------------------------------------------------------------

    def _redraw(self, change: object = None) -> None:
        state = (self.data, self.receiver, self.extensions, self._opened, self.judged)
        if state == self._drawn:
            return
        self._drawn = state
        if self._take is None:
            seen = dissect_into(Dissection, self.data, self.receiver, self.extensions)
        else:
            seen = self._take(self.data)
        self._dissection = seen
        self.view = frame_view(seen, self._opened, self.judged(seen), self.faults(seen))

    def _act(self, widget: object, message: dict[str, Any], buffers: object) -> None:
        """Do what the reader did in the browser; one message goes back, whatever it changes."""
        with self.lock:
            self._answering = True
            try:
                with self.hold_sync():
                    self._do(message)
                    self.answered = message.get("from", [])
            finally:
                self._answering = False
                later, self._later = self._later, []
            for task in later:
                task()

    def _do(self, message: dict[str, Any]) -> None:
        match message:
            case {"do": "flip", "bit": int(bit)} if 0 <= bit < 8 * len(self.data):
                if self.editable:
                    self.flip(bit)
            case {"do": "repair", "fault": int(index)}:
                self._repair(index)
            case {"do": "next"} if self.dissection.rest:
                self.data = self.dissection.rest
            case {"do": "open" | "fold" as how}:
                self._opened = MOST_BYTES if how == "open" else FOLD
                self._redraw()
            case {"do": "give", "what": str(what), "ticket": int(ticket)}:
                self.send({"ticket": ticket, "text": self._give(what)})
            case {"do": str(name)} if name in self.actions:
                self.actions[name]()

    def _repair(self, index: int) -> None:
        faults = self.faults(self.dissection)
        mended = repair(self.dissection, faults[index]) if index < len(faults) else None
        if mended is not None:
            self.data = mended.data

    def _give(self, what: str) -> str:
        """The frame in a form that can be copied or saved."""
        match what:
            case "hex":
                return hex_bytes(self.data)
            case "python":
                return f'bytes.fromhex("{hex_bytes(self.data)}")'
            case "text":
                return self.dissection.text()
            case "svg":
                return self.dissection.svg()
        return ""


def shortened(data: bytes, limit: int = 16) -> str:
    """Some bytes in hex for a repr: ``81 85 37 fa``, with the count of what is left out.

    >>> shortened(b"\\x81\\x85"), shortened(bytes(300), limit=2)
    ('81 85', '00 00 … 298 more bytes')
    """
    left = len(data) - limit
    more = f" … {left} more {'byte' if left == 1 else 'bytes'}" if left > 0 else ""
    return hex_bytes(data[:limit]) + more


class StillPicture(Protocol):
    """A dissection, a table: whatever has a form for a page without a kernel."""

    def text(self) -> str:
        """As plain text."""
        ...

    def html(self) -> str:
        """As HTML that needs neither a style sheet nor a script."""
        ...


def with_static_form(
    bundle: tuple[dict, dict] | dict | None, name: str, *pictures: StillPicture
) -> tuple[dict, dict] | dict | None:
    """Add pictures to a widget's output, for an export or a page without a kernel."""
    text = "\n\n".join(picture.text() for picture in pictures)
    still = {
        "text/plain": f"{name}\n{text}",
        "text/html": "".join(picture.html() for picture in pictures),
    }
    return with_still(bundle, still)


def with_still(bundle: Any, still: dict[str, Any]) -> Any:
    """Add these forms to a widget's output; they are all of it where there is no widget."""
    match bundle:
        case (dict() as data, metadata):
            return {**data, **still}, metadata
        case dict() as data:
            return {**data, **still}
    return still
