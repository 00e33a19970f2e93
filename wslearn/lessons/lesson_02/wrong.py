"""Typical wrong answers to the exercises of lesson 02, and what each one comes from."""

import base64
import hashlib

from wslearn.checking.exercise import wrong

from .exercises import SHORT
from .solutions import GUID


@wrong("02.1")
def digest_in_hex(key):
    """That is the digest in hex. The header carries the same bytes in base64."""
    return hashlib.sha1((key + GUID).encode()).hexdigest()


@wrong("02.1")
def hex_in_base64(key):
    """The hex text was put in base64. Use .digest(), which gives bytes, not .hexdigest()."""
    digest = hashlib.sha1((key + GUID).encode()).hexdigest()
    return base64.b64encode(digest.encode()).decode()


@wrong("02.1")
def key_decoded_first(key):
    """The key was decoded first. The server hashes the text of the key as received."""
    digest = hashlib.sha1(base64.b64decode(key) + GUID.encode()).digest()
    return base64.b64encode(digest).decode()


@wrong("02.1")
def no_guid(key):
    """The GUID is missing after the key."""
    return base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()


@wrong("02.1")
def guid_first(key):
    """The GUID was put before the key. It belongs after it."""
    return base64.b64encode(hashlib.sha1((GUID + key).encode()).digest()).decode()


@wrong("02.1")
def str_of_bytes(key):
    """`str(...)` shows bytes as Python writes them, b'...' included. `.decode()` turns them into
    text."""
    return str(base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()))


@wrong("02.2", (SHORT, "Host"), (SHORT, "host"))
def capitals_compared(head, name):
    """`Host` and `host` are one name in HTTP, but they were compared letter by letter. Turn both
    into small letters with .lower() first."""
    for line in head.split("\r\n")[1:]:
        found, _, value = line.partition(":")
        if found == name:
            return value.strip()
    return None


@wrong("02.2")
def cut_at_every_colon(head, name):
    """The line was cut at every colon. A value may hold colons too, as a host with a port does: cut
    at the first one only."""
    for line in head.split("\r\n")[1:]:
        parts = line.split(":")
        if parts[0].lower() == name.lower():
            return parts[1].strip()
    return None


@wrong("02.2")
def colon_with_a_space(head, name):
    """It looked for a colon with a space after it. The space may be missing: cut at the colon, then
    strip the value."""
    for line in head.split("\r\n")[1:]:
        found, _, value = line.partition(": ")
        if found.lower() == name.lower():
            return value.strip()
    return None


@wrong("02.2")
def space_kept(head, name):
    """The space around the value is still there. It is not part of the value."""
    for line in head.split("\r\n")[1:]:
        found, _, value = line.partition(":")
        if found.lower() == name.lower():
            return value
    return None


@wrong("02.2")
def name_anywhere_in_the_line(head, name):
    """The name was found inside the value of another line. It has to be everything before the
    colon."""
    for line in head.split("\r\n"):
        if name.lower() in line.lower():
            return line.partition(":")[2].strip()
    return None


@wrong("02.2", (SHORT, "Host"))
def first_line_unpacked(head, name):
    """The first line has no colon, and neither has the empty one, so there is only one part to
    unpack. Skip the first line, and cut with `partition`, which always gives three."""
    for line in head.split("\r\n"):
        found, value = line.split(":", 1)
        if found.lower() == name.lower():
            return value.strip()
    return None


@wrong("02.2")
def gave_up_after_the_first(head, name):
    """It gives up after the first header: `return None` is inside the loop. Put it after the
    loop."""
    for line in head.split("\r\n")[1:]:
        found, _, value = line.partition(":")
        if found.lower() == name.lower():
            return value.strip()
        return None
    return None


@wrong("02.3")
def whole_value_compared(connection):
    """The whole value was compared. It is a list: Firefox sends `keep-alive, Upgrade`."""
    return connection.lower() == "upgrade"


@wrong("02.3")
def letters_anywhere(connection):
    """The letters may be part of another token, such as `no-upgrade`. Cut the list at its commas
    and compare whole tokens."""
    return "upgrade" in connection.lower()


@wrong("02.3", ("Upgrade",), ("upgrade",))
def tokens_with_their_capitals(connection):
    """Tokens were compared letter by letter. Capitals make no difference here."""
    return "Upgrade" in [token.strip() for token in connection.split(",")]


@wrong("02.3")
def never_true(connection):
    """The tokens are in small letters now, so none of them can be equal to `Upgrade` with a
    capital. Compare with 'upgrade'."""
    return "Upgrade" in [token.strip().lower() for token in connection.split(",")]


@wrong("02.3")
def space_in_the_token(connection):
    """The space after a comma became part of the token. Strip each one."""
    return "upgrade" in connection.lower().split(",")


@wrong("02.3")
def only_the_first_token(connection):
    """Only the first token was looked at: `return False` is inside the loop. Put it after the
    loop."""
    for token in connection.split(","):
        if token.strip().lower() == "upgrade":
            return True
        return False
    return False


def answer(accept, end, ends=2):
    """The server's answer with a given line end, and this many of them at the end."""
    lines = [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Accept: {accept}",
    ]
    return (end.join(lines) + end * ends).encode()


@wrong("02.4")
def lf_alone(accept):
    """The lines end with LF alone. HTTP ends a line with two characters, CR LF."""
    return answer(accept, "\n")


@wrong("02.4")
def no_empty_line(accept):
    """The empty line at the end is missing, so the browser waits for more headers."""
    return answer(accept, "\r\n", ends=1)


@wrong("02.4")
def last_line_not_ended(accept):
    """`join` puts CR LF between the lines and none after the last. Two empty texts at the end of
    the list make the end of the last line and the empty line."""
    return answer(accept, "\r\n", ends=0)


@wrong("02.4")
def braces_without_f(accept):
    """`{accept}` was sent as it is. Only in an f-string, f"...", does its value take its place."""
    return answer("{accept}", "\r\n")


@wrong("02.5")
def order_of_the_server(offered, supported):
    """The server's order decided. The task wants the client's, which has its favourite first."""
    for name in supported:
        if name in offered:
            return name
    return None


@wrong("02.5")
def only_the_first_offer(offered, supported):
    """It gives up after the first name: `return None` is inside the loop. Put it after the
    loop."""
    for name in offered:
        if name in supported:
            return name
        return None
    return None


@wrong("02.5")
def every_common_name(offered, supported):
    """All names that both know came back, in a list. The task asks for the first of them, or
    None."""
    return [name for name in offered if name in supported]
