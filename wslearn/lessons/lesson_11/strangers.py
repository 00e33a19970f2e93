"""What a stranger does to a server in lesson 11: a login without a page, and heads in small pieces.

Everything goes to 127.0.0.1, to servers that the lesson started or the reader's own Jupyter.
"""

import asyncio
from collections.abc import Iterable
from http.client import HTTPConnection, HTTPException
from urllib.parse import quote

from wslearn.course.jupyter_server import HOST, PATIENCE, JupyterServer, find_server, private_server
from wslearn.net.server import Server
from wslearn.protocol.errors import NetworkError


def logged_in() -> tuple[JupyterServer, tuple[str, str]]:
    """The reader's own Jupyter and the cookie of its page; a private one where that is not
    possible.

    Raises :class:`NetworkError` where no Jupyter can be started either.
    """
    server = find_server()
    try:
        return server, login_cookie(server)
    except NetworkError:  # a server that logs people in by other means
        if not server.own:
            raise
        server = private_server()
        return server, login_cookie(server)


def login_cookie(server: JupyterServer) -> tuple[str, str]:
    """The Cookie header that a browser has after its person has logged in to this Jupyter.

    It opens what the token opens: never show it. Raises :class:`NetworkError` where none comes.
    """
    connection = HTTPConnection(HOST, server.port, timeout=PATIENCE)
    try:
        connection.request("GET", f"{server.base}login?token={quote(server.token)}")
        answer = connection.getresponse()
        answer.read()
    except (OSError, HTTPException) as problem:
        what = type(problem).__name__
        raise NetworkError(f"Expected Jupyter to let us log in, got: {what}.") from None
    finally:
        connection.close()
    set_cookies = answer.headers.get_all("Set-Cookie") or []
    cookies = [value.partition(";")[0] for value in set_cookies]
    if not any(cookie.startswith("username-") for cookie in cookies):
        raise NetworkError(f"Expected Jupyter to set a cookie, got the status {answer.status}.")
    return "Cookie", "; ".join(cookies)


async def answer_to(server: Server, pieces: Iterable[bytes], pause: float = 0.0) -> str:
    """The first line that a server answers to bytes sent piece by piece, ``pause`` seconds apart.

    Empty if it hangs up without one. Sending ends with the first byte of the answer.
    """
    reader, writer = await asyncio.open_connection(server.host, server.port)
    line = asyncio.ensure_future(reader.readline())
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.wait({line}, timeout=pause)
            if line.done():
                break
        return (await line).decode("latin-1").strip()
    except OSError:
        return ""
    finally:
        line.cancel()
        writer.transport.abort()
