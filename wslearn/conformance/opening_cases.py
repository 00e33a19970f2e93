"""The opening handshake as cases: requests that a server takes or refuses, replies for a client.

A request that misses a required part MUST be refused with an HTTP error (RFC 6455 §4.2.1); which
one is left to the server, so any error that blames the client is right. A reply that departs from
§4.2.2 MUST make a client give up (§4.1).
"""

from typing import Any

from wslearn.protocol.events import Text
from wslearn.protocol.frame import Frame

from .case import Case, Changed, EitherWay, Level, Opens, Refuses, Right, Says

GROUP = "opening handshake"

REQUIRED = (
    "A request that breaks a required part of the opening handshake must be refused with an HTTP "
    "error."
)
LOOSE = (
    "A server that opens for anything lets scripts and proxies that know nothing of WebSocket "
    "speak to it."
)
KEY_RULE = (
    "The key is the base64 text of 16 bytes; but a server need not decode it (§4.2.2), so it need "
    "not notice."
)
CACHED = (
    "The key proves that the server read this very request as a WebSocket request. Without it an "
    "old answer out of a cache would do."
)


def _asked(
    id: str, title: str, right: Right, *rows: str, why: str, rule: str = REQUIRED,
    level: Level = "MUST", **changed: Any,
) -> Case:  # fmt: skip
    return Case(
        f"open-{id}", title, GROUP, level, rows, rule, why, "02", right,
        changed=Changed(**changed), side="server",
    )  # fmt: skip


def _refused(id: str, title: str, *rows: str, why: str = LOOSE, **more: Any) -> Case:
    right = more.pop("right", Refuses())
    return _asked(id, title, right, *rows, "6455-4.2.1-1", why=why, **more)


KEY, VERSION = "Sec-WebSocket-Key", "Sec-WebSocket-Version"

