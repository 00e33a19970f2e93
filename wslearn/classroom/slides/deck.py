"""The slides of a lesson as one HTML file that asks nobody for anything."""

import base64
import hashlib
from html import escape
from importlib.resources import files
from pathlib import Path

from wslearn.course.lessons import Lesson

from .sections import Part, Section, sections
from .short import short

MINUTES = "30"
"""How long a talk with the short version takes."""

WHERE = "http://127.0.0.1:8888/lab/tree"
"""Where ``wslearn`` opens the lessons."""

KEYS = {
    "→ ↓ Page Down, Space, Enter": "on",
    "← ↑ Page Up": "back",
    "Home, End": "the first, the last slide",
    "a number, then Enter": "that slide",
    "O": "overview of all slides; arrow keys and Enter choose",
    "S": "speaker's notes, in a window of their own",
    "B": "black screen",
    "T": "timer: it starts, pauses and goes on; a number before T sets the minutes, 0 ends it",
    "L": "the lesson at this place, in JupyterLab",
    "D": "dark or light",
    "F": "full screen",
    "?": "these keys",
}


def page(lesson: Lesson, notebook: Path, *, brief: bool = False, where: str = WHERE) -> str:
    """The whole file. It names what it may load, and that is nothing but its own pictures.

    ``brief``   whether only what a class looks at together is shown (``short.py``)
    ``where``   the address of the folder with the lessons, for the link back to them
    """
    style, script = (_own(name) for name in ("deck.css", "deck.js"))
    found = sections(notebook)
    shown = "\n".join(map(_section, short(found) if brief else found))
    keys = "".join(f"<dt>{escape(key)}</dt><dd>{escape(does)}</dd>" for key, does in KEYS.items())
    address = escape(f"{where.rstrip('/')}/{lesson.file}")
    minutes = MINUTES if brief else lesson.minutes
    policy = (
        f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{_digest(script)}'"
    )
    return f"""<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{escape(lesson.name)}</title>
<style>{style}</style>
</head>
<body>
<main id="source" data-lesson="{escape(lesson.name)}" data-minutes="{escape(minutes)}">
{shown}
</main>
<dialog id="help" aria-labelledby="keys"><h2 id="keys">Keys</h2><dl>{keys}</dl>
<p><a id="lesson" href="{address}" target="_blank" rel="noopener">This lesson in JupyterLab</a></p>
</dialog>
<script>{script}</script>
</body>
</html>
"""


def _section(section: Section) -> str:
    title = f"<h{section.rank}>{section.title}</h{section.rank}>" if section.title else ""
    if section.above:
        title = f'<p class="above">{section.above}</p>{title}'

    def must(part: Part) -> str:
        return f' data-must="{part.must}"' if part.must else ""

    parts = "\n".join(
        f'<div class="part {part.kind}"{" data-step" * part.step}{must(part)}>{part.html}</div>'
        for part in section.parts
    )
    notes = f'<aside class="notes" hidden>{section.notes}</aside>' if section.notes else ""
    most = f' data-most="{section.most}"' if section.most else ""
    return f'<section data-rank="{section.rank}"{most}>{title}\n{parts}{notes}</section>'


def _own(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def file_name(lesson: Lesson, *, brief: bool = False) -> str:
    """What the slides of a lesson are called."""
    return f"slides-{lesson.file.removesuffix('.ipynb')}{'-short' * brief}.html"
