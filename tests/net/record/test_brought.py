"""What people bring from elsewhere: captures made after public bug reports, and what is right.

Each case names the sentences that ``wslearn tap --read`` has to print, and those it must not. What
was printed before stands beside it where it was wrong.
"""

from dataclasses import dataclass

import pytest

from tests.support.places import CAPTURES
from wslearn.apps.tap import Printer, read

BROUGHT = CAPTURES / "brought"


@dataclass(frozen=True)
class Case:
    """``says`` and ``silent``: what must and must not be printed; ``was``: what was wrong."""

    says: tuple[str, ...]
    silent: tuple[str, ...] = ()
    was: str = ""


ACCEPT = "The accept value must be the base64 of the SHA-1 of the key's text and the GUID."
CASES = {
    # -- the handshake ---------------------------------------------------------------------------
    "wrongaccept.pcap": Case(
        (
            "A client fails the connection at the step Sec-WebSocket-Accept: line 4",
            ACCEPT,
            "never read: the connection had failed in the opening handshake; a whole text",
        ),
        was="not a word that the accept value is wrong",
    ),
    "bauglir2.pcap": Case(
        (
            "A client fails the connection at the step permessage-deflate",
            "expected client_max_window_bits from 8 to 15, got None",
            "(RFC 7692 §7)",
            "never read: the connection had failed in the opening handshake",
        ),
        was="the parameter without its value was shown as agreed",
    ),
    # -- messages --------------------------------------------------------------------------------
    "lone_cont.pcap": Case(
        (
            "A client fails the connection with 1002. A continuation frame must continue a message",
            "(RFC 6455 §5.4)",
        ),
        was="the last fragment of the message before it",
    ),
    "utf8_split_bad.pcap": Case(
        ("A client fails the connection with 1007. A text message must be valid UTF-8.",),
        was="nothing marked",
    ),
    "aws245.pcap": Case(
        ("the first fragment of a text message", "the last fragment of the text message"),
        silent=("fails",),
    ),
    "afterclose.pcap": Case(
        (
            "never read: a Close had come before it; a whole text message, “late”",
            "After its Close a side must not send any more data frames. (RFC 6455 §5.5.1)",
        ),
        was="nothing marked",
    ),
    "easyws21.pcap": Case(
        ("a close without a code", "never read: a Close had come before it", "§5.5.1"),
        was="nothing marked",
    ),
    "ws2292_zlib.pcap": Case(
        (
            "A client fails the connection with 1007. A compressed message must be valid DEFLATE",
            "(RFC 7692 §7.2.2)",
        ),
        was="a whole text message, compressed to 15 bytes",
    ),
    "at59.pcap": Case(
        (
            "A client fails the connection with 1002. Only the first frame of a compressed message",
            "It says “Hello”.",
            "never read: the connection had failed; the last fragment of the text message, “World”",
        ),
    ),
    "ws983.pcap": Case(
        ("“hello hello hello”", "a whole text message, “plain between”", "“hello again hello”"),
        silent=("fails", "never read"),
    ),
    "ix160.pcap": Case(("A reserved bit must be 0 unless both sides agreed",)),
    "lws3249.pcap": Case(("A client fails the connection with 1002. The code in a Close frame",)),
    "lws792.pcap": Case(("A client fails the connection with 1002. The code in a Close frame",)),
    "paho821.pcap": Case(("A server fails the connection with 1002. Frames from a client must",)),
    "wstunnel.journal": Case(
        (
            "A server fails the connection with 1002. Frames from a client must be masked.",
            "never read: the connection had failed; a close with code 1000",
            "← close              4 B  a close with code 1000",
        ),
    ),
    # -- read right before, and still --------------------------------------------------------------
    "absform.pcap": Case(("GET http://example.com/chat HTTP/1.1", "“abs”"), silent=("fails",)),
    "caido2151.pcap": Case(("a whole text message, “welcome”",), silent=("fails",)),
    "early103.pcap": Case(("a whole text message, “after 103”",), silent=("fails",)),
    "impatient.pcap": Case(("→ text              11 B  a whole text message, “early”", "“ok”")),
    "bigdeflate.pcap": Case(("“abcabcabc",), silent=("fails",)),
    "manyclosed.pcap": Case(("Journal of 5 frames on 1 connection.",), silent=("fails",)),
    "vertx4887.pcap": Case(("The server answered 426: no WebSocket was opened.",)),
}


def told(name, capsys, **options):
    """What the command prints of a file."""
    Printer(colour=False).whole(read(str(BROUGHT / name), options.get("assume", [])))
    return capsys.readouterr().out


@pytest.mark.parametrize("name", CASES)
def test_what_people_bring_is_read_right_or_refused_with_a_sentence_that_helps(name, capsys):
    said = told(name, capsys)
    case = CASES[name]
    assert [sentence for sentence in case.says if sentence not in said] == [], said
    assert [sentence for sentence in case.silent if sentence in said] == [], said
