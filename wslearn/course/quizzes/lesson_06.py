"""Quiz 06: fragments, control frames between them, and text that is cut."""

from wslearn.course.question import Question, right, wrong
from wslearn.protocol.codes import CloseCode

PROTOCOL = f"{CloseCode.PROTOCOL_ERROR:d}"
NOT_TEXT = f"{CloseCode.INVALID_PAYLOAD_DATA:d}"

QUESTIONS = (
    Question(
        "A binary message travels in three frames. What do FIN and the opcode of the second frame "
        "say?",
        "RFC 6455 §5.4",
        (
            wrong(
                "FIN 0, and opcode 2 for binary",
                "That would begin a second message inside the first. The kind is said once, by "
                "the first frame.",
            ),
            right(
                "FIN 0, and opcode 0 for continuation",
                "It goes on with the message, and it is not the last frame of it.",
            ),
            wrong(
                "FIN 1, and opcode 0 for continuation",
                "That is the third frame: FIN 1 ends the message.",
            ),
            wrong(
                "FIN 1, and opcode 2 for binary",
                "That is a whole message in a single frame.",
            ),
        ),
    ),
    Question(
        "The first two of three fragments have come. Now a ping comes, and it has FIN 1. What does "
        "the receiver do?",
        "RFC 6455 §5.4, §5.5.2",
        (
            wrong(
                f"Fails the connection with {PROTOCOL}, for the message is not whole",
                "Control frames may stand between fragments. A long message would block them "
                "otherwise.",
            ),
            wrong(
                "Takes the message for ended, since FIN is 1",
                "FIN of a control frame says that the control frame is whole. It says nothing "
                "about the message around it.",
            ),
            wrong(
                "Keeps the ping, and answers after the third fragment",
                "A pong should go out as soon as it can, and it may stand between the fragments "
                "of the other direction too.",
            ),
            right(
                "Answers with a pong, and goes on waiting",
                "The ping does not touch the message. What has come of it stays as it is.",
            ),
        ),
    ),
    Question(
        "A text frame with FIN 0 has come. The next frame is a text frame with FIN 1. What does "
        "the receiver do?",
        "RFC 6455 §5.4",
        (
            right(
                f"It fails the connection with {PROTOCOL}",
                "Only a continuation or a control frame may come here. Two messages of one "
                "direction never mix, unless an extension says how.",
            ),
            wrong(
                "It puts the two together, since both of them are text",
                "An opcode other than 0 begins a message. A fragment that goes on has opcode 0.",
            ),
            wrong(
                "It hands over the second message, and waits on for the first",
                "Later nobody could tell which of the two a continuation belongs to.",
            ),
            wrong(
                "It forgets the first message and takes the second",
                "Then a message would get lost without a word. A broken rule ends the connection.",
            ),
        ),
    ),
    Question(
        "A euro sign takes three bytes of UTF-8. A text frame with FIN 0 ends after the second of "
        "them. What does the receiver do?",
        "RFC 6455 §5.6",
        (
            wrong(
                f"Fails the connection with {NOT_TEXT}: the frame is no UTF-8",
                "A frame alone need not be UTF-8. The message has to be.",
            ),
            wrong(
                "Replaces the two bytes by a question mark",
                "That would spoil a message in which nothing is wrong.",
            ),
            right(
                "Keeps the two bytes, and looks what comes next",
                "The next fragment may bring the third byte. If it brings another one, or if the "
                f"message ends, that is {NOT_TEXT}.",
            ),
            wrong(
                "Takes the message for binary, which it must be then",
                "The opcode says what a message is, and no payload changes that.",
            ),
        ),
    ),
    Question(
        "A drawing program sends each stroke as one fragment of a message that never ends, and its "
        "server takes each fragment that comes for one stroke. What is wrong with that?",
        "RFC 6455 §5.4",
        (
            wrong(
                "A message has at most 125 fragments",
                "125 is the limit for the payload of a control frame, in bytes. Fragments have "
                "no limit of their own.",
            ),
            right(
                "Somebody on the way may cut it anew",
                "Where frames begin and end carries no meaning. A stroke that should arrive as "
                "one has to be a message.",
            ),
            wrong(
                "Nothing, since the fragments keep their order",
                "They do keep their order, and the bytes too. But they may be cut at other places.",
            ),
            wrong(
                "The server has to answer each fragment",
                "No data frame asks for an answer. Only a ping and a close do.",
            ),
        ),
    ),
)
