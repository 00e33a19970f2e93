"""A session of a browser with our server, ready to be looked at: live, or one that was recorded.

The same model feeds the widget (``view``) and the form that shows without one (``text``, ``html``),
so both say the same. Every text that came from the network is escaped on its way to a page.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from wslearn.draw.drawn import Dissection, dissect
from wslearn.draw.table import Table, table
from wslearn.net.record.conversation import Conversation
from wslearn.net.record.passed import Passed
from wslearn.protocol.bits import hex_bytes
from wslearn.protocol.handshake import Check, RequestCheck, Step, check_response
from wslearn.protocol.in_words import describe, verdict
from wslearn.protocol.text import counted, shown_text

LONGEST_LINE = 300
"""How many bytes of one header line are shown."""

SHOWN_BYTES = 16
"""How many bytes of a frame its row shows."""

HANDSHAKE = -1
"""In place of a frame's number: the request and the reply."""

ABSENT = "(not there, and need not be)"

DIRECTIONS = {"client": "tab → server", "server": "tab ← server"}


@dataclass(frozen=True, slots=True)
class Session:
    """One conversation, where it comes from, and what the browser's side wrote down about it.

    ``source`` is one sentence that says whether this is live or recorded; ``log`` is the lines of
    the tab, as dictionaries of ``kind``, ``text`` and ``note``.
    """

    source: str
    live: bool
    conversation: Conversation
    log: tuple[dict[str, str], ...] = ()

    @property
    def request(self) -> bytes:
        """The bytes of the browser's opening handshake, without its cookies."""
        return self.conversation.request

    @property
    def reply(self) -> bytes:
        """The bytes of the server's answer."""
        return self.conversation.reply

    @property
    def check(self) -> RequestCheck | None:
        """Every step that the server took with the request."""
        return self.conversation.check

    @property
    def frames(self) -> list[Passed]:
        """Every frame that passed, in both directions: ``sender`` and ``data``."""
        return list(self.conversation.frames)

    @property
    def first(self) -> Dissection:
        """The first frame that the browser sent, taken apart: it is masked."""
        sent = self.conversation.sent_by("client")
        return dissect(sent[0].data if sent else b"", "server")

    @property
    def handshake(self) -> "Pages":
        """Request and reply, line by line, each with what is checked in it; shows itself."""
        checks = self._checks()
        if checks is None:
            return Pages(self.source, (("No request has come.", None),))
        asked, answered = checks
        heading = ("the request", "what the server checks")
        back = ("the reply", "what the browser checks")
        return Pages(
            self.source,
            (
                ("", lines_table(heading, self.request, asked)),
                (asked.conclusion, lines_table(back, self.reply, answered)),
            ),
        )

    @property
    def passed(self) -> "Pages":
        """Every frame in one line: who sent it, its bytes, what it says; shows itself."""
        rows = [
            (number, DIRECTIONS[frame.sender], *frame_in_words(frame))
            for number, frame in enumerate(self.frames)
        ]
        frames = table(("frame", "direction", "bytes", "what it is"), rows, code=("bytes",))
        return Pages(self.source, (("", frames),))

    # -- the form without a widget -------------------------------------------------------------

    def pages(self) -> "Pages":
        """All of it, from the tab's first line to the bits of its first frame; shows itself."""
        did = [(_MARKS.get(line["kind"], ""), line["text"], line["note"]) for line in self.log]
        tab = table(("", "in the browser's tab", "and so"), did, code=("in the browser's tab",))
        return Pages(
            self.source,
            (
                ("", tab if did else None),
                *self.handshake.parts,
                ("Every frame, as the server saw it:", self.passed.parts[0][1]),
                ("The first frame that the browser sent, bit by bit:", self.first),
            ),
        )

    # -- the widget's form ---------------------------------------------------------------------

    def view(self, shown: int) -> dict[str, Any]:
        """Everything the widget displays of the server's side, as plain data.

        ``shown`` is the frame that the reader looks into, or :data:`HANDSHAKE`.
        """
        checks = self._checks()
        if checks is None:
            return {}
        asked, answered = checks
        requested = lines_and_steps(self.request, asked)
        replied = lines_and_steps(self.reply, answered)
        rows = [
            _head_row("request", "client", self.request),
            _head_row("reply", "server", self.reply),
        ]
        rows += [_frame_row(number, frame) for number, frame in enumerate(self.frames)]
        caption = "The opening handshake, line by line:"
        if shown != HANDSHAKE:
            who = "this tab" if self.frames[shown].sender == "client" else "the server"
            caption = f"Frame {shown}, from {who}, bit by bit:"
        return {
            "rows": rows,
            "shown": shown,
            "caption": caption,
            "request": [_line_view(line, steps) for line, steps in requested],
            "reply": [_line_view(line, steps) for line, steps in replied],
            "conclusion": asked.conclusion,
            "opened": self.conversation.opened,
        }

    def _checks(self) -> tuple[RequestCheck, Check] | None:
        asked = self.check
        if asked is None:
            return None
        return asked, check_response(
            self.reply, asked.key or "", subprotocols=asked.subprotocols,
            extensions=asked.extensions,
        )  # fmt: skip

    def __repr__(self) -> str:
        return self.pages().text()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": self.pages().text(), "text/html": self.pages().html()}


