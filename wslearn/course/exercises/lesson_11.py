"""Lesson 11: what attackers send."""

from wslearn.course.exercise import Exercise, cases
from wslearn.protocol.frame import Frame
from wslearn.protocol.repair import COURSE_KEY

from .slips_11 import CONNECTING, FINDING, STEPPING
from .slips_11_waiting import DISGUISING, WAITING

RIGHT = (56, 48, 40, 32, 24, 16, 8, 0)


def smallest_length(shifts: tuple[int, ...]) -> int:
    for power in range(63):
        length = 2**power
        for i in range(8):
            if length >> shifts[i] & 255 != length >> RIGHT[i] & 255:
                return length
    return 0


def may_connect(origin: str, allowed: list[str]) -> bool:
    for entry in allowed:
        if "*" in entry:
            before, after = entry.split("*")
            if origin.startswith(before) and origin.endswith(after):
                return True
        elif origin == entry:
            return True
    return False


def next_step(data: bytes, limit: int) -> str:
    if len(data) < 2:
        return "wait"
    if data[1] < 128:
        return "1002"
    length = data[1] & 127
    size = {126: 2, 127: 8}.get(length, 0)
    if len(data) < 2 + size:
        return "wait"
    if size:
        length = int.from_bytes(data[2 : 2 + size], "big")
    if length > limit:
        return "1009"
    if len(data) < 2 + size + 4 + length:
        return "wait"
    return "take"


def disguise(wish: bytes, keys: list[bytes]) -> bytes:
    last = int.from_bytes(keys[-1], "big")
    step = last - int.from_bytes(keys[-2], "big")
    key = ((last + step) % 2**32).to_bytes(4, "big")
    return bytes(byte ^ key[i % 4] for i, byte in enumerate(wish))


def answer_head(arrivals: list[tuple[int, bytes]], seconds: int, most: int) -> str:
    head = b""
    for time, data in arrivals:
        if time > seconds:
            return "408"
        head += data
        if len(head) > most:
            return "431"
        if b"\r\n\r\n" in head:
            return "101"
    return "408"


def _client(size: int, came: int | None = None, *, masked: bool = True) -> bytes:
    """A client's frame of this size; ``came`` bytes of it have arrived, None: all."""
    frame = Frame.binary(bytes(size)).encode(mask_key=COURSE_KEY if masked else None)
    return frame[:came]


def _promise(size: int) -> bytes:
    return Frame.binary(b"").header(mask_key=COURSE_KEY, length=size)


def _numbers(first: int, step: int, count: int = 3) -> list[bytes]:
    return [((first + step * at) % 2**32).to_bytes(4, "big") for at in range(count)]


SITE, ANY = "https://example.com", "https://*.example.com"
LINE = b"GET /chat HTTP/1.1\r\n"
END = b"\r\n"

