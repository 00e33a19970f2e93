"""A client that is a socket and nothing else: it opens a WebSocket, and then reads or does not.

It keeps no state, so what a server costs can be measured in the same process.
"""

import asyncio
import socket

from wslearn.net.keys import mask_key
from wslearn.protocol.client_handshake import check_response, client_request
from wslearn.protocol.connection import Connection
from wslearn.protocol.deflate import Deflate
from wslearn.protocol.errors import NetworkError
from wslearn.protocol.examples import SAMPLE_KEY
from wslearn.protocol.uri import parse_uri

SECONDS = 20.0
"""How long an opening handshake may take."""


async def bare_client(
    uri: str, deflate: Deflate | None = None, hello: str = "Hello"
) -> socket.socket:
    """Open a WebSocket with a server on this machine, and let it echo one message (RFC 6455 §4.1).

    After that both sides have made what they need to send and to receive, and the socket that
    comes back holds an open connection. Raises :class:`NetworkError` for a refusal.
    """
    loop, target = asyncio.get_running_loop(), parse_uri(uri)
    line = socket.socket()
    line.setblocking(False)
    try:
        async with asyncio.timeout(SECONDS):
            await loop.sock_connect(line, (target.host, target.port))
            request = client_request(target, SAMPLE_KEY, deflate=deflate)
            await loop.sock_sendall(line, request.encode())
            head = b""
            while b"\r\n\r\n" not in head:
                head += await _some(line)
            check = check_response(head, SAMPLE_KEY, deflate=deflate)
            if not check.ok:
                raise NetworkError(f"Expected a WebSocket, got a refusal. {check.conclusion}")
            if hello:
                end = Connection("client", mask_keys=mask_key, deflate=check.agreement)
                await loop.sock_sendall(line, end.send_text(hello))
                while not end.receive(await _some(line)):
                    pass
    except BaseException:
        line.close()
        raise
    return line


async def _some(line: socket.socket) -> bytes:
    data = await asyncio.get_running_loop().sock_recv(line, 2**16)
    if not data:
        raise NetworkError("Expected more from the server, got the end of TCP.")
    return data
