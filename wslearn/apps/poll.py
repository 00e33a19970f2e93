"""``wslearn poll``: a poll that a class answers from its own browsers."""

import asyncio
import logging
import secrets
import socket
import sys
from argparse import ArgumentParser, Namespace
from contextlib import suppress
from importlib.util import find_spec
from typing import Any

from wslearn.lessons.lesson_12.poll.needs import NEEDS
from wslearn.lessons.lesson_12.poll.refusals import RefusedError
from wslearn.lessons.lesson_12.poll.room import Results, Room
from wslearn.net.open_files import raise_limit
from wslearn.protocol.errors import WebSocketError

HOST = "127.0.0.1"
EVERY_ADDRESS = ("0.0.0.0", "::")
PORT = 8080
QUESTION = "Which opcode says goodbye?"
CANDIDATES = ("0x1", "0x8", "0x9", "0xA")

FILES = 8192
"""Open files to ask the system for: one for each browser, and some."""

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without the letters and digits that look like others on a projector."""

HELP = "a poll that a class answers from its own browsers"
DESCRIPTION = "A poll that a class answers from its own browsers; every screen shows each vote."
EXAMPLES = """\
examples:
  wslearn poll
  wslearn poll --question "Tea or coffee?" --candidate Tea --candidate Coffee
  wslearn poll --room
  wslearn poll --redis redis://127.0.0.1:6379/0 --port 8081

Without --room (or --host) only this machine can reach it. With it, whoever is in the same network
and knows the join code can: the code, the address and a QR code are printed. Traffic is not
encrypted: use it in a network you trust. The instructor's link is for the instructor alone.
Names and votes live in the memory of this process alone and are gone when it ends, however it ends;
with --redis they live in that Redis, for a day after the last change.
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("--question", default=QUESTION, help=f"what is asked ({QUESTION})")
    parser.add_argument(
        "--candidate", action="append", metavar="NAME", help="what one can vote for; give several"
    )
    parser.add_argument(
        "--room",
        action="store_true",
        help="let this network in, with a join code (the same as --host 0.0.0.0)",
    )
    parser.add_argument("--host", help=f"the address to listen on ({HOST})")
    parser.add_argument("--port", type=int, default=PORT, help=f"0: any free one ({PORT})")
    parser.add_argument(
        "--redis", metavar="URL", help="share the room with other processes through this Redis"
    )
    parser.add_argument(
        "--origin",
        action="append",
        default=[],
        metavar="URL",
        help="a further address that leads here, such as a proxy's: https://poll.example",
    )


def run(arguments: Namespace) -> int:
    """Serve until Ctrl+C; the exit status."""
    needs = (*NEEDS, "redis") if arguments.redis else NEEDS
    missing = [name for name in needs if find_spec(name) is None]
    if missing:
        return _say(f"Missing: {', '.join(missing)}. Install with: pip install 'wslearn[poll]'")
    host = arguments.host or ("0.0.0.0" if arguments.room else HOST)
    if arguments.room and arguments.host in (HOST, "localhost", "::1"):
        return _say(f"Expected --room or --host {arguments.host}, got both: who is to be let in?")
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    raise_limit(FILES)
    try:
        poll = _poll(arguments, host)
    except (RefusedError, WebSocketError) as problem:
        return _say(str(problem))
    print(_invitation(poll, is_open=not _is_loopback(host)), flush=True)
    with suppress(KeyboardInterrupt):
        asyncio.run(poll.serve())
    print(_farewell(poll.room))
    return 0


def _poll(arguments: Namespace, host: str) -> Any:
    from wslearn.lessons.lesson_12.poll.server import ClassPoll

    candidates = arguments.candidate or CANDIDATES
    code = "" if _is_loopback(host) else join_code()
    room: Any
    if arguments.redis:
        from wslearn.lessons.lesson_12.poll.redis_room import RedisRoom

        room = RedisRoom(arguments.redis, arguments.question, candidates, join_code=code)
    else:
        room = Room(arguments.question, candidates, join_code=code)
    every = host in EVERY_ADDRESS
    name = socket.gethostname()
    return ClassPoll(
        room=room,
        host=host,
        port=arguments.port,
        address=own_address() if every else host,
        names=(name, f"{name}.local") if every else (),
        origins=arguments.origin,
    )


def join_code(length: int = 6) -> str:
    """What lets a browser in: short enough to be read from a wall, 29 bits long."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def own_address() -> str:
    """The address under which others in the network most likely reach this machine.

    Nothing is sent: connecting a UDP socket only asks the system which way it would take.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address of documentation, RFC 5737
            return str(probe.getsockname()[0])
        except OSError:
            return HOST


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


def _invitation(poll: Any, *, is_open: bool) -> str:
    from wslearn.lessons.lesson_12.poll.pictures import join_link, qr_terminal

    code = poll.room.join_code
    lines = [f"Voters:      {poll.url}"]
    if code:
        lines += [f"Join code:   {code}"]
    lines += [f"Instructor:  {poll.instructor_url}"]
    if is_open:
        lines += ["", qr_terminal(join_link(poll.url, code))]
    else:
        lines += ["Only this machine can reach it (--room lets the network in)."]
    lines += ["Ctrl+C ends the poll."]
    return "\n".join(lines)


def _farewell(room: Any) -> str:
    try:
        results: Results = room.results()
    except RefusedError:
        return "The poll is over."
    each = zip(results.candidates, results.votes, strict=True)
    votes = "\n".join(f"{count:>6}  {name}" for name, count in each)
    return f"\nThe poll is over. {results.question}\n{votes}"


def _say(sentence: str) -> int:
    print(f"wslearn poll: {sentence}", file=sys.stderr)
    return 2
