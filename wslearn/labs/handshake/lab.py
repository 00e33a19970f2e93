"""HandshakeLab: an opening handshake to read, to break one line at a time, and to compute.

Three views of the same exchange: request and reply with what each side checks in them; the way from
the key to the accept value, down to its bits; and the request as text, to be written freely.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import ipywidgets

from wslearn.labs.kit.assets import styles
from wslearn.labs.kit.bitgrid import with_still
from wslearn.labs.kit.lab import Lab, row, set_shown
from wslearn.labs.kit.sheet import Sheet
from wslearn.labs.tap.session import Pages, lines_table
from wslearn.protocol.accept import encode_key
from wslearn.protocol.checks import refuse_text
from wslearn.protocol.errors import InputError
from wslearn.protocol.examples import SAMPLE_NONCE
from wslearn.protocol.handshake import RequestCheck, ResponseCheck
from wslearn.protocol.text import shown_value

from .faults import MISTAKE, NOTHING, REQUEST_FAULTS
from .keygrid import KeyGrid
from .nodes import exchange_nodes, pipeline_nodes
from .state import PAGE, Exchange

LOOKS = ("request and reply", "from key to answer", "write the request")
LONGEST_REQUEST = 16 * 1024
"""The most characters of a request that are read; a server accepts no more either."""


class HandshakeSheet(Sheet):
    """A sheet with the look of this lab."""

    _css = styles("kit/sheet.css", "handshake/lab.css")


class HandshakeLab(Lab):
    """An opening handshake between a client and a server, both of which can be led astray (§4).

    ``nonce``         the 16 random bytes behind the key
    ``subprotocols``  what the server speaks
    ``asked``         what the client asks for, the best first
    ``origins``       the sites whose pages the server lets in; None: all
    ``compresses``    whether the server takes permessage-deflate, which the client offers
    ``look``          what is shown first, of :data:`LOOKS`

    Raises :class:`~wslearn.protocol.errors.InputError` for arguments that make no handshake.
    """

    def __init__(
        self,
        nonce: bytes = SAMPLE_NONCE,
        *,
        subprotocols: Iterable[str] = ("chat",),
        asked: Iterable[str] = ("chat", "superchat"),
        origins: Iterable[str] | None = (PAGE,),
        compresses: bool = True,
        look: str = LOOKS[0],
    ) -> None:
        encode_key(nonce)  # says what is wrong with it
        refuse_text(subprotocols, "subprotocols")
        refuse_text(asked, "subprotocols")
        refuse_text(origins, "origins")
        if look not in LOOKS:
            raise InputError(f"Expected one of {', '.join(LOOKS)}, got {shown_value(look)}.")
        self._before: str | None = None
        self._state = Exchange(
            bytes(nonce),
            tuple(asked),
            tuple(subprotocols),
            None if origins is None else tuple(origins),
            compresses,
        )
        _ = self._state.written  # subprotocols that cannot be sent are refused here
        self.grid = KeyGrid(self._state.nonce)
        self.grid.add_class("wsl-key-grid")
        self._make_controls(look)
        self._sheet = HandshakeSheet()
        self._way = HandshakeSheet(self._act)
        self._text = ipywidgets.Textarea(
            continuous_update=True, rows=11, description="", tooltip="the request, to be edited"
        )
        self._text.add_class("wsl-request")
        self._own = ipywidgets.Button(description="the lab's own request again")
        self._own.add_class("wsl-again")
        self._writing = ipywidgets.VBox([self._text, self._own])
        super().__init__(
            [row(self._look), row(self._request_menu, self._reply_menu), self._server, self.grid,
             self._writing, self._sheet, self._way]
        )  # fmt: skip
        self._draw()
        self._listen()

    def _make_controls(self, look: str) -> None:
        self._look = ipywidgets.ToggleButtons(
            options=list(LOOKS), value=look, style={"button_width": "auto"}
        )
        self._request_menu = ipywidgets.Dropdown(
            options=[fault.name for fault in REQUEST_FAULTS], description="break the request:"
        )
        self._reply_menu = ipywidgets.Dropdown(
            options=list(self._state.reply_faults), description="break the reply:"
        )
        self._speaks = ipywidgets.Text(
            value=", ".join(self._state.subprotocols), description="the server speaks:"
        )
        self._lets_in = ipywidgets.Text(
            value=", ".join(self._state.origins or ()),
            description="it lets in pages of:",
            placeholder="every site",
        )
        self._compress = ipywidgets.Checkbox(
            value=self._state.compresses, description="it compresses", indent=False
        )
        for control in (self._request_menu, self._reply_menu, self._speaks, self._lets_in):
            control.style.description_width = "auto"
        self._server = row(self._speaks, self._lets_in, self._compress)

    def _listen(self) -> None:
        edits = (
            (self._request_menu, lambda to: self._edit(request_fault=to)),
            (self._reply_menu, lambda to: self._edit(reply_fault=to)),
            (self._speaks, lambda to: self._edit(subprotocols=_listed(to))),
            (self._lets_in, lambda to: self._edit(origins=_listed(to) or None)),
            (self._compress, lambda to: self._edit(compresses=to)),
            (self._text, self._write),
        )
        for control, edit in edits:
            control.observe(self._when(edit), "value")
        self._look.observe(self._look_at, "value")
        self.grid.observe(self._new_key, "data")
        self._own.on_click(lambda button: self._edit(edited=None))

    # -- for Python ----------------------------------------------------------------------------

    @property
    def request(self) -> bytes:
        """The request as the client sends it (RFC 6455 §4.1)."""
        return self._state.request

    @request.setter
    def request(self, head: bytes | str) -> None:
        text = head if isinstance(head, str) else bytes(head).decode("utf-8", "replace")
        self._edit(edited=text, request_fault=NOTHING)

    @property
    def check(self) -> RequestCheck:
        """Every step that the server takes with the request (RFC 6455 §4.2.1)."""
        return self._state.check

    @property
    def reply(self) -> bytes:
        """The reply as the server sends it (RFC 6455 §4.2.2)."""
        return self._state.reply

    @property
    def answer(self) -> ResponseCheck:
        """Every step that the client takes with the reply (RFC 6455 §4.1)."""
        return self._state.answer

    @property
    def is_open(self) -> bool:
        """Whether a WebSocket comes of it."""
        return self._state.open

    @property
    def nonce(self) -> bytes:
        """The 16 bytes behind the key; set it to 16 others."""
        return self._state.nonce

    @nonce.setter
    def nonce(self, nonce: bytes) -> None:
        encode_key(nonce)
        self.grid.data = bytes(nonce)

    def break_request(self, fault: str = NOTHING) -> None:
        """Break the request as the menu does, by the fault's name; without one, mend it.

        Raises :class:`~wslearn.protocol.errors.InputError` for a name that the menu does not have.
        """
        self._edit(request_fault=_known(fault, self._request_menu.options))

    def break_reply(self, fault: str = NOTHING) -> None:
        """Break the reply as the menu does, by the fault's name; without one, mend it.

        Raises :class:`~wslearn.protocol.errors.InputError` for a name that the menu does not have.
        """
        self._edit(reply_fault=_known(fault, self._reply_menu.options))

    def pages(self) -> Pages:
        """The exchange line by line, as it shows where no widget can; shows itself."""
        state = self._state
        asked = lines_table(("the request", "what the server checks"), state.request, state.check)
        back = lines_table(("the reply", "what the client checks"), state.reply, state.answer)
        source = "An opening handshake, line by line. With a running kernel, you can break it."
        return Pages(source, (("", asked), (state.answers, back), (_end(state), None)))

    def __repr__(self) -> str:
        return f"HandshakeLab({'open' if self.is_open else 'not open'})"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        pages = self.pages()
        still = {"text/plain": f"{self!r}\n{pages.text()}", "text/html": pages.html()}
        return with_still(super()._repr_mimebundle_(**kwargs), still)

    # -- what the reader does ------------------------------------------------------------------

    def _write(self, text: str) -> None:
        self._edit(edited=text[:LONGEST_REQUEST], request_fault=NOTHING)

    def _look_at(self, change: Any) -> None:
        if change.new == LOOKS[2] and self._state.request_fault != NOTHING:
            self.request = self.request  # what was broken by the menu is now there to be edited
        else:
            self._draw()

    def _new_key(self, change: Any) -> None:
        self._before = self._state.key
        self._edit(nonce=bytes(change.new), edited=None)

    def _act(self, message: dict[str, Any]) -> None:
        match message:
            case {"do": "slip", "name": str(name)}:
                fault = MISTAKE + name
                if fault in self._reply_menu.options:
                    again = self._state.reply_fault == fault
                    self._edit(reply_fault=NOTHING if again else fault)

    def _edit(self, **changes: Any) -> None:
        with self.grid.lock:
            self._state = replace(self._state, **changes)
            if self._state.reply_fault not in self._state.reply_faults:
                # An edited key that decodes to nothing has one slip fewer.
                self._state = replace(self._state, reply_fault=NOTHING)
            self._draw()

    def _draw(self) -> None:
        state, look = self._state, self._look.value
        with self._while_drawing():
            self._request_menu.value = state.request_fault
            self._reply_menu.options = list(state.reply_faults)
            self._reply_menu.value = state.reply_fault
            self._speaks.value = ", ".join(state.subprotocols)
            self._lets_in.value = ", ".join(state.origins or ())
            self._compress.value = state.compresses
            if state.edited is None or self._text.value != state.edited:
                self._text.value = state.written.replace("\r\n", "\n").rstrip("\n") + "\n"
        self._show(look)
        self._sheet.view = exchange_nodes(state)
        self._way.view = pipeline_nodes(state.key, self._before, state)

    def _show(self, look: str) -> None:
        """Put on the page what belongs to a view, and nothing else."""
        exchange, way, write = (look == each for each in LOOKS)
        for widget, shown in (
            (self._request_menu, exchange),
            (self._server, exchange or write),
            (self.grid, way),
            (self._way, way),
            (self._sheet, not way),
            (self._writing, write),
        ):
            set_shown(widget, shown)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for each in text.split(",") if (part := each.strip()))


def _known(fault: str, names: Iterable[str]) -> str:
    if fault not in names:
        raise InputError(f"Expected a fault of the menu, got {shown_value(fault)}.")
    return fault


def _end(state: Exchange) -> str:
    return state.answer.conclusion if state.check.ok else ""
