"""Two connections in memory and the line between them: a conversation that can be played again.

Nothing here is random and nothing waits. A conversation is a list of commands; each is one moment:
somebody sends, a frame arrives, a reply that was owed is sent, the TCP connection ends. Playing the
same commands gives the same bytes, since the masking-keys come from a fixed sequence. So going back
a step is playing one command fewer.

TCP keeps its promises here: what one side sends arrives whole and in order, or, once the connection
is cut, not at all. A single frame can be late, but it cannot be lost.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha1
from itertools import count

from wslearn.draw.drawn import Dissection, dissect
from wslearn.protocol import events
from wslearn.protocol.codes import Opcode
from wslearn.protocol.connection import Connection
from wslearn.protocol.dissection import OTHER_SIDE, Side
from wslearn.protocol.errors import StateError
from wslearn.protocol.examples import COURSE_KEY
from wslearn.protocol.frame import Frame
from wslearn.protocol.in_words import describe
from wslearn.protocol.receiving import Receiver
from wslearn.protocol.states import READS_FRAMES, STATE_MEANINGS, State
from wslearn.protocol.text import shown_text

from .line import FAULTS, Packet

SIDES: tuple[Side, Side] = ("client", "server")


def fixed_keys() -> Iterator[bytes]:
    """Masking-keys that are the same every time: fine for a lab, forbidden on a network (§5.3).

    >>> keys = fixed_keys()
    >>> next(keys).hex(), len(next(keys))
    ('37fa213d', 4)
    """
    yield COURSE_KEY
    for number in count(1):
        yield sha1(b"%d" % number).digest()[:4]


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that happens: ``who`` does ``what``; the rest says with what.

    ============  ==================================================================
    text          send a text message, or the last fragment of one that has begun
    fragment      send a fragment, with more to come
    ping          send a Ping
    close         send a Close, with ``code`` and a reason, or empty
    break         send a frame that breaks a rule, by its name in :data:`FAULTS`
    raw           send a text frame with any payload: ``data``, ``opcode``, ``fin``
    cut           the line is cut on this side
    deliver       the next frame arrives on this side
    reply         this side sends what it owes: a Pong, a Close
    end           this side ends the TCP connection, since it is time
    ============  ==================================================================
    """

    who: Side
    what: str
    text: str = ""
    code: int | None = None
    data: bytes = b""
    opcode: int = Opcode.TEXT
    fin: bool = True


@dataclass(frozen=True, slots=True)
class Moment:
    """What one command did.

    ``sentence``   in one sentence
    ``before``     and ``after``: the state of each side
    ``packets``    the numbers of the packets that left
    ``delivered``  the number of the packet that arrived, or None
    ``note``       a few words for the side that acted
    """

    command: Command
    sentence: str
    before: dict[Side, State]
    after: dict[Side, State]
    packets: tuple[int, ...] = ()
    delivered: int | None = None
    note: str = ""

    @property
    def changes(self) -> dict[Side, tuple[State, State]]:
        """The sides whose state changed: from which to which."""
        return {
            side: (self.before[side], self.after[side])
            for side in SIDES
            if self.before[side] is not self.after[side]
        }


Sends = Callable[[Connection, Command], bytes]

_SENDS: dict[str, Sends] = {
    "text": lambda end, command: end.send_text(command.text),
    "fragment": lambda end, command: end.send_text(command.text, fin=False),
    "ping": lambda end, command: end.send_ping(command.text.encode()),
    "close": lambda end, command: end.send_close(command.code, command.text),
}


