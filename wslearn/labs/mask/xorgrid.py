"""One byte of the mask on a bit grid: the byte, the key's byte under it, the result under both."""

from typing import Any

from wslearn.labs.kit.bitgrid import BitGrid

from .xor_steps import Masking, Step

SOURCE = "RFC 6455 §5.3"
RULE = "Where the key has a 1, the bit flips; where it has a 0, it stays."
FLIP = "or press Space, to flip it."


class XorGrid(BitGrid):
    """The bits of one step: a click on one of the first two rows flips it (RFC 6455 §5.3)."""

    def __init__(self) -> None:
        self.masking = Masking(b"", bytes(4))
        self.done = 0
        super().__init__(parts=("bits", "explain"))

    def step(self, masking: Masking, done: int) -> None:
        """Show the byte that is at work after ``done`` bits of the payload."""
        self.masking, self.done = masking, done
        steps = masking.steps
        with self.hold_sync():
            if not steps:
                self.data = b""
            else:
                at = steps[max(0, done - 1) // 8]
                self.data = bytes((at.byte, at.key, at.result))
            self._redraw()

    def _redraw(self, change: object = None) -> None:
        steps = self.masking.steps
        at = steps[max(0, self.done - 1) // 8] if steps else None
        free = self.masking.mode == "mask"
        self.view = xor_view(at, self.done, *self.masking.names(), free=free)

    def __repr__(self) -> str:
        return "XorGrid()"


def xor_view(
    step: Step | None, done: int, before: str, after: str, *, free: bool = True
) -> dict[str, Any]:
    """What a grid shows of one step: each bit is a field of its own, so each says what it does.

    ``done`` counts the bits of the payload that are worked out, ``before`` and ``after`` name what
    goes in and what comes out, ``free`` says whether the first row can be flipped, too.
    """
    which = "the first two rows" if free else "the key"
    view: dict[str, Any] = {
        "title": "One byte of the payload, the byte of the key, and what comes of both",
        "hint": f"{RULE} Click a bit of {which}, {FLIP}",
        "hex": "",
        "heads": [],
        "notes": [],
        "fields": [],
        "faulty": [],
        "verdict": {"faults": []},
        "fold": {"text": "", "button": "", "close": False, "fault": ""},
        "size": "",
        "rest": "",
    }
    if step is None:
        return view
    rows = [
        (step.byte, f"{before} byte {step.index}{_letter(step.byte)}"),
        (step.key, f"⊕ key byte {step.at}"),
        (step.result, f"= {after} byte {step.index}{_letter(step.result)}"),
    ]
    shown = done - 8 * step.index  # bits of the result that are worked out
    view["hex"] = bytes(value for value, _ in rows).hex()
    view["heads"] = [name for _, name in rows]
    view["notes"] = ["", "", ""]
    view["fields"] = [
        _field(row, column, step, name, column >= shown)
        | {"fixed": row == 2 or (row == 0 and not free)}
        for row, (_, name) in enumerate(rows)
        for column in range(8)
    ]
    return view


def _letter(byte: int) -> str:
    """The letter that a single byte stands for; bytes over 127 stand for none on their own."""
    return f" “{chr(byte)}”" if 32 < byte < 127 else ""


def _field(row: int, column: int, step: Step, name: str, covered: bool) -> dict[str, Any]:
    byte, key, result = (value >> (7 - column) & 1 for value in (step.byte, step.key, step.result))
    result_row = row == 2
    turned = "the key has a 1 here, so the bit flips"
    stays = "the key has a 0 here, so the bit stays"
    kinds = ("payload", "key" if key else "rsv", "key" if key else "payload")
    covered = covered and result_row
    return {
        "kind": "rest" if covered else kinds[row],
        "name": f"{byte} ⊕ {key} = {result}:",
        "label": "turned" if result_row and key and not covered else "",
        "place": f"{name.removeprefix('⊕ ').removeprefix('= ')}, bit {column}",
        "start": 8 * row + column,
        "width": 1,
        "shown": "",
        "meaning": turned if key else stays,
        "section": SOURCE,
        "number": False,
        "faulty": False,
        "covered": covered,
    }
