"""Read what a student reads: the Markdown of a lesson's folder, with the bytes in it computed.

``exercises.md``, ``quiz.md`` and ``teaching.md`` hold what an author writes. Three
things are done to them here, and nothing else:

1. A continuation line is joined to the one before, so that an author may break lines anywhere.
2. ``{{ expression }}`` becomes what the expression gives, in the names of the lesson's
   ``facts.py``: no byte that a student reads is typed. A format may follow, as in
   ``{{ BYTE:02x }}``.
3. Anything missing or superfluous is an error that names file and line.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from wslearn.checking.template import EXPRESSION, computed
from wslearn.protocol.errors import InputError

LESSONS = "wslearn.lessons"
_MARKDOWN = MarkdownIt("commonmark")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what is under it, up to the next heading of any level.

    ``lines`` are the lines of the text as they are in the file, ``first`` is the number of the
    first of them, counted from 1, and ``line`` is the heading's.
    """

    level: int
    title: str
    line: int
    first: int
    lines: tuple[str, ...]
    tokens: tuple[Token, ...] = field(repr=False)

    @property
    def text(self) -> str:
        """The Markdown under the heading, each paragraph and each item on one line."""
        joined = list(self.lines)
        for token in self.tokens:
            if token.type == "inline" and token.map and token.map[1] - token.map[0] > 1:
                begin, end = (at + 1 - self.first for at in token.map)
                words = [joined[begin].rstrip(), *(one.strip() for one in joined[begin + 1 : end])]
                joined[begin:end] = [" ".join(words), *["\0"] * (end - begin - 1)]
        return "\n".join(one for one in joined if one != "\0").strip()


class Page:
    """One Markdown file of a lesson."""

    def __init__(self, path: Traversable, names: Mapping[str, object]) -> None:
        self.path = path
        self.names = names
        self.source = path.read_text(encoding="utf-8")

    def fault(self, line: int, expected: str, got: str) -> InputError:
        """What is wrong with the page, and where."""
        return InputError(f"{self.path}:{line}: expected {expected}, got {got}.")

    def computed(self, text: str, line: int) -> str:
        """The text with each expression replaced by what it gives."""
        try:
            return computed(text, self.names)
        except Exception as error:
            what = f"{type(error).__name__}: {error}"
            at = self._line_of(_slip(text, self.names), line)
            raise self.fault(at, "expressions that can be computed", what) from error

    def _line_of(self, words: str, line: int) -> int:
        """Where these words begin in the file, from a line on; they may be broken differently."""
        begin = sum(len(one) for one in self.source.splitlines(keepends=True)[: line - 1])
        found = re.compile(r"\s+".join(map(re.escape, words.split()))).search(self.source, begin)
        return self.source.count("\n", 0, found.start()) + 1 if found else line

    def sections(self) -> Iterator[Section]:
        """The page from heading to heading; whatever comes before the first belongs to none."""
        tokens, lines = _MARKDOWN.parse(self.source), self.source.splitlines()
        heads = [at for at, token in enumerate(tokens) if token.type == "heading_open"]
        for at, after in pairwise([*heads, len(tokens)]):
            begin, end = tokens[at].map or (0, 0)
            last = (tokens[after].map or (0, 0))[0] if after < len(tokens) else len(lines)
            yield Section(
                int(tokens[at].tag[1:]),
                self.computed(tokens[at + 1].content, begin + 1),
                begin + 1,
                end + 1,
                tuple(lines[end:last]),
                tuple(tokens[at + 3 : after]),
            )


def _slip(text: str, names: Mapping[str, object]) -> str:
    """The first expression of a text that cannot be computed."""
    for match in EXPRESSION.finditer(text):
        with suppress(Exception):
            computed(match[0], names)
            continue
        return match[0]
    return ""


def folder_of(lesson: str) -> Traversable:
    """The folder of a lesson (``"04"``)."""
    return files(LESSONS) / f"lesson_{lesson}"


def page_of(lesson: str, name: str) -> Page:
    """A Markdown file of a lesson, with the names that its expressions may use."""
    folder = folder_of(lesson)
    names: Mapping[str, object] = {}
    if (folder / "facts.py").is_file():
        names = vars(import_module(f"{LESSONS}.lesson_{lesson}.facts"))
    return Page(folder / name, names)


def items(page: Page, section: Section) -> Iterator[tuple[str, int, list[str]]]:
    """Each list item under a heading: its first line, where it is, and its other paragraphs."""
    depth, parts, line = 0, list[str](), 0
    for token in section.tokens:
        if token.type == "list_item_open":
            depth += 1
            parts, line = [], (token.map or (0, 0))[0] + 1
        elif token.type == "list_item_close":
            depth -= 1
            if not parts:
                raise page.fault(line, "an item with words", "an empty one")
            yield parts[0], line, parts[1:]
        elif token.type == "inline" and depth == 1:
            at = (token.map or (0, 0))[0] + 1
            parts.append(page.computed(" ".join(token.content.split("\n")), at))


def paragraphs(page: Page, section: Section) -> list[tuple[str, int]]:
    """The paragraphs under a heading that are in no list, each with its line."""
    found, depth = [], 0
    for token in section.tokens:
        depth += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        if token.type == "inline" and not depth:
            at = (token.map or (0, 0))[0] + 1
            found.append((page.computed(" ".join(token.content.split("\n")), at), at))
    return found
