"""Pages that the package carries packed, so that nobody who looks around in it reads an answer by
chance: the questions of ``checkpoint`` and the mysteries of ``case``.

The pages themselves are in ``tests/``, which the package does not carry; a tool packs them.
"""

import base64
import textwrap
import zlib
from dataclasses import dataclass
from importlib.resources.abc import Traversable


def sealed(text: str) -> str:
    """The text of the file that the package carries."""
    packed = base64.b85encode(zlib.compress(text.encode(), 9)).decode()
    return "\n".join(textwrap.wrap(packed, 100)) + "\n"


def opened(text: str) -> str:
    """What :func:`sealed` packed.

    >>> opened(sealed("Which bit?"))
    'Which bit?'
    """
    return zlib.decompress(base64.b85decode(text.replace("\n", ""))).decode()


@dataclass(frozen=True, slots=True)
class Opened:
    """A sealed page as a file that can be read; ``part`` counts the texts in it from 0."""

    path: Traversable
    part: int = 0

    def read_text(self, encoding: str) -> str:
        """The text in it."""
        return opened(self.path.read_text(encoding=encoding)).split("\f")[self.part]

    def __str__(self) -> str:
        return str(self.path)
