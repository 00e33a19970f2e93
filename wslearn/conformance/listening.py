"""Our end of a connection on which a case is played: it sends, listens within a time, hangs up."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol

from wslearn.net.limits import READ_SIZE
from wslearn.protocol.close import encode_close
from wslearn.protocol.codes import Opcode
from wslearn.protocol.dissection import OTHER_SIDE, Side
from wslearn.protocol.examples import COURSE_KEY
from wslearn.protocol.frame import Frame

from .case import Bears, Closes, Fails, Right
from .findings import satisfied
from .heard import Ear

MOST_BYTES = 2**23
"""How many bytes are read from an endpoint in one case."""

FOR_A_LOAD = 3
"""How many times the usual patience an endpoint has to accept a load."""

LINGER = 0.5
"""Seconds for the other side to end TCP after a case that was decided before."""

BYTE_SECONDS = 0.001
"""Seconds between two writes, so that the network does not join them again."""


class Reader(Protocol):
    """Anything that bytes can be read from."""

    async def read(self, size: int, /) -> bytes:
        """Up to this many bytes; none at the end."""
        ...


async def send(writer: asyncio.StreamWriter, data: bytes, writes: int = 1) -> None:
    """Send bytes in this many writes; 0: each byte on its own. A peer that is gone is not an
    error."""
    size = 1 if writes == 0 else -(-len(data) // writes) or 1
    with suppress(OSError):
        for at in range(0, len(data), size):
            writer.write(data[at : at + size])
            await writer.drain()
            if writes != 1:
                await asyncio.sleep(BYTE_SECONDS)


@asynccontextmanager
async def sending(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Send something while the block listens: two ends that both wait to write never read.

    Whatever has not been sent by the end of the block is given up.
    """
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def listen(
    right: Right,
    patience: float,
    ear: Ear,
    reader: Reader,
    writer: asyncio.StreamWriter,
) -> None:
    """Take what comes until the case is decided, TCP has ended, or the time is up.

    A Close is answered, as an honest peer does, so that nobody waits for us.
    """
    heard, taken = ear.heard, 0
    times = FOR_A_LOAD if isinstance(right, Bears) else 1
    answered = isinstance(right, Closes)  # then our Close is already there
    judged = OTHER_SIDE[ear.receiver]
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(patience * times) as limit:
            while not satisfied(right, heard, judged) and taken < MOST_BYTES:
                if heard.close is not None and not answered:
                    answered = True
                    await say_goodbye(writer, ear.receiver, heard.close.code)
                data = await reader.read(READ_SIZE)
                if not data:
                    heard.ended = "end"
                taken += len(data)
                ear.take(data)
                if isinstance(right, Fails) and heard.words and heard.close is None:
                    # It goes on. Some notice a little later, none after seconds.
                    limit.reschedule(min(limit.when() or 0, loop.time() + patience / 4))
    except TimeoutError:
        heard.late = True
    except OSError:
        heard.ended = "reset"


async def say_goodbye(writer: asyncio.StreamWriter, ours: Side, code: int) -> None:
    """Send a Close, and as a server end our half of TCP (RFC 6455 §7.1.1)."""
    masks = ours == "client"
    payload = b"" if code == 1005 else encode_close(code)
    frame = Frame(Opcode.CLOSE, payload).encode(mask_key=COURSE_KEY if masks else None)
    await send(writer, frame)
    if not masks and writer.can_write_eof():
        with suppress(OSError):
            writer.write_eof()


async def hang_up(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, ours: Side | None
) -> None:
    """End the connection in order, without listening to what the other side says now.

    ``ours`` is the side that says goodbye with a Close; None: TCP ends without one.
    """
    if ours is not None:
        await say_goodbye(writer, ours, 1000)
    elif writer.can_write_eof():
        with suppress(OSError):
            writer.write_eof()
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(LINGER):
            taken = 0
            while taken < MOST_BYTES and (data := await reader.read(READ_SIZE)):
                taken += len(data)
