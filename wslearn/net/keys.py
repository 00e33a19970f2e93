"""Fresh masking-keys from the operating system's source of randomness (RFC 6455 §5.3, §10.3).

A key must be unpredictable, so each comes from the system. Asking the system takes longer than
masking a short frame, so many keys are fetched at once, and each key leaves the pool for good.
"""

import os
from struct import Struct

from wslearn.protocol.masking import KEY_SIZE

AT_ONCE = 256
"""How many keys are asked for at a time."""

_cut = Struct(f"{KEY_SIZE}s" * AT_ONCE).unpack
_pool: list[bytes] = []


def mask_key() -> bytes:
    """A fresh masking-key of 4 bytes (RFC 6455 §5.3)."""
    try:
        return _pool.pop()  # one step, so that two threads never get the same key
    except IndexError:
        keys: list[bytes] = list(_cut(os.urandom(AT_ONCE * KEY_SIZE)))
        _pool.extend(keys[1:])
        return keys[0]


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    # A copy of this process must not send the keys that its parent will send.
    os.register_at_fork(after_in_child=_pool.clear)
