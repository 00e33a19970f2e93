"""``python -m wslearn.lessons.lesson_08.naive``: run a step of the server, or print its source."""

import argparse
import sys

from wslearn.protocol.errors import WebSocketError

from .lab import CLASSIC
from .steps import MENDS, program


def main() -> int:
    """Run the server until somebody ends it; the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m wslearn.lessons.lesson_08.naive",
        description="The server of lesson 08, on 127.0.0.1: sixty lines, and its mends.",
    )
    parser.add_argument("--step", type=int, default=0, help=f"how many mends, 0 to {len(MENDS)}")
    parser.add_argument("--port", type=int, default=CLASSIC, help=f"the port ({CLASSIC})")
    parser.add_argument("--source", action="store_true", help="print the program instead")
    arguments = parser.parse_args()
    try:
        source = program(arguments.step)
    except WebSocketError as problem:
        print(problem, file=sys.stderr)
        return 2
    if arguments.source:
        print(source, end="")
        return 0
    sys.argv = ["server.py", str(arguments.port)]
    try:
        exec(compile(source, "server.py", "exec"), {"__name__": "__main__"})
    except OSError as problem:
        came = problem.strerror or problem
        print(f"Expected to listen on port {arguments.port}, got: {came}.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
