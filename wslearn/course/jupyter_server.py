"""The Jupyter server that the reader's own page talks to, or a private one where there is none.

JupyterLab's page is a WebSocket client. Its server is found by three things that Jupyter itself
writes down: the name of the kernel's connection file holds the kernel's id, each running server
leaves a small file with its address and its token, and the server says which kernels it runs.

1. A token allows everything that its owner may do. It is sent to 127.0.0.1 only, to the server that
   wrote it down, and :meth:`JupyterServer.masked` takes it out of what is shown.
2. Where no server of this person runs this kernel (a test, VS Code, Voila, a hub), a private one is
   started on a free port of 127.0.0.1, with a kernel of its own. It ends with this program.
"""

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from wslearn.net.background import NO_THREADS
from wslearn.protocol.accept import encode_key
from wslearn.protocol.client_handshake import client_request
from wslearn.protocol.errors import NetworkError

from .waiting import waiting

HOST = "127.0.0.1"
PATIENCE = 5.0
"""Seconds that one answer of a running server may take."""

START_SECONDS = 40.0
"""Seconds for a private server to start, and after which no other kernel of it is tried."""

KERNEL_SECONDS = 20.0
"""Seconds that the kernel of a private server may take to answer, before another is tried."""

EVERY_ADDRESS = {"", "*", "0.0.0.0", "::"}
LOOPBACK = {"localhost", "127.0.0.1"}


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class JupyterServer:
    """A Jupyter server and one of its kernels.

    ``port``    where it listens on 127.0.0.1
    ``token``   what proves that we may use it: never show it
    ``kernel``  the id of the kernel
    ``base``    the path that everything is under, ``/`` as a rule
    ``own``     whether this is the server of the page, and its kernel the one that runs this code
    """

    port: int
    token: str = field(repr=False)
    kernel: str
    base: str = "/"
    own: bool = True
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def channels(self) -> str:
        """The resource of the kernel's WebSocket; each call names a new session.

        Jupyter tells clients apart by the session's name: two that share one get in each other's
        way.
        """
        return f"{self.base}api/kernels/{self.kernel}/channels?session_id={secrets.token_hex(8)}"

    @property
    def url(self) -> str:
        """The URI of the kernel's WebSocket, without the token."""
        return f"ws://{HOST}:{self.port}{self.channels}"

    @property
    def login(self) -> tuple[str, str]:
        """The header that proves who asks, as a name and a value."""
        return "Authorization", f"token {self.token}"

    def ask(self, path: str, method: str = "GET", body: object = None) -> Any:
        """One request to its REST API; the JSON of the answer, None where there is none.

        Raises :class:`NetworkError` where no answer comes, or one that is not a success.
        """
        return _ask(self.port, f"{self.base}{path}", self.login, method, body)

    def masked(self, text: object) -> str:
        """A text without what is secret, and without what differs from run to run."""
        shown = str(text).replace(self.token, "<token>").replace(self.kernel, "<kernel>")
        shown = shown.replace(f"{HOST}:{self.port}", f"{HOST}:<port>")
        before, name, after = shown.partition("session_id=")
        return f"{before}{name}<session>{after[16:]}" if name else shown

    def stop(self) -> None:
        """End a private server; the server of the page goes on."""
        if self.process is not None:
            _end(self.process)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return "<Jupyter, the server of this page>" if self.own else "<Jupyter, a private server>"


_kept: JupyterServer | None = None
"""The private server that :func:`find_server` has started, for the next call."""


def find_server() -> JupyterServer:
    """The server of the page that shows this notebook; a private one where there is none.

    Raises :class:`NetworkError` where there is neither.
    """
    global _kept  # noqa: PLW0603 (a cell that is run twice gets the same private server)
    if (own := own_server()) is not None:
        return own
    if _kept is None or _kept.process is None or _kept.process.poll() is not None:
        _kept = private_server()
    return _kept


def own_server() -> JupyterServer | None:
    """The server that runs the kernel which runs this code; None where none can be found."""
    kernel = own_kernel()
    if kernel is None:
        return None
    for written in running_servers():
        port, base, token = written.get("port"), written.get("base_url"), written.get("token")
        name = written.get("hostname")
        plain = urlsplit(str(written.get("url"))).scheme == "http" and not written.get("sock")
        here = name in LOOPBACK or name in EVERY_ADDRESS
        if not (plain and here and isinstance(port, int) and isinstance(base, str) and token):
            continue
        server = JupyterServer(port, str(token), kernel, base)
        try:
            server.ask(f"api/kernels/{kernel}")
        except NetworkError:
            continue  # another server, or one that is gone
        return server
    return None


def own_kernel() -> str | None:
    """The id of the kernel that runs this code; None outside a kernel."""
    if find_spec("ipykernel") is None:
        return None
    from ipykernel.connect import get_connection_file

    try:
        name = Path(get_connection_file()).stem
    except RuntimeError:  # there is no kernel
        return None
    return name.removeprefix("kernel-")


