"""What a TapLab shows, as nodes of a sheet: a line for each frame, and what is around the list.

Direction and kind are told three times: by a colour, by an edge (left for the client, right for the
server), and in words. A screen reader hears the words.
"""

from wslearn.draw.layout import together
from wslearn.labs.kit.sheet import Node, button, node
from wslearn.net.record.conversation import Conversation
from wslearn.net.record.journal import plain
from wslearn.net.record.passed import Message, Passed
from wslearn.protocol.bits import hex_bytes
from wslearn.protocol.close import CODE_SIZE, decode_close
from wslearn.protocol.codes import Opcode, close_code_meaning, opcode_name, opcode_number
from wslearn.protocol.errors import InputError
from wslearn.protocol.frame import FIN, RSV1
from wslearn.protocol.in_words import describe
from wslearn.protocol.text import counted, grouped, shown_text

from .entry import Entry
from .jupyter_form import read_jupyter, speaks_jupyter
from .state import Line, Window

LEAST_LINES = 5
"""The list keeps room for this many lines, so that the first frames do not push the page about."""

LONGEST_WORDS = 120
"""How many bytes of a payload a line shows; what does not fit on the page is cut there."""

SHOWN_BYTES = 12
WAYS = {"client": "client → server", "server": "client ← server"}
COLOURS: dict[int, str] = {
    Opcode.TEXT: "payload",
    Opcode.BINARY: "mask",
    Opcode.CONTINUATION: "fin",
    Opcode.CLOSE: "code",
}
"""The palette's colours of the kinds that have one; pings, pongs and reserved ones are grey."""


# -- the list --------------------------------------------------------------------------------------


def list_nodes(
    window: Window,
    picked: Entry | None,
    *,
    paused: bool,
    finished: bool,
    folding: bool,
    unfolded: bool,
    several: bool,
    size: int,
    count: str,
    empty: str,
    spoken: str,
) -> list[Node]:
    """The buttons and the lines of the window.

    ``several``: connections, so that each line names its own; ``count`` says how many frames there
    are, ``empty`` why there are no lines, ``spoken`` what a screen reader is told now and then.
    """
    before = f"… {counted(window.earlier, 'earlier frame')}" if window.earlier else "\u00a0"
    after = f"… {counted(window.later, 'newer frame')}" if window.later else "\u00a0"
    lines: list[Node] = [_line(line, picked, several) for line in window.lines]
    passing = node(
        "div",
        node("ol", *(lines or [node("li", empty, class_="empty")]), data_walk="down"),
        class_="wsl-passing several" if several else "wsl-passing",
        role="log",
        aria_live="off",
        aria_label="frames, oldest first",
        style={"--lines": str(min(size, LEAST_LINES))},
        enters={"do": "enter"},
        data_holds="",
    )
    return [
        node(
            "div",
            _bar(window, paused, finished, folding, unfolded, count),
            node("p", before, class_="wsl-beyond"),
            passing,
            node("p", after, class_="wsl-beyond"),
            node("p", spoken, class_="wsl-unseen", role="status"),
            keys={"PageUp": {"do": "page", "by": -1}, "PageDown": {"do": "page", "by": 1}},
        )
    ]


def _bar(
    window: Window, paused: bool, finished: bool, folding: bool, unfolded: bool, count: str
) -> Node:
    """The buttons above the list, and how much there is."""
    newer = f" ({counted(window.later, 'newer frame')})" if window.later else ""
    if finished:
        onward = button("newest", "go on", off=window.at_end)
    elif paused:
        onward = button(f"go on{newer}", "go on", class_="wsl-button wsl-first")
    else:
        onward = button("pause", "pause")
    return node(
        "div",
        onward,
        button("first", "first", off=window.at_start),
        button("earlier", "page", with_={"by": -1}, off=window.at_start),
        button("later", "page", with_={"by": 1}, off=window.at_end),
        button(
            "fold again" if unfolded else "fold runs",
            "fold again" if unfolded else "folding",
            aria_pressed=None if unfolded else folding,
            title="Frames in a row that differ only in what they say become one line",
        ),
        node("span", count, class_="wsl-count aside"),
        class_="wsl-steps wsl-own",
        role="group",
        aria_label="the list",
    )


