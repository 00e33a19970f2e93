"""The guard that proves that no lesson needs the internet stops what would leave this machine."""

import subprocess
import sys


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False
    )


def test_a_connection_to_another_machine_is_refused():
    # 192.0.2.1 is reserved for documentation (RFC 5737): nothing is ever there.
    done = run("import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)")
    assert "the tests allow loopback only, and this wants '192.0.2.1'" in done.stderr


def test_a_name_is_not_looked_up():
    done = run("import socket; socket.getaddrinfo('example.com', 80)")
    assert "this wants 'example.com'" in done.stderr


def test_loopback_is_open():
    done = run(
        "import socket; s = socket.create_server(('127.0.0.1', 0));"
        "socket.create_connection(s.getsockname()).close(); print('met')"
    )
    assert done.stdout == "met\n"
