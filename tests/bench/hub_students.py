"""What a student costs on a JupyterHub: memory, seconds until the server is up, connections.

    python -m tests.bench.hub_students --students 20 --lesson 04 \\
        --proxy node_modules/.bin/configurable-http-proxy

It needs ``pip install jupyterhub`` beside the course, and ``npm install configurable-http-proxy``
in some folder. A real hub is started on free ports of 127.0.0.1, with its own proxy, in a temporary
folder. One after the other, students get their own servers; each opens a kernel through the hub's
proxy and runs all code cells of the lesson there. Then it measures:

* memory is the proportional set size (PSS, ``/proc/PID/smaps_rollup``): what processes share, such
  as the pages of Python itself, is divided among them. So the sum is what the machine has to have.
* start is the time from the request for a server to the moment the hub calls it ready, one at a
  time. On a busy machine, look at the CPU seconds instead.

Linux alone (it reads ``/proc``). Nothing here is a test: no figure is checked against a bound.
"""

import asyncio
import json
import os
import platform
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from argparse import ArgumentParser
from importlib.metadata import version
from pathlib import Path
from typing import Any

import wslearn as ws
from tests.support.peers import free_port
from tests.support.places import NOTEBOOKS
from wslearn.course.lessons import present
from wslearn.net.limits import Limits
from wslearn.net.websocket import WebSocket

PATIENT = Limits(open_seconds=60, message_size=2**26, waiting=1000, take_seconds=600)
START_SECONDS = 180

CONFIG = """
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.ConfigurableHTTPProxy.command = {proxy!r}
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r}
c.Spawner.cmd = {singleuser!r}
c.Spawner.args = ["--allow-root"]
c.Spawner.start_timeout = c.Spawner.http_timeout = {seconds}
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.services = [{{"name": "bench", "api_token": {token!r}}}]
c.JupyterHub.load_roles = [
    {{"name": "bench", "services": ["bench"],
      "scopes": ["admin:users", "admin:servers", "access:servers"]}}
]
c.JupyterHub.cleanup_servers = c.JupyterHub.cleanup_proxy = True
"""


class BenchHub:
    """A hub with its proxy, in its own folder; ``more`` settings may name its ``{port}``."""

    def __init__(self, folder: Path, proxy: Path, more: str = "") -> None:
        self.port, self.token = free_port(), secrets.token_hex(16)
        settings = folder / "jupyterhub_config.py"
        settings.write_text(
            CONFIG.format(
                port=self.port, hub_port=free_port(), proxy_port=free_port(), token=self.token,
                proxy=[str(proxy.resolve())], homes=f"{folder}/homes/{{username}}",
                singleuser=[sys.executable, "-m", "jupyterhub.singleuser"], seconds=START_SECONDS,
            )
            + more.replace("{port}", str(self.port))
        )  # fmt: skip
        with (folder / "hub.log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub", "-f", str(settings)],
                cwd=folder, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._wait_until_up(folder)

    def _wait_until_up(self, folder: Path) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                self.ask("GET", "/hub/api/")
            except OSError:
                time.sleep(0.2)
            else:
                return
        sys.exit(f"The hub did not start:\n{(folder / 'hub.log').read_text()[-2000:]}")

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """One request of the bench's service; returns the JSON of the answer."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {self.token}"},
        )
        with urllib.request.urlopen(request, timeout=START_SECONDS) as answer:
            content = answer.read()
        return json.loads(content) if content.strip() else None

    def start_server(self, name: str) -> float:
        """Start a student's server; returns the seconds until the hub calls it ready."""
        self.ask("POST", f"/hub/api/users/{name}")
        began = time.monotonic()
        self.ask("POST", f"/hub/api/users/{name}/server", {})
        while not self.ask("GET", f"/hub/api/users/{name}")["servers"][""]["ready"]:
            time.sleep(0.05)
        return time.monotonic() - began

    def process_of(self, name: str) -> int:
        """The process of a student's server."""
        return int(self.ask("GET", f"/hub/api/users/{name}")["servers"][""]["state"]["pid"])

    async def run_lesson(self, name: str, cells: list[str]) -> WebSocket:
        """Run code cells in a new kernel of this student; returns its open WebSocket."""
        kernel = self.ask("POST", f"/user/{name}/api/kernels", {})["id"]
        socket = await ws.connect(
            f"ws://127.0.0.1:{self.port}/user/{name}/api/kernels/{kernel}/channels",
            headers=[("Authorization", f"token {self.token}")],
            limits=PATIENT,
        )
        for source in cells:
            await _run(socket, source)
        return socket

    def stop(self) -> None:
        """End everything, the students' servers first."""
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, 9)