def _line(line: Line, picked: Entry | None, several: bool) -> Node:
    entry = line.entries[0]
    if entry.frame is None:
        return _connection_line(entry, several)
    if line.folded:
        return _folded_line(line, several)
    frame = entry.frame
    kind = opcode_name(frame.opcode)
    return _button_line(
        entry,
        {"do": "pick", "number": entry.number},
        [
            node("span", grouped(entry.number), class_="number"),
            *_when_and_who(entry, several),
            chip(frame),
            node("span", size_of(frame.size), class_="size"),
            node("span", *_words(entry), class_="words"),
        ],
        aria_label=spoken(entry, f"frame {entry.number}, {WAYS[frame.sender]}, {kind}"),
        aria_pressed=entry is picked,
        class_="part" if line.opens else "",
    )


def _folded_line(line: Line, several: bool) -> Node:
    first, last = line.entries[0], line.entries[-1]
    assert first.frame is not None
    assert last.frame is not None
    sizes = [entry.frame.size for entry in line.entries if entry.frame is not None]
    count = len(line.entries)
    lengths = size_of(min(sizes))
    if min(sizes) != max(sizes):
        lengths = f"{grouped(min(sizes))} to {size_of(max(sizes))}"
    kind = opcode_name(first.frame.opcode)
    words, ends = said_by(first), said_by(last)
    if words != ends:
        words = f"{words} … {ends}"
    return _button_line(
        first,
        {"do": "unfold", "place": line.opens},
        [
            node("span", grouped(first.number), class_="number"),
            *_when_and_who(first, several),
            chip(first.frame, f" × {grouped(count)}"),
            node("span", lengths, class_="size"),
            node("span", words, class_="words"),
        ],
        aria_label=f"{counted(count, 'frame')} {first.number} to {last.number}, "
        f"{WAYS[first.frame.sender]}, {kind}, {lengths} each: unfold",
        aria_expanded="false",
        class_="folded",
    )


def _button_line(
    entry: Entry, do: dict[str, object], inside: list[Node], *, class_: str, **more: object
) -> Node:
    assert entry.frame is not None
    classes = f"wsl-frame {entry.frame.sender} {class_}{' broken' if entry.broken else ''}"
    line = node(
        "button",
        *inside,
        do=do,
        type="button",
        class_=classes.strip(),
        data_stop="",
        tabindex="-1",
        **more,
    )
    return node("li", line)


def _connection_line(entry: Entry, several: bool) -> Node:
    said = entry.said
    if (message := entry.message) is not None:
        return _message_line(entry, message, several)
    words: list[Node] = [beginning(said)] if entry.begins else [ending(said)]
    if entry.begins:
        faults = (plain(fault) for fault in said.faults)
        words += [node("span", f" ✗ {fault}", class_="bad") for fault in faults]
    name = f"connection {said.number} "
    return node(
        "li",
        node("span", f"{entry.at:.3f} s", class_="at"),
        node("strong", name) if several or entry.begins else None,
        *words,
        class_="wsl-connection",
    )


def _message_line(entry: Entry, message: Message, several: bool) -> Node:
    """A message without frames: there are no bits to look into, so it is not a button."""
    text = isinstance(message.data, str)
    colour = COLOURS.get(message.opcode, "rsv")
    chip = node("span", opcode_name(message.opcode), class_=f"chip k-{colour}")
    line = node(
        "div",
        node("span", "", class_="number"),
        node("span", f"{entry.at:.3f} s", class_="at"),
        *([node("span", f"#{entry.said.number}", class_="which")] if several else []),
        node("span", WAYS[message.sender], class_="way"),
        node("span", chip, class_="kind"),
        node("span", size_of(message.size), class_="size"),
        node("span", _quoted(message.content, text=text), class_="words"),
        class_=f"wsl-frame {message.sender}",
    )
    return node("li", line)


