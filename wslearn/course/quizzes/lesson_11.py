"""Quiz 11: what attackers send."""

from wslearn.course.question import Question, right, wrong
from wslearn.protocol.codes import CloseCode

LIMIT = 2**20

QUESTIONS = (
    Question(
        f"Your limit for a message is {LIMIT} bytes. The first fourteen bytes of a frame are "
        "there, and they state a length of 2^62. When do you refuse it?",
        "RFC 6455 §10.4",
        (
            wrong(
                f"When {LIMIT} bytes of the payload have come",
                "That many bytes may be kept waiting for hours, and you hold them all that time.",
            ),
            wrong(
                "When making room for 2^62 bytes fails",
                "Room is never made for what is only promised. With a smaller lie it would not "
                "even fail.",
            ),
            right(
                "At once, before a byte of the payload has come",
                f"The length is known and too large: {CloseCode.MESSAGE_TOO_BIG:d}.",
            ),
            wrong(
                "Never: the top bit is 0, so the length is legal",
                "It is legal. A limit of your own may still be smaller than what is legal.",
            ),
        ),
    ),
    Question(
        "A server compares the Origin of every request with a list. Whom does that stop?",
        "RFC 6455 §10.1, §10.2",
        (
            right(
                "A stranger's page in the browser of somebody who is logged in",
                "The browser writes the header, and the page cannot change it.",
            ),
            wrong(
                "A program that sends whatever it likes",
                "It also sends whatever Origin it likes.",
            ),
            wrong(
                "Anybody who has no password for the server",
                "Origin is no login. It says which page asks, and not who.",
            ),
            wrong(
                "Somebody on the way who changes the bytes",
                "Against those there is TLS. Somebody on the way can change this header as well.",
            ),
        ),
    ),
    Question(
        "An allowed origin is https://example.com. A program checks that the header ends in "
        "example.com. What gets in that should not?",
        "RFC 6455 §10.2",
        (
            wrong(
                "https://example.com.evil.net",
                "That ends in evil.net, so this check refuses it. A check of the beginning would "
                "let it in.",
            ),
            wrong(
                "null",
                "It does not end like that. It gets in where a program takes null for “no header”.",
            ),
            wrong(
                "https://example.com:8443",
                "It ends in the port. A check that looks for the name anywhere would let it in.",
            ),
            right(
                "https://evil-example.com",
                "Anybody can register a name that ends in the same letters. http://example.com "
                "gets in as well.",
            ),
        ),
    ),
    Question(
        "A client that sends a byte a second gets its time from the last byte that came, ten "
        "seconds each. What is wrong with that?",
        "RFC 6455 §10.4, §10.7",
        (
            wrong(
                "Nothing: a client that sends is alive, and should be waited for",
                "It is alive, and it may hold its place for a day without ever asking for "
                "anything.",
            ),
            right(
                "Each byte buys new time, so the wait has no end",
                "The time has to count from the start of the handshake. A limit for the size "
                "helps too, but here it is far away.",
            ),
            wrong(
                "Ten seconds are too long: one second would stop it",
                "A byte every half second would pass that as well.",
            ),
            wrong(
                "The server should look at the masking-key first",
                "In the opening handshake there are no frames yet, and no keys.",
            ),
        ),
    ),
    Question(
        "A frame breaks a rule. Behind it, in the same read, stand ten frames that are in order. "
        "What becomes of those?",
        "RFC 6455 §7.1.7",
        (
            wrong(
                "They are handed to the program, for nothing is wrong with them",
                "Behind a broken frame nobody knows where the next one begins, nor who wrote it.",
            ),
            wrong(
                "They are answered with one Close each",
                "One Close is sent, and it is the last frame.",
            ),
            right(
                "Nothing: after a failure no more of it is looked at",
                "The connection fails once, a Close with its code may be sent, and then there is "
                "silence.",
            ),
            wrong(
                "They are kept until the sender has mended the broken one",
                "Nothing is ever sent again in this protocol. The connection is over.",
            ),
        ),
    ),
)
