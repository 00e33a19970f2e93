"""Quiz 07: ping and pong, close codes, and the closing handshake."""

from wslearn.course.question import Question, right, wrong

QUESTIONS = (
    Question(
        "A client sends the pings A, B and C, one after the other. One pong comes back, with the "
        "payload of B. What does the client know?",
        "RFC 6455 §5.5.3",
        (
            wrong(
                "B was answered; for A and for C it still expects a pong each",
                "For C, yes. But a peer with several pings to answer may answer the latest alone, "
                "so nobody will answer A any more.",
            ),
            right(
                "A and B are done with; a pong for C may still come",
                "A pong speaks for its own ping and for all before it. C was sent later.",
            ),
            wrong(
                "All three are answered, since one pong is enough for any number of pings",
                "It is enough for those before it. Its payload says how far it reaches.",
            ),
            wrong(
                "The server broke a rule: three pings need three pongs",
                "With several pings waiting, answering only the latest is allowed.",
            ),
        ),
    ),
    Question(
        "A program is told that its connection ended with 1006. What came over the line?",
        "RFC 6455 §7.1.5",
        (
            right(
                "No Close at all: TCP ended without one",
                "1006 is never sent. A program is told this number when there was no Close to "
                "take a number from.",
            ),
            wrong(
                "A Close with the code 1006 in its body",
                "No Close may carry 1006. A peer that gets one fails the connection with 1002.",
            ),
            wrong(
                "A Close with an empty body",
                "That is told as 1005: a Close came, and it named no code.",
            ),
            wrong(
                "A Close whose code was unknown, so 1006 was put in its place",
                "A code that may not travel breaks a rule. It is not translated.",
            ),
        ),
    ),
    Question(
        "Both sides send a Close at the same moment, the client with 1000 and the server with "
        "1001. What happens when the two arrive?",
        "RFC 6455 §5.5.1, §7.1.5",
        (
            wrong(
                "Each side answers, so four Closes have passed in the end",
                "A side that has sent its Close owes none. There is one from each side.",
            ),
            wrong(
                "The connection fails with 1002, for both spoke at once",
                "That breaks no rule. Nobody can know that the other is about to close.",
            ),
            wrong(
                "The server's Close counts, and both are told 1001",
                "No side takes precedence. Each is told what it received.",
            ),
            right(
                "The handshake is done; the client is told 1001, the server 1000",
                "Both have sent a Close and both have received one. So nothing more is due, and "
                "the two codes may differ.",
            ),
        ),
    ),
    Question(
        "A server gets a text frame with a reserved bit set, and after it, in the same read, a "
        "fine “Hello” and a fine Close. What does it do?",
        "RFC 6455 §7.1.7",
        (
            wrong(
                "It skips the bad frame, hands “Hello” to its program, and answers the Close",
                "After a broken rule nothing that follows is looked at: who can say where the next "
                "frame begins?",
            ),
            wrong(
                "It ends TCP without a word, because the peer cannot be trusted",
                "A Close with a suitable code should leave before, so that the peer learns why.",
            ),
            right(
                "It sends one Close with 1002 and ends TCP; “Hello” is never read",
                "That is to fail the connection: say why, once, and be silent.",
            ),
            wrong(
                "It sends two Closes: one with 1002, and one as the answer to the Close",
                "Each side sends one Close at most. And the peer's is not even looked at.",
            ),
        ),
    ),
    Question(
        "The client has sent a Close and has received the server's. The TCP connection is still "
        "open. What should the client do now?",
        "RFC 6455 §7.1.1",
        (
            wrong(
                "End TCP as fast as it can, for nothing more will come",
                "It may, but normally the server goes first.",
            ),
            right(
                "Wait for the server to end TCP, but not for ever",
                "The server ends TCP as soon as both Closes have passed. A client that has waited "
                "for a reasonable time may do it itself.",
            ),
            wrong(
                "Send a last ping, to see whether the server is there",
                "A Close has come to the server, and from then on it need not answer any ping.",
            ),
            wrong(
                "Keep the TCP connection for the next WebSocket to this server",
                "Each WebSocket has a TCP connection of its own. This one is at its end.",
            ),
        ),
    ),
)
