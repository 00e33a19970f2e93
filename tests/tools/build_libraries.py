"""Write the page about what libraries do, from the record of ``record_libraries``.

    python -m tests.tools.build_libraries
    python -m tests.tools.build_libraries --check    # only say whether it is up to date

Only the page's sentences are typed: the cases come from the judge, the outcomes, versions and dates
from the record. A remark about one program stays only as long as the record shows what it explains.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from tests.support.places import NOTEBOOKS
from tests.tools.generated import rolling
from tests.tools.record_libraries import LONGEST, RECORDED
from wslearn.conformance.case import SIDES, Bears, Case
from wslearn.conformance.catalogue import GROUPS, cases_for
from wslearn.conformance.client_run import EVERY_TIME, GROUP, PROGRAM_GONE
from wslearn.conformance.findings import (
    CUT_SHORT,
    NOTICED_LATE,
    OUTCOMES,
    SILENT,
    TAKEN,
    UNANSWERED,
    WAITS,
    Outcome,
)
from wslearn.conformance.told import MARKS, OF_ONE_RULE
from wslearn.protocol.dissection import Side

PAGE = NOTEBOOKS / "what-libraries-do.md"

INTRODUCTION = """\
# What libraries do

The RFC says what a server and a client must do. What do those that people use actually do? For this
page `wslearn judge` has put its {servers} cases for servers and its {clients} cases for clients to
programs that send every message back. Each library is used as its manual shows it, with its own
defaults, except that compression is turned on where it is off, and messages are limited to 1 MiB
where a limit can be set.

**How to read the tables.** A blank cell means that the case is *kept*: all is as it should be. A
row in which every cell would be blank is left out, and counted below its table. The other marks:

{legend}

A library that differs is not always wrong. Some mistakes have been tolerated for so long that
programs rely on them; some checks cost time with every message, and are left to the other side; and
what one version does, the next may do otherwise. So read the columns together: where nearly
everyone differs, the rule is one to know, but not to lean on.

{versions}

wsproto leaves sockets to others, and has a few lines of asyncio around it. uvicorn takes websockets
for its WebSockets by itself, so from the first frame on both columns show one library. What Node.js
has built in is undici's. That wslearn keeps everything says little: the judge and the library come
from the same authors. For a second opinion, see Autobahn's suite (lesson 09).

To ask your own: `wslearn judge ws://127.0.0.1:8765/` judges a server, `wslearn judge --client`
listens for a client. Both say of every case what was sent, what came, and why it matters. What
stands here is asked again with `python -m tests.tools.record_libraries`.
"""

LEGEND = {
    "broken": "against a MUST; what exactly is listed below the tables",
    "advice": "against a SHOULD, or right but without the Close, or the code, that SHOULD say why",
    "open": "the RFC leaves it open (MAY, or no word about it); mostly a word in place of the mark "
    "says which way it goes, and is explained below the table",
    "unjudged": "could not be asked: it does not compress, and need not",
}

HEADINGS = {"websockets, threads": "websockets (threads)"}
"""What stands above a column, where that is not the name of the program."""

OURS = ("wslearn", "lesson 08", "lesson 08, mended")
"""Programs that are not somebody else's library."""

COUNTED_ONLY = "lesson 08"
"""A program that breaks so many rules that its column would hide the others."""

SIDE = {
    "server": (
        "Servers",
        "The last columns are the server of lesson 08: as it was found, which is only counted, and "
        "with all its mends.",
    ),
    "client": (
        "Clients",
        "A client has less to decide, and more to check: it is the client who has to look at the "
        "reply. Chromium stands here for all pages: what it does, no script can change.",
    ),
}

