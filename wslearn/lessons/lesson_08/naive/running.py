"""A step of the server as a program that runs: a process of its own, on a port of 127.0.0.1.

A process, because the first steps die of what clients send, wait without end, and cannot be told to
stop. It ends with ``stop``, or when the program that started it goes away: it watches the pipe that
is its standard input.
"""

import json
import subprocess
import sys
import tempfile
from contextlib import suppress
from typing import Self

from wslearn.protocol.errors import NetworkError

from .steps import program

_CHILD = """
import json, os, sys, threading
told = json.loads(sys.stdin.readline())
def watch():
    sys.stdin.read()
    for thread in threading.enumerate():
        if thread is not threading.main_thread() and thread is not threading.current_thread():
            thread.join(2)
    os._exit(0)
threading.Thread(target=watch, daemon=True).start()
sys.argv = ["server.py", str(told["port"])]
exec(compile(told["program"], "server.py", "exec"), {"__name__": "__main__"})
"""

PATIENCE = 20
"""Seconds that the process may take to start, or to end."""


class RunningServer:
    """The server of a step, from the moment it listens; stop it, or use it in a ``with`` statement.

    ``port`` 0 takes any free one. Raises :class:`NetworkError` where it cannot listen, or where
    there are no processes, as in a kernel inside a browser.
    """

    def __init__(self, step: int, port: int = 0) -> None:
        self._said = ""  # its last words, once it is stopped
        source = program(step)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the process)
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-u", "-c", _CHILD],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                start_new_session=True,  # an interrupt of the kernel is not meant for it
            )
        except OSError as problem:
            self._errors.close()
            raise NetworkError(
                "Expected a system that runs programs, got one that does not: "
                f"{problem.strerror or problem}. In a browser there is no server to run."
            ) from None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        told = json.dumps({"program": source, "port": port})
        try:
            self._process.stdin.write(told.encode() + b"\n")
            self._process.stdin.flush()
            said = self._process.stdout.readline().split()
        except BaseException:
            self.stop()
            raise
        if not said:
            self._process.wait(PATIENCE)
            problem_said = self.last_words
            self.stop()
            raise NetworkError(f"Expected to listen on port {port}, got: {problem_said}.")
        self.port = int(said[-1])

    @property
    def url(self) -> str:
        """Where it listens, such as ``ws://127.0.0.1:40001/``."""
        return f"ws://127.0.0.1:{self.port}/"

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    @property
    def last_words(self) -> str:
        """The name of the error that the program ended with; empty where there was none."""
        if self._errors.closed:
            return self._said
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1].partition(":")[0] if lines else ""

    def wait(self, seconds: float = PATIENCE) -> bool:
        """Wait until the process has ended, at most this long; returns whether it has."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def end(self) -> None:
        """Let the process end on its own: threads whose clients are gone come to their end
        first."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        if not self.wait():
            self._process.kill()

    def stop(self) -> None:
        """End the process; twice is fine."""
        if self.running:
            self._process.kill()
        self._process.wait(PATIENCE)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._said = self.last_words
        self._errors.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()
