"""What every command says alike: why it could not go on, and whether it speaks in colour."""

import os
import sys
from argparse import ArgumentParser


def say(command: str, problem: object) -> int:
    """One sentence on the error stream, and the exit status that goes with it."""
    print(f"wslearn {command}: {problem}", file=sys.stderr)
    return 2


def add_colour(parser: ArgumentParser) -> None:
    """Declare whether the output is coloured."""
    parser.add_argument(
        "--colour", "--color", choices=("auto", "always", "never"), default="auto", dest="colour"
    )


def wants_colour(choice: str) -> bool:
    """Whether to colour the output; NO_COLOR and a pipe turn "auto" off."""
    if choice == "auto":
        return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return choice == "always"
