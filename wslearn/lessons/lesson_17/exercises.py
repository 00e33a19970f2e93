"""Lesson 17: what a server looks at before it lets somebody in."""

import base64

from wslearn.checking.exercise import Exercise, cases

from .solutions import at_the_door, first_message, read_offer, redact, redeem

HOSTS = ["bank.example", "127.0.0.1:8765"]
PAGES = ["https://bank.example", "https://app.example"]
HOST, PAGE = ("Host", "bank.example"), ("Origin", "https://bank.example")

SPOKEN = ["chat", "poll"]
TICKETS = [("t1", "Mia", 40), ("t2", "Ben", 60), ("t3", "Mia", 60)]
TOKENS = [("k1", "Mia"), ("k2", "Ben")]


def _offer(*names: str | bytes) -> str:
    """The header's value; bytes stand for a token."""
    return ", ".join(
        name
        if isinstance(name, str)
        else "bearer." + base64.urlsafe_b64encode(name).decode().rstrip("=")
        for name in names
    )


def _door(*headers: tuple[str, str]) -> tuple[list[tuple[str, str]], list[str], list[str]]:
    return list(headers), HOSTS, PAGES


EXERCISES = (
    Exercise(
        "17.1",
        at_the_door,
        cases=cases(
            [
                ([("Host", "bank"), ("Origin", "https://bank")], ["bank"], ["https://bank"]),
                ([("Host", "bank"), ("Origin", "https://evil")], ["bank"], ["https://bank"]),
                ([("Host", "evil"), ("Origin", "https://evil")], ["bank"], ["https://bank"]),
                ([("Origin", "https://bank")], ["bank"], ["https://bank"]),
            ],
            [
                _door(HOST),
                _door(HOST, PAGE),
                _door(HOST, ("Origin", "https://evil.example")),
                _door(("Host", "evil.example"), ("Origin", "http://evil.example")),
                _door(PAGE),
                _door(("Origin", "https://evil.example")),
                _door(HOST, HOST, ("Origin", "https://evil.example")),
                _door(HOST, HOST),
                _door(HOST, ("Origin", "null")),
                _door(("host", "127.0.0.1:8765"), ("origin", "https://app.example")),
                _door(("HOST", "bank.example"), ("ORIGIN", "https://evil.example")),
                _door(("Host", "evil.example")),
                _door(("Host", "evil.example"), PAGE),
                _door(HOST, ("Host", "evil.example"), PAGE),
                _door(HOST, ("Origin", "https://bank.example.evil.example")),
                _door(HOST, ("Origin", "https://evil-bank.example")),
                _door(HOST, ("Origin", "http://bank.example")),
                _door(("Cookie", "a=1"), HOST, ("X-Origin", "https://evil.example"), PAGE),
                _door(("Host", "127.0.0.1"), PAGE),
                _door(HOST, PAGE, ("Origin", "https://evil.example")),
            ],
        ),
        section="10.2",
    ),
    Exercise(
        "17.2",
        read_offer,
        setup=("import base64",),
        cases=cases(
            [
                (_offer("chat", bytes(range(4))), SPOKEN),
                ("chat, poll", SPOKEN),
                (_offer(b"\xfb\xff\xfe", "soap"), SPOKEN),
            ],
            [
                (_offer("soap", "poll", "chat", b"\xff" * 5), SPOKEN),
                (_offer(b"\xfb\xef\xbe\xfb", "chat"), SPOKEN),
                (_offer("soap"), SPOKEN),
                ("poll,chat", SPOKEN),
                (_offer("superchat", b"abcdef"), SPOKEN),
                (_offer("poll", b"a"), ["poll"]),
            ],
        ),
        section="4.2.2",
    ),
    Exercise(
        "17.3",
        redact,
        cases=cases(
            [
                ("GET /ws?room=1&token=abc HTTP/1.1",),
                ("GET /ws HTTP/1.1",),
            ],
            [
                ("GET /ws?ticket=xyz HTTP/1.1",),
                ("GET /ws?token=a&ticket=b&room=a HTTP/1.1",),
                ("GET /ws?token=ab== HTTP/1.1",),
                ("GET /ws?tokens=3&ticketing=1 HTTP/1.1",),
                ("GET /ws?mytoken=5&room=1 HTTP/1.1",),
                ("GET /token?room=token HTTP/1.1",),
                ("GET /ws?room=2&name=Mia HTTP/1.1",),
            ],
        ),
    ),
    Exercise(
        "17.4",
        redeem,
        cases=cases(
            [(TICKETS, "t1", 10), (TICKETS, "t1", 41), (TICKETS[1:], "t1", 10)],
            [
                (TICKETS, "t1", 40),
                (TICKETS, "t1", 39),
                (TICKETS, "t2", 59),
                (TICKETS, "t3", 50),
                (TICKETS, "t3", 99),
                (TICKETS, "", 0),
                ([], "t1", 0),
            ],
        ),
    ),
    Exercise(
        "17.5",
        first_message,
        cases=cases(
            [
                ([(1, "text", "k1")], 5, TOKENS),
                ([(1, "text", "hello")], 5, TOKENS),
                ([(1, "ping", "")], 5, TOKENS),
            ],
            [
                ([], 5, TOKENS),
                ([(5, "text", "k1")], 5, TOKENS),
                ([(4, "text", "k2")], 5, TOKENS),
                ([(4, "ping", ""), (6, "text", "k1")], 5, TOKENS),
                ([(4, "ping", ""), (8, "ping", "")], 5, TOKENS),
                ([(1, "text", "hello"), (2, "text", "k1")], 5, TOKENS),
                ([(1, "binary", "k1")], 5, TOKENS),
                ([(2, "ping", ""), (3, "text", "k2"), (9, "text", "more")], 5, TOKENS),
                ([(1, "text", "Mia")], 5, TOKENS),
                ([(7, "ping", "")], 5, TOKENS),
                ([(2, "ping", "k1")], 5, TOKENS),
            ],
        ),
        section="7.4.1",
    ),
)
