"""What can be turned in PipeLab: three speeds, three sizes, and what a sender does when there is no
room."""

from dataclasses import dataclass, fields, replace
from typing import Literal

from wslearn.protocol.errors import InputError
from wslearn.protocol.text import shown_value

KIB = 1024

Policy = Literal["send anyway", "wait", "drop newest", "drop oldest", "close"]

POLICIES: dict[Policy, str] = {
    "send anyway": "sends anyway, as a page's send() does",
    "wait": "waits until there is room, as await drain() does",
    "drop newest": "throws the new message away",
    "drop oldest": "throws away the oldest message that has not begun to leave",
    "close": "closes the connection with 1013",
}
"""What a sender may do when its limit is reached, and the same in words."""


@dataclass(frozen=True, slots=True)
class Knob:
    """One of the numbers: what it is, in which unit, and how far it goes."""

    label: str
    unit: str
    most: int
    step: int = 1
    least: int = 0


KNOBS = {
    "send": Knob("the application sends", "KiB/s", 128, 4),
    "network": Knob("the network carries", "KiB/s", 128, 4),
    "read": Knob("the reader takes", "KiB/s", 128, 4),
    "burst": Knob("seconds between two bursts", "s", 8),
    "limit": Knob("limit of the program", "KiB", 256, 16, 16),
    "send_buffer": Knob("sender's kernel", "KiB", 256, 16, 16),
    "receive_buffer": Knob("receiver's kernel", "KiB", 256, 16, 16),
    "message": Knob("one message", "KiB", 16, 1, 1),
}
"""Every number of a lab; ``step`` is how far one move of its slider goes."""

SPEEDS = ("send", "network", "read")
SIZES = ("limit", "send_buffer", "receive_buffer")


@dataclass(frozen=True, slots=True)
class Knobs:
    """How they are all set: speeds in KiB a second, sizes in KiB, whole numbers.

    ``send``            what the application would like to send
    ``network``         what the network carries at most
    ``read``            what the application at the other end reads at most
    ``policy``          what the sender does at its limit, one of :data:`POLICIES`
    ``limit``           the most that may wait in the sending program; “send anyway” has none
    ``send_buffer``     what the sender's kernel holds
    ``receive_buffer``  what the receiver's kernel holds: the largest window
    ``burst``           seconds: all that falls due in this time is sent at once; 0: evenly
    ``message``         the size of a message, the same for all

    Raises :class:`~wslearn.protocol.errors.InputError` for what is out of range.
    """

    send: int = 64
    network: int = 96
    read: int = 16
    policy: Policy = "send anyway"
    limit: int = 64
    send_buffer: int = 64
    receive_buffer: int = 64
    burst: int = 0
    message: int = 4

    def __post_init__(self) -> None:
        if self.policy not in tuple(POLICIES):
            names = "”, “".join(POLICIES)
            raise InputError(f"Expected one of “{names}”, got {shown_value(self.policy)}.")
        for name, knob in KNOBS.items():
            value = getattr(self, name)
            whole = isinstance(value, int) and not isinstance(value, bool)
            if not whole or not knob.least <= value <= knob.most:
                raise InputError(
                    f"Expected for {name} a whole number from {knob.least} to {knob.most} "
                    f"({knob.unit}), got {shown_value(value)}."
                )

    def turned(self, **knobs: object) -> "Knobs":
        """With these turned; raises :class:`~wslearn.protocol.errors.InputError`."""
        for name in knobs:
            if name not in _NAMES:
                raise InputError(f"Expected one of {', '.join(_NAMES)}, got {shown_value(name)}.")
        return replace(self, **knobs)  # type: ignore[arg-type]


_NAMES = tuple(field.name for field in fields(Knobs))

PRESETS: dict[str, dict[str, int]] = {
    "slow reader": {"send": 64, "network": 96, "read": 16, "burst": 0},
    "slow network": {"send": 64, "network": 16, "read": 96, "burst": 0},
    "bursts": {"send": 32, "network": 96, "read": 48, "burst": 4},
    "fast enough": {"send": 64, "network": 96, "read": 96, "burst": 0},
}
"""Ready-made speeds. Sizes and policy stay as they are, so that each can be tried with all."""
