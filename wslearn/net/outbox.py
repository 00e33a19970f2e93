"""What waits to be sent to a slow peer, and how long this side is patient with it."""

import asyncio

from .limits import READ_SIZE, Limits
from .os_words import in_words


class Outbox:
    """The bytes of one connection on their way to TCP; ``given_up`` says why it was given up."""

    def __init__(self, writer: asyncio.StreamWriter, limits: Limits) -> None:
        self.given_up = ""
        self._writer = writer
        self._limits = limits
        self._written = 0  # bytes given to the transport
        self._answers = 0  # bytes of answers since this much had been written:
        self._answers_from = 0

    @property
    def unsent(self) -> int:
        """How many bytes wait here."""
        return self._writer.transport.get_write_buffer_size()

    def put(self, data: bytes) -> None:
        """Give bytes to TCP without waiting."""
        self._writer.write(data)
        self._written += len(data)

    def put_answer(self, data: bytes) -> bool:
        """Give an answer to TCP without waiting; False: too many answers wait, so it was not given.

        Answers have room of their own, however much else waits: twice ``READ_SIZE`` at the most.
        """
        if self._taken_by_tcp() >= self._answers_from:
            self._answers, self._answers_from = 0, self._written
        if self._answers + len(data) >= READ_SIZE or self._writer.is_closing():
            return False
        self._answers += len(data)
        self.put(data)
        return True

    async def drained(self) -> bool:
        """Wait while the peer is slow, as long as it reads anything at all; False: it is given
        up."""
        if self.unsent < READ_SIZE:
            return True  # the usual case: there is nothing to wait for
        while True:
            before = self._taken_by_tcp()
            try:
                async with asyncio.timeout(self._limits.write_seconds) as patience:
                    await self._writer.drain()
                return not self._writer.is_closing()  # else the wait ended because TCP did
            except OSError as problem:
                if not patience.expired():  # TCP may have lost its own, and says so in the same way
                    self.given_up = self.given_up or in_words(problem)
                elif self._taken_by_tcp() > before:
                    continue
                else:
                    self.give_up("the peer did not read")
            return False

    def give_up(self, why: str) -> None:
        """Drop TCP without a word; closing would wait until everything is sent."""
        self.given_up = self.given_up or why
        self._writer.transport.abort()

    def _taken_by_tcp(self) -> int:
        """How many of our bytes have left the buffer, whoever else may be filling it."""
        return self._written - self.unsent