REQUESTS = (
    _asked(
        "usual", "an ordinary request", Opens(), "6455-4.2.2-12", "6455-4.2.2-n1",
        rule="To accept, a server answers 101 with Upgrade, Connection and the accept value that "
        "belongs to the key.",
        why="A client compares the accept value and gives up where it is another.",
    ),
    _asked(
        "other-key", "a key with every sort of base64 character", Opens(), "6455-4.2.2-n1",
        rule="The accept value hashes the text of the key as it came.",
        why="A server that decodes the key first, or tidies it up, answers most keys rightly and "
        "some wrongly.",
        fields=((KEY, "+/+/AAAA////++++9a9b9w=="),),
    ),
    _asked(
        "lower-case", "names of headers in lower case, values in capitals", Opens(),
        "6455-4.1-n2", "6455-4.2.1-n3", "6455-4.2.1-n4",
        rule="Names of headers, and the values of Upgrade and Connection, match in any case.",
        why="Proxies and HTTP libraries rewrite the case of names. A program that "
        "compares letter by letter works until one of them is in between.",
        lower=True,
    ),
    _asked(
        "token-list", "Connection: keep-alive, Upgrade", Opens(), "6455-4.2.1-n4",
        rule="Connection is a list, and must contain the token Upgrade.",
        why="Firefox sends this. A server that compares the whole value has no Firefox users.",
        fields=(("Connection", "keep-alive, Upgrade"),),
    ),
    _asked(
        "unknown-header", "headers in another order, and one nobody knows", Opens(),
        "6455-4.2.1-n7",
        rule="The order of headers does not matter, and unknown ones are ignored.",
        why="Every proxy adds headers of its own.",
        fields=(("X-Nobody-Knows", "1"),), backwards=True,
    ),
    _asked(
        "in-pieces", "the request comes byte by byte", Opens(), "6455-4.2.1-n1",
        rule="TCP is a stream: a request ends with its empty line, not with a read.",
        why="A server that takes one read for one request fails on every slow line.",
        pieces=0,
    ),
    _asked(
        "unknown-extension", "an extension is offered that nobody has", Opens(),
        "6455-4.2.2-11", "6455-9-3",
        rule="A server takes the extensions it knows out of those offered, and lists no other.",
        why="A server that repeats the offer has agreed to something it cannot do.",
        offer="x-nobody-has-this; level=3",
    ),
    _asked(
        "unknown-subprotocol", "a subprotocol is asked for that nobody speaks",
        EitherWay(
            "It opens without a subprotocol; the client decides whether that will do (§4.1).",
            "It refuses clients that do not speak its subprotocol.",
        ),
        "6455-4.2.2-9", "6455-4.2.2-8",
        rule="The reply names one of the subprotocols that were asked for, or has no such header.",
        why="A client has to give up over a subprotocol that it did not ask for.",
        asked=("x-nobody-speaks-this",),
    ),
    _asked(
        "foreign-origin", "the Origin is a page of another site",
        EitherWay(
            "It serves pages of every site: right only if a cookie is not all that lets a user in "
            "(§10.2).",
            "It looks at Origin, and refuses pages of other sites.",
        ),
        "6455-4.2.2-4", level="MAY",
        rule="A server may decide by Origin who comes in; one that is meant for certain sites "
        "SHOULD.",
        why="A cookie that is allowed across sites (SameSite=None), or that another page of the "
        "same site sends, lets a stranger's page in as the user: cross-site hijacking.",
        fields=(("Origin", "https://another-site.example"),),
    ),
    _refused("post", "the method is POST", "6455-4.2.1-n1", first="POST {target} HTTP/1.1"),
    _refused("http-1.0", "the request is HTTP/1.0", "6455-4.2.1-n1",
        first="GET {target} HTTP/1.0", right=Refuses(()),
        rule="An opening handshake is HTTP/1.1 or newer; in HTTP/1.0 an Upgrade is ignored "
        "(RFC 9110 §7.8).",
        why="HTTP/1.0 has no Upgrade, so a proxy on the way may not know what follows."),
    _refused("no-host", "there is no Host", "6455-4.2.1-n2", fields=(("Host", None),),
        why="Without it nobody can tell which of several sites is meant."),
    _refused("no-upgrade", "there is no Upgrade", "6455-4.2.1-n3", fields=(("Upgrade", None),),
        right=Refuses(())),
    _refused("other-upgrade", "Upgrade names another protocol", "6455-4.2.1-n3",
        fields=(("Upgrade", "h2c"),), right=Refuses(())),
    _refused("no-connection", "there is no Connection", "6455-4.2.1-n4",
        fields=(("Connection", None),), right=Refuses(())),
    _refused("no-token", "Connection: keep-alive", "6455-4.2.1-n4",
        fields=(("Connection", "keep-alive"),), right=Refuses(())),
    _refused("part-of-token", "Connection: no-upgrade", "6455-4.2.1-n4",
        fields=(("Connection", "no-upgrade"),), right=Refuses(()),
        why="The token has to stand on its own; a search for the letters finds them here, too."),
    _refused("no-key", "there is no key", "6455-4.2.1-n5", fields=((KEY, None),), why=CACHED),
    _refused("short-key", "the key has 15 bytes", "6455-4.2.1-n5", level="MAY", rule=KEY_RULE,
        fields=((KEY, "AQIDBAUGBwgJCgsMDQ4P"),), why=CACHED),
    _refused("no-base64", "the key is not base64", "6455-4.2.1-n5", level="MAY", rule=KEY_RULE,
        fields=((KEY, "this is not base64 at all"),), why=CACHED),
    _refused("empty-key", "the key is empty", "6455-4.2.1-n5", fields=((KEY, ""),), why=CACHED,
        rule="The key is not empty (§4.3)."),
    _refused("two-keys", "there are two keys", "6455-11.3.1-1", twice=(KEY,), level="SHOULD",
        rule="Sec-WebSocket-Key comes only once; what breaks this is not a valid request (§10.7).",
        why="Two readers that take one key each, a proxy and a server, see two handshakes."),
    _refused("no-version", "there is no version", "6455-4.2.1-n6", fields=((VERSION, None),),
        why="Drafts with other frames came without one, or with another."),
    *(
        _refused(
            f"version-{version}", f"the version is {version}", "6455-4.2.2-6", "6455-4.4-1",
            right=Refuses((426, 400), versions=True), fields=((VERSION, version),),
            rule="An unsupported version gets an HTTP error, and Sec-WebSocket-Version with those "
            "that the server speaks.",
            why="Only the list lets a newer client come back with a version that both speak.",
        )
        for version in ("14", "0")
    ),
    _refused("version-text", "the version is 13a", "6455-4.3-n1", fields=((VERSION, "13a"),),
        rule="A version is a number from 0 to 255.",
        why="A program that reads digits as far as they go finds 13 here."),
)  # fmt: skip
"""What a server is asked."""


