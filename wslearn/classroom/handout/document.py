"""The two documents: pages with a head, a foot and their number, made of the sheets."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from reportlab import rl_config
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepInFrame,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
)

from wslearn.course.lessons import Lesson

from . import sheets
from .fonts import BOLD, SANS, faces, printable

PAPERS = {"a4": A4, "letter": LETTER}
"""Sizes of paper, in points."""

MARGIN = 56.0
"""On every side, in points: a printer leaves some, and a punch needs it."""

Kind = Literal["handout", "key"]
TITLES: dict[Kind, str] = {"handout": "Tasks and questions", "key": "Answers"}


class _Numbered(Canvas):  # type: ignore[misc]
    """Writes ``page 3 of 40`` once the last page is known."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        # Else every page would name Helvetica, which the file does not bring along.
        super().__init__(*arguments, **{**options, "initialFontName": SANS})
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - the name is reportlab's
        """Keep the page until the last one is known."""
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Write every page with its number."""
        for page in self._pages:
            self.__dict__.update(page)
            self.setFont(SANS, 8)
            self.setFillGray(0.2)
            foot = f"page {self._pageNumber} of {len(self._pages)}"
            self.drawRightString(self._pagesize[0] - MARGIN, MARGIN / 2 + 4, foot)
            super().showPage()
        super().save()


class _Begin(Flowable):  # type: ignore[misc]
    """Where a lesson begins: it enters the outline, and the foot of the pages from here on."""

    keepWithNext = 1  # noqa: N815 - the name is reportlab's

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """No room at all."""
        return 0, 0

    def draw(self) -> None:
        """Tell the document; reportlab calls this."""
        self.canv.bookmarkPage(self.name)
        self.canv.addOutlineEntry(printable(self.name), self.name, 0, closed=False)


def write(path: Path, kind: Kind, lessons: Iterable[tuple[Lesson, Path]], paper: str = "a4") -> int:
    """Write the handout or the key of these lessons (each with its notebook); how many pages.

    The same lessons give the same file, byte for byte. Raises :class:`OSError` where it cannot be
    written, and :class:`~wslearn.protocol.errors.InputError` where the type is missing.
    """
    faces()
    rl_config.invariant = 1
    answers = kind == "key"
    story: list[Flowable] = []
    if not answers:
        # Letter is lower than A4: what would not fit on the page is made a little smaller.
        width, height = (side - 2 * MARGIN for side in PAPERS[paper])
        one_page = KeepInFrame(width, height, list(sheets.reference()), mode="shrink")
        story += [_Begin("The frame on one page"), one_page]
    for lesson, notebook in lessons:
        if story:
            story += _between(lesson, answers=answers)
        else:
            story.append(NextPageTemplate("first" if not answers else "plain"))
        story += [_Begin(lesson.name), *sheets.lesson_sheets(lesson, notebook, answers=answers)]
        story.append(NextPageTemplate("plain"))
    document = _document(path, kind, paper)
    document.build(story, canvasmaker=_Numbered)
    return int(document.page)


def _between(lesson: Lesson, *, answers: bool) -> list[Flowable]:
    if answers:
        return [sheets.before(lesson, answers=True)]
    return [NextPageTemplate("first"), PageBreak(), NextPageTemplate("plain")]


def _document(path: Path, kind: Kind, paper: str) -> BaseDocTemplate:
    width, height = PAPERS[paper]
    title = f"The WebSocket protocol, bit by bit: {TITLES[kind]}"

    def page(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setFillGray(0.2)
        canvas.setFont(SANS, 8)
        canvas.drawString(MARGIN, MARGIN / 2 + 4, title)
        canvas.setStrokeGray(0.5)
        canvas.setLineWidth(0.5)
        canvas.line(MARGIN, MARGIN / 2 + 16, width - MARGIN, MARGIN / 2 + 16)

    def first(canvas: Canvas, document: BaseDocTemplate) -> None:
        page(canvas, document)
        canvas.setFillGray(0)
        canvas.setFont(BOLD, 9)
        top = height - MARGIN + 14
        canvas.drawString(MARGIN, top, "Name")
        canvas.drawString(width * 0.66, top, "Date")
        canvas.line(MARGIN + 34, top - 2, width * 0.66 - 16, top - 2)
        canvas.line(width * 0.66 + 32, top - 2, width - MARGIN, top - 2)

    document = BaseDocTemplate(
        str(path),
        pagesize=(width, height),
        title=title,
        author="wslearn",
        subject="RFC 6455 and RFC 7692",
        lang="en-GB",
    )
    frame = (MARGIN, MARGIN, width - 2 * MARGIN, height - 2 * MARGIN)
    bare = dict.fromkeys(("leftPadding", "rightPadding", "topPadding", "bottomPadding"), 0)
    document.addPageTemplates(
        [
            PageTemplate("plain", [Frame(*frame, **bare)], onPage=page),
            PageTemplate("first", [Frame(*frame, **bare)], onPage=first),
        ]
    )
    return document
