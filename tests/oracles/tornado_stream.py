"""Bytes in place of the connection that tornado's protocol class reads and writes."""

from concurrent.futures import Future
from types import SimpleNamespace


class Waiting:
    """Stops a coroutine until it is resumed."""

    def __await__(self):
        yield


class Done(Future):
    """A write that completes at once, whether it is awaited or not."""

    def __init__(self) -> None:
        super().__init__()
        self.set_result(None)

    def __await__(self):
        return iter(())


class Stream:
    """What tornado takes for a connection: it waits for bytes, and records what is written."""

    def __init__(self, data: bytes = b"") -> None:
        self.data = data
        self.written = b""
        self.io_loop = SimpleNamespace(
            time=lambda: 0.0, add_timeout=lambda *_: None, remove_timeout=lambda *_: None
        )

    async def read_bytes(self, size: int) -> bytes:
        while len(self.data) < size:
            await Waiting()
        piece, self.data = self.data[:size], self.data[size:]
        return piece

    def write(self, data: bytes) -> Done:
        self.written += data
        return Done()

    def close(self) -> None: ...

    def closed(self) -> bool:
        return False
