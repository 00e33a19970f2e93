"""What a WebSocket asks of the TCP connection below it, and of TLS between them."""

import asyncio
import socket as sockets
import struct
from contextlib import suppress
from ssl import SSLContext, TLSVersion, create_default_context
from typing import Any

from .memory import End

UNSENT = 128 * 1024
"""How many bytes the system may hold that it has not sent yet."""


def keep_little_unsent(writer: asyncio.StreamWriter) -> None:
    """Have the system buffer megabytes only for a side that sends them.

    Otherwise a slow peer reads from what is there for a long time before we see it take anything.
    """
    own = writer.get_extra_info("socket")
    option = getattr(sockets, "TCP_NOTSENT_LOWAT", None)  # Linux and macOS
    if own is not None and option is not None:
        with suppress(OSError):
            own.setsockopt(sockets.IPPROTO_TCP, option, UNSENT)


def ask_now_and_then(writer: asyncio.StreamWriter) -> None:
    """Have the system end a silent connection whose other end is gone (RFC 9293 §3.8.4).

    It takes its time, on most systems two hours.
    """
    own = writer.get_extra_info("socket")
    if own is not None:
        with suppress(OSError):
            own.setsockopt(sockets.SOL_SOCKET, sockets.SO_KEEPALIVE, 1)


def strong_tls() -> SSLContext:
    """For a client: the system's certificates, and TLS 1.2 or newer (RFC 6455 §10.6).

    Some systems tell Python to leave the oldest version to them, so it is set here.
    """
    context = create_default_context()
    context.minimum_version = TLSVersion.TLSv1_2
    return context


def address_of(writer: asyncio.StreamWriter) -> str:
    """The other end's address, such as ``127.0.0.1:40001`` or ``[::1]:40001``."""
    address: Any = writer.get_extra_info("peername")
    if not address:
        return "an unknown address"
    return with_port(*address[:2])


def with_port(host: str, port: int) -> str:
    """An address as it stands in a URL: an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection at once with a reset, in place of an orderly end (RFC 9293 §3.6)."""
    own = writer.get_extra_info("socket")
    if isinstance(writer.transport, End):
        writer.transport.reset()
    elif own is not None:  # TLS that has ended on its own has forgotten it
        with suppress(OSError):
            own.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def end_our_half(writer: asyncio.StreamWriter) -> None:
    """Send what is left and then say that no more will come: the end of our half of TCP, or of all
    of TLS, which has no halves (RFC 6455 §7.1.1)."""
    if writer.can_write_eof():
        writer.transport.set_write_buffer_limits(0)  # now drain waits until the buffer is empty
        await writer.drain()
        writer.write_eof()
    else:
        writer.close()
        await writer.wait_closed()
