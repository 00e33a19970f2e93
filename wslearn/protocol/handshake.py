"""The opening handshake: how an HTTP request becomes a WebSocket (RFC 6455 §4).

1. The client sends a GET request that asks for an upgrade and carries a random key.
2. The server checks it, step by step, and answers 101 with a hash of the key; or it answers with
   an HTTP error, and there is no WebSocket.
3. The client checks the reply, step by step. From its last line on, both sides speak frames.

::

    client_request(uri, key)  ->  bytes  ->  check_request(bytes)
                                                   |
    check_response(bytes, key)  <-  bytes  <-  server_response(check)

This module gathers the names; in reading order they are in ``headers`` and ``http1`` (the text),
``uri``, ``accept`` (the key and its answer), ``extensions``, ``checks`` (what a step is),
``server_handshake``, ``replies`` and ``client_handshake``.

>>> key = encode_key(bytes(range(1, 17)))
>>> request = client_request("ws://127.0.0.1:8765/chat", key, subprotocols=["chat"])
>>> check = check_request(request.encode(), subprotocols=["chat"])
>>> reply = server_response(check)
>>> print(check_response(reply.encode(), key, subprotocols=["chat"]))
✓ HTTP head: a first line and 4 headers
✓ status: “101 Switching Protocols”
✓ HTTP version: “HTTP/1.1”
✓ Upgrade: “websocket”
✓ Connection: “Upgrade”
✓ Sec-WebSocket-Accept: “C/0nmHhBztSRGR1CwL6Tf4ZjwpY=”
✓ Sec-WebSocket-Extensions: none
✓ Sec-WebSocket-Protocol: “chat”
The client opens the connection with the subprotocol chat.
"""

from .accept import (
    GUID,
    AcceptStep,
    KeyText,
    accept_key,
    accept_steps,
    check_key_text,
    encode_key,
)
from .checks import Check, Step
from .client_handshake import ResponseCheck, check_response, client_request
from .extensions import Extension, Parameter, format_extensions, parse_extensions
from .headers import Headers
from .http1 import REASONS, Request, Response, parse_request, parse_response
from .replies import error_response, page_response, server_response
from .server_handshake import RequestCheck, check_request
from .uri import Uri, parse_uri
from .wrong_accepts import Mistake, accept_mistakes

__all__ = [
    "GUID",
    "REASONS",
    "AcceptStep",
    "Check",
    "Extension",
    "Headers",
    "KeyText",
    "Mistake",
    "Parameter",
    "Request",
    "RequestCheck",
    "Response",
    "ResponseCheck",
    "Step",
    "Uri",
    "accept_key",
    "accept_mistakes",
    "accept_steps",
    "check_key_text",
    "check_request",
    "check_response",
    "client_request",
    "encode_key",
    "error_response",
    "format_extensions",
    "page_response",
    "parse_extensions",
    "parse_request",
    "parse_response",
    "parse_uri",
    "server_response",
]
