"""MaskLab: the XOR of a payload with its key, byte by byte, undone, done wrong, and what it is for.

A strip shows all bytes side by side, a bit grid the one at work. Four things can be looked at: the
payload is masked; it is masked again; it is unmasked starting from the wrong byte of the key; and
the cache that a mask keeps from being poisoned.
"""

import secrets
from dataclasses import replace
from functools import partial
from typing import Any

import ipywidgets

from wslearn.labs.kit.assets import styles
from wslearn.labs.kit.bitgrid import with_static_form
from wslearn.labs.kit.lab import Lab, row, set_shown
from wslearn.labs.kit.sheet import Sheet, button, node
from wslearn.labs.kit.spoken import spoken
from wslearn.labs.kit.stepper import KEYS, stepper, ticking
from wslearn.protocol.bits import flip, hex_bytes
from wslearn.protocol.examples import COURSE_KEY
from wslearn.protocol.masking import KEY_SIZE
from wslearn.protocol.text import shown_text

from .nodes import lanes, poison_table, steps_table, strip
from .poison import three_browsers
from .state import LOOKS, MaskState
from .xor_steps import Masking
from .xorgrid import XorGrid


class MaskLab(Lab):
    """The mask, one byte after another (RFC 6455 §5.3, §10.3).

    ``text``  what is masked, as UTF-8; at most 64 bytes
    ``key``   the masking-key: four bytes, or hex digits
    ``look``  what it opens with: ``"mask"``, ``"again"``, ``"phase"`` or ``"why"``

    Never raises for what cannot be used: the lab opens with “Hello” and says what was wrong.
    """

    def __init__(
        self, text: str = "Hello", key: bytes | str = COURSE_KEY, look: str = "mask"
    ) -> None:
        state, problem = MaskState(b"Hello", COURSE_KEY), ""
        for name, value in (("text", text), ("key", key), ("look", look)):
            state = state.changed(name, value)
            problem = problem or state.problem
        self._now = replace(state, problem=problem)
        self.grid = XorGrid()
        self._sheet = MaskSheet(self._act)
        self.grid.on_flip(self._flipped)
        plain: dict[str, Any] = {
            "continuous_update": False,
            "style": {"description_width": "initial"},
        }
        self._text = ipywidgets.Text(
            state.payload.decode(),
            description="text",
            tooltip="the text to mask; press Enter",
            placeholder="a text",
            **plain,
        )
        self._key = ipywidgets.Text(
            hex_bytes(state.key),
            description="key",
            tooltip="the masking-key: four bytes in hex; press Enter",
            **plain,
        )
        self._key.add_class("wsl-key")
        self._draw_key = ipywidgets.Button(
            description="new key", tooltip="draw four bytes, as a client does for every frame"
        )
        self._look = ipywidgets.ToggleButtons(
            options=[(name, look) for look, name in LOOKS.items()], style={"button_width": "auto"}
        )
        self._phase = ipywidgets.ToggleButtons(
            options=[(str(at), at) for at in range(KEY_SIZE)],
            description="the receiver starts with key byte",
            style={"button_width": "auto", "description_width": "initial"},
        )
        edits = row(self._text, row(self._key, self._draw_key), self._phase)
        super().__init__([row(self._look), edits, self._sheet, self.grid])
        self.add_class("wsl-mask")
        self._draw()
        for control, name in (
            (self._text, "text"), (self._key, "key"), (self._look, "look"), (self._phase, "phase"),
        ):  # fmt: skip
            control.observe(self._when(partial(self._set, name)), "value")
        self._draw_key.on_click(lambda _: self._set("key", secrets.token_bytes(KEY_SIZE)))

    # -- for Python ----------------------------------------------------------------------------

    @property
    def masking(self) -> Masking:
        """The payload and the key on screen, and what is done with them."""
        return self._now.masking

    @property
    def payload(self) -> bytes:
        """The bytes that are masked."""
        return self._now.payload

    @property
    def key(self) -> bytes:
        """The masking-key; set it to four bytes or to hex digits, as :class:`MaskLab` takes it."""
        return self._now.key

    @key.setter
    def key(self, key: bytes | str) -> None:
        self._set("key", key)

    def __repr__(self) -> str:
        text = shown_text(self.payload)
        return f"MaskLab({text!r}, key={hex_bytes(self.key)!r}, look={self._now.look!r})"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        pictures = [steps_table(self.masking), poison_table(three_browsers(self.key))]
        if self._now.look == "why":
            pictures.reverse()
        return with_static_form(super()._repr_mimebundle_(**kwargs), repr(self), *pictures)

    # -- edits ---------------------------------------------------------------------------------

    def _set(self, name: str, value: Any) -> None:
        with self.grid.lock:
            self._now = self._now.changed(name, value)
            self._draw()

    def _flipped(self, bit: int) -> None:
        """A bit of the byte at work was flipped: of the payload, or of the key."""
        masking, now = self.masking, self._now
        step = masking.steps[max(0, now.done - 1) // 8]
        row, column = divmod(bit, 8)
        if row == 0 and masking.mode == "mask":
            self._now = replace(now, payload=flip(now.payload, 8 * step.index + column), problem="")
        elif row == 1:
            self._now = replace(now, key=flip(now.key, 8 * step.at + column), problem="")
        self._draw()

    def _act(self, message: dict[str, Any]) -> None:
        """Do what the reader did on the sheet."""
        with self.grid.lock:
            now = replace(self._now, playing=False, problem="")
            match message:
                case {"do": "first"}:
                    now = now.moved(0)
                case {"do": "back"}:
                    now = now.step(-1)
                case {"do": "step"}:
                    now = now.step(1)
                case {"do": "tick"} if self._now.playing:
                    now = now.step(1)
                    now = replace(now, playing=not now.ended)
                case {"do": "play"} if not self._now.playing:
                    now = replace(now, playing=not now.ended)
                case {"do": "by-bit"}:
                    now = replace(now, by_bit=not now.by_bit)
                case {"do": "byte", "at": int(at)} if 0 <= at < len(now.payload):
                    now = now.moved(8 * (at + 1))
            self._now = now
            self._draw()

    # -- drawing -------------------------------------------------------------------------------

    def _draw(self) -> None:
        now = self._now
        why = now.look == "why"
        self._sheet.view = [node("div", *self._nodes(), keys=KEYS)]
        self._sheet.tick = ticking(now.playing)
        if not why:
            self.grid.step(now.masking, now.done)
        self.grid.afterwards(self._draw_controls)

    def _nodes(self) -> list[Any]:
        now = self._now
        at, what = -(-now.at // now.pace), "step" if now.look == "why" else "byte"
        count = -(-now.count // now.pace)
        by_bit = None
        if now.look != "why":
            what = "bit" if now.by_bit else "byte"
            by_bit = button("bit by bit", "by-bit", aria_pressed=now.by_bit)
        steps = stepper(at, count, what, playing=now.playing, more=by_bit)
        if now.look == "why":
            return [spoken(now.verdict), steps, *lanes(three_browsers(now.key), now.stage)]
        return [spoken(now.verdict), steps, *strip(now.masking, now.done)]

    def _draw_controls(self) -> None:
        now = self._now
        self._older(bool(now.problem))
        with self._while_drawing():
            if not now.problem:
                self._text.value = now.payload.decode(errors="replace")
                self._key.value = hex_bytes(now.key)
            self._look.value = now.look
            self._phase.value = now.phase
            why = now.look == "why"
            set_shown(self._text, not why)
            set_shown(self.grid, not why)
            set_shown(self._phase, now.look == "phase")


class MaskSheet(Sheet):
    """A sheet in the style of this lab."""

    _css = styles("kit/sheet.css", "mask/lab.css")
