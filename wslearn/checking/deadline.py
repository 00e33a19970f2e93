"""Stop a function that does not come back, without a process of its own.

On the main thread a timer signal interrupts any Python code, and most waiting calls such as
``time.sleep``. The alarm rings again and again, so a loop that catches everything does not keep
running. Where there are no timer signals (another thread, Windows, a kernel in the browser), every
line is traced instead. Neither stops a single call that never returns to Python, such as
``sum(itertools.count())``: nothing inside the process can.
"""

import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, TypeVar

T = TypeVar("T")

_AGAIN = 0.037
"""Seconds between two rings; not a round number, so that it meets a loop at ever new places."""


class TimeUp(BaseException):
    """The time is over. Not an ``Exception``, so that ``except Exception`` does not swallow it."""


def run_within(seconds: float, function: Callable[[], T]) -> T:
    """Call ``function`` and return its result; raises :class:`TimeUp` after this many seconds."""
    alarms = hasattr(signal, "setitimer") and sys.platform != "emscripten"
    if alarms and threading.current_thread() is threading.main_thread():
        return _run_with_alarm(seconds, function)
    return _run_traced(seconds, function)


def _run_with_alarm(seconds: float, function: Callable[[], T]) -> T:
    armed = True

    def ring(number: int, frame: FrameType | None) -> None:
        if armed:
            raise TimeUp

    started = time.monotonic()
    handler = signal.signal(signal.SIGALRM, ring)
    others_delay, others_interval = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        try:
            return function()
        finally:
            armed = False
    finally:
        # The alarm may ring inside the inner finally; then we still arrive here.
        armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL if handler is None else handler)
        if others_delay:  # somebody else's alarm, such as a test runner's, goes on
            left = max(others_delay - (time.monotonic() - started), 0.001)
            signal.setitimer(signal.ITIMER_REAL, left, others_interval)


def _run_traced(seconds: float, function: Callable[[], T]) -> T:
    end = time.monotonic() + seconds

    def watch(frame: FrameType, event: str, argument: Any) -> Any:
        if time.monotonic() > end:
            raise TimeUp
        return watch

    others = sys.gettrace()
    sys.settrace(watch)
    try:
        return function()
    finally:
        sys.settrace(others)
