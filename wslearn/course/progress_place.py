"""Where the record of a student's progress is kept.

Beside the student's own notebooks, where these are a copy that ``wslearn`` made; otherwise in the
folder in which the system keeps the data of programs. A test never touches either.
"""

import os.path
import sys
from collections.abc import Mapping
from pathlib import Path

FILE = "wslearn-progress.json"
COPY = ".wslearn.json"
"""What ``wslearn.apps.working_copy`` leaves in a student's copy of the lessons: each lesson's text
as it was copied, by its SHA-256, to tell what was changed since."""

ASKED = "WSLEARN_PROGRESS"
"""An environment variable: the path of a file to use instead, or ``memory`` for none."""

DRIVE = Path("/drive")
"""Where a kernel in the browser finds the files that the browser keeps for the page."""

IN_THE_BROWSER = (
    "This browser keeps no files for the page (a private window, say): this is remembered until "
    "the kernel ends."
)
NO_HOME = "No folder for the record was found: this is remembered until the kernel ends."


def wants_memory(environment: Mapping[str, str]) -> bool:
    """Whether nothing is to be kept, because it was asked for or because a test runs."""
    asked = environment.get(ASKED, "")
    return asked == "memory" or ("PYTEST_CURRENT_TEST" in environment and not asked)


def place(
    environment: Mapping[str, str], here: Path, platform: str = sys.platform, drive: Path = DRIVE
) -> tuple[Path | None, str]:
    """The file for the record, or None and a sentence that says why there is none.

    The sentence is empty where memory was asked for, as by every test (pytest tells its children
    that they are in one).
    """
    if wants_memory(environment):
        return None, ""
    if asked := environment.get(ASKED, ""):
        return here / os.path.expanduser(asked), ""
    if platform == "emscripten":
        return (drive / FILE, "") if drive.is_dir() else (None, IN_THE_BROWSER)
    for folder in (here, *here.parents):
        if (folder / COPY).is_file():
            return folder / FILE, ""
    data = user_data(environment, platform)
    return (data / "wslearn" / FILE, "") if data else (None, NO_HOME)


def user_data(environment: Mapping[str, str], platform: str) -> Path | None:
    """The folder in which this system keeps the data of a person's programs, or None."""
    if platform == "win32":
        home = environment.get("APPDATA")
        return Path(home) if home else None
    if platform != "darwin" and Path(environment.get("XDG_DATA_HOME", "")).is_absolute():
        return Path(environment["XDG_DATA_HOME"])
    home = environment.get("HOME")
    below = "Library/Application Support" if platform == "darwin" else ".local/share"
    return Path(home, below) if home else None
