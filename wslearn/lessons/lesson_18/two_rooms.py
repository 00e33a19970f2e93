"""A poll that is split across two processes: who counts which votes, and what the screens show.

Each room is a server with a memory of its own, as each process has one. Here both run inside one
kernel, and share nothing but the broker that they are given.
"""

import asyncio
from collections.abc import Sequence

from wslearn.net.broadcast import broadcast
from wslearn.net.client import connect
from wslearn.net.server import Server, serve
from wslearn.net.websocket import WebSocket

from .brokers import Broker

END = "the end"
"""What is published when all have voted: brokers keep the order, so it comes after all votes."""

TAKEN = "taken"
PATIENCE = 10.0


class Room:
    """One process of the poll; :func:`room` makes it. ``votes`` has the last vote of each name."""

    server: Server

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self.votes: dict[str, str] = {}
        self.ended = asyncio.Event()
        self._listens = asyncio.Event()
        self._counting = asyncio.create_task(self._count())

    async def begin(self) -> None:
        """Listen to the broker first, then to voters: so no vote is missed in between."""
        async with asyncio.timeout(PATIENCE):
            await self._listens.wait()
        self.server = await serve(self._hear)

    async def _hear(self, socket: WebSocket) -> None:
        """A vote of somebody who is connected here: tell all processes, this one as well."""
        async for message in socket:
            await self.broker.publish(str(message))
            await socket.send(TAKEN)

    async def _count(self) -> None:
        """Count what the broker passes on, wherever it came from."""
        async with self.broker.listen() as heard:
            self._listens.set()
            async for text in heard:
                if text == END:
                    self.ended.set()
                    continue
                name, _, candidate = text.partition(":")
                self.votes[name] = candidate
                broadcast(self.server.connections, str(len(self.votes)))

    async def close(self) -> None:
        """Say goodbye to all, and stop."""
        self._counting.cancel()
        await asyncio.gather(self._counting, return_exceptions=True)
        await self.server.close()


async def room(broker: Broker) -> Room:
    """A process of the poll that takes voters."""
    made = Room(broker)
    await made.begin()
    return made


async def everybody_votes(rooms: Sequence[Room], voters: int) -> list[list[int]]:
    """Let this many vote, in the rooms in turn, then close the rooms; return what their screens
    showed last.

    A list for each room, with each number once.
    """
    taken = asyncio.Semaphore(0)
    screens: list[list[asyncio.Task[int]]] = [[] for _ in rooms]
    for at in range(voters):
        place = at % len(rooms)
        vote = f"voter {at}:{'Tea' if at % 3 else 'Coffee'}"
        votes = _vote(rooms[place].server.url, vote, taken)
        screens[place].append(asyncio.create_task(votes))
    try:
        async with asyncio.timeout(PATIENCE):
            for _ in range(voters):
                await taken.acquire()
            for broker in {id(one.broker): one.broker for one in rooms}.values():
                await broker.publish(END)
            for one in rooms:
                await one.ended.wait()
    finally:
        for one in rooms:
            await one.close()
    return [sorted(set(await asyncio.gather(*tasks))) for tasks in screens]


async def _vote(uri: str, vote: str, taken: asyncio.Semaphore) -> int:
    """One voter: votes, looks at the screen until the poll ends, and says what it showed last."""
    shown = 0
    async with await connect(uri) as socket:
        await socket.send(vote)
        async for text in socket:
            if text == TAKEN:
                taken.release()
            else:
                shown = int(text)
    return shown
