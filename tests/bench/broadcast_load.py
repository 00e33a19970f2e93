"""A broadcast to many clients, one of which reads nothing: do the others notice?

    python -m tests.bench.broadcast_load [--clients 2000] [--slow drop] [--pairs 5]

The clients run in a separate process. The server keeps sending the time to all of them, and each
says how late it came. Each pair is a run without and a run with a stalled client; the second's p99
is divided by the first's. Memory is what the server's process has (RSS).
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import time

from tests.bench.many_connections import raise_the_limit, resident
from tests.support.peers import Raw
from wslearn.net.broadcast import POLICIES, broadcast
from wslearn.net.client import connect
from wslearn.net.limits import Limits
from wslearn.net.server import serve
from wslearn.net.websocket import WebSocket

ROUNDS = 20
WARM_UP = 3
"""The first messages, which meet clients that have just begun, are not counted."""

SIZE = 2**14
"""Bytes of each message: more than the system takes for the stalled one in all rounds."""

PACE = 1.5
"""Seconds between two messages."""

LONG = Limits(open_seconds=300, ping_seconds=None)


async def clients(url: str, count: int) -> None:
    """Connect, then report for each message how many milliseconds it took to arrive."""
    sockets = [await connect(url, limits=LONG) for _ in range(count)]
    print("ready", flush=True)

    async def listen(socket: WebSocket) -> list[float]:
        return [
            (time.monotonic() - float(str(message).split()[0])) * 1000 async for message in socket
        ]

    for late in await asyncio.gather(*map(listen, sockets)):
        print(" ".join(f"{each:.3f}" for each in late), flush=True)


async def one_run(count: int, slow: str, *, stalled: bool) -> tuple[float, int, str]:
    """One run: the p99 in milliseconds, how much the server grew in bytes, and the broadcast."""

    async def wait(socket: WebSocket) -> None:
        await socket.wait_closed()

    limits = Limits(connections=count + 10, ping_seconds=None)
    async with await serve(wait, limits=limits) as server:
        command = [
            sys.executable,
            "-m",
            __spec__.name,
            "--connect",
            server.url,
            "--clients",
            str(count),
        ]
        child = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
        assert child.stdout is not None
        await child.stdout.readline()
        one = await Raw.open(server, buffer=4096) if stalled else None
        if one is not None:
            one.writer.transport.pause_reading()  # type: ignore[attr-defined]
        began, told = resident(os.getpid()), None
        for _ in range(ROUNDS):
            text = f"{time.monotonic()} ".ljust(SIZE)
            told = broadcast(server.connections, text, slow=slow)  # type: ignore[arg-type]
            await asyncio.sleep(PACE)
        grown = resident(os.getpid()) - began
        if one is not None:
            one.writer.transport.abort()
        await server.close()
        output = await child.stdout.read()
        await child.wait()
    lines = [line.split() for line in output.splitlines()]
    assert all(len(line) == ROUNDS for line in lines), "a client has missed a message"
    late = sorted(float(each) for line in lines for each in line[WARM_UP:])
    return late[len(late) * 99 // 100], grown, str(told)


async def main(count: int, slow: str, pairs: int) -> None:
    """Run without and with a stalled client in turn, and print the results."""
    ratios = []
    for _ in range(pairs):
        alone, _, _ = await one_run(count, slow, stalled=False)
        beside, grown, told = await one_run(count, slow, stalled=True)
        ratios.append(beside / alone)
        print(
            f"p99 {alone:7.1f} ms, beside a stalled one {beside:7.1f} ms, ratio {ratios[-1]:.2f}; "
            f"the server grew by {grown / 2**20:.1f} MiB; {told}",
            flush=True,
        )
    print(
        f"{count} clients, {slow}: the median of {pairs} ratios is {statistics.median(ratios):.2f}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=2000)
    parser.add_argument("--slow", choices=POLICIES, default="drop")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--connect", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    raise_the_limit()
    if chosen.connect:
        asyncio.run(clients(chosen.connect, chosen.clients))
    else:
        asyncio.run(main(chosen.clients, chosen.slow, chosen.pairs))
