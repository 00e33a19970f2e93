"""FrameLab: build or paste a frame, flip any bit of it, and see who accepts it and why not.

The grid does the looking and flipping. Around it are ordinary ipywidgets, and behind it a history
of whole states, so that undo takes back every edit: a flip, a paste (even one that could not be
read), a repair, another receiver, another extension.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import ipywidgets

from wslearn.draw.drawn import Dissection
from wslearn.labs.kit.bitgrid import BitGrid, shortened, with_static_form
from wslearn.labs.kit.history import History, Undoable
from wslearn.labs.kit.lab import Lab, row
from wslearn.labs.kit.view import spaced
from wslearn.pasted.forms import FORMS, Reading
from wslearn.pasted.reading import read, read_bytes
from wslearn.protocol.bits import hex_bytes
from wslearn.protocol.deflate import DEFLATE
from wslearn.protocol.dissect import extension_names
from wslearn.protocol.dissection import Side
from wslearn.protocol.errors import InputError

EXAMPLE = "81 85 37fa213d 7f9f4d5158"
"""The masked “Hello” of RFC 6455 §5.7, the course's running example."""

LARGEST = 16 * 2**20
"""The most bytes a lab accepts; more would make every click wait."""

PASTE = "paste hex, a dump, a literal or base64, or type hex"

LONGEST_SHOWN = 512
"""The most bytes that are written out in the text field."""


@dataclass(frozen=True, slots=True)
class _State:
    """Everything that undo brings back; ``typed`` is a text that could not be read, with its
    problem.

    ``pasted`` is the last text that was read, where its ``reading`` was in question.
    """

    data: bytes
    receiver: Side
    extensions: tuple[str, ...]
    typed: str | None = None
    problem: str = ""
    pasted: str = ""
    reading: Reading | None = None


