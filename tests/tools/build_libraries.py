"""Write the page about what libraries do, from what ``record_libraries`` has recorded.

    python -m tests.tools.build_libraries
    python -m tests.tools.build_libraries --check    # only say whether it is up to date

Nothing on the page is typed but its sentences: the cases come from the judge, the outcomes,
versions and dates from the record.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from tests.support.places import NOTEBOOKS
from tests.tools.record_libraries import LONGEST, RECORDED
from wslearn.conformance.case import Case
from wslearn.conformance.catalogue import GROUPS, cases_for
from wslearn.conformance.findings import OUTCOMES, Outcome
from wslearn.conformance.told import MARKS

PAGE = NOTEBOOKS / "what-libraries-do.md"

INTRODUCTION = """\
# What libraries do

The RFC says what a server must do. What do the servers that people use actually do? For this page,
`wslearn judge` has put its {cases} cases to echo servers made with {count} libraries, and to the
server of lesson 08: as it was found, and with all its mends. Each library is used as its manual
shows it, with its own defaults, except that compression is turned on where it is off, and messages
are limited to 1 MiB where a limit can be set. Run the judge yourself:
`wslearn judge ws://127.0.0.1:8765/` says of every case what was sent, what came, and why it
matters.

wsproto leaves sockets to others, and has a few lines of asyncio around it. uvicorn takes websockets
for its WebSockets by itself, so from the first frame on both columns show one library. That wslearn
keeps everything says little: the judge and the library come from the same authors. For a second
opinion, see Autobahn's suite (lesson 09).

A library that differs is not always wrong. Some mistakes have been tolerated for so long that
programs rely on them; some checks cost time with every message, and are left to the other side; and
what one version does, the next may do otherwise. So read the columns together: where nearly
everyone differs, the rule is one to know, but not to lean on.

{legend}

{versions}
"""

LEGEND = {
    "kept": "as it should be",
    "broken": "against a MUST",
    "advice": "against a SHOULD, or without the Close that SHOULD say why",
    "open": "the RFC leaves it open; this is one of the ways",
    "unjudged": "could not be asked: it does not compress, and need not",
}

HEADINGS = {"lesson 08": "08", "lesson 08, mended": "08 mended"}
"""What stands above a column, where that is not the name of the program."""

Recorded = dict[str, Any]


def read_recorded() -> Recorded:
    """What was recorded."""
    recorded: Recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    return recorded


def page(recorded: Recorded) -> str:
    """The whole page as Markdown; raises :class:`ValueError` where the record knows other cases."""
    cases = cases_for("server")
    for name, found in recorded["found"].items():
        if set(found) != {case.id for case in cases}:
            odd = sorted(set(found) ^ {case.id for case in cases})
            raise ValueError(f"Expected what {name} does with every case, got other cases: {odd}")
    libraries = [name for name in recorded["programs"] if name not in HEADINGS]
    legend = "\n".join(
        f"- {MARKS[outcome]} {OUTCOMES[outcome]}: {LEGEND[outcome]}" for outcome in OUTCOMES
    )
    head = INTRODUCTION.format(
        cases=len(cases), count=len(libraries), legend=legend, versions=_versions(recorded)
    )
    parts = [head, "## In all\n", _summary(recorded)]
    for group in GROUPS:
        mine = [case for case in cases if case.group == group]
        parts.append(f"\n## {group[:1].upper()}{group[1:]}\n\n{_group(mine, recorded)}")
    parts.append("\n## Where a library breaks a MUST\n")
    parts += list(_broken(cases, recorded, libraries))
    return "\n".join(parts).rstrip() + "\n"


def _versions(recorded: Recorded) -> str:
    lines = ["| program | version | asked on |", "|---|---|---|"]
    for name, (version, day) in recorded["programs"].items():
        when = date.fromisoformat(day)
        lines.append(f"| {_plain(name)} | {_plain(version)} | {when.day} {when:%B %Y} |")
    return "\n".join(lines)


def _head(first: str, recorded: Recorded) -> list[str]:
    names = [HEADINGS.get(name, name) for name in recorded["programs"]]
    return [f"| {first} | " + " | ".join(names) + " |", "|---|" + ":-:|" * len(names)]


def _summary(recorded: Recorded) -> str:
    lines = _head("", recorded)
    for outcome in OUTCOMES:
        counts = [Counter(one[0] for one in found.values()) for found in recorded["found"].values()]
        cells = " | ".join(str(count[outcome]) for count in counts)
        lines.append(f"| {MARKS[outcome]} {OUTCOMES[outcome]} | {cells} |")
    return "\n".join(lines)


def _group(cases: list[Case], recorded: Recorded) -> str:
    """A table of the cases in which something differs, and a sentence about the others."""
    columns = list(recorded["found"].values())
    differing = [case for case in cases if len({found[case.id][0] for found in columns}) > 1]
    lines = _head("case", recorded) if differing else []
    rows: dict[tuple[str, str], list[Case]] = {}
    for case in differing:
        cells = " | ".join(MARKS[_outcome(found, case)] for found in columns)
        rows.setdefault((f"{case.level}, {case.source}", cells), []).append(case)
    for (law, cells), alike in rows.items():
        titles = "<br>".join(_plain(case.title) for case in alike)
        lines.append(f"| {titles}<br>**{law}** | {cells} |")
    same = len(cases) - len(differing)
    if same:
        lines.append(f"\nIn {_counted(same)} of this part all of them get the same mark.")
    return "\n".join(lines)


def _counted(number: int) -> str:
    return "one more case" if number == 1 else f"{number} more cases"


def _outcome(found: dict[str, list[str]], case: Case) -> Outcome:
    outcome: Outcome = found[case.id][0]  # type: ignore[assignment]
    return outcome


def _broken(cases: tuple[Case, ...], recorded: Recorded, libraries: list[str]) -> Iterator[str]:
    for name in libraries:
        found = recorded["found"][name]
        mine = [case for case in cases if found[case.id][0] == "broken"]
        if not mine:
            yield f"**{_plain(name)}**: in none of these cases.\n"
            continue
        yield f"**{_plain(name)}**\n"
        for case in mine:
            came, remark = found[case.id][1:]
            cut = "…" if len(came) == LONGEST else ""
            why = f" — {_plain(remark)}" if remark else ""
            yield f"- {_plain(case.title)} ({case.source}): {_plain(came)}{cut}{why}"
        yield ""


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
