"""The server of lesson 08: every step is a program that runs, and each mend repairs its fault."""

import ast
import asyncio
import json
import os
import runpy
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress

import kosoku
import pytest
import websockets

from tests.support.places import ROOT
from wslearn.lessons.lesson_08 import naive
from wslearn.lessons.lesson_08.naive.lab import PATIENCE, SILENT, STAND_IN, ServerLab
from wslearn.lessons.lesson_08.naive.marks import FILE, SECTIONS, recorded
from wslearn.lessons.lesson_08.naive.running import RunningServer
from wslearn.lessons.lesson_08.naive.steps import MENDS, program, read_mend
from wslearn.lessons.lesson_08.naive.vectors import answer_of, in_words, right, vectors
from wslearn.lessons.lesson_08.naive.visit import RESET, request, two_at_once, visit, visits
from wslearn.net.record.passed import Passed
from wslearn.protocol.errors import InputError, NetworkError
from wslearn.protocol.frame import Frame
from wslearn.protocol.parser import FrameParser

KEY = bytes.fromhex("37fa213d")
STEPS = range(len(MENDS) + 1)
LAST = len(MENDS)


def sent(frame):
    return frame.encode(mask_key=KEY)


HELLO, YOU = sent(Frame.text("Hello")), sent(Frame.text("you"))
BARE = Frame.text("Hello").encode()
LONG = request("Cookie: " + "a" * 1200)
SMALL = request().replace(b"Sec-WebSocket-Key", b"sec-websocket-key")
PICTURE = b"GET /favicon.ico HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def answered(step, *frames, **how):
    """The frames that come back."""
    seen = visit(step, *frames, **how)
    return [str(frame) for frame in FrameParser("client").feed(b"".join(seen.frames))]


# -- the steps -------------------------------------------------------------------------------------


def test_there_are_twelve_faults_and_more_and_each_mend_says_what_it_mends():
    assert len(MENDS) >= 12
    assert [mend.number for mend in MENDS] == list(range(1, LAST + 1))
    assert len({mend.title for mend in MENDS}) == LAST
    assert all(mend.rule.endswith(".") for mend in MENDS)


