"""What the operating system says when something fails, in its own few words."""

import os
import ssl as tls
from socket import gaierror


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
    own = (problem.strerror or str(problem) or type(problem).__name__).rstrip(".")
    # The error numbers of a name that was not found are a list of their own.
    if problem.errno is None or problem.errno <= 0 or isinstance(problem, gaierror):
        return own
    said = os.strerror(problem.errno)
    # Windows puts the words for its network errors only into the error itself.
    return own if said.startswith("Unknown error") else said
