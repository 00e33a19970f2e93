"""``wslearn site``: the course as plain files, in which Python runs in the reader's browser."""

import threading
from argparse import ArgumentParser, Namespace
from pathlib import Path

from wslearn.protocol.errors import InputError

from .open_course import lessons_folder
from .said import say

HELP = "build the course as a web site that needs no installation"
DESCRIPTION = """\
Build the course as a folder of plain files for any web server. Python itself runs in the reader's
browser there; nothing is installed, and nothing is loaded from any other host."""
EXAMPLES = """\
examples:
  wslearn site public
  wslearn site public --serve
  wslearn site public --serve-only

The first build downloads about 60 MB (JupyterLite, Pyodide, a few packages) and keeps them beside
the folder, in FOLDER.parts; later builds need no network. Node is needed once, for its npm and to
compile the packages in advance. Exit status: 0 built; 2 not.
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the site is written")
    parser.add_argument(
        "--parts", type=Path, metavar="FOLDER", help="where downloads are kept (FOLDER.parts)"
    )
    parser.add_argument("--serve", action="store_true", help="then show it on this machine")
    parser.add_argument(
        "--serve-only", action="store_true", help="show a site that is already built"
    )
    parser.add_argument("--port", type=int, default=8000, help="the port to show it on (8000)")


def run(arguments: Namespace) -> int:
    """Build the site, show it if asked to; return the exit status."""
    from wslearn.classroom.site import builder

    site = arguments.folder.resolve()
    parts = (arguments.parts or site.with_name(f"{site.name}.parts")).resolve()
    if arguments.serve_only:
        if not (site / "service-worker.js").is_file():
            return say(
                "site", f"Expected a site in {site}, got none. Leave out --serve-only to build it."
            )
        return _show(site, arguments.port)
    if not builder.safe_to_replace(site):
        return say(
            "site",
            f"Expected a new folder or an older site, got {site}, which holds something else.",
        )
    try:
        lessons = builder.build(lessons_folder(), site, parts, _step)
    except (InputError, FileNotFoundError) as problem:
        return say("site", problem)
    except OSError as problem:
        return say(
            "site", f"Expected a folder to write in, got {site}: {problem.strerror or problem}."
        )
    print(f"{len(lessons)} lessons, {builder.size(site) / 1e6:.0f} MB in {site}")
    return _show(site, arguments.port) if arguments.serve else 0


def _step(step: str) -> None:
    print(f"  {step} …", flush=True)


def _show(site: Path, port: int) -> int:
    from wslearn.classroom.site.serving import served

    try:
        with served(site, port) as address:
            print(f"The course is at {address} (Ctrl+C ends it).", flush=True)
            threading.Event().wait()
    except (OSError, OverflowError) as problem:
        return say("site", f"Expected a free port, got {port}: {problem}. See --port.")
    except KeyboardInterrupt:
        print()
    return 0
