"""A TapLab in front of a server of the lesson, whose text form is the same on every run."""

from wslearn.course.jupyter_server import JupyterServer
from wslearn.labs.tap.lab import TapLab


class NamedLab(TapLab):
    """A TapLab whose stored form says how the lesson wrote its target, not which port that was."""

    def __init__(self, written: str, target: str) -> None:
        self._written = written
        super().__init__(target=target)

    def __repr__(self) -> str:
        return f"TapLab(target={self._written})"


def tap_lab(server: JupyterServer) -> TapLab:
    """A TapLab whose tap leads to a kernel's WebSocket; its text form names no port."""
    return NamedLab("jupyter.url", server.url)
