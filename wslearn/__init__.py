"""Learn the WebSocket protocol bit by bit (RFC 6455 and RFC 7692).

    import wslearn as ws

``import wslearn`` loads only the protocol layer, which needs nothing but the standard library. The
labs, the pictures and the course load when their names are first used.
"""

import sys as _sys
from importlib import import_module as _import_module

from .protocol.codes import CloseCode, Opcode
from .protocol.errors import (
    ClosedError,
    FrameError,
    HandshakeError,
    InputError,
    NetworkError,
    ProtocolError,
    StateError,
    Violation,
    WebSocketError,
)
from .protocol.frame import Frame
from .protocol.masking import mask
from .protocol.parser import FrameParser

__version__ = "0.1.0"

_LATER = {
    "BitGrid": "labs.kit.bitgrid",
    "Connection": "protocol.connection",
    "Dissection": "draw.drawn",
    "FrameLab": "labs.frame.lab",
    "GalleryLab": "labs.gallery.lab",
    "HandshakeLab": "labs.handshake.lab",
    "Journal": "labs.tap.journal_table",
    "LengthLab": "labs.length.lab",
    "MaskLab": "labs.mask.lab",
    "PipeLab": "labs.pipe.lab",
    "StateLab": "labs.state.lab",
    "TapLab": "labs.tap.lab",
    "accept_key": "protocol.accept",
    "broadcast": "net.broadcast",
    "case": "course.cases.mystery",
    "check": "course.answers",
    "check_setup": "course.setup",
    "checkpoint": "course.checkpoint.checkpoint",
    "connect": "net.client",
    "dissect": "draw.drawn",
    "dissect_all": "draw.drawn",
    "explain": "course.explain",
    "first_contact": "labs.tap.first_contact",
    "flip": "protocol.bits",
    "glossary": "course.glossary",
    "hint": "course.answers",
    "join": "classroom.live.membership",
    "lines": "course.in_order",
    "my_notes": "course.my_notes",
    "predict": "course.predict",
    "progress": "course.progress",
    "quiz": "course.quiz",
    "read_capture": "labs.tap.journal_table",
    "read_record": "labs.tap.journal_table",
    "reconnect": "net.client",
    "review": "course.review",
    "serve": "net.server",
    "solution": "course.answers",
    "state_diagram": "draw.state_diagram",
    "table": "draw.table",
    "tap": "labs.tap.journal_table",
}
"""Names that load on first use, and the module that holds each."""

_MODULES = {"events": "protocol.events"}
"""Modules that load on first use, each under a name of its own: ``ws.events.Text``."""

__all__ = [
    "CloseCode",
    "ClosedError",
    "Frame",
    "FrameError",
    "FrameParser",
    "HandshakeError",
    "InputError",
    "NetworkError",
    "Opcode",
    "ProtocolError",
    "StateError",
    "Violation",
    "WebSocketError",
    "mask",
]
__all__ += list(_LATER | _MODULES)


def __getattr__(name: str) -> object:
    value: object
    if name in _MODULES:
        value = _import_module(f"{__name__}.{_MODULES[name]}")
    elif name in _LATER:
        value = getattr(_import_module(f"{__name__}.{_LATER[name]}"), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


if _sys.platform == "emscripten":  # Python runs in a browser, which has no sockets
    _import_module(f"{__name__}.course.recorded").install()
    _import_module(f"{__name__}.net.memory").install_here()
