"""What a connection may cost before anybody knows who it is: seconds, bytes, and a place.

uvicorn reads heads and bodies without a time limit. A client that connects and says nothing, or
says it one byte a minute, would hold a place for ever, and one that begins a form would hold one of
the few threads that make pages. So:

1. A head has to be whole within ``HEAD_SECONDS`` (else 408; a connection that has said nothing is
   just ended).
2. A form is read here, on the event loop, within ``BODY_SECONDS`` (else 408) and ``MOST_FORM``
   bytes (else 413). Only then is a thread taken, and that thread waits for nobody.
3. There are ``most`` places. When all are taken, a newcomer gets that of the connection that has
   been silent longest. Where none is silent it is answered with 503.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

HEAD_SECONDS = 10.0
BODY_SECONDS = 10.0
SWEEP_SECONDS = 0.25

MOST_FORM = 16 * 1024
"""Bytes of a form."""

PLAIN = (
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"x-content-type-options", b"nosniff"),
    (b"connection", b"close"),
)


class FrontDoor:
    """The places of one server, and which connections have not yet said what they want."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.silent: dict[Visitor, float] = {}  # since when; the longest first

    def make_room(self, visitor: "Visitor") -> bool:
        """Whether there is a place for one more, maybe that of a silent connection."""
        if len(visitor.connections) <= self.most:
            return True
        for longest in self.silent:
            if longest is not visitor and not longest.transport.is_closing():
                self.hears(longest)
                longest.transport.abort()
                return True
        return False

    def waits_for(self, visitor: "Visitor") -> None:
        """A head is awaited from now on."""
        self.silent.pop(visitor, None)
        self.silent[visitor] = time.monotonic()

    def hears(self, visitor: "Visitor") -> None:
        """It has said what it wants, or is gone."""
        self.silent.pop(visitor, None)

    async def sweep(self) -> None:
        """End those that have been silent for too long; for ever."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            late = time.monotonic() - HEAD_SECONDS
            for visitor in [one for one, since in self.silent.items() if since < late]:
                self.hears(visitor)
                visitor.give_up()


class Visitor(H11Protocol):
    """uvicorn's side of an HTTP connection, with a time limit for its heads."""

    def __init__(self, door: FrontDoor, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.door = door
        self.has_place = True
        self.began = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody is there, who may have to go again at once."""
        super().connection_made(transport)
        self.has_place = self.door.make_room(self)
        self.door.waits_for(self)
        if not self.has_place and len(self.connections) > self.door.most + self.door.most // 8 + 8:
            transport.abort()  # this many refused ones still read their answer

    def data_received(self, data: bytes) -> None:
        """The next bytes of a head or of a form."""
        self.began = True
        if not self.has_place:
            self.turn_away(503, "Every place is taken. Try again in a moment, please.")
            return
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before or self.transport.get_protocol() is not self:
            self.door.hears(self)

    def on_response_complete(self) -> None:
        """The next head may come."""
        super().on_response_complete()
        if not self.transport.is_closing():
            self.door.waits_for(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self.door.hears(self)
        super().connection_lost(exc)

    def give_up(self) -> None:
        """It took too long."""
        if self.began:
            self.turn_away(408, f"Expected a whole request within {HEAD_SECONDS:g} seconds.")
        else:
            self.transport.abort()

    def turn_away(self, status: int, sentence: str) -> None:
        """Answer with a sentence and end."""
        if not self.transport.is_closing():
            self.transport.write(plain_answer(status, sentence))
            self.transport.close()


def plain_answer(status: int, sentence: str) -> bytes:
    """A whole HTTP response with one sentence in it, after which the connection ends."""
    body = sentence.encode() + b"\n"
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode()]
    lines += [name.title() + b": " + value for name, value in PLAIN]
    return b"\r\n".join([*lines, b"Content-Length: %d" % len(body), b"", body])


class TooSlowError(Exception):
    """The form was not whole in time."""


class TooLongError(Exception):
    """The form has more bytes than any form of ours."""


async def read_form(scope: Scope, receive: Receive) -> bytes:
    """The whole body of a request; raises :class:`TooSlowError` and :class:`TooLongError`."""
    stated = dict(scope["headers"]).get(b"content-length", b"0")
    if len(stated) > 9 or int(stated) > MOST_FORM:  # h11 has made sure that these are digits
        raise TooLongError
    body, more = b"", True
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while more:
                event = await receive()
                if event["type"] == "http.disconnect":
                    raise TooSlowError
                body += event.get("body", b"")
                more = event.get("more_body", False)
                if len(body) > MOST_FORM:
                    raise TooLongError
    except TimeoutError:
        raise TooSlowError from None
    return body


def replay(body: bytes, receive: Receive) -> Receive:
    """A ``receive`` that gives a body that has been read, and then what comes."""
    given = False

    async def again() -> dict[str, Any]:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def answer(send: Send, status: int, sentence: str, kind: str = "http.response") -> None:
    """Answer a request with one sentence, and end the connection.

    ``kind`` is how ASGI calls the answer.
    """
    body = sentence.encode() + b"\n"
    headers = [*PLAIN, (b"content-length", b"%d" % len(body))]
    await send({"type": f"{kind}.start", "status": status, "headers": headers})
    await send({"type": f"{kind}.body", "body": body})
