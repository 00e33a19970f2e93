"""What a judge found, for a terminal and for programs.

Everything an endpoint sent is shown as text: no byte of it reaches a terminal as an escape code.
"""

import textwrap
from collections import Counter
from collections.abc import Iterator
from typing import Any

from wslearn.course.lessons import COURSE
from wslearn.draw.table import Table, table
from wslearn.protocol.bits import hex_bytes
from wslearn.protocol.text import counted, grouped, shown_text

from .findings import NO_MEANING, OUTCOMES, SENT_IN_ORDER, Finding, Outcome
from .server_run import Run

WIDTH, INDENT = 96, 11
MOST_BYTES = 24
"""How many bytes of what was sent are shown as hex."""
MOST_IN_DATA = 2**18
"""How many of them a program is told; the total number is given beside it."""

MARKS: dict[Outcome, str] = {
    "kept": "✓",
    "broken": "✗",
    "advice": "!",
    "open": "·",
    "unjudged": "?",
}
COLOURS: dict[Outcome, str] = {
    "kept": "32", "broken": "31;1", "advice": "33", "open": "36", "unjudged": "2",
}  # fmt: skip

OF_ONE_RULE = (SENT_IN_ORDER, NO_MEANING)
"""Remarks that say enough: what came differs from case to case only in a number."""

SHOWN_FIRST: tuple[Outcome, ...] = ("broken", "advice", "open")
"""What is reported in full, the worst first."""


def lesson_of(finding: Finding) -> str:
    """The lesson that shows the rule, by number and title."""
    number = finding.case.lesson
    return next((one.name for one in COURSE if one.number == number), number)


def sent_in_words(finding: Finding) -> str:
    """What was sent, as a person reads it: a request as text, frames as hex."""
    data = finding.sent
    if not data:
        return "nothing yet"
    if data[:1].isalpha():
        return shown_text(data, 400).replace("\\r\\n", " ⏎ ").rstrip(" ⏎")
    rest = len(data) - MOST_BYTES
    return hex_bytes(data[:MOST_BYTES]) + (f" … and {grouped(rest)} more" if rest > 0 else "")


def counts(run: Run) -> Table:
    """For each part of the protocol, how many cases came out which way."""
    rows: list[tuple[object, ...]] = []
    for group in dict.fromkeys(one.case.group for one in run.findings):
        mine = [one.outcome for one in run.findings if one.case.group == group]
        rows.append((group, len(mine), *(mine.count(outcome) for outcome in OUTCOMES)))
    every = Counter(one.outcome for one in run.findings)
    rows.append(("all", len(run.findings), *(every[outcome] for outcome in OUTCOMES)))
    return table(("", "cases", *OUTCOMES.values()), rows)


def introduction(run: Run) -> str:
    """How many cases, in how much time, and what kind of endpoint it is."""
    said = f"{counted(len(run.findings), 'case')} in {run.seconds:.1f} s."
    manner = run.manner
    if manner is None:
        return said
    echo = "It sends messages back" if manner.echoes else "It does not send messages back"
    packs = "agrees" if manner.compresses else "does not agree"
    one = " It was asked one case at a time." if manner.alone else ""
    return f"{said} {echo}, and {packs} to permessage-deflate.{one}"


def conclusion(run: Run) -> str:
    """The verdict in a sentence."""
    every = Counter(one.outcome for one in run.findings)
    if run.gone:
        return run.gone
    if every["broken"]:
        return f"{counted(every['broken'], 'case')} broke a MUST."
    if not run.judged:
        return "Nothing could be judged."
    advice = f"; {counted(every['advice'], 'SHOULD')} missed" if every["advice"] else ""
    left = (
        f" {counted(every['unjudged'], 'case')} could not be judged." if every["unjudged"] else ""
    )
    return f"Every MUST that was judged was kept{advice}.{left}"


