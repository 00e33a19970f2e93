"""What PipeLab shows, as nodes of a sheet: two ends with their vessels, the pipe, and the knobs."""

from collections.abc import Sequence

from wslearn.draw.table import Table, table
from wslearn.labs.kit.sheet import Node, button, node
from wslearn.labs.kit.spoken import spoken
from wslearn.labs.kit.stepper import KEYS, stepper
from wslearn.protocol.dissection import Verdict
from wslearn.protocol.text import counted, grouped

from .knobs import KIB, KNOBS, POLICIES, PRESETS, SIZES, SPEEDS, Knobs
from .state import STEP, TICKS, Pipe, ping_wait
from .waiting_curve import waiting_curve

BURST = 4
"""Seconds between two bursts, where the button asks for them."""

_MODEL = (
    "This is a model: whole numbers, one direction of one connection, 32 ticks a second. What "
    "else a real TCP does is left out: congestion control, delayed acknowledgements, "
    "retransmission, buffers that grow."
)


def kib(size: int) -> str:
    """A size in bytes as a number of KiB: to a tenth, and without one where there is none.

    >>> kib(65536), kib(512), kib(0)
    ('64', '0.5', '0')
    """
    whole, rest = divmod(size, KIB)
    tenths = round(10 * rest / KIB)
    return grouped(round(size / KIB)) if tenths in (0, 10) else f"{grouped(whole)}.{tenths}"


def picture(
    past: Sequence[Pipe], knobs: Knobs, said: Verdict, *, longest: int, playing: bool
) -> list[Node]:
    """All of it; ``past`` are the moments up to now, ``longest`` is how many there can be."""
    pipe = past[-1]
    return [
        node(
            "div",
            _presets(knobs),
            spoken(said),
            stepper(len(past), longest, "moment", playing=playing),
            node(
                "div",
                _sender(past, knobs),
                _tube(past, knobs, flowing=playing),
                _receiver(past, knobs),
                class_="wsl-pipe",
            ),
            node(
                "div",
                *(_slider(name, knobs) for name in SPEEDS),
                class_="wsl-speeds",
                role="group",
                aria_label="speeds",
            ),
            _facts(pipe, knobs),
            waiting_curve(past),
            _desk(knobs),
            node("p", _MODEL, class_="wsl-model aside"),
            keys=KEYS,
        )
    ]


# -- the two ends ------------------------------------------------------------------------------


def _sender(past: Sequence[Pipe], knobs: Knobs) -> Node:
    pipe = past[-1]
    bounded = knobs.policy != "send anyway"
    top = knobs.limit if bounded else _open_scale(pipe.held)
    return node(
        "section",
        node("h4", "Sender"),
        _speed("sends", _flow(past, "made"), knobs.send, "mean" if knobs.burst else "of"),
        _vessel("program", "bufferedAmount", "payload", pipe.held, top, bounded=bounded),
        _vessel("kernel", "send buffer", "length", pipe.kernel, knobs.send_buffer),
        class_="wsl-end of-sender",
    )


def _receiver(past: Sequence[Pipe], knobs: Knobs) -> Node:
    return node(
        "section",
        node("h4", "Receiver"),
        _vessel("kernel", "receive buffer", "mask", past[-1].inbox, knobs.receive_buffer),
        _speed("reads", _flow(past, "read"), knobs.read),
        class_="wsl-end of-receiver",
    )


def _open_scale(size: int) -> int:
    """The height in KiB of a vessel without a lid: a power of two that its content fits in."""
    top = 64
    while size > top * KIB:
        top *= 2
    return top


def _vessel(
    who: str,
    name: str,
    kind: str,
    size: int,
    top: int,
    *,
    bounded: bool = True,
) -> Node:
    """A buffer with ``size`` bytes in it, ``top`` KiB high; one that is not bounded has no lid."""
    full = min(1.0, size / (top * KIB))
    lid = f"{top} KiB" if bounded else "no limit"
    return node(
        "div",
        node("span", lid, class_="lid"),
        node(
            "div",
            node("span", class_="water"),
            node("b", kib(size)),
            class_="glass",
            style={"--full": f"{full:.4f}"},
            role="img",
            aria_label=f"{name}: {kib(size)} KiB wait, {'room for ' if bounded else ''}{lid}",
        ),
        node("strong", who),
        node("span", name.replace("dA", "d\u200bA"), class_="aside"),  # a line may end there
        class_=f"wsl-vessel k-{kind}",
        data_open=not bounded,
        data_full=full > 0.9 and bounded,
    )


