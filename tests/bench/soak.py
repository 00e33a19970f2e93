"""An hour's worth of frames in minutes, over loopback: is anything lost, and does memory grow?

    python tests/bench/soak.py [--seconds 240] [--clients 40] [--hostile 5] [--seed 1] [--trace]

Many clients send random messages to one echo server: text and binary, empty to a quarter of a
megabyte, whole and in fragments, with and without permessage-deflate, with Pings between them. Each
sends and receives at the same time, compares a checksum of all it sent with one of all it got back,
then closes and comes again. Among them are hostile ones, which flood, read nothing, send nonsense,
and vanish in every way; nobody else may notice.

Memory is measured after a warm-up and at the end, each time after garbage collection: the process's
RSS, and how many blocks Python holds or, with ``--trace``, how many bytes (tracemalloc, at a third
of the speed). The exit status is 1 if anything was lost or memory grew.
"""

import argparse
import asyncio
import gc
import hashlib
import os
import random
import socket as sockets
import struct
import sys
import time
import tracemalloc
from dataclasses import dataclass
from pathlib import Path

from wslearn.net.client import connect
from wslearn.net.limits import Limits
from wslearn.net.server import serve
from wslearn.net.websocket import WebSocket
from wslearn.protocol.deflate import Deflate
from wslearn.protocol.frame import Frame

PATIENT = Limits(open_seconds=120)
"""One event loop does the work of all, and clients of one program open one at a time (§4.1)."""

WARM_UP = 3.0
"""Seconds that the warm-up lasts at least: only then has everything reached its largest size."""

MOST_GROWTH = 16 * 2**20
"""Bytes by which the process may grow after its warm-up: the allocator's own unrest."""

MOST_HELD = 2**18
"""Bytes that Python may hold more than after the warm-up, once garbage is gone."""

MOST_BLOCKS = 2000
"""The same in blocks of memory, whatever their size: less than one for ten connections."""

AN_HOUR = 3600 * 60
"""Frames of an hour of a class: thirty browsers, each sends one and gets one every second."""

END = "that was all"

