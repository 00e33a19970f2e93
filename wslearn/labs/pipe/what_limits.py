"""What limits now, in a sentence: the last place with a queue before it and none after it.

The words hold no number that changes from step to step, so that a screen reader hears them when
something new begins, and not twice a second.
"""

from typing import Literal

from wslearn.protocol.codes import CloseCode
from wslearn.protocol.dissection import Outcome, Verdict

from .knobs import KIB, Knobs
from .state import Pipe

Limiter = Literal["sender", "network", "reader"]


def limiter(pipe: Pipe) -> Limiter:
    """Who sets the pace: the reader or the network where there is a queue before it, else the
    sender.

    One message that is passing is not a queue.
    """
    if pipe.inbox > pipe.message:
        return "reader"
    if pipe.held + pipe.kernel > pipe.message:
        return "network"
    return "sender"


def verdict(pipe: Pipe, knobs: Knobs, before: Pipe | None = None) -> Verdict:
    """What limits now, and what that does; ``before`` is the pipe one step earlier."""
    if pipe.closed:
        return _closed(pipe, knobs)
    if not pipe.now:
        return Verdict(
            "waiting", "Nothing has been sent yet.", "Press play or step, then turn a knob."
        )
    slow = limiter(pipe)
    if slow == "sender":
        if not knobs.send:
            return Verdict("accepted", "The sender is silent.", "Nothing piles up.")
        return Verdict(
            "accepted",
            "The sender sets the pace.",
            "Network and reader are fast enough: what is sent arrives, and nothing piles up.",
        )
    headline = f"The {slow} limits."
    growth = _growth(pipe, knobs, slow, before)
    if growth < 0:
        return Verdict("waiting", headline, "Less comes in than it takes: the queue gets shorter.")
    if growth == 0:
        return Verdict(
            "waiting", headline, "As much comes in as it takes: the queue stays as it is."
        )
    full = pipe.inbox + pipe.wire + pipe.message > knobs.receive_buffer * KIB
    if slow == "reader" and not full:
        because = "More arrives than it takes: its kernel's buffer fills."
        return Verdict("waiting", headline, because)
    if slow == "reader":
        because = "Its kernel is full and TCP's window shut: no more is carried than is read."
    else:
        because = "More is sent than it carries."
    outcome, upstream = _at_the_sender(pipe, knobs)
    return Verdict(outcome, headline, f"{because} {upstream}")


def _growth(pipe: Pipe, knobs: Knobs, slow: Limiter, before: Pipe | None) -> int:
    """Above 0 where the queue grows, or would if there were room; below 0 where it shrinks."""
    if knobs.burst:
        return 1 if before is None or pipe.due or pipe.total >= before.total else -1
    return knobs.send - (knobs.read if slow == "reader" else knobs.network)


def _at_the_sender(pipe: Pipe, knobs: Knobs) -> tuple[Outcome, str]:
    """Where it piles up on the sender's side, and what the sender does about it."""
    if pipe.kernel + pipe.message <= knobs.send_buffer * KIB:
        return "waiting", "Now the sender's kernel fills."
    if knobs.policy == "send anyway":
        return "refused", (
            "The sender's kernel is full too. What is sent now stays in the program: "
            "bufferedAmount grows, and nothing bounds it."
        )
    if pipe.held + 2 * pipe.message <= knobs.limit * KIB and not pipe.due:
        return "waiting", "The sender's kernel is full too: now it piles up in the program."
    if knobs.policy == "wait":
        return "accepted", "The sender waits for room, so it is as slow. Nothing is lost."
    which = "newest" if knobs.policy == "drop newest" else "oldest"
    return "refused", f"The program is full: for each message too many, the {which} is lost."


def _closed(pipe: Pipe, knobs: Knobs) -> Verdict:
    """1013 was registered with IANA later than RFC 6455; the general code of the RFC is 1008."""
    code, general = int(CloseCode.TRY_AGAIN_LATER), int(CloseCode.POLICY_VIOLATION)
    on_its_way = (
        "The Close waits its turn behind everything that was sent before it."
        if pipe.total
        else "Everything sent before it has been read, and then the Close."
    )
    return Verdict(
        "refused",
        f"The sender has closed with {code}.",
        f"More than {knobs.limit} KiB would have waited in the program. {code} says “try again "
        f"later”; it is in IANA's registry. The RFC's own general code is {general} (RFC 6455 "
        f"§7.4.1). {on_its_way}",
    )
