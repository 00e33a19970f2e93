"""``wslearn``: start JupyterLab on a copy of the lessons, say where it is, and open a browser."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import webbrowser
from argparse import ArgumentParser, Namespace
from http import HTTPStatus
from http.client import HTTPConnection
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

from .working_copy import update

FIRST_LESSON = "00-start-here.ipynb"
COPY = "wslearn-notebooks"
"""The folder, below the one where the command runs, that holds the student's own copy."""

PACKAGE = Path(__file__).resolve().parent.parent
CONFIG = PACKAGE / "course" / "jupyter"
"""Settings for JupyterLab: no question about news on the first start, and pages are for reading."""

LOOPBACK = "127.0.0.1"
START_TIMEOUT = 60
"""How long JupyterLab may take to answer, in seconds."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "--lesson", metavar="NN", default="00", help="the lesson to open first, such as 04"
    )
    parser.add_argument("--port", type=int, default=8888, help="the first port to try (8888)")
    parser.add_argument(
        "--in",
        dest="folder",
        type=Path,
        default=Path(COPY),
        metavar="FOLDER",
        help=f"where your copy of the lessons is kept ({COPY}, here)",
    )
    parser.add_argument("--no-browser", action="store_true", help="only print where the course is")


def run(arguments: Namespace) -> int:
    """Serve the course until Ctrl+C; return the exit status."""
    if find_spec("jupyterlab") is None:
        return say("JupyterLab is missing. Install it with: pip install 'wslearn[course]'")
    if not 1 <= arguments.port <= 65_535:
        return say(f"Expected a port from 1 to 65535, got {arguments.port}.")
    folder = arguments.folder.resolve()
    try:
        kept = update(lessons_folder(), folder)
    except FileNotFoundError as problem:
        return say(str(problem))
    except OSError as problem:
        return say(f"Expected a folder to write in, got {folder}: {problem.strerror}. See --in.")
    lesson = find_lesson(folder, arguments.lesson)
    if lesson is None:
        lessons = ", ".join(sorted(path.name[:2] for path in folder.glob("[0-9][0-9]-*.ipynb")))
        return say(f"Expected one of the lessons {lessons}, got {arguments.lesson}.")
    for name in kept:
        print(f"  {name} has been renewed; yours was kept. Rename yours to get the new one.")
    port = free_port(arguments.port)
    token = secrets.token_hex(16)
    address = f"http://{LOOPBACK}:{port}/lab/tree/{lesson.name}?token={token}"
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # a closed terminal ends the course as well
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)
    # The logs of Jupyter and its kernels are for the day when something fails, not for a student.
    with tempfile.TemporaryFile() as log:
        return serve(start_server(folder, port, token, log), port, address, folder, log, arguments)


def serve(
    server: subprocess.Popen[bytes],
    port: int,
    address: str,
    folder: Path,
    log: BinaryIO,
    arguments: Namespace,
) -> int:
    """Wait for the server, say where it is, and stay until it ends or Ctrl+C; return the exit
    status."""
    try:
        if not wait_until_it_answers(server, port):
            stop(server)
            log.seek(0)
            sys.stderr.write(log.read().decode(errors="replace"))
            return say("JupyterLab did not start; its own message is above.")
        opened = False if arguments.no_browser else open_browser(address)
        announce(address, folder, opened=opened)
        return server.wait()
    except KeyboardInterrupt:
        print("\nThe course is closed. Your notebooks are saved as you left them.")
        return 0
    finally:
        stop(server)


def say(problem: str) -> int:
    """One sentence on the error stream, and the exit status that goes with it."""
    print(f"wslearn: {problem}", file=sys.stderr)
    return 2


def announce(address: str, folder: Path, *, opened: bool) -> None:
    """Where the course is, and what to do when no browser opens."""
    print(f"\n  The course is open at   {address}")
    print(f"  Your notebooks are in   {folder}\n")
    if not opened:
        print("  No browser was opened. Copy the address above into one on this computer.")
    else:
        print("  No page in sight? Copy the address above into a browser on this computer.")
    print("  Ctrl+C here closes the course.\n", flush=True)


def lessons_folder() -> Path:
    """The folder with the lessons as they are stored: the clone's, or the installed wheel's.

    Raises :class:`FileNotFoundError` with one sentence where there is neither.
    """
    places = (PACKAGE.parent / "notebooks", Path(sys.prefix) / "share" / "wslearn" / "notebooks")
    for place in places:
        if (place / FIRST_LESSON).is_file():
            return place
    raise FileNotFoundError(
        f"Expected the notebooks in {places[0]} or {places[1]}, found them in neither. "
        "Clone the project, or install it again."
    )


def find_lesson(folder: Path, number: str) -> Path | None:
    """The notebook of the lesson with this number, such as ``04`` or ``4``."""
    return next(iter(sorted(folder.glob(f"{number.zfill(2)[:2]}-*.ipynb"))), None)


def free_port(first: int) -> int:
    """The first port, from ``first`` on, that nobody is listening on."""
    for port in range(first, min(first + 100, 65_536)):
        with socket.socket() as probe:
            # The way a server would: a port whose last owner has just gone counts as free.
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return port
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def start_server(folder: Path, port: int, token: str, log: BinaryIO) -> subprocess.Popen[bytes]:
    """JupyterLab as a process of its own, quiet, on loopback, with our token."""
    config_path = os.pathsep.join(
        filter(None, (str(CONFIG), os.environ.get("JUPYTER_CONFIG_PATH")))
    )
    command = [sys.executable, "-m", "wslearn.apps.lab_server", "--no-browser", "--log-level=ERROR"]
    command += [f"--ServerApp.ip={LOOPBACK}", f"--ServerApp.port={port}"]
    command += ["--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder}"]
    # Tabs that are open in some other JupyterLab of the same person stay there.
    command += [f"--LabApp.workspaces_dir={folder / '.workspaces'}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    # A process group of its own: Ctrl+C reaches only us, and Jupyter asks nothing back.
    return subprocess.Popen(
        command,
        env={**os.environ, "JUPYTER_TOKEN": token, "JUPYTER_CONFIG_PATH": config_path},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=os.name == "posix",
    )


def wait_until_it_answers(server: subprocess.Popen[bytes], port: int) -> bool:
    """Whether the server answers before it ends or the time runs out."""
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline and server.poll() is None:
        connection = HTTPConnection(LOOPBACK, port, timeout=2)
        try:
            connection.request("GET", "/api")
            return connection.getresponse().status == HTTPStatus.OK
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    return False


def open_browser(address: str) -> bool:
    """Try to show the address; returns whether some browser took it."""
    try:
        return webbrowser.open(address)
    except webbrowser.Error:
        return False


def stop(server: subprocess.Popen[bytes]) -> None:
    """End the server and its kernels, and wait for it."""
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
