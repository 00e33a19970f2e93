"""What a judge found, as one page that needs no network: for a class, or for whoever mends it.

Everything an endpoint sent is escaped, and the page forbids itself scripts and addresses: whatever
a server says, it stays text.
"""

from datetime import datetime
from html import escape
from importlib.metadata import version

from wslearn.draw.drawn import Dissection, dissect_all
from wslearn.protocol.deflate import DEFLATE
from wslearn.protocol.dissection import Side

from .findings import OUTCOMES, Finding, Outcome
from .server_run import Run
from .told import MARKS, conclusion, counts, details, introduction, reasons

OPEN_FIRST = 3
"""How many findings are unfolded; more than that is a wall."""

MOST_DRAWN = 64
"""Frames of up to this many bytes are drawn bit by bit."""

HEADINGS: dict[Outcome, str] = {
    "broken": "Rules that it breaks",
    "advice": "Advice that it does not take",
    "open": "What the RFC leaves open, and what it does",
    "kept": "What it keeps",
}

STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1b1f24; --quiet: #57606a; --line: #d0d7de;
  --panel: #f6f8fa; --broken: #a33b00; --advice: #7a5d00; --open: #0b5f8f; --kept: #00664b; }
@media (prefers-color-scheme: dark) { :root { --paper: #111418; --ink: #e6eaef; --quiet: #9aa6b2;
  --line: #39414a; --panel: #1b2027; --broken: #ffab70; --advice: #e3c04f; --open: #6cc0f5;
  --kept: #56d3ab; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 2rem 1.25rem 4rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; overflow-wrap: anywhere; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; }
.verdict { border-left: .3rem solid var(--kept); padding: .6rem 1rem; background: var(--panel);
  font-size: 1.1rem; margin: 1rem 0; }
.verdict.broken { border-color: var(--broken); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .9rem .25rem 0; border-bottom: 1px solid var(--line); text-align: right; }
th:first-child, td:first-child { text-align: left; }
tr:last-child td { font-weight: 600; border-bottom: 0; }
details.case { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; }
details.case > summary { padding: .55rem .9rem; cursor: pointer; }
details.case[open] > summary { border-bottom: 1px solid var(--line); }
summary .name { font-weight: 600; }
summary .law { color: var(--quiet); white-space: nowrap; }
.mark { display: inline-block; width: 1.3em; font-weight: 700; }
.mark.broken { color: var(--broken); } .mark.advice { color: var(--advice); }
.mark.open { color: var(--open); } .mark.kept { color: var(--kept); }
dl { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: .35rem 1rem; margin: 0;
  padding: .8rem .9rem; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
dd.bytes { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: .92em; }
.frame { margin: 0 .9rem .9rem; overflow-x: auto; }
ul { padding-left: 1.2rem; } li { margin: .25rem 0; overflow-wrap: anywhere; }
.kept li { list-style: none; } .quiet, footer { color: var(--quiet); }
footer { margin-top: 3rem; font-size: .9rem; }
@media (max-width: 36rem) { dl { grid-template-columns: 1fr; gap: .1rem; }
  dd { margin: 0 0 .5rem; } }
@media print { details.case { break-inside: avoid; } }
"""

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def as_page(run: Run, side: Side = "server", when: datetime | None = None) -> str:
    """The whole page; ``side`` is the side that was judged, ``when`` is given at its end."""
    made = "" if when is None else f" on {when:%-d %B %Y}"
    worst = "broken" if run.broken else "kept"
    body = [
        f"<h1>{escape(run.whose)}</h1>",
        f'<p class="quiet">{escape(introduction(run))}</p>',
        f'<p class="verdict {worst}">{escape(conclusion(run))}</p>',
        f'<div class="wide">{_counts(run)}</div>',
        *(_section(run, outcome, side) for outcome in ("broken", "advice", "open")),
        _unjudged(run),
        _kept(run),
        f"<footer>Judged with wslearn {escape(version('wslearn'))}{made}. MUST, SHOULD and MAY are "
        "as strong as in RFC 2119; a rule's section is where to read it.</footer>",
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Judged: {escape(run.whose)}</title><style>{STYLE}</style></head>"
        f"<body><main>{''.join(body)}</main></body></html>\n"
    )


def _counts(run: Run) -> str:
    table = counts(run)
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.headings)
    rows = "".join(f"<tr>{''.join(map(_number, row))}</tr>" for row in table.rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _number(cell: object) -> str:
    """A cell of the table; what did not happen is greyed."""
    return f"<td{' class=quiet' if cell == 0 else ''}>{escape(str(cell))}</td>"


def _section(run: Run, outcome: Outcome, side: Side) -> str:
    mine = [one for one in run.findings if one.outcome == outcome]
    if not mine:
        return ""
    cases = [
        _case(one, side, unfolded=at < OPEN_FIRST and outcome == "broken")
        for at, one in enumerate(mine)
    ]
    return f"<section><h2>{HEADINGS[outcome]} ({len(mine)})</h2>{''.join(cases)}</section>"


def _case(finding: Finding, side: Side, *, unfolded: bool) -> str:
    case = finding.case
    head = (
        f'<summary>{_mark(finding.outcome)}<span class="name">{escape(case.title)}</span> '
        f'<span class="law">{case.level}, {escape(case.source)}</span></summary>'
    )
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd{' class=bytes' if name == 'sent' else ''}>{escape(text)}</dd>"
        for name, text in details(finding)
    )
    opened = " open" if unfolded else ""
    return (
        f'<details class="case" id="{escape(case.id)}"{opened}>{head}<dl>{rows}</dl>'
        f"{_frame(finding, side)}</details>"
    )


def _frame(finding: Finding, side: Side) -> str:
    """The frame that is at fault, bit by bit, where it is small enough to be looked at."""
    data = finding.sent
    if not data or data[:1].isalpha() or len(data) > 4 * MOST_DRAWN:
        return ""
    extensions = (DEFLATE,) if finding.case.deflate is not None else ()
    frames = dissect_all(data, side, extensions)
    faulty: Dissection | None = next((one for one in frames if one.violations), None)
    if faulty is None or len(faulty.data) > MOST_DRAWN:
        return ""
    return f'<div class="frame">{faulty.html()}</div>'


def _mark(outcome: Outcome) -> str:
    word = escape(OUTCOMES[outcome])
    return (
        f'<span class="mark {outcome}" title="{word}" aria-label="{word}">{MARKS[outcome]}</span>'
    )


def _unjudged(run: Run) -> str:
    told = [
        f"<li>{escape(reason)} <span class=quiet>{escape(', '.join(names))}</span></li>"
        for reason, names in reasons(run).items()
    ]
    if not told:
        return ""
    return f"<section><h2>What could not be judged</h2><ul>{''.join(told)}</ul></section>"


def _kept(run: Run) -> str:
    mine = [one for one in run.findings if one.outcome == "kept"]
    if not mine:
        return ""
    items = "".join(
        f"<li>{_mark('kept')}{escape(one.case.title)} "
        f'<span class="quiet">{escape(one.case.source)}</span></li>'
        for one in mine
    )
    return (
        f'<section class="kept"><h2>{HEADINGS["kept"]} ({len(mine)})</h2>'
        f"<details><summary>all of them</summary><ul>{items}</ul></details></section>"
    )