async def _run(socket: WebSocket, source: str) -> None:
    asked = secrets.token_hex(8)
    header = {"msg_id": asked, "msg_type": "execute_request", "session": "bench",
              "username": "", "date": "", "version": "5.3"}  # fmt: skip
    content = {"code": source, "silent": False, "store_history": False, "stop_on_error": False}
    message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {},
               "content": content}  # fmt: skip
    await socket.send(json.dumps(message))
    async for text in socket:
        said = json.loads(text)
        if said["msg_type"] == "execute_reply" and said["parent_header"].get("msg_id") == asked:
            return


# -- counting --------------------------------------------------------------------------------------


def tree_of(process: int) -> list[int]:
    """A process and all its descendants."""
    children = [
        int(child)
        for task in Path(f"/proc/{process}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
    return [process, *(one for child in children for one in tree_of(child))]


def mib(processes: list[int]) -> float:
    """Their memory together, in MiB of proportional set size."""
    total = 0
    for process in processes:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def cpu_seconds(processes: list[int]) -> float:
    """CPU seconds that they and the children they waited for have used."""
    ticks = 0
    for process in processes:
        after_name = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(map(int, after_name[11:15]))  # utime, stime, cutime, cstime
    return ticks / os.sysconf("SC_CLK_TCK")


def open_files(process: int) -> int:
    """How many files and connections a process has open."""
    return len(list(Path(f"/proc/{process}/fd").iterdir()))


def middle(values: list[float]) -> str:
    """The median and the maximum."""
    return f"{statistics.median(values):.1f} | {max(values):.1f}"


async def measure(students: int, lesson: str, proxy: Path) -> None:
    """Start everything, measure, and print a table in Markdown."""
    file = next(one.file for one in present(NOTEBOOKS) if one.number == lesson)
    notebook = json.loads((NOTEBOOKS / file).read_text(encoding="utf-8"))
    cells = ["".join(one["source"]) for one in notebook["cells"] if one["cell_type"] == "code"]
    with tempfile.TemporaryDirectory(prefix="wslearn-hub-") as folder:
        hub = BenchHub(Path(folder), proxy)
        try:
            names = [f"student{number}" for number in range(1, students + 1)]
            starts, used, servers = [], [], {}
            for name in names:
                starts.append(hub.start_server(name))
                servers[name] = hub.process_of(name)
                used.append(cpu_seconds(tree_of(servers[name])))
            idle = [mib(tree_of(process)) for process in servers.values()]
            node = next(
                one for one in tree_of(hub.process.pid)
                if b"configurable-http-proxy" in Path(f"/proc/{one}/cmdline").read_bytes()
            )  # fmt: skip
            before = open_files(node)
            sockets = [await hub.run_lesson(name, cells) for name in names]
            busy = [mib(tree_of(process)) for process in servers.values()]
            work = [cpu_seconds(tree_of(process)) for process in servers.values()]
            connections = (open_files(node) - before) / students
            await asyncio.gather(*(socket.close() for socket in sockets))
            rows = [
                ("seconds until a server is ready, one after another", middle(starts)),
                ("seconds of CPU that this took", middle(used)),
                (f"seconds of CPU with all of lesson {lesson}", middle(work)),
                ("MiB of a server without a kernel", middle(idle)),
                (f"MiB of a server and a kernel after lesson {lesson}", middle(busy)),
                ("MiB of the hub", f"{mib([hub.process.pid]):.1f} |"),
                (f"MiB of the proxy, with {students} kernels' WebSockets", f"{mib([node]):.1f} |"),
                ("open files of the proxy for each WebSocket", f"{connections:.1f} |"),
            ]
        finally:
            hub.stop()
    packages = ("jupyterhub", "jupyterlab", "jupyter-server-proxy", "ipykernel")
    told = ", ".join(f"{name} {version(name)}" for name in packages)
    load = os.getloadavg()[0]
    print(f"{students} students; {time.strftime('%Y-%m-%d')}; {os.cpu_count()} cores, ", end="")
    print(f"load {load:.0f}; Python {platform.python_version()}, {told}\n")
    print("| what | median | maximum |\n|---|---:|---:|")
    for what, figures in rows:
        print(f"| {what} | {figures} |")


def main() -> None:
    parser = ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--students", type=int, default=20)
    parser.add_argument("--lesson", default="04")
    parser.add_argument("--proxy", type=Path, required=True, help="configurable-http-proxy")
    arguments = parser.parse_args()
    asyncio.run(measure(arguments.students, arguments.lesson, arguments.proxy))


if __name__ == "__main__":
    main()
