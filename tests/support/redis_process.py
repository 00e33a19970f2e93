"""A real redis-server: on 127.0.0.1, a free port, and with nothing on disk."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
import redis

from tests.support.peers import free_port

HOW_TO_GET_ONE = (
    "No redis-server found for the tests of the shared poll: install one with your system's "
    "packages (redis-server or redis)."
)


class RedisProcess:
    """Start and stop it as often as you like; it keeps its port, and loses its memory."""

    def __init__(self, folder: Path) -> None:
        found = shutil.which("redis-server") or shutil.which("valkey-server")
        if found is None:
            if os.environ.get("CI", "").lower() == "true":
                pytest.fail(HOW_TO_GET_ONE, pytrace=False)
            pytest.skip(HOW_TO_GET_ONE)
        self.program, self.folder = found, folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns once it answers."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
                 "--appendonly", "no", "--dir", str(self.folder)],
                stdout=log, stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + 20
        with redis.Redis.from_url(self.url) as client:
            while True:
                try:
                    client.ping()
                    return
                except redis.ConnectionError:
                    if time.monotonic() > deadline or self.process.poll() is not None:
                        pytest.fail((self.folder / "log").read_text(), pytrace=False)
                    time.sleep(0.02)

    def stop(self) -> None:
        """Stop without a goodbye, like a machine that loses power."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def forget(self) -> None:
        """Empty its memory."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()
