"""What connects several processes: each publishes, and all that listen hear it.

1. Two brokers with the same methods: one inside this process, and Redis.
2. A process that does not listen at that moment misses what is published; nobody keeps it. Redis
   calls that publish and subscribe. (The live class of this course needs more, and uses a stream of
   Redis, which keeps things: ``classroom/live/redis_ledger.py``.)
3. A broker, too, has slow readers. Here a listener that is ``MOST`` messages behind misses the
   next ones.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

MOST = 1000
"""How many messages may wait for one listener."""

USUAL = "redis://127.0.0.1:6379/0"
"""Where a Redis of this machine is, unless somebody has moved it."""

SECONDS = 2.0
"""How long a Redis may take to answer."""


class BrokerInside:
    """A broker inside this process."""

    name = "a broker inside this kernel"

    def __init__(self) -> None:
        self._ears: set[asyncio.Queue[str]] = set()

    async def publish(self, text: str) -> None:
        """Hand a message to everybody who listens now."""
        for ear in self._ears:
            with suppress(asyncio.QueueFull):
                ear.put_nowait(text)

    @asynccontextmanager
    async def listen(self) -> AsyncIterator[AsyncIterator[str]]:
        """What is published from now on; use it in ``async with``."""
        ear: asyncio.Queue[str] = asyncio.Queue(MOST)

        async def heard() -> AsyncIterator[str]:
            while True:
                yield await ear.get()

        self._ears.add(ear)
        try:
            yield heard()
        finally:
            self._ears.discard(ear)

    async def close(self) -> None:
        """There is nothing to let go of."""


class RedisBroker:
    """A channel of a Redis server, under a name that nobody else uses; it leaves nothing there."""

    name = "Redis"

    def __init__(self, client: Any) -> None:
        self._client = client
        self._channel = f"wslearn:{secrets.token_hex(8)}"

    async def publish(self, text: str) -> None:
        """Hand a message to everybody who listens now."""
        await self._client.publish(self._channel, text)

    @asynccontextmanager
    async def listen(self) -> AsyncIterator[AsyncIterator[str]]:
        """What is published from now on: it is there once Redis has confirmed it."""
        async with self._client.pubsub() as ear:
            await ear.subscribe(self._channel)
            messages = ear.listen()
            async with asyncio.timeout(SECONDS):
                await anext(messages)  # the confirmation

            async def heard() -> AsyncIterator[str]:
                async for message in messages:
                    if message["type"] == "message":
                        yield message["data"]

            yield heard()

    async def close(self) -> None:
        """Let go of the Redis server."""
        await self._client.aclose()


Broker = BrokerInside | RedisBroker


async def a_broker(url: str = USUAL) -> Broker:
    """Redis where one answers at this URL, otherwise a broker inside this process."""
    try:
        from redis.asyncio import Redis
        from redis.exceptions import RedisError
    except ImportError:
        return BrokerInside()
    client = Redis.from_url(
        url, decode_responses=True, socket_connect_timeout=SECONDS, socket_timeout=None
    )
    try:
        async with asyncio.timeout(SECONDS):
            await client.ping()
    except (RedisError, OSError):  # a TimeoutError is an OSError
        await client.aclose()
        return BrokerInside()
    return RedisBroker(client)
