"""Sockets of a page whose server runs inside the page, from Python's side."""

import asyncio

from tests.support.peers import echo, run_supervised, until
from wslearn.labs.tap.inside import MOST, InsideSockets
from wslearn.net.record.tap import tap
from wslearn.net.server import serve

ORIGIN = "https://course.example"


class Page:
    """What the page's half would send and receive."""

    def __init__(self):
        self.heard = []
        self.sockets = InsideSockets(lambda event, data: self.heard.append((event, data)))

    def do(self, what, *buffers, number="1", **more):
        self.sockets.take({"socket": number, "do": what, **more}, list(buffers))

    def open(self, url, number="1", subprotocols=()):
        self.do("open", number=number, url=url, subprotocols=subprotocols, origin=ORIGIN)

    def events(self, number="1"):
        return [event["event"] for event, _ in self.heard if event["socket"] == number]

    async def until(self, event, number="1"):
        await until(lambda: event in self.events(number))
        return next(one for one in reversed(self.heard) if one[0]["event"] == event)


def over_memory(test):
    """Run a coroutine over the network inside this process."""
    run_supervised(test, in_memory=True)


def test_a_page_talks_to_a_server_through_a_tap_and_says_goodbye():
    async def talk():
        page = Page()
        async with (
            await serve(echo, subprotocols=["chat"]) as server,
            await tap(server.url) as between,
        ):
            page.open(between.url, subprotocols=["soap", "chat"])
            opened, _ = await page.until("open")
            assert opened["protocol"] == "chat"
            page.do("send", memoryview(b"Hello"), binary=False, size=5)
            assert (await page.until("message"))[0]["text"] == "Hello"
            page.do("send", memoryview(b"\x00\xff"), binary=True, size=2)
            await until(
                lambda: page.heard[-1] == ({"socket": "1", "event": "message"}, [b"\x00\xff"])
            )
            page.do("close", code=4000, reason="bye")
            closed, _ = await page.until("close")
            assert (closed["code"], closed["reason"]) == (4000, "")  # our server repeats the code
            assert (closed["wasClean"], closed["failed"]) == (True, False)
            request = between.journal.conversations[0].request
            assert f"Origin: {ORIGIN}\r\n".encode() in request
            sent = [f for f in between.journal if f.sender == "client"]
            assert [bool(f.dissect().mask_key) for f in sent] == [True] * 3

    over_memory(talk())


def test_where_nobody_listens_a_page_hears_1006_and_no_reason():
    async def talk():
        page = Page()
        page.open("ws://127.0.0.1:9/")
        closed, _ = await page.until("close")
        assert (closed["code"], closed["wasClean"], closed["failed"]) == (1006, False, True)
        assert page.events() == ["close"]

    over_memory(talk())


def test_a_refusal_and_a_server_that_closes_are_told_apart():
    async def leave(socket):
        await socket.close(3000, "enough")

    async def talk():
        page = Page()
        async with await serve(leave, origins=["https://other.example"]) as careful:
            page.open(careful.url)
            assert (await page.until("close"))[0]["failed"]
        async with await serve(leave) as server:
            page.open(server.url, number="2")
            closed, _ = await page.until("close", "2")
            assert (closed["code"], closed["reason"], closed["failed"]) == (3000, "enough", False)

    over_memory(talk())


def test_a_page_that_goes_leaves_no_connection():
    async def talk():
        page = Page()
        async with await serve(echo) as server:
            page.open(server.url)
            await page.until("open")
            page.sockets.stop()
            await until(lambda: not server.connections)

    over_memory(talk())


def test_the_sockets_of_a_page_are_limited():
    async def talk():
        page = Page()
        async with await serve(echo) as server:
            for number in range(MOST + 5):
                page.open(server.url, number=str(number))
            await until(lambda: len(server.connections) == MOST)
            await asyncio.sleep(0.01)
            assert len(server.connections) == MOST
            page.sockets.stop()

    over_memory(talk())
