"""The life of a connection as a diagram, drawn from the table of transitions itself.

The states are placed as the table leads from one to the next: at the top the opening handshake, at
the bottom the end, and between them the two ways to close, our own Close first or the peer's. What
leads from one state to another is one arrow; where two things do, its label names both. An arrow
that the table has and this picture does not know, or the other way round, is an error: so the
diagram cannot say anything other than the program does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Any

from wslearn.protocol.states import STATE_MEANINGS, TRANSITIONS, State

from .image import image
from .scene import EM, Line, Mark, Point, Scene, Shape, Step, Text
from .svg import document
from .theme import LIGHT, Theme

Arrow = tuple[State, State]

_HEAD = 0.42
"""The length of an arrow's head, in em."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Where everything is, in em. ``rows`` are the middles of the five rows of states."""

    width: float
    height: float
    rows: tuple[float, float, float, float, float]
    box: tuple[float, float]
    aside: float
    """How far the two ways to close are from the middle."""
    port: float
    """How far from the middle their arrows leave and arrive."""
    rail: float
    """How far the outermost line is from the edge."""
    labels: bool


FULL = Plan(30, 30.2, (1.8, 7.2, 14.2, 21.2, 26.8), (8.4, 2.7), 6.6, 3.2, 0.6, labels=True)
SMALL = Plan(18.4, 17.4, (1.3, 4.7, 8.5, 12.3, 15.9), (7.5, 2.2), 4.1, 2.2, 0.35, labels=False)


def arrows() -> dict[Arrow, tuple[str, ...]]:
    """What leads from each state to another, in words, as the table of transitions says it."""
    found: dict[Arrow, tuple[str, ...]] = {}
    for state, ways in TRANSITIONS.items():
        for transition, to in ways.items():
            found[state, to] = (*found.get((state, to), ()), transition.value)
    return found


# -- the picture -----------------------------------------------------------------------------------


def state_scene(
    at: Mapping[str, State] | None = None,
    taken: Arrow | None = None,
    theme: Theme = LIGHT,
    plan: Plan = FULL,
) -> Scene:
    """Lay out the diagram: ``at`` says who is where, ``taken`` is the arrow just followed.

    The name of whoever is there is written into the state, unless it is empty.
    """
    at = at or {}
    picture = Scene(theme, plan.width * EM, plan.height * EM)
    routes = _routes(plan)
    ways = arrows()
    for arrow in sorted(ways, key=lambda each: each == taken):  # the one taken is on top
        picture.marks += _drawn_arrow(routes[arrow].points, arrow == taken, theme)
    for arrow, words in ways.items():
        if plan.labels:
            picture.marks += _label(routes[arrow], words, arrow == taken, theme)
    for state, middle in _places(plan).items():
        names = [name for name, where in at.items() if where is state]
        picture.marks += _box(state, middle, names, state in at.values(), plan, theme)
    return picture


@dataclass(frozen=True, slots=True)
class Route:
    """The corners of an arrow; its label is beside a point, and goes on from it to one side."""

    points: tuple[Point, ...]
    label: Point
    side: str
    letters: int


def _places(plan: Plan) -> dict[State, Point]:
    middle, (first, second, third, fourth, fifth) = plan.width / 2, plan.rows
    return {
        State.CONNECTING: (middle, first),
        State.OPEN: (middle, second),
        State.CLOSE_SENT: (middle - plan.aside, third),
        State.CLOSE_DUE: (middle + plan.aside, third),
        State.CLOSE_DONE: (middle, fourth),
        State.CLOSED: (middle, fifth),
    }


def _routes(plan: Plan) -> dict[Arrow, Route]:
    """Each arrow's way. Arrows that end in CLOSED run along the sides, out of the way of all
    others; one crossing is left, since the graph has no plane drawing."""
    places = _places(plan)
    half_wide, half_high = plan.box[0] / 2, plan.box[1] / 2
    middle = plan.width / 2
    left, right = middle - plan.port, middle + plan.port
    outer, inner = plan.rail, plan.rail + (1.4 if plan.labels else 0.9)
    far = plan.width - plan.rail

    def top(state: State) -> float:
        return places[state][1] - half_high

    def bottom(state: State) -> float:
        return places[state][1] + half_high

    def down(state: State, to: State, x: float, side: str, letters: int) -> Route:
        start, end = bottom(state), top(to)
        gap = 0.5 if side == "start" else -0.5
        return Route(((x, start), (x, end)), (x + gap, (start + end) / 2), side, letters)

    def around(state: State, to: State, rail: float, label: Point, letters: int) -> Route:
        (x, y), (u, v) = places[state], places[to]
        way = -1 if rail < middle else 1
        points = ((x + way * half_wide, y), (rail, y), (rail, v), (u + way * half_wide, v))
        return Route(points, label, "start", letters)

    c, o, sent, due, done, end = State
    last = places[end][1] + 1.75
    return {
        (c, o): down(c, o, middle, "start", 19),
        (c, done): around(c, done, outer, (outer + 0.5, (places[c][1] + places[o][1]) / 2), 13),
        (c, end): around(c, end, far, (0, 0), 0),
        (o, sent): down(o, sent, left, "end", 8),
        (o, due): down(o, due, right, "start", 15),
        (o, end): around(o, end, far, (0, 0), 0),
        (sent, done): down(sent, done, left, "end", 15),
        (sent, end): around(sent, end, inner, (inner + 0.4, last), 16),
        (due, done): down(due, done, right, "start", 8),
        (due, end): around(due, end, far, (middle + half_wide + 0.8, last), 16),
        (done, end): down(done, end, middle, "start", 24),
    }


