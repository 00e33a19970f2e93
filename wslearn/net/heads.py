"""Reading the head of an HTTP message from a stream, within limits (RFC 9112 §2)."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from wslearn.protocol.http1 import Head, Request, Response

from .limits import READ_SIZE, Limits

NOT_HTTP = frozenset(range(32)) - frozenset(b"\r\n")
"""No head begins like this, but TLS does: waiting for its end would be in vain."""

MOST_INTERIM = 16
"""How many answers may come before the answer (1xx, RFC 9110 §15.2); servers send one or two."""

M = TypeVar("M", Request, Response)


async def read_head(
    reader: asyncio.StreamReader,
    read: Callable[..., Head[M] | None],
    limits: Limits,
    data: bytes = b"",
) -> Head[M] | None:
    """The next head; ``read`` is ``read_request`` or ``read_response``.

    ``data`` is what has already come. None: the peer hung up without a word. A head that ends too
    early or grows too large comes back with the rule it breaks. The caller sets the time limit.
    """
    head = _try(read, data, limits)
    while head is None:
        more = await reader.read(READ_SIZE)
        data += more
        if not data:
            return None
        if not more or data[0] in NOT_HTTP:
            return _try(read, data, limits, final=True)
        # Only a line end can complete a head: a byte now and then must not cost a search each time.
        if b"\n" in more or len(data) > limits.head_size:
            head = _try(read, data, limits)
    return head


def _try(
    read: Callable[..., Head[M] | None], data: bytes, limits: Limits, *, final: bool = False
) -> Head[M] | None:
    return read(data, final=final, max_size=limits.head_size, max_headers=limits.headers)
