"""Measure for lesson 18 what a system, a connection, a broadcast and a browser's buffer hold.

    python -m tests.tools.record_slow

It needs Chromium and an idle machine; the figures hold for this machine on this day. Writes
``measured.json`` in the lesson's folder.
"""

import argparse
import asyncio
import json
import logging
import platform
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page
from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as their_serve
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory

from tests.support.lab_driver import HOW_TO_GET_ONE, chromium, find_chromium
from wslearn.lessons.lesson_14.speed.record import conditions
from wslearn.lessons.lesson_18 import audience, measured, stalled
from wslearn.lessons.lesson_18.per_connection import SETTINGS, Opened, ours, per_connection
from wslearn.lessons.lesson_18.slow_page import SlowPage
from wslearn.lessons.lesson_18.system_takes import system_takes

COUNT = 200
"""Connections by whose number the memory is divided."""

NEWS = "x" * 1000
READS_AFTER = 2_000
"""Milliseconds after which the page has the server read."""

LEVEL = {12: 5, 15: 8}
"""The memory level of zlib that `websockets` documents beside each window."""

WAYS = {
    "Send 64 MiB": "all at once",
    "Send 64 MiB, a little at a time": "while less than 1 MiB is held",
}


def theirs(bits: int | None) -> Opened:
    """An echo server of `websockets`, with this window on both sides."""

    async def echo(socket: ServerConnection) -> None:
        async for message in socket:
            await socket.send(message)

    @asynccontextmanager
    async def opened() -> AsyncIterator[str]:
        extensions = bits and [
            ServerPerMessageDeflateFactory(
                server_max_window_bits=bits,
                client_max_window_bits=bits,
                compress_settings={"memLevel": LEVEL[bits]},
            )
        ]
        async with their_serve(
            echo, "127.0.0.1", 0, compression=None, extensions=extensions, ping_interval=None
        ) as server:
            yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"

    return opened


async def memory() -> dict[str, dict[str, int]]:
    """Bytes per connection, by library and kind of compression."""
    wslearn = {
        name: await per_connection(ours(deflate), deflate, COUNT)
        for name, deflate in SETTINGS.items()
    }
    windows = {"no compression": None, "a window of 12 bits": 12, "a window of 15 bits": 15}
    websockets = {
        name: await per_connection(theirs(bits), SETTINGS[name], COUNT)
        for name, bits in windows.items()
    }
    return {"wslearn": wslearn, "websockets": websockets}


async def on_this_machine() -> dict[str, Any]:
    """Everything but the browser."""
    courses = {way: await stalled.beside_a_stalled_one(way) for way in stalled.WAYS}
    return {
        "system": system_takes(),
        "memory": await memory(),
        "others": {way: course.got for way, course in courses.items()},
        "told": {
            count: round(await audience.on_sockets(count, NEWS, turns=20), 3)
            for count in (10, 100, 1000)
        },
        "handed": {10_000: [round(ms, 2) for ms in audience.without_sockets(10_000, NEWS)]},
    }


def send(page: Page, button: str) -> list[list[int]]:
    """What the page sees when this button is pressed: milliseconds and buffered bytes, sampled."""
    page.get_by_role("button", name="Start again").click()
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_timeout(READS_AFTER)
    page.get_by_role("button", name="Let the server read").click()
    page.wait_for_function("() => given >= WHOLE && socket.bufferedAmount === 0", timeout=60_000)
    page.wait_for_timeout(500)
    seen: list[list[int]] = page.evaluate("() => window.noted")
    return seen[:: max(1, len(seen) // 60)]


def in_a_browser(browser: Browser) -> dict[str, Any]:
    """What a page sees with both ways to send."""
    slow = SlowPage().start()
    try:
        page = browser.new_page()
        page.goto(slow.url)
        seen = {WAYS[button]: send(page, button) for button in WAYS}
        page.get_by_role("button", name="Start again").click()
        page.get_by_role("button", name="Send 64 MiB", exact=True).click()
        return {"browser": seen, "calls_ms": round(page.evaluate("() => window.took"), 1)}
    finally:
        slow.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--to", type=Path, default=measured.FILE)
    chosen = parser.parse_args()
    path = find_chromium()
    if path is None:
        sys.exit(HOW_TO_GET_ONE)
    logging.getLogger("websockets").setLevel(logging.CRITICAL)  # our clients do not say goodbye
    data = asyncio.run(on_this_machine())
    with chromium(path) as browser:
        data |= in_a_browser(browser)
        name = f"Chromium {browser.version.partition('.')[0]}"
    system = f"{platform.system()} {platform.release().partition('-')[0]}"
    under = {**conditions(["websockets"]), "system": system, "browser": name}
    data = {"under": under, **data}
    lines = ",\n".join(f" {json.dumps(key)}: {json.dumps(value)}" for key, value in data.items())
    chosen.to.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    print(f"{chosen.to}: written")


if __name__ == "__main__":
    main()
