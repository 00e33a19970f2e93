"""Write the page of every rule: where the code obeys it, which test proves it, which lesson shows
it.

    python -m tests.tools.build_matrix            # write notebooks/every-rule.md
    python -m tests.tools.build_matrix --check    # only say whether it is up to date

Nothing on the page is typed. The rules come from the table of requirements, the tests and the
functions from the markers (see ``rows.py``), the lessons from the metadata of the notebooks. The
tests are collected and not run.
"""

import argparse
import contextlib
import io
import json
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import pytest

from tests.support.places import NOTEBOOKS, ROOT
from tests.support.rows import KINDS, NotOurs, Row, function_at, proofs_of, read_not_ours, read_rows
from tests.tools.generated import rolling

PAGE = NOTEBOOKS / "every-rule.md"

TITLES = {
    "6455 2": "What an implementation may do",
    "6455 2.1": "Buffers",
    "6455 3": "WebSocket URIs",
    "6455 4.1": "The opening handshake: the client",
    "6455 4.2": "The opening handshake: the server",
    "6455 4.2.1": "The server reads the request",
    "6455 4.2.2": "The server answers",
    "6455 4.3": "How the headers are written",
    "6455 4.4": "Several versions",
    "6455 5.1": "Who masks",
    "6455 5.2": "The header of a frame",
    "6455 5.3": "Masking",
    "6455 5.4": "Fragments",
    "6455 5.5": "Control frames",
    "6455 5.5.1": "Close",
    "6455 5.5.2": "Ping",
    "6455 5.5.3": "Pong",
    "6455 5.6": "Text and binary",
    "6455 5.8": "Room for extensions",
    "6455 6.1": "Sending",
    "6455 6.2": "Receiving",
    "6455 7.1.1": "Ending TCP",
    "6455 7.1.2": "Beginning to close",
    "6455 7.1.3": "While closing",
    "6455 7.1.4": "Closed",
    "6455 7.1.5": "The close code that is reported",
    "6455 7.1.6": "The close reason that is reported",
    "6455 7.1.7": "Failing the connection",
    "6455 7.2.1": "When a client fails",
    "6455 7.2.2": "When a server gives up the handshake",
    "6455 7.2.3": "Coming back after a failure",
    "6455 7.3": "Closing in the normal way",
    "6455 7.4": "Close codes",
    "6455 7.4.1": "The defined close codes",
    "6455 7.4.2": "The ranges of close codes",
    "6455 8.1": "Text that is not UTF-8",
    "6455 9": "Extensions",
    "6455 9.1": "Agreeing on extensions",
    "6455 9.2": "Known extensions",
    "6455 10.1": "Clients that are not browsers",
    "6455 10.2": "Origin",
    "6455 10.3": "Why clients mask",
    "6455 10.4": "Limits",
    "6455 10.6": "TLS",
    "6455 10.7": "Data that is not valid",
    "6455 11.1.1": "The ws scheme",
    "6455 11.1.2": "The wss scheme",
    "6455 11.3.1": "Sec-WebSocket-Key",
    "6455 11.3.2": "Sec-WebSocket-Extensions",
    "6455 11.3.3": "Sec-WebSocket-Accept",
    "6455 11.3.4": "Sec-WebSocket-Protocol",
    "6455 11.3.5": "Sec-WebSocket-Version",
    "7692 4": "What a compression extension specifies",
    "7692 5": "Agreeing on compression",
    "7692 5.1": "When the client cannot go on",
    "7692 6": "Which messages are compressed",
    "7692 6.1": "Sending a compressed message",
    "7692 6.2": "Receiving a compressed message",
    "7692 7": "permessage-deflate: agreeing",
    "7692 7.1.1.1": "server_no_context_takeover",
    "7692 7.1.1.2": "client_no_context_takeover",
    "7692 7.1.2.1": "server_max_window_bits",
    "7692 7.1.2.2": "client_max_window_bits",
    "7692 7.2.1": "Compressing",
    "7692 7.2.2": "Decompressing",
    "7692 7.3": "Advice on the window",
    "7692 8": "Security",
}
"""What each section is about, in our words."""

INTRODUCTION = """\
# Every rule, and where it is kept

RFC 6455 (WebSocket) and RFC 7692 (permessage-deflate) ask for {total} things. Here each of them
stands in our words, with three ways to see it:

- **where the code obeys it**: the function to open; in a notebook
  `from wslearn.protocol import judge` and then `judge.mask_bit??` shows its text,
- **which test proves it**: the test fails when the rule is broken; its name is a sentence,
- **which lesson shows it**: there you see the rule obeyed, or broken on purpose.

The first column is the section and the number under which the project knows the rule
(`{example}` of RFC {rfc} is the row `{rfc}-{example}`). MUST, SHOULD and MAY are as strong as in
the RFC. This page is generated. Each function in it was seen at work while its test ran: a test
that says it proves a rule and does not call the function fails.
"""


