"""The classic server of sixty lines, its page, and the mends that make it a correct one.

``server.py`` is a program like those in many blog posts, with the faults that go with it. Each file
in ``mends/`` mends one fault; applied in order they give the server of each step.
"""

from .lab import lab
from .shown import mend, page, sections, source, summary
from .steps import size
from .vectors import judge
from .visit import request, two_at_once, visit, visits

__all__ = [
    "judge",
    "lab",
    "mend",
    "page",
    "request",
    "sections",
    "size",
    "source",
    "summary",
    "two_at_once",
    "visit",
    "visits",
]
