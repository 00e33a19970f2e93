"""Back, step, play: the buttons of a lab in which something happens step by step.

A presenter's clicker sends Page Up and Page Down, so both work wherever the focus is in the sheet.
"""

from collections.abc import Mapping
from typing import Any

from .sheet import Node, button, node

PACE = 900
"""Milliseconds from step to step while it plays."""

BACK: Mapping[str, Any] = {"do": "back"}
STEP: Mapping[str, Any] = {"do": "step"}
KEYS = {"PageUp": BACK, "PageDown": STEP}
"""The keys of a clicker; put them on a node around all that steps."""


def stepper(at: int, count: int, what: str, *, playing: bool, more: Node | None = None) -> Node:
    """The buttons, and which of the ``count`` steps the reader is at, ``at`` from 1.

    They send ``first``, ``back``, ``step`` and ``play``; ``what`` names a step (``byte``), ``more``
    is a button of the lab's own.
    """
    first, last = at <= 1, at >= count
    return node(
        "div",
        button("start", "first", off=first),
        button("back", "back", off=first, data_step="back"),
        button("step", "step", off=last, class_="wsl-button wsl-first", data_step="next"),
        button("pause" if playing else "play", "play", off=last and not playing),
        more,
        node("span", f"{what} {at} of {count}" if count else "", class_="wsl-at aside"),
        class_="wsl-steps",
        role="group",
        aria_label="steps",
    )


def ticking(playing: bool, pace: int = PACE) -> dict[str, Any]:
    """What a sheet's ``tick`` is while it plays (``pace`` milliseconds a step), and while not."""
    return {"every": pace, "do": {"do": "tick"}} if playing else {}
