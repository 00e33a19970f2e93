"""The server step by step: the program as it was, and the program after each mend.

A mend is a file like the output of ``diff -u``: three lines say what is mended (``title``,
``rule``, ``section``), then come hunks. A hunk has no line numbers. The lines that it expects,
those that begin with a space or a minus, have to be in the program exactly once. So a mend that
no longer fits is noticed when the program is put together, and not when it runs.
"""

from dataclasses import dataclass
from difflib import unified_diff
from functools import cache
from importlib.resources import files

from wslearn.protocol.errors import InputError

_HERE = files(__package__)
PAGE = (_HERE / "page.html").read_text(encoding="utf-8")
"""The page that goes with the server: a text field, and a WebSocket of the browser's own."""


@dataclass(frozen=True, slots=True)
class Mend:
    """One mend: what was wrong, the rule that it broke, its section, and what changes."""

    number: int
    title: str
    rule: str
    section: str
    hunks: tuple[str, ...]

    def applied(self, program: str) -> str:
        """The program with this mend; raises :class:`ValueError` where it does not fit."""
        lines = program.splitlines()
        for hunk in self.hunks:
            old = [line[1:] for line in hunk.splitlines() if line[0] in " -"]
            new = [line[1:] for line in hunk.splitlines() if line[0] in " +"]
            size = len(old)
            places = [at for at in range(len(lines)) if lines[at : at + size] == old]
            if len(places) != 1:
                raise ValueError(
                    f"Expected these lines once, for mend {self.number}, got {len(places)} "
                    "places:\n" + "\n".join(old)
                )
            lines[places[0] : places[0] + size] = new
        return "".join(f"{line}\n" for line in lines)

    @property
    def difference(self) -> str:
        """What changes, as ``diff -u`` prints it; without file names and line numbers."""
        return _difference(program(self.number - 1), program(self.number))

    @property
    def lines(self) -> tuple[int, int]:
        """How many lines it adds, and how many it takes away."""
        changed = self.difference.splitlines()
        return (
            sum(line.startswith("+") for line in changed),
            sum(line.startswith("-") for line in changed),
        )


def read_mend(number: int, text: str) -> Mend:
    """A mend from the text of its file."""
    head, *hunks = text.split("@@\n")
    said = dict(line.split(": ", 1) for line in head.splitlines())
    # Editors strip the space of a line that is otherwise empty.
    whole = [
        "".join(line if line != "\n" else " \n" for line in hunk.splitlines(keepends=True))
        for hunk in hunks
    ]
    return Mend(number, said["title"], said["rule"], said["section"], tuple(whole))


def _read_mends() -> tuple[Mend, ...]:
    found = [file for file in (_HERE / "mends").iterdir() if file.name.endswith(".diff")]
    texts = [file.read_text(encoding="utf-8") for file in sorted(found, key=lambda file: file.name)]
    return tuple(read_mend(number, text) for number, text in enumerate(texts, start=1))


MENDS = _read_mends()
"""Every mend, in the order in which they are applied."""


@cache
def program(step: int) -> str:
    """The source of the server after this number of mends, from 0 to all of them.

    Raises :class:`InputError` for a step that does not exist.
    """
    if not 0 <= step <= len(MENDS):
        raise InputError(f"Expected a step from 0 to {len(MENDS)}, got {step}.")
    if step == 0:
        return (_HERE / "server.py").read_text(encoding="utf-8")
    return MENDS[step - 1].applied(program(step - 1))


def size(step: int) -> int:
    """How many lines the program has after this number of mends, without blank ones."""
    return sum(bool(line.strip()) for line in program(step).splitlines())


def _difference(before: str, after: str) -> str:
    lines = list(unified_diff(before.splitlines(), after.splitlines(), n=1, lineterm=""))
    hunks: list[list[str]] = []
    for line in lines[2:]:
        if line.startswith("@@"):
            hunks.append([])
        else:
            hunks[-1].append(line.rstrip())
    for hunk in hunks:  # an empty line around a change says nothing about where it is
        while not hunk[0]:
            del hunk[0]
        while not hunk[-1]:
            del hunk[-1]
    return "\n…\n".join("\n".join(hunk) for hunk in hunks)
