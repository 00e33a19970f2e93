"""A journal: what passed on several connections, kept in the order in which it passed.

It is a record, not a protocol: nothing in it is judged until somebody asks. It is bounded. When it
is full, the oldest frames are let go and counted, so a tap may run for days beside a busy server.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from os import PathLike
from typing import Self

from wslearn.protocol.bits import hex_bytes
from wslearn.protocol.codes import opcode_name
from wslearn.protocol.in_words import describe, verdict
from wslearn.protocol.receiving import Allowance
from wslearn.protocol.text import counted, shown_text

from . import journal_file
from .conversation import Conversation
from .judging import FIRST
from .messages import IN_ALL, MOST, frames_that_say, messages_of
from .passed import Message, Passed, Sender
from .secrets import Secrets

SHOWN = 6
"""How many frames the plain text shows; a table shows them all."""

LONGEST_SENTENCE = 2_000
"""How many bytes of a sentence are shown: ours are shorter, but a file may hold any."""

SLACK = 16
"""When a journal is full, one part in this many is let go at once."""

HEADINGS = ("connection", "seconds", "from", "bytes", "begins with", "what it is")
CODE = ("begins with",)
FIRST_BYTES = 8


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a journal keeps: frames, their bytes in all, and connections."""

    frames: int = 50_000
    size: int = 64 * 2**20
    conversations: int = 1_000


WHOLE = Bounds(frames=1_000_000, size=256 * 2**20, conversations=20_000)
"""What a journal keeps of a file unless it was made with other bounds: all of most files."""


