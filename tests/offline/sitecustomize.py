"""Keeps a Python process from reaching anything but this machine.

The tests put this folder on PYTHONPATH, so that every kernel and server they start loads it: a
lesson that needs the internet fails here, whatever machine the tests run on. Python calls an audit
hook before each connection and look-up, and what the hook raises stops it.

It also keeps one module out, whose import takes longer than a kernel's start: see
``wslearn/apps/lab_server.py``. A run starts some dozens of Pythons that would import it.
"""

import ipaddress
import sys

LOCAL_NAMES = {"", "localhost", "0.0.0.0", "::", "::1"}


def is_local(host: object) -> bool:
    """Whether a host, by name or address, is this machine."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host is None or str(host).lower() in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(str(host).split("%")[0]).is_loopback
    except ValueError:
        return False


def refuse_the_network(event: str, arguments: tuple) -> None:
    """Stop connections and look-ups that would leave this machine."""
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    if not is_local(host):
        raise ConnectionRefusedError(f"the tests allow loopback only, and this wants {host!r}")


sys.addaudithook(refuse_the_network)
sys.modules["rfc3987_syntax"] = None
