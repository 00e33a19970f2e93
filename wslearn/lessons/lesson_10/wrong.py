"""Typical wrong answers to the exercises of lesson 10, and what each one comes from."""

import zlib

from wslearn.checking.exercise import wrong

from .exercises import OFFERS
from .solutions import HINTS, TAIL


def byte_with(fin, opcode, rsv1, place=0b0100_0000):
    """A first byte with RSV1 wherever a wrong answer has it."""
    return (0b1000_0000 if fin else 0) | (place if rsv1 else 0) | opcode


@wrong("10.1")
def always_while_compressing(fin, opcode, compressing):
    """RSV1 was set on every frame while compressing. Only the frame that begins a message has it:
    no continuation, and never a control frame."""
    return byte_with(fin, opcode, compressing)


@wrong("10.1")
def continuation_too(fin, opcode, compressing):
    """RSV1 was set on a continuation. The first frame has already said it for the whole message."""
    return byte_with(fin, opcode, compressing and opcode < 8)


@wrong("10.1")
def control_frames_too(fin, opcode, compressing):
    """RSV1 was set on a control frame. Control frames are never compressed."""
    return byte_with(fin, opcode, compressing and opcode != 0)


@wrong("10.1")
def only_on_whole_messages(fin, opcode, compressing):
    """RSV1 is missing on a first fragment, where FIN is 0. It belongs to the frame that begins a
    message, whether or not more frames follow."""
    return byte_with(fin, opcode, fin and compressing and opcode in (1, 2))


@wrong("10.1")
def text_only(fin, opcode, compressing):
    """Binary messages can be compressed too: opcode 2 begins a message, just as opcode 1 does."""
    return byte_with(fin, opcode, compressing and opcode == 1)


@wrong("10.1")
def second_reserved_bit(fin, opcode, compressing):
    """That is RSV2. RSV1 is the second bit from the left, beside FIN, and counts 64."""
    return byte_with(fin, opcode, compressing and opcode in (1, 2), place=0b0010_0000)


@wrong("10.2")
def tail_still_there(data):
    """The four bytes at the end are still there. The receiver adds them itself, so they need not
    travel."""
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(data) + compressor.flush(zlib.Z_SYNC_FLUSH)


@wrong("10.2")
def zlib_header_in_front(data):
    """There are two bytes in front: the header of the zlib format. wbits=-15, with the minus, gives
    DEFLATE alone."""
    compressor = zlib.compressobj()
    return (compressor.compress(data) + compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]


@wrong("10.2")
def stream_ended_and_cut(data):
    """A stream that was ended does not end in the four bytes, so [:-4] cut off a part of the
    message. They come from flush(zlib.Z_SYNC_FLUSH)."""
    compressor = zlib.compressobj(wbits=-15)
    return (compressor.compress(data) + compressor.flush())[:-4]


@wrong("10.2")
def stream_ended(data):
    """The stream was ended: its last block is marked as the last one, and no message may follow.
    flush(zlib.Z_SYNC_FLUSH) leaves it open."""
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(data) + compressor.flush()


@wrong("10.2")
def zlib_compress(data):
    """zlib.compress gives the zlib format: a header of two bytes, then DEFLATE, then a checksum.
    The extension wants DEFLATE alone: zlib.compressobj(wbits=-15)."""
    return zlib.compress(data)


@wrong("10.2", (b"Hello",), (b"a" * 1000,))
def never_flushed(data):
    """The compressor still holds the data: compress() returns little or nothing until
    flush(zlib.Z_SYNC_FLUSH) is called."""
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(data)[:-4]


@wrong("10.3")
def new_one_for_each(payloads):
    """Each message got a new decompressor. The second message refers back to the first, which a new
    one has not seen: make one before the loop."""
    messages = []
    for payload in payloads:
        decompressor = zlib.decompressobj(wbits=-15)
        messages.append(decompressor.decompress(payload + TAIL))
    return messages


@wrong("10.3")
def tail_not_put_back(payloads):
    """The four bytes were not put back. A single message may still come out right, but the next one
    is then read from the wrong place."""
    decompressor = zlib.decompressobj(wbits=-15)
    messages = []
    for payload in payloads:
        messages.append(decompressor.decompress(payload))
    return messages


