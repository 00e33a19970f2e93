"""Record the conversations for the mysteries of ``ws.case``; nothing is sent over a network.

    python -m tests.tools.record_cases

Each is played by real ends before a real recorder (``tests/support/scene.py``), with a clock and
keys from the script, so its bytes are always the same.
"""

import sys
from pathlib import Path

from tests.support.scene import Scene
from tests.tools import scenes_of_frames, scenes_of_messages, scenes_of_opening, scenes_of_the_way
from tests.tools.generated import main
from tests.tools.seal_cases import CASES
from wslearn.net.record.journal import Journal
from wslearn.net.record.journal_file import lines_of

SCENES = {
    name.removeprefix("case_"): play
    for scenes in (scenes_of_opening, scenes_of_frames, scenes_of_messages, scenes_of_the_way)
    for name, play in vars(scenes).items()
    if name.startswith("case_")
}
"""What happens in each case, by its number: a function that is given the scene."""


def record(number: str) -> Journal:
    """Play the conversation of a case; returns the record."""
    scene = Scene(number)
    SCENES[number](scene)
    return scene.journal


def recorded_cases() -> dict[Path, str]:
    """The record of every case, as the text of its file."""
    return {CASES / f"{number}.journal": "".join(lines_of(record(number))) for number in SCENES}


if __name__ == "__main__":
    sys.exit(main(__doc__ or "", recorded_cases))
