"""The process that runs one answer, and says what each call returned. Nothing here judges.

It reads one JSON line per task and writes one per reply. The first thing it says is that it is
ready, and which guards the system offered. The first task is the program. Every further one asks
for something of the answer, which has the number 0, or of an object that it has made, which has the
number it was told by: call it with arguments, call a method of it, or read an attribute.
"""

import ast
import inspect
import json
import os
from contextlib import redirect_stderr, redirect_stdout
from typing import Any, BinaryIO

from wslearn.checking.printed import Printed
from wslearn.checking.values import one_line, plain

from . import fence, lent
from .wire import pack, unpack

MOST_PRINTED = 2_000
"""How many characters of what a call prints are passed on."""


def main() -> None:
    """Serve one answer on the standard pipes, where no nursery can be (``nursery``)."""
    tasks, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    limits = json.loads(tasks.readline())
    lent.load(limits["lends"])
    serve(tasks, replies, limits, {"network": fence.leave_the_network()})


def serve(
    tasks: BinaryIO, replies: BinaryIO, limits: dict[str, Any], guards: dict[str, bool]
) -> None:
    """Run one answer in this process, which is its own from now on, until the judge hangs up.

    ``limits`` are its ``memory`` in bytes and ``seconds`` of computing, the ``exercise``, and what
    is lent to it; ``guards`` are those that are up already.
    """
    if limits["lends"]:
        lent.forget(limits["exercise"])
    _silence()
    fence.die_with_the_parent()
    guards = {
        **guards,
        "memory": fence.limit(limits["memory"], limits["seconds"]),
        "processes": fence.stay_alone(),
    }
    fence.watch(os.getcwd(), limits["exercise"][:2])
    _reply(replies, {"ready": guards})
    first = json.loads(tasks.readline())
    answer, reply = _load(first["program"], first["expression"])
    _reply(replies, reply)
    made: list[Any] = [answer]
    for line in tasks:
        _reply(replies, _do(made, json.loads(line)))


def _silence() -> None:
    """Redirect the standard pipes, where ``print`` and ``input`` meet them, to nowhere."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.close(nothing)


def _load(program: str, expression: str) -> tuple[Any, dict[str, Any]]:
    """Run the lines that the answer depends on; return the answer, and what to say about it."""
    printed = Printed(MOST_PRINTED)
    space: dict[str, Any] = {"__name__": "__main__", "__builtins__": __builtins__}
    try:
        with redirect_stdout(printed), redirect_stderr(printed):
            _execute(program, space)
            answer = eval(expression, space)
    except BaseException as error:  # noqa: BLE001 - also SystemExit: a student may call exit()
        return None, {"raised": _told(error)}
    told: dict[str, Any] = {"callable": callable(answer)}
    if callable(answer):
        told["module"] = str(getattr(answer, "__module__", "__main__"))
        told["name"] = str(getattr(answer, "__name__", ""))
        told["signature"] = _signature(answer)
    else:
        told["value"] = pack(plain(answer))
    return answer, told


def _execute(program: str, space: dict[str, Any]) -> None:
    # A notebook may use await outside of functions.
    code = compile(program, "notebook", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    if code.co_flags & inspect.CO_COROUTINE:
        import asyncio  # late: it takes longer to load than all the rest

        asyncio.run(eval(code, space))
    else:
        exec(code, space)


def _signature(answer: Any) -> list[tuple[str, str, bool]] | None:
    try:
        parameters = inspect.signature(answer).parameters.values()
    except (ValueError, TypeError):
        return None
    return [(one.name, one.kind.name, one.default is not one.empty) for one in parameters]


def _do(made: list[Any], task: dict[str, Any]) -> dict[str, Any]:
    """Carry out one task; ``made`` are the objects that can be spoken of, by their numbers."""
    printed = Printed(MOST_PRINTED)
    arguments = unpack(task.get("arguments", ["tuple"]))
    reply: dict[str, Any]
    try:
        with redirect_stdout(printed), redirect_stderr(printed):
            asked = made[task["of"]]
            if task["name"]:
                asked = getattr(asked, task["name"])
            if "arguments" not in task and callable(asked):
                return {"callable": True}
            result = asked(*arguments) if "arguments" in task else asked
            if inspect.iscoroutine(result):
                result.close()
            if isinstance(asked, type) and isinstance(result, asked):
                made.append(result)
                reply = {"object": len(made) - 1}
            else:
                reply = {"result": pack(plain(result))}
    except BaseException as error:  # noqa: BLE001 - whatever it raises is its answer
        reply = {"raised": _told(error)}
    return {**reply, "given": pack(tuple(map(plain, arguments))), "printed": printed.kept}


def _told(error: BaseException) -> list[str]:
    kind = type(error)
    try:
        message = one_line(str(error))
    except Exception:  # noqa: BLE001 - a hostile __str__
        message = ""
    return [kind.__name__, str(kind.__module__), message]


def _reply(replies: BinaryIO, reply: dict[str, Any]) -> None:
    replies.write(json.dumps(reply).encode() + b"\n")
    replies.flush()
