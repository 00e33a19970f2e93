"""``wslearn``: the course opens, says where it is, and closes cleanly."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from http.client import HTTPConnection
from pathlib import Path

import pytest

from wslearn.__main__ import main
from wslearn.apps import open_course


def test_the_lessons_are_the_clones_own():
    assert open_course.lessons_folder() == Path(open_course.PACKAGE).parent / "notebooks"


def test_an_installed_wheel_brings_its_lessons(tmp_path, monkeypatch):
    shared = tmp_path / "prefix" / "share" / "wslearn" / "notebooks"
    shared.mkdir(parents=True)
    (shared / open_course.FIRST_LESSON).write_text("fresh")
    monkeypatch.setattr(open_course, "PACKAGE", tmp_path / "site-packages" / "wslearn")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "prefix"))
    assert open_course.lessons_folder() == shared


def test_missing_notebooks_get_one_sentence(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(open_course, "PACKAGE", tmp_path / "wslearn")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert main([]) == 2
    assert "Expected the notebooks in" in capsys.readouterr().err


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """The copy of the lessons goes into a temporary folder."""
    monkeypatch.chdir(tmp_path)


def test_a_folder_that_cannot_be_written_gets_one_sentence(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert main(["--in", "file"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("wslearn: Expected a folder to write in, got ")
    assert err.endswith("See --in.\n")


def test_an_unknown_lesson_gets_one_sentence(capsys):
    assert main(["--lesson", "77"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("wslearn: Expected one of the lessons 00")
    assert err.endswith("got 77.\n")


@pytest.mark.parametrize("port", ["-5", "0", "65536", "70000"])
def test_an_impossible_port_gets_one_sentence(port, capsys, tmp_path):
    assert main(["--port", port]) == 2
    assert capsys.readouterr().err == f"wslearn: Expected a port from 1 to 65535, got {port}.\n"
    assert list(tmp_path.iterdir()) == []


def test_a_taken_port_is_passed_over():
    with socket.create_server((open_course.LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]
        assert open_course.free_port(port) != port


def test_a_server_that_does_not_start_is_quoted(monkeypatch, capsys):
    def start(folder, port, token, log):
        program = "print('no such thing'); raise SystemExit(1)"
        return subprocess.Popen([sys.executable, "-c", program], stdout=log)

    monkeypatch.setattr(open_course, "start_server", start)
    assert main(["--no-browser"]) == 2
    assert capsys.readouterr().err == (
        "no such thing\nwslearn: JupyterLab did not start; its own message is above.\n"
    )


@pytest.mark.skipif(os.name != "posix", reason="sends signals as a terminal does")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM], ids=["ctrl_c", "killed"])
def test_the_course_opens_says_where_and_closes_with_its_server(ending):
    course = subprocess.Popen(
        [sys.executable, "-m", "wslearn", "--no-browser"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    watchdog = threading.Timer(90, course.kill)
    watchdog.start()
    try:
        said = []
        for line in course.stdout:
            said.append(line)
            if "Ctrl+C" in line:
                break
        found = re.search(r"http://127\.0\.0\.1:(\d+)(/lab/tree/\S+\?token=\S+)", "".join(said))
        assert found, "".join(said)
        assert "Copy the address above" in "".join(said)
        page = HTTPConnection("127.0.0.1", int(found[1]), timeout=20)
        page.request("GET", found[2])
        answer = page.getresponse()
        assert answer.status == 200
        body = answer.read().decode()
        assert "@jupyterlab/apputils-extension:announcements" in body, "the news popup is off"
        workspaces = json.dumps(str(Path("wslearn-notebooks", ".workspaces").resolve()))
        assert workspaces in body
        assert (Path(open_course.CONFIG) / "labconfig" / "page_config.json").is_file()
        query = found[2].partition("?")[2]
        page.request("GET", f"/lab/api/settings/@jupyterlab/docmanager-extension:plugin?{query}")
        assert "Markdown Preview" in page.getresponse().read().decode(), "pages are for reading"
        course.send_signal(ending)
        rest = course.stdout.read()
        assert course.wait(timeout=30) == 0
        with pytest.raises(ConnectionRefusedError):
            HTTPConnection("127.0.0.1", int(found[1]), timeout=20).connect()
        assert rest.strip() == "The course is closed. Your notebooks are saved as you left them."
    finally:
        watchdog.cancel()
        course.kill()
        course.stdout.close()
        course.wait()
