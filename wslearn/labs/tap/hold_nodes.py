"""What a TapLab shows of the frames that it holds, as nodes of a sheet."""

from collections.abc import Sequence

from wslearn.labs.kit.sheet import Node, button, node
from wslearn.net.record.hold import MOST_HELD, HeldFrame
from wslearn.protocol.text import counted

from .entry import Entry
from .nodes import WAYS, chip, fault_of, kind_of, said_by, size_of

HELP = (
    "A frame that is held waits, as a program does at a breakpoint: look at it, change a bit, let "
    "it go, drop it, or send a copy. What its sender sends later waits behind it; the other "
    f"direction goes on. Frames longer than {counted(MOST_HELD, 'byte')} pass. Whatever ends the "
    "hold lets everything go as it came."
)
OFF = "Now every frame passes at once."
NONE = "Nothing is held: the next frame that fits will wait here."


def hold_nodes(
    entries: Sequence[Entry],
    held: Sequence[HeldFrame],
    shown: HeldFrame | None,
    *,
    on: bool,
    notice: str,
) -> list[Node]:
    """The frames that wait, and what can be done with the one that is shown."""
    if not on:
        return [node("p", f"{OFF} {HELP}", class_="wsl-own aside")]
    count = len(held)
    told = (
        NONE if not count else "One frame is held." if count == 1 else f"{count} frames are held."
    )
    lines = [
        node("li", _line(entry, frame, picked=frame is shown))
        for entry, frame in zip(entries, held, strict=True)
    ]
    # The list stays, even without a line: elements are changed in place.
    return [
        node("p", f"{notice} {told}".strip(), role="status", class_="wsl-held-count"),
        node("ol", *lines, aria_label="frames that are held", hidden=not lines),
        _doings(shown),
    ]


def _line(entry: Entry, frame: HeldFrame, *, picked: bool) -> Node:
    passed = entry.frame
    assert passed is not None
    way, words = WAYS[frame.sender], said_by(entry)
    says: Node = words
    if entry.broken:
        words = f"a rule is broken: {fault_of(entry)}"
        # Which rule, the verdict below says: a longer line would push the bits from under a finger.
        says = node("span", "✗ breaks a rule", class_="bad")
    changed = "changed" if frame.changed else "held"
    size = counted(passed.size, "byte")
    return node(
        "button",
        node("span", changed, class_="at"),
        node("span", f"#{frame.connection}", class_="which"),
        node("span", way, class_="way"),
        chip(passed),
        node("span", size_of(passed.size), class_="size"),
        node("span", says, class_="words"),
        do={"do": "look", "frame": id(frame)},
        type="button",
        class_=f"wsl-frame {frame.sender}{' broken' if entry.broken else ''}",
        aria_pressed=picked,
        aria_label=f"{changed}, connection {frame.connection}, {way}, {kind_of(passed)}, {size}: "
        f"{words}",
    )


def _doings(shown: HeldFrame | None) -> Node:
    """The buttons; they stay where they are while nothing is held, and so does the keyboard."""
    off = shown is None
    with_ = {"frame": id(shown)}
    changed = shown is not None and shown.changed
    return node(
        "div",
        button("let it go", "let go", off=off, with_=with_, class_="wsl-button wsl-first"),
        button("send a copy", "copy", off=off, with_=with_),
        button("drop it", "drop", off=off, with_=with_),
        button("as it came", "as it came", off=not changed, with_=with_),
        class_="wsl-steps",
        role="group",
        aria_label="the frame that is held",
    )
