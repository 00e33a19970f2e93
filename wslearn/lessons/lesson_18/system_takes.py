"""How many bytes two operating systems hold between a writer and a reader that never reads."""

import select
import socket

PIECE = bytes(2**16)
MOST = 2**28
"""Bytes after which it stops, should a system take that many."""


def system_takes(wait: float = 0.2) -> int:
    """Connect two sockets of this machine and write until there is no more room, in bytes.

    There is no more room when the writer could not go on for ``wait`` seconds.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        writer = socket.create_connection(listening.getsockname())
        reader, _ = listening.accept()
    taken = 0
    with writer, reader:
        writer.setblocking(False)
        while taken < MOST and select.select([], [writer], [], wait)[1]:
            try:
                taken += writer.send(PIECE)
            except BlockingIOError:  # the room has gone meanwhile
                break
    return taken
