"""From recorded frames to messages: put together, decompressed, and judged (RFC 6455 §5.4).

A watcher has more trouble than a peer: only the beginning of a large frame may be kept, and what
was lost cannot be asked for again. With context takeover a message may refer to what came before
it, so after a loss those that do cannot be read. Each such message is listed all the same, and its
``problem`` says why. A message that is only too long to be kept spoils none of the others.
"""

from collections.abc import Iterator

from wslearn.protocol.codes import Opcode, is_control, is_reserved
from wslearn.protocol.deflate import DEFLATE
from wslearn.protocol.frame import FIN, RSV1
from wslearn.protocol.receiving import UNKNOWN_WINDOW, Allowance, Receiver

from .conversation import Conversation
from .passed import Message, Passed, Sender, as_bytes

MOST = 2**20
"""The most bytes that one message may have once decompressed, unless told otherwise."""

IN_ALL = 16 * 2**20
"""The most bytes that all messages may have together, plus one for every byte of their frames,
unless told otherwise: a capture of a few kilobytes can hold bombs of gigabytes."""

INTERRUPTED = "Another message began before its last frame."


def messages_of(said: Conversation, max_size: int, allowance: Allowance) -> Iterator[Message]:
    """The messages of one connection: those of the client, then those of the server.

    ``max_size`` is the most bytes one message may have once decompressed, ``allowance`` what all of
    them may have.
    """
    for begun, receiver, whole in _put_together(said, max_size, allowance):
        if whole:
            yield _message(begun, receiver.compressed, receiver.message, receiver.problem)
        else:
            yield _message(begun, receiver.compressed, None, INTERRUPTED)


def frames_that_say(said: Conversation, sought: bytes, *, lower: bool = False) -> set[int]:
    """The frames, by ``id``, whose payload or whose whole message, decompressed, holds some bytes.

    ``lower``: capital letters in them count as small ones.
    """
    found: set[int] = set()
    size = sum(len(frame.data) for frame in said.frames)
    for begun, receiver, _ in _put_together(said, size + MOST, Allowance(IN_ALL + size)):
        data = as_bytes(receiver.message)
        if sought in (data.lower() if lower else data):
            found |= {id(frame) for frame in begun}
    for frame in list(said.frames):
        if sought in (frame.payload.lower() if lower else frame.payload):
            found.add(id(frame))
    return found


def _put_together(
    said: Conversation, max_size: int, allowance: Allowance
) -> Iterator[tuple[list[Passed], Receiver, bool]]:
    """The frames of each message, the receiver that has just read them, and whether all came."""
    agreed = said.deflate
    sides: tuple[Sender, Sender] = ("client", "server")
    for sender in sides:
        window = None if agreed is None else getattr(agreed, sender)
        receiver = Receiver(window, mid=said.mid, keep=max_size, allowance=allowance)
        begun: list[Passed] = []
        for frame in said.sent_by(sender):
            if is_control(frame.opcode) or is_reserved(frame.opcode):
                continue
            if begun and frame.opcode != Opcode.CONTINUATION:
                yield begun, receiver, False
                begun = []
            begun.append(frame)
            first = frame.data[0]
            fin, rsv1 = bool(first & FIN), bool(first & RSV1)
            if receiver.window is None and DEFLATE in frame.extensions:
                receiver.window = UNKNOWN_WINDOW
            receiver.follow(frame.opcode, fin, rsv1, frame.payload, whole=frame.whole)
            if fin:
                yield begun, receiver, True
                begun = []


def _message(
    begun: list[Passed], compressed: bool, data: str | bytes | None, problem: str
) -> Message:
    """A message from its frames; what its receiver says of them goes before what we say."""
    judged = [frame.judged for frame in begun if frame.judged is not None]
    faults = [str(fault) for each in judged for fault in each.violations]
    unread = next((f"Never read: {each.unread}." for each in judged if each.unread), "")
    why = next(filter(None, [*faults, problem, unread]), "")
    last = begun[-1]
    size = sum(frame.size for frame in begun)
    return Message(
        last.connection,
        last.sender,
        begun[0].opcode,
        data,
        last.at,
        len(begun),
        size,
        compressed,
        why,
    )
