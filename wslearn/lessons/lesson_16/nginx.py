"""A private nginx in front of a server on this computer, for as long as an ``async with`` lasts.

1. It listens on a free port of 127.0.0.1, and all of its files are in a folder that goes with it.
2. It stays in the foreground, and a shell holds it. The shell waits for the end of a pipe, which
   comes when we are done, or when this process is killed; then it ends nginx and the folder.
3. It asks for no rights. (nginx that is started by root gives them up in its workers.)
"""

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

from wslearn.protocol.errors import NetworkError

HOST = "127.0.0.1"
PATIENCE = 20.0
"""Seconds that nginx may take to start, to reload or to end."""

HELD = '"$@" & read -r _; kill "$!"; wait "$!"; rm -rf "$FOLDER"'
"""The shell's program: its arguments are the command that it holds."""

OLD, NEW = "proxy_http_version 1.0;", "proxy_http_version 1.1;"
"""How nginx speaks to servers when it is told nothing: before version 1.29.7, and since then
(https://blog.nginx.org/blog/keep-alive-to-upstreams-is-now-default-in-nginx-1-29-7)."""

FOR_WEBSOCKETS = (
    NEW,
    "proxy_set_header Upgrade $http_upgrade;",
    'proxy_set_header Connection "upgrade";',
)
"""What nginx has to be told to pass the opening handshake on (RFC 6455 §4.1): Upgrade and
Connection are only for the next hop, so a proxy drops them (RFC 9110 §7.6.1)."""

WAYS = {"/": FOR_WEBSOCKETS, "/old": (OLD,), "/new": (NEW,)}
"""Paths, and what nginx is told for each of them besides the server and the time-out."""

SETTINGS = """\
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/errors info;
{more}
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen {host}:{port};
{locations}
    }}
}}
"""


def find_nginx() -> str | None:
    """The program, or None: not installed, or a system without the shell that holds it.

    Some systems keep it where only root's PATH leads.
    """
    if os.name != "posix" or shutil.which("sh") is None:
        return None
    places = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
    return shutil.which("nginx", path=places)


def location(path: str, target: str, idle_seconds: int) -> str:
    """The lines of nginx's settings about one path.

    >>> print(location("/new", "127.0.0.1:8765", 60))
    location /new {
        proxy_pass http://127.0.0.1:8765;
        proxy_read_timeout 60s;
        proxy_http_version 1.1;
    }
    """
    lines = (f"proxy_pass http://{target};", f"proxy_read_timeout {idle_seconds}s;", *WAYS[path])
    return "\n".join((f"location {path} {{", *(f"    {line}" for line in lines), "}"))


class Nginx:
    """nginx in front of the server at ``target``, such as ``127.0.0.1:8765``; use it in ``async
    with``.

    ``idle_seconds``  its time-out for reading (whole seconds)
    ``more``          further settings, for all of nginx
    ``url``           where to connect, once it runs; the paths are those of :data:`WAYS`

    Raises :class:`NetworkError` where there is no nginx, or it does not start.
    """

    def __init__(self, target: str, idle_seconds: int, more: str = "") -> None:
        self.target, self.idle_seconds, self.more = target, idle_seconds, more
        self.url = ""
        self._folder = Path()
        self._shell: subprocess.Popen[bytes] | None = None

    async def __aenter__(self) -> Self:
        program = find_nginx()
        if program is None:
            raise NetworkError("Expected an nginx on this computer, got none.")
        self._program = program
        self._folder = Path(tempfile.mkdtemp(prefix="wslearn-nginx-"))
        with socket.create_server((HOST, 0)) as free:
            port = free.getsockname()[1]
        locations = "\n".join(location(path, self.target, self.idle_seconds) for path in WAYS)
        settings = SETTINGS.format(
            folder=self._folder, more=self.more, host=HOST, port=port, locations=locations
        )
        (self._folder / "settings").write_text(settings, encoding="utf-8")
        try:
            self._shell = subprocess.Popen(
                ["sh", "-c", HELD, "sh", *self._command()],
                env=os.environ | {"FOLDER": str(self._folder)},
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # an interrupt of the kernel is not meant for it
            )
            await self._until((self._folder / "pid").exists)  # it listens before it writes that
        except BaseException:
            await self.__aexit__()
            raise
        self.url = f"ws://{HOST}:{port}/"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._shell is not None:
            await asyncio.to_thread(_end, self._shell)
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def version(self) -> str:
        """Its name and version, such as ``nginx 1.22.1``."""
        found = re.search(r"#\d+: (\w+)/(\S+)$", self._log(), re.MULTILINE)
        return " ".join(found.groups()) if found else "nginx"

    @property
    def said(self) -> list[str]:
        """What its error log says about connections: level and words, without time and addresses.

        Its usual level is ``error``. Here it also notes what it calls ``info``.
        """
        found = re.findall(r"(\[\w+\]) \d+#\d+: \*\d+ ([^,\n]+)", self._log())
        return [f"{level} {words}" for level, words in found]

    async def reload(self) -> None:
        """``nginx -s reload``; returns once a worker with the new settings has taken over."""
        before = self._log().count("gracefully shutting down")
        command = [*self._command(), "-s", "reload"]
        await asyncio.to_thread(
            subprocess.run, command, check=True, capture_output=True, timeout=PATIENCE
        )
        await self._until(lambda: self._log().count("gracefully shutting down") > before)

    def _command(self) -> list[str]:
        errors, settings = self._folder / "errors", self._folder / "settings"
        return [self._program, "-e", str(errors), "-p", str(self._folder), "-c", str(settings)]

    def _log(self) -> str:
        try:
            return (self._folder / "errors").read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""

    async def _until(self, done: Callable[[], bool]) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                while not done():
                    if problem := re.search(r"\[emerg\] .*", self._log()):
                        raise NetworkError(f"Expected an nginx that runs, got: {problem[0]}.")
                    await asyncio.sleep(0.02)
        except TimeoutError:
            late = f"Expected news of nginx in {PATIENCE:g} seconds, got none."
            raise NetworkError(late) from None


def _end(shell: subprocess.Popen[bytes]) -> None:
    """Let go of the pipe, and see that the shell and nginx end."""
    assert shell.stdin is not None
    with suppress(OSError):
        shell.stdin.close()
    try:
        shell.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(shell.pid, signal.SIGKILL)
        shell.wait()
