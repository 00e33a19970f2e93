"""What StateLab shows, as nodes of a sheet: the player, two machines, and what passes between."""

from collections.abc import Iterator
from functools import cache

from wslearn.draw.layout import together
from wslearn.draw.scene import EM
from wslearn.draw.state_diagram import SMALL, Arrow, state_scene
from wslearn.draw.svg import element
from wslearn.draw.theme import Colours, Theme
from wslearn.labs.kit.sheet import Node, button, node
from wslearn.labs.kit.stepper import BACK, KEYS, STEP, stepper
from wslearn.protocol.dissection import OTHER_SIDE, Side
from wslearn.protocol.states import TRANSITIONS, State

from .line import Packet
from .state import SIDES, Command, Dialogue, Moment

ROW = 2.7
"""The height of a row, in em."""

_PAGE = Theme(
    "page",
    *(f"var(--wsl-{name})" for name in ("paper", "ink", "quiet", "line", "panel")),
    *(f"var(--wsl-{name})" for name in ("accepted", "refused")),
    fields={"opcode": Colours("var(--wsl-opcode-fill)", "var(--wsl-opcode-edge)")},
)
"""The palette by the names of its custom properties, so that a picture follows the page's theme."""

_KEYS = {
    **KEYS,
    "ArrowRight": STEP,
    "ArrowLeft": BACK,
    "Home": {"do": "first"},
    "End": {"do": "last"},
}


def stage_nodes(
    dialogue: Dialogue,
    *,
    total: int,
    coming: Command | None,
    picked: int | None,
    playing: bool,
    problem: str,
) -> list[Node]:
    """The player, the sentence of the moment, the machines, and the sequence of frames."""
    moment = dialogue.moments[-1] if dialogue.moments else None
    said: list[Node] = [problem] if problem else _told(dialogue, moment, coming)
    machines = [_machine(side, dialogue, moment) for side in SIDES]
    return [
        node(
            "div",
            _player(len(dialogue.moments), total, coming, playing),
            node(
                "p",
                *said,
                class_=f"wsl-moment{' problem' if problem else ''}",
                role="status",
            ),
            node(
                "div",
                machines[0],
                _sequence(dialogue, picked, total),
                machines[1],
                class_="wsl-ends",
            ),
            keys=_KEYS,
        )
    ]


def _told(dialogue: Dialogue, moment: Moment | None, coming: Command | None) -> list[Node]:
    if moment is None:
        return ["Nothing has passed yet. Let one of them do something."]
    changes = "; ".join(
        f"{side}: {old.value} → {new.value}" for side, (old, new) in moment.changes.items()
    )
    return [
        node("strong", together(moment.sentence)),
        f" {changes}." if changes else "",
        node("span", f" Next: {_coming(coming, dialogue)}.", class_="aside"),
    ]


def _coming(command: Command | None, dialogue: Dialogue) -> str:
    if command is None:
        held = any(packet.in_flight for packet in dialogue.packets)
        return (
            "nothing: everything on its way is held" if held else "nothing, until you do something"
        )
    match command.what:
        case "deliver":
            return f"something arrives at the {command.who}"
        case "reply":
            return f"the {command.who} sends what it owes"
        case "end":
            return f"the {command.who} ends the TCP connection"
        case "cut":
            return "the line is cut"
        case "break":
            return f"the {command.who} breaks a rule"
    return f"the {command.who} sends something"


def _player(at: int, total: int, coming: Command | None, playing: bool) -> Node:
    count = total if at < total else at + (coming is not None)
    end = button("to the end", "last", off=coming is None)
    return stepper(at, count, "moment", playing=playing, more=end)


# -- the two machines ------------------------------------------------------------------------------


def _machine(side: Side, dialogue: Dialogue, moment: Moment | None) -> Node:
    state = dialogue.states[side]
    taken = moment.changes.get(side) if moment is not None else None
    drawing = _drawn(side, state, taken)
    ways = [
        node("li", f"{way.value} ", node("b", f"→ {to.value}"))
        for way, to in TRANSITIONS[state].items()
    ]
    return node(
        "section",
        node("h4", f"The {side}", node("span", f" is in state “{state.value}”", class_="aside")),
        drawing,
        node("ul", *(ways or [node("li", "the end")]), class_="wsl-ways",
             aria_label=f"what may come next for the {side}"),
        class_=f"wsl-machine of-{side}",
    )  # fmt: skip


@cache  # six states and eleven arrows, over and over
def _drawn(side: Side, state: State, taken: Arrow | None) -> Node:
    picture = state_scene({"": state}, taken, _PAGE, SMALL)
    marks = []
    for mark in picture.marks:
        tag, attributes, text = element(mark)
        names = {name.replace("-", "_"): value for name, value in attributes.items()}
        marks.append(node(tag, text or None, **names))
    return node(
        "svg",
        *marks,
        viewBox=f"0 0 {picture.width:g} {picture.height:g}",
        width=f"{picture.width / EM:g}em",
        role="img",
        aria_label=f"the state of the {side}: {state.value}",
    )


# -- what passes -----------------------------------------------------------------------------------


