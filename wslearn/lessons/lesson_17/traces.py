"""Where a secret leaves a trace: looked for in what a server, a proxy and a tap have kept."""

from wslearn.net.record.tap import tap

from .browser import Browser
from .six_ways import Bank, log_in, open_bank, run_script, told

PLACES = ("the first line", "another header", "a message", "the tap's record")
"""Where the secret of a connection is looked for."""


async def traces(way: str) -> tuple[bool, ...]:
    """For each of :data:`PLACES` whether the secret of Mia's connection is there.

    Mia's browser connects through a tap, which leaves credentials out of the heads that it keeps
    and records messages as they are.
    """
    bank = await open_bank(way)
    try:
        async with await tap(bank.url) as between:
            bank.front = between.url
            page = await log_in(bank, Browser())
            await told(await run_script(page, bank))
            secret = _used(bank)
            (said,) = between.journal.conversations
            messages = [frame.payload for frame in between.journal.frames]
            others = bank.heads[-1].headers.encode()
        return (
            secret in bank.log[-1].encode(),
            secret in others,
            any(secret in message for message in messages),
            any(secret in kept for kept in (said.request, said.reply, *messages)),
        )
    finally:
        await bank.close()


def _used(bank: Bank) -> bytes:
    """The secret that the connection was opened with: the session's, or the last one given."""
    return bank.given[0 if bank.way in ("cookie", "origin") else -1].encode()
