"""``wslearn tap``: frames between any client and any server, printed as they pass."""

import asyncio
import signal
import sys
from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from contextlib import suppress

from wslearn.draw.terminal import RESET, rgb
from wslearn.draw.theme import LIGHT
from wslearn.net.record.conversation import Conversation
from wslearn.net.record.exchanges import KEEP
from wslearn.net.record.journal import Journal, in_a_line, message_in_a_line, plain
from wslearn.net.record.journal_file import Writer
from wslearn.net.record.passed import Passed
from wslearn.net.record.record_file import read_record
from wslearn.net.record.tap import HOST, Tap, tap
from wslearn.protocol.errors import InputError, WebSocketError
from wslearn.protocol.text import counted

from .said import add_colour, say, wants_colour

HELP = "print and record the frames between a client and a server"
DESCRIPTION = "Stand between a client and a server, and print the frames that pass."
EXAMPLES = """\
examples:
  wslearn tap ws://127.0.0.1:8765/ --port 9000
  wslearn tap wss://example.com/chat --save chat.journal
  wslearn tap --read chat.journal
  wslearn tap --read capture.pcapng
  wslearn tap --read browser.har

Point the client at the address that is printed. → is what the client sends, ← what the server
sends. Ctrl+C ends it. Exit status: 0 it ended as asked; 2 it could not start.
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("upstream", nargs="?", metavar="URL", help="the server, ws:// or wss://")
    parser.add_argument("--host", default=HOST, help=f"the address to listen on ({HOST})")
    parser.add_argument("--port", type=int, default=0, help="the port; without it, any free one")
    parser.add_argument("--save", metavar="FILE", help="write what passes to a journal")
    parser.add_argument(
        "--read", metavar="FILE", help="print a journal, a capture (pcap, pcapng) or a HAR"
    )
    parser.add_argument(
        "--assume",
        type=int,
        action="append",
        default=[],
        metavar="PORT",
        help="in a capture: a WebSocket server's port, where no handshake was captured",
    )
    parser.add_argument(
        "--keep-secrets",
        action="store_true",
        help="also record the cookies, passwords and tokens in handshakes",
    )
    parser.add_argument(
        "--keep",
        type=int,
        default=KEEP,
        metavar="BYTES",
        help=f"how much of each payload is recorded ({KEEP}); the rest is counted",
    )
    parser.add_argument(
        "--rewrite",
        action=BooleanOptionalAction,
        default=None,
        help="put the server's name into Host (default: only if it is not on this machine)",
    )
    add_colour(parser)


def run(arguments: Namespace) -> int:
    """Watch a server, or print a file; return the exit status."""
    printer = Printer(colour=wants_colour(arguments.colour))
    try:
        if (arguments.upstream is None) == (arguments.read is None):
            raise InputError("Expected either the URL of a server or --read FILE.")
        if arguments.read is not None:
            printer.whole(read_file(arguments))
        else:
            asyncio.run(watch(arguments, printer))
    except WebSocketError as problem:
        return say("tap", problem)
    return 0


def read_file(arguments: Namespace) -> Journal:
    """What is in the file that ``--read`` names."""
    return read_record(arguments.read, assume=arguments.assume, keep_secrets=arguments.keep_secrets)


async def watch(arguments: Namespace, printer: "Printer") -> None:
    """Print what passes until somebody ends it."""
    journal = Journal(keep_secrets=arguments.keep_secrets)
    writer = Writer(arguments.save, journal) if arguments.save else None
    try:
        options = {"host": arguments.host, "port": arguments.port, "rewrite": arguments.rewrite}
        options["keep"] = max(arguments.keep, 0)
        async with await tap(arguments.upstream, journal=journal, **options) as opened:
            print(f"{opened.url} leads to {opened.uri}. Ctrl+C ends.", flush=True)
            _close_at_signals(opened)
            seen = 0
            while True:
                running = opened.running
                new = journal.latest(journal.passed - seen)
                seen = journal.passed
                try:
                    for frame in new if writer else ():
                        writer.add(frame)
                except InputError as problem:
                    print(
                        f"wslearn tap: {problem} What passes is shown, not saved.", file=sys.stderr
                    )
                    writer = None
                printer.more(journal, new)
                if not running:
                    break
                await opened.wait()
    finally:
        if writer:
            writer.close()
    if writer:
        print(f"{counted(seen, 'frame')} saved in {arguments.save}.")


def _close_at_signals(opened: Tap) -> None:
    """Ctrl+C closes the tap, even where a shell started it in the background."""
    loop = asyncio.get_running_loop()
    closing: list[asyncio.Task[None]] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, lambda: closing.append(_close(opened)))


def _close(opened: Tap) -> "asyncio.Task[None]":
    return asyncio.ensure_future(opened.close())


class Printer:
    """Prints each handshake, each frame and each end once."""

    def __init__(self, *, colour: bool) -> None:
        self.colour = colour
        self.begun: set[int] = set()
        self.ended: set[int] = set()

    def whole(self, journal: Journal) -> None:
        """Everything that a file holds."""
        self.more(journal, journal.frames)
        print(journal.summary())
        for remark in journal.remarks:
            print(plain(remark))

    def more(self, journal: Journal, frames: list[Passed]) -> None:
        """What has come since the last time."""
        conversations = {said.number: said for said in list(journal.conversations)}
        for said in conversations.values():
            if said.number not in self.begun and (said.reply or said.frames or said.ended):
                self.begun.add(said.number)
                print(self.quiet(_opening(said)))
                for fault in said.faults:
                    print(self.strong(f"{said.number:>3} {plain(fault)}"))
                for message in said.messages:
                    print(message_in_a_line(message))
        for frame in frames:
            print(self.line(frame))
        for said in conversations.values():
            if said.ended and said.number not in self.ended:
                self.ended.add(said.number)
                print(self.quiet(f"{said.number:>3} {plain(said.ended)}"))
        sys.stdout.flush()

    def line(self, frame: Passed) -> str:
        """One frame, and what its receiver makes of it."""
        text = in_a_line(frame)
        if not self.colour:
            return text
        kind = "opcode" if frame.sender == "client" else "length"
        arrow = "→" if frame.sender == "client" else "←"
        before, _, after = text.partition(arrow)
        name, _, rest = after.strip().partition(" ")
        space = " " * (len(rest) - len(rest.lstrip()) + 1)
        ink, fill = rgb(38, LIGHT.ink), rgb(48, LIGHT.fields[kind].fill)
        rest = rest.lstrip()
        if frame.broken:
            rest = self.strong(rest)
        elif frame.unread:
            rest = self.quiet(rest)
        return f"{self.quiet(before)}{ink}{fill}{arrow} {name}{RESET}{space}{rest}"

    def quiet(self, text: str) -> str:
        """Dimmed text."""
        return f"\x1b[2m{text}{RESET}" if self.colour else text

    def strong(self, text: str) -> str:
        """Highlighted text."""
        return f"\x1b[1m{text}{RESET}" if self.colour else text


def _opening(said: Conversation) -> str:
    asked = said.asked or "no request"
    answer = said.answered or "no answer"
    agreed = ", ".join(name for name, _ in said.agreed)
    agreed = f" ({plain(agreed)})" if agreed else ""
    ends = " to ".join(plain(end) for end in (said.client, said.server) if end) or "?"
    return f"{said.number:>3} {ends}: {asked}; {answer}{agreed}"
