"""Where the body of an HTTP/1.1 message ends, so that the next message is found (RFC 9112 §6).

A connection may carry several requests before the one that asks for a WebSocket: a login that was
refused, pages, a CONNECT to a proxy. Bodies between them are skipped; nothing in them is read.
"""

from wslearn.protocol.headers import Headers
from wslearn.protocol.http1 import Request, Response

_LONGEST_LINE = 4096


class Body:
    """A body under way: it takes bytes, and gives back those that follow it.

    >>> body = Body.of_reply(Response(200, "OK", headers=Headers([("Content-Length", "3")])), "GET")
    >>> body.take(b"abcHTTP"), body.done
    ((b'abc', b'HTTP'), True)
    """

    def __init__(self, left: int | None, *, chunked: bool = False) -> None:
        self.left = left  # bytes to come; None: all until the connection ends
        self.chunked = chunked
        self._line = b""
        self._trailers = False

    @classmethod
    def of_request(cls, request: Request) -> "Body":
        """The body that a request announces; none unless it says so (§6.3)."""
        return cls._of(request.headers, 0)

    @classmethod
    def of_reply(cls, reply: Response, method: str) -> "Body":
        """The body of a reply to a request with this method (§6.3)."""
        none = method == "HEAD" or reply.status in (204, 304) or 100 <= reply.status <= 199
        return cls(0) if none else cls._of(reply.headers, None)

    @classmethod
    def _of(cls, headers: Headers, otherwise: int | None) -> "Body":
        codings = headers.tokens("Transfer-Encoding")
        if codings:
            return cls(0, chunked=True) if codings[-1].lower() == "chunked" else cls(None)
        lengths = set(headers.tokens("Content-Length"))
        if len(lengths) == 1 and (text := lengths.pop()).isascii() and text.isdigit():
            return cls(int(text[:18]))
        return cls(otherwise)

    @property
    def done(self) -> bool:
        """Whether all of it has come."""
        return self.left == 0 and not self.chunked

    def lose(self, size: int) -> bool:
        """Whether its end is still known although this many bytes of it are missing."""
        if self.chunked or (self.left is not None and size > self.left):
            return False
        if self.left is not None:
            self.left -= size
        return True

    def take(self, data: bytes) -> tuple[bytes, bytes]:
        """The bytes that belong to it, and those that follow it."""
        body = b""
        while data and not self.done:
            if self.left != 0:
                size = len(data) if self.left is None else min(self.left, len(data))
                body, data = body + data[:size], data[size:]
                self.left = None if self.left is None else self.left - size
                continue
            line, end, data = data.partition(b"\n")
            self._line += line
            if end:
                self._end_of_line(self._line.strip())
                self._line = b""
            elif len(self._line) > _LONGEST_LINE:  # not a chunk's size: nobody can tell its end
                self.left, self.chunked = None, False
        return body, data

    def _end_of_line(self, line: bytes) -> None:
        """A line between chunks: empty, a size in hex, or a trailer after the last chunk (§7.1)."""
        if self._trailers:
            self.chunked = bool(line)
        elif line:
            try:
                self.left = int(line.partition(b";")[0][:15], 16)
            except ValueError:
                self.left, self.chunked = None, False
            self._trailers = self.left == 0
