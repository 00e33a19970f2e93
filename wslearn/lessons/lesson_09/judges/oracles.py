"""Oracles for a student's server: judges that do not know how it was written, only what it says.

Five of them, in the order in which to ask them:

1. ``examples``: the worked examples of RFC 6455, byte for byte.
2. ``scissors``: one conversation, cut at every place where a network may cut it.
3. ``faults``: every frame of the malformed gallery; each must end in one Close with the right code.
4. ``websocket-client`` and ``websockets``: programs that others wrote, over a real connection.
5. Autobahn's cases, which have a module of their own (``autobahn``).

The first three play in memory. None raises, and all are bounded in time. A verdict names the first
thing that went wrong, and the smallest: what was asked, what was expected, what came, and the rule.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wslearn.checking.checker import SECONDS
from wslearn.checking.panel import Panel, Part, Tone, as_html, as_text
from wslearn.checking.values import one_line
from wslearn.conformance.case import Case, Fails
from wslearn.conformance.fault_cases import FAULTS
from wslearn.conformance.heard import in_frames
from wslearn.course.answers import judge as judge_answer
from wslearn.course.waiting import one_by_one
from wslearn.draw.table import Table, table
from wslearn.lessons.lesson_09.parts import REQUEST, whole_server
from wslearn.protocol.connection import Connection
from wslearn.protocol.dissection import Side
from wslearn.protocol.errors import NetworkError
from wslearn.protocol.events import Binary, Text
from wslearn.protocol.examples import COURSE_KEY, SAMPLE_KEY
from wslearn.protocol.frame import Frame
from wslearn.protocol.handshake import check_response

from .clients import CLIENTS, Asked, Missing
from .hosted import NEVER_BACK, answer_of, attempt

Make = Callable[[], Any]
Judge = Callable[[Make], Iterator[Asked]]

MOST_SECONDS = 20.0
"""How long one oracle may go on asking, in seconds."""


# -- what a server said ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """What a server answered to some pieces: all bytes, ``done`` at the end, and any trouble."""

    data: bytes
    done: bool
    trouble: str

    def spoken(self) -> str:
        """The answer in words: the frames after a right handshake, or what is odd about it."""
        if self.trouble:
            return self.trouble
        reply = check_response(self.data, SAMPLE_KEY)
        if not reply.ok:
            return f"a handshake that the client refuses: {reply.conclusion}"
        return in_frames(reply.rest) + (", the end" if self.done else "")


def said(make: Make, pieces: list[bytes]) -> Said:
    """Play these pieces to a new server, in memory."""
    server, trouble = attempt(make, make)
    data = b""
    for piece in pieces:
        if trouble or getattr(server, "done", False):
            break
        answer, trouble = answer_of(server, piece)
        data += answer
    return Said(data, getattr(server, "done", False) is True, trouble)


def masked(*frames: Frame) -> bytes:
    """Frames as a client sends them, all with the key of the course."""
    return b"".join(frame.encode(mask_key=COURSE_KEY) for frame in frames)


# -- the oracles that play in memory ---------------------------------------------------------------

FRAGMENTS = (Frame.text("Hel", fin=False), Frame.continuation(b"lo"))

HELLO = masked(Frame.text("Hello"))
PING = masked(Frame.ping(b"Hello"))

EXAMPLES: tuple[tuple[str, bytes, str, str, str], ...] = (
    ("the sample handshake", b"", "", "1.3", "09.1"),
    ("“Hello” in one frame", HELLO, "810548656c6c6f", "5.7", "09.2 and 09.5"),
    ("“Hello” in two fragments", masked(*FRAGMENTS), "810548656c6c6f", "5.7", "09.4"),
    ("a ping with “Hello”", PING, "8a0548656c6c6f", "5.7", "09.5"),
    ("256 bytes", masked(Frame.binary(bytes(256))), "827e0100" + "00" * 256, "5.7", "09.2"),
    (
        "64 KiB",
        masked(Frame.binary(bytes(65536))),
        "827f0000000000010000" + "00" * 65536,
        "5.7",
        "09.2",
    ),
    ("a Close with 1000", masked(Frame.close(1000)), "880203e8", "5.5.1", "09.5"),
)
"""What is sent, and the answer, each from RFC 6455 (where it shows only one way, masked by us), and
the exercise to look at where it goes wrong."""


def ask_examples(make: Make) -> Iterator[Asked]:
    """The worked examples of RFC 6455."""
    for what, data, answer, section, exercise in EXAMPLES:
        came = said(make, [REQUEST, data] if data else [REQUEST])
        reply = check_response(came.data, SAMPLE_KEY)
        expected = in_frames(bytes.fromhex(answer)) + (", the end" if "Close" in what else "")
        right = reply.ok and reply.rest.hex() == answer and not came.trouble
        look = f"Look at {exercise} first, and at the order of things in 09.6."
        yield Asked(what, section, expected, expected if right else came.spoken(), look)


ANYWHERE = (
    "A read may end anywhere, and may hold many frames. What is not used yet waits in the buffer, "
    "and all frames that are whole are answered at once."
)

CONVERSATION = (
    Frame.text("Hello"),
    Frame.text("5 ", fin=False),
    Frame.ping(b"there?"),
    Frame.continuation("€".encode()[:2], fin=False),
    Frame.continuation("€".encode()[2:]),
    Frame.binary(bytes(130)),
    Frame.close(1000, "bye"),
)
"""A client's side of a conversation in which everything happens once."""