@dataclass
class Evidence:
    """What is known about one row."""

    row: Row
    functions: list[str] = field(default_factory=list)
    tests: list[tuple[str, str]] = field(default_factory=list)  # file, and name of the function
    lessons: list[str] = field(default_factory=list)
    not_ours: NotOurs | None = None


class Collector:
    """Keeps the tests that pytest collects."""

    items: list[pytest.Item] = []  # noqa: RUF012 - replaced, never changed

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.items = session.items


def collect_tests() -> list[pytest.Item]:
    """The tests in every file that has a marker; SystemExit with pytest's words if that fails."""
    files = [
        str(path)
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if path.parent.name not in ("tools", "support", "matrix")
        and "mark.row(" in path.read_text(encoding="utf-8")
    ]
    collector, said = Collector(), io.StringIO()
    # Without the notebook plugins: loading them takes longer than everything else.
    lean = ["-p", "no:nbval", "-o", "addopts=--import-mode=importlib --strict-markers"]
    project = [f"--rootdir={ROOT}", "-c", str(ROOT / "pyproject.toml")]
    options = ["--collect-only", "-qq", *lean, *project]
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        status = pytest.main([*files, *options], [collector])
    if status != 0:
        raise SystemExit(said.getvalue())
    return collector.items


def rows_shown(path: Path) -> list[str]:
    """The rows that a lesson shows, from the metadata of its notebook."""
    metadata = json.loads(path.read_text(encoding="utf-8"))["metadata"]
    return metadata.get("wslearn", {}).get("rows", [])


def gather(items: Iterable[pytest.Item], notebooks: Path = NOTEBOOKS) -> dict[str, Evidence]:
    """What the tests, the notebooks and ``not_ours.tsv`` say about each row.

    Raises :class:`ValueError` for a row that is proven or shown and does not exist.
    """
    rows = read_rows()
    found = {name: Evidence(row) for name, row in rows.items()}
    for item in items:
        test = (item.path.relative_to(ROOT).as_posix(), getattr(item, "originalname", item.name))
        for proof in proofs_of(item, rows):
            for name in proof.rows:
                if proof.at not in found[name].functions:
                    found[name].functions.append(proof.at)
                if test not in found[name].tests:
                    found[name].tests.append(test)
    for name, reason in read_not_ours().items():
        known(found, name, "not_ours.tsv").not_ours = reason
    for path in sorted(notebooks.glob("[0-9][0-9]-*.ipynb")):
        for name in rows_shown(path):
            known(found, name, path.name).lessons.append(path.name)
    return found


def known(found: dict[str, Evidence], name: str, where: str) -> Evidence:
    if name not in found:
        raise ValueError(f"Expected a row of the table in {where}, got {name!r}.")
    return found[name]


def problems(found: dict[str, Evidence]) -> list[str]:
    """Each row that is neither proven nor marked as not ours, or both, in one sentence."""
    said = []
    for name, evidence in found.items():
        if evidence.tests and evidence.not_ours:
            said.append(f"{name} is proven by a test and listed as not ours; keep one of the two.")
        if not (evidence.tests or evidence.not_ours):
            row = evidence.row
            said.append(
                f"{name} has no test with its marker and is not listed as not ours "
                f"({row.level}, {row.who}: {row.requirement} To see: {row.observable})."
            )
    return said


# -- the page --------------------------------------------------------------------------------------


def page(found: dict[str, Evidence]) -> str:
    """The whole page as Markdown."""
    first = next(iter(found.values())).row
    example = first.id.partition("-")[2]
    parts = [INTRODUCTION.format(total=len(found), example=example, rfc=first.rfc)]
    parts.append(summary(found))
    parts.append(not_ours_table(found))
    for (rfc, section), group in by_section(found):
        title = TITLES[f"{rfc} {section}"].replace("_", "_<wbr>")  # for a narrow page
        parts.append(f"## RFC {rfc} §{section} · {title}\n\n{table(group)}")
    parts.append(unshown(found))
    return "\n".join(parts)


def by_section(found: dict[str, Evidence]) -> list[tuple[tuple[str, str], list[Evidence]]]:
    sections = groupby(found.values(), key=lambda one: (one.row.rfc, one.row.section))
    return [(section, list(group)) for section, group in sections]


