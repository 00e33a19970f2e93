"""One answer in a process of its own, seen from the judge's side.

What the process says is not trusted: the shape of every reply is checked before it is used, and a
reply of the wrong shape ends the conversation.
"""

import inspect
import json
import queue
import signal
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from wslearn.checking.deadline import TimeUp
from wslearn.checking.values import one_line

from .attempts import Attempt
from .births import Births, Usage
from .wire import pack, type_name, unpack

TO_START = 20.0
"""How long a process may take to be ready for an answer, in seconds, on a busy machine."""

LONGEST_REPLY = 16 * 2**20
"""In bytes; the longest right answer of the course takes a fiftieth of it."""

_GONE = "Its process ended: it left Python, or took more memory or time than it may."
_UNFIT = "Expected a value, got something else on the way to the judge."
_KINDS = {kind.name: kind for kind in inspect._ParameterKind}


class AnswerError(Exception):
    """The answer cannot be called; the message says why."""


class Worker:
    """A process that runs one answer, within limits as :meth:`.births.Births.one` takes them.

    ``guards`` says which guards the system offered; ``gone`` why the process is no longer there,
    and is empty while it is. ``used`` is known after :meth:`end`.
    """

    def __init__(self, births: Births, limits: Mapping[str, Any]) -> None:
        self.seconds: float = limits["seconds"]
        self.guards: dict[str, bool] = {}
        self.gone = ""
        self.used = Usage()
        self._process = births.one({**limits, "seconds": TO_START + 2 * self.seconds})
        self._lines: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with suppress(OSError, ValueError), self._process.replies as replies:
            while line := replies.readline(LONGEST_REPLY):
                self._lines.put(line)
        self._lines.put(b"")

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self.used = self._process.end(bool(self.gone))

    @property
    def killed(self) -> bool:
        """Whether somebody else ended the process, or the system did because it lacked memory."""
        return bool(self.gone) and self.used.signal == signal.SIGKILL

    def load(self, attempt: Attempt) -> Any:
        """The answer, as something to hand to the checker.

        Raises :class:`AnswerError` where the lines that it depends on do, and
        :class:`~wslearn.checking.deadline.TimeUp` where they do not end.
        """
        ready = self._hear(TO_START).get("ready")
        if not isinstance(ready, dict):
            raise self._lost(_UNFIT)
        self.guards = {str(name): value is True for name, value in ready.items()}
        told = self._ask({"program": attempt.program, "expression": attempt.expression})
        if "raised" in told:
            name, _, message = _raised(told["raised"])
            raise AnswerError(f"Its lines raised {name}{': ' if message else ''}{message}")
        try:
            return _StandIn(told, self) if told.get("callable") else unpack(told.get("value"))
        except ValueError:
            raise self._lost(_UNFIT) from None

    def ask_of(self, number: int, name: str = "", arguments: tuple[Any, ...] | None = None) -> Any:
        """Ask for something of an object in there, the answer itself being number 0.

        Without ``arguments`` that is its attribute ``name``; with them, what a call of it or of its
        method ``name`` gives. Raises what the answer raises, or an error of the same name.
        """
        task: dict[str, Any] = {"of": number, "name": name}
        if arguments is not None:
            task["arguments"] = pack(arguments)
        told = self._ask(task)
        print(str(told.get("printed", "")), end="")
        try:
            if arguments is not None:
                _give_back(arguments, unpack(told.get("given")))
            result = unpack(told.get("result"))
        except ValueError:
            raise self._lost(_UNFIT) from None
        if "raised" in told:
            kind, module, message = _raised(told["raised"])
            if kind == "AttributeError":  # the one that code of ours may wait for
                raise AttributeError(message)
            raise type(kind, (Exception,), {"__module__": module})(message)
        if type(told.get("object")) is int:
            return _Made(self, told["object"])
        if told.get("callable"):
            return lambda *given: self.ask_of(number, name, given)
        return result

    def _ask(self, question: Any) -> dict[str, Any]:
        if self.gone:
            raise AnswerError(self.gone)
        with suppress(OSError, ValueError):  # then there is no reply either
            self._process.tasks.write(json.dumps(question).encode() + b"\n")
            self._process.tasks.flush()
        return self._hear(self.seconds)

    def _hear(self, seconds: float) -> dict[str, Any]:
        """The next reply; raises :class:`TimeUp` if there is none within this many seconds."""
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            raise TimeUp from None
        if not line:
            raise self._lost(_GONE)
        if not line.endswith(b"\n"):
            raise self._lost("Expected a value, got one too large to be passed on.")
        try:
            told = json.loads(line)
        except (ValueError, RecursionError):
            raise self._lost(_UNFIT) from None
        if not isinstance(told, dict):
            raise self._lost(_UNFIT)
        return told

    def _lost(self, because: str) -> AnswerError:
        self.gone = because
        return AnswerError(because)


def _raised(told: object) -> tuple[str, str, str]:
    """Type, module and message of an exception as a worker tells them."""
    if not isinstance(told, list) or len(told) != 3:
        return "Exception", "builtins", ""
    name, module, message = told
    return type_name(name, "Exception"), type_name(module, "builtins"), one_line(str(message))


class _StandIn:
    """Looks like the answer to the checker, and asks the worker for each result."""

    def __init__(self, told: dict[str, Any], worker: Worker) -> None:
        self._worker = worker
        self.__module__ = one_line(str(told.get("module", "")))
        self.__name__ = type_name(told.get("name"), "answer")
        with suppress(TypeError, ValueError, KeyError):
            self.__signature__ = inspect.Signature(
                [
                    inspect.Parameter(name, _KINDS[kind], default=None if given else inspect._empty)
                    for name, kind, given in told["signature"]
                ]
            )

    def __call__(self, *arguments: Any) -> Any:
        return self._worker.ask_of(0, arguments=arguments)


class _Made:
    """Stands for an object of a student's class that lives in the worker."""

    def __init__(self, worker: Worker, number: int) -> None:
        self.__dict__["_asked"] = worker, number

    def __getattr__(self, name: str) -> Any:
        worker, number = self.__dict__["_asked"]
        return worker.ask_of(number, name)


def _give_back(arguments: tuple[Any, ...], changed: object) -> None:
    """Change our lists as the answer changed its own, so that the checker sees that it did."""
    if not isinstance(changed, tuple):
        return
    for ours, theirs in zip(arguments, changed, strict=False):
        if isinstance(ours, list) and isinstance(theirs, list):
            ours[:] = theirs
