"""Quiz 10: permessage-deflate."""

from wslearn.course.question import Question, right, wrong
from wslearn.protocol.codes import CloseCode
from wslearn.protocol.deflate import LARGEST_WINDOW

LIMIT = 2**16

QUESTIONS = (
    Question(
        "A compressed text travels in three frames, and a ping comes after the first of them. "
        "Which of the four frames have RSV1 set?",
        "RFC 7692 §6.1",
        (
            wrong(
                "All four",
                "A ping with RSV1 fails the connection, and so does a continuation with RSV1.",
            ),
            wrong(
                "The three of the message",
                "The first frame speaks for the whole message. RSV1 on a continuation is an error.",
            ),
            right(
                "The first of the three",
                "RSV1 stands where the opcode of the message stands: on its first frame. Control "
                "frames are never compressed.",
            ),
            wrong(
                "The last of the three, with FIN",
                "The receiver would have taken the first payload for text long before.",
            ),
        ),
    ),
    Question(
        "A server sends the same reading twice, and the second frame is far smaller. What does the "
        "client need to read the second one?",
        "RFC 7692 §7.2.2",
        (
            right(
                "What the first message said, kept in its window",
                "The second message says little more than “the same again”. Without the window "
                "there is nothing to go back to.",
            ),
            wrong(
                "Nothing but the frame: every message can be read alone",
                "That is so only where server_no_context_takeover was agreed on.",
            ),
            wrong(
                "The compressed bytes of the first message, to compare",
                "The window holds what the bytes meant, after they were unpacked.",
            ),
            wrong(
                "A table of codes that came with the handshake",
                "The handshake settles parameters. It carries no data to unpack with.",
            ),
        ),
    ),
    Question(
        "The offer says permessage-deflate; client_no_context_takeover, and the answer says "
        "permessage-deflate alone. What may the server rely on?",
        "RFC 7692 §7.1.1.2, §7.2.2",
        (
            wrong(
                "That the client drops its window, for it has said so",
                "In an offer that is a hint. What binds the client is the answer.",
            ),
            wrong(
                "That neither side keeps a window from message to message",
                "The server's own window was never in question here.",
            ),
            wrong(
                "That the handshake has failed: the parameter had to come back",
                "That holds for server_no_context_takeover. A hint may go unanswered.",
            ),
            right(
                "On nothing: the client may still refer to earlier messages",
                "So the server has to keep the window for it. Only a parameter in the answer "
                "would bind the client.",
            ),
        ),
    ),
    Question(
        f"Your limit for a message is {LIMIT} bytes. A compressed message of a thousand bytes "
        "comes in, and it would unpack to a million. When do you stop?",
        "RFC 6455 §10.4",
        (
            wrong(
                "When the header states a payload length over the limit",
                "It states a thousand, which is well below the limit.",
            ),
            right(
                "While unpacking, as soon as the limit is passed",
                f"Ask for one byte more than the limit. If it comes, close with "
                f"{CloseCode.MESSAGE_TOO_BIG:d}.",
            ),
            wrong(
                "After unpacking, when the length of the message is known",
                "By then the memory is full. The limit has to hold before.",
            ),
            wrong(
                "Never: DEFLATE cannot make data that much smaller",
                "Zeros shrink to about a thousandth.",
            ),
        ),
    ),
    Question(
        "One compressed message holds a secret and, beside it, words that an attacker chose. TLS "
        "hides every byte. What can the attacker learn by watching?",
        "RFC 7692 §8",
        (
            wrong(
                "Nothing at all, since TLS encrypts the compressed bytes",
                "TLS hides the bytes, but not how many there are.",
            ),
            wrong(
                f"Only something if the window has fewer than {LARGEST_WINDOW} bits",
                "A larger window only finds more repeats. Its size is not the matter.",
            ),
            right(
                "Whether the chosen words occur in the secret, from the length",
                "A guess that repeats the secret is packed shorter. Letter by letter that is "
                "enough.",
            ),
            wrong(
                "The masking-key, from which everything else follows",
                "The key protects no secret, and it has nothing to do with compression.",
            ),
        ),
    ),
)
