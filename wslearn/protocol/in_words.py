"""What the receiver makes of a frame, in plain words: the sentence a lab shows first."""

from dataclasses import replace

from .codes import Opcode, opcode_name, opcode_number
from .deflate import unpacked_alone
from .dissection import Dissection, Verdict
from .frame import Frame
from .judge import is_compressed
from .text import counted, shown_text, utf8_problem

MOST_UNPACKED = 2**12
"""How many bytes of a compressed text are unpacked to be shown."""


def verdict(dissection: Dissection) -> Verdict:
    """Judge one dissected frame for the side that receives it (RFC 6455 §5, §7.1.7).

    >>> from .dissect import dissect
    >>> str(verdict(dissect("81 05 48656c6c6f", receiver="client")))
    'A client accepts this frame: a whole text message, “Hello”.'
    """
    if dissection.told is not None:
        return dissection.told
    said = _verdict(dissection)
    if not dissection.no_frame:
        return said
    if said.outcome == "accepted":
        return replace(said, headline="It could be a frame:", because=dissection.no_frame)
    # It is then of no use to anybody that further rules are broken.
    return replace(said, because=f"{dissection.no_frame} {said.because}", also=())


def _verdict(dissection: Dissection) -> Verdict:
    if dissection.problem is not None:
        return Verdict("unreadable", "This cannot be read as bytes.", dissection.problem)
    side = dissection.receiver
    broken = [f"{one.rule.sentence} ({one.rule.source})" for one in dissection.violations]
    if dissection.unread:
        because = " ".join(broken) or f"It would be {describe(dissection)}."
        return Verdict("unread", f"Never read: {dissection.unread}.", because)
    if broken:
        headline = f"A {side} fails the connection with {dissection.close_code}."
        return Verdict("refused", headline, broken[0], tuple(broken[1:]))
    if dissection.frame is None:
        return Verdict("waiting", f"A {side} waits for more:", _what_is_missing(dissection))
    depends = dissection.frame.opcode == Opcode.CONTINUATION and dissection.message is None
    only = " if a message has begun before it" if depends else ""
    return Verdict("accepted", f"A {side} accepts this frame{only}:", f"{describe(dissection)}.")


def describe(dissection: Dissection) -> str:
    """A whole frame in a few words, such as ``a whole text message, “Hello”``."""
    frame = dissection.frame
    if frame is None:
        return "a frame that is not whole yet"
    size = counted(len(frame.payload), "byte") if frame.payload else "empty"
    quoted = f"“{shown_text(frame.payload)}”" if frame.payload else "empty"
    rsv1 = is_compressed(frame.opcode, frame.rsv1, dissection.extensions)
    if dissection.compressed or rsv1:
        size = f"compressed to {counted(len(frame.payload), 'byte')}"
        quoted = _what_it_says(frame, dissection.says) + size
    match frame.opcode:
        case Opcode.TEXT:
            what = "a whole text message" if frame.fin else "the first fragment of a text message"
            return f"{what}, {quoted}"
        case Opcode.BINARY:
            what = "binary message"
            what = f"a whole {what}" if frame.fin else f"the first fragment of a {what}"
            return f"{what}, {size}"
        case Opcode.CONTINUATION:
            what = "the last fragment" if frame.fin else "a further fragment"
            if dissection.message is None:
                return f"{what} of the message before it, {size}"
            kind = opcode_name(dissection.message)
            return f"{what} of the {kind} message, {quoted if kind == 'text' else size}"
        case Opcode.CLOSE:
            return _describe_close(dissection)
        case Opcode.PING | Opcode.PONG:
            return f"a {opcode_name(frame.opcode)}, {quoted}"
    return f"a frame with the {opcode_name(frame.opcode)} opcode {opcode_number(frame.opcode)}"


def _what_it_says(frame: Frame, says: bytes | None) -> str:
    """The text of a compressed message: as it was read, or as far as one frame alone can tell.

    A message may refer to those before it (RFC 7692 §7.2.2), so a failure to unpack it here is not
    a fault of the frame.
    """
    text = says
    if text is None and frame.fin and frame.opcode != Opcode.CONTINUATION:
        text = unpacked_alone(frame.payload, MOST_UNPACKED)
    problem = None if text is None else utf8_problem(text)
    if text is None or (problem is not None and not problem.cut):
        return ""
    return f"“{shown_text(text)}”, " if text else "empty, "


def _describe_close(dissection: Dissection) -> str:
    code = next((field for field in dissection.fields if field.kind == "code"), None)
    reason = next((field for field in dissection.fields if field.kind == "reason"), None)
    if code is None:
        return "a close without a code"
    words = f"a close with code {code.shown}, {code.meaning}"
    return words if reason is None else f"{words}; its reason is “{reason.shown}”"


def _what_is_missing(dissection: Dissection) -> str:
    if not dissection.data:
        return "nothing has come yet."
    missing = dissection.missing
    if missing is None:
        return f"the header is not whole after {counted(len(dissection.data), 'byte')}."
    return f"{counted(missing, 'byte')} of the payload {'is' if missing == 1 else 'are'} missing."
