"""What HandshakeLab shows, as nodes of a sheet: two heads with their checks, and the key's way."""

import re
from collections.abc import Iterable

from wslearn.draw.layout import together
from wslearn.draw.theme import MARKS
from wslearn.labs.kit.sheet import Node, button, node
from wslearn.labs.kit.spoken import spoken
from wslearn.labs.tap.session import ABSENT, lines_and_steps, step_note
from wslearn.protocol.accept import GUID, AcceptStep, accept_steps
from wslearn.protocol.bits import bits_of
from wslearn.protocol.dissection import Outcome, Verdict
from wslearn.protocol.handshake import Check, Step
from wslearn.protocol.text import counted, shown_text
from wslearn.protocol.wrong_accepts import Mistake, accept_mistakes

from .faults import MISTAKE
from .state import Exchange

LOOK = "Point at a line, or walk with the arrow keys: it says which rule reads it."
LINE = re.compile(r"line (\d+)")

_PARTNERS = {
    "sec-websocket-key": "key",
    "sec-websocket-accept": "key",
    "get": "first",
    "http/1.1": "first",
}
"""Lines that answer each other though their names differ; all others go by their names."""

_ONLY_STATUS = ("HTTP head", "status", "HTTP version")
"""What a client still looks at in an ordinary HTTP answer; the rest would be no fault."""


# -- request and reply -----------------------------------------------------------------------------


def exchange_nodes(exchange: Exchange) -> list[Node]:
    """The verdict, then the request and the reply side by side, then the line that explains."""
    refused = not exchange.check.ok
    steps = exchange.answer.steps
    if exchange.answer.outcome == "http":
        steps = tuple(step for step in steps if step.title in _ONLY_STATUS)
    request = _head(
        "The client asks", "what the server checks", exchange.request, exchange.check.steps
    )
    reply = _head(
        "The server answers",
        "what the client checks",
        exchange.reply,
        () if refused else steps,
        quiet=refused,
    )
    return [
        verdict_node(exchange),
        node("div", request, node("div", "→", class_="wsl-way", aria_hidden=True), reply,
             class_="wsl-sides"),
        node("p", LOOK, class_="wsl-hears", data_hears=True),
    ]  # fmt: skip


def verdict_node(exchange: Exchange) -> Node:
    """What comes of the exchange and, where it does not go well, why."""
    good = exchange.open
    headline = "A WebSocket is open." if good else "No WebSocket."
    said = exchange.answer if exchange.check.ok else exchange.check
    why = said.conclusion
    if good and exchange.answer.agreement is not None:
        why += " Messages may be compressed."
    elif not good:
        broken = said.violations[0]
        why += f" Expected {broken.expected}, got {broken.came}."
    answers = exchange.answers if good else ""
    outcome: Outcome = "accepted" if good else "refused"
    return spoken(Verdict(outcome, headline, f"{answers} {why}".strip()))


def _head(
    title: str, checks: str, head: bytes, steps: Iterable[Step], *, quiet: bool = False
) -> Node:
    lines = [
        _line(number, text, found)
        for number, (text, found) in enumerate(_lines(head, tuple(steps)), start=1)
    ]
    body = head.partition(b"\r\n\r\n")[2]
    if body:
        # A page in place of a WebSocket: what a person would read.
        said = shown_text(body.rstrip(b"\n"), 300)
        lines.append(node("li", node("code", said, class_="body"), class_="wsl-headline body"))
    aside = "plain HTTP: nothing more is checked" if quiet else checks
    return node(
        "section",
        node("h4", title, " ", node("span", aside, class_="aside")),
        node("ol", *lines, class_="wsl-head-lines", data_walk="down"),
        class_="wsl-side",
        aria_label=title,
    )


class _Found(Check):
    """Steps without a conclusion, to be put next to the lines of a head."""


def _lines(head: bytes, steps: tuple[Step, ...]) -> Iterable[tuple[str, list[Step]]]:
    """Each line of a head with its steps; a fault of the head as such goes to the line it names."""
    placed = []
    for step in steps:
        named = LINE.match(step.where) if step.line is None else None
        placed.append(_at_line(step, int(named[1])) if named else step)
    for text, found in lines_and_steps(head, _Found(tuple(placed))):
        if text != ABSENT:
            yield text, found


def _at_line(step: Step, line: int) -> Step:
    return Step(
        step.rule, step.title, step.ok, step.expected, step.came, step.where, line, step.note
    )


def _line(number: int, text: str, steps: list[Step]) -> Node:
    failed = [step for step in steps if not step.ok]
    state = "is-bad" if failed else "is-good" if steps else "unread"
    name, colon, value = text.partition(":")
    is_header = bool(colon) and number > 1
    code: list[Node] = [node("b", f"{name}:"), value] if is_header else [text]
    notes = [_note(step, name) for step in failed or steps]
    return node(
        "li",
        node("code", *code, class_="line"),
        node("span", *_spaced(notes), class_="notes"),
        class_=f"wsl-headline {state}",
        tabindex="-1",
        data_stop=True,
        data_link=_partner(text),
        says=_explained(failed or steps),
    )


def _note(step: Step, name: str) -> Node:
    # The line already says its name; only a step of another name has to.
    words = step_note(step).removeprefix(f"{name}: ")
    mark = MARKS["accepted" if step.ok else "refused"]
    return node("span", f"{mark} {words}", class_="note good" if step.ok else "note bad")


