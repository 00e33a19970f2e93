"""Quiz 00: what the course is about, before any detail."""

from wslearn.course.question import Question, right, wrong
from wslearn.protocol.bits import hex_bytes
from wslearn.protocol.frame import Frame

HELLO = Frame.text("Hello").encode()
BITS = 8 * len(HELLO)

QUESTIONS = (
    Question(
        "A page is open and a server has news for it. What does a WebSocket add to plain HTTP?",
        "RFC 6455 §1.1",
        (
            wrong(
                "The page can ask for news more often",
                "Asking again and again is polling, which plain HTTP can do. It is what a "
                "WebSocket makes needless.",
            ),
            right(
                "The server can send without being asked",
                "One connection stays open, and either side may send at any time.",
            ),
            wrong(
                "The news is encrypted on its way",
                "Encryption is the work of TLS, for HTTP and WebSocket alike.",
            ),
            wrong(
                "The news arrives even if the page is closed",
                "The connection belongs to the page. When the page is closed, it ends.",
            ),
        ),
    ),
    Question(
        "In which order do these happen on a new connection?",
        "RFC 6455 §1.2, §1.3",
        (
            wrong(
                "Frames first, then a handshake to confirm them",
                "Before the handshake the server speaks HTTP. It would take frames for a bad "
                "request.",
            ),
            wrong(
                "Only frames: a WebSocket has nothing to do with HTTP",
                "The connection begins as an HTTP request, so that a server can answer both kinds "
                "of visitors at the same address.",
            ),
            right(
                "A handshake in HTTP, then frames",
                "The client asks in HTTP to change the protocol. Once the server has agreed, there "
                "are only frames.",
            ),
            wrong(
                "A handshake before each frame",
                "There is one opening handshake for the whole connection.",
            ),
        ),
    ),
    Question(
        f"A server sends the frame {hex_bytes(HELLO)}. Which part of it is the text Hello?",
        "RFC 6455 §5.2, §5.7",
        (
            right(
                f"The last {len('Hello')} bytes",
                "The first two bytes are the header. Then comes the payload, "
                f"{hex_bytes(b'Hello')}.",
            ),
            wrong(
                f"All {len(HELLO)} bytes",
                "A frame also says what it is and how long it is. That takes two bytes here.",
            ),
            wrong(
                f"The first {len('Hello')} bytes",
                "A frame begins with its header, so that the receiver knows what follows.",
            ),
            wrong(
                "None: frames are compressed",
                "Both sides may agree to compress, but they need not. Here every letter stands in "
                "its own byte.",
            ),
        ),
    ),
    Question(
        "What is a bit diagram in this course drawn from?",
        "RFC 6455 §5.2",
        (
            wrong(
                "A picture from the RFC, with the numbers filled in by hand",
                "Bytes typed by hand are where mistakes come from. Nothing here is typed in.",
            ),
            wrong(
                "A recording of some other connection",
                "It would not change when you flip a bit. These do.",
            ),
            wrong(
                "The server's log file",
                "A log holds what somebody chose to write. A diagram shows every bit.",
            ),
            right(
                "The bytes of this frame",
                "Code that you can read takes the bytes apart, field by field as the RFC names "
                "them.",
            ),
        ),
    ),
    Question(
        f"That frame has {len(HELLO)} bytes. You flip one of its {BITS} bits. What may happen?",
        "RFC 6455 §5.2, §7.1.7",
        (
            wrong(
                "Nothing: one bit is too little to matter",
                "Every bit of a frame says something. Try it in the lab.",
            ),
            right(
                "The receiver may refuse the frame, or read something else",
                "Some bits must be 0, and some decide who may send the frame. Other flips give "
                "another legal frame.",
            ),
            wrong(
                "The receiver notices it by the checksum and asks for the frame again",
                "A frame has no checksum. TCP below it repairs what the network breaks.",
            ),
            wrong(
                "The text changes, whichever bit it is",
                "Only the payload's bits are text. The header's bits change what the frame is.",
            ),
        ),
    ),
)
