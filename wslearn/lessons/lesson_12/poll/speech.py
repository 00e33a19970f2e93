"""What a browser may say, as JSON in a text message, and what it hears.

From a voter::

    {"type": "vote", "round": 1, "candidate": "Tea"}
    {"type": "alive"}

From the instructor, who may also ask whether the server is alive::

    {"type": "notice", "text": "Two more minutes."}
    {"type": "voting", "open": false}
    {"type": "question", "question": "Tea or coffee?", "candidates": ["Tea", "Coffee"]}

To a browser: ``welcome`` (once), ``results`` (whenever they change; always all of them, so that
one may be left out when the next is there), ``voted`` (the vote of this name, as it counts),
``alive`` (the answer to the same: a script sees no Ping, so it has to ask in a message),
``notice``, and ``error``, whose ``code`` is one word for programs and whose ``text`` is one
sentence for people.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any

from .refusals import RefusedError
from .room import Choice, News, Results

MOST = 4096
"""Bytes of one message; a question with its candidates is the longest that makes sense."""

FIELDS: dict[str, dict[str, type]] = {
    "alive": {},
    "vote": {"round": int, "candidate": str},
    "notice": {"text": str},
    "voting": {"open": bool},
    "question": {"question": str, "candidates": list},
}
"""Each type of message from a browser, with its fields."""

FROM = {"voter": {"alive", "vote"}, "instructor": {"alive", "notice", "voting", "question"}}
"""Who may say what."""

IN_WORDS = {
    int: "a whole number",
    str: "a text",
    bool: "true or false",
    list: "a list of texts",
    dict: "an object",
}

Fields = Mapping[str, Mapping[str, type]]
Roles = Mapping[str, Collection[str]]


def read_message(
    text: str, role: str, fields: Fields = FIELDS, roles: Roles = FROM
) -> dict[str, Any]:
    """The message in a text; raises :class:`RefusedError` for anything else.

    >>> read_message('{"type": "vote", "round": 1, "candidate": "Tea"}', "voter")["candidate"]
    'Tea'
    """
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise RefusedError("json", "Expected a JSON object, got no JSON.") from None
    return checked_message(message, role, fields, roles)


def checked_message(
    message: object, role: str, fields: Fields = FIELDS, roles: Roles = FROM
) -> dict[str, Any]:
    """A message whose fields are what they have to be, and may come from this role."""
    if not isinstance(message, dict):
        raise RefusedError("message", "Expected a JSON object, got another JSON value.")
    kind = message.get("type")
    if not isinstance(kind, str) or kind not in fields:
        raise RefusedError("message", f"Expected a type out of {', '.join(sorted(roles[role]))}.")
    if kind not in roles[role]:
        raise RefusedError("role", f"Expected {', '.join(sorted(roles[role]))} from this page.")
    for name, wanted in fields[kind].items():
        value = message.get(name)
        right = type(value) is wanted  # True is an int, but not a round
        if right and isinstance(value, list):
            right = all(isinstance(one, str) for one in value)
        if not right:
            raise RefusedError("message", f"Expected {IN_WORDS[wanted]} as {name!r} of a {kind}.")
    return message


def carry_out(message: dict[str, Any], room: Any, token: str) -> Choice | None:
    """Do what a message asks for; return the vote as it counts now, if it was one."""
    match message["type"]:
        case "vote":
            choice: Choice = room.vote(token, message["round"], message["candidate"])
            return choice
        case "notice":
            room.notify(message["text"])
        case "voting":
            room.set_open(message["open"])
        case "question":
            room.ask(message["question"], message["candidates"])
    return None


def welcome(name: str, role: str) -> str:
    """The first message: who this is."""
    return _text({"type": "welcome", "name": name, "role": role})


def results_message(results: Results) -> str:
    """How it stands, with everything that a page needs to show it."""
    named = zip(results.candidates, results.votes, strict=True)
    return _text(
        {
            "type": "results",
            "round": results.round,
            "question": results.question,
            "candidates": [{"name": name, "votes": votes} for name, votes in named],
            "open": results.open,
            "people": results.people,
            "version": results.version,
        }
    )


def voted_message(choice: Choice) -> str:
    """Whom this name votes for: the answer to a vote, on all windows of the name.

    Results of this version, and all later ones, have it in them.
    """
    return _text(
        {
            "type": "voted",
            "round": choice.round,
            "candidate": choice.candidate,
            "version": choice.version,
        }
    )


def notice_message(news: News) -> str:
    """What the instructor said."""
    return _text({"type": "notice", "number": news.number, "text": news.text})


def alive_message() -> str:
    """The answer to a page that has heard nothing for a while."""
    return _text({"type": "alive"})


def error_message(refused: RefusedError) -> str:
    """Why something was not done."""
    return _text({"type": "error", "code": refused.code, "text": refused.text})


def _text(message: dict[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False)