@pytest.mark.parametrize("step", STEPS)
def test_every_step_is_a_program_that_runs_and_lints(step):
    source = program(step)
    ast.parse(source)
    ruff = [sys.executable, "-m", "ruff", "check", "--stdin-filename", "server.py", "-"]
    done = subprocess.run(
        ruff, input=source, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout
    form = [sys.executable, "-m", "ruff", "format", "--check", "--stdin-filename", "server.py", "-"]
    done = subprocess.run(
        form, input=source, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert answered(step, HELLO) == ["Frame(TEXT, b'Hello')"]


def test_the_sixty_lines_are_some_sixty_lines():
    assert 60 <= naive.size(0) <= 69
    assert naive.size(LAST) <= 150


def test_a_mend_that_does_not_fit_is_noticed():
    mend = read_mend(1, "title: a\nrule: b\nsection: c\n@@\n one\n-two\n+three\n")
    assert mend.applied("one\ntwo\n") == "one\nthree\n"
    with pytest.raises(ValueError, match="got 0 places"):
        mend.applied("one\nfour\n")
    with pytest.raises(ValueError, match="got 2 places"):
        mend.applied("one\ntwo\none\ntwo\n")


def test_an_unknown_step_is_refused():
    with pytest.raises(InputError, match=f"0 to {LAST}"):
        program(LAST + 1)


def test_the_lines_of_a_mend_are_those_of_its_difference():
    for mend in MENDS:
        before, after = program(mend.number - 1), program(mend.number)
        added, removed = mend.lines
        grown = len(after.splitlines()) - len(before.splitlines())
        assert added - removed == grown
        assert added + removed > 0


# -- every fault, before its mend and after --------------------------------------------------------

HELLO_BACK = ["Frame(TEXT, b'Hello')"]
LONG_TEXT = sent(Frame.text("Hello" * 400))
REFUSED = [r"Frame(CLOSE, b'\x03\xea')"]


def binary():
    return sent(Frame.binary(b"\x00\xff"))


FAULTS = [
    (6, [HELLO, YOU], [], HELLO_BACK),
    (7, [BARE], ["""Frame(TEXT, b"'")"""], REFUSED),
    (8, [HELLO, YOU], HELLO_BACK, [*HELLO_BACK, "Frame(TEXT, b'you')"]),
    (11, [sent(Frame.ping(b"?"))], ["Frame(TEXT, b'?')"], ["Frame(PONG, b'?')"]),
    (12, [sent(Frame.close(1000))], [], [r"Frame(CLOSE, b'\x03\xe8')"]),
    (13, [binary()], [], [r"Frame(BINARY, b'\x00\xff')"]),
    (14, [sent(Frame(1, b"\xff"))], [], [r"Frame(CLOSE, b'\x03\xef')"]),
    (
        15,
        [sent(Frame(1, b"Hel", fin=False)), sent(Frame(0, b"lo"))],
        ["Frame(TEXT, b'Hel')", "Frame(TEXT, b'lo')"],
        HELLO_BACK,
    ),
    (15, [sent(Frame(0, b"lo"))], ["Frame(TEXT, b'lo')"], REFUSED),
    (16, [sent(Frame(9, b"?", fin=False))], ["Frame(PONG, b'?')"], REFUSED),
    (16, [sent(Frame(1, b"?", rsv1=True))], ["Frame(TEXT, b'?')"], REFUSED),
    (16, [b"\x81\xfe\x00\x05" + HELLO[2:]], HELLO_BACK, REFUSED),
    (17, [b"\x82\xff" + (2**62).to_bytes(8, "big") + KEY], [], [r"Frame(CLOSE, b'\x03\xf1')"]),
]


@pytest.mark.parametrize(
    ("number", "frames", "before", "after"), FAULTS, ids=[str(fault[0]) for fault in FAULTS]
)
def test_a_mend_mends_its_fault(number, frames, before, after):
    assert answered(number - 1, *frames) == before
    assert answered(number, *frames) == after


@pytest.mark.parametrize(("number", "asked"), [(1, LONG), (2, SMALL), (3, PICTURE)])
def test_a_request_ends_the_server_until_it_is_mended(number, asked):
    before, after = visit(number - 1, request=asked), visit(number, request=asked)
    assert before.ended == "the server is gone: KeyError"
    assert before.reply == b""
    assert after.ended == ""
    assert after.reply.split()[1] == (b"400" if asked == PICTURE else b"101")


def test_the_header_that_is_in_no_rfc_goes_with_mend_4():
    assert b"WebSocket-Location" in visit(3).reply
    assert b"WebSocket-Location" not in visit(4).reply


def test_a_second_client_waits_until_mend_5():
    assert two_at_once(4).startswith("nothing, until")
    assert two_at_once(5) == "HTTP/1.1 101 Switching Protocols"


def test_a_frame_longer_than_one_read_is_two_until_mend_8():
    assert len(visit(7, LONG_TEXT).frames) == 2
    assert answered(8, LONG_TEXT) == [str(Frame.text("Hello" * 400))]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems end TCP in other ways")
def test_tcp_is_reset_until_mend_9():
    assert visit(8, BARE, BARE).ended == RESET
    assert visit(9, BARE, BARE).ended == ""


def test_a_slow_reader_gets_half_until_mend_10():
    large = sent(Frame.text("x" * 2**19))
    whole = 10 + 2**19
    assert len(visit(9, large, slow=True).frames[0]) < whole
    assert len(visit(10, large, slow=True).frames[0]) == whole


def test_a_close_that_may_not_travel_is_repeated_until_mend_18():
    liar = sent(Frame(8, (1005).to_bytes(2, "big")))
    assert visit(17, liar).frames == (b"\x88\x02\x03\xed",)
    assert answered(18, liar) == REFUSED


def test_an_error_ends_the_server_first_and_later_only_one_conversation():
    assert visit(0, sent(Frame.close(1000))).ended == "the server is gone: UnicodeDecodeError"
    assert "the server's log says UnicodeDecodeError" in visit(5, sent(Frame.close(1000))).ended
    assert [one.seen for one in visits(5, sent(Frame.close(1000)), HELLO)][1].endswith("“Hello”")


# -- the last step, and judges that we did not write -----------------------------------------------


def test_the_mended_server_answers_every_vector_whole_and_byte_by_byte():
    with RunningServer(LAST) as server:
        for vector in vectors():
            answer = answer_of(server, vector)
            assert right(vector, answer), (vector.group, vector.name, answer, vector.answer)
            if not vector.is_request and len(vector.sent) < 100:
                assert in_pieces(server.port, vector.sent) == vector.answer, vector.name


def in_pieces(port, data):
    came = b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.sendall(request())
        while b"\r\n\r\n" not in came:
            came += client.recv(1000)
        came = came.partition(b"\r\n\r\n")[2]
        with suppress(ConnectionError):
            for byte in data:
                client.sendall(bytes([byte]))
            client.shutdown(socket.SHUT_WR)
        while piece := client.recv(65536):
            came += piece
    return tuple(in_words(came))


def test_the_vectors_of_the_package_are_those_of_the_collection():
    script = runpy.run_path(str(ROOT / "tests" / "tools" / "vectors_for_servers.py"))
    assert script["STORED"].read_text(encoding="utf-8") == script["text"]()
    assert len(vectors()) > 100


def test_the_first_server_answers_only_some_of_the_vectors():
    some = [vector for vector in vectors() if vector.group == "frames"][:8]
    wrong = 0
    for vector in some:
        with RunningServer(0) as server:
            wrong += not right(vector, answer_of(server, vector))
    assert 0 < wrong < len(some)


def test_a_client_of_websockets_talks_to_the_mended_server():
    async def talk(url):
        async with websockets.connect(url, compression=None, max_size=None) as client:
            for message in ("Hello", "", "κόσμε", b"\x00\xff", "x" * 70_000):
                await client.send(message)
                assert await client.recv() == message
            await client.send(["Hel", "lo"])  # two fragments
            assert await client.recv() == "Hello"
            await (await client.ping(b"?"))
        assert client.close_code == 1000

    with RunningServer(LAST) as server:
        asyncio.run(talk(server.url))


def test_autobahn_still_says_what_is_recorded_of_the_mended_server():
    cases = ["1.*", "2.*", "3.*", "4.*", "5.*", "7.*"]

    async def judge(url):
        try:
            return await kosoku.run_fuzzingclient(url, cases, concurrency=2)
        except kosoku.FailureError as failure:
            return failure.results

    with RunningServer(LAST) as server:
        results = asyncio.run(judge(server.url))
    good = {"OK", "INFORMATIONAL"}
    passed = dict.fromkeys(recorded()[LAST].passed, 0)
    for result in results:
        section = result.case_id.partition(".")[0]
        passed[section] += {result.behavior.value, result.behavior_close.value} <= good
    asked = [case.partition(".")[0] for case in cases]
    last = recorded()[LAST].passed
    assert {one: passed[one] for one in asked} == {one: last[one] for one in asked}


# -- what is recorded, and what is shown -----------------------------------------------------------


def test_every_step_has_marks_for_the_same_cases():
    data = json.loads(FILE.read_text(encoding="utf-8"))
    assert data["runner"].startswith("kosoku ")
    assert [marks.step for marks in recorded()] == list(STEPS)
    for marks in recorded():
        assert list(marks.cases) == list(SECTIONS)
        assert all(marks.passed[one] <= marks.cases[one] for one in SECTIONS)
    assert sum(recorded()[0].cases.values()) == 247
    assert recorded()[0].total < 100
    assert recorded()[LAST].total >= 245


def test_the_table_at_the_end_adds_up():
    rows = naive.summary().rows
    assert len(rows) == LAST + 1
    total = rows[0][-1]
    for mend, row in zip(MENDS, rows[1:], strict=True):
        assert row[1] == mend.title
        total += int(str(row[3]).replace("−", "-"))
        assert row[-1] == total
    assert naive.sections(0, LAST).rows[-1][2:] == (rows[0][-1], rows[-1][-1], 247)


def test_what_is_shown_is_text_even_where_it_looks_like_markup():
    bundle = naive.source(0)._repr_mimebundle_()
    assert bundle["text/plain"] == program(0)
    page = naive.page()._repr_mimebundle_()["text/html"]
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    mended = naive.mend(14)._repr_mimebundle_()
    assert "Mend 14." in mended["text/plain"]
    assert "+            except UnicodeDecodeError:" in mended["text/plain"]
    shown = visit(LAST, sent(Frame.text("<script>")))._repr_mimebundle_()["text/html"]
    assert "<script>" not in shown


# -- the process -----------------------------------------------------------------------------------


def test_a_taken_port_is_reported_in_a_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(NetworkError, match=f"port {port}, got: OSError"):
            RunningServer(0, port)


def test_the_server_ends_with_the_program_that_started_it():
    starter = (
        "from wslearn.lessons.lesson_08.naive.running import RunningServer\n"
        "server = RunningServer(0)\n"
        "print(server.port, flush=True)\n"
        "import os; os._exit(0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", starter], capture_output=True, text=True, timeout=60, check=True
    )
    port = int(done.stdout)
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except ConnectionError:
            return
    pytest.fail("the server is still there")


def test_stopping_twice_is_fine_and_frees_the_port():
    server = RunningServer(LAST)
    port = server.port
    server.stop()
    server.stop()
    assert not server.running
    socket.create_server(("127.0.0.1", port)).close()


def test_the_command_prints_the_program_and_refuses_an_unknown_step():
    command = [sys.executable, "-m", "wslearn.lessons.lesson_08.naive"]
    done = subprocess.run(
        [*command, "--step", "3", "--source"],
        capture_output=True,
        timeout=60,
        check=True,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert done.stdout.decode().replace("\r\n", "\n") == program(3)
    done = subprocess.run([*command, "--step", "99"], capture_output=True, timeout=60, check=False)
    assert done.returncode == 2
    assert b"Expected a step" in done.stderr
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = ["--port", str(taken.getsockname()[1])]
        done = subprocess.run([*command, *port], capture_output=True, timeout=60, check=False)
    assert done.returncode == 2
    assert b"Expected to listen on port" in done.stderr


# -- the lab ---------------------------------------------------------------------------------------


def test_without_a_tab_a_client_in_python_stands_in_and_says_so():
    first = naive.lab(0)
    told = first.told.text()
    assert STAND_IN in told
    assert "the server is gone. Its last words: UnicodeDecodeError" in told
    last = naive.lab(LAST)
    assert not first.running
    assert not first.program.running
    assert "the server goes on" in last.told.text()
    assert repr(last) == f"ServerLab({LAST})"
    last.stop()
    assert not last.program.running


def test_what_a_client_has_said_is_shown_as_live():
    lab = ServerLab(LAST)
    try:
        said = lab.journal.open(began=0.0)
        lab.journal.add(said, Passed("client", HELLO))
        assert "Your tab said this" in lab.told.text()
        assert "goes on" in lab.fate
    finally:
        lab.close()


def test_an_earlier_lab_is_stopped_and_stays_on_the_page():
    first = naive.lab(0)
    assert first.told
    last = naive.lab(LAST)
    try:
        assert not first.running
        assert first.program.wait(PATIENCE)
        assert first.comm is not None  # without one, the page would show nothing in its place
        assert len(first.journal.frames) == 3
    finally:
        first.close()
        last.close()


def test_a_lab_that_is_stopped_or_has_a_silent_tab_says_so():
    lab = naive.lab(0)
    with socket.create_connection(("127.0.0.1", lab.tap.port), timeout=20) as client:
        client.sendall(request())
        assert client.recv(1000).startswith(b"HTTP/1.1 101")
        assert SILENT in lab.told.text()
    lab = naive.lab(0)
    lab.stop()
    told = lab.told.text()
    assert "run its cell again" in told
    assert "the server is stopped" in told


def test_the_lab_takes_a_free_port_where_8002_is_taken():
    with ExitStack() as held:
        with suppress(OSError):  # somebody else holds it: just as well
            held.enter_context(socket.create_server(("127.0.0.1", 8002)))
        lab = naive.lab(0)
        assert lab.program.port != 8002
        assert lab.running
        lab.close()


def test_where_no_program_can_run_a_sentence_says_so(monkeypatch):
    def none(*arguments, **options):
        raise OSError(138, "emscripten does not support processes.")

    monkeypatch.setattr(subprocess, "Popen", none)
    with pytest.raises(NetworkError, match="Expected a system that runs programs"):
        RunningServer(0)
