"""A quiet bar for anything that takes longer than a second: it appears after half a second, and
goes at the end.

Only a notebook shows it. A test, and a lesson that is stored anew, see none: an output that depends
on how quick a machine is would differ from one run to the next.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from html import escape
from threading import Timer
from typing import Any, TypeVar

from .progress_place import wants_memory

T = TypeVar("T")
Show = Callable[[dict[str, str]], Any]

PATIENCE = 0.5
"""How long to wait before a bar is shown, in seconds."""


class Bar:
    """One bar; ``show`` displays something and returns what can replace it."""

    def __init__(self, doing: str, total: int, show: Show) -> None:
        self.doing, self.total, self.done = doing, total, 0
        self._show, self._shown = show, None

    def bundle(self) -> dict[str, str]:
        """How the bar looks now; without a total it only says that something happens."""
        how_far = f' value="{self.done}" max="{self.total}"' if self.total else ""
        count = f" ({self.done} of {self.total})" if self.total else ""
        return {
            "text/plain": f"… {self.doing}{count}",
            "text/html": f"<label>{escape(self.doing)}{count} "
            f'<progress{how_far} style="width: 12em"></progress></label>',
        }

    def appear(self) -> None:
        """Show the bar, or how far it has come by now."""
        if self._shown is None:
            self._shown = self._show(self.bundle())
        else:
            self._shown.update(self.bundle(), raw=True)

    def vanish(self) -> None:
        """Take the bar away, if it was ever shown."""
        if self._shown is not None:
            self._shown.update({"text/plain": "", "text/html": ""}, raw=True)


def in_a_notebook(environment: Mapping[str, str] = os.environ) -> Show | None:
    """How to show a bar here, or None: no notebook, or one whose outputs have to stay the same."""
    if wants_memory(environment) or "IPython" not in sys.modules:
        return None
    from IPython import display, get_ipython

    if getattr(get_ipython(), "kernel", None) is None:
        return None
    return lambda bundle: display.display(bundle, raw=True, display_id=True)


@contextmanager
def waiting(doing: str, show: Show | None = None) -> Iterator[None]:
    """Say what is being done while it is done, once it takes longer than half a second."""
    show = show or in_a_notebook()
    if show is None:
        yield
        return
    bar = Bar(doing, 0, show)
    timer = Timer(PATIENCE, bar.appear)
    timer.daemon = True
    with suppress(RuntimeError):  # a browser has no threads
        timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if timer.is_alive():  # it may be about to show the bar
            timer.join()
        bar.vanish()


def one_by_one(doing: str, things: Sequence[T], show: Show | None = None) -> Iterator[T]:
    """The things in their order; a bar shows how many are done, once it takes long enough.

    >>> list(one_by_one("Asking", ["a", "b"]))
    ['a', 'b']
    """
    show = show or in_a_notebook()
    if show is None:
        yield from things
        return
    bar, begun = Bar(doing, len(things), show), time.monotonic()
    try:
        for bar.done, thing in enumerate(things):
            if time.monotonic() - begun > PATIENCE:
                bar.appear()
            yield thing
    finally:
        bar.vanish()
