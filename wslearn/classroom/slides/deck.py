"""The slides of a lesson as one HTML file that asks nobody for anything."""

import base64
import hashlib
from html import escape
from importlib.resources import files
from pathlib import Path

from wslearn.course.lessons import Lesson

from .sections import Section, sections

KEYS = (
    "→ Page Down Space: on · ← Page Up: back · Home, End · a number and Enter: go there · "
    "D: dark or light · F: full screen"
)


def page(lesson: Lesson, notebook: Path) -> str:
    """The whole file. What it may load is named in it, and that is nothing but its own pictures."""
    style, script = (_own(name) for name in ("deck.css", "deck.js"))
    shown = "\n".join(map(_section, sections(notebook)))
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
<main id="source" data-lesson="{escape(lesson.name)}">
{shown}
</main>
<p id="help">{escape(KEYS)}</p>
<script>{script}</script>
</body>
</html>
"""


def _section(section: Section) -> str:
    title = f"<h{section.rank}>{section.title}</h{section.rank}>" if section.title else ""
    if section.above:
        title = f'<p class="above">{section.above}</p>{title}'
    parts = "\n".join(
        f'<div class="part {part.kind}"{" data-step" * part.step}>{part.html}</div>'
        for part in section.parts
    )
    return f'<section data-rank="{section.rank}">{title}\n{parts}</section>'


def _own(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def file_name(lesson: Lesson) -> str:
    """What the slides of a lesson are called."""
    return f"slides-{lesson.file.removesuffix('.ipynb')}.html"