@dataclass
class Dialogue:
    """A client, a server, and what passes between them.

    ``do`` carries out one command, and raises StateError or InputError where it cannot be done;
    then nothing has changed. ``next`` is what would happen on its own now, or None.
    """

    moments: list[Moment] = field(default_factory=list)
    packets: list[Packet] = field(default_factory=list)

    def __post_init__(self) -> None:
        keys = fixed_keys()
        self._key = lambda: next(keys)
        self.ends: dict[Side, Connection] = {
            "client": Connection("client", mask_keys=self._key),
            "server": Connection("server"),
        }
        self._owes: dict[Side, bool] = {"client": False, "server": False}
        self._receivers: dict[Side, Receiver] = {side: Receiver() for side in SIDES}

    @classmethod
    def of(cls, commands: tuple[Command, ...]) -> "Dialogue":
        """The conversation that these commands give."""
        dialogue = cls()
        for command in commands:
            dialogue.do(command)
        return dialogue

    @property
    def states(self) -> dict[Side, State]:
        """The state of each side."""
        return {side: end.state for side, end in self.ends.items()}

    def in_flight(self, sender: Side) -> list[int]:
        """The numbers of the packets of a side that are still on their way, in order."""
        return [
            number
            for number, packet in enumerate(self.packets)
            if packet.sender == sender and packet.in_flight
        ]

    def next(self, held: frozenset[Side] = frozenset()) -> Command | None:
        """What happens on its own now: a reply that is owed, the end that is due, an arrival.

        Packets of a side in ``held`` stay on their way.
        """
        for side in SIDES:
            if self._owes[side] and self.ends[side].state is not State.CLOSED:
                return Command(side, "reply")
        for side in SIDES:
            if self.ends[side].should_end_tcp:
                return Command(side, "end")
        waiting = [
            flight[0] for side in SIDES if side not in held and (flight := self.in_flight(side))
        ]
        if not waiting:
            return None
        return Command(OTHER_SIDE[self.packets[min(waiting)].sender], "deliver")

    # -- doing ---------------------------------------------------------------------------------

    def do(self, command: Command) -> Moment:
        """Carry out one command."""
        who, end, before = command.who, self.ends[command.who], self.states
        packets: tuple[int, ...] = ()
        delivered, note = None, ""
        match command.what:
            case "deliver":
                delivered, sentence, note = self._deliver(who)
            case "reply":
                packets = self._send(who, end.take_output())
                self._owes[who] = False
                sentence = f"The {who} owes an answer, and sends it: {self._said(packets)}."
            case "end" | "cut":
                first = len(self.packets)
                sentence = self._end(who, cut=command.what == "cut")
                note = "ends TCP" if command.what == "end" else "cut"
                packets = tuple(range(first, len(self.packets)))
            case "break" | "raw":
                packets = self._send(who, self._encoded(command))
                breaks = command.what == "break"
                sentence = f"The {who} {'breaks a rule and ' if breaks else ''}sends "
                sentence += f"{command.text if breaks else self._said(packets)}."
            case _:
                packets = self._send(who, _SENDS[command.what](end, command))
                sentence = f"The {who} sends {self._said(packets)}."
        moment = Moment(command, sentence, before, self.states, packets, delivered, note)
        self.moments.append(moment)
        return moment

    def _encoded(self, command: Command) -> bytes:
        self._need_tcp(command.who)
        if command.what == "break":
            return FAULTS[command.text].encode(command.who, self._key)
        key = self._key() if command.who == "client" else None
        return Frame(command.opcode, command.data, command.fin).encode(mask_key=key)

    def _need_tcp(self, who: Side) -> None:
        state = self.ends[who].state
        if state is State.CLOSED:
            raise StateError(f"Expected a TCP connection, but {STATE_MEANINGS[state]}.")

    def _send(self, sender: Side, data: bytes) -> tuple[int, ...]:
        first = len(self.packets)
        while data:
            seen = dissect(data, receiver=OTHER_SIDE[sender])
            data, seen = seen.rest, replace(seen, rest=b"")
            lost = self.ends[OTHER_SIDE[sender]].state is State.CLOSED
            self.packets.append(Packet(sender, seen.data, len(self.moments), None, lost, seen))
        return tuple(range(first, len(self.packets)))

    def _said(self, packets: tuple[int, ...]) -> str:
        seen = [self.packets[number].dissection for number in packets]
        return ", then ".join(_in_words(each) for each in seen if each is not None) or "nothing"

    def _deliver(self, who: Side) -> tuple[int, str, str]:
        number = self.in_flight(OTHER_SIDE[who])[0]
        packet, end = self.packets[number], self.ends[who]
        packet.arrived = len(self.moments)
        if not packet.data:
            happened = end.receive_end()
            noticed = f"The {who} notices the cut. " if packet.cut else ""
            return number, f"{noticed}{_ended(who, happened)}", "TCP ends"
        receiver, seen = self._receivers[who], packet.dissection
        assert seen is not None
        if end.state not in READS_FRAMES:
            never = receiver.stopped or STATE_MEANINGS[end.state]
            packet.dissection = replace(seen, violations=(), unread=never)
            sentence = f"The {who} no longer reads anything: {STATE_MEANINGS[end.state]}."
            return number, sentence, "not read"
        packet.dissection = receiver.take(seen)
        happened = end.receive(packet.data)
        owed = any(isinstance(event, events.Ping) for event in happened)
        self._owes[who] = self._owes[who] or owed or end.state is State.CLOSE_DUE
        if not happened:
            return number, f"The {who} keeps the fragment, and waits for the rest.", "waits"
        told = [_told(who, event) for event in happened]
        return number, " ".join(sentence for sentence, _ in told), told[-1][1]

    def _end(self, who: Side, *, cut: bool) -> str:
        self._need_tcp(who)
        for packet in self.packets:
            # Its own are still on their way, unless the line is cut; the peer's reach nobody.
            if packet.in_flight and (cut or packet.sender != who):
                packet.lost = True
        happened = self.ends[who].receive_end()
        if self.ends[OTHER_SIDE[who]].state is not State.CLOSED:
            self.packets.append(Packet(who, b"", len(self.moments), cut=cut))
        if cut:
            return f"The line is cut. {_ended(who, happened)}"
        return f"The {who} ends the TCP connection. {_ended(who, happened)}"


def _in_words(seen: Dissection) -> str:
    frame = seen.frame
    if frame is None or frame.opcode != Opcode.CONTINUATION:
        return describe(seen)
    # Nobody can say of a single frame what kind of message it continues; here all are texts.
    which = "the last fragment" if frame.fin else "a further fragment"
    return f"{which} of the message, “{shown_text(frame.payload)}”"


def _told(who: Side, event: events.Event) -> tuple[str, str]:
    """What an event means for this side: a sentence, and a few words."""
    match event:
        case events.Text(text):
            shown = shown_text(text.encode())
            return f"The {who} has a whole text message: “{shown}”.", f"“{shown}”"
        case events.Binary(data):
            return f"The {who} has a whole binary message.", f"{len(data)} bytes"
        case events.Ping():
            return f"A ping arrives, so the {who} owes a pong.", "owes a pong"
        case events.Pong():
            return f"A pong arrives: the {OTHER_SIDE[who]} is there.", "a pong"
        case events.Close(code):
            return f"A Close with {code} arrives at the {who}.", f"Close {code}"
        case events.Failed(violation):
            rule = violation.rule
            said = f"{rule.sentence} ({rule.source})"
            return f"The {who} fails the connection with {event.code}. {said}", f"✗ {event.code}"
        case events.Ended():
            return _ended(who, [event]), "TCP ends"


def _ended(who: Side, happened: list[events.Event]) -> str:
    for event in happened:
        if isinstance(event, events.Ended):
            how = "clean" if event.clean else "not clean"
            return f"For the {who} the connection is closed: {how}, code {event.code}."
    return ""
