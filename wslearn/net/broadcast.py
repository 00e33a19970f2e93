"""One message for many connections, and what to do about those whose peers are slow.

::

    told = ws.broadcast(server.connections, "Hello", slow="close")
    print(told)

It never waits, so one peer that does not read delays nobody. What that peer has not read is kept
here, within bounds: the three policies are about that. The frame is made once for all connections,
or once for each way of compressing that was agreed on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from wslearn.protocol.codes import CloseCode
from wslearn.protocol.errors import ClosedError, InputError
from wslearn.protocol.shared import SharedMessage
from wslearn.protocol.text import grouped

from .limits import READ_SIZE
from .websocket import WebSocket

Slow = Literal["drop", "queue", "close"]
POLICIES = ("drop", "queue", "close")


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a message: how many peers it was ``sent`` to, and how many were ``gone``.

    ``dropped``  the connections that did not get it: their peers are slow, or it would have come
                 between the fragments of another message
    ``closed``   those that were closed because their peers are too slow
    """

    sent: int
    gone: int
    dropped: tuple[WebSocket, ...]
    closed: tuple[WebSocket, ...]

    def __str__(self) -> str:
        counts = {"dropped for": len(self.dropped), "closed": len(self.closed), "gone": self.gone}
        others = [f"{words} {grouped(count)}" for words, count in counts.items() if count]
        return "; ".join([f"sent to {grouped(self.sent)}", *others])


def broadcast(sockets: Iterable[WebSocket], message: str | bytes, *, slow: Slow = "drop") -> Told:
    """Send a message to many peers without waiting for any; what became of it (RFC 6455 §6.1).

    ``slow`` says what happens for a peer that has not read what was sent before:

    ``"drop"``   beyond 64 KiB that wait for it, it misses this message
    ``"queue"``  this message waits too, up to ``unsent_size`` of its limits; beyond, it misses it
    ``"close"``  the same, but beyond, its connection is given up. A Close with 1013 is written, but
                 after what it has not read: the end of TCP tells it, and it sees 1006

    A connection counts in ``missed`` what it did not get. Raises :class:`InputError` for another
    policy and for anything but a message.
    """
    if slow not in POLICIES:
        raise InputError(f"Expected one of {', '.join(POLICIES)} for slow, got {slow!r}.")
    shared = SharedMessage(message)
    sent = gone = 0
    dropped: list[WebSocket] = []
    closed: list[WebSocket] = []
    for socket in list(sockets):
        most = READ_SIZE if slow == "drop" else socket.limits.unsent_size
        try:
            if socket.offer(shared, most):
                sent += 1
            elif slow == "close" and socket.unsent > most:
                socket.leave(CloseCode.TRY_AGAIN_LATER)
                closed.append(socket)
            else:
                dropped.append(socket)
        except ClosedError:
            gone += 1
    return Told(sent, gone, tuple(dropped), tuple(closed))
