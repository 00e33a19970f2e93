"""Lesson 05: the mask."""

from wslearn.checking.exercise import Exercise, Wrong, cases

from .solutions import client_frame, find_key, mask_byte, mask_bytes, mask_piece

KEY = bytes.fromhex("37fa213d")


ZERO, ONES, ODD = bytes(4), b"\xff" * 4, bytes([1, 2, 4, 128])


HELLO = b"Hello"


def _frame(text: str, key: bytes, *, extra: int = 0, bit: int = 128) -> bytes:
    """A client's frame with a wrong length or without the MASK bit."""
    payload = text.encode()
    head = bytes([129, (bit + len(payload) + extra) & 255])
    return head + key + mask_bytes(payload, key)


def _one_number(data: bytes, key: bytes) -> bytes:
    """Mask through one large number, and lose the zero bytes at its front."""
    repeated = (key * len(data))[: len(data)]
    number = int.from_bytes(data, "big") ^ int.from_bytes(repeated, "big")
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


DATA = [b"", b"a", b"abcd", HELLO, bytes(9), bytes(range(256))]


PIECES = [
    (data, KEY, phase) for data in (b"", b"l", b"lo", HELLO, bytes(range(20))) for phase in range(9)
]

EXERCISES = (
    Exercise(
        "05.1",
        mask_byte,
        cases=cases(
            [(HELLO[0], 0, KEY), (HELLO[1], 1, KEY), (HELLO[4], 4, KEY)],
            [
                (byte, index, key)
                for key in (KEY, ZERO, ODD)
                for byte in (0, 72, 255)
                for index in (0, 1, 2, 3, 4, 7, 9, 1000)
            ],
        ),
        anchor=((0x48, 0, KEY), 0x7F),  # RFC 6455 §5.7
        section="5.3",
        wrong=(
            Wrong(
                lambda byte, index, key: byte ^ key[index],
                "The key has only four bytes. After its last one it starts again: index % 4.",
            ),
            Wrong(
                lambda byte, index, key: byte ^ key[0],
                "The first byte of the key was used for all. They take turns.",
            ),
            Wrong(
                lambda byte, index, key: byte ^ key[3 - index % 4],
                "The key was used last byte first. Byte 0 of the payload meets byte 0 of the key.",
            ),
            Wrong(
                lambda byte, index, key: byte | key[index % 4],
                "That is OR, which cannot be undone. The mask is XOR: ^.",
            ),
            Wrong(
                lambda byte, index, key: (byte + key[index % 4]) % 256,
                "That is a sum. The mask is XOR (^), which has no carry and undoes itself.",
            ),
        ),
    ),
    Exercise(
        "05.2",
        mask_bytes,
        cases=cases(
            [(HELLO, KEY), (mask_bytes(HELLO, KEY), KEY)],
            [(data, key) for key in (KEY, ZERO, ONES, ODD) for data in (*DATA, key * 2)],
        ),
        anchor=((HELLO, KEY), bytes.fromhex("7f9f4d5158")),  # RFC 6455 §5.7
        section="5.3",
        wrong=(
            Wrong(
                lambda data, key: bytes(a ^ b for a, b in zip(data, key, strict=False)),
                "zip stops when the key ends, so the rest of the payload is lost. The key starts "
                "again after four bytes.",
            ),
            Wrong(
                lambda data, key: bytes(data[i] ^ key[i] for i in range(len(data))),
                "The key has only four bytes, so there is no key[4]. After its last byte it starts "
                "again: key[i % 4].",
                telling=((HELLO, KEY),),
            ),
            Wrong(
                lambda data, key: bytes(byte ^ key[0] for byte in data),
                "The first byte of the key was used for all. They take turns.",
            ),
            Wrong(
                lambda data, key: mask_bytes(data, key[::-1]),
                "The key was used last byte first. It stands in the frame in the order in which "
                "it is used.",
            ),
            Wrong(
                lambda data, key: bytes(byte | key[i % 4] for i, byte in enumerate(data)),
                "That is OR, which cannot be undone. The mask is XOR: ^.",
            ),
            Wrong(
                _one_number,
                "Zero bytes at the front got lost on the way through one large number. Give "
                "to_bytes the length of the data.",
            ),
            Wrong(
                lambda data, key: mask_bytes(data[:4], key) + data[4:],
                "Only the first four bytes were masked. The key starts again after its last byte.",
            ),
        ),
    ),
    Exercise(
        "05.3",
        mask_piece,
        cases=cases([(HELLO, KEY, 0), (b"lo", KEY, 3)], [*PIECES, (HELLO, ODD, 2**40 + 1)]),
        section="5.3",
        wrong=(
            Wrong(
                lambda data, key, phase: mask_bytes(data, key),
                "Every piece began with byte 0 of the key again. A real library did that: frames "
                "that came in two reads turned to noise from the second read on.",
            ),
            Wrong(
                lambda data, key, phase: bytes(
                    byte ^ key[(i - phase) % 4] for i, byte in enumerate(data)
                ),
                "The phase was taken away instead of added.",
            ),
            Wrong(
                lambda data, key, phase: mask_piece(data[phase:], key, phase),
                "The phase was used to skip bytes of the piece. It only says which byte of the key "
                "comes first.",
            ),
            Wrong(
                lambda data, key, phase: mask_piece(data, key, phase + 1),
                "It is one byte too far in the key: a piece that begins at index 0 starts with "
                "byte 0 of the key.",
            ),
            Wrong(
                lambda data, key, phase: bytes(byte ^ key[phase % 4] for byte in data),
                "Every byte met the same byte of the key. It moves on with each byte of the piece.",
            ),
        ),
    ),
    Exercise(
        "05.4",
        client_frame,
        cases=cases(
            [("Hello", KEY)],
            [
                (text, key)
                for key in (KEY, ZERO, ODD)
                for text in ("", "a", "κόσμε", "👋", "x" * 125)
            ],
        ),
        anchor=(("Hello", KEY), bytes.fromhex("818537fa213d7f9f4d5158")),  # RFC 6455 §5.7
        section="5.2",
        wrong=(
            Wrong(
                lambda text, key: _frame(text, key, bit=0),
                "The MASK bit is 0, so a server takes the frame for unmasked and refuses it.",
            ),
            Wrong(
                lambda text, key: _frame(text, key)[:2] + mask_bytes(text.encode(), key),
                "The key is missing. Without it no server can unmask the payload.",
            ),
            Wrong(
                lambda text, key: _frame(text, key, extra=4),
                "The key was counted in the length. The length is the payload's alone.",
            ),
            Wrong(
                lambda text, key: _frame(text, key)[:6] + text.encode(),
                "The payload was sent as it is, although MASK and key say that it is masked.",
            ),
            Wrong(
                lambda text, key: (
                    _frame(text, key)[:2] + mask_bytes(key, key) + mask_bytes(text.encode(), key)
                ),
                "The key was masked too. It stands in plain sight; only the payload is masked.",
            ),
            Wrong(
                lambda text, key: bytes([129, 128 | len(text)]) + _frame(text, key)[2:],
                "Characters were counted. The length counts bytes of UTF-8.",
            ),
        ),
    ),
    Exercise(
        "05.5",
        find_key,
        cases=cases(
            [(HELLO, mask_bytes(HELLO, KEY))],
            [
                (plain, mask_bytes(plain, key))
                for key in (KEY, ZERO, ONES, ODD)
                for plain in (b"abcd", b"zzzzz", HELLO, bytes(range(40)))
            ],
        ),
        anchor=((HELLO, bytes.fromhex("7f9f4d5158")), KEY),
        section="5.3",
        wrong=(
            Wrong(
                lambda plain, masked: bytes(a ^ b for a, b in zip(plain, masked, strict=True)),
                "The key is in there, over and over. It has four bytes: cut the rest off.",
            ),
            Wrong(
                lambda plain, masked: masked[:4],
                "These are the first masked bytes. XOR them with the plain ones to get the key.",
            ),
            Wrong(
                lambda plain, masked: bytes(
                    a & b for a, b in zip(plain[:4], masked[:4], strict=True)
                ),
                "That is AND. Only XOR undoes XOR.",
            ),
            Wrong(
                lambda plain, masked: find_key(plain, masked)[::-1],
                "The bytes of the key are there, but last first.",
            ),
            Wrong(
                lambda plain, masked: bytes(
                    a ^ b for a, b in zip(plain[-4:], masked[-4:], strict=True)
                ),
                "The last four bytes were taken. The key begins with byte 0 of the payload, and "
                "there its turns begin.",
            ),
        ),
    ),
)
