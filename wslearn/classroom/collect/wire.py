"""Plain values as JSON, for the pipe between the judge and the process that runs an answer.

JSON, because reading it runs nothing. Only what :func:`wslearn.checking.values.plain` leaves comes
through: built-in types, and for anything else the name of its type.
"""

import re
from typing import Any

from wslearn.checking.values import Strange

DEEPEST = 6
"""How deeply lists or tuples may be nested."""

_SAFE_NUMBER = 2**53
_NAME = re.compile(r"[^\W\d]\w{0,79}")


def pack(value: object) -> Any:
    """A plain value in JSON's types.

    >>> pack((True, b"Hi", [None]))
    ['tuple', True, ['bytes', '4869'], ['list', None]]
    """
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if abs(value) < _SAFE_NUMBER else ["int", hex(value)]
    if isinstance(value, bytes):
        return ["bytes", value.hex()]
    if isinstance(value, tuple | list):
        return ["tuple" if isinstance(value, tuple) else "list", *map(pack, value)]
    if isinstance(value, dict):  # an argument of some exercises, never a result
        return ["dict", *([pack(key), pack(one)] for key, one in value.items())]
    return ["object", value.type_name if isinstance(value, Strange) else type(value).__name__]


def unpack(packed: object, depth: int = 0) -> Any:
    """The value again; for an object of a foreign type, an empty one whose type has that name.

    Raises :class:`ValueError` for everything that :func:`pack` does not make.
    """
    if packed is None or type(packed) in (bool, int, str):
        return packed
    if not isinstance(packed, list) or not packed or depth > DEEPEST:
        raise ValueError("expected a packed value")
    kind, *content = packed
    if kind in ("tuple", "list"):
        values = [unpack(one, depth + 1) for one in content]
        return tuple(values) if kind == "tuple" else values
    if kind == "dict":
        return dict(_pair(one, depth + 1) for one in content)
    if len(content) != 1 or not isinstance(content[0], str):
        raise ValueError("expected one text")
    if kind == "int":
        return int(content[0], 16)
    if kind == "bytes":
        return bytes.fromhex(content[0])
    if kind == "object":
        return type(type_name(content[0]), (), {})()
    raise ValueError("expected a known kind")


def _pair(packed: object, depth: int) -> tuple[Any, Any]:
    if not isinstance(packed, list) or len(packed) != 2:
        raise ValueError("expected a key and a value")
    key, value = (unpack(one, depth) for one in packed)
    if isinstance(key, list | dict | tuple):
        raise ValueError("expected a key that is not a list")
    return key, value


def type_name(name: object, otherwise: str = "object") -> str:
    """The name of a type as foreign code gives it, if it can be one."""
    return name if isinstance(name, str) and _NAME.fullmatch(name) else otherwise