WAYS = {
    TAKEN: ("takes", "it takes all of it"),
    WAITS: ("waits", "it waits for the rest, and the RFC sets no time"),
    NOTICED_LATE: ("late", "it fails the connection as it must, after it has answered a Ping that "
        "came behind the fault"),
    UNANSWERED: ("closes", "it closes at once, and the message before is not answered"),
    CUT_SHORT.format("may"): ("ends", "it ends the connection without a Close"),
    SILENT: ("silent", "it neither takes it nor refuses it in time"),
}  # fmt: skip
"""What an endpoint does: the remark, what stands in a cell, and what that means."""

OPENS, REFUSES, CODE = (
    ("opens", "the connection opens"),
    ("refuses", "the connection does not open"),
    ("a number", "it closes with this code"),
)


class Remark(NamedTuple):
    """Why one program did something unexpected, as its source explains.

    It stays on the page as long as the record of that case contains ``found``.
    """

    side: Side
    program: str
    case: str
    found: str
    why: str


TOO_LONG = (
    "exactly as many bytes as `max_msg_size` are one too many: the reader refuses that size and "
    "more (`reader_py.py` in its `_websocket`)"
)
FRAGMENTS = "it takes 4096 fragments, and no more (`WEBSOCKETS_MAX_FRAGMENTS` changes that)"
PONGS = (
    "60 Pongs may wait to be sent (`maxPendingAutoPongs`). All Pings of one read are handled "
    "before any Pong is out, so a burst ends the connection even where the peer reads every answer"
)
REMARKS = (
    Remark("server", "websockets", "limit-crumbs", "1009", FRAGMENTS),
    Remark("server", "aiohttp", "limit-message", "1009", TOO_LONG),
    Remark("server", "ws", "limit-pings", "60 Pongs", PONGS),
    Remark("client", "websockets", "limit-crumbs", "1009", FRAGMENTS),
    Remark("client", "aiohttp", "limit-message", "1009", TOO_LONG),
    Remark("client", "ws", "limit-pings", "60 Pongs", PONGS),
    Remark("client", "Node.js", "reply-subprotocol", PROGRAM_GONE,
        "the name is looked up among the subprotocols that were asked for. Where none were, that "
        "is null, and the TypeError comes up outside of every handler, so the program ends (in "
        "this version the WebSocket has to be turned on with `--experimental-websocket`)"),
    Remark("client", "Node.js", "text-byte-order-mark", "text “Hello”",
        "text is decoded with a TextDecoder, which takes the mark for one about the encoding and "
        "drops it unless `ignoreBOM` is set"),
)  # fmt: skip
"""All of them were seen a second time with sockets and typed bytes, without the judge."""

Recorded = dict[str, Any]


def read_recorded() -> Recorded:
    """What was recorded."""
    recorded: Recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    return recorded


def cases_of(side: Side) -> tuple[Case, ...]:
    """The cases that a page about this side tells of."""
    return (*(EVERY_TIME if side == "client" else ()), *cases_for(side))


def page(recorded: Recorded) -> str:
    """The whole page as Markdown; raises :class:`ValueError` where the record has other cases."""
    for side in SIDES:
        known = {case.id for case in cases_of(side)}
        for name, found in recorded[side]["found"].items():
            if set(found) != known:
                odd = sorted(set(found) ^ known)
                raise ValueError(
                    f"Expected what {name} does with every case, got other cases: {odd}; run "
                    "python -m tests.tools.record_libraries (ws: with --node)"
                )
    legend = "\n".join(
        f"- **{MARKS[outcome]}** {OUTCOMES[outcome]}: {LEGEND[outcome]}"
        for outcome in OUTCOMES
        if outcome in LEGEND
    )
    head = INTRODUCTION.format(
        servers=len(cases_of("server")),
        clients=len(cases_of("client")),
        legend=legend,
        versions=_versions(recorded),
    )
    return "\n".join([head, *(_half(side, recorded[side]) for side in SIDES)]).rstrip() + "\n"


