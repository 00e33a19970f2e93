"""The page a reader meets first, and the pages for reading beside it."""

import hashlib
import json
import re
from html import escape
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from wslearn.course.exercises import of_lesson
from wslearn.course.lessons import Lesson
from wslearn.course.progress_place import FILE
from wslearn.labs.frame.entries import within_one_flip
from wslearn.labs.frame.lab import EXAMPLE
from wslearn.labs.kit.bitgrid import BitGrid
from wslearn.labs.kit.view import longest_answer
from wslearn.pasted.reading import read_bytes

STATIC = files(__package__) / "static"
PAGES = {
    "for-instructors": "For instructors",
    "glossary": "The words of the course",
    "why-it-is-built-like-this": "Why it is built like this",
    "LICENSE": "Licences",
}
LINK = "notebooks/index.html?path="
"""Where a notebook opens: one document that fills the window, on a phone too."""


def write(lessons: list[Lesson], notebooks: Path, site: Path, wheel: str) -> list[str]:
    """Write the front page and what it loads; returns the names of the files.

    ``wheel`` is the name of wslearn's archive among Pyodide's files.
    """
    data = read_bytes(EXAMPLE)
    entries = within_one_flip(data)
    begin = {
        "hex": data.hex(),
        "entry": entries[data.hex()],
        "room": longest_answer(),
        "record": FILE,
        "lessons": [
            {
                "number": lesson.number,
                "file": lesson.file,
                "mark": _mark(notebooks / lesson.file),
                "exercises": [exercise.id for exercise in of_lesson(lesson.number)],
            }
            for lesson in lessons
        ],
    }
    page = (STATIC / "front.html").read_text(encoding="utf-8")
    page = page.replace("{lessons}", "".join(map(_line, lessons)))
    page = page.replace("{version}", version("wslearn"))
    page = page.replace("{begin}", _in_html(begin))
    made = {
        "index.html": page,
        "front.css": str(BitGrid._css) + (STATIC / "front.css").read_text(encoding="utf-8"),
        "front.js": (STATIC / "front.js").read_text(encoding="utf-8"),
        "storage.js": (STATIC / "storage.js").read_text(encoding="utf-8"),
        "bitgrid.js": str(BitGrid._esm),
        "frames.json": json.dumps(entries, ensure_ascii=False, separators=(",", ":")),
        "judge.js": (STATIC / "judge.js").read_text(encoding="utf-8").replace("__WHEEL__", wheel),
    }
    made |= {f"{name}.html": _reading(notebooks / f"{name}.md", PAGES[name]) for name in PAGES}
    for name, text in made.items():
        (site / name).write_text(text, encoding="utf-8", newline="\n")
    return list(made)


def _mark(path: Path) -> str:
    """Names a version of a lesson by what it says; outputs and run numbers do not count."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    said = json.dumps([[cell["cell_type"], cell["source"]] for cell in cells])
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def _line(lesson: Lesson) -> str:
    minutes = lesson.minutes if "min" in lesson.minutes else f"{lesson.minutes} min"
    return (
        f'<li data-lesson="{lesson.number}"><a href="{LINK}{lesson.file}">'
        f'<span class="number">{lesson.number}</span>'
        f'<span class="title">{escape(lesson.title)}</span></a>'
        f'<span class="minutes">{escape(minutes)}</span>'
        f'<p class="about">{escape(lesson.knows)}</p><p class="state" role="status"></p></li>\n'
    )


def _in_html(data: object) -> str:
    """JSON that may be put inside a script element: no end tag can be in it."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _reading(path: Path, title: str) -> str:
    """A Markdown page of the course as a page of the site; what it has of HTML is ours."""
    from markdown_it import MarkdownIt

    body = (
        MarkdownIt("commonmark", {"html": True})
        .enable("table")
        .render(path.read_text(encoding="utf-8"))
    )
    body = re.sub(r'href="(\d\d-[a-z0-9-]+\.ipynb)', rf'href="{LINK}\1', body)
    body = re.sub(r'href="([A-Za-z-]+)\.md', r'href="\1.html', body)
    body = re.sub(r'src="(?:\.\./notebooks/)?pictures/', 'src="files/pictures/', body)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{escape(title)}</title><link rel="icon" href="data:,">\n'
        '<link rel="stylesheet" href="front.css"></head>\n'
        f'<body><main><p><a href="index.html">The course</a></p>\n{body}</main></body></html>\n'
    )
