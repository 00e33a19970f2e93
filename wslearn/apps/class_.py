"""``wslearn class``, also under its old name ``wslearn poll``: a live class."""

import asyncio
import logging
import secrets
import socket
from argparse import ArgumentParser, Namespace
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from wslearn.lessons.lesson_12.poll.needs import NEEDS
from wslearn.lessons.lesson_12.poll.refusals import RefusedError
from wslearn.net.on_a_hub import this_hub
from wslearn.net.open_files import raise_limit
from wslearn.protocol.errors import InputError, WebSocketError

from .said import say

HOST = "127.0.0.1"
EVERY_ADDRESS = ("0.0.0.0", "::")
PORT = 8080

FILES = 8192
"""Open files to ask the system for: one for each browser, and some."""

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without the letters and digits that look like others on a projector."""

HELP = "run a live class: questions, votes, notices, and who is stuck"
DESCRIPTION = (
    "Run a live class. Students join from a phone, or with ws.join in a notebook; at the desk "
    "you ask questions, show the results, and see who is stuck."
)
EXAMPLES = """\
examples:
  wslearn class
  wslearn class questions.md --room
  wslearn class questions.md --room --keep today.class
  wslearn class --redis redis://127.0.0.1:6379/0 --port 8081
  wslearn poll --question "Tea or coffee?" --candidate Tea --candidate Coffee

Without --room (or --host) only this machine can reach it; --code asks for a join code even there,
for a rehearsal. With --room, anyone on the same network who knows the code can join; the code, the
address and a QR code are printed. Traffic is not encrypted: use it on a network you trust. The
instructor's link is only for the instructor; the big screen has a page of its own.

On a JupyterHub, and with --public-url, there is always a code, because a proxy leads here.

Names, votes and tasks live only in the memory of this process and are gone when it ends, however
it ends. With --keep they stay in a file until you delete it, and a class that ended or was killed
picks up where it left off; with --redis they stay in that Redis for a day after the last event.

