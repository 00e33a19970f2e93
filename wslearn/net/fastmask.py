"""Long payloads masked by numpy, where numpy is installed (RFC 6455 §5.3).

The protocol layer masks with the standard library alone. numpy does the same to four bytes at a
time, in machine code, and masks a megabyte in a hundredth of the time. It takes a while to load, so
it is imported once, when connections are opened, and never by ``import wslearn``.
"""

from functools import cache

from wslearn.protocol import masking

WORTH_IT = 512
"""The shortest payload, in bytes, for which numpy is quicker than one large number, as measured."""

COPIED_TWICE = 2**16
"""The longest payload, in bytes, for which a copy costs less than preparing a buffer."""


@cache
def use_numpy() -> bool:
    """Let numpy mask long payloads from now on; returns whether it is there to do so.

    Without numpy nothing changes: the results are the same, only slower. It is looked for once.
    """
    try:
        from numpy import bitwise_xor, dtype, frombuffer, ndarray
    except ImportError:
        return False
    number = dtype("u4")

    def in_place(view: memoryview, key: bytes) -> None:
        size = len(view)
        numbers = frombuffer(view, number, size // 4)
        if size > COPIED_TWICE and not numbers.flags.aligned:
            # At an address that is not a multiple of four each step takes longer. So the first
            # bytes are masked on their own, and the key is rotated to match for the rest.
            start = -numbers.__array_interface__["data"][0] % 4
            view[:start] = masking.xor(view, key, 0, start)
            in_place(view[start:], key[start:] + key[:start])
            return
        bitwise_xor(numbers, ndarray((), number, key), numbers)
        if size % 4:
            view[-(size % 4) :] = masking.xor(view, key, size - size % 4, size)

    def xor(data: bytes | memoryview, key: bytes, start: int, end: int, header: bytes) -> bytes:
        size = end - start
        if size > COPIED_TWICE:
            return masking.xor_in_buffer(data, key, start, end, header)
        numbers = frombuffer(data, number, size // 4, start)
        masked = bitwise_xor(numbers, ndarray((), number, key))
        if size % 4:
            return b"".join((header, masked, masking.xor(data, key, end - size % 4, end)))
        return b"".join((header, masked)) if header else masked.tobytes()

    masking.use(WORTH_IT, in_place, xor)
    return True