def _sequence(dialogue: Dialogue, picked: int | None, total: int) -> Node:
    rows = list(_rows(dialogue))
    first_row = {}
    for row, (number, packet) in enumerate(rows):
        first_row.setdefault(number, row)
        if packet is not None:
            first_row["packet", packet] = row
    lines, tips = [], {}
    for number, packet in enumerate(dialogue.packets):
        start = first_row["packet", number]
        end = first_row[packet.arrived] if packet.arrived is not None else None
        lines.append(_line(packet, start, end))
        if end is not None:
            tips[end] = packet.sender
    listed = [
        _row(dialogue, row, number, packet, picked, tips.get(row), rows)
        for row, (number, packet) in enumerate(rows)
    ]
    heads = node(
        "div",
        node("span", "client", class_="who"),
        node("span", class_="time"),
        node("span", "server", class_="who"),
        class_="wsl-heads",
        aria_hidden=True,
    )
    wires = node("svg", *lines, class_="wsl-wires", height=f"{max(1, len(rows)) * ROW:g}em",
                 width="100%", aria_hidden=True)  # fmt: skip
    return node(
        "section",
        heads,
        node(
            "div",
            wires,
            node("ol", *listed, data_walk="down"),
            class_="wsl-passed",
            style={"--rows": str(max(total, len(rows)))},
        ),
        class_="wsl-sequence",
        aria_label="what passed, the oldest first",
    )


def _rows(dialogue: Dialogue) -> Iterator[tuple[int, int | None]]:
    """A row for each moment, and one for each packet that left in it: the moment's number, and the
    packet's."""
    for number, moment in enumerate(dialogue.moments):
        yield number, moment.packets[0] if moment.packets else None
        for packet in moment.packets[1:]:
            yield number, packet


def _line(packet: Packet, start: int, end: int | None) -> Node:
    near, far = ("0%", "100%") if packet.sender == "client" else ("100%", "0%")
    state = "lost" if packet.lost or packet.cut else "arrived" if end is not None else "flying"
    if end is None:
        far = "85%" if packet.sender == "client" else "15%"
    y = (start + 0.5) * ROW
    v = (end + 0.5 if end is not None else start + 0.75) * ROW
    ending = f"{v:g}em"
    return node(
        "line", x1=near, y1=f"{y:g}em", x2=far, y2=ending, class_=f"{state} k-{packet.kind}"
    )


def _row(
    dialogue: Dialogue,
    row: int,
    number: int,
    packet: int | None,
    picked: int | None,
    tip: Side | None,
    rows: list[tuple[int, int | None]],
) -> Node:
    moment = dialogue.moments[number]
    first = row == 0 or rows[row - 1][0] != number
    notes = {side: _note(side, moment) if first else None for side in SIDES}
    wire: list[Node] = []
    if packet is not None:
        wire.append(_pill(dialogue.packets[packet], packet, packet == picked))
    if tip is not None and first:
        wire.append(node("span", class_=f"tip from-{tip}"))
    states = " ".join(f"{side[0]}-{moment.after[side].name.lower()}" for side in SIDES)
    now = number == len(dialogue.moments) - 1
    return node(
        "li",
        node("span", notes["client"], class_="note of-client"),
        node("span", *wire, class_=f"wire {states}"),
        node("span", notes["server"], class_="note of-server"),
        class_="now" if now else None,
        aria_current="step" if now else None,
        data_now=now,
    )


def _note(side: Side, moment: Moment) -> Node:
    parts: list[Node] = []
    if moment.command.who == side and moment.note:
        parts.append(moment.note)
    if (change := moment.changes.get(side)) is not None:
        parts += [" " if parts else "", node("b", f"→ {change[1].value}")]
    return node("span", *parts)


def _pill(packet: Packet, number: int, picked: bool) -> Node:
    where = "lost" if packet.lost else "on its way" if packet.in_flight else "arrived"
    mark = {"lost": " ✗", "on its way": " …", "arrived": ""}[where]
    classes = f"pill from-{packet.sender} k-{packet.kind} {where.partition(' ')[0]}"
    label = f"from {packet.sender} to {OTHER_SIDE[packet.sender]}: {packet.label}, {where}"
    if packet.dissection is None:
        return node("span", f"{packet.label}{mark}", class_=classes, title=label)
    return button(
        f"{packet.label}{mark}",
        "pick",
        with_={"packet": number},
        class_=classes,
        aria_label=label,
        aria_pressed=picked,
        data_stop=True,
    )


# -- what the reader may let them do ---------------------------------------------------------------


def desk_nodes(text: str, code: int | None, fault: str, held: frozenset[Side]) -> list[Node]:
    """For each side the things it can do now, and whether what it sends is held back."""
    return [
        node("div", *(_desk(side, text, code, fault, side in held) for side in SIDES),
             class_="wsl-desks wsl-own")
    ]  # fmt: skip


def _desk(side: Side, text: str, code: int | None, fault: str, held: bool) -> Node:
    doings = {
        "text": "text",
        "fragment": "fragment, more to come",
        "ping": "ping",
        "close": f"close {code}" if code else "close, no code",
        "break": "break the rule",
        "cut": "cut the line",
    }
    buttons = [
        button(label, "command", with_={"who": side, "what": what}, aria_label=f"{side}: {label}")
        for what, label in doings.items()
    ]
    hold = button(
        "hold what it sends",
        "hold",
        with_={"who": side},
        class_="wsl-button hold",
        aria_label=f"hold what the {side} sends",
        aria_pressed=held,
    )
    return node(
        "section",
        node("h4", f"Let the {side} …"),
        node("div", *buttons, hold, class_="wsl-doings"),
        class_=f"of-{side}",
        aria_label=f"let the {side} do something",
    )
