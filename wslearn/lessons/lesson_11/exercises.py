"""Lesson 11: what attackers send."""

from wslearn.checking.exercise import Exercise, cases
from wslearn.protocol.examples import COURSE_KEY
from wslearn.protocol.frame import Frame

from .solutions import answer_head, disguise, may_connect, next_step, smallest_length


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
        "11.1",
        smallest_length,
        setup=("RIGHT = (56, 48, 40, 32, 24, 16, 8, 0)",),
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
    ),
    Exercise(
        "11.2",
        may_connect,
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
    ),
    Exercise(
        "11.3",
        next_step,
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
    ),
    Exercise(
        "11.4",
        disguise,
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
    ),
    Exercise(
        "11.5",
        answer_head,
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
    ),
)