def _when_and_who(entry: Entry, several: bool) -> list[Node]:
    assert entry.frame is not None
    return [
        node("span", f"{entry.at:.3f} s", class_="at"),
        *([node("span", f"#{entry.said.number}", class_="which")] if several else []),
        node("span", WAYS[entry.frame.sender], class_="way"),
    ]


def chip(frame: Passed, more: str = "") -> Node:
    """The kind of a frame, in its colour."""
    colour = COLOURS.get(frame.opcode, "rsv")
    name = node("span", kind_of(frame) + more, class_=f"chip k-{colour}")
    return node("span", name, class_="kind")


def kind_of(frame: Passed) -> str:
    """The name of its opcode, and its number where no RFC gives it a name."""
    name = opcode_name(frame.opcode)
    return f"opcode {opcode_number(frame.opcode)}" if name.startswith("reserved") else name


def _words(entry: Entry) -> list[Node]:
    if entry.broken:
        return [node("span", f"✗ {fault_of(entry)}", class_="bad")]
    if entry.unread:
        never = node("span", f"never read: {entry.unread}", class_="unread")
        return [never, f"; {said_by(entry)}"]
    return [said_by(entry)]


def size_of(size: int) -> str:
    """A number of bytes, as short as a line has room for."""
    return f"{grouped(size)} B"


# -- a frame in words ------------------------------------------------------------------------------


def spoken(entry: Entry, begins: str) -> str:
    """A line as a screen reader says it."""
    assert entry.frame is not None
    words = f"a rule is broken: {fault_of(entry)}" if entry.broken else said_by(entry)
    if entry.unread and not entry.broken:
        words = f"never read: {entry.unread}; {words}"
    return f"{begins}, {counted(entry.frame.size, 'byte')}, {entry.at:.3f} seconds: {words}"


def fault_of(entry: Entry) -> str:
    """Which rule a broken frame breaks first."""
    assert entry.frame is not None
    rule = entry.frame.dissect().violations[0].rule
    never = f"never read: {entry.unread}. " if entry.unread else ""
    return together(f"{never}{rule.sentence} ({rule.source})")


def said_by(entry: Entry) -> str:
    """What a frame says, as briefly as possible: its kind is beside it."""
    frame = entry.frame
    assert frame is not None
    payload, opcode = frame.payload, frame.opcode
    fin, note = bool(frame.data[0] & FIN), ""
    if not fin:
        note = "a further fragment, " if opcode == Opcode.CONTINUATION else "the first fragment, "
    elif opcode == Opcode.CONTINUATION:
        note = "the last fragment, "
    if frame.note:
        note = f"{plain(frame.note)}; {note}"
    if opcode == Opcode.BINARY and speaks_jupyter(entry.said):
        return note + _jupyter(entry)
    if entry.plain is not None:
        return f"{note}compressed: {_quoted(entry.plain, text=opcode != Opcode.BINARY)}"
    if frame.data[0] & RSV1:
        return f"{note}compressed"
    if opcode == Opcode.CLOSE:
        if len(payload) < CODE_SIZE:
            return f"{note}without a code"
        code, reason = decode_close(payload)
        words = f"{code}, {close_code_meaning(code)}"
        return note + (f"{words}: {_quoted(reason)}" if reason else words)
    return note + _quoted(payload, text=opcode != Opcode.BINARY)


def _jupyter(entry: Entry) -> str:
    """A message of a notebook, or why it is not one and the bytes as they are."""
    assert entry.frame is not None
    data = _payload(entry)
    if data is None:
        return "compressed"
    try:
        return str(read_jupyter(data, whole=_all_there(entry)))
    except InputError as problem:
        return f"not Jupyter's form: {problem} {_quoted(data, text=False)}"


def _payload(entry: Entry) -> bytes | None:
    """What the message that begins here says, decompressed; None where that is not known."""
    assert entry.frame is not None
    if entry.plain is not None:
        return entry.plain
    return None if entry.frame.data[0] & RSV1 else entry.frame.payload


def _all_there(entry: Entry) -> bool:
    """Whether the payload is a whole message; of a decompressed one only the beginning is kept."""
    frame = entry.frame
    return frame is not None and bool(frame.data[0] & FIN) and frame.whole and entry.plain is None


