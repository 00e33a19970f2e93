"""PipeLab: two ends, two buffers, a pipe. Turn a speed, and see where the bytes pile up.

It is a model, computed step by step in ``state``: no socket and no clock. While it plays, the page
asks for one step after another. Going back changes only the time: the knobs stay as they are, so
that the same moment can be tried again with another speed or another policy.
"""

from threading import RLock
from typing import Any

from wslearn.draw.table import Table
from wslearn.labs.kit.assets import styles
from wslearn.labs.kit.bitgrid import with_static_form
from wslearn.labs.kit.history import History
from wslearn.labs.kit.lab import Lab
from wslearn.labs.kit.sheet import Sheet
from wslearn.labs.kit.stepper import ticking
from wslearn.protocol.dissection import Verdict
from wslearn.protocol.errors import InputError
from wslearn.protocol.text import shown_value

from .knobs import KIB, KNOBS, PRESETS, Knobs
from .nodes import past_table, picture
from .state import STEP, TICKS, Pipe
from .what_limits import verdict

PACE = 1000 * STEP // TICKS
"""Milliseconds between two steps while it plays: a second of the model takes a second."""

LONGEST = 60
"""How many seconds a run can be."""

MOMENTS = 1 + LONGEST * TICKS // STEP


class PipeSheet(Sheet):
    """A sheet in the style of this lab."""

    _css = styles("kit/sheet.css", "pipe/lab.css")


