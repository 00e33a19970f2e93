"""``wslearn judge``: put the course's cases to any WebSocket server or client."""

import asyncio
import json
import sys
from argparse import ArgumentParser, Namespace
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path

from wslearn.conformance.catalogue import CASES, cases_for
from wslearn.conformance.client_run import WAIT, ClientRun
from wslearn.conformance.dialling import Target
from wslearn.conformance.server_run import Run, judge_server
from wslearn.conformance.suite import SuiteCase, ask_suite, not_reached, suite_table
from wslearn.conformance.told import as_data, as_text
from wslearn.conformance.told_page import as_page
from wslearn.protocol.dissection import Side
from wslearn.protocol.errors import InputError, WebSocketError
from wslearn.protocol.headers import quoted
from wslearn.protocol.uri import Uri, parse_uri

from .said import add_colour, say, wants_colour

HELP = "judge any WebSocket server or client, rule by rule"
DESCRIPTION = (
    "Put the course's cases to a WebSocket server or client in any language, and say like a "
    "teacher which rules it keeps: what was sent, what came, what was expected, and why."
)
EXAMPLES = """\
examples:
  wslearn judge ws://127.0.0.1:8765/
  wslearn judge ws://127.0.0.1:8765/ --html report.html
  wslearn judge ws://127.0.0.1:8765/ --only closing --only fault-utf8
  wslearn judge ws://127.0.0.1:8765/chat --header "Cookie: session=abc" --json
  wslearn judge --client --port 9001

A server that sends every message back shows the most; of any other, the opening handshake,
Pings, faulty frames and closing are judged. The cases are malformed on purpose, and look like an
attack: another computer's server is asked only with --anywhere, and only with the permission of
whoever runs it.

With --client it listens on this computer. A client gets a new case each time it connects, so let
it connect again and again, and send every message back; the first line says how often.

The cases on limits (--only limits) put loads of up to 1 MiB to it, one of which decompresses to
16 MiB. How much a program accepts is its own choice, so what it does is reported, not marked;
only silence, or an end without a Close, counts.

MUST broken: it breaks a rule. SHOULD missed: the RFC advises otherwise. Left open: both ways are
right, and the report says which one it takes.

With --json, each case has its id, outcome (kept, broken, advice, open, unjudged) and source, and
the first 256 KiB of what was sent in hex; sent_size is all of it. Later versions may add to this.

Exit status: 0 every MUST that was judged was kept; 1 a MUST was broken; 2 it could not be judged.
"""

ANYWHERE = (
    "Expected a server on this computer (127.0.0.1, ::1 or localhost), got {host}. The cases look "
    "like an attack: with the permission of whoever runs that server, add --anywhere."
)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("url", nargs="?", metavar="URL", help="the server, ws:// or wss://")
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME",
        help="a case, the beginning of its name, or a group; may be given again",
    )  # fmt: skip
    parser.add_argument("--list", action="store_true", help="name all cases, and ask nobody")
    parser.add_argument("--all", action="store_true", help="also list the rules that were kept")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the report as one page")
    parser.add_argument("--autobahn", action="store_true",
        help="put Autobahn's cases to an echo server too, where kosoku is installed")  # fmt: skip
    parser.add_argument("--client", action="store_true", help="listen, and judge a client")
    parser.add_argument("--port", type=int, default=0, help="where to listen; without it, any port")
    parser.add_argument("--wait", type=float, default=WAIT, metavar="SECONDS",
        help=f"how long to wait for a client to connect again ({WAIT:g})")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print data for programs")
    parser.add_argument("--header", action="append", default=[], metavar="'NAME: VALUE'",
        help="add a header to every request, such as a Cookie; may be given again")  # fmt: skip
    parser.add_argument("--origin", metavar="URL", help="state this Origin in every request")
    parser.add_argument("--subprotocol", action="append", default=[], metavar="NAME",
        help="ask for this subprotocol in every request; may be given again")  # fmt: skip
    parser.add_argument("--patience", type=float, default=2.0, metavar="SECONDS",
        help="how long to wait for each answer (2)")  # fmt: skip
    parser.add_argument("--one-by-one", action="store_true", help="never two cases side by side")
    parser.add_argument(
        "--anywhere", action="store_true", help="also a server on another computer, with permission"
    )
    add_colour(parser)