@dataclass(eq=False)
class Journal:
    """What passed on several connections: their handshakes, every frame, and how each ended.

    ``conversations``  the connections, in the order in which they came
    ``frames``         every kept frame of all of them, in the order in which they passed
    ``let_go``         how many frames were dropped because the journal was full
    ``added``          how many frames have been kept, for a while at least
    ``remarks``        what a reader of it should know, in sentences
    ``changed``        is called without arguments whenever it has grown
    ``keep_secrets``   whether cookies, passwords and tokens of the handshakes stay in it

    >>> journal = Journal()
    >>> said = journal.open(began=0.0)
    >>> journal.add(said, Passed("client", b"\\x81\\x80abcd", 0.5))
    >>> len(journal), journal.conversations[0].frames[0].connection
    (1, 1)
    """

    bounds: Bounds = field(default_factory=Bounds)
    changed: Callable[[], object] = lambda: None
    remarks: list[str] = field(default_factory=list)
    keep_secrets: bool = False
    judges_later: bool = field(default=False, init=False)  # in ``sort``, one after another
    conversations: list[Conversation] = field(default_factory=list, init=False)
    let_go: int = field(default=0, init=False)
    opened: int = field(default=0, init=False)
    added: int = field(default=0, init=False)
    _frames: deque[tuple[Conversation, Passed, int]] = field(default_factory=deque, init=False)
    _size: int = field(default=0, init=False)
    _known: set[int] = field(default_factory=set, init=False)  # numbers of the conversations
    _allowance: Allowance = field(default_factory=lambda: Allowance(FIRST), init=False)

    # -- what it holds -------------------------------------------------------------------------

    @property
    def frames(self) -> list[Passed]:
        """Every kept frame, in the order in which they passed."""
        return [frame for _, frame, _ in list(self._frames)]

    @property
    def passed(self) -> int:
        """How many frames have passed, kept or not."""
        return self.let_go + len(self._frames)

    def latest(self, count: int) -> list[Passed]:
        """The last ``count`` frames, in order; fewer where fewer are kept."""
        # One step, so that a thread may ask while another one records.
        last = list(islice(reversed(self._frames), max(count, 0)))
        return [frame for _, frame, _ in reversed(last)]

    def since(self, added: int) -> list[Passed]:
        """The kept frames that came after this many had been :attr:`added`, in order."""
        # A connection that is forgotten takes its frames out of the middle: counting will not do.
        last = list(islice(reversed(self._frames), max(self.added - added, 0)))
        return [frame for _, frame, number in reversed(last) if number > added]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Journal):
            return NotImplemented
        mine, its = ((j.conversations, j.frames, j.let_go, j.remarks) for j in (self, other))
        return mine == its

    __hash__ = None  # type: ignore[assignment]  # it grows

    def __len__(self) -> int:
        return len(self._frames)

    def __iter__(self) -> Iterator[Passed]:
        return iter(self.frames)

    def where(
        self,
        *,
        connection: int | None = None,
        sender: Sender | None = None,
        opcode: int | Iterable[int] | None = None,
        contains: bytes | str | None = None,
        broken: bool | None = None,
    ) -> Self:
        """A new journal with only the frames that match everything asked.

        ``contains`` is looked for in what messages say, put together and decompressed: then all of
        their frames fit. ``broken`` asks for frames that break a rule, or for those that break
        none, as their receivers judge.
        """
        wanted = {opcode} if isinstance(opcode, int) else None if opcode is None else set(opcode)
        sought = contains.encode() if isinstance(contains, str) else contains
        saying: set[int] = set()
        if sought is not None:
            saying.update(*(frames_that_say(said, sought) for said in list(self.conversations)))

        def fits(frame: Passed) -> bool:
            if connection is not None and frame.connection != connection:
                return False
            if sender is not None and frame.sender != sender:
                return False
            if wanted is not None and frame.opcode not in wanted:
                return False
            if sought is not None and id(frame) not in saying:
                return False
            return broken is None or frame.broken == broken

        def says(message: Message) -> bool:
            wants = sender in (None, message.sender) and (
                wanted is None or message.opcode in wanted
            )
            return wants and (sought is None or sought in message.content)

        chosen = type(self)(self.bounds, remarks=list(self.remarks), keep_secrets=self.keep_secrets)
        for said in list(self.conversations):
            if connection in (None, said.number):
                whole = [one for one in said.messages if broken is not True and says(one)]
                chosen.put(replace(said, frames=[], messages=whole))
        by_number = {said.number: said for said in chosen.conversations}
        for frame in self.frames:
            if fits(frame):
                chosen.add(by_number[frame.connection], frame)
        return chosen

    def messages(self, *, max_size: int = MOST, in_all: int | None = None) -> list[Message]:
        """The messages that the frames make up, decompressed; each of ``max_size`` bytes at most.

        Together they have ``in_all`` bytes at most, once decompressed; None: 16 MiB, and as many
        again as the frames have. A message that cannot be read, that breaks a rule, or that was
        never read says so in its ``problem`` (RFC 6455 §5.4, §7.1.7, RFC 7692 §7.2.2).
        """
        allowance = Allowance(IN_ALL + self._size if in_all is None else in_all)
        found = [
            message
            for said in list(self.conversations)
            for message in (*said.messages, *messages_of(said, max_size, allowance))
        ]
        began = {said.number: said.began for said in self.conversations}
        return sorted(found, key=lambda message: began[message.connection] + message.at)

    # -- how it grows --------------------------------------------------------------------------

    def open(
        self, *, began: float, client: str = "", server: str = "", number: int = 0
    ) -> Conversation:
        """A new connection; ``began`` in seconds since 1970.

        It gets ``number`` if that is higher than all before it, and else the next one.
        """
        number = max(number, self.opened + 1)
        said = Conversation(number=number, began=began, client=client, server=server)
        said.secrets = Secrets(keep=self.keep_secrets)
        self.put(said)
        return said

    def put(self, said: Conversation) -> None:
        """Take a conversation in under the number that it has."""
        said.allowance = self._allowance
        self.conversations.append(said)
        self._known.add(said.number)
        self.opened = max(self.opened, said.number)
        if len(self.conversations) > self.bounds.conversations:
            self._forget()
        self.changed()

    def add(self, said: Conversation, *frames: Passed) -> None:
        """Keep further frames of a conversation; the oldest ones go when there is no room."""
        if said.number not in self._known:
            self.let_go += len(frames)
            return
        for frame in frames:
            kept = frame
            if frame.connection != said.number:
                kept = replace(frame, connection=said.number)
            if kept.judged is None and not self.judges_later:
                kept = said.judged(kept)
            said.frames.append(kept)
            self.added += 1
            self._frames.append((said, kept, self.added))
            self._size += len(kept.data)
        if len(self._frames) > self.bounds.frames or self._size > self.bounds.size:
            self._make_room()
        self.changed()

    def _make_room(self) -> None:
        """Let the oldest frames go: a few more than needed, so that this is not done every time."""
        most_frames = self.bounds.frames - self.bounds.frames // SLACK
        most_bytes = self.bounds.size - self.bounds.size // SLACK
        gone: dict[int, tuple[Conversation, int]] = {}
        while self._frames and (len(self._frames) > most_frames or self._size > most_bytes):
            said, frame, _ = self._frames.popleft()
            self._size -= len(frame.data)
            self.let_go += 1
            gone[id(said)] = said, gone.get(id(said), (said, 0))[1] + 1
        for said, count in gone.values():
            del said.frames[:count]
            said.let_go += count

    def sort(self) -> None:
        """Put frames that were not added in the order of time into that order, and judge them."""
        for said in self.conversations:
            said.frames.sort(key=lambda frame: frame.at)
            said.judge_all()
        kept = [(said, frame) for said in self.conversations for frame in said.frames]
        kept.sort(key=lambda entry: entry[0].began + entry[1].at)
        first = self.added - len(kept) + 1
        self._frames = deque((*entry, number) for number, entry in enumerate(kept, first))

    def _forget(self) -> None:
        """Drop the oldest connection that has ended, or the oldest of all."""
        ended = (index for index, said in enumerate(self.conversations) if said.ended)
        gone = self.conversations.pop(next(ended, 0))
        self._known.discard(gone.number)
        kept = [entry for entry in self._frames if entry[0] is not gone]
        self.let_go += len(self._frames) - len(kept)
        self._size -= sum(len(frame.data) for frame in gone.frames)
        self._frames = deque(kept)

    # -- files ---------------------------------------------------------------------------------

    def save(self, path: str | PathLike[str]) -> None:
        """Write it to a file that people can read and :meth:`load` reads back unchanged.

        What the frames say is in it. Cookies, passwords and tokens of the handshakes are not,
        unless ``keep_secrets`` asked for them.
        """
        journal_file.save(self, path)

    @classmethod
    def load(cls, path: str | PathLike[str], *, bounds: Bounds | None = None) -> Self:
        """Read a file that :meth:`save` wrote, or several of them joined into one.

        ``bounds`` is how much is kept; None: up to a million frames.

        Raises an :class:`InputError` that names the line that cannot be read, and says what to do.
        """
        return cls(bounds=bounds or WHOLE).read(path)

    def read(self, path: str | PathLike[str]) -> Self:
        """Add what such a file holds; see :meth:`load`."""
        return journal_file.load(path, self)

    # -- how it shows itself -------------------------------------------------------------------

    def rows(self, most: int | None = None) -> list[tuple[object, ...]]:
        """A row for each frame, under :data:`HEADINGS`; of the latest ``most`` frames.

        Where a file held messages and no frames, a row for each message.
        """
        told = [_message_row(message) for said in self.conversations for message in said.messages]
        frames = [_row(frame) for frame in self.latest(len(self) if most is None else most)]
        rows = [*told, *frames]
        return rows if most is None else rows[max(len(rows) - most, 0) :]

    def summary(self) -> str:
        """What it holds, in one sentence."""
        held = f"{counted(len(self), 'frame')} on {counted(len(self.conversations), 'connection')}"
        gone = f"; {counted(self.let_go, 'earlier frame')} let go" if self.let_go else ""
        whole = sum(len(said.messages) for said in self.conversations)
        alone = f"; {counted(whole, 'message')} without frames" if whole else ""
        return f"Journal of {held}{gone}{alone}."

    def __repr__(self) -> str:
        shown = self.latest(SHOWN)
        remarks = (shown_text(remark.encode(), 600) for remark in self.remarks)
        lines = [self.summary(), *remarks]
        if len(shown) < len(self):
            lines.append(f"… {counted(len(self) - len(shown), 'frame')} before these:")
        whole = [one for said in self.conversations for one in said.messages][-SHOWN:]
        lines += [message_in_a_line(message) for message in whole]
        return "\n".join([*lines, *(in_a_line(frame) for frame in shown)])


