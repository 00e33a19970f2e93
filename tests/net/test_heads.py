"""The head of an HTTP message from a stream that brings it in pieces, or never completely."""

import asyncio

import pytest

from wslearn.net.heads import read_head
from wslearn.net.limits import Limits
from wslearn.protocol.http1 import read_request, read_response

HEAD = b"GET /chat HTTP/1.1\r\nHost: h\r\n\r\n"


def stream(*pieces, end=True):
    """A reader that gets the pieces one by one, each once the last has been read."""
    reader = asyncio.StreamReader()

    async def feed():
        for piece in pieces:
            reader.feed_data(piece)
            while reader._buffer:
                await asyncio.sleep(0)
        if end:
            reader.feed_eof()

    return reader, asyncio.create_task(feed())


async def read(*pieces, data=b"", limits=Limits(), of=read_request):  # noqa: B008 - it is frozen
    reader, feeding = stream(*pieces)
    head = await read_head(reader, of, limits, data)
    feeding.cancel()
    return head


async def test_whole_and_byte_by_byte_give_the_same():
    whole = await read(HEAD)
    assert whole.message.target == "/chat"
    assert whole == await read(*(bytes((byte,)) for byte in HEAD))


@pytest.mark.parametrize("cut", range(len(HEAD) + 1))
async def test_what_comes_after_the_head_is_kept(cut):
    data = HEAD + b"\x81\x05"
    head = await read(data[cut:], data=data[:cut])
    assert head.rest == data[max(cut, len(HEAD)) :] if cut > len(HEAD) else b"\x81\x05"


async def test_a_head_that_is_there_already_needs_no_read():
    reader = asyncio.StreamReader()
    head = await read_head(reader, read_response, Limits(), b"HTTP/1.1 200 OK\r\n\r\nrest")
    assert (head.message.status, head.rest) == (200, b"rest")


async def test_an_end_without_a_word_is_none_and_an_early_end_a_broken_rule():
    assert await read() is None
    head = await read(b"GET / HTTP/1.1\r\nHo")
    assert head.violations[0].rule.id == "head-incomplete"


async def test_what_cannot_begin_a_head_is_not_waited_for():
    reader = asyncio.StreamReader()
    reader.feed_data(bytes.fromhex("160301"))  # TLS
    head = await read_head(reader, read_request, Limits())
    assert head.violations


async def test_a_line_that_never_ends_is_refused_at_the_limit():
    taken = []

    def forever():
        while True:
            taken.append(1)
            yield b"x" * 100

    reader = asyncio.StreamReader()
    pieces = forever()

    async def feed():
        while True:
            reader.feed_data(next(pieces))
            while reader._buffer:
                await asyncio.sleep(0)

    feeding = asyncio.create_task(feed())
    head = await read_head(reader, read_request, Limits(head_size=1000))
    feeding.cancel()
    assert "head-too-large" in {violation.rule.id for violation in head.violations}
    assert len(taken) <= 12


async def test_too_many_headers_are_refused():
    limits = Limits(headers=3)
    head = await read(HEAD[:-2] + b"A: b\r\n" * 3 + b"\r\n", limits=limits)
    assert "head-too-many-headers" in {violation.rule.id for violation in head.violations}
    assert not (await read(HEAD[:-2] + b"A: b\r\n" * 2 + b"\r\n", limits=limits)).violations
