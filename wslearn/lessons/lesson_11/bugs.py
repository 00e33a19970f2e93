"""Real mistakes of real libraries, each made again in a few lines of ours (RFC 6455 §5).

No line here is copied. Each exhibit of the museum names the public issue or pull request that says
what went wrong; the same slip is made again here, in Python, as short as possible. The museum shows
both functions of a pair under one name, so that the name tells nothing, and without the sentence
that says which is which.
"""

from wslearn.protocol.frame import Frame
from wslearn.protocol.masking import mask


def write_length_slip(length: int) -> bytes:
    """A length as eight bytes; the slip of capnproto."""
    shifts = (56, 48, 40, 42, 24, 16, 8, 0)
    return bytes(length >> shift & 255 for shift in shifts)


def write_length_right(length: int) -> bytes:
    """A length as eight bytes."""
    shifts = (56, 48, 40, 32, 24, 16, 8, 0)
    return bytes(length >> shift & 255 for shift in shifts)


def write_header_slip(length: int, key: bytes) -> bytes:
    """The header of a masked binary frame of medium length; the slip of domoticz."""
    first_two = bytes([128 + 2, 128 + 126])
    return first_two + length.to_bytes(4, "big") + key


def write_header_right(length: int, key: bytes) -> bytes:
    """The header of a masked binary frame of medium length."""
    first_two = bytes([128 + 2, 128 + 126])
    return first_two + length.to_bytes(2, "big") + key


def read_length_slip(header: bytes) -> str | int:
    """The length after the first two bytes, or why it is refused; the slip of cro."""
    size = {126: 2, 127: 8}[header[1] & 127]
    if header[2] >= 128:
        return "refused: the top bit of the length is set"
    return int.from_bytes(header[2 : 2 + size], "big")


def read_length_right(header: bytes) -> str | int:
    """The length after the first two bytes, or why it is refused."""
    size = {126: 2, 127: 8}[header[1] & 127]
    if size == 8 and header[2] >= 128:
        return "refused: the top bit of the length is set"
    return int.from_bytes(header[2 : 2 + size], "big")


def next_step_slip(came: bytes) -> str:
    """What a parser does with a masked frame, once its length is there; the slip of baresip."""
    length = int.from_bytes(came[2:10], "big")
    needed = (4 + length) % 2**64  # a key and the payload, in a number of 64 bits
    if len(came) - 10 < needed:
        return "waits for more"
    return f"unmasks {length} bytes"


def next_step_right(came: bytes) -> str:
    """What a parser does with a masked frame, once its 64-bit length is there."""
    length = int.from_bytes(came[2:10], "big")
    if length >= 2**63:
        return "refused: the top bit of the length is set"
    if len(came) - 10 < 4 + length:
        return "waits for more"
    return f"unmasks {length} bytes"


def key_places_slip(header: bytes) -> list[int]:
    """The places that the four bytes of the key are written to; the slip of tinymux."""
    index = {126: 2, 127: 8}.get(header[1] & 127, 0)  # bytes of length stored
    places = [index]  # where the first byte of the key is written
    while index < 3:
        index += 1
        places.append(index)
    return places


def key_places_right(header: bytes) -> list[int]:
    """The places that the four bytes of the key are written to."""
    index = {126: 2, 127: 8}.get(header[1] & 127, 0)  # bytes of length stored
    index = 0
    places = [index]  # where the first byte of the key is written
    while index < 3:
        index += 1
        places.append(index)
    return places


def read_message_slip(came: bytes) -> str | bytes:
    """What a server takes for the message in a client's frame; the slip of xx-net."""
    length = came[1] & 127
    key, payload = came[2:6], came[6 : 6 + length]
    return mask(payload, key)


def read_message_right(came: bytes) -> str | bytes:
    """What a server takes for the message in a client's frame."""
    length = came[1] & 127
    if came[1] < 128:
        return "refused: a client's frame is not masked"
    key, payload = came[2:6], came[6 : 6 + length]
    return mask(payload, key)


def after_the_pong_slip(came: bytes) -> str | bytes:
    """What a client takes for the next frame after a server's pong; the slip of starscream."""
    length = came[1] & 127
    return came[2 + length :]


def after_the_pong_right(came: bytes) -> str | bytes:
    """What a client takes for the next frame after a server's pong."""
    length = came[1] & 127
    if came[1] >= 128:
        return "refused: a server's frame is masked"
    return came[2 + length :]


def answer_ping_slip(ping: bytes) -> bytes:
    """The pong to a masked ping; the slip of websocket-kit."""
    payload = ping[6:]
    return Frame.pong(payload).encode()


def answer_ping_right(ping: bytes) -> bytes:
    """The pong to a masked ping."""
    payload = mask(ping[6:], ping[2:6])
    return Frame.pong(payload).encode()


def unmask_reads_slip(reads: list[bytes], key: bytes) -> bytes:
    """The payload of a masked frame that came in several reads; the slip of moddable."""
    message = b""
    for piece in reads:  # each takes all that has come
        start = 0
        message += bytes(byte ^ key[(start + i) % 4] for i, byte in enumerate(piece))
    return message


def unmask_reads_right(reads: list[bytes], key: bytes) -> bytes:
    """The payload of a masked frame that came in several reads."""
    message = b""
    for piece in reads:  # each takes all that has come
        start = len(message)
        message += bytes(byte ^ key[(start + i) % 4] for i, byte in enumerate(piece))
    return message


def read_text_slip(frame: bytes) -> str:
    """The text in a masked frame; the slip of kaitai."""
    payload = frame[6:]
    return payload.decode()


def read_text_right(frame: bytes) -> str:
    """The text in a masked frame."""
    payload = mask(frame[6:], frame[2:6])
    return payload.decode()