def _versions(recorded: Recorded) -> str:
    """One line for each program in one version, with the date and side on which it was judged."""
    asked: dict[tuple[str, str], dict[str, str]] = {}
    for side in SIDES:
        for name, (version, day) in recorded[side]["programs"].items():
            when = date.fromisoformat(day)
            asked.setdefault((name, version), {})[side] = f"{when.day} {when:%B %Y}"
    lines = ["| program | version | as a server | as a client |", "|:--|:--|:--|:--|"]
    for (name, version), days in asked.items():
        when_asked = " | ".join(days.get(side, "") for side in SIDES)
        lines.append(f"| {_plain(HEADINGS.get(name, name))} | {_plain(version)} | {when_asked} |")
    return rolling(lines, 560)


def _half(side: Side, recorded: Recorded) -> str:
    cases, (title, introduction) = cases_of(side), SIDE[side]
    parts = [f"## {title}\n\n{introduction}\n\n{_summary(recorded)}"]
    whole: list[str] = []
    for group in (GROUP, *GROUPS):
        mine = [case for case in cases if case.group == group]
        if mine and all(_nothing_to_see(case, recorded) for case in mine):
            whole.append(f"{group} ({len(mine)})")
        elif mine:
            parts.append(f"\n### {title}: {group}\n\n{_group(mine, recorded)}")
    parts.insert(1, f"\nAll of them keep every case about {', '.join(whole)}." if whole else "")
    parts.append(f"\n### {title}: which MUST is broken, by whom, and how\n")
    parts += list(_broken(cases, recorded))
    remarks = list(_remarks(side, recorded))
    if remarks:
        parts += [f"\n### {title}: what is behind it\n", *remarks]
    return "\n".join(parts) + "\n"


def _columns(recorded: Recorded) -> dict[str, dict[str, list[str]]]:
    """The programs, side by side."""
    return {name: one for name, one in recorded["found"].items() if name != COUNTED_ONLY}


def _nothing_to_see(case: Case, recorded: Recorded) -> bool:
    """Whether every program that could be judged keeps it."""
    return {found[case.id][0] for found in _columns(recorded).values()} <= {"kept", "unjudged"}


def _head(first: str, names: list[str]) -> list[str]:
    told = [_plain(HEADINGS.get(name, name)) for name in names]
    return [f"| {first} | " + " | ".join(told) + " |", "|:--|" + ":-:|" * len(names)]


def _summary(recorded: Recorded) -> str:
    lines = _head("cases", list(recorded["found"]))
    for outcome in OUTCOMES:
        counts = [Counter(one[0] for one in found.values()) for found in recorded["found"].values()]
        cells = " | ".join(str(count[outcome] or "") for count in counts)
        mark = "" if outcome == "kept" else f"**{MARKS[outcome]}** "
        lines.append(f"| {mark}{OUTCOMES[outcome]} | {cells} |")
    return rolling(lines, 900)


def _group(cases: list[Case], recorded: Recorded) -> str:
    """A table of the cases that some program does not keep, and the number of the others."""
    columns = _columns(recorded)
    lines = _head("case", list(columns))
    rows: dict[tuple[str, str], list[Case]] = {}
    means: dict[str, None] = {}
    for case in cases:
        if _nothing_to_see(case, recorded):
            continue
        told = [_cell(case, *found[case.id]) for found in columns.values()]  # type: ignore[arg-type]
        means |= dict.fromkeys(meaning for _, meaning in told if meaning)
        cells = " | ".join(cell for cell, _ in told)
        rows.setdefault((f"{case.level}, {case.source}", cells), []).append(case)
    for (law, cells), alike in rows.items():
        titles = "<br>".join(_plain(case.title) for case in alike)
        lines.append(f"| {titles}<br>**{law}** | {cells} |")
    parts = [rolling(lines, 1000)]
    kept = len(cases) - sum(map(len, rows.values()))
    if kept:
        parts.append(f"\nAll that could be asked keep {_counted(kept)} of this part.")
    if means:
        parts.append(f"\nIn this table, {'; '.join(means)}.")
    return "\n".join(parts)


