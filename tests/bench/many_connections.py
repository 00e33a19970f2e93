"""Ten thousand idle clients: what does each cost, and is one more still served quickly?

    python tests/bench/many_connections.py [--clients 10000]

Server and clients are two processes, each with as many open files as the system allows. The clients
connect one after another, as RFC 6455 §4.1 asks of one program that connects to one address.
"""

import argparse
import asyncio
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from wslearn.net.client import connect
from wslearn.net.limits import Limits
from wslearn.net.server import serve
from wslearn.net.websocket import WebSocket

SPARE = 100
"""Files that a process has open beside its connections."""


def raise_the_limit() -> int:
    """Allow this process as many open files as it may have; returns the number."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def resident(process: int) -> int:
    """A process's memory in bytes (Linux)."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


async def echo(socket: WebSocket) -> None:
    """Send back what comes."""
    async for message in socket:
        await socket.send(message)


async def be_the_server() -> None:
    """Serve until standard input ends."""
    limits = Limits(connections=raise_the_limit() - SPARE)
    async with await serve(echo, limits=limits) as server:
        print(server.url, flush=True)
        await asyncio.to_thread(sys.stdin.read)


async def round_trips(url: str, count: int = 50) -> tuple[float, float]:
    """One client's opening handshake and the median of its round trips, in milliseconds."""
    began = time.perf_counter()
    async with await connect(url) as socket:
        opened = time.perf_counter() - began
        times = []
        for _ in range(count):
            began = time.perf_counter()
            await socket.send("Hello")
            await socket.recv()
            times.append(time.perf_counter() - began)
    return 1000 * opened, 1000 * statistics.median(times)


async def measure(clients: int) -> None:
    """Start the server, fill it, and print the figures."""
    allowed = raise_the_limit() - SPARE
    if clients > allowed:
        print(f"The system allows {allowed} connections.")
        clients = allowed
    server = subprocess.Popen(
        [sys.executable, __file__, "--server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        url = server.stdout.readline().strip()
        await round_trips(url)
        empty = [await round_trips(url) for _ in range(5)]
        rss = resident(server.pid), resident(os.getpid())
        began = time.perf_counter()
        sockets = [await connect(url) for _ in range(clients)]
        took = time.perf_counter() - began
        print(f"{clients} clients, opened in {took:.1f} s ({clients / took:.0f} a second)")
        for who, process, before in (
            ("server", server.pid, rss[0]),
            ("client", os.getpid(), rss[1]),
        ):
            each = (resident(process) - before) / clients / 1024
            print(f"memory of the {who} per client: {each:.1f} KiB")
        full = [await round_trips(url) for _ in range(5)]
        for name, seen in (("alone", empty), ("one more", full)):
            opened, trip = (statistics.median(column) for column in zip(*seen, strict=True))
            print(f"{name}: opened in {opened:.2f} ms, round trip {trip:.3f} ms")
        alive = sum(socket.ended is None for socket in sockets)
        print(f"still open: {alive}")
        for socket in sockets:
            socket.leave()
    finally:
        server.stdin.close()
        server.wait(60)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=10_000)
    parser.add_argument("--server", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    asyncio.run(be_the_server() if given.server else measure(given.clients))
