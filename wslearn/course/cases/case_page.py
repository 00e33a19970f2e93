"""A case as its page has it: a story, a question, what may be pointed at, hints, and the solution.

    # Everything but the sign of life

    level 1, lesson 05, point at a bit

    What happened. The last paragraph is the question.

    ## Pointing

    - [x] frame 4 MASK

      The reply to the right place.

    - [ ] anything else

      What helps whoever pointed there.

    ## Hints

    - three of them, each saying a little more

    ## Solution

    What happened, and why.

    *RFC 6455 §5.1*

    ## Report

    [title](address)

    What was taken from the report, and what was changed.

    ## Judge

    frame 4: mask-missing

The names that expressions may use are those of ``frames``: anything said about a byte is computed
from the record. The last section is left out where the judge has no rule for it.
"""

import re
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Literal

from wslearn.checking.hints import HINTS
from wslearn.course.prose import Page, Section, items, paragraphs
from wslearn.course.quizzes import BOX, SOURCE
from wslearn.net.record.journal import Journal
from wslearn.protocol.accept import accept_key
from wslearn.protocol.bits import hex_bytes

from .pointing import ANYTHING, Evidence, Place

Kind = Literal["frame", "bit", "line", "choice"]
_ABOUT = re.compile(r"level ([123]), lesson (\d\d), (?:point at a (frame|bit|line)|(choose))")
_LINK = re.compile(r"\[(.+)\]\((https://[^\s)]+)\)")
_PARTS = ["Pointing", "Hints", "Solution", "Report"]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A place that may be pointed at, as a pattern, and the reply to it."""

    pattern: str
    reply: str
    right: bool


@dataclass(frozen=True, slots=True)
class Case:
    """One mystery.

    ``level`` is 1 to 3; ``lesson`` the one after which it can be solved. ``kind`` is what has to be
    pointed at. ``source`` is where the rule is stated. ``report`` is the title of the public report
    it was made after, ``address`` where that is, ``taken`` what was taken from it. ``judged`` is a
    line for each frame that breaks a rule, or for the handshake, as ``frame 4: mask-missing``.
    """

    number: str
    title: str
    level: int
    lesson: str
    kind: Kind
    story: tuple[str, ...]
    question: str
    suspects: tuple[Suspect, ...]
    hints: tuple[str, ...]
    solution: tuple[str, ...]
    source: str
    report: str
    address: str
    taken: str
    judged: tuple[str, ...]
    evidence: Evidence

    @property
    def name(self) -> str:
        """What it is called in the record of progress."""
        return f"case {self.number}"

    @property
    def words(self) -> tuple[str, ...]:
        """The words to choose from, where words are chosen."""
        return tuple(one.pattern for one in self.suspects) if self.kind == "choice" else ()

    def answer(self, place: Place) -> Suspect:
        """The first suspect that a place belongs to."""
        return next(one for one in self.suspects if self.evidence.fits(one.pattern, place))


def names_of(evidence: Evidence) -> dict[str, object]:
    """What expressions in a page may use: the frames by number, and the heads."""
    frames = {number: entry.frame for number, entry in evidence.entries.items()}

    def line(head: str, name: str, connection: int = 1) -> str:
        """The value of a header."""
        lines = evidence.lines(connection, head)  # type: ignore[arg-type]
        return next(
            one.partition(":")[2].strip()
            for one in lines
            if one.lower().startswith(f"{name.lower()}:")
        )

    return {
        "frames": frames,
        "talks": evidence.talks,
        "line": line,
        "hex_bytes": hex_bytes,
        "accept_key": accept_key,
        "plain": {number: entry.plain for number, entry in evidence.entries.items()},
    }


def read(path: Traversable, number: str, journal: Journal) -> Case:
    """The case of a page, with the record that belongs to it.

    Raises :class:`~wslearn.protocol.errors.InputError` with file and line for a page that is not
    one.
    """
    evidence = Evidence(journal)
    page = Page(path, names_of(evidence))
    head, *sections = page.sections()
    parts = {section.title: section for section in sections}
    got = [section.title for section in sections]
    if got not in (_PARTS, [*_PARTS, "Judge"]):
        wanted = ", ".join(f"`## {part}`" for part in _PARTS)
        raise page.fault(head.line, f"{wanted} and perhaps `## Judge`", ", ".join(got))
    told = [text for text, _ in paragraphs(page, head)]
    about = _ABOUT.fullmatch(told[0]) if told else None
    if about is None or len(told) < 3:
        wanted = "`level 1, lesson 05, point at a bit`, a story and a question"
        raise page.fault(head.line, wanted, repr(told[0] if told else ""))
    kind: Kind = about[3] or "choice"  # type: ignore[assignment]
    hints = tuple(first for first, _, _ in items(page, parts["Hints"]))
    if len(hints) != HINTS:
        raise page.fault(parts["Hints"].line, f"{HINTS} hints", str(len(hints)))
    *solution, last = [text for text, _ in paragraphs(page, parts["Solution"])]
    source = SOURCE.fullmatch(last)
    if source is None or not solution:
        raise page.fault(parts["Solution"].line, "an explanation, and `*RFC 6455 §5.1*`", last)
    report = [text for text, _ in paragraphs(page, parts["Report"])]
    link = _LINK.fullmatch(report[0]) if report else None
    if link is None or len(report) != 2:
        raise page.fault(parts["Report"].line, "a link, and what was taken from it", repr(report))
    judged: tuple[str, ...] = ()
    if "Judge" in parts:
        judged = tuple(line for line in parts["Judge"].text.splitlines() if line.strip())
    return Case(
        number,
        head.title,
        int(about[1]),
        about[2],
        kind,
        tuple(told[1:-1]),
        told[-1],
        _suspects(page, parts["Pointing"], kind, evidence),
        hints,
        tuple(solution),
        source[1],
        link[1],
        link[2],
        report[1],
        judged,
        evidence,
    )


def _suspects(page: Page, section: Section, kind: Kind, evidence: Evidence) -> tuple[Suspect, ...]:
    found = []
    for first, line, replies in items(page, section):
        box = BOX.fullmatch(first)
        if box is None or len(replies) != 1:
            wanted = "`- [ ] frame 3` or `- [x] frame 3`, and a reply below it"
            raise page.fault(line, wanted, repr(first))
        if kind != "choice":
            try:
                evidence.fits(box[2], Place())
            except LookupError as problem:
                raise page.fault(line, "a place in the record", str(problem)) from None
        found.append(Suspect(box[2], replies[0], box[1] == "x"))
    if not any(one.right for one in found):
        raise page.fault(section.line, "a right place", "none")
    if kind != "choice" and found[-1] != Suspect(ANYTHING, found[-1].reply, right=False):
        raise page.fault(section.line, f"`- [ ] {ANYTHING}` at the end", found[-1].pattern)
    return tuple(found)
