"""How fast it goes: the same work done in several ways, timed fairly.

Lesson 14 measures with it, and so does ``tests/bench/bench_frames.py``, whose figures are stored
here and shown beside the student's own.
"""

from .masks import MASKS, mask_times
from .paired import compare
from .record import Figure, ratios, recorded
from .tasks import LIBRARIES, OTHERS, TASKS, installed, measured

__all__ = [
    "LIBRARIES",
    "MASKS",
    "OTHERS",
    "TASKS",
    "Figure",
    "compare",
    "installed",
    "mask_times",
    "measured",
    "ratios",
    "recorded",
]