def in_a_line(frame: Passed) -> str:
    """One frame as one line of plain text, safe to show anywhere."""
    arrow = "→" if frame.sender == "client" else "←"
    kind = opcode_name(frame.opcode)
    begins = f"{frame.connection:>3} {frame.at:>9.3f} s  {arrow} {kind:<13}{frame.size:>7} B"
    return f"{begins}  {in_words(frame)}"


def message_in_a_line(message: Message) -> str:
    """One message without known frames as one line of plain text, in the same columns."""
    arrow = "→" if message.sender == "client" else "←"
    begins = f"{message.connection:>3} {message.at:>9.3f} s  {arrow} "
    begins += f"{opcode_name(message.opcode):<13}{message.size:>7} B"
    return f"{begins}  {_message_in_words(message)}"


def _message_in_words(message: Message) -> str:
    if isinstance(message.data, str):
        return f"a message, “{shown_text(message.content, 60)}”"
    return f"a message, {counted(len(message.content), 'byte')}"


def in_words(frame: Passed) -> str:
    """What a frame is, or which rule it breaks, and which part of it is missing from the record."""
    seen = frame.dissect()
    if seen.unread:
        words = f"never read: {seen.unread}; {describe(seen)}"
        words += "".join(f". {one.rule.sentence} ({one.rule.source})" for one in seen.violations)
    elif seen.violations:
        words = str(verdict(seen))
        if seen.says is not None:
            words += f" It says “{shown_text(seen.says)}”."
    elif seen.complete:
        words = describe(seen)
    elif frame.left_out:
        words = (
            f"the first {counted(len(seen.payload), 'byte')} of {counted(seen.length or 0, 'byte')}"
        )
    else:
        words = str(verdict(seen))
    return f"{words} ({plain(frame.note)})" if frame.note else words


def plain(sentence: str) -> str:
    """A sentence from a file or the network as text alone, in one line: nothing in it commands a
    terminal or turns the direction of writing around.

    >>> print(plain("a" + chr(27) + "[2Jb"))
    a\\x1b[2Jb
    """
    # Our own numbers have narrow spaces, which do no harm.
    parts = sentence[:LONGEST_SENTENCE].encode().split("\u202f".encode())
    return "\u202f".join(shown_text(part, LONGEST_SENTENCE) for part in parts)


def _row(frame: Passed) -> tuple[object, ...]:
    first = frame.data[:FIRST_BYTES].hex(" ") + (" …" if frame.size > FIRST_BYTES else "")
    at = round(frame.at, 6)
    return frame.connection, at, frame.sender, frame.size, first, in_words(frame)


def _message_row(message: Message) -> tuple[object, ...]:
    data = message.content
    first = hex_bytes(data, FIRST_BYTES)
    at, words = round(message.at, 6), _message_in_words(message)
    return message.connection, at, message.sender, message.size, first, words
