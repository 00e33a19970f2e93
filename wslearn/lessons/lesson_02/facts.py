"""Lesson 02: what the prose of its exercises and its quiz computes."""

from wslearn.protocol.accept import GUID, NONCE_SIZE, accept_key, encode_key

KEY = encode_key(b"the sample nonce")  # the nonce of RFC 6455 §1.3
ACCEPT = accept_key(KEY)