def layout_of(entry: Entry) -> str:
    """Where the parts of a notebook's message are in the payload; empty for any other frame."""
    frame = entry.frame
    if frame is None or frame.opcode != Opcode.BINARY or not speaks_jupyter(entry.said):
        return ""
    try:
        return read_jupyter(_payload(entry) or b"", whole=_all_there(entry)).layout
    except InputError:
        return ""


def _quoted(data: bytes, *, text: bool = True) -> str:
    if not data:
        return "empty"
    if text:
        return f"“{shown_text(data, LONGEST_WORDS)}”"
    return hex_bytes(data, SHOWN_BYTES)


def beginning(said: Conversation) -> str:
    """How a connection began: what was asked for, and what the answer was."""
    asked = said.asked.removesuffix(" HTTP/1.1")
    answer = said.answered.removeprefix("HTTP/1.1 ")
    agreed = ", ".join(shown_text(name.encode(), 40) for name, _ in said.agreed)
    if not asked:
        return "began before the record did"
    more = f", {agreed} agreed" if agreed else ""
    return f"{asked} → {answer or 'no answer'}{more}"


def ending(said: Conversation) -> str:
    """How a connection ended, in one sentence."""
    return shown_text(said.ended.encode(), 200)


# -- around the list -------------------------------------------------------------------------------


def head_nodes(*, url: str, target: str, finished: bool, problem: str) -> list[Node]:
    """Where to connect, and what happens to what is said."""
    if finished:
        return []
    if problem:
        return [node("p", node("span", f"✗ {problem}", class_="bad"), role="status")]
    if not url:
        return [node("p", "The tap is stopped: run the cell again. What was recorded stays.")]
    server = node("code", target) if target else "a server that echoes"
    return [
        node(
            "p",
            "Any client that connects to ",
            node("code", url, class_="wsl-address"),
            " talks to ",
            server,
            ", and every frame shows here.",
            class_="wsl-own",
        ),
        node(
            "p",
            "From Python: ",
            node("code", f'socket = await ws.connect("{url}")'),
            class_="wsl-own aside",
        ),
    ]


def notice_nodes(notice: str, *, problem: bool, loaded: bool) -> list[Node]:
    """What became of saving and loading, and the way back from a loaded record."""
    words = node("span", f"✗ {notice}" if problem else notice, class_="bad" if problem else "")
    return [
        node(
            "div",
            node("p", words, role="status"),
            button("back to the live frames", "live") if loaded else None,
            class_="wsl-steps wsl-own",
        )
    ]


def caption_nodes(entry: Entry | None, *, changed: bool, following: bool, last: bool) -> list[Node]:
    """What is above the bits: which frame this is, and the way to its neighbours."""
    if entry is None or entry.frame is None:
        return []
    frame = entry.frame
    newest = "The newest frame" if following else f"Frame {grouped(entry.number)}"
    how = ", changed by you" if changed else ""
    where = f"connection {entry.said.number}, {entry.at:.3f} s"
    shown = [
        node(
            "div",
            button("back", "step", with_={"by": -1}, data_step="back"),
            button("next", "step", with_={"by": 1}, data_step="next", off=last),
            node("strong", f"{newest}{how}:", class_="wsl-which"),
            node("span", WAYS[frame.sender], class_=f"wsl-tag {frame.sender}"),
            chip(frame),
            node("span", f"{size_of(frame.size)}, {where}", class_="aside"),
            button("as it came", "as it came") if changed else None,
            class_="wsl-steps wsl-caption-of",
        ),
        node("p", said_by(entry), class_="wsl-says") if _needs_words(entry) else None,
        node("p", layout, class_="wsl-note") if (layout := layout_of(entry)) else None,
        node("p", f"{plain(frame.note)}.", class_="wsl-note") if frame.note else None,
    ]
    return [each for each in shown if each is not None]


def _needs_words(entry: Entry) -> bool:
    """Whether a compressed message says what its frame alone does not tell the verdict below."""
    if entry.frame is None or entry.plain is None:
        return False
    return f"“{shown_text(entry.plain)}”" not in describe(entry.frame.dissect())
