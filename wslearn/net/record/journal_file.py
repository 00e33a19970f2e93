"""A journal as a file: lines of JSON that a person can read and a program can add to.

::

    {"journal": "wslearn", "version": 1}
    {"connection": 1, "began": 1767225600.5, "client": "127.0.0.1:50000", "server": ...}
    {"connection": 1, "request": ["GET / HTTP/1.1", "Host: 127.0.0.1:8765", ..., "", ""]}
    {"connection": 1, "reply": ["HTTP/1.1 101 Switching Protocols", ..., "", ""]}
    {"connection": 1, "at": 0.0123, "from": "client", "opcode": "text", "frame": "81 85 37 fa ..."}
    {"connection": 1, "ended": "The client hung up without a Close (both sides call that 1006)."}

1. Each line is one JSON object (JSON Lines, UTF-8). The first names the format and its version.
2. ``connection`` numbers what belongs together. Heads are lists of lines without their CR LF, each
   byte one character (ISO 8859-1); frames are hex, their times ``at`` seconds after ``began``,
   which counts seconds since 1970. ``opcode`` is there for people and is not read.
3. A frame that was not kept whole says how many bytes are ``left_out``, and why in a ``note``.
   ``agreed`` names the extensions in force. ``body`` is the beginning of an ordinary HTTP answer,
   ``let_go`` counts frames that were dropped before, ``remarks`` are sentences for the reader,
   ``secrets`` says that the heads still hold their cookies and tokens. A line with ``text`` or
   ``bytes`` is a message of which no frames are known, and ``number`` is its opcode. A head that is
   known only in part is not ``judged``.
4. Files can be joined: a first line in the middle begins a new file. Connections keep their numbers
   as long as these rise, and get the next ones where they do not. A last line without its line end
   was cut off, and is left out with a remark.
5. A file holds only data; what the checks of a handshake say about it is computed anew.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from math import isfinite
from os import PathLike
from pathlib import Path
from typing import IO, Any, NoReturn, Protocol, TypeVar

from wslearn.protocol.codes import opcode_name
from wslearn.protocol.errors import InputError
from wslearn.protocol.text import shown_value

from .conversation import Conversation
from .passed import Message, Passed, Sender, as_bytes
from .read_json import MENDED, name_of, read_json

FORMAT = {"journal": "wslearn", "version": 1}
LINE_END = "\r\n"
LONGEST_LINE = 64 * 2**20
"""In bytes: a frame of 16 MiB as hex fits."""


class Record(Protocol):
    """What a file needs of a journal: what it holds, and how to add to it."""

    conversations: list[Conversation]
    remarks: list[str]
    let_go: int
    keep_secrets: bool

    @property
    def frames(self) -> list[Passed]:
        """Every kept frame, in the order in which they passed."""

    def open(
        self, *, began: float, client: str = "", server: str = "", number: int = 0
    ) -> Conversation:
        """A new connection, with this number if it is higher than all others, else the next."""

    def add(self, said: Conversation, *frames: Passed) -> None:
        """Keep further frames of a conversation."""


J = TypeVar("J", bound=Record)


# -- writing ---------------------------------------------------------------------------------------


def save(journal: Record, path: str | PathLike[str]) -> None:
    """Write a journal to a file; see :meth:`Journal.save`."""
    where = Path(path)
    # Next to an older record first, which a full disk would otherwise destroy; but a device or a
    # pipe cannot be replaced.
    beside = where.is_file() or not where.exists()
    half = where.with_name(f".{where.name}.half") if beside else where
    try:
        with _room_for(path), half.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(lines_of(journal))
        if beside:
            with _room_for(path):
                half.replace(where)
    finally:
        if beside:
            with suppress(OSError, ValueError):
                half.unlink(missing_ok=True)


@contextmanager
def _room_for(path: str | PathLike[str]) -> Iterator[None]:
    """Raise :class:`InputError` where a file cannot be opened or written, as on a full disk."""
    try:
        yield
    except (OSError, ValueError) as problem:
        came = getattr(problem, "strerror", None) or problem
        raise InputError(f"Expected a file that can be written, got {path}: {came}.") from None


def lines_of(journal: Record) -> Iterator[str]:
    """The lines of a file, each with its line end."""
    yield line({**FORMAT, **_about(journal)})
    for said in list(journal.conversations):
        yield from beginning(said)
    for frame in journal.frames:
        yield frame_line(frame)
    for said in list(journal.conversations):
        yield from ending(said)


class Writer:
    """Writes a journal while it grows, so that nothing is lost with the program.

    Each frame is in the file as soon as it has passed, even where the journal lets it go later. All
    methods raise :class:`InputError` where the file cannot be written.
    """

    def __init__(self, path: str | PathLike[str], journal: Record) -> None:
        self.journal, self.path = journal, path
        with _room_for(path):
            file = Path(path).open("w", encoding="utf-8", newline="\n")  # noqa: SIM115
        self.file = file
        self.begun: set[int] = set()
        self._put([line({**FORMAT, **_if(secrets=journal.keep_secrets)})])

    def add(self, frame: Passed) -> None:
        """Write one more frame of the journal, and before its first one the handshake."""
        if frame.connection not in self.begun:
            for said in reversed(self.journal.conversations):
                if said.number == frame.connection:
                    self.begin(said)
                    break
        self._put([frame_line(frame)])

    def begin(self, said: Conversation) -> None:
        """Write who spoke, and the opening handshake."""
        self.begun.add(said.number)
        self._put(beginning(replace(said, let_go=0)))

    def close(self) -> None:
        """Write the connections without frames, and how each one ended."""
        try:
            for said in self.journal.conversations:
                if said.number not in self.begun:
                    self.begin(said)
                self._put(ending(said))
        finally:
            with _room_for(self.path):
                self.file.close()

    def _put(self, lines: Iterable[str]) -> None:
        with _room_for(self.path):
            self.file.writelines(lines)
            self.file.flush()


def beginning(said: Conversation) -> Iterator[str]:
    """The lines that say who spoke, and the opening handshake."""
    known = {"began": said.began, "client": said.client, "server": said.server}
    yield line({"connection": said.number, **known, **_if(let_go=said.let_go)})
    if said.request:
        unjudged = {} if said.check else {"judged": False}
        yield line({"connection": said.number, "request": _lines(said.request), **unjudged})
    if said.reply:
        unjudged = {} if said.answer or not said.check else {"judged": False}
        yield line({"connection": said.number, "reply": _lines(said.reply), **unjudged})
    if said.body:
        yield line({"connection": said.number, "body": said.body.hex(" ")})
    for message in said.messages:
        yield message_line(message)


def frame_line(frame: Passed) -> str:
    """The line of one frame."""
    return line(
        {
            "connection": frame.connection,
            "at": frame.at,
            "from": frame.sender,
            "opcode": opcode_name(frame.opcode),
            "frame": frame.data.hex(" "),
            **_if(left_out=frame.left_out, note=frame.note, agreed=list(frame.extensions)),
        }
    )


def message_line(message: Message) -> str:
    """The line of a message without known frames: its text, or its bytes as hex."""
    data = message.data or b""
    content = {"text": data} if isinstance(data, str) else {"bytes": data.hex(" ")}
    about = {"at": message.at, "from": message.sender, "opcode": opcode_name(message.opcode)}
    return line({"connection": message.connection, **about, "number": message.opcode, **content})


def ending(said: Conversation) -> Iterator[str]:
    """The line that says how a connection ended, if it has."""
    if said.ended:
        yield line({"connection": said.number, "ended": said.ended})


def line(data: dict[str, Any]) -> str:
    """One line of the file."""
    return json.dumps(data, ensure_ascii=False) + "\n"


def _if(**known: object) -> dict[str, object]:
    return {name: value for name, value in known.items() if value}


def _about(journal: Record) -> dict[str, object]:
    return _if(let_go=journal.let_go, remarks=journal.remarks, secrets=journal.keep_secrets)


def _lines(head: bytes) -> list[str]:
    return head.decode("latin-1").split(LINE_END)


# -- reading ---------------------------------------------------------------------------------------


def load(path: str | PathLike[str], journal: J) -> J:
    """Read a file into a journal; see :meth:`Journal.load`."""
    try:
        with Path(path).open("rb") as file:
            _Reader(name_of(path), journal).read(_lines_in(file))
    except (OSError, ValueError) as problem:
        if isinstance(problem, InputError):
            raise
        came = getattr(problem, "strerror", None) or problem
        raise InputError(f"Expected the file of a journal, got {path}: {came}.") from None
    return journal


def load_lines(name: str, text: str, journal: J) -> J:
    """Read the text of such a file into a journal; ``name`` is what an error calls it."""
    _Reader(name, journal).read(text.encode().splitlines(keepends=True))
    return journal


def _lines_in(file: IO[bytes]) -> Iterator[bytes]:
    while text := file.readline(LONGEST_LINE):
        yield text


class _Reader:
    """Reads the lines one after another into a journal."""

    def __init__(self, name: str, journal: Record) -> None:
        self.name = name
        self.journal = journal
        self.number = 0
        self.said: dict[int, Conversation] = {}  # by the number that this file gives it

    def read(self, lines: Iterable[bytes]) -> None:
        for self.number, text in enumerate(lines, start=1):
            whole = text.endswith(b"\n")
            if not text.strip():
                continue
            try:
                data, mended = read_json(text.decode("utf-8-sig"))
            except (ValueError, RecursionError):
                if whole or self.number == 1:
                    self.fail("a JSON object", shown_value(text.decode(errors="replace").strip()))
                cut = f"The last line of {self.name} was cut off, and is left out."
                self.journal.remarks.append(cut)
                return
            if mended:
                self.journal.remarks.append(f"Line {self.number} of {self.name} {MENDED}.")
            self.take(data)
        if not self.number:
            raise InputError(f"Expected a journal in {self.name}, got an empty file.")

    def fail(self, expected: str, came: str) -> NoReturn:
        # Before its first line has been read, nothing says that it is a journal at all.
        remedy = (
            "Correct or delete this line."
            if self.number > 1
            else "Is it a file that Journal.save wrote? read_capture reads pcap and pcapng."
        )
        raise InputError(
            f"{self.name}, line {self.number}: expected {expected}, got {came}. {remedy}"
        )

    def take(self, data: object) -> None:
        if not isinstance(data, dict):
            self.fail("a JSON object", shown_value(data))
        if "journal" in data or self.number == 1:
            if data.get("journal") != FORMAT["journal"] or data.get("version") != FORMAT["version"]:
                self.fail("a journal of version 1", shown_value(data))
            self.said = {}
            self.journal.let_go += self.value(data, "let_go", int, 0)
            remarks = self.value(data, "remarks", list, [])
            self.journal.remarks += [str(remark) for remark in remarks]
            self.journal.keep_secrets |= self.value(data, "secrets", bool, False)
            return
        number = self.value(data, "connection", int)
        if "began" in data:
            self.begin(number, data)
            return
        if number not in self.said:
            self.fail("a connection that an earlier line began", f"connection {number}")
        said = self.said[number]
        if "frame" in data:
            self.frame(said, data)
        elif "request" in data or "reply" in data:
            self.heads(said, data)
        elif "text" in data or "bytes" in data:
            self.message(said, data)
        elif "body" in data:
            said.body = self.hex(data, "body")
        elif "ended" in data:
            said.ended = self.value(data, "ended", str)
        # Anything else is what a later version adds, and what this one can do without.

    def heads(self, said: Conversation, data: dict[str, Any]) -> None:
        name = "request" if "request" in data else "reply"
        head = self.head(data, name)
        if not self.value(data, "judged", bool, True):
            setattr(said, name, said.secrets.leave_out(head))
        elif name == "request":
            said.judge(head, head_size=len(head))
        else:
            said.judge_reply(head)

    def begin(self, number: int, data: dict[str, Any]) -> None:
        if number in self.said:
            self.fail("a new connection", f"connection {number} again")
        client, server = (self.value(data, name, str, "") for name in ("client", "server"))
        began = self.time(data, "began")
        said = self.journal.open(began=began, client=client, server=server, number=number)
        said.let_go = self.value(data, "let_go", int, 0)
        self.said[number] = said

    def frame(self, said: Conversation, data: dict[str, Any]) -> None:
        sender = self.sender(data)
        frame = self.hex(data, "frame")
        left_out = self.value(data, "left_out", int, 0)
        if not frame or left_out < 0:
            self.fail("a frame of one byte or more", "none")
        agreed = self.value(data, "agreed", list, [])
        names = tuple(str(name) for name in agreed)
        note = self.value(data, "note", str, "")
        self.journal.add(
            said,
            Passed(
                sender,
                frame,
                self.time(data, "at"),
                left_out=left_out,
                note=note,
                extensions=names,
            ),
        )

    def message(self, said: Conversation, data: dict[str, Any]) -> None:
        is_text = "text" in data
        content: Any = self.value(data, "text", str) if is_text else self.hex(data, "bytes")
        opcode = self.value(data, "number", int)
        if opcode not in range(16):
            self.fail("number to be an opcode from 0 to 15", shown_value(opcode))
        size = len(as_bytes(content))
        sender, at = self.sender(data), self.time(data, "at")
        said.messages.append(
            Message(said.number, sender, opcode, content, at, 0, size, compressed=False)
        )

    def sender(self, data: dict[str, Any]) -> Sender:
        sender = self.value(data, "from", str)
        if sender not in ("client", "server"):
            self.fail("from to be client or server", shown_value(sender))
        return "client" if sender == "client" else "server"

    # -- the values in a line ------------------------------------------------------------------

    def value(self, data: dict[str, Any], name: str, kind: type, absent: Any = None) -> Any:
        value = data.get(name, absent)
        if type(value) is not kind:
            kinds = {
                int: "a whole number", str: "text in quotation marks", list: "a list",
                bool: "true or false",
            }  # fmt: skip
            self.fail(f"{name} to be {kinds[kind]}", shown_value(value))
        return value

    def time(self, data: dict[str, Any], name: str) -> float:
        value = data.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not _finite(value):
            self.fail(f"{name} to be a time in seconds", shown_value(value))
        return float(value)

    def hex(self, data: dict[str, Any], name: str) -> bytes:
        try:
            return bytes.fromhex(self.value(data, name, str))
        except ValueError:
            self.fail(f"{name} to be hex digits, two for each byte", shown_value(data[name]))

    def head(self, data: dict[str, Any], name: str) -> bytes:
        lines = self.value(data, name, list)
        try:
            return LINE_END.join(lines).encode("latin-1")
        except (TypeError, UnicodeEncodeError):
            self.fail(f"{name} to be the lines of an HTTP head", shown_value(lines))


def _finite(value: float) -> bool:
    try:
        return isfinite(value)
    except OverflowError:
        return False
