"""Through an HTTP proxy: CONNECT asks it to open the TCP connection (RFC 6455 §4.1).

Proxies are used only when they are named. Those that want a password are not supported.
"""

import asyncio
from urllib.parse import urlsplit

from wslearn.protocol.errors import InputError, NetworkError
from wslearn.protocol.headers import Headers, quoted
from wslearn.protocol.http1 import Request, read_response
from wslearn.protocol.uri import Uri

from .heads import read_head
from .limits import Limits
from .tcp import with_port


def parse_proxy(proxy: str) -> tuple[str, int]:
    """Host and port of a proxy such as ``http://127.0.0.1:3128``; raises :class:`InputError`.

    >>> parse_proxy("http://127.0.0.1:3128")
    ('127.0.0.1', 3128)
    """
    try:
        parts = urlsplit(proxy)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not (host and port) or parts.scheme != "http" or "@" in parts.netloc:
        raise InputError(f"Expected a proxy such as http://127.0.0.1:3128, got {quoted(proxy)}.")
    return host, port


async def ask_proxy(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, uri: Uri, limits: Limits
) -> None:
    """Have the proxy connect us to the server; from then on the bytes are the server's.

    Raises :class:`NetworkError` when it does not.
    """
    target = with_port(uri.host, uri.port)
    writer.write(Request("CONNECT", target, headers=Headers([("Host", target)])).encode())
    await writer.drain()
    head = await read_head(reader, read_response, limits)
    if head is None:
        raise NetworkError(f"Expected the proxy to connect to {target}, but it hung up.")
    answer = head.message
    if head.violations or not 200 <= answer.status <= 299:
        came = quoted(f"{answer.status} {answer.reason}") if answer.status else "no HTTP answer"
        raise NetworkError(f"Expected the proxy to connect to {target}, got {came}.")
    if head.rest:  # only the server could have sent it, and it waits for us (§4.1)
        raise NetworkError(
            f"Expected nothing after the proxy's answer, got {len(head.rest)} bytes."
        )