def ask_scissors(make: Make) -> Iterator[Asked]:
    """One conversation, cut in two at every place, and cut into single bytes."""
    expected = answer_of_ours(CONVERSATION) + ", the end"
    for where, pieces in cut(REQUEST + masked(*CONVERSATION), _where):
        yield Asked(where, "5.2", expected, said(make, pieces).spoken(), ANYWHERE)


def cut(stream: bytes, where: Callable[[int], str]) -> Iterator[tuple[str, list[bytes]]]:
    """Bytes in one piece, cut in two at every place, and cut into single bytes; each in words."""
    yield "all in one read", [stream]
    for at in range(1, len(stream)):
        yield where(at), [stream[:at], stream[at:]]
    yield "one byte in each read", [stream[at : at + 1] for at in range(len(stream))]


def _where(at: int) -> str:
    """Where a cut is, in words."""
    if at <= len(REQUEST):
        return f"cut after byte {at} of the request"
    start = len(REQUEST)
    for number, frame in enumerate(CONVERSATION, start=1):
        size = len(masked(frame))
        if at <= start + size:
            return f"cut after byte {at - start} of frame {number}"
        start += size
    return "not cut"


def answer_of_ours(frames: Sequence[Frame]) -> str:
    """What wslearn's own connection answers when it echoes, in words."""
    ours = Connection("server")
    out = b""
    for frame in frames:
        for event in ours.receive(masked(frame)):
            match event:
                case Text(text):
                    out += ours.send_text(text)
                case Binary(payload):
                    out += ours.send_binary(payload)
        out += ours.take_output()
    return in_frames(out)


def ask_faults(make: Make) -> Iterator[Asked]:
    """Every malformed frame that needs no extension, after a fine one.

    The fine one is answered; then one Close with the right code, and silence.
    """
    for case, section, code in faults("server"):
        came = said(make, [REQUEST, HELLO + case.data("server")])
        yield Asked(
            case.title,
            section,
            f"text “Hello”, close {code}, the end",
            came.spoken(),
            f"{case.rule} What came before is answered first; after the Close a server is silent.",
        )


def faults(receiver: Side) -> Iterator[tuple[Case, str, int]]:
    """Malformed frames for one side, without extensions; with each its section and close code."""
    for case in FAULTS:
        if case.judges(receiver) and case.deflate is None:
            assert isinstance(case.right, Fails)
            yield case, case.source.partition("§")[2], case.right.codes[0]