# -- for clients -----------------------------------------------------------------------------------

REPLY = "A reply that departs from §4.2.2 fails the connection: the client sends no frame."
TRUSTED = (
    "The check proves that a WebSocket server answered this very request. Without it a page could "
    "speak to any server that can be made to answer something."
)
GREETING = Frame.text("Hello")
ACCEPT = "Sec-WebSocket-Accept"


def _reply(
    id: str, title: str, right: Right, *rows: str, why: str = TRUSTED, rule: str = REPLY,
    **changed: Any,
) -> Case:  # fmt: skip
    return Case(
        f"reply-{id}", title, GROUP, "MUST", rows, rule, why, "02", right, (GREETING,),
        Changed(**changed), side="client", echo=isinstance(right, Says),
    )  # fmt: skip


def _given_up(id: str, title: str, *rows: str, **more: Any) -> Case:
    return _reply(id, title, Refuses(()), *rows, **more)


REPLIES = (
    _reply(
        "at-once", "the first frame comes with the 101", Says((Text("Hello"),)), "6455-4.2.2-n3",
        rule="A server may send at once, even in the same packet as the 101.",
        why="A client that throws away what follows the head loses the first message, on a fast "
        "network only.",
    ),
    _reply(
        "lower-case", "names of headers in lower case, values in capitals", Says((Text("Hello"),)),
        "6455-4.1-n2", "6455-4.1-42", lower=True,
        rule="Names of headers, and the values of Upgrade and Connection, match in any case.",
        why="Proxies and HTTP libraries rewrite the case of names.",
    ),
    _reply(
        "in-pieces", "the reply comes byte by byte", Says((Text("Hello"),)), "6455-4.1-41",
        rule="TCP is a stream: a reply ends with its empty line, not with a read.", pieces=0,
        why="A client that takes one read for one reply fails on every slow line.",
    ),
    _given_up("no-accept", "there is no accept value", "6455-4.1-44", fields=((ACCEPT, None),)),
    _given_up("wrong-accept", "the accept value is that of another key", "6455-4.1-44",
        fields=((ACCEPT, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),)),
    _given_up("no-upgrade", "there is no Upgrade", "6455-4.1-42", fields=(("Upgrade", None),)),
    _given_up("other-upgrade", "Upgrade names another protocol", "6455-4.1-42",
        fields=(("Upgrade", "h2c"),)),
    _given_up("no-connection", "there is no Connection", "6455-4.1-43",
        fields=(("Connection", None),)),
    _given_up("status-200", "the status is 200", "6455-4.1-n1", first="HTTP/1.1 200 OK",
        fields=(("Content-Length", str(len(GREETING.encode()))),)),
    _given_up("extension", "an extension that was not offered", "6455-4.1-45",
        fields=(("Sec-WebSocket-Extensions", "x-nobody-has-this"),),
        why="The client would read frames that an extension has changed as if it had not."),
    _given_up("subprotocol", "a subprotocol that was not asked for", "6455-4.1-46",
        fields=(("Sec-WebSocket-Protocol", "x-nobody-speaks-this"),),
        why="The two programs would speak two languages."),
)  # fmt: skip
"""What a client is answered."""
