"""The five parts of the server of lesson 09: the student's own where they work, ours elsewhere.

A server works only when all of its parts do. So that each step can be seen at work at once, a part
that is not solved yet is lent: ``parts.take_frame`` is the student's function if it has passed the
check of its exercise, and the solution's until then.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import FunctionType, SimpleNamespace
from typing import Any

from wslearn.checking.checker import SECONDS
from wslearn.checking.values import one_line
from wslearn.course.answers import judge
from wslearn.course.exercises import find
from wslearn.draw.table import Table, table
from wslearn.protocol.examples import SAMPLE_KEY

STEPS = {
    "answer_request": "09.1",
    "take_frame": "09.2",
    "header_fault": "09.3",
    "add_frame": "09.4",
    "answer_frame": "09.5",
}
"""The parts in the order in which they are written, and the exercise of each."""

WORDS = {
    "passed": ("yours", "it has passed its check"),
    "unsolved": ("lent", "not solved yet, so ours takes its place"),
    "stopped": ("lent", "yours did not come back in time, so ours takes its place"),
    "raised": ("lent", "yours raises an error, so ours takes its place"),
    "tampered": ("lent", "something of wslearn was replaced: restart the kernel"),
}
"""By the outcome of a check: whose part is used, and why."""

NOT_YET = ("lent", "not tried yet, so ours takes its place")
NOT_RIGHT = ("lent", "yours is not right yet, so ours takes its place")

REQUEST = (
    b"GET /chat HTTP/1.1\r\n"
    b"Host: 127.0.0.1:8002\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Key: %b\r\n"
    b"Sec-WebSocket-Version: 13\r\n\r\n"
) % SAMPLE_KEY.encode()
"""A client's opening handshake, with the key of the worked example (RFC 6455 §1.3)."""


class Parts:
    """The parts of a program, each under the name of its function, with the exercise of each.

    >>> parts = Parts()
    >>> parts.take_frame(bytes.fromhex("818537fa213d7f9f4d5158"))
    ((True, 1, b'Hello'), b'')
    """

    def __init__(self, steps: Mapping[str, str] = STEPS) -> None:
        self._steps = steps
        self.lend()

    def lend(self) -> None:
        """Lend every part, as before the first was tried."""
        self._own: dict[str, Callable[..., Any]] = {}
        self._why = dict.fromkeys(self._steps, NOT_YET)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in self._steps:
            there = ", ".join(self._steps)
            raise AttributeError(f"There is no part {name!r}; the parts are {there}.")
        return self._own[name] if name in self._own else reference_of(self._steps[name])

    def use(self, *functions: Any) -> Table:
        """Take the student's functions, each if it passes its check; raises nothing.

        Returns a table: whose part is used in which step.
        """
        for function in functions:
            name = str(getattr(function, "__name__", ""))
            if name in self._steps:
                outcome = judge(self._steps[name], function, SECONDS).outcome
                self._why[name] = WORDS.get(outcome, NOT_RIGHT)
                self._own.pop(name, None)
                if outcome == "passed":
                    self._own[name] = function
        return self.table()

    def table(self) -> Table:
        """Whose part is used in which step, and why."""
        rows = [(self._steps[name], name, *why) for name, why in self._why.items()]
        return table(["exercise", "part", "whose", "because"], rows, code=["part"])

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return self.table()._repr_mimebundle_()


def solution_of(name: str) -> Callable[..., Any]:
    """The solution of a part, or of the server as a whole (``MyServer``)."""
    return reference_of(STEPS.get(name, "09.6"))


@cache
def reference_of(id: str) -> Callable[..., Any]:
    """The solution of an exercise."""
    exercise = find(id)
    assert exercise is not None
    answer: Callable[..., Any] = exercise.reference
    return answer


parts = Parts()
"""The parts that the lesson's servers are built from."""


def whole_server(**others: Callable[..., Any]) -> type:
    """Our ``MyServer``, made of the parts in use; ``others`` take the place of some of them.

    >>> talk(whole_server(answer_frame=lambda opcode, payload: (b"!", True)), [bytes(6), b""])
    ([b'\\x88\\x02\\x03\\xea', b''], True)
    """
    used: Any = parts
    if others:
        used = SimpleNamespace(**{name: others.get(name) or getattr(parts, name) for name in STEPS})
    ours: Any = solution_of("MyServer")
    # The methods look for ``parts`` in their module: there, it is the solution's own.
    methods = {
        name: FunctionType(method.__code__, {**method.__globals__, "parts": used}, name)
        for name, method in vars(ours).items()
        if isinstance(method, FunctionType)
    }
    return type("MyServer", (), methods)


def talk(server_class: Any, pieces: Sequence[bytes]) -> tuple[list[bytes], bool] | None:
    """Play a client to a server: what it answers to each piece, and whether it is done then.

    The connection is opened first, unless the first piece is a request itself. None where every
    answer is None. Raises what the server raises.
    """
    server = server_class()
    if server is None:
        return None
    first = bytes(pieces[0][:3]) if pieces else b""
    if not first or not b"GET".startswith(first):
        opened = server.receive(REQUEST)
        if isinstance(opened, bytes) and not opened.startswith(b"HTTP/1.1 101"):
            raise ValueError(f"the server did not open: it answered {one_line(repr(opened), 60)}")
    answers = [server.receive(piece) for piece in pieces]
    if all(answer is None for answer in answers):
        return None
    return answers, getattr(server, "done", False)
