"""Traces of connections that ended, each for one of the causes: what lesson 16 asks for.

A trace is what somebody would have seen at a client: seconds, who spoke, what was said. It is
seeded: a number always gives the same trace.
"""

import random

Trace = list[tuple[int, str, str]]

IDLE_LIMIT = 60
"""The silence after which the proxy on the way hangs up, in seconds."""

WHY = {
    1000: "goodbye",
    1001: "going away",
    1002: "a rule was broken",
    1007: "a rule was broken",
    1008: "thrown out",
    1009: "too big",
    1011: "the server failed",
    1012: "restart",
    1013: "overloaded",
}
"""What the code of a Close says about the end, in a few words (RFC 6455 §7.4.1)."""

APPLICATION = "the application said so"
CODES = WHY | dict.fromkeys((3008, 4000, 4001, 4404), APPLICATION)
SILENT = ("refused", "half-open", "idle limit", "cut off")
CAUSES = (*dict.fromkeys(CODES.values()), *SILENT)
"""What may have ended a connection: what a Close says, and what no Close says."""


def trace(seed: int) -> Trace:
    """The trace with this number; its cause is :func:`cause_of`.

    >>> trace(9), cause_of(9)
    ([(1, 'server', 'reply 503')], 'refused')
    """
    draw = random.Random(seed)
    cause = cause_of(seed)
    if cause == "refused":
        return [(draw.randint(0, 2), "server", f"reply {draw.choice((401, 404, 503))}")]
    now, seen = 0, [(0, "server", "reply 101")]
    for _ in range(draw.randint(1, 4)):
        now += draw.randint(1, 25)
        seen += _exchange(draw, now)
    if cause not in SILENT:
        now += draw.randint(1, 70)
        ends = ["server", "client"]
        if cause in ("goodbye", "going away") and draw.random() < 0.5:
            ends.reverse()
        code = f"close {draw.choice([code for code, why in CODES.items() if why == cause])}"
        return [*seen, *((now, who, code) for who in ends)]
    if cause == "half-open":
        now += draw.randint(5, 20)
        seen.append((now, "client", "ping"))
        if draw.random() < 0.5:
            now += 5
            seen.append((now, "client", "text"))
        return [*seen, (now + 20, "client", "end")]
    quiet = (
        IDLE_LIMIT + draw.choice((0, 1))
        if cause == "idle limit"
        else draw.randint(1, IDLE_LIMIT - 10)
    )
    return [*seen, (now + quiet, "proxy", "end")]


def cause_of(seed: int) -> str:
    """Why the connection of this trace ended."""
    return CAUSES[seed % len(CAUSES)]


def _exchange(draw: random.Random, now: int) -> Trace:
    """A few frames that belong together."""
    kind = draw.choice(("ping", "question", "push"))
    if kind == "ping":
        first, second = draw.choice((("client", "server"), ("server", "client")))
        return [(now, first, "ping"), (now, second, "pong")]
    if kind == "question":
        return [(now, "client", "text"), (now, "server", "text")]
    return [(now, "server", "text")]
