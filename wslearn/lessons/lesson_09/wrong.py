"""Typical wrong answers to 09.1 to 09.3 (one frame), and what each one comes from."""

from wslearn.checking.exercise import wrong

from .earlier import LIMIT, REFUSAL, accept_key, find_header, mask_bytes, reply
from .inputs import client, request
from .solutions import answer_request, header_fault, take_frame

# -- 09.1 ------------------------------------------------------------------------------------------


def given(data, line):
    """The request with this header before all others, so that one that is wrong does not count."""
    return data.replace(b"\r\n", b"\r\n" + line + b"\r\n", 1)


def text_of(data):
    return data.decode("latin-1")


@wrong("09.1")
def refused_before_it_is_whole(data):
    """A request that has not come whole was refused. A read may end anywhere: wait for the empty
    line, and return None until it is there."""
    return answer_request(data) or (REFUSAL, None)


@wrong("09.1")
def first_frame_thrown_away(data):
    """What came after the empty line was thrown away. It may be the client's first frame."""
    answered = answer_request(data)
    return answered and (answered[0], answered[1] and b"")


@wrong("09.1")
def empty_line_kept(data):
    """The empty line was taken for the beginning of the first frame. It belongs to the request."""
    answered = answer_request(data)
    if answered is None or answered[1] is None:
        return answered
    return answered[0], b"\r\n\r\n" + answered[1]


@wrong("09.1")
def waits_for_the_very_end(data):
    """It waited for the empty line at the very end of the bytes. A frame may have come after it in
    the same read: look for it anywhere, with partition."""
    return answer_request(data) if data.endswith(b"\r\n\r\n") else None


@wrong("09.1")
def upgrade_with_its_capitals(data):
    """`WebSocket` says the same as `websocket`: compare .lower()."""
    answered = answer_request(data)
    exact = find_header(text_of(data), "Upgrade") == "websocket"
    return answered if exact or answered is None else (REFUSAL, None)


@wrong("09.1", (request(upgrade="h2c"),))
def any_upgrade(data):
    """Nobody looked at what Upgrade says. A client may ask for another protocol: h2c is HTTP/2."""
    return answer_request(given(data, b"Upgrade: websocket"))


@wrong("09.1", (request(connection="keep-alive"),))
def connection_unseen(data):
    """Nobody looked at what Connection says. Without upgrade in it, the header Upgrade is not meant
    for this server."""
    return answer_request(given(data, b"Connection: Upgrade"))


@wrong("09.1")
def version_unseen(data):
    """The version was not looked at. After a 101, a client of another version would speak another
    protocol."""
    return answer_request(given(data, b"Sec-WebSocket-Version: 13"))


@wrong("09.1")
def method_unseen(data):
    """The method was not looked at. Only a GET may open a WebSocket."""
    return answer_request(data.replace(b"POST", b"GET", 1))


@wrong("09.1", (request(),))
def key_sent_back(data):
    """The key was sent back as it came. The client waits for its accept value: accept_key(key)."""
    answered = answer_request(data)
    key = find_header(text_of(data), "Sec-WebSocket-Key")
    return (reply(key), answered[1]) if answered and answered[1] is not None else answered


@wrong("09.1")
def answer_alone(data):
    """That is the answer alone. Return a tuple of two: the answer, and the bytes after the
    request."""
    answered = answer_request(data)
    return answered and answered[0]


@wrong("09.1", (request(key=None),))
def rest_after_a_refusal(data):
    """After a refusal the second value is None: there is no WebSocket, and nothing to read."""
    answered = answer_request(data)
    return answered and (answered[0], data.partition(b"\r\n\r\n")[2])


@wrong("09.1", (request(upgrade=None),))
def missing_header_in_small_letters(data):
    """A header may be missing; then find_header returns None, and None has no .lower(). Ask
    `is None` first."""
    if b"\r\n\r\n" in data:
        find_header(text_of(data), "Upgrade").lower()
    return answer_request(data)


@wrong("09.1", (request(key=None),), (request(),))
def missing_key_answered(data):
    """There was no key in this request, and None cannot be joined to the GUID. Ask `key is None`
    first."""
    if b"\r\n\r\n" in data:
        accept_key(find_header(text_of(data), "Sec-WebSocket-Key"))
    return answer_request(data)