@wrong("10.3")
def zlib_header_expected(payloads):
    """Nothing could be unpacked. Without the minus in wbits=-15 zlib expects a header, which is not
    sent."""
    decompressor = zlib.decompressobj()
    return [decompressor.decompress(payload + TAIL) for payload in payloads]


@wrong("10.3")
def last_block_expected(payloads):
    """zlib.decompress waits for a block marked as the last, and none is sent. Make a
    zlib.decompressobj(wbits=-15) before the loop."""
    return [zlib.decompress(payload + TAIL, wbits=-15) for payload in payloads]


@wrong("10.4")
def all_then_count(payload, limit):
    """Everything was unpacked first and counted afterwards. That is too late: the bomb has gone
    off. Give decompress() a second argument, the most bytes it may return."""
    message = zlib.decompressobj(wbits=-15).decompress(payload + TAIL)
    return message if len(message) <= limit else None


@wrong("10.4")
def cut_at_the_limit(payload, limit):
    """The message was cut at the limit and handed over as if it were whole. Too long means None:
    ask for one byte more than the limit, and see whether it comes."""
    message = zlib.decompressobj(wbits=-15).decompress(payload + TAIL, limit)
    return None if len(message) > limit else message


@wrong("10.4")
def exactly_the_limit_refused(payload, limit):
    """A message of exactly the limit was refused. “At most” means that many or fewer."""
    message = zlib.decompressobj(wbits=-15).decompress(payload + TAIL, limit + 1)
    return None if len(message) >= limit else message


@wrong("10.4")
def by_what_is_left(payload, limit):
    """That input is left over (unconsumed_tail) does not mean that more of the message comes: it
    may be the end. Ask for one byte more than the limit instead."""
    decompressor = zlib.decompressobj(wbits=-15)
    message = decompressor.decompress(payload + TAIL, limit)
    return None if decompressor.unconsumed_tail else message


@wrong("10.4")
def zlib_decompress(payload, limit):
    """zlib.decompress waits for a block marked as the last, and none is sent. A
    zlib.decompressobj(wbits=-15) does not, and it can stop early."""
    message = zlib.decompress(payload + TAIL, wbits=-15)
    return message if len(message) <= limit else None


def first_that_suits(offered, trim=str.strip, equals="=", strict=True):
    """The answer of the solution, except for one thing that a wrong answer overlooks."""
    for offer in offered.split(","):
        name, *given = map(trim, offer.split(";"))
        kept = [word for word in given if word == "server_no_context_takeover"]
        others = {word.split(equals)[0] for word in given} - {*kept, *HINTS}
        if name == "permessage-deflate" and not (strict and others):
            return "; ".join([name, *kept])
    return None


@wrong("10.5")
def first_offer_only(offered):
    """Only the first offer was looked at. The client lists its offers in order of preference: if
    the first does not suit, try the next."""
    return first_that_suits(offered.split(",")[0])


@wrong("10.5")
def spaces_left_on(offered):
    """After a comma or a semicolon there may be a space, and then the names are not equal. strip()
    takes it away."""
    return first_that_suits(offered, trim=str)


@wrong("10.5", (OFFERS[1],))
def offer_sent_back(offered):
    """Hints were sent back, and they do not belong in the answer: there, client_max_window_bits
    would need a value and would bind the client."""
    return next((one.strip() for one in offered.split(",") if first_that_suits(one)), None)


@wrong("10.5")
def promise_missing(offered):
    """server_no_context_takeover was asked for, and the answer does not say it. Then the client has
    to fail the connection."""
    return first_that_suits(offered) and "permessage-deflate"


@wrong("10.5")
def value_counted_as_name(offered):
    """A hint with a value was not recognised as one of HINTS. The name of a parameter ends at the
    equals sign: word.split("=")[0]."""
    return first_that_suits(offered, equals=" ")


@wrong("10.5")
def unknown_parameters_taken(offered):
    """An offer was accepted although it has a parameter that is not in HINTS. The server cannot
    keep to what it does not understand, and it cannot make its window smaller."""
    return first_that_suits(offered, strict=False)