def as_text(run: Run, *, colour: bool = False, every: bool = False) -> str:
    """The whole report for a terminal; ``every``: one line for each case that was kept, too."""
    parts = [f"{run.whose}: {introduction(run)}", counts(run).text()]
    for outcome in SHOWN_FIRST:
        mine = [one for one in run.findings if one.outcome == outcome]
        parts += ["\n".join(_told(alike, colour)) for alike in together(mine)]
    if every:
        kept = [f"{_mark(one, colour)}  {one.case.title}" for one in run.findings
                if one.outcome == "kept"]  # fmt: skip
        parts.append("\n".join(kept))
    parts += list(_left_out(run))
    return "\n\n".join(part for part in [*parts, conclusion(run)] if part)


def reasons(run: Run) -> dict[str, list[str]]:
    """Why cases could not be judged, and which, each reason once."""
    found: dict[str, list[str]] = {}
    for one in run.findings:
        if one.outcome == "unjudged":
            found.setdefault(one.came, []).append(one.case.id)
    return found


def _left_out(run: Run) -> Iterator[str]:
    for reason, names in reasons(run).items():
        more = f" and {len(names) - 8} more" if len(names) > 8 else ""
        text = f"Cannot be judged ({len(names)}): {reason} Left out: {', '.join(names[:8])}{more}."
        yield textwrap.fill(text, WIDTH, break_on_hyphens=False)


def _mark(finding: Finding, colour: bool) -> str:
    text = f"{MARKS[finding.outcome]} {finding.case.id}"
    return f"\x1b[{COLOURS[finding.outcome]}m{text}\x1b[0m" if colour else text


def details(finding: Finding) -> list[tuple[str, str]]:
    """What a teacher says about one case, in the order in which it is said."""
    case = finding.case
    lines = [
        ("rule", case.rule),
        ("sent", sent_in_words(finding)),
        ("expected", finding.expected),
        ("came", finding.came),
        ("note", finding.remark),
        ("why", case.why),
        ("lesson", lesson_of(finding)),
    ]
    return [(name, text) for name, text in lines if text]


def together(findings: list[Finding]) -> list[list[Finding]]:
    """Findings that differ in the case alone: the same came of all of them, for the same reason, or
    what the endpoint said to them breaks a rule, and all of them are about one."""
    groups: dict[object, list[Finding]] = {}
    for one in findings:
        alone = not one.remark or one.outcome == "open"
        came = one.case.rule if one.remark in OF_ONE_RULE else one.came
        key = one.case.id if alone else (came, one.remark, one.case.level)
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def _told(alike: list[Finding], colour: bool) -> Iterator[str]:
    first, *others = alike
    case = first.case
    yield f"{_mark(first, colour)} · {case.title} · {case.level}, {case.source}"
    lines = details(first)
    if first.outcome == "open":  # there is nothing to mend
        lines = [(name, text) for name, text in lines if name in ("rule", "came", "note")]
    if others:
        lines.append(("likewise", ", ".join(one.case.id for one in others)))
    for name, text in lines:
        yield textwrap.fill(
            text,
            WIDTH,
            initial_indent=f"  {name}".ljust(INDENT),
            subsequent_indent=" " * INDENT,
            break_on_hyphens=False,
        )


def as_data(run: Run) -> dict[str, Any]:
    """The whole report for programs.

    ``outcome`` of a case is one of the names in ``findings.OUTCOMES``; ``sent`` are the bytes it
    was sent in hex, the first 256 KiB of ``sent_size``. Later versions may add keys and cases.
    """
    return {
        "judged": run.whose,
        "seconds": round(run.seconds, 3),
        "echoes": run.manner.echoes if run.manner else None,
        "compresses": run.manner.compresses if run.manner else None,
        "gone": run.gone or None,
        "counts": dict(Counter(one.outcome for one in run.findings)),
        "conclusion": conclusion(run),
        "cases": [
            {
                "id": one.case.id,
                "group": one.case.group,
                "title": one.case.title,
                "level": one.case.level,
                "source": one.case.source,
                "rows": list(one.case.rows),
                "outcome": one.outcome,
                "sent": one.sent[:MOST_IN_DATA].hex(),
                "sent_size": len(one.sent),
                **{key: text for key, text in details(one) if key not in ("sent",)},
            }
            for one in run.findings
        ],
    }
