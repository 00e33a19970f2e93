"""``check_setup``: is everything working here? Five things are tried, and each says what to do.

Whatever works is reported without versions, ports or times, so that the first lesson shows the same
lines on every machine. Only what does not work says what was found.
"""

import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module, metadata

from wslearn.checking.panel import Panel, Part, Tone
from wslearn.protocol.frame import Frame

PYTHON = (3, 11)
"""The oldest Python the course runs on."""

OLDEST = {
    "jupyterlab": (4, 4),
    "ipywidgets": (8, 1, 5),
    "anywidget": (0, 9, 18),
    "matplotlib": (3, 9),
}
"""The oldest release of each package; a test holds these against ``pyproject.toml``."""

INSTALL = "Install the course again: pip install -e '.[course]', in the folder of the project."
IN_THE_BROWSER = (
    "Python itself runs in the browser here, so nothing else has to be there. Recordings take the "
    "place of live connections, and matplotlib's figures are left out."
)
PATIENCE = 5.0
"""How long the connection to this machine itself may take, in seconds."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was tried; ``problem`` is empty where it works."""

    name: str
    good_for: str
    problem: str = ""
    advice: str = ""

    @property
    def works(self) -> bool:
        """Whether nothing stood in the way."""
        return not self.problem


@dataclass(frozen=True, slots=True, repr=False)
class Setup(Panel):
    """What was tried, in order, and a remark on all of it; it shows itself as a short list."""

    steps: tuple[Step, ...]
    remark: str = ""

    @property
    def ready(self) -> bool:
        """Whether everything works."""
        return all(step.works for step in self.steps)

    def _headline(self) -> str:
        if self.ready:
            return f"Everything works here: {len(self.steps)} of {len(self.steps)}."
        broken = sum(not step.works for step in self.steps)
        return f"{broken} of {len(self.steps)} {'needs' if broken == 1 else 'need'} your help."

    def _panel(self) -> tuple[Tone, str, list[Part]]:
        told = [
            Part(step.good_for, f"✓ {step.name}:")
            if step.works
            else Part(f"{step.problem} {step.advice}", f"✗ {step.name}:")
            for step in self.steps
        ]
        told += [Part(self.remark)] if self.remark else []
        return "good" if self.ready else "bad", self._headline(), told


def check_setup() -> Setup:
    """Try what the lessons need on this machine, and say what to do where something fails.

    Never raises. The connection it opens goes to 127.0.0.1, which is this machine.
    """
    if sys.platform == "emscripten":
        return Setup((_python(), _package(_WIDGETS)), IN_THE_BROWSER)
    return Setup((_python(), *map(_package, _PACKAGES), _loopback()))


def _python() -> Step:
    name, good_for = "Python", f"{_dotted(PYTHON)} or newer."
    if sys.version_info[:2] >= PYTHON:
        return Step(name, good_for)
    return Step(
        name,
        good_for,
        f"Expected {_dotted(PYTHON)} or newer, got {_dotted(sys.version_info[:3])}.",
        "Install a newer Python, then start the course with it.",
    )


@dataclass(frozen=True, slots=True)
class _Packages:
    name: str
    good_for: str
    packages: tuple[str, ...]
    attempt: Callable[[], object]


_WIDGETS = _Packages(
    "Widgets",
    "let you flip bits with a click.",
    ("ipywidgets", "anywidget"),
    lambda: [import_module("ipywidgets"), import_module("anywidget")],
)
_PACKAGES = (
    _Packages("JupyterLab", "shows the lessons.", ("jupyterlab",), lambda: None),
    _WIDGETS,
    _Packages(
        "matplotlib",
        "draws figures.",
        ("matplotlib",),
        lambda: import_module("matplotlib.figure").Figure(),
    ),
)


def _package(wanted: _Packages) -> Step:
    for package in wanted.packages:
        oldest = OLDEST[package]
        try:
            found = _numbers(metadata.version(package))
        except metadata.PackageNotFoundError:
            return Step(wanted.name, wanted.good_for, f"{package} is not installed.", INSTALL)
        if found < oldest:
            problem = f"Expected {package} {_dotted(oldest)} or newer, got {_dotted(found)}."
            return Step(wanted.name, wanted.good_for, problem, INSTALL)
    try:
        wanted.attempt()
    except Exception as error:  # noqa: BLE001 - a broken install may fail in any way
        problem = f"It is installed, but does not load ({type(error).__name__})."
        return Step(wanted.name, wanted.good_for, problem, INSTALL)
    return Step(wanted.name, wanted.good_for)


def _loopback() -> Step:
    name, good_for = "Network", "a frame was sent from this machine to itself, and came back whole."
    frame = Frame.text("Hello").encode()
    advice = (
        "Only a connection from this machine to itself (127.0.0.1) is needed, never the internet. "
        "A firewall or a strict sandbox may forbid it: allow Python to use local connections."
    )
    try:
        came = _through_loopback(frame)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return Step(name, good_for, f"No connection to 127.0.0.1: {reason}.", advice)
    if came != frame:
        problem = f"Expected the bytes {frame.hex(' ')} back, got {came.hex(' ') or 'none'}."
        return Step(name, good_for, problem, advice)
    return Step(name, good_for)


def _through_loopback(data: bytes) -> bytes:
    """Send bytes to this machine over a real TCP connection; return what arrives."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE)
        with socket.create_connection(listener.getsockname(), timeout=PATIENCE) as sender:
            receiver, _ = listener.accept()
            with receiver:
                receiver.settimeout(PATIENCE)
                sender.sendall(data)
                sender.shutdown(socket.SHUT_WR)
                came = b""
                while len(came) <= len(data) and (piece := receiver.recv(64)):
                    came += piece
                return came


def _numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version: ``4.4.0rc1`` gives (4, 4, 0)."""
    numbers = []
    for part in version.split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        numbers.append(int(digits))
        if digits != part:
            break
    return tuple(numbers)


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))
