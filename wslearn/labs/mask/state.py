"""Where a reader of MaskLab is: the payload and the key, what is looked at, and how far."""

from dataclasses import dataclass, replace
from typing import Any

from wslearn.protocol.dissection import Verdict
from wslearn.protocol.errors import InputError
from wslearn.protocol.masking import KEY_SIZE
from wslearn.protocol.text import shown_value

from .poison import three_browsers
from .xor_steps import Masking, read_key, read_text

STAGES = 4
"""How many things happen to the cache, one after another."""

LOOKS = {
    "mask": "mask",
    "again": "mask twice",
    "phase": "start at the wrong byte",
    "why": "why: the cache",
}
"""What there is to look at, and its name on the button."""


@dataclass(frozen=True, slots=True)
class MaskState:
    """``done`` counts bits of the payload; ``stage`` what has happened to the cache, from 1.

    ``look`` is one of :data:`LOOKS`, ``phase`` the byte of the key that a mistaken receiver starts
    with, ``problem`` what was wrong with an edit.
    """

    payload: bytes
    key: bytes
    look: str = "mask"
    phase: int = 1
    done: int = 8
    stage: int = 1
    by_bit: bool = False
    playing: bool = False
    problem: str = ""

    @property
    def masking(self) -> Masking:
        """The payload and the key, and what is done with them."""
        mode = self.look if self.look in ("again", "phase") else "mask"
        return Masking(self.payload, self.key, mode, self.phase)  # type: ignore[arg-type]

    @property
    def count(self) -> int:
        """How many bits, or stages, there are."""
        return STAGES if self.look == "why" else 8 * len(self.payload)

    @property
    def at(self) -> int:
        """How many of these are done."""
        return self.stage if self.look == "why" else self.done

    @property
    def pace(self) -> int:
        """How many of these a step is."""
        return 1 if self.look == "why" or self.by_bit else 8

    def moved(self, at: int) -> "MaskState":
        """At another place, within the range there is."""
        at = min(max(at, min(self.pace, self.count)), self.count)
        return replace(self, stage=at) if self.look == "why" else replace(self, done=at)

    def step(self, sign: int) -> "MaskState":
        """One step on, or back; from between two bytes to the next whole one."""
        here = -(-self.at // self.pace) if sign < 0 else self.at // self.pace
        return self.moved(self.pace * (here + sign))

    @property
    def ended(self) -> bool:
        """Whether there is no further step."""
        return self.at >= self.count

    @property
    def verdict(self) -> Verdict:
        """What can be said at this place, or about an edit that could not be used."""
        if self.problem:
            return Verdict("unreadable", "This cannot be used.", self.problem)
        return _why(self) if self.look == "why" else self.masking.verdict(self.done)

    def changed(self, name: str, value: Any) -> "MaskState":
        """After an edit of ``text``, ``key``, ``look`` or ``phase``.

        What cannot be used keeps what is there, and says why.
        """
        state = replace(self, playing=False, problem="")
        try:
            match name:
                case "text":
                    payload = read_text(value)
                    state = replace(state, payload=payload)
                    return state.moved(state.at)
                case "key":
                    return replace(state, key=read_key(value))
                case "look" if isinstance(value, str) and value in LOOKS:
                    return replace(state, look=value).moved(0)
                case "phase" if value in range(KEY_SIZE):
                    return replace(state, phase=value).moved(0)
            raise InputError(f"Expected one of {', '.join(LOOKS)}, got {shown_value(value)}.")
        except InputError as problem:
            return replace(state, problem=str(problem))


def _why(state: MaskState) -> Verdict:
    unmasked, masked, _ = three_browsers(state.key)
    if state.stage < STAGES:
        words = {
            1: "One page, three browsers. The page's message reads like a request to another site.",
            2: "A proxy between them looks for requests, whatever comes before them.",
            3: "The connection leads to the attacker, but the proxy believes the Host line.",
        }[state.stage]
        return Verdict("waiting", "An attack on a cache.", f"{words} (RFC 6455 §10.3)")
    if masked.poisoned:
        because = "A key that lets the bytes through hides nothing: so it is drawn at random."
        return Verdict("refused", "With this key the mask did not help.", because)
    assert unmasked.poisoned
    because = (
        "A page that cannot predict the key cannot choose the bytes that travel, "
        "so it cannot write a request. (RFC 6455 §10.3)"
    )
    return Verdict("accepted", "An unpredictable mask keeps the cache clean.", because)
