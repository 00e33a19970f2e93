"""A recorded conversation on a sheet: what can be pointed at, and not a word about what is wrong.

The lines of the frames are those of a TapLab, which would name the broken rule beside them.
"""

from collections.abc import Iterable

from wslearn.checking.panel import Part
from wslearn.labs.kit.assets import styles
from wslearn.labs.kit.sheet import Node, Sheet, button, node
from wslearn.labs.tap.entry import Entry
from wslearn.labs.tap.nodes import WAYS, chip, ending, kind_of, said_by, size_of
from wslearn.net.record.conversation import Conversation
from wslearn.protocol.close import CODE_SIZE, decode_close
from wslearn.protocol.codes import Opcode
from wslearn.protocol.text import grouped, shown_text

from .case_page import Case
from .pointing import HEADS, Evidence, Head, Place

_DOES: dict[Head, str] = {"request": "asks", "reply": "answers"}

PROXY = "proxy"
"""What the records call a program between client and server."""


class Clues(Sheet):
    """A sheet with the look of a TapLab's list."""

    _css = styles("kit/sheet.css", "tap/lab.css", "kit/clues.css")


def clue_nodes(case: Case, looked_at: Place | None, unfolded: bool = True) -> list[Node]:
    """Every connection of the record: its handshake, its frames, its end.

    ``looked_at`` is what was pointed at last. In a case about the handshake each line is a button;
    otherwise the handshakes may be folded away.
    """
    evidence = case.evidence
    found: list[Node] = []
    if case.kind != "line":
        label = "fold the handshake" if unfolded else "show the handshake"
        more = {"aria_expanded": "true" if unfolded else "false"}
        found = [node("div", button(label, "handshake", class_="wsl-tool", **more))]
    for number, said in evidence.talks.items():
        title = title_of(evidence, number)
        frames = [one for one in evidence.entries.values() if one.said is said]
        found.append(
            node(
                "section",
                node("h4", title),
                _heads(case, number, looked_at) if unfolded else None,
                _frames(frames, said, number, looked_at),
                class_="wsl-clues",
                aria_label=title,
            )
        )
    return found


def title_of(evidence: Evidence, number: int) -> str:
    """Who talks on a connection, and which one it is where there are several."""
    said = evidence.talks[number]
    title = f"{said.client or 'client'} → {said.server or 'server'}"
    return f"Connection {number}: {title}" if len(evidence.talks) > 1 else title


def _heads(case: Case, number: int, looked_at: Place | None) -> Node:
    evidence, heads = case.evidence, []
    for head in HEADS:
        lines = evidence.lines(number, head)
        if not lines:
            continue
        said = evidence.talks[number]
        who = "client" if head == "request" else "server"
        name = getattr(said, who) or who
        listed = [
            _head_line(case, Place(connection=number, head=head, line=at + 1), line, looked_at)
            for at, line in enumerate(lines)
        ]
        heads.append(
            node(
                "div",
                node("p", f"the {name} {_DOES[head]}", class_="aside"),
                node("ol", *listed, data_walk="down"),
                class_=f"wsl-clue-head {who}",
            )
        )
    return node("div", *heads, class_="wsl-clue-heads") if heads else ""


def _head_line(case: Case, place: Place, line: str, looked_at: Place | None) -> Node:
    if case.kind != "line":
        return node("li", node("code", line))
    do = {"do": "line", "connection": place.connection, "head": place.head, "line": place.line}
    return node("li", _stop(do, [node("code", line)], place == looked_at, "wsl-clue-line"))


def _frames(
    entries: Iterable[Entry], said: Conversation, number: int, looked_at: Place | None
) -> Node:
    lines = [_frame(entry, looked_at, way_of(entry)) for entry in entries]
    if said.ended:
        inside = [node("span", "■", class_="number", aria_hidden=True), ending(said)]
        pressed = Place(connection=number) == looked_at
        do = {"do": "end", "connection": number}
        lines.append(node("li", _stop(do, inside, pressed, "wsl-clue-end")))
    return node(
        "div",
        node("ol", *lines, data_walk="down"),
        class_="wsl-passing",
        style={"--lines": "1"},
    )


def way_of(entry: Entry) -> str:
    """Which way a frame went: with a proxy, between which two of the three."""
    frame, said = entry.frame, entry.said
    assert frame is not None
    if PROXY not in (said.client, said.server):
        return WAYS[frame.sender]
    return f"{said.client} {'→' if frame.sender == 'client' else '←'} {said.server}"


def _frame(entry: Entry, looked_at: Place | None, way: str) -> Node:
    frame = entry.frame
    assert frame is not None
    inside: list[Node] = [
        node("span", grouped(entry.number), class_="number"),
        node("span", f"{entry.at:.3f} s", class_="at"),
        node("span", way, class_="way"),
        chip(frame),
        node("span", size_of(frame.size), class_="size"),
        node("span", words_of(entry), class_="words"),
    ]
    pressed = looked_at is not None and looked_at.frame == entry.number
    words = f"frame {entry.number}, {way}, {kind_of(frame)}, {words_of(entry)}"
    do = {"do": "frame", "number": entry.number}
    return node("li", _stop(do, inside, pressed, f"wsl-frame {frame.sender}", aria_label=words))


def words_of(entry: Entry) -> str:
    """What a frame says; of a close code only the number: what it means may be the question."""
    frame = entry.frame
    assert frame is not None
    if frame.opcode != Opcode.CLOSE or len(frame.payload) < CODE_SIZE:
        return said_by(entry)
    code, reason = decode_close(frame.payload)
    return f"{code}, “{shown_text(reason)}”" if reason else str(code)


def _stop(
    do: dict[str, object], inside: list[Node], pressed: bool, class_: str, **more: object
) -> Node:
    return node(
        "button",
        *inside,
        do=do,
        type="button",
        class_=class_,
        data_stop="",
        tabindex="-1",
        aria_pressed=pressed,
        **more,
    )


def as_lines(evidence: Evidence) -> list[Part]:
    """The conversation as text, for a page without a kernel."""
    parts = []
    for number, said in evidence.talks.items():
        title = title_of(evidence, number)
        lines = [line for head in HEADS for line in (*evidence.lines(number, head), "")]
        for entry in evidence.entries.values():
            if entry.said is said and (frame := entry.frame) is not None:
                arrow = "→" if frame.sender == "client" else "←"
                lines.append(
                    f"{entry.number:>3} {entry.at:9.3f} s {arrow} {kind_of(frame):<13}"
                    f"{size_of(frame.size):>8}  {words_of(entry)}"
                )
        lines += [f"    {ending(said)}"] if said.ended else []
        parts.append(Part("\n".join(lines), title, code=True))
    return parts
