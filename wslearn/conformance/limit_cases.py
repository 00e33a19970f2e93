"""Loads as cases: what an endpoint accepts, and what it says when that is too much (RFC 6455
§10.4).

Where the limits are is each program's own choice, so no answer is wrong except silence; a case
shows what this program does. Each load is small on the wire, and is waited for a few times longer.
"""

from wslearn.labs.gallery.malformed import Malformed
from wslearn.protocol.events import Pong
from wslearn.protocol.frame import Frame
from wslearn.protocol.text import grouped

from .case import FILL, Bears, Case, Filled, Level, Piece
from .deflate_cases import PLAIN

GROUP = "limits"
MIB = 2**20

WHOLE, IN_PIECES = Filled(MIB), Filled(MIB, 16)
CRUMBS = Filled(10_000, 10_000)
BOMB = Filled(16 * MIB, packed=True)
"""A thousand times smaller on the wire, and larger than most programs take by default."""

PINGS = tuple((b"%d of 1000 " % at).ljust(125, FILL) for at in range(1, 1001))
PROMISE = Malformed("promise", "", "", Frame.text(""), length=2**63 - 1)
"""The greatest length that there is: the first of 64 bits must be 0 (§5.2)."""

BOUNDED = (
    "How much an endpoint accepts is its own choice; it keeps to it, and a Close with 1009 says "
    "that this was more."
)


def _load(
    id: str, title: str, right: Bears, *sent: Piece, why: str, rows: tuple[str, ...] = (),
    rule: str = BOUNDED, level: Level = "SHOULD", lesson: str = "11", deflate: str | None = None,
) -> Case:  # fmt: skip
    rows = (*rows, "6455-10.4-2", "6455-10.4-1", "6455-7.1.7-5")
    return Case(
        f"limit-{id}", title, GROUP, level, rows, rule, why, lesson, right, sent,
        echo=right.filled is not None, deflate=deflate,
    )  # fmt: skip


LIMITS = (
    _load(
        "message", "1 MiB in one frame", Bears(filled=WHOLE), WHOLE,
        why="Whoever sends a picture has to learn whether it arrived. Where the connection just "
        "ends, nobody can tell a limit from a cut cable.",
    ),
    _load(
        "fragments", f"1 MiB in {IN_PIECES.frames} fragments", Bears(filled=IN_PIECES), IN_PIECES,
        why="A limit on frames alone can be walked around: each fragment is small, and the message "
        "has no end.",
    ),
    _load(
        "crumbs", f"{grouped(CRUMBS.frames)} fragments of one byte",
        Bears(filled=CRUMBS, codes=(1009, 1008)), CRUMBS,
        why="Each fragment costs a piece of memory and some time, however short it is. So some "
        "programs limit their number, too.",
    ),
    _load(
        "promise", "a header that promises 2⁶³ − 1 bytes",
        Bears(codes=(1009, 1002), may_wait=True), PROMISE,
        why="A header alone is enough to promise more than any disk holds. A program that "
        "believes it asks for the memory, or collects until there is none left.",
    ),
    _load(
        "bomb", "16 MiB of one character, compressed", Bears(filled=BOMB), BOMB, deflate=PLAIN,
        rule="The limit is for what comes out of decompression, and holds while it comes out; a "
        "Close with 1009 says that this was more.",
        why="DEFLATE makes a thousand bytes out of one. A program that looks at the size once "
        "everything is unpacked already has the bomb in its memory.",
    ),
    _load(
        "pings", f"{len(PINGS)} Pings of {len(PINGS[-1])} bytes in one write",
        Bears((Pong(PINGS[-1]),), codes=(1009, 1008)),
        *map(Frame.ping, PINGS),
        rows=("6455-5.5.2-2", "6455-5.5.3-1"), level="MUST", lesson="07",
        rule="Each Ping is answered; of several that wait the latest is enough (§5.5.3).",
        why="Every Ping makes its receiver write. One that keeps all its Pongs for a peer that "
        "does not read lets that peer fill its memory.",
    ),
)  # fmt: skip
"""What burdens an endpoint, and breaks no rule."""
