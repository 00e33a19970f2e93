"""A TapLab before a server of the lesson, whose text form is the same on every run."""

from wslearn.course.jupyter_server import JupyterServer
from wslearn.labs.tap.lab import TapLab


class NamedLab(TapLab):
    """A TapLab whose stored form says how the lesson wrote its target, not which port that was."""

    def __repr__(self) -> str:
        return "TapLab(target=jupyter.url)"


def tap_lab(server: JupyterServer) -> TapLab:
    """A TapLab whose tap leads to a kernel's WebSocket; its text form names no port."""
    return NamedLab(target=server.url)
