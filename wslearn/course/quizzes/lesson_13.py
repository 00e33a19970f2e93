"""Quiz 13: the WebSocket between a page of JupyterLab and its server."""

from wslearn.course.question import Question, right, wrong
from wslearn.protocol.codes import CloseCode

QUESTIONS = (
    Question(
        "A page of JupyterLab sends a cell to run. Which frames are masked?",
        "RFC 6455 §5.1",
        (
            right(
                "Those of the page",
                "The page is the client, whatever it shows. Clients mask, servers do not.",
            ),
            wrong(
                "Those of the server, because it runs the code",
                "Who does the work does not matter. The server never masks.",
            ),
            wrong(
                "All of them: code is a secret",
                "Masking hides nothing, the key stands in the frame. And a server must not mask.",
            ),
            wrong(
                "None, since both programs run on one computer",
                "The rule knows no exception for one computer.",
            ),
        ),
    ),
    Question(
        "Twenty messages come from the kernel, caused by several cells. How does the page know "
        "which output belongs below which cell?",
        "RFC 6455 §6.2",
        (
            wrong(
                "By the order: answers come in the order of the requests",
                "Several channels share the connection, and another page may run cells too.",
            ),
            wrong(
                "Each cell has a WebSocket of its own",
                "One connection carries all cells and all four channels.",
            ),
            right(
                "Each message names the request it answers, in its parent header",
                "WebSocket itself knows no request and no answer: that is for the application.",
            ),
            wrong(
                "The masking-key of the answer is that of the request",
                "A server's frames have no key, and a client draws a new one for each frame.",
            ),
        ),
    ),
    Question(
        "The first eight bytes of a binary message from Jupyter hold the number 6 little-endian. "
        "What does RFC 6455 say about that?",
        "RFC 6455 §5.2",
        (
            wrong(
                "It is an error: numbers travel in network byte order",
                "That holds for the numbers in the frame's header. This one is in the payload.",
            ),
            right(
                "Nothing: what a payload means is for the application to say",
                "Both sides agreed on it, here by the name of a subprotocol.",
            ),
            wrong(
                f"The receiver closes with {CloseCode.INVALID_PAYLOAD_DATA:d}, for wrong data",
                "That code is for data that does not fit its type. Any bytes fit a binary message.",
            ),
            wrong(
                "The server has to turn it round before it sends it",
                "No part of WebSocket looks into a binary payload.",
            ),
        ),
    ),
    Question(
        "A client asks for the subprotocol v2.of.my.own, unknown to the server. The reply is "
        "101, without any Sec-WebSocket-Protocol. What holds now?",
        "RFC 6455 §4.2.2",
        (
            wrong(
                "The subprotocol is agreed on, for nobody refused it",
                "Only a name in the reply is agreed on.",
            ),
            wrong(
                "The reply breaks a rule: it must name some subprotocol",
                "A server that knows none of the names leaves the header out.",
            ),
            wrong(
                "The server must close the connection at once",
                "It has just opened it, and rightly so.",
            ),
            right(
                "The connection is open without a subprotocol; the client may leave",
                "The client decides whether it can talk to this server all the same.",
            ),
        ),
    ),
    Question(
        "A script has your Jupyter token and opens the channel with the header Origin of a site "
        "that you never heard of. Jupyter answers 101. Why is that no hole?",
        "RFC 6455 §10.2",
        (
            wrong(
                "Because no program but a browser can send Origin",
                "Any program can send any header; this one just did.",
            ),
            right(
                "Because Origin protects browsers that send a cookie unasked",
                "A page of a stranger can make your browser send your cookie. It cannot make it "
                "send a token that it does not know.",
            ),
            wrong(
                "Because the frames of the script are masked",
                "Masking says nothing about who may do what.",
            ),
            wrong(
                "It is one: a server has to refuse an Origin that it does not know",
                "The RFC asks that of servers meant for certain sites only, and as a check on "
                "what browsers do.",
            ),
        ),
    ),
)
