"""Sentences with computed parts: ``{{ expression }}`` becomes what the expression gives.

So no byte, length or hash that a student reads is typed by anybody. The expressions are Python, and
are only in files of this package; nothing that comes from outside is ever read as a template.
"""

import re
from collections.abc import Mapping

EXPRESSION = re.compile(r"\{\{\s*(.+?)\s*\}\}", re.DOTALL)


def computed(text: str, names: Mapping[str, object]) -> str:
    """The text with each expression replaced by what it gives; a format may follow a colon.

    Raises what an expression raises.

    >>> computed("The byte {{ BYTE:02x }} has {{ BYTE.bit_count() }} bits set.", {"BYTE": 0x81})
    'The byte 81 has 2 bits set.'
    """
    return EXPRESSION.sub(lambda match: eval(f"f'''{{{match[1]}}}'''", dict(names)), text)
