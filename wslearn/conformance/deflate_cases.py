"""permessage-deflate as cases (RFC 7692): what is agreed on, and messages under an agreement.

Nobody has to compress. A server that declines every offer is right, and is not asked the rest.
"""

from typing import Any

from wslearn.protocol import deflate
from wslearn.protocol.events import Pong, Text
from wslearn.protocol.frame import Frame

from .case import Case, Changed, Declines, Opens, Packed, Piece, Right, Says, Word

GROUP = "compression"
PLAIN = deflate.DEFLATE
"""The offer without parameters."""

NO_DEFLATE = Declines()
LONG = "Every word that comes again costs little: " + "again and again, " * 40


def _offered(
    id: str, title: str, offer: str, *rows: str, rule: str, why: str, right: Right = NO_DEFLATE
) -> Case:  # fmt: skip
    return Case(
        f"deflate-{id}", title, GROUP, "MUST", rows, rule, why, "10", right,
        changed=Changed(offer=offer), side="server",
    )  # fmt: skip


def _packed(
    id: str, title: str, *words: Word, sent: tuple[Piece, ...], row: str, rule: str, why: str,
    offer: str = PLAIN, **more: Any,
) -> Case:  # fmt: skip
    return Case(
        f"deflate-{id}", title, GROUP, "MUST", (row,), rule, why, "10", Says(words), sent,
        echo=True, deflate=offer, **more,
    )  # fmt: skip


DECLINED = (
    "A server declines an offer with a parameter that does not exist, has a bad value, or comes "
    "twice."
)
GUESSED = "The two sides would compress by two different agreements, and read noise."

DEFLATE = (
    _offered(
        "unknown-parameter", "an offer with a parameter that does not exist",
        f"{PLAIN}; x_no_such_parameter", "7692-7-n1", "7692-7-1", rule=DECLINED, why=GUESSED,
    ),
    _offered(
        "bad-window", "an offer with a window of 16 bits", f"{PLAIN}; server_max_window_bits=16",
        "7692-7-n2", "7692-7.1.2.1-2", rule=DECLINED, why=GUESSED,
    ),
    _offered(
        "leading-zero", "an offer with a window of 09 bits", f"{PLAIN}; server_max_window_bits=09",
        "7692-7-n2", "7692-7.1.2.1-2", rule=DECLINED, why=GUESSED,
    ),
    _offered(
        "twice", "an offer that names a parameter twice",
        f"{PLAIN}; client_no_context_takeover; client_no_context_takeover", "7692-7-n3",
        rule=DECLINED, why=GUESSED,
    ),
    _offered(
        "no-hint", "an offer that does not understand client_max_window_bits", PLAIN,
        "7692-7.1.2.2-5", rule="The reply limits the client's window only where the offer said "
        "that the client understands that.", why="The client has to give up over it.",
        right=Opens(),
    ),
    _offered(
        "server-window", "the server's window is limited to 9 bits",
        f"{PLAIN}; server_max_window_bits=9", "7692-7.1.2.1-n1",
        rule="A server that accepts a limit answers with the same or a smaller one.",
        why="The client has kept a window of that size, and cannot reach further back.",
        right=Opens(),
    ),
    _packed(
        "hello", "a compressed “Hello”", Text("Hello"), sent=(Packed("Hello"),), row="7692-6.2-1",
        rule="A message whose first frame has RSV1 is decompressed, and means what comes out.",
        why="It was agreed on.",
    ),
    _packed(
        "empty", "a compressed message of nothing", Text(""), sent=(Packed(""),),
        row="7692-7.2.2-n2", rule="A message of no bytes compresses to one byte, 00.",
        why="Some programs take a payload without content for a fault.",
    ),
    _packed(
        "window-kept", "a message that refers to the one before it", Text(LONG), Text(LONG),
        sent=(Packed(LONG), Packed(LONG)), row="7692-7.2.2-4",
        rule="Unless the agreement says otherwise, the window goes on from message to message.",
        why="A receiver that starts afresh cannot read the second message.",
    ),
    _packed(
        "mixed", "a plain message between two compressed ones", Text("one"), Text("plain"),
        Text("one"), sent=(Packed("one"), Frame.text("plain"), Packed("one")), row="7692-6.2-2",
        rule="Each message says with RSV1 whether it is compressed.",
        why="Short messages are often sent as they are, since compression would make them longer.",
    ),
    _packed(
        "fragments", "a compressed message in three fragments, a Ping after it", Text(LONG),
        Pong(b"after"), sent=(Packed(LONG, 3), Frame.ping(b"after")), row="7692-6.2-1",
        rule="The payloads of all frames are joined, and then decompressed.",
        why="DEFLATE knows nothing of frames: no fragment can be read on its own.",
    ),
    _packed(
        "no-takeover", "the server is asked to start each message afresh", Text(LONG), Text(LONG),
        sent=(Packed(LONG), Packed(LONG)), row="7692-7.1.1.1-n1",
        offer=f"{PLAIN}; server_no_context_takeover", side="server",
        rule="A server that accepts server_no_context_takeover repeats it in its reply, and starts "
        "each message with an empty window.",
        why="The client has kept none: a reference to the message before it leads nowhere.",
    ),
    _packed(
        "small-window", "the server compresses with a window of 9 bits", Text(LONG * 4),
        sent=(Packed(LONG * 4),), row="7692-7.2.1-14", side="server",
        offer=f"{PLAIN}; server_max_window_bits=9",
        rule="With server_max_window_bits=9 the server refers back 512 bytes at most.",
        why="The client has kept 512 bytes, and no more.",
    ),
)  # fmt: skip
"""Offers, and messages under an agreement."""