class PipeLab(Lab):
    """One direction of a connection, whose sender, network and reader have speeds of their own.

    ``preset``  ready-made speeds: ``"slow reader"``, ``"slow network"``, ``"bursts"`` or
                ``"fast enough"``
    ``at``      how many seconds have passed when it opens, 0 to 60
    ``knobs``   as keywords, each as :class:`~wslearn.labs.pipe.knobs.Knobs` has it: ``send``,
                ``network``, ``read`` (KiB/s, 0 to 128); ``policy`` (``"send anyway"``, ``"wait"``,
                ``"drop newest"``, ``"drop oldest"``, ``"close"``); ``limit``, ``send_buffer``,
                ``receive_buffer`` (KiB, 16 to 256); ``burst`` (seconds), ``message`` (KiB)

    It is a model of whole numbers: one direction, frame headers not counted. What else a real TCP
    does (congestion control, delayed acknowledgements, retransmission) is left out. Never raises
    for what cannot be used: the lab opens with a slow reader and says what was wrong.
    """

    def __init__(self, preset: str = "slow reader", *, at: float = 0, **knobs: object) -> None:
        self._lock = RLock()  # a cell and the page may both be working on it, on two threads
        self._playing = False
        self._problem = ""
        self._knobs = Knobs()
        try:
            self._knobs = self._knobs.turned(**{**_preset(preset), **knobs})
            steps = _steps(at)
        except InputError as problem:
            self._problem, steps = str(problem), 0
        self._history = History(Pipe(self._knobs.message * KIB))
        self._sheet = PipeSheet(self._act)
        super().__init__([self._sheet])
        self.add_class("wsl-pipelab")
        self._advance(steps)
        self._draw()

    # -- for Python ----------------------------------------------------------------------------

    @property
    def now(self) -> Pipe:
        """What is where at this moment, in bytes and ticks: ``lab.now.held``, ``lab.now.total``."""
        return self._history.now

    @property
    def past(self) -> list[Pipe]:
        """Every moment up to this one, half a second apart."""
        return self._history.past

    @property
    def knobs(self) -> Knobs:
        """How the knobs are set; :meth:`turn` turns them."""
        return self._knobs

    @property
    def told(self) -> str:
        """What limits now, as the lab says it."""
        return str(self._verdict())

    def turn(self, **knobs: object) -> None:
        """Turn knobs from this moment on: ``lab.turn(read=64, policy="wait")``.

        Raises :class:`~wslearn.protocol.errors.InputError` for what is out of range, and for
        ``message``, which is the same for a whole run.
        """
        with self._lock:
            turned = self._knobs.turned(**knobs)
            if turned.message != self._knobs.message:
                raise InputError(
                    "Expected messages of one size in the whole run; make a new lab for another: "
                    f"PipeLab(message={turned.message})."
                )
            self._knobs, self._problem = turned, ""
            self._draw()

    def step(self) -> bool:
        """Half a second on; False at the end of the run, after 60 seconds."""
        with self._lock:
            moved = self._advance(1)
            self._draw()
            return moved

    def back(self) -> bool:
        """Half a second back, the knobs as they are; False at the start."""
        with self._lock:
            moved = self._history.can_undo
            self._history.undo()
            self._draw()
            return moved

    def start(self) -> None:
        """Back to the empty pipe, the knobs as they are."""
        with self._lock:
            self._history = History(Pipe(self._knobs.message * KIB))
            self._draw()

    def run(self, seconds: float = LONGEST) -> None:
        """This many seconds on, or to the end of the run.

        Raises :class:`~wslearn.protocol.errors.InputError` for anything but a number from 0 to 60.
        """
        with self._lock:
            self._advance(_steps(seconds))
            self._draw()

    def table(self) -> Table:
        """What waited where, second by second (KiB); it shows itself."""
        return past_table(self.past)

    def __repr__(self) -> str:
        knobs = self._knobs
        return (
            f"PipeLab(send={knobs.send}, network={knobs.network}, read={knobs.read}, "
            f"policy={knobs.policy!r}, at={self.now.seconds:g})"
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        name = f"{self!r}\n{self.told}"
        return with_static_form(super()._repr_mimebundle_(**kwargs), name, self.table())

    # -- what the reader does ------------------------------------------------------------------

    def _act(self, message: dict[str, Any]) -> None:
        """Do what the reader did on the sheet; a knob may be turned while it plays."""
        with self._lock:
            self._obey(message)
            self._draw()

    def _obey(self, message: dict[str, Any]) -> None:
        if message.get("do") != "tick":
            self._problem = ""
        match message:
            case {"do": "tick"}:
                self._playing = self._playing and self._advance(1) and not self._at_the_end
            case {"do": "play"}:
                self._playing = not self._playing and not self._at_the_end
            case {"do": "step"}:
                self._playing = False
                self._advance(1)
            case {"do": "back"}:
                self._playing = False
                self._history.undo()
            case {"do": "first"}:
                self._playing = False
                self.start()
            case {"do": "preset", "name": str(name)} if name in PRESETS:
                self._playing = False
                self._knobs = self._knobs.turned(**PRESETS[name])
                self.start()
            case {"do": "burst", "seconds": int(seconds)}:
                self._try(burst=seconds)
            case {"do": "policy", "name": str(name)}:
                self._try(policy=name)
            case {"do": "turn", "knob": str(name), "value": str(value)} if name in KNOBS:
                if value.isdecimal() and len(value) < 4:
                    self._try(**{name: int(value)})

    def _try(self, **knobs: object) -> None:
        try:
            self.turn(**knobs)
        except InputError as problem:
            self._problem = str(problem)

    # -- the run -------------------------------------------------------------------------------

    @property
    def _at_the_end(self) -> bool:
        return len(self.past) >= MOMENTS

    def _advance(self, steps: int) -> bool:
        """This many steps on, if there are any; returns whether there was one."""
        moved = False
        while steps and not self._at_the_end:
            self._history.edit(self.now.after(self._knobs))
            steps, moved = steps - 1, True
        return moved

    def _verdict(self) -> Verdict:
        if self._problem:
            return Verdict("unreadable", "This cannot be used.", self._problem)
        past = self.past
        return verdict(past[-1], self._knobs, past[-2] if len(past) > 1 else None)

    def _draw(self) -> None:
        with self._sheet.hold_sync():
            self._sheet.view = picture(
                self.past, self._knobs, self._verdict(), longest=MOMENTS, playing=self._playing
            )
            self._sheet.tick = ticking(self._playing, PACE)


def _preset(name: object) -> dict[str, int]:
    if not isinstance(name, str) or name not in PRESETS:
        names = "”, “".join(PRESETS)
        raise InputError(f"Expected one of “{names}”, got {shown_value(name)}.")
    return PRESETS[name]


def _steps(seconds: object) -> int:
    """Seconds as whole steps."""
    number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not number or not 0 <= seconds <= LONGEST:
        raise InputError(f"Expected seconds from 0 to {LONGEST}, got {shown_value(seconds)}.")
    return int(seconds * TICKS // STEP)
