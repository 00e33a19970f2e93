"""The command line: ``wslearn`` opens the course, ``wslearn dissect`` draws frames, and so on."""

import os
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence

from wslearn import __version__


def main(words: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status."""
    from wslearn.apps import dissect, echo, open_course, tap

    parser = ArgumentParser(
        prog="wslearn",
        description="Learn the WebSocket protocol bit by bit. Without a command: open the course.",
    )
    parser.add_argument("--version", action="version", version=f"wslearn {__version__}")
    open_course.add_arguments(parser)
    parser.set_defaults(run=open_course.run)
    commands = parser.add_subparsers(title="commands", metavar="")
    dissector = commands.add_parser(
        "dissect",
        help="draw the frames in a hex string, a file or a pipe",
        description="Draw the frames in a hex string, a file or a pipe, and judge them.",
        epilog=dissect.EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
    )
    dissect.add_arguments(dissector)
    dissector.set_defaults(run=dissect.run)
    echoer = commands.add_parser(
        "echo",
        help="a server that sends every message back",
        description="A server that sends every message back; or the conformance suite's client.",
        epilog=echo.EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
    )
    echo.add_arguments(echoer)
    echoer.set_defaults(run=echo.run)
    tapper = commands.add_parser(
        "tap",
        help="print and record the frames between a client and a server",
        description="Stand between a client and a server, and print the frames that pass.",
        epilog=tap.EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
    )
    tap.add_arguments(tapper)
    tapper.set_defaults(run=tap.run)
    arguments = parser.parse_args(words)
    try:
        status: int = arguments.run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    return status


if __name__ == "__main__":
    sys.exit(main())
