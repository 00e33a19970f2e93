"""``wslearn dissect``: frames from a hex string, a file or a pipe, drawn in the terminal."""

import json
import sys
from argparse import ArgumentParser, Namespace
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from wslearn.draw.data import as_data
from wslearn.draw.drawn import Dissection
from wslearn.draw.terminal import terminal_text
from wslearn.pasted.files import text_in
from wslearn.pasted.forms import FORMS, Reading
from wslearn.pasted.reading import read
from wslearn.protocol.dissect import dissect_each_into
from wslearn.protocol.errors import InputError

from .said import add_colour, say, wants_colour

LIMIT = 2**20
"""How much of a file or a pipe is read, in bytes: more than anyone reads on a screen."""

LONGEST_LINE = 200
"""How many characters before a cut are searched for a border between bytes."""

HELP = "draw the frames in a hex string, a file or a pipe"
DESCRIPTION = "Draw the frames in a hex string, a file or a pipe, and judge them."
EXAMPLES = """\
examples:
  wslearn dissect "81 85 37 fa 21 3d 7f 9f 4d 51 58"
  wslearn dissect 0x81,0x05,0x48,0x65,0x6c,0x6c,0x6f --receiver client
  wslearn dissect capture.bin --json
  grep payload server.log | cut -d= -f2 | wslearn dissect -

A file or a pipe may hold the bytes themselves or text: if all of it is printable, it is
read as text (--raw takes it as bytes). Text may be a dump from xxd, hexdump, od, tcpdump
or Wireshark, a literal in Python, C, Go, Rust or JavaScript, a list of numbers, escapes,
bits or base64. Where it could be read in two ways, the command says which one it took,
and --as chooses the other. Exit status: 0 the input could be read, whatever the frames
are like; 2 it could not.
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "source", nargs="+", help="hex digits (in one or more words), the name of a file, or - "
    )
    parser.add_argument(
        "--receiver",
        choices=("server", "client"),
        help="the side that judges the frames; without it, the side for which MASK is right",
    )
    parser.add_argument(
        "--extension",
        action="append",
        default=[],
        metavar="NAME",
        help="an extension both sides agreed on, such as permessage-deflate",
    )
    parser.add_argument("--json", action="store_true", help="print data for programs")
    parser.add_argument("--raw", action="store_true", help="take a file or pipe as bytes, always")
    parser.add_argument(
        "--as", choices=FORMS, dest="form", metavar="FORM", help=f"read text as {', '.join(FORMS)}"
    )
    parser.add_argument("--most", type=int, default=50, metavar="N", help="frames shown (50)")
    add_colour(parser)


def run(arguments: Namespace) -> int:
    """Dissect what the arguments name; return the exit status."""
    try:
        reading, left_out = read_source(arguments.source, arguments.form, raw=arguments.raw)
    except InputError as problem:
        return say("dissect", problem)
    frames, rest = first_frames(reading.data, arguments)
    if arguments.json:
        print(json.dumps([as_data(frame) for frame in frames], indent=2))
    else:
        colour = wants_colour(arguments.colour)
        print("\n\n".join(terminal_text(frame, colour=colour) for frame in frames))
    if rest:
        print(f"… {rest} more bytes follow; --most N shows more frames.", file=sys.stderr)
    if left_out:
        print(f"… {left_out}", file=sys.stderr)
    if reading.said:
        ways = (f"--as {other.form} ({FORMS[other.form]})" for other in reading.others)
        otherwise = f" To read it in another way: {', '.join(ways)}." if reading.others else ""
        print(f"{reading.said}{otherwise}", file=sys.stderr)
    return 0


def first_frames(data: bytes, arguments: Namespace) -> tuple[list[Dissection], int]:
    """The first frames of the bytes, and how many bytes come after them."""
    each = dissect_each_into(Dissection, data, arguments.receiver, arguments.extension)
    frames = list(islice(each, max(arguments.most, 1)))
    return frames, len(data) - sum(len(frame.data) for frame in frames)


def read_source(
    words: list[str], form: str | None = None, *, raw: bool = False
) -> tuple[Reading, str]:
    """What the words on the command line stand for, and which part of it was left out.

    Raises :class:`InputError` when they are neither hex, nor a file, nor ``-``.
    """
    if words == ["-"]:
        return read_stream(sys.stdin.buffer, "standard input", None, form, raw=raw)
    path = Path(words[0])
    try:
        is_file = len(words) == 1 and path.is_file()
    except (OSError, ValueError):  # a hex string can be too long for a file name
        is_file = False
    if is_file:
        try:
            with path.open("rb") as file:
                return read_stream(file, str(path), path.stat().st_size, form, raw=raw)
        except OSError as error:
            raise InputError(f"Expected a file to read, got {path}: {error.strerror}.") from None
    try:
        reading = read(" ".join(words), form)
    except InputError as problem:
        raise InputError(f"{problem} There is no file of that name either.") from None
    if not reading.data:
        raise InputError("Expected hex digits or the name of a file, got nothing.")
    return reading, ""


def read_stream(
    stream: BinaryIO, name: str, size: int | None, form: str | None = None, *, raw: bool = False
) -> tuple[Reading, str]:
    """Up to ``LIMIT`` bytes of a file or pipe, a text turned into what it means."""
    data = stream.read(LIMIT + 1)
    left_out = ""
    if len(data) > LIMIT:
        whole = "more" if size is None else f"{size / 2**20:,.0f} MiB"
        left_out = f"Only the first {LIMIT // 2**20} MiB of {name} was read; it has {whole}."
        data = data[:LIMIT]
    if not data:
        raise InputError(f"Expected bytes or hex text in {name}, got nothing.")
    text = None if raw else text_in(data, whole=not left_out)
    if text is None:
        return Reading(data, "hex"), left_out
    if left_out:
        text = up_to_the_cut(text)
    try:
        return read(text, form), left_out
    except InputError as problem:
        raise InputError(f"{name}: {problem} (--raw takes the text itself as bytes.)") from None


def up_to_the_cut(text: str) -> str:
    """Text that was cut off anywhere, without what the cut may have split.

    >>> up_to_the_cut("81 85 3"), up_to_the_cut("81853")
    ('81 85', '8185')
    """
    near = max(len(text) - LONGEST_LINE, 0)
    for border in ("\n", " ", "\t", ",", ";", ":", "\\"):
        if (at := text.rfind(border, near)) > 0:
            return text[:at]
    return text[: -(len(text) % 2) or None]