@wrong("09.1", (request(),))
def header_in_bytes(data):
    """find_header looks for text, and the head is still bytes. head.decode("latin-1") makes text of
    it."""
    if b"\r\n\r\n" in data:
        find_header(data, "Upgrade")
    return answer_request(data)


@wrong("09.1", (request(),))
def nobody_gets_in(data):
    """A request in which all is fine was refused. Print the four values: each is text, so compare
    the version with "13", not with 13."""
    return answer_request(data) and (REFUSAL, None)


# -- 09.2 ------------------------------------------------------------------------------------------


def taken(data, *, bits=127, signs=(126, 127)):
    """The frame as far as it has come, its key, where its payload ends, and what follows."""
    length, start = data[1] & bits, 2
    if length in signs:
        start = 4 if length == 126 else 10
        length = int.from_bytes(data[2:start], "big")
    key, start = data[start : start + 4], start + 4
    end = start + length
    payload = mask_bytes(data[start:end], key) if len(key) == 4 else b""
    return (data[0] >> 7 == 1, data[0] & 0b1111, payload), key, end, data[end:]


@wrong("09.2")
def frame_that_is_not_whole(data):
    """A frame was handed on before all of it had come. Compare the end of the payload with the
    number of bytes that are there."""
    if len(data) < 2:
        return None
    frame, _, _, rest = taken(data)
    return frame, rest


@wrong("09.2")
def key_not_waited_for(data):
    """A frame was handed on four bytes too early. The key counts too when you ask whether all bytes
    are there."""
    if len(data) < 2:
        return None
    frame, _, end, rest = taken(data)
    return None if len(data) < end - 4 else (frame, rest)


@wrong("09.2")
def rest_in_the_payload(data):
    """What follows the frame was taken for payload. It ends `length` bytes after it begins."""
    found = take_frame(data)
    if found is None:
        return None
    _, key, end, _ = taken(data)
    start = end - len(found[0][2])
    return (*found[0][:2], mask_bytes(data[start:], key)), found[1]


@wrong("09.2")
def rest_thrown_away(data):
    """What came after the frame was thrown away. It is the beginning of the next one."""
    found = take_frame(data)
    return found and (found[0], b"")


@wrong("09.2")
def signs_taken_for_lengths(data):
    """126 and 127 were taken for lengths. They say that the length follows in two or eight
    bytes."""
    if len(data) < 2:
        return None
    frame, _, end, rest = taken(data, signs=())
    return None if len(data) < end else (frame, rest)


@wrong("09.2", (client(1, b"Hello"),), (client(1, b"Hello") * 2,))
def mask_in_the_length(data):
    """It waited for bytes that nobody promised. The second byte is MASK and the length: take seven
    bits of it, `data[1] & 0b0111_1111`."""
    if len(data) < 2:
        return None
    frame, _, end, rest = taken(data, bits=255)
    return None if len(data) < end else (frame, rest)


@wrong("09.2")
def opcode_with_fin(data):
    """The whole first byte was taken for the opcode. It is the last four bits: & 0b1111."""
    found = take_frame(data)
    return found and ((found[0][0], data[0], found[0][2]), found[1])


@wrong("09.2")
def left_masked(data):
    """The payload is still masked: mask_bytes(payload, key)."""
    found = take_frame(data)
    return found and ((*found[0][:2], mask_bytes(found[0][2], taken(data)[1])), found[1])


@wrong("09.2")
def frame_left_in_front(data):
    """The frame itself is still in front of what is left. A server would read it again and
    again."""
    found = take_frame(data)
    return found and (found[0], data)


@wrong("09.2")
def waits_for_one_more_byte(data):
    """A frame that was just whole had to wait for one more byte. It is whole if
    len(data) >= end."""
    found = take_frame(data)
    return found if found and found[1] else None


@wrong("09.2")
def frame_alone(data):
    """That is the frame alone. Return a tuple of two: the frame, and the bytes after it."""
    found = take_frame(data)
    return found and found[0]


# -- 09.3 ------------------------------------------------------------------------------------------


def told(*first_two):
    """The arguments by which a slip is known: two bytes."""
    return (bytes(first_two),)


