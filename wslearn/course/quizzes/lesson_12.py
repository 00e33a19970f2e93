"""Quiz 12: a poll whose votes are on every screen at once."""

from wslearn.course.question import Question, right, wrong
from wslearn.protocol.codes import CloseCode

GONE = CloseCode.GOING_AWAY
ABNORMAL = CloseCode.ABNORMAL_CLOSURE

QUESTIONS = (
    Question(
        "Thirty pages show a poll. With HTTP alone each of them asks once a second. What does a "
        "WebSocket save?",
        "RFC 6455 §1.1",
        (
            wrong(
                "The votes: they need not be sent any more",
                "Every vote is still sent, once, to the server.",
            ),
            right(
                "The questions to which the answer is: nothing new",
                "The server speaks when there is something to say, and each time without the "
                "headers of a request.",
            ),
            wrong(
                "The TCP connections, of which there are none any more",
                "There is one for each page, and it stays open all the time.",
            ),
            wrong(
                "The server's memory, since nobody asks it",
                "An open connection costs memory. What is saved is traffic and waiting.",
            ),
        ),
    ),
    Question(
        "A page of a stranger opens a WebSocket to the poll, in a browser that is logged in there. "
        "Which of these stops it?",
        "RFC 6455 §10.2",
        (
            wrong(
                "The missing cookie: only pages of the poll have it",
                "The browser sends the cookie along, whichever page opens the connection.",
            ),
            wrong(
                "The masking-key, which only the poll's page knows",
                "The browser draws one for every frame, for every page.",
            ),
            wrong(
                "The key of the handshake, which the server has handed out",
                "It is the browser that draws it, and it is no secret.",
            ),
            right(
                "The header Origin, which names the stranger's page",
                "A browser always sends it, and no script can change it. The server has to look.",
            ),
        ),
    ),
    Question(
        "A laptop loses its network in the middle of the poll. What do page and server see?",
        "RFC 6455 §7.1.5",
        (
            right(
                f"No Close: the page says {ABNORMAL:d}, the server waits for a Pong in vain",
                f"{ABNORMAL:d} never travels. It is what a program says when nothing came. Pings "
                "are how a server finds out.",
            ),
            wrong(
                f"A Close with {GONE:d} from the page, for it goes away",
                "Without a network it can send nothing, not even goodbye.",
            ),
            wrong(
                f"A Close with {ABNORMAL:d}, sent by the system on both sides",
                f"{ABNORMAL:d} may never be sent in a frame.",
            ),
            wrong(
                "Both see at once that the connection is gone",
                "TCP does not tell: silence looks the same as a peer with nothing to say.",
            ),
        ),
    ),
    Question(
        "The server restarts, and three hundred pages lose their connection in the same second. "
        "What should they do?",
        "RFC 6455 §7.2.3",
        (
            wrong(
                "Connect again at once: nobody wants to miss a vote",
                "Then all of them arrive in the same moment, and again after each failure.",
            ),
            wrong(
                "Wait five seconds, then connect, all of them",
                "They would still meet, five seconds later.",
            ),
            right(
                "Each waits a random time, from a range that doubles after each failure",
                "So they come one after the other, and leave a server alone that stays away.",
            ),
            wrong(
                "Nothing: the server connects to them when it is back",
                "Only a client can open a WebSocket.",
            ),
        ),
    ),
    Question(
        "The poll grows to two processes behind one address, each with half of the browsers. What "
        "goes wrong without a broker between them?",
        "RFC 6455 §1.5",
        (
            wrong(
                "Handshakes fail, for the key fits only one of them",
                "The key is answered by whoever reads it. Each handshake is complete in itself.",
            ),
            right(
                "A vote reaches only the screens that hang on the same process",
                "Neither process knows the other's connections. A broker tells the news to both.",
            ),
            wrong(
                "Frames of one connection reach both processes in turn",
                "A connection stays with the process that took it.",
            ),
            wrong(
                "Nothing: WebSocket tells every server of the same name",
                "WebSocket knows two ends and nothing beyond.",
            ),
        ),
    ),
)
