"""``wslearn class``: what it prints, whom it lets in, how it ends, and how it answers bad input."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from wslearn.__main__ import main
from wslearn.apps import class_ as command
from wslearn.lessons.lesson_12.poll.pictures import colours_css, join_link, qr_terminal


@contextmanager
def polling(*words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A class in a separate process, and what it printed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "wslearn", *words, "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    watchdog = threading.Timer(60, process.kill)
    watchdog.start()
    try:
        said = ""
        for line in process.stdout:
            said += line
            if "Ctrl+C" in line:
                break
        yield process, said
    finally:
        watchdog.cancel()
        process.kill()
        process.communicate()


@pytest.mark.skipif(os.name != "posix", reason="sends signals as a terminal does")
@pytest.mark.parametrize(("name", "ending"), [("class", signal.SIGINT), ("poll", signal.SIGTERM)])
def test_it_prints_its_address_serves_and_ends_with_the_results(name, ending):
    words = ("--question", "Tea or coffee?", "--candidate", "Tea", "--candidate", "Coffee")
    with polling(name, *words) as (process, said):
        found = re.search(r"Students: +(http://127\.0\.0\.1:\d+/)\n", said)
        assert found, said
        assert "Join code" not in said
        assert "gone when the class ends" in said
        assert re.search(rf"Instructor: +{found[1]}instructor\?key=[\w-]{{22}}\n", said)
        with urlopen(found[1], timeout=20) as page:
            assert "kept in the memory" in page.read().decode()
        process.send_signal(ending)
        rest, _ = process.communicate(timeout=30)
    assert rest == "\nThe class is over. Tea or coffee?\n     0  Tea\n     0  Coffee\n"
    assert process.returncode == 0


def test_it_listens_on_loopback_alone_unless_asked(monkeypatch):
    asked = []

    class ListenedError(Exception):
        pass

    def listen(address, **_):
        asked.append(address[0])
        raise ListenedError

    monkeypatch.setattr("wslearn.lessons.lesson_12.poll.server.socket.create_server", listen)
    for words in ([], ["--room"], ["--host", "127.0.0.2"]):
        with pytest.raises(ListenedError):
            main(["class", *words])
    assert asked == ["127.0.0.1", "0.0.0.0", "127.0.0.2"]


def test_beyond_loopback_there_is_a_join_code_and_a_picture_to_photograph():
    # On the unspecified address, but asked through loopback: tests leave no packet to a network.
    with polling("class", "--room") as (_, said):
        code = re.search(rf"Join code: +([{command.ALPHABET}]{{6}})\n", said)
        assert code, said
        address = re.search(r"Students: +(http://[\d.]+:(\d+)/)\n", said)
        assert qr_terminal(join_link(address[1], code[1])) in said
        url = f"http://127.0.0.1:{address[2]}/"
        form = Request(f"{url}login", b"name=Ada", method="POST")
        with pytest.raises(HTTPError) as refused:
            urlopen(form, timeout=20)
        assert refused.value.code == 403
        with urlopen(Request(f"{url}login", f"name=Ada&code={code[1]}".encode()), timeout=20) as it:
            assert it.url == url


def test_a_code_can_be_rehearsed_on_loopback():
    with polling("class", "--code") as (_, said):
        code = re.search(rf"Join code: +([{command.ALPHABET}]{{6}})\n", said)[1]
        port = re.search(r"Students: +http://127\.0\.0\.1:(\d+)/\n", said)[1]
        assert f'In notebooks: ws.join("{code}", "127.0.0.1:{port}")\n' in said


@pytest.mark.skipif(os.name != "posix", reason="kills a process by a signal")
def said_on_a_hub(monkeypatch, **more: str) -> str:
    """What the command prints in a terminal of a hub."""
    for name, value in {**ON_A_HUB, **more}.items():
        monkeypatch.setenv(name, value)
    words = ["class", "--port", "0"]
    parser = ArgumentParser()
    command.add_arguments(parser)
    served = command._served(parser.parse_args(words[1:]), command.HOST)
    served.stop()
    return command._invitation(served, is_open=False)


ON_A_HUB = {"JUPYTERHUB_SERVICE_PREFIX": "/user/ada/", "JUPYTERHUB_SERVER_NAME": ""}


def test_on_a_hub_there_is_a_code_and_the_hubs_own_addresses(monkeypatch):
    said = said_on_a_hub(monkeypatch)
    assert re.search(r"Students: +/hub/user-redirect/proxy/\d+/\n", said)
    assert re.search(r"Join code: +[2-9A-Z]{6}\n", said)
    assert re.search(r"Instructor: +/user/ada/proxy/\d+/instructor\?key=", said)
    assert command.SLASH in said
    assert command.SHARED in said
    public = {"JUPYTERHUB_PUBLIC_HUB_URL": "https://hub.example/hub/"}
    said = said_on_a_hub(monkeypatch, **public, KUBERNETES_SERVICE_HOST="10.0.0.1")
    assert re.search(r"Students: +https://hub\.example/hub/user-redirect/proxy/\d+/\n", said)
    assert re.search(r"Instructor: +https://hub\.example/user/ada/proxy/\d+/instructor", said)
    assert command.CONTAINERS in said


def test_a_class_that_was_killed_goes_on_with_its_codes_and_its_question(tmp_path):
    words = ("class", "--code", "--keep", str(tmp_path / "today"), "--question", "Why?")
    said = []
    for _ in range(2):
        with polling(*words) as (process, lines):
            said.append(re.findall(r"Join code: +(\S+)|key=(\S+)", lines))
            process.send_signal(signal.SIGKILL)
            process.wait()
    assert said[0] == said[1]
    assert (tmp_path / "today").read_text().count('"Why?"') == 1, "it is not asked twice"


def test_two_codes_are_different_and_hold_no_letter_that_looks_like_another():
    codes = {command.join_code() for _ in range(200)}
    assert len(codes) == 200
    assert not set("01ILO") & set("".join(codes))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--candidate", "Tea"], "Expected --question with --candidate, got none."),
        (["--question", "?", "--candidate", "Tea"], "Expected 2 to 6 different options, or none"),
        (["--question", " "], "Expected a question, got nothing that can be seen."),
        (["nowhere.md"], "Expected a file with questions, got nowhere.md: No such file"),
        (["--keep", "nowhere/x", "--port", "0"], "Expected a file for the class, got nowhere/x:"),
        (["--keep", "x", "--redis", "y"], "Expected --keep or --redis, got both"),
        (["--redis", "redis://127.0.0.1:1/0", "--port", "0"], "does not answer just now."),
        (["--lesson", "77", "--port", "0"], "Expected one of the lessons 00"),
        (["--port", "70000"], "Expected a port from 0 to 65535, got 70000."),
        (["--host", "999.1.1.1"], "Expected to listen on 999.1.1.1:8080, could not:"),
        (["--room", "--host", "127.0.0.1"], "Expected --room or --host 127.0.0.1, got both"),
    ],
)
def test_what_cannot_start_gets_one_sentence_and_status_2(capsys, words, sentence):
    assert main(["class", *words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("wslearn class: ")
    assert sentence in captured.err
    assert captured.err.count("\n") == 1


def test_a_taken_port_is_one_sentence(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["class", "--port", str(port)]) == 2
    assert "Try another --port." in capsys.readouterr().err


def test_missing_libraries_are_named_with_the_way_to_get_them(capsys, monkeypatch):
    monkeypatch.setattr(command, "find_spec", lambda name: None if name == "segno" else name)
    assert main(["class"]) == 2
    assert capsys.readouterr().err == (
        "wslearn class: Missing: segno. Install with: pip install 'wslearn[poll]'\n"
    )


def test_the_command_line_knows_it_without_loading_the_web(capsys):
    program = (
        "import sys; from wslearn.__main__ import main\n"
        "try: main(['class', '--help'])\n"
        "except SystemExit: print(sorted({'flask', 'uvicorn', 'redis', 'segno'} & {*sys.modules}))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert "wslearn class questions.md --room" in run.stdout
    assert "gone when it ends, however" in run.stdout
    assert run.stdout.endswith("[]\n")


def test_the_colours_are_those_of_the_pictures():
    css = colours_css()
    assert "--paper:#ffffff" in css
    assert "@media (prefers-color-scheme:dark){:root{--paper:#111418" in css
