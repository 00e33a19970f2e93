"""The WebSocket endpoint: ``/ws`` for voters, ``/ws/instructor`` for the instructor.

The library below is uvicorn with `websockets`; both are kept well and have had releases this year.
Why not flask-sock, which puts a WebSocket into a Flask route? Its last release, and that of
simple-websocket below it, are years old. Each browser would hold two threads for as long as it is
there. Nothing bounds what waits for the application. And ``send`` blocks: one browser that does not
read stops the thread that wants to tell everyone. (gevent-websocket: no release since 2017.) Here
one thread serves all sockets, and each connection has

* a bound on a message (:data:`MOST`, else 1009), text only (else 1003), UTF-8 (else 1007),
* a bound on how often it may speak (else 1008), and on what waits for it (else 1013, see ``hub``),
* flow control: uvicorn takes no more than one buffer for a browser that does not read,
* a Ping every 20 seconds; whoever does not answer within 20 more is gone (1011).
"""

import asyncio
import time
from contextlib import suppress
from typing import Any, ClassVar

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from wslearn.protocol.codes import CloseCode

from .front_door import Receive, Send, answer, plain_answer
from .gate import INSTRUCTOR_COOKIE, VOTER_COOKIE, Allowance, Gate, cookie
from .hub import Hub, Outbox
from .refusals import RefusedError, unknown
from .room import Choice, News
from .speech import alive_message, carry_out, error_message, notice_message, read_message, welcome

MOST_SOCKETS = 5000
MOST_WINDOWS = 6
"""Windows of one name at the same time."""

DROP_SECONDS = 5.0
"""How long a browser that does not read may still do so before its connection is cut."""


class DroppableProtocol(WebSocketsSansIOProtocol):
    """uvicorn's, with two things more for the application, for which ASGI has no word.

    ``drop`` ends a connection whose buffer is full: in ASGI, even a Close would wait until the
    browser reads. ``offer`` writes a frame that is the same for all, if there is room.
    """

    def handle_connect(self, event: Any) -> None:
        """A request has come; its task, which finds ``drop`` in its scope, has not begun yet."""
        super().handle_connect(event)
        if hasattr(self, "scope"):
            self.scope["state"].update(drop=self.drop, offer=self.offer)

    def data_received(self, data: bytes) -> None:
        """As before; but a handshake that cannot be read (one with a body) gets an answer, too."""
        super().data_received(data)
        if self.conn.handshake_exc and not self.handshake_initiated:
            self.transport.write(
                plain_answer(400, "Expected an opening handshake (RFC 6455 §4.1).")
            )
            self.transport.close()

    def offer(self, frame: bytes) -> bool:
        """Write a whole frame, unless what was written before still waits; returns whether it
        was."""
        if self.close_sent or not self.writable.is_set() or self.transport.is_closing():
            return False
        self.transport.write(frame)
        return True

    def drop(self, code: int, reason: str) -> None:
        """Put a Close after everything that waits, and cut the connection soon."""
        if not self.close_sent and not self.transport.is_closing():
            self.conn.send_close(code, reason)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
            self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.loop.call_later(DROP_SECONDS, self.transport.abort)


