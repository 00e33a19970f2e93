"""Which of this program's servers has which port, so that a cell that is run twice works twice.

A notebook's cell opens a server on port 8765; run again, it would find the port in use, by itself.
So a server or a tap on a port that was asked for by number is remembered here, and makes way for
the next one. Ports that the system chose are never asked for again.
"""

import asyncio
from typing import Protocol
from weakref import WeakValueDictionary

PATIENCE = 10.0
"""Seconds that a listener on another thread may take to close in order."""


class Listener(Protocol):
    """Something that listens: it can close, and it knows on which event loop."""

    loop: asyncio.AbstractEventLoop

    async def close(self) -> None:
        """Close on its own loop, in order."""

    def stop_listening(self) -> None:
        """Free the port at once, even where that loop has ended."""


_listening: WeakValueDictionary[tuple[str, int], Listener] = WeakValueDictionary()


async def make_room(host: str, port: int) -> None:
    """Close what this program has on a port; does nothing if there is nothing."""
    earlier = _listening.get((host, port))
    if earlier is None:
        return
    if earlier.loop is asyncio.get_running_loop():
        await earlier.close()
    elif earlier.loop.is_running():  # on another thread
        closing = asyncio.run_coroutine_threadsafe(earlier.close(), earlier.loop)
        try:
            async with asyncio.timeout(PATIENCE):
                await asyncio.wrap_future(closing)
        except TimeoutError:  # that loop is not running
            earlier.stop_listening()
    else:  # the loop has ended, and with it every connection
        earlier.stop_listening()


def keep(host: str, port: int, listener: Listener) -> None:
    """Note who listens on a port that was asked for by number."""
    _listening[host, port] = listener


def give_up(host: str, port: int, listener: Listener) -> None:
    """Note that somebody no longer does."""
    if _listening.get((host, port)) is listener:
        del _listening[host, port]
