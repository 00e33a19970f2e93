"""Quiz 05: the mask."""

from wslearn.course.question import Question, right, wrong
from wslearn.protocol.codes import CloseCode
from wslearn.protocol.masking import mask

KEY = bytes.fromhex("37fa213d")
TEXT = b"Hello"
MASKED = mask(TEXT, KEY)

QUESTIONS = (
    Question(
        "Who masks?",
        "RFC 6455 §5.1",
        (
            wrong(
                "Both sides, each with a key of its own",
                "A server must not mask. A client that gets a masked frame fails the connection.",
            ),
            wrong(
                "Whoever sends text; binary frames go unmasked",
                "The kind of frame does not matter: a client masks control frames too.",
            ),
            right(
                "Every client, in every frame that it sends, with a new key",
                "A server that gets an unmasked frame closes the connection, and may say "
                f"{CloseCode.PROTOCOL_ERROR:d}.",
            ),
            wrong(
                "Clients, unless TLS is in use",
                "With TLS too: the rule makes no exception.",
            ),
        ),
    ),
    Question(
        f"The key is {KEY.hex(' ')}. Which byte of it meets byte 4 of the payload, counted from 0?",
        "RFC 6455 §5.3",
        (
            right(
                f"{KEY[4 % 4]:02x}",
                "4 mod 4 is 0: after its last byte the key begins again.",
            ),
            wrong(
                f"{KEY[3]:02x}",
                "That one meets byte 3. Payload and key are both counted from 0.",
            ),
            wrong(
                f"{KEY[1]:02x}",
                "That would be byte 5. 4 mod 4 is 0.",
            ),
            wrong(
                "None: the key has only four bytes",
                "It is used again and again, as long as the payload lasts.",
            ),
        ),
    ),
    Question(
        "What is the mask for?",
        "RFC 6455 §10.3",
        (
            wrong(
                "So that nobody on the way can read the payload",
                "The key stands in the frame, right before the payload. Everybody can unmask it.",
            ),
            wrong(
                "So that the server notices when a bit was changed on the way",
                "Any bytes unmask to something. The mask is no checksum.",
            ),
            wrong(
                "So that the server knows which client it talks to",
                "The key is new for each frame and says nothing about who sent it.",
            ),
            right(
                "So that a page cannot choose the bytes on the wire",
                "A page could otherwise write what an old proxy takes for an HTTP request, and "
                "poison its cache.",
            ),
        ),
    ),
    Question(
        "Why does each frame need a new key that nobody can foresee?",
        "RFC 6455 §5.3, §10.3",
        (
            wrong(
                "A key wears out: the same one twice would let anybody read both payloads",
                "They can be read anyway, since the key travels with the frame.",
            ),
            right(
                "A page that knew the key could still choose the bytes that travel",
                "It would send its bytes already masked, and the mask would turn them into those "
                "that it wanted on the wire.",
            ),
            wrong(
                "The server refuses a key that it has seen before",
                "A server does not remember keys, and equal ones may come by chance.",
            ),
            wrong(
                "It does not: one key for a connection is enough",
                "The RFC wants a fresh one for every frame, from a strong source of chance.",
            ),
        ),
    ),
    Question(
        f"A frame carries {len(TEXT)} bytes of text, masked. Which length does it state?",
        "RFC 6455 §5.2, §5.3",
        (
            wrong(
                f"{len(TEXT) + 4}, because the key is sent too",
                "The key is part of the header. The length counts what comes behind it.",
            ),
            wrong(
                f"{len(TEXT) + 3}, since masking fills up to whole groups of four",
                "The mask works byte by byte and fills nothing up.",
            ),
            right(
                f"{len(MASKED)}, the same as without a mask",
                "Masking changes bytes, not their number, and the key does not count.",
            ),
            wrong(
                f"{128 + len(TEXT)}, because the MASK bit is set",
                "The second byte as a number is that much. But the bit that counts 128 is MASK; "
                "the length is in the other seven.",
            ),
        ),
    ),
)
