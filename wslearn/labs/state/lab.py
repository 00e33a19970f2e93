"""StateLab: two connections in memory, what passes between them, and the state of both.

A conversation is stepped through forwards and backwards; the current frame is on the bit grid.
Every command of the reader continues from the moment that is shown, as an edit does after undo.
"""

from typing import Any

import ipywidgets

from wslearn.draw.state_diagram import state_diagram
from wslearn.draw.table import table
from wslearn.labs.kit.assets import styles
from wslearn.labs.kit.bitgrid import BitGrid, with_still
from wslearn.labs.kit.lab import Lab, row, set_shown
from wslearn.labs.kit.sheet import Sheet
from wslearn.labs.kit.stepper import ticking
from wslearn.labs.tap.session import Pages
from wslearn.protocol.dissection import OTHER_SIDE, Side
from wslearn.protocol.errors import InputError, WebSocketError
from wslearn.protocol.in_words import verdict
from wslearn.protocol.states import State
from wslearn.protocol.text import shown_value

from .line import FAULTS
from .nodes import desk_nodes, stage_nodes
from .scenarios import SCENARIOS
from .state import SIDES, Command, Dialogue

PACE = 1800
"""Milliseconds between two moments while the conversation plays: each has a sentence to be read."""

LONGEST = 150
"""The most moments of a conversation; a picture of more would help nobody."""

CODES = (("1000", 1000), ("1001", 1001), ("1011", 1011), ("4000", 4000), ("no code", None))
COMMANDS = ("text", "fragment", "ping", "close", "break", "cut")


class StateSheet(Sheet):
    """A sheet with the look of this lab."""

    _css = styles("kit/sheet.css", "state/lab.css")


