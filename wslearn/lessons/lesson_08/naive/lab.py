"""The server of a step behind a tap, with the reader's own browser tab as its client.

The tab that shows the notebook connects with its own ``WebSocket``. Where no page shows the
notebook, or nobody has pressed anything yet, a client in Python takes its place, and a line says
so.
"""

from wslearn.draw.table import table
from wslearn.labs.tap.lab import TapLab
from wslearn.labs.tap.session import DIRECTIONS, Pages, frame_in_words
from wslearn.protocol.codes import Opcode
from wslearn.protocol.errors import NetworkError

from .running import RunningServer
from .visit import greet

CLASSIC = 8002
"""The port that the program listens on unless it is told otherwise."""

PATIENCE = 3
"""Seconds that the program may take to die."""

LIVE = "Your tab said this:"
SILENT = "Your tab has connected, and has said nothing yet. Press Send."
STAND_IN = (
    "No tab has said anything, so a client in Python acts for it. It says “Hello”, then goodbye. "
    "In JupyterLab, use the buttons above; then run this cell again."
)

_current: "ServerLab | None" = None


class ServerLab(TapLab):
    """A step of the server, a tap in front of it, and the tab as a client; see :func:`lab`."""

    def __init__(self, step: int) -> None:
        self.step = step
        try:
            self.program = RunningServer(step, CLASSIC)
        except NetworkError:  # somebody else has that port
            self.program = RunningServer(step)
        try:
            super().__init__(target=self.program.url)
        except BaseException:
            self.program.stop()
            raise

    @property
    def told(self) -> Pages:
        """What passed, frame by frame, and what became of the server; shows itself."""
        source = self._source()
        rows = [(DIRECTIONS[frame.sender], *frame_in_words(frame)) for frame in self.journal.frames]
        passed = table(("direction", "bytes", "what it is"), rows, code=("bytes",))
        return Pages(source, (("", passed if rows else None), (self.fate, None)))

    def _source(self) -> str:
        """Where the frames come from; where there are none, a client in Python sends some."""
        if self.journal.frames:
            return LIVE
        if self.journal.conversations:
            return SILENT
        if not self.running:
            return "The lab is stopped: run its cell again."
        greet(self.tap.port)
        return STAND_IN

    @property
    def fate(self) -> str:
        """Whether the program is still there, in a sentence."""
        frames = self.journal.frames
        # A goodbye that nobody answered: if the program dies of it, it is doing so now.
        unanswered = bool(frames) and frames[-1].opcode == Opcode.CLOSE
        unanswered = unanswered and frames[-1].sender == "client"
        if not self.program.wait(PATIENCE if unanswered else 0):
            return "And the server goes on."
        if self.program.last_words:
            return f"And the server is gone. Its last words: {self.program.last_words}."
        return "And the server is stopped."

    def stop(self) -> None:
        """Stop the tap and the server; what was recorded stays on the page."""
        super().stop()
        self.program.stop()

    def __repr__(self) -> str:
        return f"ServerLab({self.step})"


def lab(step: int = 0) -> ServerLab:
    """Start the server of a step, on port 8002 or a free one, and show what passes.

    A lab of an earlier cell, or of an earlier run of the same cell, is stopped; what it recorded
    stays on the page. Raises
    :class:`NetworkError` where no server can run.
    """
    global _current  # noqa: PLW0603 (one server on that port: a cell run twice leaves none behind)
    if _current is not None:
        _current.stop()
    _current = ServerLab(step)
    return _current