def summary(found: dict[str, Evidence]) -> str:
    """The number of rules in each chapter, and how many are proven and shown."""
    lines = [
        "| chapter | rules | proven by a test | not ours | shown in a lesson |",
        "|:--|--:|--:|--:|--:|",
    ]
    chapters = groupby(found.values(), lambda one: (one.row.rfc, one.row.section.split(".")[0]))
    for (rfc, chapter), group in chapters:
        lines.append(counts(f"RFC {rfc} §{chapter}", list(group)))
    lines.append(counts("**all**", list(found.values())))
    return rolling(lines, 480) + "\n"


def counts(name: str, rows: list[Evidence]) -> str:
    numbers = (
        len(rows),
        sum(bool(one.tests) for one in rows),
        sum(one.not_ours is not None for one in rows),
        sum(bool(one.lessons) for one in rows),
    )
    return f"| {name} | " + " | ".join(map(str, numbers)) + " |"


def not_ours_table(found: dict[str, Evidence]) -> str:
    """Who obeys the rows that we do not."""
    lines = ["“Not ours” are rules for somebody else:\n", "| for whom | rules |", "|:--|--:|"]
    kinds = [one.not_ours.kind for one in found.values() if one.not_ours]
    lines += [f"| {meaning} | {kinds.count(kind)} |" for kind, meaning in KINDS.items()]
    return "\n".join(lines) + "\n"


def unshown(found: dict[str, Evidence]) -> str:
    """The rules that no lesson shows yet, for whoever writes the next one."""
    open_ones = {name: one for name, one in found.items() if not (one.lessons or one.not_ours)}
    lines = [f"## Rules that no lesson shows yet: {len(open_ones)}\n"]
    if open_ones:
        lines += ["| section | rules |", "|:--|:--|"]
    for (rfc, section), group in by_section(open_ones):
        numbers = " · ".join(number_of(one.row) for one in group)
        lines.append(f"| RFC {rfc} §{section} {TITLES[f'{rfc} {section}']} | {numbers} |")
    return "\n".join(lines) + "\n"


def number_of(row: Row) -> str:
    """The section and the number of a row, which do not break at the hyphen."""
    return row.id.partition("-")[2].replace("-", "‑")


def table(rows: list[Evidence]) -> str:
    lines = [
        "| § | rule | where the code obeys it | which test proves it | which lesson shows it |",
        "|:--|:--|:--|:--|:--|",
    ]
    lines += [line(one) for one in rows]
    return rolling(lines, 800) + "\n"


def line(one: Evidence) -> str:
    """One row of a table: a rule with its evidence."""
    row = one.row
    rule = f"**{row.level}** · {who(row)}<br>{plain(row.requirement)}"
    if one.not_ours:
        obeyed, proven = "not ours", plain(one.not_ours.reason)
    else:
        obeyed = "<br>".join(map(function_link, one.functions))
        proven = "<br>".join(f"[{sentence(name)}](../{path})" for path, name in one.tests)
    shown = " ".join(f"[{name[:2]}]({name})" for name in one.lessons)
    shown = shown or ("–" if one.not_ours else "none yet")
    return f"| {number_of(row)} | {rule} | {obeyed} | {proven} | {shown} |"


def who(row: Row) -> str:
    return {"both": "both sides", "registry": "specifications"}.get(row.who, row.who)


def function_link(name: str) -> str:
    """A function under the name by which a reader knows it, with a link to its file.

    A method follows its class, a function its module; helpers' classes are left out.
    """
    *_, owner, function = name.split(".")
    path = Path(function_at(name).__code__.co_filename).relative_to(ROOT)
    owner = path.stem if owner.startswith("_") else owner
    return f"[`{owner}.{function}`](../{path.as_posix()})"


def sentence(name: str) -> str:
    """The sentence that is a test's name."""
    return name.removeprefix("test_").replace("_", " ")


def plain(text: str) -> str:
    """Text that Markdown shows as it is, also in a table."""
    return re.sub(r"([\\*_<>|\[\]$])", r"\\\1", text)


def build() -> tuple[str, list[str]]:
    """The page as it should be, and what is wrong with the evidence."""
    found = gather(collect_tests())
    return page(found), problems(found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, say what is wrong")
    check = parser.parse_args().check
    text, wrong = build()
    stale = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text
    if check and stale:
        wrong.append(f"{PAGE.relative_to(ROOT)} is stale: run python -m tests.tools.build_matrix.")
    elif stale:
        PAGE.write_text(text, encoding="utf-8")
    print("\n".join(wrong) or "Every rule is proven, or not ours, and the page says so.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
