"""Record the conversations of the mysteries of ``ws.case``; nothing is sent over a network.

    python -m tests.tools.record_cases

Each is played by real ends before a real recorder (``tests/support/scene.py``), with a clock and
keys of the script's own: it is the same bytes whenever it is made.
"""

import sys
from pathlib import Path

from tests.tools.generated import main
from tests.tools.scenes_of_frames import FRAMES
from tests.tools.scenes_of_messages import MESSAGES
from tests.tools.scenes_of_opening import OPENING
from tests.tools.scenes_of_the_way import THE_WAY
from tests.tools.seal_cases import CASES
from wslearn.net.record.journal_file import lines_of

SCENES = {**OPENING, **FRAMES, **MESSAGES, **THE_WAY}


def recorded_cases() -> dict[Path, str]:
    """The record of every case, as the text of its file."""
    return {
        CASES / f"{number}.journal": "".join(lines_of(play())) for number, play in SCENES.items()
    }


if __name__ == "__main__":
    sys.exit(main(__doc__ or "", recorded_cases))
