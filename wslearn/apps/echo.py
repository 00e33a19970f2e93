"""``wslearn echo``: a server that sends every message back, or a client that does.

Both are what Autobahn's TestSuite, the field's conformance suite, wants to talk to: the server is
driven by its fuzzing client; as a client it runs all cases of the suite's fuzzing server.
"""

import asyncio
import logging
import signal
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from urllib.parse import quote

from wslearn.net.client import connect
from wslearn.net.limits import Limits
from wslearn.net.open_files import raise_limit, room_for, say_once
from wslearn.net.server import HOST, serve
from wslearn.net.websocket import WebSocket
from wslearn.protocol.deflate import Deflate
from wslearn.protocol.errors import ClosedError, NetworkError, WebSocketError

OFFER = Deflate(no_context_takeover=True)
"""The suite's server asks for no context takeover only where the client has offered it. (RFC 7692
§7.1.1.2 would let it ask everyone: every client has to understand it.)"""

PORT = 8765
AGENT = "wslearn"
MOST = 2**20

HELP = "run a server that sends every message back"
DESCRIPTION = "Run a server that sends every message back; or the conformance suite's client."
EXAMPLES = """\
examples:
  wslearn echo
  wslearn echo --port 9001 --most 20000000
  wslearn echo --autobahn ws://127.0.0.1:9001

The last line runs a client: Autobahn's fuzzing server listens at that address, and every one of its
cases is run. The suite usually comes in a container; tests/judges/README.md shows how.
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("--host", default=HOST, help=f"the address to listen on ({HOST})")
    parser.add_argument("--port", type=int, default=PORT, help=f"0: any free one ({PORT})")
    parser.add_argument(
        "--most", type=int, default=MOST, metavar="BYTES", help=f"the longest message ({MOST})"
    )
    parser.add_argument(
        "--no-compression", action="store_true", help="do not agree to permessage-deflate"
    )
    parser.add_argument("--autobahn", metavar="URL", help="run the suite's client instead")
    parser.add_argument("--quiet", action="store_true", help="do not report broken rules")


def run(arguments: Namespace) -> int:
    """Serve until Ctrl+C, or run all cases; return the exit status."""
    if not arguments.quiet:
        logging.basicConfig(level=logging.INFO, format="%(message)s")
        logging.getLogger("asyncio").setLevel(logging.WARNING)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A script's shell starts what comes before an & like this; Ctrl+C, or kill -INT, should
        # still work.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        limits = Limits(message_size=arguments.most)
        if arguments.autobahn:
            offer = None if arguments.no_compression else OFFER
            return asyncio.run(run_cases(arguments.autobahn, limits, offer))
        deflate = None if arguments.no_compression else Deflate()
        asyncio.run(_serve(arguments.host, arguments.port, limits, deflate))
    except WebSocketError as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


async def echo(socket: WebSocket) -> None:
    """Send every message back as it came, text as text and binary as binary."""
    async for message in socket:
        await socket.send(message)


async def _serve(host: str, port: int, limits: Limits, deflate: Deflate | None) -> None:
    # Half of the files at most: a client that is refused, or has not opened yet, holds one as well.
    raise_limit(4 * limits.connections)
    limits = replace(limits, connections=room_for(2 * limits.connections) // 2 or 1)
    say_once(asyncio.get_running_loop())
    server = await serve(echo, host, port, limits=limits, deflate=deflate)
    print(f"An echo server listens on {server.url} (Ctrl+C ends it).", flush=True)
    await server.serve_forever()


async def _case_count(url: str, limits: Limits) -> int:
    async with await connect(url, limits=limits) as socket:
        try:
            async with asyncio.timeout(limits.open_seconds):
                return int(await socket.recv())
        except (ValueError, TimeoutError, ClosedError):
            raise NetworkError(
                f"Expected the number of cases from {url}, got none: is it the suite's server?"
            ) from None


async def run_cases(url: str, limits: Limits, deflate: Deflate | None) -> int:
    """Run every case of the fuzzing server at a URL, then have its reports written.

    Raises :class:`NetworkError` where nobody listens, or another server.
    """
    url = url.rstrip("/")
    count = await _case_count(f"{url}/getCaseCount", limits)
    agent = quote(AGENT)
    for case in range(1, count + 1):
        where = f"{url}/runCase?case={case}&agent={agent}"
        try:
            async with await connect(where, limits=limits, deflate=deflate) as socket:
                await echo(socket)
        except WebSocketError as problem:  # the suite has noted it; the next case is another one
            logging.getLogger(__name__).info("Case %d: %s", case, problem)
    async with await connect(f"{url}/updateReports?agent={agent}", limits=limits) as socket:
        await socket.wait_closed()
    print(f"{count} cases were run; the reports are where the suite keeps them.")
    return 0
