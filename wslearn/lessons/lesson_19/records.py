"""Conversations of real libraries, one for each subprotocol, and what was said in them.

``tests/tools/record_subprotocols.py`` recorded them through a tap, and anyone can run it again.
Each record itself says which library of which version spoke.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from wslearn.draw.table import Table, table
from wslearn.labs.tap.journal_table import Journal
from wslearn.net.record.passed import Sender
from wslearn.protocol.errors import InputError

from .by_table import Form, Taken, take, take_all
from .subprotocols import GRAPHQL, JUPYTER, MQTT, SOCKET_IO, STOMP

FORMS = {
    "socketio": SOCKET_IO,
    "graphql": GRAPHQL,
    "mqtt": MQTT,
    "stomp": STOMP,
    "jupyter": JUPYTER,
}
"""The table for each record."""

STREAMS = ("mqtt", "stomp")
"""Formats that themselves say where they end: a message may hold several, or a part of one."""


def record(name: str) -> Path:
    """The file of a record, for ``ws.TapLab`` or ``ws.read_record``.

    Raises :class:`InputError` for a name that does not exist.
    """
    if name not in FORMS:
        raise InputError(f"Expected one of {', '.join(FORMS)}; got {name!r}.")
    return Path(str(files(__package__))) / "records" / f"{name}.journal"


def journal(name: str) -> Journal:
    """A record as a journal."""
    return Journal.load(record(name))


def recorded_with(name: str) -> str:
    """Which libraries spoke, and when (UTC), in a few words."""
    held = journal(name)
    day = datetime.fromtimestamp(held.conversations[0].began, UTC).date()
    return held.remarks[0].replace("Recorded on 127.0.0.1", f"Recorded on {day}")


def said(name: str) -> list[tuple[Sender, Taken]]:
    """What was said in a record, in order, taken apart."""
    messages = [(message.sender, message.content) for message in journal(name).messages()]
    form = FORMS[name]
    if name in STREAMS:
        return as_streams(messages, form)
    return [(sender, take(content, form)) for sender, content in messages]


def as_streams(messages: Iterable[tuple[Sender, bytes]], form: Form) -> list[tuple[Sender, Taken]]:
    """What was said, where the borders of messages mean nothing: several in one, or one in two."""
    found: list[tuple[Sender, Taken]] = []
    begun: dict[Sender, bytes] = {"client": b"", "server": b""}
    for sender, content in messages:
        taken = take_all(begun[sender] + content, form)
        begun[sender] = b"" if taken[-1].complete else taken[-1].data
        found += [(sender, one) for one in taken if one.complete]
    return found


def listed(name: str) -> Table:
    """What was said in a record, as a table."""
    rows = [
        (sender, len(taken.data), taken.told.because.partition(",")[0].rstrip("."), taken.begins)
        for sender, taken in said(name)
        if taken.told is not None
    ]
    return table(["from", "bytes", "what it is", "begins with"], rows, code=["begins with"])
