"""A model of one direction of a connection: where the bytes are that the reader has not read.

::

    application → program → sender's kernel → wire → receiver's kernel → reader
                  held      kernel            wire   inbox

Five rules, once in every tick:

1. The reader takes what its speed allows, if it is there.
2. What was on the wire arrives.
3. The sender's kernel puts on the wire what the network's speed allows, and never more than the
   receiver's kernel has room for: TCP's window (RFC 9293 §3.8.6).
4. The program hands to its kernel what fits there.
5. The application sends whole messages. At its limit it does what its policy says.

It is a model: whole numbers, no clock, no randomness. One direction of one connection; frame
headers are not counted. What else a real TCP does is left out: congestion control, delayed
acknowledgements, retransmission, buffers that grow.
"""

from dataclasses import dataclass, replace

from .knobs import KIB, Knobs

TICKS = 32
"""Ticks in a second, so that 1 KiB a second is a whole number of bytes (32) in every tick."""

STEP = TICKS // 2
"""Ticks in one step of the lab: half a second."""


@dataclass(frozen=True, slots=True)
class Pipe:
    """What is where at one moment; every size is in bytes, every time in ticks.

    ``message``  the size of each message
    ``now``      ticks since the start
    ``waiting``  when each message that is not wholly read was sent, the oldest first
    ``held``     bytes in the program: a browser calls their number ``bufferedAmount``
    ``kernel``   bytes in the sender's kernel
    ``wire``     bytes on their way
    ``inbox``    bytes in the receiver's kernel
    ``made``     messages that the application has handed over, the dropped ones included
    ``dropped``  messages that were thrown away, whole
    ``carried``  bytes that have been put on the wire
    ``read``     bytes that the reader has read
    ``due``      messages that an application that waits for room still has to send
    ``credit``   bytes towards the application's next message
    ``closed``   whether the sender has sent its Close; then it sends nothing more
    """

    message: int = 4 * KIB
    now: int = 0
    waiting: tuple[int, ...] = ()
    held: int = 0
    kernel: int = 0
    wire: int = 0
    inbox: int = 0
    made: int = 0
    dropped: int = 0
    carried: int = 0
    read: int = 0
    due: int = 0
    credit: int = 0
    closed: bool = False

    @property
    def total(self) -> int:
        """All bytes that were sent and are not read."""
        return self.held + self.kernel + self.wire + self.inbox

    @property
    def seconds(self) -> float:
        """The time since the start."""
        return self.now / TICKS

    @property
    def oldest(self) -> float:
        """For how many seconds the oldest message has waited; 0 where none waits."""
        return (self.now - self.waiting[0]) / TICKS if self.waiting else 0.0

    def window(self, knobs: Knobs) -> int:
        """The room that the receiver's kernel has left, in bytes, minus what is on its way
        there."""
        return max(0, knobs.receive_buffer * KIB - self.inbox - self.wire)

    def after(self, knobs: Knobs, ticks: int = STEP) -> "Pipe":
        """The pipe this many ticks later, the knobs set like this all the while."""
        pipe = self
        for _ in range(ticks):
            pipe = pipe._carried_on(knobs)._filled(knobs)
        return pipe

    def _carried_on(self, knobs: Knobs) -> "Pipe":
        """Rules 1 to 3: from the reader backwards, so that no byte takes two steps in one tick."""
        taken = min(_in_a_tick(knobs.read), self.inbox)
        whole = (self.read + taken) // self.message - self.read // self.message
        inbox = self.inbox - taken + self.wire
        window = max(0, knobs.receive_buffer * KIB - inbox)
        leaving = min(_in_a_tick(knobs.network), self.kernel, window)
        return replace(
            self,
            now=self.now + 1,
            waiting=self.waiting[whole:] if whole else self.waiting,
            kernel=self.kernel - leaving,
            wire=leaving,
            inbox=inbox,
            carried=self.carried + leaving,
            read=self.read + taken,
        )

    def _filled(self, knobs: Knobs) -> "Pipe":
        """Rules 4 and 5."""
        pipe = self._handed_over(knobs)
        if pipe.closed:
            return pipe
        pipe = pipe._with_what_falls_due(knobs)
        while pipe.due:
            at_limit = pipe.held + pipe.message > knobs.limit * KIB
            if at_limit and knobs.policy != "send anyway":
                if knobs.policy == "wait":
                    break
                if knobs.policy == "close":
                    return replace(pipe._without_one(), due=0, credit=0, closed=True)
                whole = pipe.held // pipe.message
                if knobs.policy == "drop newest" or not whole:
                    pipe = pipe._without_one()
                else:
                    pipe = pipe._without_oldest(whole)
                continue
            pipe = replace(
                pipe,
                due=pipe.due - 1,
                made=pipe.made + 1,
                held=pipe.held + pipe.message,
                waiting=(*pipe.waiting, pipe.now),
            )._handed_over(knobs)
        return pipe

    def _handed_over(self, knobs: Knobs) -> "Pipe":
        moved = min(self.held, max(0, knobs.send_buffer * KIB - self.kernel))
        if not moved:
            return self
        return replace(self, held=self.held - moved, kernel=self.kernel + moved)

    def _with_what_falls_due(self, knobs: Knobs) -> "Pipe":
        """An application that waits for room makes nothing new meanwhile."""
        if self.due:
            return self
        if knobs.burst:
            first = (self.now - 1) % (knobs.burst * TICKS) == 0
            due = knobs.burst * knobs.send * KIB // self.message if first else 0
            return replace(self, due=due, credit=0)
        due, credit = divmod(self.credit + _in_a_tick(knobs.send), self.message)
        return replace(self, due=due, credit=credit)

    def _without_one(self) -> "Pipe":
        """The message that is due is thrown away."""
        return replace(self, due=self.due - 1, made=self.made + 1, dropped=self.dropped + 1)

    def _without_oldest(self, whole: int) -> "Pipe":
        """The oldest of the ``whole`` messages of which the kernel has nothing yet is thrown away.

        One that has begun to leave must leave whole, or its frame would be cut.
        """
        first = len(self.waiting) - whole
        return replace(
            self,
            held=self.held - self.message,
            waiting=self.waiting[:first] + self.waiting[first + 1 :],
            dropped=self.dropped + 1,
        )


def _in_a_tick(speed: int) -> int:
    """KiB a second as bytes in a tick."""
    return speed * (KIB // TICKS)


def ping_wait(pipe: Pipe, knobs: Knobs) -> float | None:
    """About how many seconds pass until a Ping that is sent now is read; None: never, like this.

    It travels in the same stream behind everything that waits (RFC 6455 §5.5.2). The last byte of a
    queue has passed two gates when the slower one has let through everything ahead of it.
    """
    gates = [(pipe.total, knobs.read), (pipe.held + pipe.kernel, knobs.network)]
    if any(before and not speed for before, speed in gates):
        return None
    return max(before / (speed * KIB) if before else 0.0 for before, speed in gates)