_MARKS = {"did": "›", "event": "←", "trouble": "✗"}


@dataclass(frozen=True, slots=True)
class Pages:
    """A source line, then parts one below another: a sentence each, and a table or a picture."""

    source: str
    parts: tuple[tuple[str, Table | Dissection | None], ...]

    def text(self) -> str:
        """All of it as plain text."""
        paragraphs = [self.source]
        for sentence, picture in self.parts:
            paragraphs += [sentence] if sentence else []
            paragraphs += [picture.text()] if picture is not None else []
        return "\n\n".join(paragraphs)

    def html(self) -> str:
        """All of it as HTML that shows in a notebook that nobody has trusted yet."""
        inside = [f'<p style="margin: 4px 0"><em>{escape(self.source)}</em></p>']
        for sentence, picture in self.parts:
            if sentence:
                inside.append(f'<p style="margin: 12px 0 4px">{escape(sentence)}</p>')
            if picture is not None:
                inside.append(picture.html())
        return f"<div>{''.join(inside)}</div>"

    def __repr__(self) -> str:
        return self.text()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": self.text(), "text/html": self.html()}


def frame_in_words(frame: Passed) -> tuple[str, str]:
    """The first bytes of a frame as hex, and what it is or which rule it breaks."""
    dissection = frame.dissect()
    hexes = hex_bytes(frame.data, SHOWN_BYTES)
    if dissection.violations or not dissection.complete:
        return hexes, str(verdict(dissection))
    masked = "masked" if dissection.mask_key is not None else "not masked"
    return hexes, f"{describe(dissection)}; {masked}"


def _head_lines(head: bytes) -> list[str]:
    """The lines of a head up to the empty one, each as one line that can be shown."""
    lines = head.partition(b"\r\n\r\n")[0].split(b"\n")
    return [shown_text(line.removesuffix(b"\r"), LONGEST_LINE) for line in lines if line != b"\r"]


def _by_line(check: Check) -> dict[int | None, list[Step]]:
    steps: dict[int | None, list[Step]] = {}
    for step in check.steps:
        steps.setdefault(step.line, []).append(step)
    return steps


def step_note(step: Step) -> str:
    """What a step says next to its line, which shows what came."""
    if not step.ok:
        return f"{step.title}: expected {step.expected}, got {step.came}"
    if not step.where.endswith(f", {step.title}"):
        return step.title  # several steps look at the first line, so each says its name
    if step.note:
        return step.note
    if step.title == "Sec-WebSocket-Accept":
        return "the answer to the key"
    return "as it must be" if step.came == f"“{step.expected}”" else step.expected


def lines_and_steps(head: bytes, check: Check) -> Iterable[tuple[str, list[Step]]]:
    """Each line with its steps; last, the steps that look at what is not there."""
    steps = _by_line(check)
    for number, line in enumerate(_head_lines(head), start=1):
        yield line, steps.get(number, [])
    absent = [step for line, found in steps.items() if line is None for step in found]
    if failed := [step for step in absent if not step.ok]:
        yield "(not there)", failed
    if passed := [step for step in absent if step.ok]:
        yield ABSENT, passed


def lines_table(headings: tuple[str, str], head: bytes, check: Check) -> Table:
    """Each line beside what is checked in it."""
    rows = [
        (line, "  ".join(f"{'✓' if step.ok else '✗'} {step_note(step)}" for step in steps))
        for line, steps in lines_and_steps(head, check)
    ]
    return table(headings, rows, code=headings[:1])


def _line_view(line: str, steps: list[Step]) -> dict[str, Any]:
    notes = [
        {
            "ok": step.ok,
            "text": step_note(step),
            "title": f"{step.rule.sentence} ({step.rule.source})",
        }
        for step in steps
    ]
    return {"text": line, "notes": notes, "quiet": not steps or line == ABSENT}


def _head_row(name: str, sender: str, head: bytes) -> dict[str, Any]:
    first, *others = _head_lines(head)
    words = f"{counted(len(others), 'header')}, all of it text"
    return {
        "name": name, "from": sender, "bytes": first, "words": words, "bad": False,
        "show": HANDSHAKE,
    }  # fmt: skip


def _frame_row(number: int, frame: Passed) -> dict[str, Any]:
    hexes, words = frame_in_words(frame)
    return {
        "name": f"frame {number}", "from": frame.sender, "bytes": hexes, "words": words,
        "bad": bool(frame.dissect().violations), "show": number,
    }  # fmt: skip