class StateLab(Lab):
    """A client and a server that talk frame by frame, with both state machines (RFC 6455 §5, §7).

    ``scenario``  the conversation to begin with, of :data:`~wslearn.labs.state.scenarios.SCENARIOS`
    ``at``        how many of its moments have passed; None: only the first

    Raises :class:`~wslearn.protocol.errors.InputError` for a scenario that is not there.
    """

    def __init__(self, scenario: str | None = None, *, at: int | None = None) -> None:
        names = list(SCENARIOS)
        name = names[0] if scenario is None else scenario
        if name not in SCENARIOS:
            raise InputError(
                f"Expected one of the scenarios “{'”, “'.join(names)}”, got {shown_value(name)}."
            )
        self._script: tuple[Command, ...] = ()
        self._at = 0
        self._picked: int | None = None
        self._held: frozenset[Side] = frozenset()
        self._playing = False
        self._problem = ""
        self._dialogue = Dialogue()
        self._menu = ipywidgets.Dropdown(options=names, value=name, description="what happens:")
        self._text = ipywidgets.Text(value="Hello", description="they say:")
        self._code = ipywidgets.Dropdown(options=CODES, value=1000, description="close with:")
        self._fault = ipywidgets.Dropdown(options=list(FAULTS), description="the rule to break:")
        for control in (self._menu, self._text, self._code, self._fault):
            control.style.description_width = "auto"
        self._stage = StateSheet(self._act)
        self._desk = StateSheet(self._act)
        self.grid = BitGrid(parts=["verdict", "bits", "explain"], editable=False)
        super().__init__(
            [
                row(self._menu),
                self._stage,
                self.grid,
                row(self._text, self._code, self._fault),
                self._desk,
            ]
        )
        self._load(name, at)
        self._menu.observe(lambda change: self._load(change.new), "value")
        for control in (self._text, self._code, self._fault):
            control.observe(lambda change: self._act({}), "value")

    # -- for Python ----------------------------------------------------------------------------

    @property
    def scenario(self) -> str:
        """The conversation that was chosen last; set it to another."""
        return str(self._menu.value)

    @scenario.setter
    def scenario(self, name: str) -> None:
        if name not in SCENARIOS:
            raise InputError(f"Expected the name of a scenario, got {shown_value(name)}.")
        if name == self._menu.value:
            self._load(name)
        self._menu.value = name

    @property
    def at(self) -> int:
        """How many moments have passed."""
        return self._at

    @property
    def states(self) -> dict[Side, State]:
        """The state of the client and of the server."""
        return self._dialogue.states

    @property
    def told(self) -> list[str]:
        """What has happened so far, a sentence each."""
        return [moment.sentence for moment in self._dialogue.moments]

    @property
    def problem(self) -> str:
        """Why the last command could not be carried out; empty where it could."""
        return self._problem

    def step(self) -> bool:
        """One moment on, if there is one; returns whether there was."""
        if self._at == len(self._script):
            command = self._dialogue.next(self._held)
            if command is None or self._at >= LONGEST:
                return False
            self._script += (command,)
        self._go(self._at + 1)
        return True

    def back(self) -> bool:
        """One moment back, if there is one; returns whether there was."""
        if self._at <= 1:
            return False
        self._go(self._at - 1)
        return True

    def run(self) -> None:
        """On to the end: until nothing more happens on its own."""
        while self.step():
            pass

    def do(self, who: Side, what: str, text: str = "", code: int | None = None) -> None:
        """Let one side do something now, of :data:`COMMANDS`; what was to come later is dropped.

        ``text`` is what is said, the reason of a Close, or the name of the rule to break. Raises
        :class:`~wslearn.protocol.errors.StateError` where the state does not allow it, and
        :class:`~wslearn.protocol.errors.InputError` for anything that makes no sense.
        """
        if who not in SIDES or what not in COMMANDS:
            came = f"{shown_value(who)} and {shown_value(what)}"
            raise InputError(f"Expected a side and one of {', '.join(COMMANDS)}, got {came}.")
        if what == "break" and text not in FAULTS:
            raise InputError(f"Expected a rule of the menu, got {shown_value(text)}.")
        if self._at >= LONGEST:
            raise InputError(
                f"Expected at most {LONGEST} moments; choose a scenario to start over."
            )
        now = self._script[: self._at]
        command = Command(who, what, text, code)
        Dialogue.of((*now, command))  # raises before anything has changed
        self._script = (*now, command)
        self._go(self._at + 1)

    def pages(self) -> Pages:
        """The whole conversation as a table, as it shows where no widget can; shows itself."""
        rows = []
        for number, moment in enumerate(Dialogue.of(self._script).moments, start=1):
            states = [moment.after[side].value for side in SIDES]
            rows.append((number, moment.sentence, *states))
        told = table(("moment", "what happens", "client", "server"), rows)
        source = f"Two connections in memory: {self.scenario}."
        return Pages(source, (("", told),))

    def __repr__(self) -> str:
        client, server = (state.value for state in self.states.values())
        return f"StateLab(client {client}, server {server})"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        pages = self.pages()
        diagram = state_diagram(self.states)
        still = {
            "text/plain": f"{self!r}\n{pages.text()}",
            "text/html": pages.html() + diagram.html(),
        }
        return with_still(super()._repr_mimebundle_(**kwargs), still)

    # -- what the reader does ------------------------------------------------------------------

    def _act(self, message: dict[str, Any]) -> None:
        with self.grid.lock:  # a menu and a button may be answered on two threads
            self._obey(message)

    def _obey(self, message: dict[str, Any]) -> None:
        what = message.get("do")
        if what not in ("tick", "play"):
            self._playing = False
        match message:
            case {"do": "step"}:
                self.step()
            case {"do": "back"}:
                self.back()
            case {"do": "first"}:
                self._go(min(1, len(self._script)))
            case {"do": "last"}:
                self.run()
            case {"do": "play"}:
                self._playing = not self._playing
            case {"do": "tick"}:
                self._playing = self._playing and self.step()
            case {"do": "pick", "packet": int(number)} if self._is_frame(number):
                self._picked = number
            case {"do": "hold", "who": ("client" | "server") as who}:
                self._held ^= {who}
                self._script = self._script[: self._at]
            case {"do": "command", "who": ("client" | "server") as who, "what": str(what)}:
                self._command(who, what)
        self._draw()

    def _is_frame(self, number: int) -> bool:
        packets = self._dialogue.packets
        return 0 <= number < len(packets) and bool(packets[number].data)

    def _command(self, who: Side, what: str) -> None:
        said = {"text": self._text.value, "fragment": self._text.value, "ping": self._text.value}
        text = self._fault.value if what == "break" else said.get(what, "")
        try:
            self.do(who, what, text, self._code.value if what == "close" else None)
        except WebSocketError as problem:
            self._problem = f"This cannot be done now. {problem}"

    def _load(self, name: str, at: int | None = None) -> None:
        with self.grid.lock:
            self._script = SCENARIOS[name].commands()
            self._held, self._playing = frozenset(), False
            self._go(1 if at is None else max(1, min(at, len(self._script))))

    def _go(self, at: int) -> None:
        with self.grid.lock:
            self._at, self._problem = at, ""
            self._dialogue = Dialogue.of(self._script[:at])
            self._picked = self._frame_of_the_moment()
            self._draw()

    def _frame_of_the_moment(self) -> int | None:
        """The frame that leaves or arrives now, or was the last to do so."""
        for moment in reversed(self._dialogue.moments):
            for number in (*moment.packets, moment.delivered):
                if number is not None and self._dialogue.packets[number].data:
                    return number
        return None

    def _draw(self) -> None:
        coming = (
            self._script[self._at]
            if self._at < len(self._script)
            else self._dialogue.next(self._held)
        )
        with self._stage.hold_sync():
            self._stage.view = stage_nodes(
                self._dialogue,
                total=len(self._script),
                coming=coming,
                picked=self._picked,
                playing=self._playing,
                problem=self._problem,
            )
            self._stage.tick = ticking(self._playing, PACE)
        self._desk.view = desk_nodes(
            self._text.value, self._code.value, self._fault.value, self._held
        )
        packet = None if self._picked is None else self._dialogue.packets[self._picked]
        set_shown(self.grid, packet is not None)
        if packet is not None and (seen := packet.judged) is not None:
            self.grid.judged = lambda _: verdict(seen)
            self.grid.faults = lambda _: seen.violations
            self.grid.show(packet.data, OTHER_SIDE[packet.sender], ())
