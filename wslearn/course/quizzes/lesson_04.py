"""Quiz 04: the payload length."""

from wslearn.course.question import Question, right, wrong
from wslearn.protocol.bits import hex_bytes
from wslearn.protocol.frame import Frame
from wslearn.protocol.length import LONGEST, encode_length, header_size


def wire(length: int, bits: int | None = None) -> str:
    """A length as it stands on the wire, from the second byte on."""
    seven, extra = encode_length(length, bits)
    return hex_bytes(bytes([seven]) + extra)


LITTLE = hex_bytes(bytes([126]) + (300).to_bytes(2, "little"))

QUESTIONS = (
    Question(
        "Seven bits can hold numbers up to 127. Why do they give lengths up to 125 only?",
        "RFC 6455 §5.2",
        (
            right(
                "126 and 127 say that the length follows in further bytes",
                "After 126 it is in the next 2 bytes, after 127 in the next 8.",
            ),
            wrong(
                "Two bytes are kept free for the header",
                "The header is not part of the length. 125 is the payload's alone.",
            ),
            wrong(
                "Control frames may carry 125 bytes, and all frames follow them",
                "Control frames do end at 125, but other frames go far beyond, up to 2^63 - 1.",
            ),
            wrong(
                "One of the seven bits is used for MASK",
                "MASK is the eighth bit of that byte. All seven belong to the length.",
            ),
        ),
    ),
    Question(
        "How is a payload of 300 bytes announced, from the second byte of an unmasked frame on?",
        "RFC 6455 §5.2",
        (
            wrong(
                LITTLE,
                "These are the right bytes in the wrong order. The byte that counts most goes "
                "first.",
            ),
            wrong(
                wire(300, 64),
                "A receiver could read that, but it is not the shortest form, so it is not legal.",
            ),
            wrong(
                hex_bytes((300).to_bytes(2, "big")),
                f"The first byte must be {126:02x}, to say that two bytes of length follow.",
            ),
            right(
                wire(300),
                f"{126:02x} says that two bytes follow, and they hold 300 in network byte order.",
            ),
        ),
    ),
    Question(
        f"A frame states its length as {wire(5, 16)}. What does a careful receiver do?",
        "RFC 6455 §5.2",
        (
            wrong(
                "It reads a payload of five bytes: the number is clear",
                "Some libraries do. But the fewest bytes must be used, and a check on the short "
                "form alone would be fooled by this one.",
            ),
            right(
                "It fails the connection, although it could read the number",
                f"Five fits seven bits, {wire(5)}. Only the shortest form is legal.",
            ),
            wrong(
                "It waits until 126 bytes have come",
                "126 is the sign for the 16-bit form, not a length.",
            ),
            wrong(
                "It rewrites the header and goes on",
                "A receiver does not mend frames.",
            ),
        ),
    ),
    Question(
        "How large can the header of a frame get, masking-key included?",
        "RFC 6455 §5.2",
        (
            wrong(
                f"{header_size(5, masked=True)} bytes",
                "That is a masked frame with a short length. Longer forms add bytes.",
            ),
            wrong(
                f"{header_size(LONGEST, masked=False)} bytes",
                "That is the longest header without a masking-key, which has four bytes.",
            ),
            right(
                f"{header_size(LONGEST, masked=True)} bytes",
                "Two that every frame has, eight of length, four of key.",
            ),
            wrong(
                "It has no limit: the length may take as many bytes as it needs",
                "There are three forms, and the longest has eight bytes.",
            ),
        ),
    ),
    Question(
        "A header announces 2^62 bytes of payload. How much memory should the receiver reserve?",
        "RFC 6455 §5.2, §10.4",
        (
            wrong(
                "2^62 bytes, since it has to be ready for them",
                "No machine has that much. The peer would stop it with "
                f"{len(Frame(2).header(length=2**62))} bytes.",
            ),
            right(
                "None yet: memory grows with what comes, up to a limit",
                "A stated length is only a claim. Compare it with your own limit, and believe "
                "what comes.",
            ),
            wrong(
                "Half of it, and the rest when it comes",
                "Half of a claim is still a claim.",
            ),
            wrong(
                "It cannot happen: lengths end at 65535",
                f"The 64-bit form goes up to 2^63 - 1, that is {LONGEST}.",
            ),
        ),
    ),
)