def _spaced(nodes: list[Node]) -> list[Node]:
    return [part for each in nodes for part in (each, " ")][:-1]


def _partner(text: str) -> str:
    first = re.split(r"[ :]", text, maxsplit=1)[0].lower()
    return _PARTNERS.get(first, first)


def _explained(steps: list[Step]) -> list[Node]:
    if not steps:
        return ["No step of the handshake reads this line."]
    said: list[Node] = []
    for step in steps:
        mark = MARKS["accepted" if step.ok else "refused"]
        tone = "good" if step.ok else "bad"
        words = f"{step.rule.sentence} ({step.rule.source})"
        if not step.ok:
            words += f" Expected {step.expected}, got {step.came}."
        said += [node("strong", f"{mark} {step.title}: ", class_=tone), together(words), " "]
    return said[:-1]


# -- from key to accept value ----------------------------------------------------------------------


def pipeline_nodes(key: str, before: str | None, exchange: Exchange) -> list[Node]:
    """The four steps from the key to its answer; what another key changed is marked."""
    steps = accept_steps(key)
    earlier = accept_steps(before) if before is not None and before != key else steps
    return [
        node("p", *_avalanche(steps, earlier), class_="wsl-spoken", role="status"),
        node("ol", *_stages(steps, earlier), class_="wsl-pipeline"),
        verdict_node(exchange),
        _mistakes(accept_mistakes(key), exchange),
    ]


def _avalanche(steps: list[AcceptStep], earlier: list[AcceptStep]) -> list[Node]:
    if steps is earlier:
        return ["Flip a bit above, and see how many bits of the hash flip with it."]
    letters = sum(a != b for a, b in zip(steps[0].shown, earlier[0].shown, strict=True))
    bits = sum(a != b for a, b in zip(_bits(steps[2]), _bits(earlier[2]), strict=True))
    answer = sum(a != b for a, b in zip(steps[3].shown, earlier[3].shown, strict=True))
    return [
        node("strong", f"{bits} of 160 bits"),
        f" of the hash flipped, because {counted(letters, 'letter')} of the key changed. "
        f"Of the answer's 28 letters, {answer} are new.",
    ]


def _bits(step: AcceptStep) -> str:
    assert isinstance(step.value, bytes)
    return "".join(map(str, bits_of(step.value)))


def _stages(steps: list[AcceptStep], earlier: list[AcceptStep]) -> list[Node]:
    key, glued, hashed, answer = steps
    changed = _marked(key.shown, earlier[0].shown)
    return [
        _stage("1", key, node("code", *changed, class_="value of-key")),
        _stage(
            "2",
            glued,
            node(
                "code",
                node("span", *changed, class_="of-key"),
                node("span", GUID, class_="of-guid"),
                class_="value",
            ),
        ),
        _stage("3", hashed, _hash(_bits(hashed), _bits(earlier[2]))),
        _stage("4", answer, node("code", *_marked(answer.shown, earlier[3].shown), class_="value")),
    ]


def _stage(number: str, step: AcceptStep, value: Node) -> Node:
    return node(
        "li",
        node("h4", f"{number} · {step.name} ",
             node("span", counted(step.size, "byte"), class_="aside")),
        value,
        node("p", step.sentence, class_="aside"),
        class_=f"stage stage-{number}",
    )  # fmt: skip


def _hash(bits: str, earlier: str) -> Node:
    """The 160 bits of the hash, byte by byte; those that flipped are marked."""
    turned = sum(a != b for a, b in zip(bits, earlier, strict=True))
    said = f"the hash, 160 bits; {turned} of them flipped" if turned else "the hash, 160 bits"
    rows = [
        node("span", *_marked(bits[at : at + 8], earlier[at : at + 8]), class_="byte")
        for at in range(0, len(bits), 8)
    ]
    return node("code", *rows, class_="value hash", role="img", aria_label=said)


def _marked(now: str, before: str) -> list[Node]:
    """A text in which what differs from another of the same length is marked, run by run."""
    runs: list[Node] = []
    start = 0
    differs = [a != b for a, b in zip(now, before, strict=True)]
    for at in range(1, len(now) + 1):
        if at == len(now) or differs[at] != differs[start]:
            piece = now[start:at]
            runs.append(node("span", piece, class_="turned") if differs[start] else piece)
            start = at
    return runs


def _mistakes(mistakes: list[Mistake], exchange: Exchange) -> Node:
    rows = [_mistake(mistake, exchange) for mistake in mistakes]
    headings = ("what a server may do instead", "and what it then sends", "")
    return node(
        "div",
        node("h4", "The usual slips ", node("span", "send one, and see what the client says",
                                            class_="aside")),
        node(
            "table",
            node("thead", node("tr", *(node("th", text, scope="col") for text in headings))),
            node("tbody", *rows),
            class_="wsl-slips",
        ),
    )  # fmt: skip


def _mistake(mistake: Mistake, exchange: Exchange) -> Node:
    sent = exchange.reply_fault == MISTAKE + mistake.name
    label = "take back" if sent else "send it"
    return node(
        "tr",
        node("td", node("strong", mistake.name), " ",
             node("span", mistake.sentence, class_="aside")),
        node("td", node("code", mistake.value)),
        node(
            "td",
            button(
                label,
                "slip",
                with_={"name": mistake.name},
                aria_label=f"{label}: {mistake.name}",
            ),
        ),
        class_="sent" if sent else None,
    )  # fmt: skip
