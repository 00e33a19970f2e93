"""The classic server of sixty lines, its page, and the mends that make it a correct one.

``server.py`` is a program as many a blog post shows it, with the faults that go with it. Each file
in ``mends/`` mends one fault; applied in order they give the server of each step.
"""

from .lab import ServerLab, lab
from .running import RunningServer
from .shown import mend, page, sections, size, source, summary
from .steps import MENDS, PAGE, Mend, program
from .vectors import judge
from .visit import Visit, request, two_at_once, visit, visits

__all__ = [
    "MENDS",
    "PAGE",
    "Mend",
    "RunningServer",
    "ServerLab",
    "Visit",
    "judge",
    "lab",
    "mend",
    "page",
    "program",
    "request",
    "sections",
    "size",
    "source",
    "summary",
    "two_at_once",
    "visit",
    "visits",
]
