"""``wslearn echo``: the server in a separate process, and the suite's client."""

import asyncio
import logging
import resource
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager, suppress

import pytest

from tests.support.peers import free_port, run_supervised
from wslearn.__main__ import main
from wslearn.apps.echo import echo, run_cases
from wslearn.net.client import connect
from wslearn.net.limits import Limits
from wslearn.net.server import serve
from wslearn.protocol.deflate import Deflate
from wslearn.protocol.errors import HandshakeError, NetworkError
from wslearn.protocol.handshake import error_response


def ignore_interrupts():
    """As a shell does in a script for a command that ends with ``&``."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def echo_process(*options, **how):
    """The command, listening; gives its URL and the process."""
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "wslearn", "echo", "--port=0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **how,
    )
    try:
        line = process.stdout.readline()
        assert line.startswith("An echo server listens on ws://127.0.0.1:"), line
        yield line.split()[5], process
    finally:
        process.kill()
        process.communicate()


def interrupted(process):
    """What the command says after Ctrl+C, and how it ends."""
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    return process.returncode, said


async def exchange(url, *messages, **options):
    async with await connect(url, **options) as client:
        for message in messages:
            await client.send(message)
            assert await client.recv() == message
        return client.agreement


def test_every_message_comes_back_and_ctrl_c_ends_it():
    with echo_process() as (url, process):
        agreement = asyncio.run(exchange(url, "κόσμε", bytes(1000), deflate=Deflate()))
        assert agreement is not None
        assert interrupted(process) == (130, "")


@pytest.mark.skipif(sys.platform != "linux", reason="sets a limit for another process")
def test_more_connections_than_files_are_refused_without_a_flood_in_the_log():
    def few_files():
        resource.setrlimit(resource.RLIMIT_NOFILE, (160, 160))

    with echo_process(preexec_fn=few_files) as (url, process), ExitStack() as stack:
        port = int(url.rpartition(":")[2].strip("/"))
        for _ in range(400):
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
        stack.close()
        deadline = time.monotonic() + 20
        while True:  # until the server has seen that they are gone
            with suppress(HandshakeError, NetworkError):
                asyncio.run(exchange(url, "still here"))
                break
            assert time.monotonic() < deadline
        status, said = interrupted(process)
        assert status == 130
        assert "Traceback" not in said
        assert len(said) < 4000


def test_it_also_ends_when_a_script_started_it_in_the_background():
    with echo_process(preexec_fn=ignore_interrupts) as (_, process):
        assert interrupted(process) == (130, "")


def test_ctrl_c_says_goodbye_to_those_that_are_connected():
    with echo_process() as (url, process):

        async def stay():
            async with await connect(url) as client:
                process.send_signal(signal.SIGINT)
                await client.wait_closed()
                return client.close_code

        assert asyncio.run(stay()) == 1001
        assert process.wait(30) == 130


def test_compression_can_be_left_out_and_the_size_limited():
    with echo_process("--no-compression", "--most=1000") as (url, process):
        assert asyncio.run(exchange(url, "x" * 1000, deflate=Deflate())) is None

        async def send_more():
            async with await connect(url) as client:
                await client.send("x" * 1001)
                await client.wait_closed()
                return client.close_code

        assert asyncio.run(send_more()) == 1009
        status, said = interrupted(process)
        assert status == 130
        assert "broke the rule frame-too-long" in said


def test_quiet_says_nothing_about_broken_rules():
    with echo_process("--quiet", "--most=10") as (url, process):

        async def send_more():
            async with await connect(url) as client:
                await client.send("x" * 11)
                await client.wait_closed()

        asyncio.run(send_more())
        assert interrupted(process) == (130, "")


def test_a_taken_port_gets_one_sentence(capsys):
    with echo_process() as (url, _):
        port = url.rstrip("/").rpartition(":")[2]
        assert main(["echo", "--port", port]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"Expected to listen on 127.0.0.1, port {port}, got: Address already")
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--port", "99999"], "Expected a port from 0 to 65535, got 99999."),
        (["--most", "-1"], "Expected message_size above 0, got -1."),
        (["--autobahn", "http://x"], "Expected a URI that starts with ws:// or wss://"),
    ],
)
def test_an_impossible_option_gets_one_sentence(words, sentence, capsys):
    assert main(["echo", *words]) == 2
    assert capsys.readouterr().err.startswith(sentence)


# -- as the suite's client -------------------------------------------------------------------------


class FakeSuite:
    """A fuzzing server with a few cases, one of them hostile."""

    def __init__(self, count="4"):
        self.count, self.ran, self.reported = count, [], []

    async def __call__(self, socket):
        target = socket.request.target
        if target == "/getCaseCount":
            await socket.send(self.count)
        elif target.startswith("/runCase?case="):
            case = target.partition("=")[2].partition("&")[0]
            await socket.send(f"case {case}")
            self.ran.append(await socket.recv())
            if case == "2":
                socket._writer.write(b"\xff\xff")
        else:
            self.reported.append(target)


def test_every_case_is_run_and_the_reports_are_asked_for(capsys):
    suite = FakeSuite()

    async def run():
        async with await serve(suite) as server:
            assert await run_cases(server.url, Limits(), Deflate()) == 0

    run_supervised(run())
    assert suite.ran == ["case 1", "case 2", "case 3", "case 4"]
    assert suite.reported == ["/updateReports?agent=wslearn"]
    assert capsys.readouterr().out.startswith("4 cases were run")


def test_a_case_that_refuses_the_handshake_does_not_stop_the_others(caplog):
    caplog.set_level(logging.INFO)
    suite = FakeSuite("2")

    def decide(check):
        return error_response(503, "no") if "case=1" in (check.resource or "") else None

    async def run():
        async with await serve(suite, decide=decide) as server:
            assert await run_cases(server.url, Limits(), None) == 0

    run_supervised(run())
    assert suite.ran == ["case 2"]
    assert "Case 1: " in caplog.text


@pytest.mark.parametrize("count", ["hello", None])
def test_a_server_that_is_no_suite_gets_one_sentence(count):
    async def run():
        handler = FakeSuite(count) if count else echo
        async with await serve(handler) as server:
            with pytest.raises(NetworkError, match="Expected the number of cases from ws://"):
                await run_cases(server.url, Limits(open_seconds=0.5), None)

    run_supervised(run())


def test_where_no_suite_listens_the_command_says_so(capsys):
    assert main(["echo", "--autobahn", f"ws://127.0.0.1:{free_port()}/"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("Expected to connect to ws://127.0.0.1:")
    assert said.endswith("got: Connection refused.\n")
