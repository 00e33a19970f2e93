"""What MaskLab shows beside the bits: the payload as a strip of bytes, and the poisoned cache."""

from collections.abc import Iterable

from wslearn.draw.drawn import Dissection
from wslearn.draw.table import Table, table
from wslearn.draw.theme import MARKS
from wslearn.labs.kit.sheet import Node, node
from wslearn.protocol.bits import hex_bytes
from wslearn.protocol.dissect import dissect_into
from wslearn.protocol.masking import KEY_SIZE
from wslearn.protocol.text import shown_text

from .poison import EVIL, Poisoning
from .xor_steps import Masking, letters

COVERED = "··"
"""What is shown for a byte that is not worked out yet."""


# -- the strip ---------------------------------------------------------------------------------


def strip(masking: Masking, done: int) -> list[Node]:
    """All bytes side by side, a column each; ``done`` counts the bits that are worked out."""
    steps = masking.steps
    if not steps:
        return []
    here = max(0, done - 1) // 8
    whole = done // 8
    before, after = masking.names()
    mod = _mod(masking)
    numbers = [_number(step.index, step.index == here) for step in steps]
    rows = [
        _row("i", numbers, "indices"),
        _row(mod, (_cell(str(step.at), step.index == here) for step in steps), "indices"),
        _letters("text", masking.operand, len(steps)) if masking.mode == "mask" else None,
        _row(before, (_byte(step.byte, "payload", step.index == here) for step in steps)),
        _row("⊕ key", (_byte(step.key, "key", step.index == here) for step in steps)),
        _row(
            f"= {after}",
            (_result(step.result, step.index < whole, step.index == here) for step in steps),
        ),
        _letters("as text", masking.result, whole),
    ]
    body = node("tbody", *rows, data_walk="along")
    strip = node("table", body, class_="wsl-strip", aria_label="the payload, byte by byte")
    return [node("div", strip, class_="wsl-strip-frame", data_scrolls=True)]


def _mod(masking: Masking) -> str:
    return f"(i + {masking.start}) mod {KEY_SIZE}" if masking.start else f"i mod {KEY_SIZE}"


def _row(name: str, cells: Iterable[Node], look: str = "") -> Node:
    return node("tr", node("th", name, scope="row"), *cells, class_=look or None)


def _cell(text: str, here: bool, look: str = "") -> Node:
    return node("td", text, class_=look or None, data_here=here)


def _byte(value: int, kind: str, here: bool) -> Node:
    return _cell(f"{value:02x}", here, f"k-{kind}")


def _result(value: int, there: bool, here: bool) -> Node:
    return _cell(f"{value:02x}" if there else COVERED, here, "k-payload" if there else "k-rest")


def _number(index: int, here: bool) -> Node:
    """The head of a column is the button that goes there."""
    go = node(
        "button", str(index), type="button", do={"do": "byte", "at": index}, data_stop=True,
        aria_pressed=here, aria_label=f"byte {index}", tabindex=-1,
        data_in_sight=here,
    )  # fmt: skip
    return node("td", go, data_here=here)


def _letters(name: str, data: bytes, whole: int) -> Node:
    """The characters over or under their bytes; ``whole`` bytes of them are known."""
    cells, at = [], 0
    for letter, size in letters(data):
        known = at + size <= whole
        text = (letter if letter != " " else "␣") or "✗"
        look = "letter" if letter else "letter bad"
        colspan = size if size > 1 else None
        cells.append(
            node("td", text if known else "", class_=look if known else "letter", colspan=colspan)
        )
        at += size
    return _row(name, cells)


def steps_table(masking: Masking) -> Table:
    """Every step as a row, for a page without a kernel."""
    before, after = masking.names()
    rows = [
        (step.index, step.at, f"{step.byte:08b}", f"{step.key:08b}", f"{step.result:08b}",
         bytes([step.result]))
        for step in masking.steps
    ]  # fmt: skip
    headings = ["i", _mod(masking), before, "key", "XOR", after]
    return table(headings, rows, code=[before, "key", "XOR"])


# -- the poisoned cache ------------------------------------------------------------------------


def lanes(browsers: list[Poisoning], shown: int) -> list[Node]:
    """What becomes of the same page's message in each browser; ``shown`` of the stages so far."""
    return [node("div", *(_lane(each, shown) for each in browsers), class_="wsl-lanes")]


def _lane(each: Poisoning, shown: int) -> Node:
    header = dissect_into(Dissection, each.sent).header_size
    sent = [
        node("span", hex_bytes(each.sent[:header]), class_="header", title="the frame's header"),
        f" {on_the_wire(each.sent[header:])}",
    ]
    stages = [
        _stage("The page's message, as it travels:", sent),
        _stage(*_taken(each)),
        _stage(*_kept(each)),
        _stage(
            "Later, a visitor of school.example gets:",
            *_judged(on_the_wire(each.given), each.poisoned),
        ),
    ]
    return node("section", node("h4", f"The browser {each.browser}"), node("ol", *stages[:shown]))


def _stage(name: str, found: list[Node], outcome: str = "") -> Node:
    code = node("div", *found, class_=f"wire {outcome}") if found else None
    return node("li", node("span", name, class_="aside"), code)


def _taken(each: Poisoning) -> tuple[str, list[Node]]:
    if each.page:
        words = "The proxy skips the frame's header and reads a request for:"
        return words, [on_the_wire(each.page)]
    return "The proxy finds nothing that reads like a request. It passes the bytes on.", []


def _kept(each: Poisoning) -> tuple[str, list[Node], str]:
    if not each.cached:
        return "The attacker's server answers. The proxy keeps nothing: its cache is empty.", [], ""
    kept = [f"{on_the_wire(page)} → {on_the_wire(it)}" for page, it in each.cached.items()]
    words = "The attacker's server answers. The proxy keeps the answer under that name:"
    return words, *_judged("\n".join(kept), EVIL in each.cached.values())


def _judged(text: str, poisoned: bool) -> tuple[list[Node], str]:
    outcome = "refused" if poisoned else "accepted"
    return [f"{MARKS[outcome]} {text}"], outcome


def on_the_wire(data: bytes) -> str:
    """Bytes as a proxy's log shows them: ASCII as it is, the rest as escapes, lines as lines.

    >>> on_the_wire(b"\\x81\\x12GET /\\r\\n")
    '\\\\x81\\\\x12GET /⏎\\n'
    """
    lines = data.split(b"\r\n")
    shown = ["".join(chr(b) if 32 <= b < 127 else f"\\x{b:02x}" for b in line) for line in lines]
    return "⏎\n".join(shown)


def poison_table(browsers: list[Poisoning]) -> Table:
    """The same in one line for each browser, for a page without a kernel."""
    headings = ["the browser", "the proxy takes the frame for", "the next visitor gets"]
    rows = [
        (each.browser, shown_text(each.page) or "nothing it knows", shown_text(each.given))
        for each in browsers
    ]
    return table(headings, rows, code=headings[1:])
