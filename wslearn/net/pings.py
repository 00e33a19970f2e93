"""Which of our Pings still wait for a Pong, and how long each took (RFC 6455 §5.5.2, §5.5.3)."""

import asyncio
import time


class Pings:
    """The Pings of one connection that somebody waits for."""

    def __init__(self) -> None:
        self._count = 0
        self._waiting: dict[bytes, tuple[float, asyncio.Future[float | None]]] = {}

    def begin(self) -> bytes:
        """The payload for a Ping that is sent now; no other has it."""
        self._count += 1
        payload = self._count.to_bytes(8, "big")
        answer: asyncio.Future[float | None] = asyncio.get_running_loop().create_future()
        self._waiting[payload] = time.monotonic(), answer
        return payload

    async def answer(self, payload: bytes) -> float | None:
        """Wait for the Pong; return after how many seconds it came. None: the connection has
        ended."""
        return await self._waiting[payload][1]

    def forget(self, payload: bytes) -> None:
        """Nobody waits for this one any more."""
        self._waiting.pop(payload, None)

    def pong(self, payload: bytes) -> None:
        """A Pong answers its Ping and all before it: the peer may skip some (§5.5.3)."""
        if payload not in self._waiting:
            return
        now = time.monotonic()
        for sent in list(self._waiting):
            at, answer = self._waiting.pop(sent)
            if not answer.done():
                answer.set_result(now - at)
            if sent == payload:
                return

    def end(self) -> None:
        """The connection has ended: no Pong will come."""
        for _sent, answer in self._waiting.values():
            if not answer.done():
                answer.set_result(None)
