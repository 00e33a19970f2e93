"""The vectors that concern a server, put to a step of the server, one connection for each.

``vectors.json`` holds them as ``tests/tools/vectors_for_servers.py`` takes them from the project's
own collection: masked frames and requests, and for each what a server that echoes has to answer.
"""

import json
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from wslearn.draw.table import Table, table
from wslearn.protocol.codes import Opcode

from .running import RunningServer
from .visit import answer_to, answers, each_frame, request

FILE = files(__package__) / "vectors.json"


@dataclass(frozen=True, slots=True)
class Vector:
    """One vector: ``sent`` by a client, and the ``answer`` of a server that echoes.

    An answer lists frames: opcode and payload in hex, of a Close only the code. For a request it is
    one number, or several where the RFC leaves a choice: the status.
    """

    group: str
    name: str
    sent: bytes
    answer: tuple[str, ...]

    @property
    def is_request(self) -> bool:
        """Whether it is about the opening handshake."""
        return self.group == "requests"


@cache
def vectors() -> tuple[Vector, ...]:
    """Every vector for a server."""
    return tuple(
        Vector(one["group"], one["name"], bytes.fromhex(one["sent"]), tuple(one["answer"]))
        for one in json.loads(FILE.read_text(encoding="utf-8"))
    )


def answer_of(server: RunningServer, vector: Vector) -> tuple[str, ...]:
    """What the server answers, in the words of the vector."""
    if vector.is_request:
        reply, _ = answer_to(server.port, vector.sent)
        return tuple(reply[9:12].decode("latin-1").split())
    _, data = answer_to(server.port, request(), vector.sent)
    return tuple(in_words(data))


def in_words(data: bytes) -> list[str]:
    """Frames of a server as a vector writes them: opcode and payload, of a Close the code."""
    words: list[str] = []
    for found in each_frame(data, "client"):
        if found.frame is None:
            return [*words, "cut"]
        payload = found.payload
        is_close = found.frame.opcode == Opcode.CLOSE
        shown = str(int.from_bytes(payload[:2], "big")) if is_close else payload.hex()
        words.append(f"{int(found.frame.opcode)} {shown}")
    return words


def right(vector: Vector, answer: tuple[str, ...]) -> bool:
    """Whether an answer is what the vector asks for."""
    if vector.is_request:
        return len(answer) == 1 and answer[0] in vector.answer
    return answer == vector.answer


def judge(step: int) -> Table:
    """Put every vector to the server of a step: how many of each kind it answers as it must.

    Raises :class:`~wslearn.protocol.errors.NetworkError` where no server can run.
    """
    came, good = Counter[str](), Counter[str]()
    server = RunningServer(step)
    try:
        for vector in vectors():
            if not answers(server.port):  # it died of the vector before
                server.stop()
                server = RunningServer(step)
            came[vector.group] += 1
            good[vector.group] += right(vector, answer_of(server, vector))
    finally:
        server.stop()
    rows = [(group, good[group], came[group]) for group in came]
    return table(
        ("vectors", "answered as they must be", "of"),
        [*rows, ("together", good.total(), came.total())],
    )
