"""What a record leaves out of a head: logins and whatever looks like one.

A head carries secrets in four places, and each has its own test:

1. **Headers with a telling name** (Cookie, Authorization, Api-Key, ...): the whole value goes.
2. **Parameters of an address**, in the request line, in Referer or Location: the value goes.
3. **Subprotocols.** A page cannot set headers for a WebSocket, so many applications put the token
   into Sec-WebSocket-Protocol. What replaces one is a token again, and the same in request and
   reply, so that the subprotocol is judged as if nothing had been replaced (RFC 6455 §4.1).
4. **Anywhere else**: a JSON Web Token (RFC 7519 §3), and any long run without words in it.

The record says what was left out, with its length in bytes. Where a name stays, it tells a reader
what was there. A character that no head may hold stays, and so does a line that was folded: the
rule it breaks is still broken, in the same line, and a record that is loaded says so again.
"""

import re
from itertools import pairwise
from urllib.parse import unquote_to_bytes

from wslearn.protocol.headers import is_token

SHORTEST_RANDOM = 16
"""How many characters a run without words must have to be taken for a secret."""

_NAMED = re.compile(
    r"cookie2?$|token|secret|passw|passphrase|passcode|credential|signature|bearer|ticket|jwt"
    r"|authorization|authentication|oauth|session(id|key)?$|xsrf|csrf|(?<!web|ket)key$"
    r"|^(x?auth|pwd|pass|sig|hmac|otp|pin|sid|code|creds?)$|^x.*auth$"
)
_NOT_SECRET = re.compile(r"secwebsocket|accesscontrol|(www|proxy)authenticate$|sectokenbinding$")
_HEADER = re.compile(  # with its folded lines
    rb"^([^\s:]+)([ \t]*:[ \t]*)(.*?)(?=[ \t]*\r?(?:\n(?![ \t])|\Z))", re.M | re.S
)
_PARAMETER = re.compile(rb"([?&;#]([^=&;#?\s\"'<>,]{1,64})=)([^&;#\s\"'<>,]+)")
_USER = re.compile(rb"(?<=://)[^/?#\s@]+(?=@)")
_JWT = re.compile(rb"eyJ[\w-]{8,}(?:\.[\w-]+){0,4}")
_RUN = re.compile(rb"[\w+=-]{%d,}" % SHORTEST_RANDOM)
_UUID = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_TELLS = re.compile(  # a subprotocol that itself says that a login follows
    rb"(base64url\.bearer\.authorization\.k8s\.io\.|(?:.*?[.:_-])??(?:bearer|basic|jwt|ticket"
    rb"|(?:access[._-]?)?token|api[._-]?key|auth(?:orization)?|header)[.:_=-])(.{6,})",
    re.IGNORECASE | re.S,
)
_KEPT_WHOLE = re.compile(
    rb"host|origin|user-agent|date|sec-ch-.*|etag"
    rb"|sec-websocket-(?:key[12]?|accept|version|extensions|draft)",
    re.IGNORECASE,
)
_STANDS_IN = re.compile(
    rb"left-out-[0-9]+[^\w-]*-bytes(-[0-9]+)?"
    rb"|\(left out: a credential, [0-9]+ bytes\)(?:\n[ \t]*+|[^\x20-\x7e\n])*+"
)
_FOLD_OR_CONTROL = re.compile(rb"\r?\n[ \t]+|[\x00-\x08\x0a-\x1f\x7f]")
_NO_COLON = re.compile(rb"^([^\s:]+)([ \t]+)([^:\n]*?)(?=[ \t]*\r?(?:\n|\Z))", re.M)


def names_a_secret(name: str) -> bool:
    """Whether a header or a parameter of this name holds a login.

    >>> names_a_secret("Ocp-Apim-Subscription-Key"), names_a_secret("Sec-WebSocket-Key")
    (True, False)
    """
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    return bool(_NAMED.search(plain)) and not _NOT_SECRET.match(plain)


