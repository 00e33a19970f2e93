"""What the operating system says when something fails, in its own few words."""

import os
import ssl as tls


def in_words(problem: OSError) -> str:
    """The reason without addresses and wrapping, such as ``Connection refused``.

    >>> in_words(ConnectionRefusedError(111, "Connect call failed"))
    'Connection refused'
    """
    if isinstance(problem, tls.SSLCertVerificationError):
        return problem.verify_message.rstrip(".")
    if isinstance(problem, tls.SSLError):  # its number is not the system's
        reason: str | None = getattr(problem, "reason", None)
        return reason.lower().replace("_", " ") if reason else "TLS failed"
    if problem.errno is not None and problem.errno > 0:
        return os.strerror(problem.errno)
    return problem.strerror or str(problem) or type(problem).__name__