EXERCISES = (
    Exercise(
        id="11.1",
        title="The test that was missing",
        task=(
            "A program writes a length of 64 bits as eight bytes. Each byte is `length >> shift & "
            "255`, and `shifts` holds the eight shifts that it uses, the first byte's first. The "
            "right ones are in `RIGHT`. Write `smallest_length`. It returns the smallest length "
            "that the program writes wrongly, or 0 if it writes every length right.\n\n"
            "You need not try all lengths: a wrong shift first shows at a length that has a single "
            "bit set."
        ),
        starter="def smallest_length(shifts):",
        setup=("RIGHT = (56, 48, 40, 32, 24, 16, 8, 0)",),
        hints=(
            "A length with a single bit set is a power of two: 2**0, 2**1 and so on. The top bit "
            "of a length is always 0, so 2**62 is the last.",
            "Begin with the smallest power. For each, compare the byte that the program writes "
            "with the right one, at all eight places.",
            "for power in range(63): length = 2**power; for i in range(8): if length >> shifts[i] "
            "& 255 != length >> RIGHT[i] & 255: return length. After both loops: return 0",
        ),
        reference=smallest_length,
        cases=cases(
            [
                ((56, 48, 40, 32, 24, 16, 8, 0),),
                ((56, 48, 40, 42, 24, 16, 8, 0),),
                ((56, 48, 40, 32, 20, 16, 8, 0),),
            ],
            [
                ((56, 48, 40, 32, 24, 16, 0, 8),),
                ((0, 8, 16, 24, 32, 40, 48, 56),),
                ((56, 48, 40, 32, 24, 24, 8, 0),),
                ((56, 48, 48, 32, 24, 18, 8, 0),),
                ((57, 48, 40, 32, 24, 16, 8, 0),),
                ((56, 48, 40, 32, 24, 16, 8, 8),),
                ((46, 48, 40, 32, 24, 16, 8, 0),),
            ],
        ),
        section="5.2",
        wrong=FINDING,
    ),
    Exercise(
        id="11.2",
        title="An origin is compared as a whole",
        task=(
            "Write `may_connect`. It takes the value of Origin as a text (an empty one if the "
            "header is missing) and a list of texts, the origins that are allowed. It returns True "
            "or False.\n\n"
            "An entry of the list may have a `*` as the first part of its host. It stands for any "
            "subdomain, however deep, but not for none. Scheme and port have to be the same. "
            "Nothing else gets in."
        ),
        starter="def may_connect(origin, allowed):",
        hints=(
            "Without a `*`, only equal is equal. With one, two things have to hold: how the origin "
            "begins, and how it ends.",
            'entry.split("*") gives what stands before the `*` and what stands behind it. The dot '
            "behind it is part of the second piece. Keep it there.",
            'before, after = entry.split("*"); then origin.startswith(before) and '
            "origin.endswith(after). Look at each entry, and return False only after the last.",
        ),
        reference=may_connect,
        cases=cases(
            [(SITE, [SITE]), ("https://chat.example.com", [ANY]), ("https://elsewhere.net", [ANY])],
            [
                ("https://evil-example.com", [ANY]),
                ("https://evilexample.com", [ANY]),
                ("https://example.com.evil.net", [SITE]),
                ("https://chat.example.com.evil.net", [ANY]),
                ("http://example.com", [SITE]),
                ("http://chat.example.com", [ANY]),
                ("https://example.com:8443", [SITE]),
                ("https://chat.example.com:8443", [ANY]),
                (SITE, [ANY]),
                ("https://a.b.example.com", [ANY]),
                ("https://chat.example.com", [SITE]),
                (SITE, [ANY, SITE]),
                ("http://127.0.0.1:8888", [SITE, "http://127.0.0.1:8888"]),
                ("http://127.0.0.1:8889", [SITE, "http://127.0.0.1:8888"]),
                ("https://chat.example.org", [ANY, "https://*.example.org"]),
                ("null", [SITE, ANY]),
                ("", [SITE]),
                (SITE, []),
            ],
        ),
        anchor=((SITE, [SITE]), True),
        section="10.2",
        wrong=CONNECTING,
    ),
    Exercise(
        id="11.3",
        title="Read a length without believing it",
        task=(
            "A server reads what comes of a client's frame. Write `next_step`. It takes the bytes "
            "that have come so far and the limit for a payload, in bytes. It returns one of four "
            "texts, as soon as that can be known:\n\n"
            '- `"1002"` if MASK is 0,\n'
            '- `"1009"` if the header states more than the limit,\n'
            '- `"take"` if the whole frame is there, with its key; more may stand behind it,\n'
            '- `"wait"` if none of these can be said yet.'
        ),
        starter="def next_step(data, limit):",
        hints=(
            "Go from left to right, and before each step ask whether the bytes for it are there. "
            "The second byte tells MASK and the form of the length.",
            "The limit comes before the payload: once the length is known, nothing more has to "
            "arrive to refuse it. Then count: first bytes, length, key, payload.",
            "size = {126: 2, 127: 8}.get(data[1] & 127, 0); wait for 2 + size bytes; read the "
            "length; compare it with the limit; wait for 2 + size + 4 + length bytes",
        ),
        reference=next_step,
        cases=cases(
            [(_client(5), 1000), (_client(5, 9), 1000), (_promise(2**62), 1000)],
            [
                (b"", 1000),
                (_client(5, 1), 1000),
                (_client(5, 2), 1000),
                (_client(0), 1000),
                (_client(0, 5), 1000),
                (_client(5, masked=False), 1000),
                (_client(5, 2, masked=False), 1000),
                (_client(5, 10), 1000),
                (_client(5) + _client(5), 1000),
                (_client(300), 1000),
                (_client(300, 3), 1000),
                (_client(300, 4), 299),
                (_client(300, 306), 300),
                (_client(1000, 500), 300),
                (_client(5) + _client(300), 100),
                (_client(300), 300),
                (_client(300), 299),
                (_client(300, 2), 200),
                (_client(125, 2), 124),
                (_client(125, 2), 125),
                (_promise(2**16)[:9], 1000),
                (_promise(2**16)[:10], 1000),
                (_promise(2**16), 2**16),
                (_promise(2**62), 2**62),
            ],
        ),
        section="10.4",
        wrong=STEPPING,
    ),
    Exercise(
        id="11.4",
        title="Guess the next key",
        task=(
            "For our toy proxy only: a browser draws its masking-keys badly. Read as numbers (32 "
            "bits, network byte order) they grow by the same step each time, and go on from 0 when "
            "they have passed the largest. Write `disguise`. It takes the bytes that the attacker "
            "wants to see on the wire, and a list of the keys of the frames before, two at least. "
            "It returns the payload that the page must send next."
        ),
        starter="def disguise(wish, keys):",
        hints=(
            "Two neighbours in the list give the step. What is the next key?",
            'int.from_bytes(key, "big") reads a key, % 2**32 goes on from 0 after the largest '
            'number, .to_bytes(4, "big") writes it. Then mask the wish with it: masking twice '
            "changes nothing.",
            'last = int.from_bytes(keys[-1], "big"); step = last - int.from_bytes(keys[-2], '
            '"big"); key = ((last + step) % 2**32).to_bytes(4, "big"); then byte ^ key[i % 4] for '
            "each byte",
        ),
        reference=disguise,
        cases=cases(
            [
                (b"Hello", _numbers(0x01010101, 1)),
                (b"Hello", _numbers(0x37FA213D, 0x1000)),
                (b"GET /", _numbers(0xFFFFFFF0, 7)),
            ],
            [
                (b"Hello", _numbers(0xC14E9A07, 0)),
                (b"Hello", _numbers(0x37FA213D, 0x9E3779B9, 5)),
                (b"GET /timetable.js", _numbers(0xFFFFFFFD, 1)),
                (b"GET /timetable.js", _numbers(0x00000100, -0x80, 4)),
                (b"Hi", _numbers(0x10, -0x08)),
                (b"", _numbers(0x37FA213D, 3)),
                (b"Hello", _numbers(0xFF00FF00, 0x00FF00FF, 2)),
            ],
        ),
        section="5.3",
        wrong=DISGUISING,
    ),
    Exercise(
        id="11.5",
        title="Patience has an end",
        task=(
            "A server reads the head of an opening handshake. Write `answer_head`. It takes "
            "`arrivals`, a list of pairs: how many seconds after the start some bytes came, and "
            "the bytes. The head is whole when an empty line has come (`\\r\\n\\r\\n`). Look at "
            "the pairs in order, and return\n\n"
            '- `"408"` (too slow) if a pair comes later than `seconds`, or if no more come and the '
            "head is not whole,\n"
            '- `"431"` (too large) as soon as more than `most` bytes have come,\n'
            '- `"101"` if neither is so and the head is whole.'
        ),
        starter="def answer_head(arrivals, seconds, most):",
        hints=(
            "Keep all bytes that have come, in one variable that begins empty. A line end may be "
            "cut in two.",
            "The time counts from the start, not from the pair before: a byte now and then must "
            "not buy more time.",
            'head = b""; for time, data in arrivals: if time > seconds: 408; head += data; if '
            'len(head) > most: 431; if b"\\r\\n\\r\\n" in head: 101. After the loop: 408',
        ),
        reference=answer_head,
        cases=cases(
            [
                ([(0, LINE + END)], 10, 100),
                ([(0, LINE), (11, END)], 10, 100),
                ([(0, LINE), (1, b"X: " + bytes(90))], 10, 100),
            ],
            [
                ([], 10, 100),
                ([(0, LINE)], 10, 100),
                ([(0, LINE + END)], 10, len(LINE + END)),
                ([(0, LINE + END)], 10, len(LINE + END) - 1),
                ([(10, LINE + END)], 10, 100),
                ([(11, LINE + END)], 10, 100),
                ([(0, LINE + b"\r"), (1, b"\n")], 10, 100),
                ([(0, LINE), (3, b"X: 1" + END), (6, b"Y: 2" + END), (9, END)], 10, 100),
                ([(9 * at, bytes([byte])) for at, byte in enumerate(LINE + END)], 10, 100),
                ([(at, b"X: 23456" + END) for at in range(12)], 20, 100),
                ([(0, LINE + b"X: 1" + END + END)], 10, 100),
                ([(0, LINE), (1, b"X: " + bytes(90) + END + END)], 10, 100),
                ([(0, LINE + END + b"more")], 10, 100),
                ([(0, LINE + END), (20, b"more")], 10, 100),
                ([(0, LINE + END), (1, bytes(90))], 10, 100),
            ],
        ),
        section="10.4",
        wrong=WAITING,
    ),
)