class FrameLab(Undoable, Lab):
    """A frame to paste, flip, judge and mend (RFC 6455 §5).

    ``source``      bytes or text, as :func:`~wslearn.pasted.reading.read_bytes` takes it
    ``receiver``    who judges first: ``"server"`` or ``"client"``
    ``extensions``  names of the extensions both sides agreed on

    Whether permessage-deflate is agreed on is asked where it matters: in a lab that began with it,
    and beside a frame whose RSV1 is set (RFC 7692 §6).

    Never raises for a source that cannot be read: the lab opens empty and says what was wrong.
    """

    def __init__(
        self,
        source: object = EXAMPLE,
        receiver: Side = "server",
        extensions: Iterable[str] | str = (),
    ) -> None:
        first = _read(_State(b"", "server", extension_names(extensions)), source)
        if receiver in ("server", "client"):
            first = replace(first, receiver=receiver)
        else:
            problem = f"Expected the receiver 'server' or 'client', got {receiver!r}."
            first = replace(first, problem=problem)
        self._asks_of_deflate = DEFLATE in first.extensions
        self._history = History(first, weight=lambda state: len(state.data))
        self.grid = BitGrid()
        self.grid.actions.update(undo=self.undo, redo=self.redo, agree=self._agree)
        self.grid.actions.update({f"read as {form}": partial(self._reread, form) for form in FORMS})
        self._receiver = ipywidgets.ToggleButtons(
            options=[("a server", "server"), ("a client", "client")],
            style={"button_width": "auto"},
            tooltips=["a server needs masked frames", "a client needs unmasked frames"],
        )
        self._text = ipywidgets.Text(
            description="receives",
            continuous_update=False,
            tooltip=f"{PASTE}, press Enter",
            style={"description_width": "auto"},
        )
        super().__init__([row(self._receiver, self._text), self.grid])
        self._draw()
        self._receiver.observe(self._when(lambda to: self._edit(receiver=to)), "value")
        self._text.observe(self._when(self._paste), "value")
        self.grid.observe(self._when(lambda to: self._edit(data=to)), "data")

    # -- for Python ----------------------------------------------------------------------------

    @property
    def data(self) -> bytes:
        """The bytes on screen; set it to bytes or text, which undo can take back.

        Raises :class:`~wslearn.protocol.errors.InputError` for what cannot be read.
        """
        return self._history.now.data

    @data.setter
    def data(self, source: object) -> None:
        self._edit(data=read_bytes(source), pasted="", reading=None)

    @property
    def dissection(self) -> Dissection:
        """The frame on screen, taken apart and judged."""
        return self.grid.dissection

    @property
    def receiver(self) -> Side:
        """The side that judges; set it to ``"server"`` or ``"client"``."""
        return self._history.now.receiver

    @receiver.setter
    def receiver(self, receiver: Side) -> None:
        self._receiver.value = receiver

    @property
    def extensions(self) -> tuple[str, ...]:
        """The names of the extensions both sides agreed on; set it to names or one header line."""
        return self._history.now.extensions

    @extensions.setter
    def extensions(self, extensions: Iterable[str] | str) -> None:
        self._edit(extensions=extension_names(extensions))

    def __repr__(self) -> str:
        return f"FrameLab({shortened(self.data)})"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return with_static_form(super()._repr_mimebundle_(**kwargs), repr(self), self.dissection)

    # -- edits ---------------------------------------------------------------------------------

    def _edit(self, **changes: Any) -> None:
        """Change the state; whatever the edit, a text that could not be read is gone."""
        with self.grid.lock:
            self._history.edit(replace(self._history.now, typed=None, problem="", **changes))
            self._draw()

    def _agree(self) -> None:
        """Agree on permessage-deflate, or no longer, as a click on its box does."""
        others = tuple(name for name in self.extensions if name != DEFLATE)
        self.extensions = others if DEFLATE in self.extensions else (*others, DEFLATE)

    def _paste(self, text: str) -> None:
        self._history.edit(_read(self._history.now, text))
        self._draw()

    def _reread(self, form: str) -> None:
        """Read the last text in another way."""
        state = self._history.now
        if state.pasted:
            self._history.edit(_read(state, state.pasted, form))
            self._draw()

    # -- drawing -------------------------------------------------------------------------------

    def _draw(self) -> None:
        state = self._history.now
        with self._while_drawing(), self.grid.hold_sync():
            self.grid.show(state.data, state.receiver, state.extensions)
            self.grid.tools = {
                "undo": self._history.can_undo,
                "redo": self._history.can_redo,
                "notice": state.problem,
                "extension": self._extension(),
                "reading": _in_question(state.reading),
            }
        self.grid.afterwards(self._draw_controls)  # the reader looks at the bits first

    def _extension(self) -> dict[str, Any]:
        """The extension that the reader may agree on, where the question arises; else nothing."""
        agreed = DEFLATE in self.extensions
        rsv1 = any(field.name == "RSV1" and field.value for field in self.dissection.fields)
        return (
            {"name": DEFLATE, "agreed": agreed} if rsv1 or agreed or self._asks_of_deflate else {}
        )

    def _draw_controls(self) -> None:
        state = self._history.now
        self._older(state.typed is not None)
        with self._while_drawing():
            self._receiver.value = state.receiver
            self._text.value = _shown(state)
            self._text.placeholder = _invitation(state)


def _in_question(reading: Reading | None) -> dict[str, Any]:
    """How a text was read and how else it might be, where there is a question about it."""
    if reading is None:
        return {}
    ways = [{"form": other.form, "words": FORMS[other.form]} for other in reading.others]
    return {"said": reading.said, "ways": ways}


def _read(state: _State, source: object, form: str | None = None) -> _State:
    """The state after a paste; one that cannot be read keeps the frame, the text and the reason."""
    typed = source if isinstance(source, str) else ""
    try:
        reading = read(source, form)
        data = reading.data
        if len(data) > LARGEST:
            came = spaced(len(data))
            raise InputError(f"Expected at most {spaced(LARGEST)} bytes, got {came}.")
    except InputError as problem:
        return replace(state, typed=typed, problem=str(problem))
    asked = reading if reading.said else None
    pasted = typed if asked else ""
    return replace(state, data=data, typed=None, problem="", pasted=pasted, reading=asked)


def _shown(state: _State) -> str:
    if state.typed is not None:
        return state.typed
    if len(state.data) > LONGEST_SHOWN:
        return ""
    return hex_bytes(state.data)


def _invitation(state: _State) -> str:
    size = len(state.data)
    paste = f"{PASTE} and press Enter"
    return f"{spaced(size)} bytes are on the screen; {paste}" if size > LONGEST_SHOWN else paste
