"""The poll in a notebook, as lesson 12 has it: started with one line."""

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from wslearn.net.background import NO_THREADS
from wslearn.protocol.errors import NetworkError

from .needs import NEEDS

if TYPE_CHECKING:
    from .server import ClassPoll

_running: "ClassPoll | None" = None


def start_poll(question: str, candidates: Sequence[str], **options: Any) -> "ClassPoll":
    """Start a poll on a free port of 127.0.0.1; one that this function started before ends.

    ``options`` are those of :class:`~.server.ClassPoll`. Raises :class:`NetworkError` with one
    sentence where it cannot run.
    """
    global _running  # noqa: PLW0603 (a cell that is run twice leaves one poll behind, not two)
    if sys.platform == "emscripten":
        raise NetworkError(NO_THREADS)
    if missing := [name for name in NEEDS if find_spec(name) is None]:
        raise NetworkError(
            f"Expected the packages of the poll, got none called {missing[0]}. "
            "Install them: pip install 'wslearn[poll]'."
        )
    from .server import ClassPoll

    if _running is not None:
        _running.stop()
    _running = ClassPoll(question, candidates, **options).start()
    return _running
