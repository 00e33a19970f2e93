"""``wslearn links``: a link for each lesson that brings it into a student's server on a hub."""

from argparse import ArgumentParser, Namespace
from urllib.parse import quote, urlencode, urlsplit

from wslearn.course.lessons import Lesson, present
from wslearn.protocol.errors import InputError

from .open_course import lessons_folder
from .said import say

HELP = "print a link for each lesson that opens it on a JupyterHub (nbgitpuller)"
DESCRIPTION = (
    "Print a link for each lesson, in Markdown. Following it logs a student in to the hub, brings "
    "the repository, or anything new in it, into their own server, and shows the lesson."
)
EXAMPLES = """\
examples:
  wslearn links https://hub.example https://git.example/you/course
  wslearn links https://hub.example https://git.example/you/clone --folder notebooks

The repository holds what `wslearn copy` writes: there, the questions come without their answers. A
clone of the course has the stored outputs; its lessons are in the folder notebooks. The image of
the students' servers needs nbgitpuller, which merges anything new with what a student has written.
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("hub", metavar="HUB", help="the hub's address")
    parser.add_argument(
        "repository", metavar="REPOSITORY", help="what you would give to `git clone`"
    )
    parser.add_argument("--branch", default="main", help="the branch of it (main)")
    parser.add_argument("--folder", default="", help="where in it the lessons are (at the top)")


def run(arguments: Namespace) -> int:
    """Print the links; return the exit status."""
    try:
        hub, repository = _address(arguments.hub), arguments.repository
        for lesson in present(lessons_folder()):
            where = link(hub, repository, arguments.branch, arguments.folder, lesson)
            print(f"- [{lesson.name}]({where})")
    except (InputError, FileNotFoundError) as problem:
        return say("links", problem)
    return 0


def link(hub: str, repository: str, branch: str, folder: str, lesson: Lesson) -> str:
    """A link that brings a lesson; raises :class:`InputError` for a repository without a name."""
    # nbgitpuller clones the way Git does, into a folder named after the end of the address.
    name = repository.rstrip("/").replace(":", "/").rpartition("/")[2].removesuffix(".git")
    if not name or name == repository:
        raise InputError(
            f"Expected a repository such as https://git.example/you/course, got {repository!r}."
        )
    path = "/".join(part for part in (name, folder.strip("/"), lesson.file) if part)
    asked = {"repo": repository, "branch": branch, "urlpath": f"lab/tree/{path}"}
    return f"{hub}/hub/user-redirect/git-pull?{urlencode(asked, quote_via=quote, safe='')}"


def _address(hub: str) -> str:
    try:
        parts = urlsplit(hub)
        known = parts.scheme in ("http", "https") and parts.hostname
    except ValueError:
        known = False
    if not known or parts.query or parts.fragment:
        raise InputError(f"Expected a hub's address such as https://hub.example, got {hub!r}.")
    return hub.rstrip("/").removesuffix("/hub")