A file of questions is Markdown, written like the lessons' quizzes; for-instructors.md shows one.
"""


SLASH = "Put your hub's address, such as https://hub.example, in front of what begins with a slash."
SHARED = (
    "Students get here through their own server on this hub, if all servers share this machine (as "
    "on The Littlest JupyterHub)."
)
CONTAINERS = (
    "Nobody else gets here: on Kubernetes each server is a container of its own. Run the class as "
    "a service of the hub instead (for-instructors.md says how)."
)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("questions", nargs="?", type=Path, metavar="QUESTIONS.md",
                        help="questions of your own, to ask by number")  # fmt: skip
    parser.add_argument("--lesson", metavar="NN", help="the lesson the board shows first")
    parser.add_argument("--question", help="ask this at once")
    parser.add_argument(
        "--candidate",
        action="append",
        default=[],
        metavar="NAME",
        help="an option, once for each",
    )
    parser.add_argument(
        "--room", action="store_true",
        help="let this network in, with a join code (the same as --host 0.0.0.0)",
    )  # fmt: skip
    parser.add_argument("--code", action="store_true", help="ask for a join code on loopback, too")
    parser.add_argument("--host", help=f"the address to listen on ({HOST})")
    parser.add_argument("--port", type=int, default=PORT, help=f"0: any free one ({PORT})")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="keep everything in this file")
    parser.add_argument(
        "--redis", metavar="URL", help="keep everything in this Redis, shared by several processes"
    )
    parser.add_argument(
        "--public-url", default="", metavar="URL",
        help="where a proxy has this class: https://hub.example/services/class",
    )  # fmt: skip
    parser.add_argument(
        "--origin", action="append", default=[], metavar="URL",
        help="another page that may connect, such as https://class.example",
    )  # fmt: skip


def run(arguments: Namespace) -> int:
    """Serve until Ctrl+C; return the exit status."""
    needs = (*NEEDS, "redis") if arguments.redis else NEEDS
    missing = [name for name in needs if find_spec(name) is None]
    if missing:
        return say(
            "class", f"Missing: {', '.join(missing)}. Install with: pip install 'wslearn[poll]'"
        )
    host = arguments.host or ("0.0.0.0" if arguments.room else HOST)
    if arguments.room and arguments.host in (HOST, "localhost", "::1"):
        return say(
            "class", f"Expected --room or --host {arguments.host}, got both: who may come in?"
        )
    if arguments.keep and arguments.redis:
        return say("class", "Expected --keep or --redis, got both: where should it be kept?")
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    raise_limit(FILES)
    try:
        served = _served(arguments, host)
        with suppress(KeyboardInterrupt):
            asyncio.run(served.serve())
    except (RefusedError, WebSocketError) as problem:
        return say("class", problem)
    print(_farewell(served.room))
    return 0


def _served(arguments: Namespace, host: str) -> Any:
    from wslearn.classroom.live.asked import from_file, spoken
    from wslearn.classroom.live.class_server import ClassServer
    from wslearn.classroom.live.ledger import FileLedger, Ledger

    questions = from_file(arguments.questions) if arguments.questions else ()
    if arguments.candidate and not arguments.question:
        raise InputError("Expected --question with --candidate, got none.")
    first = spoken(arguments.question, arguments.candidate) if arguments.question else None
    ledger = FileLedger(arguments.keep) if arguments.keep else Ledger()
    if arguments.redis:
        from wslearn.classroom.live.redis_ledger import RedisLedger

        ledger = RedisLedger(arguments.redis)
    is_open = not _is_loopback(host)
    # With a proxy in front, loopback is not a limit: others get here, too.
    asks_code = is_open or arguments.code or arguments.public_url or this_hub() is not None

    class Announced(ClassServer):
        """A class that says where it is, once it knows its codes."""

        async def began(self) -> None:
            """Ask what the command line asks, and print the invitation."""
            if arguments.lesson:
                await self.room.desk_says({"type": "lesson", "lesson": arguments.lesson})
            now = self.room.hour.round
            if first and (now is None or now.asked != first):
                await self.room.commit("ask", asked=first.as_json(), label="")
            print(_invitation(self, is_open=is_open), flush=True)

    every = host in EVERY_ADDRESS
    name = socket.gethostname()
    return Announced(
        ledger,
        questions,
        join_code=join_code() if asks_code else "",
        host=host,
        port=arguments.port,
        address=own_address() if every else host,
        names=(name, f"{name}.local") if every else (),
        origins=arguments.origin,
        public_url=arguments.public_url,
    )


def join_code() -> str:
    """The code that lets a browser in: short enough to be read from a wall, 29 bits long."""
    return "".join(secrets.choice(ALPHABET) for _ in range(6))


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


def _invitation(served: Any, *, is_open: bool) -> str:
    from wslearn.lessons.lesson_12.poll.pictures import join_link, qr_terminal

    code, hub = served.room.join_code, None if served.public_url else served.on_hub
    students, desk = served.public_url or served.url, served.instructor_url
    if hub:
        site = hub.public.removesuffix("hub/").removesuffix(hub.base)
        students = f"{site}{hub.for_everyone(served.port)}"
        desk = f"{site}{hub.for_me(served.port)}instructor?key={served.room.instructor_key}"
    lines = [f"Students:    {students}"]
    if code:
        lines += [f"Join code:   {code}"]
    lines += [f'In notebooks: ws.join("{code}", "{served.notebook_address()}")']
    lines += [f"Instructor:  {desk}"]
    if hub:
        lines += [] if site else [SLASH]
        lines += [CONTAINERS if hub.alone else SHARED]
    elif is_open or served.public_url:
        lines += ["", qr_terminal(join_link(students, code))]
    else:
        lines += ["Only this machine can reach it (--room lets the network in)."]
    lines += [served.room.ledger.kept.replace("the instructor's", "this")]
    lines += ["Ctrl+C ends the class."]
    return "\n".join(lines)


def _farewell(room: Any) -> str:
    """The last question and its result."""
    now = room.hour.round
    if now is None:
        return "\nThe class is over."
    votes = now.votes[-1].values()
    answers = [*"abcdef"[: len(now.asked.options)]] or sorted(set(votes))
    given = [
        f"{sum(one == vote for vote in votes):>6}  {now.asked.in_words(one)}" for one in answers
    ]
    return "\n".join([f"\nThe class is over. {now.asked.text}", *given])