def _drawn_arrow(points: tuple[Point, ...], taken: bool, theme: Theme) -> Iterator[Mark]:
    colour, width = (theme.ink, 3.0) if taken else (theme.quiet, 1.4)
    scaled = [(x * EM, y * EM) for x, y in points]
    (x, y), (u, v) = scaled[-2], scaled[-1]
    size = _HEAD * EM * (1.35 if taken else 1)
    dx, dy = (u > x) - (u < x), (v > y) - (v < y)
    back = (u - 1.6 * size * dx, v - 1.6 * size * dy)
    for start, end in zip(scaled, [*scaled[1:-1], back], strict=False):
        yield Line(start, end, colour, width)
    # Along the arrow by its direction, across it by the direction turned.
    corners = ((u, v), (back[0] + size * dy, back[1] + size * dx),
               (back[0] - size * dy, back[1] - size * dx))  # fmt: skip
    steps: tuple[Step, ...] = (("M", (corners[0],)), *(("L", (each,)) for each in corners[1:]))
    yield Shape(steps, colour, colour)


def _label(route: Route, words: tuple[str, ...], taken: bool, theme: Theme) -> Iterator[Text]:
    if not route.letters:
        return  # it ends in a line that has a label already
    lines = wrap(", or ".join(words), route.letters)
    x, y = route.label
    first = y - 0.6 * (len(lines) - 1) + 0.35
    for number, line in enumerate(lines):
        yield Text(
            (x * EM, (first + 1.2 * number) * EM),
            line,
            EM,
            theme.ink if taken else theme.quiet,
            anchor="end" if route.side == "end" else "start",
            bold=taken,
        )


def _box(
    state: State, middle: Point, names: list[str], here: bool, plan: Plan, theme: Theme
) -> Iterator[Mark]:
    (x, y), (wide, high) = middle, plan.box
    colours = theme.fields["opcode"]
    fill, edge = (colours.fill, colours.edge) if here else (theme.paper, theme.quiet)
    left, top, right, bottom = (
        (x - wide / 2) * EM, (y - high / 2) * EM, (x + wide / 2) * EM, (y + high / 2) * EM,
    )  # fmt: skip
    c = 8.0
    steps: tuple[Step, ...] = (
        ("M", ((left + c, top),)),
        ("L", ((right - c, top),)), ("Q", ((right, top), (right, top + c))),
        ("L", ((right, bottom - c),)), ("Q", ((right, bottom), (right - c, bottom))),
        ("L", ((left + c, bottom),)), ("Q", ((left, bottom), (left, bottom - c))),
        ("L", ((left, top + c),)), ("Q", ((left, top), (left + c, top))),
    )  # fmt: skip
    yield Shape(steps, fill, edge, 3.5 if here else 1.4)
    named = ", ".join(name for name in names if name)
    ink = theme.ink if here else theme.quiet
    baseline = (y + 0.35 - (0.55 if named else 0)) * EM
    shown = f"● {state.value}" if here else state.value
    yield Text((x * EM, baseline), shown, EM, ink, anchor="middle", bold=here)
    if named:
        yield Text((x * EM, baseline + 1.1 * EM), named, 0.9 * EM, theme.ink, anchor="middle")


# -- the diagram by itself -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StateDiagram:
    """The states of a connection and what leads from one to the next; shows itself.

    ``at`` maps a name, such as ``"client"``, to its state.
    """

    at: Mapping[str, State] = field(default_factory=dict)

    def text(self) -> str:
        """Each state with the ways out of it, one per line."""
        lines = []
        for state, ways in TRANSITIONS.items():
            names = [name or "here" for name, where in self.at.items() if where is state]
            who = f"  ← {', '.join(names)}" if names else ""
            lines.append(f"{state.value.upper()}: {STATE_MEANINGS[state]}{who}")
            width = max((len(transition.value) for transition in ways), default=0)
            lines += [
                f"  {transition.value:{width}}  → {to.value}" for transition, to in ways.items()
            ]
        return "\n".join(lines)

    def svg(self, theme: Theme = LIGHT) -> str:
        """The diagram as a stand-alone SVG, described in words."""
        picture = state_scene(self.at, theme=theme)
        return document(picture, "The states of a WebSocket connection", self.text())

    def html(self) -> str:
        """The diagram as an image that also shows in a notebook that nobody has trusted yet."""
        return image(self.svg(), self.text(), f"{FULL.width}em")

    def __repr__(self) -> str:
        return self.text()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": self.text(), "text/html": self.html()}


def state_diagram(at: Mapping[str, State] | State | None = None) -> StateDiagram:
    """The life of a connection as a diagram (RFC 6455 §4.1, §7.1).

    ``at`` marks the state that a connection is in, or several by name: ``state_diagram({"client":
    client.state, "server": server.state})``.

    >>> print(state_diagram().text().splitlines()[0])
    CONNECTING: the opening handshake is still under way
    """
    if isinstance(at, State):
        at = {"": at}
    return StateDiagram(dict(at or {}))
