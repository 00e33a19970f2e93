"""The Python half of ``insidesocket.js``: a client in the kernel for each socket of the page.

Where the server is inside this process, no browser can connect to it. So the page has a class of
ours with the interface of the browser's own ``WebSocket``, and here is what it is built on: our
client, on the same network as the server. Its request and its frames are real; where they are
shown, the page says whose they are.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from wslearn.net.client import connect
from wslearn.net.limits import Limits
from wslearn.net.websocket import WebSocket
from wslearn.protocol.codes import CloseCode
from wslearn.protocol.deflate import Deflate
from wslearn.protocol.errors import ClosedError, HandshakeError, InputError, NetworkError

Tell = Callable[[dict[str, Any], list[bytes]], object]
"""Sends an event to the page, with the bytes that go with it."""

MOST = 20
"""How many sockets one widget of a page may have at a time."""

LIMITS = Limits(ping_seconds=900, close_seconds=2)
"""A browser sends no Ping of its own."""


class InsideSockets:
    """The sockets of one widget; ``take`` is given each message of the page's half."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._orders: dict[str, asyncio.Queue[tuple[dict[str, Any], bytes]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, message: dict[str, Any], buffers: list[Any]) -> None:
        """Do what the page asks for a socket: open it, send, close it."""
        number = str(message["socket"])
        if message.get("do") == "open":
            if len(self._orders) < MOST and number not in self._orders:
                self._orders[number] = asyncio.Queue()
                task = asyncio.ensure_future(self._live(number, message))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        elif number in self._orders:
            data = bytes(buffers[0]) if buffers else b""
            self._orders[number].put_nowait((message, data))

    def stop(self) -> None:
        """Leave every connection at once, as a closed page does."""
        for task in self._tasks:
            task.cancel()

    async def _live(self, number: str, asked: dict[str, Any]) -> None:
        """One socket from its opening to its end; it raises nothing."""

        def tell(event: str, *buffers: bytes, **more: Any) -> None:
            self._tell({"socket": number, "event": event, **more}, list(buffers))

        failed = True
        code, reason, clean = int(CloseCode.ABNORMAL_CLOSURE), "", False
        try:
            socket = await connect(
                str(asked["url"]),
                subprotocols=[str(name) for name in asked["subprotocols"]],
                origin=str(asked["origin"]),
                deflate=Deflate(),
                limits=LIMITS,
            )
            agreed = socket.response.headers.get("Sec-WebSocket-Extensions") or ""
            tell("open", protocol=socket.subprotocol or "", extensions=agreed)
            code, reason, clean = await self._talk(number, socket, tell)
            failed = socket.failure is not None
        except (NetworkError, HandshakeError, InputError):
            pass  # a page is never told why
        finally:
            del self._orders[number]
            tell("close", code=code, reason=reason, wasClean=clean, failed=failed)

    async def _talk(
        self, number: str, socket: WebSocket, tell: Callable[..., None]
    ) -> tuple[int, str, bool]:
        """Messages both ways until the end; its code, its reason, and whether it was clean."""
        obeying = asyncio.ensure_future(self._obey(number, socket, tell))
        try:
            async for message in socket:
                if isinstance(message, str):
                    tell("message", text=message)
                else:
                    tell("message", message)
            ended = await socket.wait_closed()
        except asyncio.CancelledError:
            socket.leave()
            raise
        finally:
            obeying.cancel()
        return int(ended.code), ended.reason, ended.clean

    async def _obey(self, number: str, socket: WebSocket, tell: Callable[..., None]) -> None:
        """Do what the page asks, one thing after another."""
        orders = self._orders[number]
        with suppress(ClosedError, InputError):  # a page that goes around its own checks
            while True:
                order, data = await orders.get()
                if order["do"] == "close":
                    code = order["code"]
                    await socket.close(None if code is None else int(code), str(order["reason"]))
                    return
                await socket.send(data if order["binary"] else data.decode())
                tell("sent", size=len(data))
