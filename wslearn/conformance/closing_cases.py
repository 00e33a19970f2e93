"""The closing handshake as cases (RFC 6455 §5.5.1, §7)."""

from typing import Any

from wslearn.protocol.close import encode_close
from wslearn.protocol.codes import CloseCode
from wslearn.protocol.events import Pong, Text
from wslearn.protocol.frame import Frame

from .case import Case, Closes, Piece

GROUP = "closing"
ANSWERED = "A Close is answered with a Close, and then the server ends TCP."
CLEAN = (
    "Only the answer tells the other side that everything before it was read. Without it a browser "
    "reports 1006, as after a cut cable."
)

VALID = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999)
LATER = (CloseCode.SERVICE_RESTART, CloseCode.TRY_AGAIN_LATER, CloseCode.BAD_GATEWAY)
"""Codes that were registered after the RFC; a program of 2011 may refuse them."""


def _closed(id: str, title: str, right: Closes, *sent: Piece, **more: Any) -> Case:
    told = {"rows": ("6455-5.5.1-6", "6455-5.5.1-11"), "rule": ANSWERED, "why": CLEAN, **more}
    level = told.pop("level", "MUST")
    rows, rule, why = told.pop("rows"), told.pop("rule"), told.pop("why")
    return Case(f"close-{id}", title, GROUP, level, rows, rule, why, "07", right, sent, **told)


BYE = Frame.close(1000, "bye")

CLOSING = (
    _closed("usual", "a Close with 1000 and a reason", Closes(1000), BYE),
    _closed("empty", "a Close without a body", Closes(None), Frame.close()),
    _closed(
        "longest", "a Close with a reason of 123 bytes", Closes(1000),
        Frame.close(1000, "ü" * 61 + "."),
    ),
    *(
        _closed(
            f"code-{code}", f"a Close with {code}", Closes(code), Frame(8, encode_close(code)),
            rows=("6455-7.4.2-n3" if code >= 3000 else "6455-7.4.1-1", "6455-5.5.1-6"),
        )
        for code in VALID
    ),
    *(
        _closed(
            f"code-{int(code)}", f"a Close with {int(code)}, which IANA has registered since",
            Closes(int(code)), Frame(8, encode_close(code)), level="MAY",
            rows=("6455-7.4.2-n2", "6455-5.5.1-6"),
        )
        for code in LATER
    ),
    _closed(
        "then-silence", "a message and a Ping after the Close",
        Closes(1000, never=(Text("late"), Pong(b"late"))),
        BYE, Frame.text("late"), Frame.ping(b"late"), rows=("6455-5.5.1-5", "6455-5.5.1-6"),
        rule="After a Close nothing more is read, and after its own Close a side sends no data.",
        why="A program that goes on reading acts on messages of a connection that both sides have "
        "given up.",
    ),
    _closed(
        "amid-message", "a Close between two fragments",
        Closes(1000, never=(Text("Hello"), Text("Hel"))),
        Frame.text("Hel", fin=False), BYE, level="SHOULD", rows=("6455-5.4-5", "6455-5.5.1-6"),
        rule="A control frame, so a Close too, may come between fragments; answering it with 1002 "
        "is calling it a fault.",
        why="People leave a page in the middle of an upload as well.",
    ),
    _closed(
        "after-message", "a message and a Close in one write",
        Closes(1000, before=(Text("Hello"),)), Frame.text("Hello"), BYE, echo=True, level="MAY",
        rows=("6455-5.5.1-8", "6455-5.5.1-6"),
        rule="What came before a Close was sent in good order; the answer may still go out.",
        why="The last message before a goodbye is often the one that matters.",
    ),
)  # fmt: skip
"""Everything about a Close that is right; those that are wrong are among the faulty frames."""
