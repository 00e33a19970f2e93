"""The life of a connection: six states, and the table of what leads from one to the next.

RFC 6455 names four (§4.1, §7.1.3, §7.1.4): CONNECTING, OPEN, CLOSING, CLOSED. CLOSING hides three
situations that a program has to tell apart, so here it is three states:

==========  =====================================================================================
CONNECTING  the opening handshake is under way; no frame may be sent yet
OPEN        messages flow both ways
CLOSE_SENT  our Close is out; messages may still come, and we wait for the peer's Close
CLOSE_DUE   the peer's Close is here, or it broke a rule: we read no more, and owe it our Close
CLOSE_DONE  no more frames pass; only the TCP connection is still to be closed
CLOSED      the TCP connection is gone
==========  =====================================================================================

1. After a failure nothing from the peer is looked at, not even its Close (§7.1.7): CLOSE_DUE and
   what follows read nothing.
2. CLOSE_DUE lasts as long as the application needs to answer what came before: messages of
   the same read that were whole and in order still count.
3. A Close is sent once (§5.5.1). Closes that cross complete the handshake for both sides.
4. The close is *clean* if both Closes had passed before TCP ended (§7.1.4).

What would break it: answering a Close from CLOSE_SENT would send a second one; reading on in
CLOSE_DUE would deliver messages from a peer that has lost our trust.

The state diagram of the course is drawn from ``TRANSITIONS``.
"""

from enum import Enum


class State(Enum):
    """The state of a connection (RFC 6455 §4.1, §7.1)."""

    CONNECTING = "connecting"
    OPEN = "open"
    CLOSE_SENT = "close sent"
    CLOSE_DUE = "close due"
    CLOSE_DONE = "close done"
    CLOSED = "closed"


STATE_MEANINGS: dict[State, str] = {
    State.CONNECTING: "the opening handshake is still under way",
    State.OPEN: "messages flow both ways",
    State.CLOSE_SENT: "our Close has been sent",
    State.CLOSE_DUE: "the peer has closed or broken a rule, and our Close is next",
    State.CLOSE_DONE: "the closing handshake is done",
    State.CLOSED: "the TCP connection has ended",
}
"""Each state in words that can end a sentence."""


class Transition(Enum):
    """What moves a connection from one state to the next."""

    HANDSHAKE = "the opening handshake succeeds"
    SEND_CLOSE = "we send a Close"
    RECEIVE_CLOSE = "a Close comes"
    FAIL = "the peer breaks a rule"
    TCP_END = "the TCP connection ends"


TRANSITIONS: dict[State, dict[Transition, State]] = {
    State.CONNECTING: {
        Transition.HANDSHAKE: State.OPEN,
        Transition.FAIL: State.CLOSE_DONE,
        Transition.TCP_END: State.CLOSED,
    },
    State.OPEN: {
        Transition.SEND_CLOSE: State.CLOSE_SENT,
        Transition.RECEIVE_CLOSE: State.CLOSE_DUE,
        Transition.FAIL: State.CLOSE_DUE,
        Transition.TCP_END: State.CLOSED,
    },
    State.CLOSE_SENT: {
        Transition.RECEIVE_CLOSE: State.CLOSE_DONE,
        Transition.FAIL: State.CLOSE_DONE,
        Transition.TCP_END: State.CLOSED,
    },
    State.CLOSE_DUE: {
        Transition.SEND_CLOSE: State.CLOSE_DONE,
        Transition.TCP_END: State.CLOSED,
    },
    State.CLOSE_DONE: {
        Transition.TCP_END: State.CLOSED,
    },
    State.CLOSED: {},
}
"""From each state, what each step leads to; a step that is not listed cannot happen there."""

SENDS_MESSAGES = frozenset({State.OPEN, State.CLOSE_DUE})
"""Data frames may be sent until our own Close has been sent (RFC 6455 §5.5.1, §6.1)."""

READS_FRAMES = frozenset({State.OPEN, State.CLOSE_SENT})
"""Nothing is read after the peer's Close or after a failure (RFC 6455 §1.4, §7.1.7)."""
