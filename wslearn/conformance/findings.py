"""Decide: what an endpoint did, compared with the answers that are right.

Five outcomes. ``kept``: as it should be. ``broken``: against a MUST. ``advice``: against a SHOULD,
or a SHOULD next to a rule that was kept, such as the Close before an end. ``open``: the RFC leaves
it open, and here is what this endpoint does. ``unjudged``: the case could not be put to it.
"""

from dataclasses import dataclass
from typing import Literal

from wslearn.protocol.codes import NEVER_SENT
from wslearn.protocol.dissection import Side
from wslearn.protocol.errors import Violation
from wslearn.protocol.events import Binary, Close, Pong
from wslearn.protocol.text import counted, grouped

from .case import (
    Bears,
    Case,
    Closes,
    Declines,
    EitherWay,
    Fails,
    Level,
    Observed,
    Opens,
    Refuses,
    Right,
    Says,
    Word,
)
from .heard import LONGEST, Heard, in_short, in_words, listed

Outcome = Literal["kept", "broken", "advice", "open", "unjudged"]

OUTCOMES: dict[Outcome, str] = {
    "kept": "kept",
    "broken": "MUST broken",
    "advice": "SHOULD missed",
    "open": "left open",
    "unjudged": "not judged",
}
"""Every outcome, and what it is called."""

BY_LEVEL: dict[Level, Outcome] = {"MUST": "broken", "SHOULD": "advice", "MAY": "open"}
"""What it means to miss the right answer, by how strongly the RFC asks for it."""


NO_MEANING = "A Close came back with a code that no RFC gives a meaning (RFC 6455 §7.4.2)."
SENT_IN_ORDER = "What an endpoint sends must itself be in order, whatever it was sent."

NOTICED_LATE = "It noticed late: the Ping behind the fault was answered first."
UNANSWERED = "It closed without answering what came before."
ANOTHER_CODE = "A Close typically comes back with the same code (RFC 6455 §5.5.1)."
WAITS = "It waits for the rest."
"""What the RFC leaves open."""

TAKEN = "It accepts all of it."
REFUSED = "It refuses this, and says so."
CUT_SHORT = (
    "The connection ended, as it {}; a Close before that SHOULD say why (RFC 6455 §7.1.7). A "
    "browser reports 1006."
)
OTHER_CODE = (
    "The connection failed, as it {}; this code says something else about why (RFC 6455 §7.4.1)."
)
SILENT = "In the time it had it neither accepted this nor refused it."
"""What an endpoint does with a load."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one case: the outcome, what was expected, what came, and a remark."""

    case: Case
    outcome: Outcome
    expected: str
    came: str
    remark: str = ""
    sent: bytes = b""


Said = tuple[Outcome, str]
"""An outcome and a remark."""


def decide(
    case: Case, heard: Heard, side: Side = "server", *, echoes: bool = True,
    greeting: tuple[Word, ...] = (),
) -> Finding:  # fmt: skip
    """What came of a case that was put to this side.

    ``echoes``    whether it sends every message back; if not, messages of its own prove nothing
    ``greeting``  what it says to everyone that comes
    """
    expected = expected_of(case.right, side)
    if heard.trouble:
        return Finding(case, "unjudged", expected, heard.trouble, sent=heard.sent)
    came = _reply(heard) if side == "server" and _about_opening(case.right) else heard.spoken()
    if heard.violation is not None:
        outcome, remark = _not_in_order(heard.violation)
    else:
        outcome, remark = _judged(case, heard, side, echoes, greeting)
    return Finding(case, outcome, expected, came, remark, heard.sent)


def _not_in_order(violation: Violation) -> Said:
    """What it means that an endpoint's own bytes break a rule."""
    if violation.rule.id == "close-code-forbidden":
        code = int(violation.came.split()[0])
        if code not in NEVER_SENT:  # §7.4.2 gives it no meaning, but has no MUST NOT for it
            return "advice", NO_MEANING
    return "broken", SENT_IN_ORDER


def _about_opening(right: Right) -> bool:
    return isinstance(right, Opens | Declines | Refuses | EitherWay)


