"""A sandbox around the answers' processes, where the system has one: bubblewrap on Linux.

Inside, there are the system's programs, Python, the course, and an empty folder to write in; no
other process, no network, and none of the instructor's files.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("bubblewrap",)
"""The sandboxes that ``--inside`` can name."""

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache")


_INSTALLED = ("site-packages", "dist-packages")


def lacking(name: str) -> str:
    """A sentence if this sandbox is not installed, "" if it is."""
    if name != "bubblewrap" or shutil.which("bwrap"):
        return ""
    return (
        "bubblewrap is missing. It comes with most Linux systems as the package `bubblewrap`; "
        "elsewhere, run all of wslearn collect in a container."
    )


def bubblewrap(folder: str) -> list[str]:
    """The words that run what follows them in bubblewrap, with leave to write in ``folder``."""
    words = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session"]
    for place in _SYSTEM:
        words += ["--ro-bind-try", place, place]
    words += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
    for place in _pythons():
        words += ["--ro-bind", place, place]
    return [*words, "--bind", folder, folder, "--chdir", folder, "--"]


def _pythons() -> Iterator[str]:
    """The folders from which Python loads: itself, its library, and what is installed."""
    package = Path(__file__).parents[2]
    places = {sys.prefix, sys.base_prefix, str(package), os.path.realpath(sys.executable)}
    places |= {path for path in sys.path if Path(path).name in _INSTALLED}
    yield from sorted(place for place in places if os.path.exists(place))
