"""A session of a real browser as a file: lines of text and hex, so that a person can read it too.

``chromium.json`` was written by ``tests/tools/record_session.py``, which anyone can run again. It
is used where no page shows the notebook, and it never changes on its own.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from wslearn.net.record.conversation import Conversation
from wslearn.net.record.journal import Journal
from wslearn.net.record.journal_file import LINE_END
from wslearn.net.record.passed import Passed
from wslearn.protocol.bits import hex_bytes

from .session import Session

RECORDED = files(__package__) / "chromium.json"


def to_data(conversation: Conversation, log: list[dict[str, str]], browser: str) -> dict[str, Any]:
    """A conversation as plain data for JSON; times are left out, so that nothing in it varies."""
    return {
        "browser": browser,
        "request": conversation.request.decode("latin-1").split(LINE_END),
        "reply": conversation.reply.decode("latin-1").split(LINE_END),
        "frames": [
            {"sender": frame.sender, "bytes": hex_bytes(frame.data)}
            for frame in conversation.frames
        ],
        "ended": conversation.ended,
        "log": log,
    }


def from_data(data: dict[str, Any], source: str) -> Session:
    """The session that :func:`to_data` wrote down; its checks are computed again."""
    conversation = Conversation(
        reply=LINE_END.join(data["reply"]).encode("latin-1"),
        frames=[Passed(frame["sender"], bytes.fromhex(frame["bytes"])) for frame in data["frames"]],
        ended=data["ended"],
    )
    conversation.judge(LINE_END.join(data["request"]).encode("latin-1"))
    conversation.judge_all()
    return Session(source, False, conversation, tuple(data["log"]))


@cache
def recorded_session() -> Session:
    """The session of a real Chromium that comes with the package."""
    data = json.loads(RECORDED.read_text(encoding="utf-8"))
    return from_data(
        data,
        f"This is a recording: {data['browser']} sent it to this server. In JupyterLab, press "
        "“Connect from this tab” and “Send”; from then on, your own tab is here.",
    )


def add_recording(journal: Journal) -> None:
    """Put what passed in that session into a record, as a connection of its own."""
    recorded = recorded_session().conversation
    said = journal.open(began=0.0)
    said.reply, said.ended = recorded.reply, recorded.ended
    said.judge(recorded.request)
    journal.add(said, *recorded.frames)
