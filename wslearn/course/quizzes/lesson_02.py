"""Quiz 02: the opening handshake."""

from wslearn.course.question import Question, right, wrong
from wslearn.protocol.accept import GUID, NONCE_SIZE, accept_key, encode_key

KEY = encode_key(b"the sample nonce")  # the nonce of RFC 6455 §1.3
ACCEPT = accept_key(KEY)

QUESTIONS = (
    Question(
        "What exactly does the server hash to get the accept value?",
        "RFC 6455 §4.2.2",
        (
            wrong(
                f"The {NONCE_SIZE} bytes that the key stands for in base64, with the GUID behind "
                "them",
                "The key is not decoded for this. The server hashes its text, as it came.",
            ),
            right(
                "The text of the key as it came, with the GUID behind it",
                f"So for the sample nonce it hashes {len(KEY) + len(GUID)} characters and gets "
                f"{ACCEPT}.",
            ),
            wrong(
                "The whole request, so that nobody can change a header on its way",
                "Only the key is hashed. The handshake does not protect the other headers.",
            ),
            wrong(
                "A password that the client and the server share",
                "There is no secret in it: the GUID stands in the RFC for all to read.",
            ),
        ),
    ),
    Question(
        "What does a right accept value prove to the client?",
        "RFC 6455 §1.3",
        (
            right(
                "The server understood a WebSocket request",
                "A server that knows only HTTP, or a cache with an old answer, cannot produce it.",
            ),
            wrong(
                "The server is the one it claims to be, and nobody stands in between",
                "Anybody can compute the value. Who the server is, TLS certificates tell.",
            ),
            wrong(
                "The connection is encrypted from here on",
                "Nothing is encrypted by it. wss: does that, with TLS below.",
            ),
            wrong(
                "The user is logged in and may open the connection",
                "The handshake says nothing about users. Cookies or tokens may.",
            ),
        ),
    ),
    Question(
        "A request has the header `Connection: keep-alive, Upgrade`. What does a server do?",
        "RFC 6455 §4.2.1",
        (
            wrong(
                "It refuses: the value has to be Upgrade and nothing else",
                "The value is a list of tokens. Firefox sends exactly this one.",
            ),
            wrong(
                "It keeps the connection alive and ignores the wish to upgrade it",
                "Both tokens count. The other headers decide whether it is a WebSocket.",
            ),
            wrong(
                "It answers 426, because two wishes contradict each other",
                "They do not contradict each other. 426 may answer a version the server lacks.",
            ),
            right(
                "It finds Upgrade among the tokens and goes on to the other checks",
                "One of the tokens must be Upgrade, in capitals or small letters.",
            ),
        ),
    ),
    Question(
        "The client offers the subprotocols chat and superchat. The server supports neither. "
        "What may its answer say?",
        "RFC 6455 §4.2.2",
        (
            wrong(
                "Sec-WebSocket-Protocol with an empty value",
                "An empty value is not the same as no header, and it is not legal.",
            ),
            wrong(
                "Sec-WebSocket-Protocol: soap, since that is what it speaks",
                "The client did not ask for it and has to fail the connection.",
            ),
            right(
                "101, and no Sec-WebSocket-Protocol header at all",
                "No agreement, no header. The client may then go on without a subprotocol.",
            ),
            wrong(
                "Sec-WebSocket-Protocol: chat, because the client likes it best",
                "That would promise a language which the server does not speak.",
            ),
        ),
    ),
    Question(
        "What can a server trust the Origin header for?",
        "RFC 6455 §10.1, §10.2",
        (
            wrong(
                "To know which user is asking",
                "It names a site, not a person.",
            ),
            right(
                "To know which site's page a browser is showing",
                "A page cannot change it. But a program that is no browser can write there "
                "whatever it likes.",
            ),
            wrong(
                "To be sure that the client is a browser and not a program",
                "Any program can send the header. It protects users of browsers, not the server.",
            ),
            wrong(
                "For nothing, since browsers leave it out",
                "Browsers always send it with a WebSocket request.",
            ),
        ),
    ),
)