def looks_random(run: bytes) -> bool:
    """Whether a run of characters is a random token rather than words.

    In words, letters follow letters and digits follow digits; in base64 or hex about every second
    character is of another kind than the one before it.

    >>> looks_random(b"graphql-transport-ws"), looks_random(b"3f9ac0d41be7725188aa0c")
    (False, True)
    """
    if len(run) < SHORTEST_RANDOM or _UUID.fullmatch(run) or _STANDS_IN.fullmatch(run):
        return False
    if run.isdigit():
        return len(run) >= 20  # shorter ones are times and counts
    letters = [c for c in map(chr, run) if c.isalnum()]
    kinds = ["d" if c.isdigit() else "u" if c.isupper() else "l" for c in letters]
    changes = sum(a != b and (a, b) != ("u", "l") for a, b in pairwise(kinds))
    return changes >= max(4, len(kinds) // 5)


class Secrets:
    """Leaves the secrets out of the heads of one connection; ``keep`` leaves them in.

    A secret is replaced by ``left-out-`` and its length; where a connection has several of one
    length a number tells them apart, so that what was equal stays equal.

    >>> Secrets().leave_out(b"GET /?token=abcdef HTTP/1.1\\r\\nCookie: login=x\\r\\n")
    b'GET /?token=left-out-6-bytes HTTP/1.1\\r\\nCookie: (left out: a credential, 7 bytes)\\r\\n'
    """

    def __init__(self, *, keep: bool = False) -> None:
        self.keep = keep
        self._known: dict[bytes, bytes] = {}

    def leave_out(self, head: bytes) -> bytes:
        """A head without its secrets; what was left out of it before stays as it is."""
        if self.keep:
            return head
        first, line_end, rest = head.partition(b"\n")
        rest = _NO_COLON.sub(self._line, _HEADER.sub(self._header, rest))
        return self._anywhere(first) + line_end + rest

    def _header(self, match: re.Match[bytes]) -> bytes:
        name, colon, value = match.groups()
        if not value or _KEPT_WHOLE.fullmatch(name):
            return match[0]
        if name.lower() == b"sec-websocket-protocol":
            return name + colon + self._subprotocols(value)
        if names_a_secret(name.decode("latin-1")):
            return name + colon + self._whole(value)
        return name + colon + self._anywhere(value)

    def _line(self, match: re.Match[bytes]) -> bytes:
        """A line without a colon, which must stay one: that is the rule it breaks."""
        name, space, value = match.groups()
        secret = names_a_secret(name.decode("latin-1"))
        return name + space + (self._one(value) if secret else self._anywhere(value))

    def _whole(self, value: bytes) -> bytes:
        if _STANDS_IN.fullmatch(value):
            return value
        faults = b"".join(_FOLD_OR_CONTROL.findall(value))
        return b"(left out: a credential, %d bytes)" % len(value) + faults

    def _anywhere(self, text: bytes) -> bytes:
        text = _USER.sub(self._match, text)
        text = _PARAMETER.sub(self._parameter, text)
        text = _JWT.sub(self._match, text)
        return _RUN.sub(lambda run: self._one(run[0]) if looks_random(run[0]) else run[0], text)

    def _parameter(self, match: re.Match[bytes]) -> bytes:
        name = unquote_to_bytes(match[2]).decode("latin-1")
        return match[1] + (self._one(match[3]) if names_a_secret(name) else match[3])

    def _subprotocols(self, value: bytes) -> bytes:
        parts, announced = [], False
        for part in value.split(b","):
            name = part.strip()
            told = _TELLS.fullmatch(name)
            # A character that no token may have stays, so that the rule it breaks stays broken.
            odd = bytes(sorted(c for c in set(name) if not is_token(chr(c))))
            if (announced and name) or _UUID.fullmatch(name):
                shown = self._one(name, odd)
            elif told:
                shown = told[1] + self._one(told[2], odd)
            else:
                shown = self._anywhere(name)
            # "Authorization, abc": the name of a login, and then the login.
            announced = not told and names_a_secret(name.decode("latin-1"))
            parts.append(part.replace(name, shown) if name else part)
        return b",".join(parts)

    def _match(self, match: re.Match[bytes]) -> bytes:
        return self._one(match[0])

    def _one(self, secret: bytes, odd: bytes = b"") -> bytes:
        """What replaces one secret, everywhere in this connection."""
        if _STANDS_IN.fullmatch(secret):
            return secret
        if secret not in self._known:
            odd = odd or _odd(secret)
            known = b"left-out-%d%s-bytes" % (len(secret), odd)
            twins = sum(other.startswith(known) for other in self._known.values())
            self._known[secret] = known + (b"-%d" % (twins + 1) if twins else b"")
        return self._known[secret]


def _odd(secret: bytes) -> bytes:
    """The control characters in a secret, and one byte for all those that are not ASCII."""
    controls = {c for c in secret if c < 0x20 or c == 0x7F}
    return bytes(sorted(controls)) + (b"" if secret.isascii() else b"\xff")
