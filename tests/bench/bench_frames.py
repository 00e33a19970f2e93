"""Parse and build frames: wslearn against websockets (with its C extension) and wsproto.

    python tests/bench/bench_frames.py

Each line is one paired run: microseconds a frame for us and for them, the median ratio (above 1: we
are faster), and the middle half of the ratios. All read masked binary frames as a server does,
through a parser that keeps its state from call to call, and build them as a client does, with a
fresh key from the operating system each time.
"""

import os
import sys
from collections.abc import Callable

import websockets.frames
import websockets.speedups  # its C extension: without it this would flatter us
import wsproto.frame_protocol
from paired import compare
from websockets.streams import StreamReader

from wslearn.protocol.codes import Opcode
from wslearn.protocol.frame import Frame
from wslearn.protocol.parser import FrameParser

SIZES = [0, 16, 125, 1024, 16 * 1024, 1024 * 1024]
KEY = bytes.fromhex("37fa213d")


def parse_ours(data: bytes) -> Callable[[], object]:
    parser = FrameParser("server")
    return lambda: parser.feed(data)


def parse_websockets(data: bytes) -> Callable[[], object]:
    reader = StreamReader()

    def parse() -> object:
        reader.feed_data(data)
        reading = websockets.frames.Frame.parse(reader.read_exact, mask=True)
        try:
            next(reading)
        except StopIteration as read:
            return read.value
        raise AssertionError("a whole frame was fed")

    return parse


def parse_wsproto(data: bytes) -> Callable[[], object]:
    protocol = wsproto.frame_protocol.FrameProtocol(False, [])

    def parse() -> object:
        protocol.receive_bytes(data)
        return list(protocol.received_frames())

    return parse


def build_ours(payload: bytes) -> Callable[[], object]:
    return lambda: Frame(Opcode.BINARY, payload).encode(mask_key=os.urandom(4))


def build_websockets(payload: bytes) -> Callable[[], object]:
    binary = websockets.frames.Opcode.BINARY
    return lambda: websockets.frames.Frame(binary, payload).serialize(mask=True)


def build_wsproto(payload: bytes) -> Callable[[], object]:
    protocol = wsproto.frame_protocol.FrameProtocol(True, [])
    return lambda: protocol.send_data(payload)


def main() -> None:
    """Print one table for parsing and one for building."""
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} processors")
    for name, ours, others in (
        ("parse", parse_ours, {"websockets": parse_websockets, "wsproto": parse_wsproto}),
        ("build", build_ours, {"websockets": build_websockets, "wsproto": build_wsproto}),
    ):
        print(f"\n{name:6} {'against':11} {'bytes':>8} {'ours us':>10} {'theirs us':>10}   ratio")
        for against, theirs in others.items():
            for size in SIZES:
                payload = os.urandom(size)
                given = Frame.binary(payload).encode(mask_key=KEY) if name == "parse" else payload
                print(f"{name:6} {against:11} {size:8}", compare(ours(given), theirs(given)))


if __name__ == "__main__":
    main()
