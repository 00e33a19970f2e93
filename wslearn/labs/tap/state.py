"""What a TapLab lists: entries as they come, those that are wanted, runs folded, a window of lines.

Frames come by the thousand and a page shows a few lines. So the work for each frame is small and
the same however many there are, and the work for the page depends only on the window:

1. The journal grows on the thread of the tap. There, and nowhere else, new frames are taken from
   it (``collect``); the lab's own thread lists them later (``take_in``).
2. Entries that are wanted are put into groups: frames in a row that differ in nothing but what they
   say. A group of several is one line, until it is unfolded.
3. A window is the last lines up to a place (``window``): the newest, or where the reader stopped.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock

from wslearn.net.record.conversation import Conversation
from wslearn.net.record.journal import Journal
from wslearn.net.record.messages import frames_that_say
from wslearn.net.record.passed import Passed, Sender
from wslearn.protocol.frame import FIN, RSV1
from wslearn.protocol.receiving import UNKNOWN_WINDOW, Receiver

from .entry import Entry, Wanted

FOLD = 4
"""This many frames in a row that are alike become one line."""

KEPT_TEXT = 4096
"""How many bytes of a decompressed message are kept, to be shown and searched."""

MOST_READERS = 200
"""The most compressed directions whose messages are put together."""


@dataclass(eq=False, slots=True)
class Group:
    """Entries in a row that are alike; ``before`` counts the listed frames before them."""

    entries: list[Entry]
    before: int
    unfolded: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the window: an entry, or several that are folded into it.

    ``opens`` is the first place of the group that a click unfolds or folds, 0 where there is none.
    """

    entries: tuple[Entry, ...]
    opens: int = 0

    @property
    def folded(self) -> bool:
        """Whether it stands for several entries."""
        return len(self.entries) > 1


@dataclass(frozen=True, slots=True)
class Window:
    """The lines that are shown; how many frames, and whether any lines, are listed before and
    after."""

    lines: tuple[Line, ...] = ()
    earlier: int = 0
    later: int = 0
    at_start: bool = True
    at_end: bool = True