def running_servers() -> Iterator[Mapping[str, Any]]:
    """What each Jupyter server of this person has written down about itself."""
    if find_spec("jupyter_server") is None:
        return
    from jupyter_server.serverapp import list_running_servers

    yield from list_running_servers()


def private_server(*, compress: bool = False, ping_seconds: float | None = None) -> JupyterServer:
    """A Jupyter server of our own with one kernel, on a free port; it ends with this program.

    ``compress``      whether it agrees to permessage-deflate (RFC 7692); as a rule Jupyter does not
    ``ping_seconds``  the time between its pings; None: Jupyter's own, which is half a minute

    Raises :class:`NetworkError` where it cannot run, or does not answer in time.
    """
    if sys.platform == "emscripten":
        raise NetworkError(NO_THREADS)
    if find_spec("jupyter_server") is None:
        raise NetworkError("Expected a Jupyter server; install one: pip install 'wslearn[course]'.")
    token, port = secrets.token_hex(24), _free_port()
    options = [f"--ServerApp.ip={HOST}", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    options += ["--ServerApp.open_browser=False", "--ServerApp.terminals_enabled=False"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--ServerApp.allow_root=True")
    if compress:
        options.append("--ServerApp.websocket_compression_options={}")
    if ping_seconds is not None:
        every = round(ping_seconds * 1000)  # in milliseconds
        options.append(f"--ServerApp.tornado_settings={{'ws_ping_interval': {every}}}")
    with tempfile.TemporaryFile() as log, waiting("Starting a private Jupyter server"):
        process = subprocess.Popen(
            [sys.executable, "-m", f"{__package__}.private_jupyter", *options],
            # The token comes in a variable: other users of the machine can read a command line.
            env=_plain_environment() | {"JUPYTER_TOKEN": token},
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=os.name == "posix",  # an interrupt is meant for us only
        )
        try:
            kernel = _wait_for_a_kernel(process, port, ("Authorization", f"token {token}"))
            if kernel is None:
                log.seek(0)
                said = log.read().decode(errors="replace").strip().rpartition("\n")[2]
                what = "a private Jupyter server and its kernel to start"
                raise NetworkError(f"Expected {what}, got: {said}")
        except BaseException:
            _end(process)
            raise
    server = JupyterServer(port, token, kernel, own=False, process=process)
    weakref.finalize(server, _end, process)
    return server


def _plain_environment() -> dict[str, str]:
    """The environment without what a kernel or a test was told by whoever started it."""
    told = ("JPY_", "JUPYTER_", "PYTEST_")
    return {name: value for name, value in os.environ.items() if not name.startswith(told)}


def _wait_for_a_kernel(
    process: "subprocess.Popen[bytes]", port: int, login: tuple[str, str]
) -> str | None:
    """The id of a kernel of the new server that answers; None if none does in time."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            _ask(port, "/api/status", login)
        except NetworkError:
            time.sleep(0.05)
            continue
        kernel = _ask(port, "/api/kernels", login, "POST", {}, patience=START_SECONDS)
        path = f"/api/kernels/{kernel['id']}"
        if _opens(port, f"{path}/channels", login):
            return str(kernel["id"])
        # It will not come any more: another program may have taken a port that was meant for it.
        _ask(port, path, login, "DELETE", patience=START_SECONDS)
    return None


def _opens(port: int, path: str, login: tuple[str, str]) -> bool:
    """Whether a kernel's WebSocket opens in time; Jupyter lets it wait until the kernel answers."""
    connection = HTTPConnection(HOST, port, timeout=KERNEL_SECONDS)
    key = encode_key(os.urandom(16))
    request = client_request(f"ws://{HOST}:{port}{path}", key, headers=[login])
    try:
        connection.request("GET", path, headers=dict(request.headers))
        return connection.getresponse().status == 101
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _ask(
    port: int,
    path: str,
    login: tuple[str, str],
    method: str = "GET",
    body: object = None,
    patience: float = PATIENCE,
) -> Any:
    connection = HTTPConnection(HOST, port, timeout=patience)
    try:
        data = None if body is None else json.dumps(body).encode()
        connection.request(method, path, data, dict([login]))
        answer = connection.getresponse()
        content = answer.read()
    except (OSError, HTTPException) as problem:
        what = type(problem).__name__
        said = f"Expected an answer from Jupyter on port {port}, got: {what}."
        raise NetworkError(said) from None
    finally:
        connection.close()
    if not 200 <= answer.status < 300:
        raise NetworkError(f"Expected Jupyter to agree, got the status {answer.status}.")
    return json.loads(content) if content.strip() else None


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a private server and its kernel: it goes when its standard input does."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(PATIENCE)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
