"""Record the captures in ``captures/``: a real client and a real server, on a real network card.

    sudo python -m tests.tools.record_capture

``websockets`` talks to itself over the loopback interface while tcpdump records; permessage-deflate
is on. The pcap is as tcpdump wrote it; the pcapng holds the same packets, as Wireshark would save
them. The tests read both, and compare them with what was really said (the names below). Anyone may
record them anew; then ports, times and masking-keys differ.
"""

import asyncio
import contextlib
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import websockets

from tests.support.places import CAPTURES

HERE = CAPTURES
TEXTS = ["Hello", "Hello", "κόσμε " * 40]
FRAGMENTS = ["one ", "message, ", "three frames"]
BINARY = bytes(range(256)) * 3
REASON = "that was all"


async def talk(port: int) -> None:
    """A client's part: texts, fragments, bytes, a ping, a Close."""
    async with websockets.connect(
        f"ws://127.0.0.1:{port}/chat", origin="http://127.0.0.1"
    ) as client:
        for text in TEXTS:
            await client.send(text)
            assert await client.recv() == text
        await client.send(FRAGMENTS)
        assert await client.recv() == "".join(FRAGMENTS)
        await client.send(BINARY)
        assert await client.recv() == BINARY
        await (await client.ping(b"there?"))
        await client.close(1000, REASON)


async def record(path: Path) -> None:
    """Run tcpdump beside a server and a client."""

    async def echo(connection: websockets.ServerConnection) -> None:
        with contextlib.suppress(websockets.ConnectionClosed):
            async for message in connection:
                await connection.send(message)

    async with websockets.serve(echo, "127.0.0.1", 0, ping_interval=None) as server:
        port = server.sockets[0].getsockname()[1]
        # At once, because buffered packets are lost when tcpdump is ended.
        options = ["-i", "lo", "-s", "0", "-U", "--immediate-mode", "-Z", "root", "-w", str(path)]
        command = ["tcpdump", *options, "tcp", "port", str(port)]
        dump = await asyncio.create_subprocess_exec(*command, stderr=subprocess.PIPE)
        try:
            line = await asyncio.wait_for(dump.stderr.readline(), 10)
            while b"listening on" not in line:
                assert line, "tcpdump ended"
                line = await asyncio.wait_for(dump.stderr.readline(), 10)
            await talk(port)
            await asyncio.sleep(0.5)
        finally:
            with contextlib.suppress(ProcessLookupError):
                dump.terminate()
            await dump.wait()


def as_pcapng(data: bytes) -> bytes:
    """The packets of a pcap as a pcapng: a section, one interface, enhanced packet blocks."""
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    snap_length, link = struct.unpack(order + "II", data[16:24])

    def block(kind: int, body: bytes) -> bytes:
        body += bytes(-len(body) % 4)
        size = struct.pack("<I", len(body) + 12)
        return struct.pack("<I", kind) + size + body + size

    blocks = [
        block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)),
        block(1, struct.pack("<HHI", link, 0, snap_length)),
    ]
    at = 24
    while at < len(data):
        seconds, micros, kept, size = struct.unpack(order + "IIII", data[at : at + 16])
        packet = data[at + 16 : at + 16 + kept]
        units = seconds * 1_000_000 + micros
        header = struct.pack("<IIIII", 0, units >> 32, units & 0xFFFFFFFF, kept, size)
        blocks.append(block(6, header + packet))
        at += 16 + kept
    return b"".join(blocks)


def main() -> int:
    if shutil.which("tcpdump") is None or os.geteuid() != 0:
        print("Expected tcpdump and the right to use it; install it and run this as root.")
        return 2
    HERE.mkdir(exist_ok=True)
    path = HERE / "loopback.pcap"
    asyncio.run(record(path))
    (HERE / "loopback.pcapng").write_bytes(as_pcapng(path.read_bytes()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