def _judged(case: Case, heard: Heard, side: Side, echoes: bool, greeting: tuple[Word, ...]) -> Said:
    missed = BY_LEVEL[case.level]
    match case.right:
        case Opens():
            return ("kept", "") if heard.reply is not None and heard.reply.ok else (missed, "")
        case Declines():
            return _declined(heard, missed)
        case EitherWay() as either:
            return _either(either, heard)
        case Refuses() as refuses if side == "server":
            return _refused(refuses, heard, missed)
        case Refuses():
            return _given_up(heard, missed)
        case Observed():
            raise AssertionError("one connection alone decides nothing about all of them")
        case Says() as says:
            return _said(says, heard, missed)
        case Fails() as fails:
            return _failed(fails, heard, missed, echoes, greeting)
        case Closes() as closes:
            return _closed(closes, heard, missed, side)
        case Bears() as bears:
            return _borne(bears, heard, missed)


# -- the opening handshake -------------------------------------------------------------------------


def _either(either: EitherWay, heard: Heard) -> Said:
    if heard.reply is None:
        return "advice", "Invalid or unwanted, a request gets an HTTP answer (RFC 6455 §10.7)."
    if heard.reply.ok:
        return "open", either.opened
    if heard.reply.outcome == "http":
        return "open", either.refused
    return "broken", ""


def _declined(heard: Heard, missed: Outcome) -> Said:
    reply = heard.reply
    if reply is None or reply.response.status != 101:
        if reply is not None and reply.outcome == "http" and reply.response.status < 500:
            return "open", "It refuses the whole request, where declining the offer was enough."
        return "advice", "One offer that it cannot accept is no reason to fail."
    if reply.response.headers.get_all("Sec-WebSocket-Extensions"):
        return missed, "It agreed to an offer that says nothing it could keep to."
    return ("kept", "") if reply.ok else (missed, "")


def _refused(refuses: Refuses, heard: Heard, missed: Outcome) -> Said:
    reply = heard.reply
    if reply is None:
        if heard.ended:
            return "advice", (
                "TCP may be dropped (RFC 6455 §10.7), but §4.2.1 asks for an HTTP error, and a "
                "programmer on the other end would like to know why."
            )
        return missed, "A request that is refused gets an answer, or the end of TCP."
    status = reply.response.status
    if status == 101:
        return missed, ""
    if reply.outcome != "http":
        return "advice", "This is no answer in HTTP."
    if refuses.versions and 13 not in reply.versions:
        return missed, "The answer does not say which versions the server speaks."
    if refuses.statuses and not 400 <= status <= 499 and status not in refuses.statuses:
        return "advice", "A status of 400 to 499 says that the request was at fault."
    return "kept", ""


def _given_up(heard: Heard, missed: Outcome) -> Said:
    if heard.words:
        return missed, "It took the connection for open."
    return ("kept", "") if heard.ended else (missed, "")


def _reply(heard: Heard) -> str:
    if heard.reply is None:
        return {"end": "the end of TCP without an answer", "reset": "a reset of TCP"}.get(
            heard.ended, "nothing, and TCP stays open"
        )
    reply = heard.reply.response
    line = reply.first_line.strip()
    if heard.reply.ok or heard.reply.outcome == "http":
        versions = reply.headers.get_all("Sec-WebSocket-Version")
        return line + (f", Sec-WebSocket-Version: {', '.join(versions)}" if versions else "")
    return f"{line}; but {in_short(heard.reply.violations[0])}"


# -- frames ----------------------------------------------------------------------------------------


def contains(words: list[Word], wanted: tuple[Word, ...]) -> bool:
    """Whether everything wanted was said: messages in their order, Pongs in theirs.

    A Pong may overtake the echo of a message, and other words may come between.
    """
    for kind in (True, False):
        coming = iter([word for word in words if isinstance(word, Pong) is kind])
        if not all(word in coming for word in wanted if isinstance(word, Pong) is kind):
            return False
    return True


def satisfied(right: Right, heard: Heard, side: Side = "server") -> bool:
    """Whether nothing more has to be waited for. Nobody waits for a client to end TCP after its
    Close: that is for the server to do."""
    if heard.violation is not None or heard.ended or heard.beyond:
        return True
    if isinstance(right, Says):
        return contains(heard.words, right.words) or heard.close is not None
    if isinstance(right, Bears):
        return _taken(right, heard)
    if isinstance(right, Refuses) and heard.words:
        return True
    return side == "client" and isinstance(right, Closes) and heard.close is not None


def _said(says: Says, heard: Heard, missed: Outcome) -> Said:
    if any(word in heard.words for word in says.never):
        return missed, ""
    if contains(heard.words, says.words):
        return "kept", ""
    if heard.close is not None and heard.close.code in says.or_codes:
        return "open", "It accepts no message of this size, and says so (RFC 6455 §10.4)."
    return missed, ""


