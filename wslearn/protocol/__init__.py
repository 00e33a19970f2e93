"""The protocol itself: bytes and their meaning. No sockets, clock, randomness, files or logging.

In reading order. Frames: codes, rules (with handshake_rules and rulebook), errors, bits, length,
masking, text, close, frame, dissection, other_protocols, dissect, judge, parser, in_words.
Connections: deflate, message, receiving, states, events, shared, connection. The opening handshake:
headers, http1, uri, accept, wrong_accepts, extensions, checks, server_handshake, replies,
client_handshake, handshake.
"""
