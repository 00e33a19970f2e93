"""What the operating system says when something fails, in its own few words."""

import os


def in_words(problem: OSError) -> str:
    """The reason without addresses and wrapping, such as ``Connection refused``.

    >>> in_words(ConnectionRefusedError(111, "Connect call failed"))
    'Connection refused'
    """
    if problem.errno is not None and problem.errno > 0:
        return os.strerror(problem.errno)
    return problem.strerror or str(problem) or type(problem).__name__