class Sockets:
    """The ASGI application for WebSocket connections."""

    ROLES: ClassVar = {"/ws": "voter", "/ws/instructor": "instructor"}
    """Who comes in where. The first is whoever has a name; the others are the instructor's."""
    NOWHERE = "The poll's WebSocket is at /ws."

    def __init__(self, room: Any, hub: Hub, gate: Gate) -> None:
        self.room, self.hub, self.gate = room, hub, gate

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """One connection, from its handshake to its end."""
        await receive()  # websocket.connect
        headers = {name.decode("latin-1"): value for name, value in scope["headers"]}
        try:
            role, token, name = await self.admit(scope["path"], headers)
        except TurnedAwayError as turned:
            await answer(send, turned.status, turned.sentence, "websocket.http.response")
            return
        box = Outbox(role, token)
        box.drop, box.offer = scope["state"]["drop"], scope["state"]["offer"]
        await send({"type": "websocket.accept"})
        self.hub.add(box)
        sender = asyncio.create_task(_deliver(box, send))
        try:
            await self.greet(box, name)
            await self._listen(box, receive)
        finally:
            self.hub.remove(box)
            box.close(CloseCode.NORMAL_CLOSURE, "")
            with suppress(Exception):  # a connection that is gone cannot be told
                await sender

    async def admit(self, path: str, headers: dict[str, bytes]) -> tuple[str, str, str]:
        """Role, token and name of who may come in; raises :class:`TurnedAwayError`."""

        def header(name: str) -> str | None:
            value = headers.get(name)
            return None if value is None else value.decode("latin-1")

        refused = self.gate.judge(header("host"), header("origin"))
        if refused:
            raise TurnedAwayError(*refused)
        if len(self.hub.boxes) >= MOST_SOCKETS:
            raise TurnedAwayError(503, "The room is full.")
        cookies = header("cookie") or ""
        role = self.ROLES.get(path)
        if role is None:
            raise TurnedAwayError(404, self.NOWHERE)
        if path != "/ws":
            if not self.room.is_instructor(cookie(cookies, INSTRUCTOR_COOKIE)):
                sentence = "Expected the instructor, who opens the link from the terminal."
                raise TurnedAwayError(403, sentence)
            return role, "", ""
        token = cookie(cookies, VOTER_COOKIE)
        name = self.room.name_of(token)
        if name is None:
            raise TurnedAwayError(403, unknown().text)
        if len(self.hub.of_token.get(token, ())) >= MOST_WINDOWS:
            raise TurnedAwayError(429, f"Expected at most {MOST_WINDOWS} windows of one name.")
        return role, token, name

    async def greet(self, box: Outbox, name: str) -> None:
        """Say who this is, and what they cannot know."""
        box.put(welcome(name, box.role))
        try:
            number, text = self.room.last_notice()
            if number:
                box.put(notice_message(News("notice", text=text, number=number)))
            if box.role == "voter":
                choice = self.room.choice_of(box.token)
                if choice.candidate:
                    box.put_choice(choice)
        except RefusedError as refused:
            box.put(error_message(refused))

    async def _listen(self, box: Outbox, receive: Receive) -> None:
        """Do what the browser says, until it is gone or has said too much."""
        allowance = Allowance()
        while True:
            event = await receive()
            if event["type"] == "websocket.disconnect":
                return
            if box.closing:  # what still comes was sent before the Close was seen
                continue
            if not allowance.takes(time.monotonic()):
                box.close(CloseCode.POLICY_VIOLATION, "too many messages")
            elif event.get("text") is None:
                box.close(CloseCode.UNSUPPORTED_DATA, "expected text, got binary")
            else:
                await self._obey(box, event["text"])

    async def act(self, box: Outbox, text: str) -> Choice | None:
        """Do what a browser says; return the vote as it counts, if it was one."""
        message = read_message(text, box.role)
        if message["type"] == "alive":
            box.put(alive_message())
            return None
        return carry_out(message, self.room, box.token)

    async def _obey(self, box: Outbox, text: str) -> None:
        try:
            choice = await self.act(box, text)
        except RefusedError as refused:
            box.put(error_message(refused))
        else:
            if choice:
                box.put_choice(choice, again=True)


class TurnedAwayError(Exception):
    """Someone who may not come in."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


async def _deliver(box: Outbox, send: Send) -> None:
    """Send what the browser has to hear, one message after another, then the Close."""
    while (text := await box.next()) is not None:
        box.since = time.monotonic()
        await send({"type": "websocket.send", "text": text})
        box.since = None
    code, reason = box.closing or (CloseCode.NORMAL_CLOSURE, "")
    box.since = time.monotonic()
    await send({"type": "websocket.close", "code": code, "reason": reason})
    box.since = None
