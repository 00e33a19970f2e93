"""Keeps what happens in a class in a Redis server, so that several processes are one class.

1. All events are in one stream. Redis puts them in order, and every process applies them in that
   order, its own ones too. So all have the same state, and a name is taken once.
2. Nobody is told that something counts before this process has read it back from the stream.
3. A process that is unsure whether its event arrived sends it again, under the same identity.
4. Now and then a process writes the whole state beside the stream and cuts off what the state
   covers. A process that starts reads the state, then the rest.
5. A Redis that comes back with nothing in its memory gets the state from a process that has it. As
   long as one process lives, nothing that it has acknowledged is lost.

All of it is forgotten a day after the last event.
"""

import asyncio
import contextlib
import json
import logging
from typing import Any

import redis
import redis.asyncio
from redis.backoff import NoBackoff
from redis.retry import Retry

from wslearn.lessons.lesson_12.poll.refusals import UnavailableError
from wslearn.protocol.errors import InputError

from .ledger import Event, Ledger, settle

log = logging.getLogger("wslearn.class")

ANSWER_SECONDS = 5.0
PATIENCE = 10.0
"""Seconds that an event waits for Redis before whoever sent it is told to try again."""

AGAIN_SECONDS = 0.3
KEPT_SECONDS = 24 * 60 * 60
PAGE = 5000
"""Events after which the state is written anew."""

READ_AT_ONCE = 500

_SEED = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
if ARGV[2] ~= '0-0' then
  redis.call('XADD', KEYS[2], ARGV[2], 'event', '{"do": "nothing"}')
end
return 1
"""
"""Begin a page where there is none: the state, and a stream whose next number is a later one."""


class RedisLedger(Ledger):
    """The class under a name in a Redis server, such as ``redis://127.0.0.1:6379/0``.

    Raises :class:`InputError` for any other URL; :meth:`start` raises :class:`UnavailableError`
    where nobody answers.
    """

    def __init__(self, url: str, name: str = "class") -> None:
        super().__init__()
        self.kept = "It is kept in the class's Redis server and is gone a day after the class."
        prefix = f"wslearn:{{{name}}}:"
        self._page, self._stream = f"{prefix}page", f"{prefix}events"
        try:
            self._client = _client(url, ANSWER_SECONDS)
            self._ear = _client(url, 2 * ANSWER_SECONDS)
        except ValueError as problem:
            raise InputError(
                f"Expected a URL such as redis://127.0.0.1:6379/0: {problem}"
            ) from None
        where = self._client.connection_pool.connection_kwargs
        self.where = f"{where.get('host', where.get('path'))}:{where.get('port', '')}".rstrip(":")
        self._last = "0-0"
        self._since_page = 0
        self._own: dict[str, asyncio.Future[Any]] = {}
        self._waiting: list[tuple[str, str]] = []
        self._arrived = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._ended = False

    async def start(self) -> None:
        """Read the class as it is; create it if it is not there."""
        try:
            await self._catch_up()
        except (redis.RedisError, OSError) as problem:
            log.debug("redis: %s", problem)
            raise self._silence() from None
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._send())]

    async def stop(self) -> None:
        """Let go of the Redis server."""
        self._ended = True
        for task in self._tasks:
            task.cancel()
        if self._tasks:  # the library may take a cancellation for its own time-out: not for ever
            await asyncio.wait(self._tasks, timeout=ANSWER_SECONDS)
        for client in (self._client, self._ear):
            with contextlib.suppress(redis.RedisError, OSError):
                await client.aclose()

    async def commit(self, event: Event, *, keep: bool = True) -> Any:
        """Put an event into the stream, and wait until it has come back."""
        identity = event["id"]
        future = self._own.get(identity)
        if future is None:
            future = self._own[identity] = asyncio.get_running_loop().create_future()
        self._waiting.append((identity, json.dumps(event)))
        self._arrived.set()
        try:
            async with asyncio.timeout(PATIENCE):
                return await asyncio.shield(future)
        except TimeoutError:
            raise self._silence() from None
        finally:
            self._own.pop(identity, None)

    async def _send(self) -> None:
        """Write what waits, in one go; anything that could not be written is tried again while it
        waits."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            batch = [one for one in self._waiting if one[0] in self._own]
            self._waiting.clear()
            try:
                pipe = self._client.pipeline(transaction=False)
                for _, text in batch:
                    pipe.xadd(self._stream, {"event": text})
                pipe.expire(self._stream, KEPT_SECONDS)
                await pipe.execute()
            except (redis.RedisError, OSError) as problem:
                log.debug("redis: %s", problem)
                self._waiting = batch + self._waiting
                await asyncio.sleep(AGAIN_SECONDS)
            if self._waiting:
                self._arrived.set()

    async def _read(self) -> None:
        """Apply what comes, in the order of the stream; for ever."""
        is_lost = False
        while not self._ended:
            try:
                if is_lost:
                    await self._catch_up()
                    log.warning("Redis at %s answers again.", self.where)
                    is_lost = False
                found = await self._ear.xread(
                    {self._stream: self._last}, count=READ_AT_ONCE, block=1000
                )
                for _, entries in found or ():
                    self._take(entries)
                    await asyncio.sleep(0)  # screens get their turn between two pages
                if self._since_page >= PAGE:
                    await self._new_page()
            except (redis.RedisError, OSError):
                if not is_lost:
                    log.warning("Redis at %s is gone; waiting for it.", self.where)
                is_lost = True
                await asyncio.sleep(AGAIN_SECONDS)

    def _take(self, entries: Any) -> None:
        for number, fields in entries:
            self._last = number
            self._since_page += 1
            try:
                event = json.loads(fields["event"])
            except (ValueError, KeyError, TypeError):
                log.warning("An event that no class has written was left out.")
                continue
            future = self._own.get(event.get("id", ""))
            settle(future or asyncio.get_running_loop().create_future(), self, event)

    async def _catch_up(self) -> None:
        """Catch up with the others; give Redis what we know if it has forgotten everything."""
        text = json.dumps({"last": self._last, "state": self.hour.as_json()})
        seeded = await self._client.eval(
            _SEED, 2, self._page, self._stream, text, self._last, KEPT_SECONDS
        )
        if not seeded and self._last == "0-0":
            page = json.loads(await self._client.get(self._page))
            self._last = page["last"]
            self.hour.restore(page["state"])
        while entries := await self._client.xrange(
            self._stream, f"({self._last}", count=READ_AT_ONCE
        ):
            self._take(entries)

    async def _new_page(self) -> None:
        self._since_page = 0
        text = json.dumps({"last": self._last, "state": self.hour.as_json()})
        await self._client.set(self._page, text, ex=KEPT_SECONDS)
        # A little is left, for a process that is behind.
        since = f"{int(self._last.partition('-')[0]) - (1000 * 60)}-0"
        await self._client.xtrim(self._stream, minid=since, approximate=True)

    def _silence(self) -> UnavailableError:
        return UnavailableError(
            f"The class's memory (Redis at {self.where}) does not answer just now. "
            "Nothing is lost that was counted; try again in a moment."
        )


def _client(url: str, seconds: float) -> Any:
    return redis.asyncio.Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=seconds,
        socket_connect_timeout=ANSWER_SECONDS,
        health_check_interval=10,
        retry=Retry(NoBackoff(), 0),
    )
