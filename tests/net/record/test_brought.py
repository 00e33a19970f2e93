"""Files that people bring: captures made after public bug reports.

Each case names the sentences that ``wslearn tap --read`` has to print, and those it must not.
Where an earlier version was wrong, the case says what it printed.
"""

import random
import tracemalloc
from dataclasses import dataclass

import pytest

from tests.support.captures import REPLY, REQUEST, Talk, pcap
from tests.support.places import CAPTURES
from wslearn.apps.tap import Printer
from wslearn.net.record.record_file import read_record
from wslearn.protocol.deflate import Compressor, Window
from wslearn.protocol.errors import InputError
from wslearn.protocol.frame import Frame

BROUGHT = CAPTURES / "brought"


@dataclass(frozen=True)
class Case:
    """``says``, ``silent``: what must and must not be printed; ``was``: what was wrong."""

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
            "expected client_max_window_bits from 8 to 15, got no value",
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
    "vertx4887.pcap": Case(
        (
            "The server answered 426 Upgrade Required: no WebSocket was opened.",
            "A server refuses this request at the step HTTP version",
        )
    ),
    "lfonly.pcap": Case(
        ("A server refuses this request at the step HTTP head: line 1", "RFC 9112 §2.2"),
        was="both heads were shown as good",
    ),
    "lfrep.pcap": Case(("A client fails the connection at the step HTTP head: line 1",)),
    # -- what comes before, after and beside the frames --------------------------------------------
    "auth401.pcap": Case(
        (
            "  1 The server answered 401 Unauthorized: no WebSocket was opened.",
            "  2 10.0.0.1:40000 to 10.0.0.2:80: GET /chat HTTP/1.1; HTTP/1.1 101",
            "a whole text message, “logged in”",
        ),
        was="The retry, its 101 and its frames were lost without a word",
    ),
    "proxyv1.pcap": Case(
        (
            "a whole text message, “p”",
            "a PROXY header says that the client behind 10.0.0.1:40000 is",
        ),
        was="left out: no WebSocket",
    ),
    "leadcrlf.pcap": Case(
        ("GET /chat HTTP/1.1; HTTP/1.1 101", "“p”"), was="left out: no WebSocket"
    ),
    "njs714.pcap": Case(
        (
            "Journal of 1 frame on 1 connection.",
            "where a frame should begin, the server sent an HTTP response (“HTTP/1.1 400 Bad",
        ),
        silent=("fails",),
        was="HTTP decoded as Close 21584, pong and reserved data",
    ),
    "hixie76.pcap": Case(
        ("this is hixie-76, with Sec-WebSocket-Key1", "Journal of 0 frames on 1 connection."),
        was="frames of rubbish",
    ),
    "h2ws.pcap": Case(("left out: HTTP/2, in which a WebSocket is a stream",), was="no WebSocket"),
    "h2c.pcap": Case(("left out: an upgrade to h2c.",), was="ordinary HTTP"),
    "onlyclient.pcap": Case(("GET /chat HTTP/1.1; no answer",)),
    # -- packets -----------------------------------------------------------------------------------
    "pppoe.pcap": Case(("a whole text message, “welcome”",), was="There is no TCP connection"),
    "gre.pcap": Case(("a whole text message, “welcome”",), was="There is no TCP connection"),
    "mpls.pcap": Case(("a whole text message, “welcome”",), was="There is no TCP connection"),
    # -- files -------------------------------------------------------------------------------------
    "tlsapp.pcap": Case(
        ("left out: encrypted (TLS).", "SSLKEYLOGFILE"),
        silent=("assume",),
        was="advised to assume 443; doing so gave reserved opcodes",
    ),
    "tlsraw.pcap": Case(("left out: encrypted (TLS).", "SSLKEYLOGFILE")),
    "mid.pcap": Case(
        ("on the command line: --assume 80",),
        was="the advice named no option of the command",
    ),
    "trunc.pcap": Case(
        (
            "The file ends inside packet 8: 58 of its 67 bytes are there.",
            "(9 bytes of it are missing)",
        ),
        silent=("tcpdump -s 0",),
        was="captured in part only; tcpdump -s 0 keeps them whole",
    ),
    "kuz.pcap": Case(("a whole text message, “welcome”",), was="refused as no capture"),
    "empty.pcap": Case(("There is no TCP connection with data in this capture.",)),
    "bigdeflate_takeover.pcap": Case(
        ("“after da0cf56cdb17942e7073fe708ed23aeafe…”, compressed to 85 bytes",),
        silent=("the first 65",),
        was="one compressed message over 64 KiB made every later one unreadable",
    ),
    "chrome.har": Case(
        (
            "→ text               2 B  a message, “hi”",
            "← binary             3 B  a message, 3 bytes",
            "From a HAR file: it holds messages, and no frames.",
        ),
        was="refused",
    ),
}