def run(arguments: Namespace) -> int:
    """Judge, and say what was found; return the exit status."""
    try:
        if arguments.list:
            print("\n".join(f"{case.id:28} {case.level:7} {case.title}" for case in CASES))
            return 0
        if arguments.autobahn and (arguments.client or arguments.json):
            raise InputError("Expected --autobahn for a server, and without --json.")
        found = asyncio.run(_judge(arguments))
        _print(found, arguments)
        if arguments.html:
            _write(found, arguments.html, "client" if arguments.client else "server")
        suite = _ask_suite(arguments) if arguments.autobahn else []
    except WebSocketError as problem:
        return say("judge", problem)
    if arguments.autobahn:
        print(f"\n{suite_table(suite).text()}")
        print("\n".join(f"✗ Autobahn {one.id}: {one.result}" for one in suite if not one.passed))
    left = not_reached(suite) if arguments.autobahn else ""
    if left:
        print(f"The time was up before Autobahn's section {left}.")
    if found.broken or not all(one.passed for one in suite):
        return 1
    return 0 if found.judged and not left else 2


async def _judge(arguments: Namespace) -> Run:
    side: Side = "client" if arguments.client else "server"
    cases = cases_for(side, tuple(arguments.only))
    tell = _progress if sys.stderr.isatty() else None
    if not 0 < arguments.patience <= 60:
        raise InputError(f"Expected a patience of up to 60 seconds, got {arguments.patience:g}.")
    if not arguments.client:
        target, alone = target_of(arguments), arguments.one_by_one
        return await judge_server(target, cases, one_by_one=alone, tell=tell)
    if arguments.url:
        raise InputError("Expected either the address of a server or --client, got both.")
    run = ClientRun(cases, patience=arguments.patience, wait=arguments.wait, tell=tell)
    await run.start(arguments.port)
    print(
        f"Listening on {run.url}. Let your client connect {len(cases) + 1} times, and send back "
        "every message (Ctrl+C: enough).",
        file=sys.stderr,
        flush=True,
    )
    try:
        return await run.wait()
    except asyncio.CancelledError:  # Ctrl+C: report what has been seen
        return await run.stop()


def _ask_suite(arguments: Namespace) -> list[SuiteCase]:
    try:
        return asyncio.run(ask_suite(str(target_of(arguments).uri)))
    except ImportError:
        raise InputError(
            "Expected kosoku, which runs Autobahn's cases, got none: pip install kosoku brings it."
        ) from None


def _write(found: Run, path: Path, side: Side) -> None:
    try:
        path.write_text(as_page(found, side, datetime.now()), encoding="utf-8")
    except OSError as problem:
        raise InputError(
            f"Expected a file to write the report to, got {path}: {problem.strerror}."
        ) from None


def _print(found: Run, arguments: Namespace) -> None:
    if arguments.json:
        print(json.dumps(as_data(found), indent=1, ensure_ascii=False))
    else:
        colour = wants_colour(arguments.colour)
        print(as_text(found, colour=colour, every=arguments.all))


def target_of(arguments: Namespace) -> Target:
    """The server that is named; raises :class:`InputError` for one that may not be asked."""
    if not arguments.url:
        raise InputError("Expected the server's address, such as ws://127.0.0.1:8765/, got none.")
    uri = parse_uri(arguments.url)
    if not arguments.anywhere and not _on_this_computer(uri):
        raise InputError(ANYWHERE.format(host=uri.host))
    headers = tuple(_header(text) for text in arguments.header)
    origin, subprotocols = arguments.origin, tuple(arguments.subprotocol)
    return Target(uri, arguments.patience, headers, origin, subprotocols)


def _on_this_computer(uri: Uri) -> bool:
    if uri.host.lower() == "localhost":
        return True
    try:
        return ip_address(uri.host).is_loopback
    except ValueError:
        return False


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon:
        raise InputError(f"Expected a header such as 'Cookie: a=b', got {quoted(text)}.")
    return name.strip(), value.strip()


def _progress(done: int, of: int) -> None:
    end = "\r\x1b[K" if done == of else ""
    print(f"\r{done} of {of} cases{end}", end="", file=sys.stderr, flush=True)
