"""The command line: ``wslearn`` opens the course; its commands are in ``wslearn.apps``."""

import os
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence

from . import __version__


def main(words: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    from .apps import (
        anki,
        class_,
        collect,
        copies,
        dissect,
        echo,
        gain,
        handout,
        judge,
        links,
        nbgrader,
        open_course,
        site,
        slides,
        tap,
    )

    parser = ArgumentParser(
        prog="wslearn",
        description="Learn the WebSocket protocol bit by bit. Without a command: open the course.",
    )
    parser.add_argument("--version", action="version", version=f"wslearn {__version__}")
    open_course.add_arguments(parser)
    parser.set_defaults(run=open_course.run)
    commands = parser.add_subparsers(title="commands", metavar="")
    named = {
        "anki": anki,
        "class": class_,
        "collect": collect,
        "copy": copies,
        "dissect": dissect,
        "echo": echo,
        "gain": gain,
        "handout": handout,
        "judge": judge,
        "links": links,
        "nbgrader": nbgrader,
        "poll": class_,
        "site": site,
        "slides": slides,
        "tap": tap,
    }
    for name, command in named.items():
        subparser = commands.add_parser(
            name,
            help=command.HELP,
            description=command.DESCRIPTION,
            epilog=command.EXAMPLES,
            formatter_class=RawDescriptionHelpFormatter,
        )
        command.add_arguments(subparser)
        subparser.set_defaults(run=command.run)
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