def _cell(case: Case, outcome: Outcome, came: str, remark: str) -> tuple[str, str]:
    """The content of a cell and what it means; empty for a case that is kept.

    What is left open, and the outcome of a load, is given in a word.
    """
    if outcome == "kept":
        return "", ""
    mark = MARKS[outcome] if outcome in ("open", "unjudged") else f"**{MARKS[outcome]}**"
    load = isinstance(case.right, Bears) and outcome == "advice"
    if outcome != "open" and not load:
        return mark, ""
    code = re.search(r"a Close with (\d+)", came)
    word, means = mark, ""
    if remark in WAYS:
        word, means = WAYS[remark]
    elif code is not None:
        word, means = code[1], f"*{CODE[0]}*: {CODE[1]}"
    elif came.startswith("HTTP/"):
        word, means = OPENS if " 101 " in came else REFUSES
    if means and not means.startswith("*"):
        means = f"*{word}*: {means}"
    return (f"{word} {mark}" if load and means else word), means


def _counted(number: int) -> str:
    return "the other case" if number == 1 else f"the {number} other cases"


def _broken(cases: tuple[Case, ...], recorded: Recorded) -> Iterator[str]:
    """For each rule: who breaks it, in which cases, and what came, or its beginning."""
    rules: dict[tuple[str, str], dict[tuple[str, str], _Way]] = {}
    columns = _columns(recorded)
    for case in cases:
        for name, found in columns.items():
            outcome, came, remark = found[case.id]
            if outcome == "broken":
                ways = rules.setdefault((case.source, case.rule), {})
                way = ("" if remark in OF_ONE_RULE else came, remark)
                ways.setdefault(way, _Way(came, remark, {})).add(name, case.title)
    for (source, rule), ways in rules.items():
        yield f"**{source}.** {_plain(rule)}\n"
        yield from (line for way in ways.values() for line in way.told())
        yield ""
    clean = [HEADINGS.get(name, name) for name, one in columns.items() if not _breaks(one)]
    if clean:
        yield f"Without a broken MUST: {_plain(', '.join(clean))}."


class _Way(NamedTuple):
    """A way to break a rule: what came, and from whom in which cases."""

    came: str
    remark: str
    cases: dict[str, list[str]]

    def add(self, name: str, title: str) -> None:
        """One more case of one program."""
        self.cases.setdefault(HEADINGS.get(name, name), []).append(title)

    def told(self) -> Iterator[str]:
        """A line for the programs that do so in the same cases."""
        alike: dict[str, list[str]] = {}
        for name, titles in self.cases.items():
            alike.setdefault("; ".join(titles), []).append(name)
        came = _plain(self.came) + ("…" if len(self.came) == LONGEST else "")
        why = f" {_plain(self.remark)}" if self.remark else ""
        for told, names in alike.items():
            yield f"- **{_plain(', '.join(names))}**, {_plain(told)}: {came}.{why}"


def _breaks(found: dict[str, list[str]]) -> bool:
    return any(one[0] == "broken" for one in found.values())


def _remarks(side: Side, recorded: Recorded) -> Iterator[str]:
    titles = {case.id: case.title for case in cases_of(side)}
    for one in REMARKS:
        if one.side == side and one.found in " ".join(recorded["found"][one.program][one.case]):
            version = recorded["programs"][one.program][0]
            about = f"{one.program} {version}, {titles[one.case]}"
            yield f"- **{_plain(about)}**: {one.why}"


def _plain(text: str) -> str:
    """Text that Markdown shows as it is, also in a table."""
    return re.sub(r"([\\*_<>|\[\]$`])", r"\\\1", text)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, say what is wrong")
    text = page(read_recorded())
    stale = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text
    if parser.parse_args().check:
        print("The page is stale: run python -m tests.tools.build_libraries." if stale else "Fine.")
        return int(stale)
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