def _failed(
    fails: Fails, heard: Heard, missed: Outcome, echoes: bool, greeting: tuple[Word, ...]
) -> Said:
    close = heard.close
    telling = [word for word in heard.words if word not in greeting and _tells(word, echoes)]
    taken = [word for word in telling if word not in fails.before]
    if taken and (close is None or not all(isinstance(word, Pong) for word in taken)):
        return missed, "It went on: what came with or after the fault was still processed (§7.1.7)."
    if close is None and not heard.ended:
        if fails.may_wait:
            return "open", WAITS
        return missed, "It neither objected nor ended the connection."
    if close is None:
        return "advice", CUT_SHORT.format("must")
    if close.code not in fails.codes:
        return "advice", OTHER_CODE.format("must")
    if not heard.ended:
        return "advice", "After its Close it left TCP open (RFC 6455 §7.1.7)."
    if taken:
        return "open", NOTICED_LATE
    return "kept", ""


def _borne(bears: Bears, heard: Heard, missed: Outcome) -> Said:
    if _taken(bears, heard):
        return "open", TAKEN
    if heard.close is not None:
        right_code = heard.close.code in bears.codes
        return ("open", REFUSED) if right_code else ("advice", OTHER_CODE.format("may"))
    if heard.ended:
        return "advice", CUT_SHORT.format("may")
    return ("open", WAITS) if bears.may_wait else (missed, SILENT)


def _taken(bears: Bears, heard: Heard) -> bool:
    """Whether what an endpoint says shows that it has accepted a load."""
    if bears.words:
        return contains(heard.words, bears.words)
    if bears.filled is None:
        return False
    if bears.filled.size > LONGEST:
        return heard.beyond
    return Binary(bears.filled.message) in heard.words


def _tells(word: Word, echoes: bool) -> bool:
    """Whether a word shows that something was processed."""
    return isinstance(word, Pong) or (echoes and not isinstance(word, Close))


def _closed(closes: Closes, heard: Heard, missed: Outcome, side: Side) -> Said:
    if any(word in heard.words for word in closes.never):
        return missed, "It still processed what came after the Close, or half a message."
    close = heard.close
    if close is None:
        if heard.ended == "reset":
            return "advice", (
                "A reset may overtake the answer, so whether there was a Close nobody can tell; "
                "an orderly end SHOULD come (RFC 6455 §7.1.1)."
            )
        return missed, ""
    if not contains(heard.words, closes.before):
        return BY_LEVEL["MAY"], UNANSWERED
    wanted = 1005 if closes.code is None else closes.code
    if close.code != wanted:
        if close.code in (1002, 1007):
            return missed, "It took a Close that is right for a fault."
        return BY_LEVEL["MAY"], ANOTHER_CODE
    if side == "server" and not heard.ended:
        return missed, "Both Closes have passed, so the server has to end TCP (RFC 6455 §5.5.1)."
    return "kept", ""


# -- in words --------------------------------------------------------------------------------------


def expected_of(right: Right, side: Side) -> str:
    """What is expected, as a person reads it."""
    match right:
        case Opens():
            return "101 Switching Protocols, with all its headers in order"
        case Declines():
            return "101 Switching Protocols without this extension"
        case EitherWay():
            return "101 or a refusal"
        case Observed(expected):
            return expected
        case Refuses(statuses, versions):
            if side == "client":
                return "the end of TCP, and no frame"
            first = f"an HTTP error such as {statuses[0]}" if statuses else "any answer but 101"
            return first + (", with Sec-WebSocket-Version: 13" if versions else "")
        case Says(words, never, or_codes):
            text = listed(map(in_words, words))
            text += f", or a Close with {_codes(or_codes)}" if or_codes else ""
            return text + (f", and never {listed(map(in_words, never))}" if never else "")
        case Fails(codes, _, may_wait):
            waits = "; it may also wait for the rest" if may_wait else ""
            return f"a Close with {_codes(codes)}, and the end of TCP{waits}"
        case Bears(words, filled, codes, may_wait):
            taken = [*map(in_words, words)]
            if filled is not None:
                taken.append(f"{counted(filled.size, 'byte')} of binary")
            ways = [*taken, f"a Close with {_codes(codes)}, and the end of TCP"]
            return " or ".join(ways) + ("; it may also wait for the rest" if may_wait else "")
        case Closes(code, before, _):
            first = "".join(f"{in_words(word)}, " for word in before)
            close = in_words(Close(1005 if code is None else code, ""))
            return f"{first}{close}" + (", and the end of TCP" if side == "server" else "")


def _codes(codes: tuple[int, ...]) -> str:
    return " or ".join(grouped(code) for code in codes)
