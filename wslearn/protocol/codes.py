"""The numbers of the protocol: opcodes and close codes, with what each one means.

An *opcode* is the four-bit number in the first byte of a frame that says what the frame is (RFC
6455 §5.2). A *close code* is the two-byte number a Close frame may carry to say why a connection
ends (§7.4). Both are small tables, and everything else in the course reads them from here.
"""

from enum import IntEnum


class Opcode(IntEnum):
    """What a frame is, in four bits (RFC 6455 §5.2, registered in §11.8)."""

    CONTINUATION = 0x0
    TEXT = 0x1
    BINARY = 0x2
    CLOSE = 0x8
    PING = 0x9
    PONG = 0xA


OPCODE_MEANINGS: dict[int, str] = {
    Opcode.CONTINUATION: "more of the message before it",
    Opcode.TEXT: "UTF-8 follows",
    Opcode.BINARY: "bytes of any kind follow",
    Opcode.CLOSE: "the end of the connection",
    Opcode.PING: "are you there?",
    Opcode.PONG: "yes, I am here",
}

CONTROL_BIT = 0b1000
"""The top bit of the opcode tells control frames (8 to 15) from data frames (0 to 7), §5.5."""


def is_control(opcode: int) -> bool:
    """Whether frames with this opcode are control frames: Close, Ping, Pong (RFC 6455 §5.5).

    >>> is_control(Opcode.PING), is_control(Opcode.TEXT)
    (True, False)
    """
    return bool(opcode & CONTROL_BIT)


def is_reserved(opcode: int) -> bool:
    """Whether no RFC gives this opcode a meaning yet: 3 to 7 and 11 to 15 (RFC 6455 §5.2)."""
    return opcode not in OPCODE_MEANINGS


def opcode_name(opcode: int) -> str:
    """The name of an opcode in words, such as ``text``, ``ping`` or ``reserved data``.

    >>> opcode_name(0x1), opcode_name(0xB)
    ('text', 'reserved control')
    """
    if is_reserved(opcode):
        return "reserved control" if is_control(opcode) else "reserved data"
    return Opcode(opcode).name.lower()


def opcode_number(opcode: int) -> str:
    """An opcode as a picture writes it and as the RFC does: one hex digit, and the decimal number.

    >>> opcode_number(0x3), opcode_number(0xB)
    ('3', '0xb (11)')
    """
    return str(opcode) if opcode < 10 else f"{opcode:#x} ({opcode})"


class CloseCode(IntEnum):
    """Why a connection ends (RFC 6455 §7.4.1; 1012 to 1014 were registered with IANA later)."""

    NORMAL_CLOSURE = 1000
    GOING_AWAY = 1001
    PROTOCOL_ERROR = 1002
    UNSUPPORTED_DATA = 1003
    NO_STATUS_RECEIVED = 1005
    ABNORMAL_CLOSURE = 1006
    INVALID_PAYLOAD_DATA = 1007
    POLICY_VIOLATION = 1008
    MESSAGE_TOO_BIG = 1009
    MANDATORY_EXTENSION = 1010
    INTERNAL_ERROR = 1011
    SERVICE_RESTART = 1012
    TRY_AGAIN_LATER = 1013
    BAD_GATEWAY = 1014
    TLS_HANDSHAKE = 1015


CLOSE_MEANINGS: dict[int, str] = {
    CloseCode.NORMAL_CLOSURE: "the purpose is fulfilled",
    CloseCode.GOING_AWAY: "a server goes down, or a page is left",
    CloseCode.PROTOCOL_ERROR: "a rule of the protocol was broken",
    CloseCode.UNSUPPORTED_DATA: "this kind of data is not taken here",
    CloseCode.NO_STATUS_RECEIVED: "no code came; never sent",
    CloseCode.ABNORMAL_CLOSURE: "the line went dead without a Close; never sent",
    CloseCode.INVALID_PAYLOAD_DATA: "data not of its stated type, such as text that is not UTF-8",
    CloseCode.POLICY_VIOLATION: "against a policy of this endpoint",
    CloseCode.MESSAGE_TOO_BIG: "more than this endpoint can take",
    CloseCode.MANDATORY_EXTENSION: "the server did not agree to an extension the client needs",
    CloseCode.INTERNAL_ERROR: "something unexpected went wrong here",
    CloseCode.SERVICE_RESTART: "the service restarts",
    CloseCode.TRY_AGAIN_LATER: "the service is overloaded",
    CloseCode.BAD_GATEWAY: "a gateway got a bad answer from behind",
    CloseCode.TLS_HANDSHAKE: "the TLS handshake failed; never sent",
}

NEVER_SENT = frozenset(
    {CloseCode.NO_STATUS_RECEIVED, CloseCode.ABNORMAL_CLOSURE, CloseCode.TLS_HANDSHAKE}
)
"""Codes an endpoint only tells its own application, never the peer (RFC 6455 §7.4.1)."""


def close_code_may_travel(code: int) -> bool:
    """Whether a Close frame may carry this code (RFC 6455 §7.4.1 and §7.4.2).

    1000 to 2999 belong to the protocol, so there only codes with a meaning count; 3000 to 3999
    are for libraries and frameworks, 4000 to 4999 for private use.

    >>> [code for code in (999, 1000, 1005, 1016, 3000, 5000) if close_code_may_travel(code)]
    [1000, 3000]
    """
    if 3000 <= code <= 4999:
        return True
    return code in CLOSE_MEANINGS and code not in NEVER_SENT


def close_code_meaning(code: int) -> str:
    """What a close code says, in words, even for codes that no RFC defines (RFC 6455 §7.4.2)."""
    if code in CLOSE_MEANINGS:
        return CLOSE_MEANINGS[code]
    if code < 1000:
        return "0 to 999 are not used"
    if code < 3000:
        return "reserved for the protocol, without a meaning yet"
    if code < 4000:
        return "for libraries and frameworks, registered with IANA"
    if code < 5000:
        return "for private use"
    return "above 4999 nothing is defined"