def told(name, capsys, **options):
    """What the command prints for a file."""
    Printer(colour=False).whole(read_record(BROUGHT / name, **options))
    return capsys.readouterr().out


@pytest.mark.parametrize("name", CASES)
def test_what_people_bring_is_read_right_or_refused_with_a_sentence_that_helps(name, capsys):
    said = told(name, capsys)
    case = CASES[name]
    assert [sentence for sentence in case.says if sentence not in said] == [], said
    assert [sentence for sentence in case.silent if sentence in said] == [], said


def test_every_file_that_people_brought_has_a_case():
    assert {path.name for path in BROUGHT.iterdir()} == set(CASES)


def test_an_assumed_port_reads_what_began_before_the_capture(capsys):
    said = told("mid.pcap", capsys, assume=80)
    assert "“tick 1”" in said
    assert "“tick 2”" in said


def test_what_was_read_is_equal_after_it_was_saved_and_loaded(tmp_path):
    for name in CASES:
        journal = read_record(BROUGHT / name)
        path, again = tmp_path / "a.journal", tmp_path / "b.journal"
        journal.save(path)
        loaded = read_record(path)
        assert loaded == journal, name
        assert [one.judged for one in loaded] == [one.judged for one in journal], name
        loaded.save(again)
        assert again.read_bytes() == path.read_bytes(), name


def test_mutated_files_are_read_or_refused_and_never_raise_anything_else(tmp_path, capsys):
    """Nor did ten thousand others, tried by hand with other seeds."""
    rng = random.Random(14)
    files = [data for path in sorted(BROUGHT.iterdir()) if len(data := path.read_bytes()) < 5_000]
    path = tmp_path / "a"
    for _ in range(300):
        data = bytearray(rng.choice(files))
        for _ in range(rng.choice((1, 2, 3, 8, 30))):
            at = rng.randrange(len(data) + 1)
            match rng.randrange(4):
                case 0:
                    data[at : at + 1] = rng.randbytes(1)
                case 1:
                    del data[at : at + rng.randrange(1, 40)]
                case 2:
                    data[at:at] = rng.randbytes(rng.randrange(1, 40))
                case 3:
                    data[at : at + 4] = rng.choice((b"\xff" * 4, b"HTTP", b"GET ", b"\x16\x03\x03"))
        path.write_bytes(data)
        try:
            journal = read_record(path, assume=rng.choice(((), 80)))
        except InputError as problem:
            assert str(problem)  # noqa: PT017 (either way is fine)
            continue
        Printer(colour=False).whole(journal)
        assert set(capsys.readouterr().out) & set("\x1b\x07\u202e\r") == set()
        assert len(journal.messages()) == len(journal.where().messages())


def test_bombs_in_a_small_capture_cost_little(tmp_path):
    compressor = Compressor(Window(15, context_takeover=False))
    bomb = Frame(2, compressor.compress(bytes(2**20 - 100)), rsv1=True).encode()
    request, reply = (
        head[:-2] + b"Sec-WebSocket-Extensions: permessage-deflate%s\r\n\r\n" % more
        for head, more in ((REQUEST, b""), (REPLY, b""))
    )
    talk = Talk().say("client", request).say("server", reply)
    for _ in range(300):
        talk.say("server", bomb)
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap(talk.packets))
    tracemalloc.start()
    try:
        messages = read_record(path).messages()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(messages) == 300
    assert messages[0].data == bytes(2**20 - 100)
    assert sum(len(message.data or b"") for message in messages) < 18 * 2**20
    assert peak < 40 * 2**20