class TapLog:
    """The list behind a TapLab: every kept frame of a journal, filtered and folded as asked.

    ``frames`` counts the frames that have been listed, even those that the journal has let go;
    ``fitting`` those of the kept ones that are wanted.
    """

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.wanted = Wanted()
        self.folding = True
        self.entries: list[Entry] = []
        self.groups: list[Group] = []
        self.frames = journal.let_go
        self._fitting = 0  # frames in the groups, and those that were let go from them
        self._gone = journal.let_go
        self._places = 0
        self._of_number: list[Entry] = []  # the frames alone
        self._first: float | None = None
        self._readers: dict[tuple[int, Sender], Receiver] = {}
        self._saying: set[int] = set()  # frames of messages that hold what is looked for, by id
        # Connections: those that have come and have no answer yet, and those that have not ended.
        self.connections: list[int] = []
        """The numbers of the connections that are in the list."""
        self._known = 0
        self._silent: dict[int, Conversation] = {}
        self._open: dict[int, Conversation] = {}
        # What is collected on one thread and taken in on another.
        self._lock = Lock()
        self._arrived: list[tuple[int, list[Passed]]] = []  # this many not kept, then these
        self._newest: Passed | None = None
        self._seen = journal.let_go
        self.collect()
        self.take_in()

    # -- on the thread where the journal grows -------------------------------------------------

    def collect(self) -> None:
        """Take what is new in the journal; on the thread that adds to it, after each addition."""
        passed = self.journal.passed
        count = passed - self._seen
        new = self.journal.latest(count)
        # Frames that a full journal does not keep count as passed; then older ones come again.
        for index in reversed(range(len(new))):
            if new[index] is self._newest:
                del new[: index + 1]
                break
        if new:
            self._newest = new[-1]
        if count:
            with self._lock:
                self._arrived.append((count - len(new), new))
        self._seen = passed

    # -- on the lab's own ----------------------------------------------------------------------

    def take_in(self) -> bool:
        """List what was collected; returns whether there was anything new."""
        with self._lock:
            arrived, self._arrived = self._arrived, []
        before = self._places
        self._look_for_connections()
        for not_kept, frames in arrived:
            self.frames += not_kept
            for frame in frames:
                self._take(frame)
        self._meet_those_with_an_answer()
        for said in [said for said in self._open.values() if said.ended]:
            self._list_end(said)
        self._let_go()
        return self._places > before

    def want(self, wanted: Wanted) -> None:
        """List what is wanted from now on, and nothing else."""
        self.wanted, self._saying = wanted, set()
        if sought := wanted.contains.lower().encode():
            for said in list(self.journal.conversations):
                self._saying |= frames_that_say(said, sought, lower=True)
        self._list_anew()

    def fold(self, folding: bool) -> None:
        """Fold runs, or show each frame."""
        self.folding = folding
        self._list_anew()

    def toggle(self, place: int) -> None:
        """Unfold the group that begins at this place, or fold it again."""
        index = self._index(place)
        if index and self.groups[index - 1].entries[0].place == place:
            group = self.groups[index - 1]
            group.unfolded = not group.unfolded

    # -- what is asked -------------------------------------------------------------------------

    @property
    def fitting(self) -> int:
        """How many of the kept frames are wanted."""
        return self._fitting - (self.groups[0].before if self.groups else self._fitting)

    @property
    def last_place(self) -> int:
        """The place of the newest listed entry; 0 while there is none."""
        return self.groups[-1].entries[-1].place if self.groups else 0

    def entry(self, number: int) -> Entry | None:
        """The frame with this number, if it is kept."""
        index = bisect_right(self._of_number, number, key=lambda entry: entry.number) - 1
        found = self._of_number[index] if index >= 0 else None
        return found if found is not None and found.number == number else None

    def listed(self) -> Iterator[Entry]:
        """The listed frames, oldest first."""
        for group in list(self.groups):
            yield from (entry for entry in group.entries if entry.frame is not None)

    def beside(self, place: int | None, by: int) -> Entry | None:
        """The listed frame after (``by`` 1) or before (-1) a place; None: there is none.

        A place of None is past the newest.
        """
        at = self._places + 1 if place is None else place
        index = self._index(at)
        steps = range(max(index - 1, 0), len(self.groups)) if by > 0 else reversed(range(index))
        for each in steps:
            found = [
                entry
                for entry in self.groups[each].entries
                if entry.frame is not None and (entry.place > at if by > 0 else entry.place < at)
            ]
            if found:
                return found[0 if by > 0 else -1]
        return None

    def window(self, size: int, until: int | None = None) -> Window:
        """The last ``size`` lines up to and with the place ``until``; None: the newest lines."""
        if not self.groups:
            return Window()
        first = self.groups[0].entries[0].place
        until = self._places if until is None else max(until, first)
        last = self._index(until) - 1
        lines: list[Line] = []
        start, later = last, 0
        earlier = 0
        for start in range(last, -1, -1):
            group = self.groups[start]
            entries = group.entries
            if start == last:
                entries = entries[: bisect_right(entries, until, key=_place)]
                later = self._fitting - group.before - _frames(entries)
            shown = self._lines_of(group, entries)[-(size - len(lines)) :]
            lines += reversed(shown)
            hidden = len(entries) - sum(len(line.entries) for line in shown)
            earlier = group.before - self.groups[0].before + _frames(entries[:hidden])
            if len(lines) >= size:
                break
        lines.reverse()
        at_start = lines[0].entries[0].place == first
        at_end = lines[-1].entries[-1].place == self.last_place
        return Window(tuple(lines), earlier, later, at_start, at_end)

    def page_before(self, size: int, until: int | None) -> int | None:
        """Where a window has to end so that it shows the lines before this one."""
        shown = self.window(size, until)
        if shown.at_start:
            return until
        place = shown.lines[0].entries[0].place - 1
        before = self.window(size, place)
        # The oldest page is a full one, too.
        return self.first_page(size) if before.at_start else place

    def page_after(self, size: int, until: int) -> int | None:
        """Where a window has to end so that it shows the lines after this one; None: the newest."""
        lines: list[Line] = []
        for group in self.groups[max(self._index(until) - 1, 0) :]:
            later = group.entries[bisect_right(group.entries, until, key=_place) :]
            if later:
                lines += self._lines_of(group, later)
            if len(lines) > size:
                return lines[size - 1].entries[-1].place
        return None

    def first_page(self, size: int) -> int | None:
        """Where a window of the oldest lines ends; None: they are the newest, too."""
        return self.page_after(size, 0)

    # -- inside: entries -----------------------------------------------------------------------

    def _take(self, frame: Passed) -> None:
        number = frame.connection
        if number in self._silent:
            for said in [said for said in self._silent.values() if said.number <= number]:
                if said.number == number or said.ended:
                    self._list_beginning(said)
        said = self._open.get(number) or self._forgotten(number)
        self.frames += 1
        entry = self._new(said, frame.at, frame)
        self._of_number.append(entry)
        if frame.extensions:
            entry.plain = self._decompressed(said, frame)
        self._list(entry)
        # In a finished record the end follows the last frame; otherwise it is reported when it
        # comes.
        if said.ended and number in self._open and said.frames and said.frames[-1] is frame:
            self._list_end(said)

    def _new(self, said: Conversation, at: float, frame: Passed | None) -> Entry:
        self._places += 1
        if self._first is None:
            self._first = said.began
        number = 0 if frame is None else self.frames
        entry = Entry(self._places, number, said.began - self._first + at, said, frame)
        self.entries.append(entry)
        return entry

    def _decompressed(self, said: Conversation, frame: Passed) -> bytes | None:
        key = said.number, frame.sender
        if (receiver := self._readers.get(key)) is None:
            if len(self._readers) >= MOST_READERS:
                self._readers.clear()
            agreed = said.deflate
            window = UNKNOWN_WINDOW if agreed is None else getattr(agreed, frame.sender)
            allowance = said.allowance
            receiver = Receiver(window, mid=said.mid, begins=KEPT_TEXT, allowance=allowance)
            self._readers[key] = receiver
        first = frame.data[0]
        fin, rsv1 = bool(first & FIN), bool(first & RSV1)
        receiver.follow(frame.opcode, fin, rsv1, frame.payload, whole=frame.whole)
        return receiver.said[:KEPT_TEXT] if receiver.says else None

    # -- inside: connections -------------------------------------------------------------------

    def _look_for_connections(self) -> None:
        for said in reversed(list(self.journal.conversations)):
            if said.number <= self._known:
                break
            self._silent[said.number] = said
        if self._silent:
            self._silent = dict(sorted(self._silent.items()))
            self._known = max(self._known, *self._silent)

    def _meet_those_with_an_answer(self) -> None:
        for said in list(self._silent.values()):
            if said.reply or said.ended:
                self._list_beginning(said)

    def _list_beginning(self, said: Conversation) -> None:
        del self._silent[said.number]
        self._open[said.number] = said
        self.connections.append(said.number)
        entry = self._new(said, 0.0, None)
        entry.begins = True
        self._list(entry)
        for message in said.messages:
            entry = self._new(said, message.at, None)
            entry.message = message
            self._list(entry)
        if said.ended and not said.frames:
            self._list_end(said)

    def _list_end(self, said: Conversation) -> None:
        del self._open[said.number]
        for sender in ("client", "server"):
            self._readers.pop((said.number, sender), None)
        last = (*said.messages, *said.frames)[-1:]
        self._list(self._new(said, last[0].at if last else 0.0, None))

    def _forgotten(self, number: int) -> Conversation:
        """A connection that has ended already, or that the journal has dropped."""
        for said in reversed(list(self.journal.conversations)):
            if said.number == number:
                return said
        return Conversation(number=number, began=self._first or 0.0)

    # -- inside: groups ------------------------------------------------------------------------

    def _list(self, entry: Entry) -> None:
        if not self.wanted.fits(entry, self._saying):
            return
        last = self.groups[-1] if self.groups else None
        if last and self.folding and not last.unfolded and last.entries[-1].alike(entry):
            last.entries.append(entry)
        else:
            self.groups.append(Group([entry], self._fitting))
        self._fitting += entry.frame is not None

    def _list_anew(self) -> None:
        self.groups, self._fitting = [], 0
        for entry in self.entries:
            self._list(entry)

    def _lines_of(self, group: Group, entries: list[Entry]) -> list[Line]:
        if len(group.entries) < FOLD:
            return [Line((entry,)) for entry in entries]
        opens = group.entries[0].place
        if group.unfolded:
            return [Line((entry,), opens) for entry in entries]
        return [Line(tuple(entries), opens)] if entries else []

    def _index(self, place: int) -> int:
        """How many groups begin at this place or before."""
        return bisect_right(self.groups, place, key=lambda group: group.entries[0].place)

    def _let_go(self) -> None:
        """Drop the oldest entries, as the journal has done."""
        gone = self.journal.let_go
        if gone == self._gone:
            return
        self._gone = gone
        oldest = next(iter(self.journal.frames), None)
        count = 0
        while count < len(self.entries) and self.entries[count].frame is not oldest:
            count += 1
        del self.entries[:count]
        first = self.entries[0].place if self.entries else self._places + 1
        del self._of_number[: bisect_right(self._of_number, first - 1, key=_place)]
        whole = 0
        while whole < len(self.groups) and self.groups[whole].entries[-1].place < first:
            whole += 1
        del self.groups[:whole]
        if self.groups:
            group = self.groups[0]
            count = bisect_right(group.entries, first - 1, key=_place)
            group.before += _frames(group.entries[:count])
            del group.entries[:count]


def _place(entry: Entry) -> int:
    return entry.place


def _frames(entries: list[Entry]) -> int:
    """How many of them are frames: all, or in a group of one perhaps none."""
    return 0 if entries and entries[0].frame is None else len(entries)