# -- verdicts --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one oracle found: how many questions it asked, how many were answered correctly.

    ``first`` is the first wrong answer; ``note`` says why it could not ask.
    """

    name: str
    what: str
    tried: int
    right: int
    first: Asked | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """The outcome in a few words."""
        if self.note:
            return self.note
        return f"{self.right} of {self.tried}" + ("" if self.first is None else " ✗")


ORACLES: dict[str, tuple[str, Judge]] = {
    "examples": ("the worked examples of RFC 6455", ask_examples),
    "scissors": ("one conversation, cut at every place", ask_scissors),
    "faults": ("every malformed frame of the gallery", ask_faults),
    **CLIENTS,
}
"""The oracles by name, with what they ask in a few words."""


class Told(Panel):
    """A sentence that says whose program was judged, a table, and what went wrong first."""

    __slots__ = ()
    whose: str

    def _table(self) -> Table:
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{self.whose}\n\n{self._table()!r}\n\n{as_text(*self._panel())}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        html = f"<div>{self.whose}</div>{self._table().html()}{as_html(*self._panel())}"
        return {"text/plain": repr(self), "text/html": html}


@dataclass(frozen=True, slots=True, repr=False)
class Verdicts(Told):
    """The rulings of some oracles about one server; shows itself."""

    whose: str
    rulings: tuple[Ruling, ...]
    oracle: str = "oracle"

    @property
    def passed(self) -> bool:
        """Whether no oracle found anything wrong."""
        return all(ruling.first is None for ruling in self.rulings)

    def _panel(self) -> tuple[Tone, str, list[Part]]:
        wrong = next((ruling for ruling in self.rulings if ruling.first is not None), None)
        if wrong is None or wrong.first is None:
            return "good", "Nobody found anything wrong.", []
        first = wrong.first
        parts = [
            Part(f"expected  {first.expected}\ngot       {first.came}", "", code=True),
            *([Part(first.means, "What this usually means:")] if first.means else []),
            Part(f"RFC 6455 §{first.section}", "Where to read it:"),
        ]
        return "bad", f"{wrong.name}, the first that went wrong: {first.what}", parts

    def _table(self) -> Table:
        return table(
            [self.oracle, "what it asks", "right answers"],
            [(ruling.name, ruling.what, ruling.verdict) for ruling in self.rulings],
        )


YOURS = "Asked about your MyServer."
LENT = "Your MyServer is not solved yet: asked about ours, made of the parts in use."
BUILT = "Asked about a server made of the parts in use."


def which(server_class: Any = None) -> tuple[Make, str]:
    """The class to judge, and a sentence that says whose it is: ours where there is none yet."""
    if server_class is None:
        return whole_server(), BUILT
    if not callable(server_class) or judge_answer("09.6", server_class, SECONDS).outcome == (
        "unsolved"
    ):
        return whole_server(), LENT
    return server_class, YOURS


def ask_oracles(*names: str, server: Any = None) -> Verdicts:
    """Ask these oracles about a server, all of them if none is named. Never raises.

    Without a server they are asked about one that is made of the parts in use.
    """
    make, whose = which(server)
    unknown = [name for name in names if name not in ORACLES]
    asked = [name for name in dict.fromkeys(names) if name in ORACLES] if names else list(ORACLES)
    rulings = [ruling_of(name, make) for name in one_by_one("Asking the oracles", asked)]
    note = f"unknown; the oracles are {', '.join(ORACLES)}"
    others = [Ruling(one_line(str(name), 20), "", 0, 0, None, note) for name in unknown]
    return Verdicts(whose, (*rulings, *others))


def ruling_of(name: str, make: Make, oracles: Mapping[str, tuple[str, Judge]] = ORACLES) -> Ruling:
    """What one oracle finds; it stops where a program does not come back, or time is up."""
    what, judge = oracles[name]
    end = time.monotonic() + MOST_SECONDS
    tried = right = 0
    first: Asked | None = None
    try:
        for asked in judge(make):
            tried += 1
            if asked.right:
                right += 1
            elif first is None:
                first = asked
            if NEVER_BACK in asked.came or time.monotonic() > end:
                break
    except Missing as missing:
        return Ruling(name, what, 0, 0, None, str(missing))
    except NetworkError as problem:  # a kernel inside a browser
        return Ruling(name, what, 0, 0, None, str(problem))
    return Ruling(name, what, tried, right, first)
