"""JSON from a file, and the file's name: every text is one that UTF-8 can hold.

JSON may write half of a surrogate pair as an escape (RFC 8259 §8.2), and Python reads it. Such a
text can be neither searched nor saved nor sent, so it is mended here, before anything sees it.
"""

import json
import os
import re
from os import PathLike
from typing import Any

_HALF = re.compile(
    r"(\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"  # these stay
    r"|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
MENDED = "has half of a surrogate pair, which UTF-8 cannot hold (RFC 3629 §3); � takes its place"


def read_json(text: str) -> tuple[Any, bool]:
    """What a JSON text says, and whether any text in it had to be mended.

    Raises ValueError for anything but JSON, RecursionError for what is nested too deep.

    >>> read_json('["\\\\ud800!", "\\\\ud83d\\\\ude00"]')
    (['�!', '😀'], True)
    """
    mended = _HALF.sub(lambda found: found[1] or r"\ufffd", text)
    return json.loads(mended), mended != text


def name_of(path: str | PathLike[str]) -> str:
    """The name of a file as text; a byte in it that is not UTF-8 becomes �.

    >>> name_of("a\\udcff.har")
    'a�.har'
    """
    return os.fsencode(path).decode(errors="replace")
