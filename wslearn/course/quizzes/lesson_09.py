"""Quiz 09: a server of one's own."""

from wslearn.course.question import Question, right, wrong

QUESTIONS = (
    Question(
        "A read brings the end of one frame, two whole frames, and the first byte of a fourth. "
        "What does a good server do with them?",
        "RFC 6455 §5.2",
        (
            wrong(
                "It answers the first frame and waits for the next read",
                "Two more frames are here already. Who knows when the next read comes? Perhaps "
                "the client waits for an answer before it says more.",
            ),
            wrong(
                "It answers three frames and forgets the single byte",
                "Then the next read begins in the middle of a frame, and all that follows is "
                "misread.",
            ),
            right(
                "It answers three frames and keeps the byte for the next read",
                "What is whole is answered at once, what is not waits. Frames know nothing of "
                "reads.",
            ),
            wrong(
                "It fails the connection, because a read must begin with a frame",
                "No rule says that. TCP carries bytes and cuts them as it likes.",
            ),
        ),
    ),
    Question(
        "The first two bytes of a frame say: text, MASK 0, length 127. When can the server judge "
        "it?",
        "RFC 6455 §5.1",
        (
            right(
                "Now: nothing that follows could make it right",
                "MASK is 0, so the frame breaks a rule whatever its length is.",
            ),
            wrong(
                "When the eight bytes of the length are here",
                "They say how long it is. That it is not masked is already known.",
            ),
            wrong(
                "When the frame is whole, for only then can it be read",
                "A client may promise bytes that it never sends. Who waits for them, waits for "
                "ever.",
            ),
            wrong(
                "When the message is whole, with all of its fragments",
                "The rule about the mask is one about each frame.",
            ),
        ),
    ),
    Question(
        "One read brings “Hello” in a fine frame, and behind it a frame with a reserved bit set. "
        "What leaves?",
        "RFC 6455 §7.1.7",
        (
            wrong(
                "One Close with 1002, and nothing else",
                "“Hello” came before the fault. It is a whole message, and its echo is due.",
            ),
            wrong(
                "The echo of “Hello”; the other frame is skipped",
                "A broken rule is not skipped. Nobody knows what the reserved bit was to mean.",
            ),
            wrong(
                "Nothing: the read as a whole is thrown away",
                "Frames know nothing of reads. What came before the fault counts.",
            ),
            right(
                "The echo of “Hello”, then a Close with 1002",
                "What came before is answered, then the connection fails. In the code: return "
                "out + self.fail(...).",
            ),
        ),
    ),
    Question(
        "A client opens the connection, gets ten echoes and closes with 1000. All is well. "
        "What do you know about your server?",
        "RFC 6455 §10.7",
        (
            wrong(
                "It is right: a real program has talked to it",
                "That program says only what is right. It never sends a frame that breaks a rule.",
            ),
            right(
                "It can talk to those who keep the rules",
                "What it does with all the others, only an oracle that breaks rules can tell.",
            ),
            wrong(
                "Nothing, for only a browser is a judge",
                "A browser keeps the rules, too. It would have told you the same.",
            ),
            wrong(
                "It passes Autobahn, which asks for the same",
                "Many of Autobahn's cases break a rule on purpose. A program that keeps the rules "
                "asks for none of that.",
            ),
        ),
    ),
    Question(
        "Why does `receive` take bytes and return bytes, and not a socket that it reads by itself?",
        "this lesson",
        (
            wrong(
                "RFC 6455 forbids that the protocol touches the network",
                "The RFC says what passes on the line, not how a program is cut into parts.",
            ),
            wrong(
                "Sockets are slow, and bytes in memory are fast",
                "In the end the bytes go through a socket all the same.",
            ),
            right(
                "So that anyone can play the network: oracles, tests, a recording",
                "An oracle can cut the bytes anywhere and needs no clock. Many libraries are built "
                "like that; it is called sans-I/O.",
            ),
            wrong(
                "Python's sockets cannot return bytes",
                "They do: recv returns bytes.",
            ),
        ),
    ),
)
