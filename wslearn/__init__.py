"""Learn the WebSocket protocol bit by bit (RFC 6455 and RFC 7692).

    import wslearn as ws

``import wslearn`` loads the protocol layer alone, which needs nothing but the standard library.
The labs, the pictures and the course load when their names are first used.
"""

from importlib import import_module

from .protocol.codes import CloseCode, Opcode
from .protocol.errors import (
    FrameError,
    HandshakeError,
    InputError,
    ProtocolError,
    Violation,
    WebSocketError,
)
from .protocol.frame import Frame
from .protocol.masking import mask
from .protocol.parser import FrameParser

__version__ = "0.1.0"

_LATER = {
    "BitGrid": "labs.bitgrid",
    "Connection": "protocol.connection",
    "Dissection": "draw.dissection",
    "FrameLab": "labs.framelab",
    "accept_key": "protocol.accept",
    "check": "course.checker",
    "check_setup": "course.setup",
    "dissect": "draw.dissection",
    "dissect_all": "draw.dissection",
    "first_contact": "labs.contact",
    "flip": "protocol.bits",
    "hint": "course.hints",
    "quiz": "course.quiz",
    "solution": "course.solutions",
    "table": "draw.table",
}
"""Names that load on first use, and the module that holds each."""

__all__ = [
    "BitGrid",
    "CloseCode",
    "Connection",
    "Dissection",
    "Frame",
    "FrameError",
    "FrameLab",
    "FrameParser",
    "HandshakeError",
    "InputError",
    "Opcode",
    "ProtocolError",
    "Violation",
    "WebSocketError",
    "accept_key",
    "check",
    "check_setup",
    "dissect",
    "dissect_all",
    "first_contact",
    "flip",
    "hint",
    "mask",
    "quiz",
    "solution",
    "table",
]


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
