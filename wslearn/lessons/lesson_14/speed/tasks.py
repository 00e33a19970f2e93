"""What is timed: each task with two ways to do it, ours and another library's.

The other libraries need not be there. Their ways are loaded when a task is made ready, and
:func:`installed` says which can be.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from wslearn.course.waiting import one_by_one
from wslearn.net.fastmask import use_numpy
from wslearn.protocol.errors import InputError
from wslearn.protocol.frame import Frame
from wslearn.protocol.text import grouped

from . import ways
from .paired import LONG_ENOUGH, PAIRS, compare
from .record import Figure
from .ways import BINARY, KEY, PIECE, TEXT, Builder, Reader, Way

LIBRARIES = ("websockets", "wsproto")
"""The libraries that we are compared with: one with a part in C, one only in Python."""

OTHERS = ("websockets", "websockets Protocol", "wsproto")
"""The parts of them: ``websockets`` on its own is its frames, ``Protocol`` is what connections
use."""

Make = Callable[[bytes], Way]
"""Makes a way from a payload."""


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the table: ``ours`` and ``theirs`` make a way from a payload.

    ``against`` is which part of ``library`` it is. The aim is a ratio: ``short`` up to ``up_to``
    bytes, ``aim`` above. None: it has no aim.
    """

    name: str
    library: str
    against: str
    ours: Make
    theirs: Make
    aim: float | None = None
    short: float | None = None
    up_to: int = -1

    def wanted(self, size: int) -> float | None:
        """The ratio that we want for a payload of this many bytes."""
        return self.short if size <= self.up_to else self.aim


# -- where a way comes from ------------------------------------------------------------------------


def installed(library: str) -> bool:
    """Whether one of the :data:`LIBRARIES` is there to be timed."""
    return find_spec(library) is not None


def theirs(library: str, name: str) -> Callable[..., object]:
    """The function of this name from the module about that library, loaded when it is called."""

    def load(*given: object) -> object:
        return getattr(import_module(f".by_{library}", __package__), name)(*given)

    return load


def read(reader: Callable[[], Reader], piece: int | None = None, opcode: int = BINARY) -> Make:
    """To read one frame with this payload."""
    return lambda payload: ways.reading(
        reader(), Frame(opcode, payload).encode(mask_key=KEY), piece
    )


def build(builder: Callable[[], Builder]) -> Make:
    """To build one frame."""
    return lambda payload: ways.building(builder(), payload)


def both(builder: Callable[[], Builder], reader: Callable[[], Reader]) -> Make:
    """To build one and read it."""
    return lambda payload: ways.building_and_reading(builder(), reader(), payload)


# -- the table -------------------------------------------------------------------------------------

WEBSOCKETS, WSPROTO = LIBRARIES
PARSE = {"aim": 1.5, "short": 3.0, "up_to": 16}
BUILD = {"aim": 1.0, "short": 2.0, "up_to": 125}


def _tasks() -> Iterator[Task]:
    parse, parse_pieces = read(ways.parser), read(ways.parser, PIECE)
    for name, ours, piece, aims in (
        ("parse", parse, None, PARSE),
        ("in pieces", parse_pieces, PIECE, {"aim": 1.5}),
    ):
        for against, reader in (("websockets", "parser"), ("websockets Protocol", "protocol")):
            way = read(theirs(WEBSOCKETS, reader), piece)
            yield Task(name, WEBSOCKETS, against, ours, way, **aims)
        yield Task(name, WSPROTO, "wsproto", ours, read(theirs(WSPROTO, "parser"), piece))
    frame, encode, send = build(ways.frame), build(ways.encode), build(ways.send)
    for name, ours, aims in (("build", frame, {}), ("encode", encode, BUILD)):
        way = build(theirs(WEBSOCKETS, "frame"))
        yield Task(name, WEBSOCKETS, "websockets", ours, way, **aims)
        yield Task(name, WSPROTO, "wsproto", ours, build(theirs(WSPROTO, "frame")))
    for library, aim in ((WEBSOCKETS, None), (WSPROTO, 4.5)):
        way = both(theirs(library, "frame"), theirs(library, "parser"))
        yield Task("both", library, library, both(ways.encode, ways.parser), way, aim)
    masked = theirs(WEBSOCKETS, "masking")
    yield Task(
        "mask in place", WEBSOCKETS, "websockets", ways.masking, masked, 1.6, up_to=2**20 - 1
    )
    receive, letters = read(ways.connection), read(ways.text, opcode=TEXT)
    protocol = read(theirs(WEBSOCKETS, "protocol"))
    yield Task("receive", WEBSOCKETS, "websockets Protocol", receive, protocol, 1.0)
    yield Task("receive", WSPROTO, "wsproto", receive, read(theirs(WSPROTO, "connection")))
    decoded = read(theirs(WEBSOCKETS, "text"), opcode=TEXT)
    yield Task("receive text", WEBSOCKETS, "websockets Protocol", letters, decoded, 1.0)
    yield Task(
        "send", WEBSOCKETS, "websockets Protocol", send, build(theirs(WEBSOCKETS, "send")), 1.0
    )
    yield Task("send", WSPROTO, "wsproto", send, build(theirs(WSPROTO, "send")))


TASKS = tuple(_tasks())
"""``in pieces``: of 4 KiB; ``build``: any frame, with all its checks; ``encode``: what a connection
does with a frame whose parts are checked; ``both``: encode and parse; ``receive`` and ``send``:
whole messages."""


# -- measuring -------------------------------------------------------------------------------------


def payload_of(task: Task, size: int) -> bytes:
    """Random bytes; letters where the task is about text."""
    random = os.urandom(size)
    return bytes(65 + byte % 26 for byte in random) if "text" in task.name else random


def same_work(ours: Way, theirs: Way, payload: bytes) -> None:
    """Raises :class:`InputError` unless both ways give this payload: otherwise a ratio says
    nothing."""
    for way, whose in ((ours, "the first way"), (theirs, "the second way")):
        if way.plain(way.run()) != payload:
            raise InputError(
                f"Expected both ways to give the same {grouped(len(payload))} bytes, "
                f"but {whose} gave others; nothing was timed."
            )


def figure(task: Task, size: int, pairs: int = PAIRS, seconds: float = LONG_ENOUGH) -> Figure:
    """Time one task at one size (bytes), once both ways are seen to give the same."""
    payload = payload_of(task, size)
    ours, theirs = task.ours(payload), task.theirs(payload)
    same_work(ours, theirs, payload)
    return Figure.of(task.name, task.against, size, compare(ours.run, theirs.run, pairs, seconds))


def measured(
    names: Sequence[str],
    sizes: Sequence[int],
    pairs: int = PAIRS,
    seconds: float = LONG_ENOUGH,
) -> Iterator[Figure]:
    """Time the tasks of these names at these sizes (bytes), as far as the libraries are there.

    numpy masks long payloads, where it is there, as it does in a connection of ours.
    """
    use_numpy()
    wanted = [task for task in TASKS if task.name in names and installed(task.library)]
    for task in one_by_one("Measuring", wanted):
        for size in sizes:
            if task.name != "in pieces" or size > PIECE:
                yield figure(task, size, pairs, seconds)