MASK = bytes.fromhex("37fa213d")
REQUEST = (
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
"""The opening handshake of a hostile client; the key is the RFC's own (§1.3)."""

TEXT = "κόσμε, the quick brown fox jumps over the lazy dog. " * 100


@dataclass
class Tally:
    """What has passed, as counted by the clients."""

    connections: int = 0
    messages: int = 0
    frames: int = 0
    bytes: int = 0
    lost: int = 0


async def echo(socket: WebSocket) -> None:
    """Send back what comes."""
    async for message in socket:
        await socket.send(message)


def some_message(draw: random.Random) -> str | bytes:
    """Often small, now and then large; half of them text."""
    size = int(2 ** (draw.uniform(0, 18) if draw.random() < 0.1 else draw.uniform(0, 10))) - 1
    if draw.random() < 0.5:
        return draw.randbytes(size) if draw.random() < 0.5 else bytes(size)
    start = draw.randrange(len(TEXT))
    return (TEXT[start:] + TEXT * (size // len(TEXT) + 1))[: size // 2]


def noted(message: str | bytes) -> bytes:
    """What goes into the checksum of a message: its kind, its length, and its content."""
    data = message.encode() if isinstance(message, str) else message
    return b"%s %d " % (type(message).__name__.encode(), len(data)) + data


async def one_client(url: str, draw: random.Random, until: float, tally: Tally) -> None:
    """Connect, exchange some messages, compare, close; repeat until the time is up."""
    while time.monotonic() < until:
        deflate = draw.choice([None, Deflate(), Deflate(no_context_takeover=True, window_bits=9)])
        sent, came = hashlib.sha256(), hashlib.sha256()
        async with await connect(url, deflate=deflate, limits=PATIENT) as socket:
            sending = asyncio.create_task(send_some(socket, draw, until, sent, tally))
            while (message := await socket.recv()) != END:
                came.update(noted(message))
                tally.messages += 1
                tally.frames += 1
                tally.bytes += 2 * len(message)
            await sending
        tally.connections += 1
        tally.frames += 2
        clean = socket.ended is not None and socket.ended.clean and socket.close_code == 1000
        if sent.digest() != came.digest() or not clean:
            tally.lost += 1


async def send_some(
    socket: WebSocket, draw: random.Random, until: float, sent: "hashlib._Hash", tally: Tally
) -> None:
    """Send some messages, then the last one, with a Ping now and then."""
    for _ in range(draw.randrange(1, 300)):
        if time.monotonic() > until:
            break
        message = some_message(draw)
        sent.update(noted(message))
        tally.frames += await send_in_parts(socket, message, draw)
        if draw.random() < 0.02:
            await socket.ping()
            tally.frames += 2
    await socket.send(END)


async def send_in_parts(socket: WebSocket, message: str | bytes, draw: random.Random) -> int:
    """Send a message, one in five in fragments; returns how many frames it took."""
    parts = draw.randrange(2, 6) if draw.random() < 0.2 else 1
    step = len(message) // parts + 1
    for number in range(parts):
        part = message[number * step : (number + 1) * step]
        await socket.send(part, fin=number == parts - 1)
    return parts


async def hostile_client(port: int, draw: random.Random, until: float) -> None:
    """Connect, misbehave, and vanish; repeat until the time is up."""
    while time.monotonic() < until:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(REQUEST[: draw.choice([1, 40, len(REQUEST), len(REQUEST), len(REQUEST)])])
        writer.write(
            draw.choice(
                [
                    Frame.text("x").encode(mask_key=MASK) * draw.randrange(5_000),
                    Frame.binary(bytes(2**18)).encode(mask_key=MASK) * draw.randrange(12),
                    Frame.ping(bytes(125)).encode(mask_key=MASK) * 2_000,
                    Frame.binary(b"").header(mask_key=MASK, length=2**19),
                    draw.randbytes(1_000),
                ]
            )
        )
        await asyncio.sleep(draw.uniform(0, 0.5))
        match draw.randrange(4):
            case 0:
                own = writer.get_extra_info("socket")
                own.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, struct.pack("ii", 1, 0))
            case 1:
                writer.write(Frame.close(1000).encode(mask_key=MASK))
                await asyncio.sleep(0.1)
            case 2:
                await asyncio.sleep(draw.uniform(0, 3))  # silent
            case _:
                pass
        writer.transport.abort()


def resident() -> int:
    """The process's memory in bytes (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def measured() -> tuple[int, int, int]:
    """Bytes that Python holds (0 if not traced), its blocks, and the process's memory in bytes."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0], sys.getallocatedblocks(), resident()


async def soak(seconds: float, clients: int, hostile: int, seed: int, *, trace: bool) -> int:
    """Run, print the figures, and return the exit status."""
    tally = Tally()
    # A hostile client may keep its place for a few seconds, and come again meanwhile.
    limits = Limits(connections=clients + 40 * hostile, write_seconds=5, open_seconds=5)
    async with await serve(echo, deflate=Deflate(), limits=limits) as server:

        async def for_a_while(span: float, seed: int) -> None:
            until = time.monotonic() + span
            await asyncio.gather(
                *(
                    one_client(server.url, random.Random(f"{seed} {n}"), until, tally)
                    for n in range(clients)
                ),
                *(
                    hostile_client(server.port, random.Random(f"hostile {seed} {n}"), until)
                    for n in range(hostile)
                ),
            )
            while server.connections:
                await asyncio.sleep(0.01)

        if trace:
            tracemalloc.start()
        await for_a_while(max(seconds * 0.2, WARM_UP), seed)
        held, blocks, rss = measured()
        began = time.monotonic()
        tally = Tally()
        await for_a_while(seconds * 0.8, seed + 1)
        took = time.monotonic() - began
        more_held, more_blocks, more_rss = (
            after - before for after, before in zip(measured(), (held, blocks, rss), strict=True)
        )
        tracemalloc.stop()
    print(f"{tally.connections} connections of {clients} clients in {took:.0f} s, seed {seed}")
    print(f"{hostile} hostile clients among them")
    print(f"{tally.messages} messages sent and returned, {tally.bytes / 2**20:.0f} MiB")
    print(f"{tally.frames} frames: {tally.frames / AN_HOUR:.2f} hours of a class")
    print(f"{tally.lost} connections lost anything or did not close cleanly")
    print(f"RSS {rss / 2**20:.1f} MiB after the warm-up, {more_rss / 2**20:+.2f} MiB since")
    print(f"Python's blocks {blocks} after the warm-up, {more_blocks:+d} since")
    if trace:
        print(f"Python's bytes {held / 1024:.0f} KiB after it, {more_held / 1024:+.1f} KiB since")
    grown = more_rss > MOST_GROWTH or more_held > MOST_HELD or more_blocks > MOST_BLOCKS
    return int(tally.lost > 0 or grown or not tally.messages)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=240)
    parser.add_argument("--clients", type=int, default=40)
    parser.add_argument("--hostile", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--trace", action="store_true")
    given = parser.parse_args()
    sys.exit(
        asyncio.run(
            soak(given.seconds, given.clients, given.hostile, given.seed, trace=given.trace)
        )
    )
