"""Typical wrong answers to 15.1 to 15.3: the socket, the reply, the frame."""

from wslearn.checking.exercise import wrong
from wslearn.protocol.examples import COURSE_KEY

from .client_inputs import GOOD
from .given import encode_length, find_header, mask_bytes
from .solutions import check_reply

# -- 15.1 ------------------------------------------------------------------------------------------


@wrong("15.1")
def handed_over_once(data, taken):
    """What was left was never handed over. `send` returns how many bytes it took."""
    return [data] if taken else []


@wrong("15.1")
def from_the_beginning_again(data, taken):
    """All of the data was handed over again, so the receiver gets its beginning twice. Cut off what
    was taken: data[count:]."""
    return [data for _ in taken]


@wrong("15.1")
def only_what_was_taken(data, taken):
    """That is what `send` took each time, which nobody knows in advance. Hand over all that is
    left."""
    handed = []
    for count in taken:
        handed.append(data[:count])
        data = data[count:]
        if data == b"":
            break
    return handed


@wrong("15.1")
def nothing_handed_over_at_the_end(data, taken):
    """An empty piece was handed over after everything had been taken. Once all bytes are taken,
    stop."""
    handed = []
    for count in taken:
        handed.append(data)
        data = data[count:]
    return handed


@wrong("15.1")
def counted_from_the_beginning(data, taken):
    """Each cut was made in all of the data. What was taken before is already gone: cut what is
    left."""
    handed, left = [], data
    for count in taken:
        handed.append(left)
        left = data[count:]
        if left == b"":
            break
    return handed


@wrong("15.1")
def one_call_too_many(data, taken):
    """One more piece was handed over than there are numbers in `taken`. Each of them belongs to one
    call: hand over first, then cut off what that call took."""
    handed = [data]
    for count in taken:
        data = data[count:]
        if data == b"":
            break
        handed.append(data)
    return handed


# -- 15.2 ------------------------------------------------------------------------------------------


@wrong("15.2")
def refused_before_it_is_whole(data, key):
    """A reply was refused before all of it had arrived. Return None until the empty line is
    there."""
    return check_reply(data, key) or (False, None)


@wrong("15.2")
def first_frame_thrown_away(data, key):
    """What came after the empty line was thrown away. A server may speak first: those bytes may be
    a frame."""
    checked = check_reply(data, key)
    return checked and (checked[0], checked[1] and b"")


@wrong("15.2")
def any_status(data, key):
    """The status was not looked at. Only 101 opens a WebSocket; everything else is HTTP."""
    first = data.partition(b"\r\n")[0]
    return check_reply(data.replace(first, GOOD.partition(b"\r\n")[0], 1), key)


@wrong("15.2")
def any_accept(data, key):
    """The accept value was not compared with that of the key. It is what proves that a WebSocket
    server, and not a cache, has answered this very request."""
    value = find_header(data.decode("latin-1"), "Sec-WebSocket-Accept")
    right = find_header(GOOD.decode(), "Sec-WebSocket-Accept")
    if value is None:
        return check_reply(data, key)
    return check_reply(data.replace(value.encode(), right.encode()), key)


@wrong("15.2")
def extensions_unseen(data, key):
    """An extension that nobody had asked for was accepted. The next frame may then be compressed,
    and this client could not read it: it has to fail the connection (§4.1)."""
    return check_reply(data.replace(b"Sec-WebSocket-Extensions", b"X-Extensions"), key)


@wrong("15.2")
def protocol_unseen(data, key):
    """A subprotocol that nobody had asked for was accepted. The server will speak it, and this
    client does not know it: it has to fail the connection (§4.1)."""
    return check_reply(data.replace(b"Sec-WebSocket-Protocol", b"X-Protocol"), key)


@wrong("15.2")
def upgrade_with_its_capitals(data, key):
    """`WebSocket` means the same as `websocket`: compare .lower()."""
    value = find_header(data.decode("latin-1"), "Upgrade")
    checked = check_reply(data, key)
    return checked if checked is None or value in ("websocket", None) else (False, None)


# -- 15.3 ------------------------------------------------------------------------------------------


def _frame(first, length, key, payload):
    return bytes([first]) + length + key + payload


@wrong("15.3")
def mask_bit_forgotten(opcode, payload, key):
    """The payload is masked, but the MASK bit is 0: the server takes the key for the beginning of
    the payload. It fails the connection anyway, since a client must mask (§5.1)."""
    length = encode_length(len(payload))
    return _frame(0b1000_0000 | opcode, length, key, mask_bytes(payload, key))


@wrong("15.3")
def not_masked(opcode, payload, key):
    """The payload went out as it is. The key is in the frame, so the server unmasks it, and gets
    noise."""
    length = encode_length(len(payload))
    mask_and_length = bytes([0b1000_0000 | length[0]]) + length[1:]
    return _frame(0b1000_0000 | opcode, mask_and_length, key, payload)


@wrong("15.3")
def key_left_out(opcode, payload, key):
    """The key is missing. The server needs it to unmask the payload, and it comes before it."""
    length = encode_length(len(payload))
    mask_and_length = bytes([0b1000_0000 | length[0]]) + length[1:]
    return _frame(0b1000_0000 | opcode, mask_and_length, b"", mask_bytes(payload, key))


@wrong("15.3")
def fin_forgotten(opcode, payload, key):
    """FIN is 0, so the server waits for another fragment. Put 0b1000_0000 into the first byte."""
    length = encode_length(len(payload))
    mask_and_length = bytes([0b1000_0000 | length[0]]) + length[1:]
    return _frame(opcode, mask_and_length, key, mask_bytes(payload, key))


@wrong("15.3", (2, b"." * 126, COURSE_KEY))
def seven_bits_alone(opcode, payload, key):
    """From 126 bytes on, the length does not fit into seven bits. encode_length gives all of its
    bytes: only the first one gets the MASK bit, the others follow."""
    length = bytes([0b1000_0000 | encode_length(len(payload))[0]])
    return _frame(0b1000_0000 | opcode, length, key, mask_bytes(payload, key))


@wrong("15.3")
def mask_bit_in_every_byte(opcode, payload, key):
    """The MASK bit was put into every byte of the length. It is one bit, in the first of them."""
    length = bytes([0b1000_0000 | byte for byte in encode_length(len(payload))])
    return _frame(0b1000_0000 | opcode, length, key, mask_bytes(payload, key))