def _flow(past: Sequence[Pipe], what: str) -> int:
    """Bytes a second in the last second, or in as much of it as there is."""
    pipe = past[-1]
    earlier = past[max(0, len(past) - 1 - TICKS // STEP)]
    if pipe.now == earlier.now:
        return 0
    passed = getattr(pipe, what) - getattr(earlier, what)
    if what == "made":
        passed *= pipe.message
    return passed * TICKS // (pipe.now - earlier.now)


def _whole(flow: int) -> str:
    return str(round(flow / KIB))


def _speed(does: str, flow: int, wish: int, beside: str = "of") -> Node:
    """What an application sends or reads, next to what it would like to."""
    return node(
        "div",
        node("strong", "application"),
        node("span", f"{does} ", node("b", _whole(flow)), f" {beside} {wish}"),
        node("span", "KiB/s", class_="aside"),
        class_="wsl-app",
    )


# -- the pipe ----------------------------------------------------------------------------------


def _tube(past: Sequence[Pipe], knobs: Knobs, *, flowing: bool) -> Node:
    pipe = past[-1]
    flow, window = _flow(past, "carried"), pipe.window(knobs)
    shut = not window
    wide = max(knobs.network, 4) / KNOBS["network"].most
    room = "shut: no room" if shut else f"{kib(window)} KiB of room"
    return node(
        "section",
        node("h4", "Network"),
        node("p", "carries ", node("b", _whole(flow)), f" of {knobs.network} ",
             node("span", "KiB/s", class_="aside")),
        node(
            "div",
            node("span", class_="stream"),
            class_="bore",
            style={"--wide": f"{wide:.4f}", "--moves": f"{_moves(flow):g}s"},
            data_flows=flowing and flow > 0,
            data_carries=flow > 0,
            data_shut=shut,
        ),
        node("p", "← window ", node("b", room)),
        class_="wsl-tube k-opcode",
    )  # fmt: skip


def _moves(flow: int) -> float:
    """Seconds in which the pattern in the pipe moves along by its own length: faster with more
    flow."""
    return round(min(8.0, 40 * KIB / max(flow, 1)), 2)


# -- what is known of it ------------------------------------------------------------------------


def _facts(pipe: Pipe, knobs: Knobs) -> Node:
    wait = ping_wait(pipe, knobs)
    if wait is None:
        answer = "for ever, at these speeds"
    else:
        answer = f"about {wait:.1f} s" if wait < 100 else f"about {wait:.0f} s"
    lost = counted(pipe.dropped, "message") if pipe.dropped else "nothing"
    facts = {
        "time": f"{pipe.seconds:.1f} s",
        "waits in all": f"{kib(pipe.total)} KiB",
        "oldest message": f"{pipe.oldest:.1f} s old" if pipe.waiting else "none waits",
        "a Ping sent now": f"waits {answer}, behind {kib(pipe.total)} KiB (§5.5.2)",
        "lost": lost,
    }
    return node(
        "ul",
        *(
            node("li", node("span", f"{name} ", class_="aside"), node("b", value))
            for name, value in facts.items()
        ),
        class_="wsl-facts",
        aria_label="what is known of it",
    )


# -- the knobs ---------------------------------------------------------------------------------


def _presets(knobs: Knobs) -> Node:
    chosen = [
        button(
            name,
            "preset",
            with_={"name": name},
            aria_pressed=all(getattr(knobs, each) == value for each, value in preset.items()),
        )
        for name, preset in PRESETS.items()
    ]
    return node("div", *chosen, class_="wsl-presets wsl-own", role="group", aria_label="try")


def _desk(knobs: Knobs) -> Node:
    policies = [
        button(
            name,
            "policy",
            with_={"name": name},
            aria_pressed=name == knobs.policy,
        )
        for name in POLICIES
    ]
    manner = [
        button(name, "burst", with_={"seconds": seconds}, aria_pressed=seconds == knobs.burst)
        for name, seconds in (
            ("evenly", 0), (f"in a burst every {knobs.burst or BURST} s", knobs.burst or BURST)
        )
    ]  # fmt: skip
    return node(
        "div",
        _group(
            "What the sender does without room",
            node("div", *policies, class_="wsl-choices"),
            node("p", f"It {POLICIES[knobs.policy]}.", class_="aside"),
        ),
        _group("How it sends", node("div", *manner, class_="wsl-choices")),
        _group("Sizes", *(_slider(name, knobs) for name in SIZES), class_="wide"),
        class_="wsl-desk wsl-own",
    )


def _group(title: str, *inside: Node, class_: str | None = None) -> Node:
    return node("div", node("h4", title), *inside, class_=class_, role="group", aria_label=title)


def _slider(name: str, knobs: Knobs) -> Node:
    knob, value = KNOBS[name], getattr(knobs, name)
    unused = name == "limit" and knobs.policy == "send anyway"
    shown = "none" if unused else f"{value} {knob.unit}"
    return node(
        "label",
        node("span", f"{knob.label} "),
        node("b", shown),
        node(
            "input",
            type="range",
            class_="wsl-range",
            hands={"do": "turn", "knob": name},
            min=knob.least,
            max=knob.most,
            step=1 if value % knob.step else knob.step,
            value=value,
            aria_label=knob.label,
            aria_valuetext=shown,
        ),
        class_=f"wsl-knob of-{name}",
    )


# -- for a page without a kernel -------------------------------------------------------------------


def past_table(past: Sequence[Pipe]) -> Table:
    """What waited where, second by second, in KiB."""
    headings = (
        "second", "program", "sender's kernel", "wire", "receiver's kernel", "oldest waits, s",
        "lost",
    )  # fmt: skip
    moments = [pipe for pipe in past if not pipe.now % TICKS or pipe is past[-1]]
    rows = [
        (
            _short(pipe.seconds),
            *(_short(size / KIB) for size in (pipe.held, pipe.kernel, pipe.wire, pipe.inbox)),
            _short(pipe.oldest),
            pipe.dropped,
        )
        for pipe in moments
    ]
    return table(headings, rows)


def _short(number: float) -> int | float:
    """To a tenth, or as a whole number where it is one."""
    return int(number) if number == int(number) else round(number, 1)
