"""Quiz 03: the first two bytes of a frame."""

from wslearn.course.question import Question, right, wrong
from wslearn.protocol.codes import Opcode
from wslearn.protocol.frame import RSV1, Frame

WHOLE = Frame.text("Hello").first_byte()
PART = Frame.text("Hel", fin=False).first_byte()
PING = Frame.ping().first_byte()

QUESTIONS = (
    Question(
        f"A frame begins with the byte {PART:02x}. What does it say?",
        "RFC 6455 §5.2, §5.4",
        (
            wrong(
                "A whole text message",
                f"That would be {WHOLE:02x}: FIN set, opcode {Opcode.TEXT:x}.",
            ),
            right(
                "Text, and more frames to come",
                f"The bits are {PART:08b}: FIN is 0, the opcode is {Opcode.TEXT:x}.",
            ),
            wrong(
                "One byte of payload follows",
                "The length stands in the second byte, not in the first.",
            ),
            wrong(
                "The last frame of a binary message that began before",
                f"Further frames of a message have opcode {Opcode.CONTINUATION:x}, and its last "
                "one has FIN set.",
            ),
        ),
    ),
    Question(
        "A receiver that agreed on no extension gets a frame with RSV1 set. What does it do?",
        "RFC 6455 §5.2",
        (
            wrong(
                "It ignores the bit, because it is reserved for the future",
                "Many protocols do that. Here a bit that nobody agreed on means that the two sides "
                "misunderstand each other.",
            ),
            wrong(
                "It unpacks the payload with zlib before it reads it",
                "Only after both sides agreed on permessage-deflate in the handshake.",
            ),
            wrong(
                "It clears the bit and answers with the frame as it should have been",
                "A receiver does not mend frames.",
            ),
            right(
                "It fails the connection: nobody agreed on what that bit means",
                f"A first byte such as {WHOLE | RSV1:02x} is legal only with an extension that "
                "uses RSV1.",
            ),
        ),
    ),
    Question(
        "Which bit of the opcode tells a control frame from a data frame?",
        "RFC 6455 §5.2, §5.5",
        (
            right(
                "The first of the four",
                f"It counts 8, so Close, Ping and Pong are {Opcode.CLOSE:x}, {Opcode.PING:x} and "
                f"{Opcode.PONG:x}.",
            ),
            wrong(
                "The last of the four",
                f"That one tells text from binary, {Opcode.TEXT:x} from {Opcode.BINARY:x}, and is "
                "1 in Ping too.",
            ),
            wrong(
                "No single bit: there is a list in the RFC",
                "There is a list, but it follows one bit, and so will opcodes to come.",
            ),
            wrong(
                "FIN, because control frames are never fragmented",
                "It is true that FIN is always 1 in them. But most data frames have it set too.",
            ),
        ),
    ),
    Question(
        f"A Ping begins with {PING:02x}. A frame begins with {PING & 0x7F:02x} instead. Is it "
        "legal?",
        "RFC 6455 §5.4, §5.5",
        (
            wrong(
                "Yes, it is a Ping that goes on in the next frame",
                "Control frames are never cut into fragments. They are short enough.",
            ),
            wrong(
                "Yes, but only if a server sends it",
                "The rule is the same for both sides.",
            ),
            right(
                "No: FIN must be 1 in a control frame",
                "So each control frame is whole, and can stand between the fragments of a message.",
            ),
            wrong(
                "No: the opcode is reserved",
                f"The opcode is still {Opcode.PING:x}, Ping. Only FIN has changed.",
            ),
        ),
    ),
    Question(
        "A server gets a frame whose opcode is 3. Nobody agreed on an extension. What follows?",
        "RFC 6455 §5.2",
        (
            wrong(
                "It skips the frame: the length tells where the next one begins",
                "It could, but it must not. To skip what one does not understand hides mistakes.",
            ),
            right(
                "It fails the connection, whatever the rest of the frame holds",
                "3 to 7 are reserved for further data frames. An unknown opcode ends the "
                "connection.",
            ),
            wrong(
                "It hands the bytes to the program as binary",
                "Nobody knows what they mean. Binary has an opcode of its own, 2.",
            ),
            wrong(
                "It answers with a Pong, to say that it is there but cannot read this",
                "A Pong answers a Ping, or comes unasked. It is no complaint.",
            ),
        ),
    ),
)