def judged(data, change):
    """The fault of a header in which FIN and opcode, MASK and length are taken for others."""
    if len(data) < 2:
        return None
    return header_fault(bytes(change(data[0], data[1])) + data[2:])


def judged_length(data, change):
    """The fault of a header whose long length is taken for another number."""
    size = {126: 2, 127: 8}.get(data[1] & 127, 0) if len(data) > 1 else 0
    if size == 0 or len(data) < 2 + size:
        return header_fault(data)
    length = change(int.from_bytes(data[2 : 2 + size], "big"), size)
    return header_fault(data[:2] + length.to_bytes(size, "big"))


@wrong("09.3", told(0b1000_0001, 5))
def mask_unseen(data):
    """A frame without a mask was let through. A server has to refuse it."""
    return judged(data, lambda first, second: (first, second | 128))


@wrong("09.3", told(0b1000_0011, 0b1000_0101), told(0b1000_1011, 0b1000_0101))
def opcode_unseen(data):
    """The opcode was not looked at. Ten of the sixteen have no meaning."""
    return judged(data, lambda first, second: (first & 0b1111_1000 | first >> 3 & 1, second))


@wrong("09.3", told(0b1000_0011, 0b1000_0101), told(0b1000_1011, 0b1000_0101))
def opcodes_up_to_10(data):
    """Opcodes 3 to 7 have no meaning either."""
    return judged(
        data,
        lambda first, second: (first & 0b1111_0010 | 2 if 3 <= first & 15 <= 7 else first, second),
    )


@wrong("09.3", told(0b0000_1000, 0b1000_0101))
def cut_control_frame(data):
    """A fragment of a control frame was let through. Control frames are never cut."""
    return judged(data, lambda first, second: (first | (first & 8) << 4, second))


@wrong("09.3", told(0b1100_0001, 0b1000_0101))
def reserved_bits_unseen(data):
    """The reserved bits were not looked at. They are the three bits after FIN."""
    return judged(data, lambda first, second: (first & 0b1000_1111, second))


@wrong("09.3", told(0b1000_1001, 0b1111_1110))
def long_control_frame(data):
    """A control frame with a long length was let through: 126 and 127 stand for more than 125
    bytes."""
    return judged(
        data,
        lambda first, second: (
            (0b1000_0010, second)
            if first & 0b1111_1000 == 0b1000_1000 and first & 15 <= 10 and second >= 254
            else (first, second)
        ),
    )


@wrong("09.3", (bytes([0b1000_0010, 254, 0, 5]),))
def longer_form_than_needed(data):
    """A length that fits a shorter form was let through. Each length has one form only."""
    return judged_length(data, lambda length, size: max(length, 126 if size == 2 else 65_536))


@wrong("09.3")
def first_bit_of_64(data):
    """The first bit of the 64 was not looked at. Such a number is not a length at all: 1002."""
    return judged_length(data, lambda length, size: min(length, 2**63 - 1))


@wrong("09.3")
def no_limit(data):
    """More than LIMIT was let through. A server that waits for it keeps everything in memory."""
    return judged_length(data, lambda length, size: LIMIT if LIMIT < length < 2**63 else length)


@wrong("09.3")
def code_1002_for_the_limit(data):
    """1002 says that a rule is broken. A frame over LIMIT breaks none, it is only too much for this
    server: 1009."""
    return header_fault(data) and 1002


@wrong("09.3")
def continuation_refused(data):
    """A continuation was refused. Opcode 0 has a meaning, too."""
    return 1002 if len(data) > 1 and data[0] & 15 == 0 else header_fault(data)


@wrong("09.3")
def fragment_refused(data):
    """A fragment was refused. Only a control frame has to have FIN 1."""
    return 1002 if len(data) > 1 and data[0] < 128 else header_fault(data)


@wrong("09.3")
def length_judged_too_early(data):
    """A long length was judged before all of its bytes had come. Look at len(data) first."""
    size = {126: 2, 127: 8}.get(data[1] & 127, 0) if len(data) > 1 else 0
    length = int.from_bytes(data[2 : 2 + size], "big")
    return header_fault(data[:2] + length.to_bytes(size, "big"))
