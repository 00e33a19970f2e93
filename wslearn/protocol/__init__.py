"""The protocol itself: bytes and their meaning. No sockets, clock, randomness, files or logging.

In reading order: codes, rules, errors, bits, length, masking, text, close, frame, pasted, dissect,
parser, verdict, repair; then message, deflate, states, events, connection; then headers, http1,
uri, accept, extensions, checks, server_handshake, replies, client_handshake, handshake.
"""
