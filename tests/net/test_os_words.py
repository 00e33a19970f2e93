"""The system's reason for an error, in its own few words."""

import errno
import socket
import ssl

import pytest

from wslearn.net.os_words import in_words


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connect call failed ('127.0.0.1', 1)"),
         "Connection refused"),
        (OSError(errno.EADDRINUSE, "error while attempting to bind"), "Address already in use"),
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
         "Name or service not known"),
        # On macOS the same error is number 8, which the system would call "Exec format error".
        (socket.gaierror(8, "nodename nor servname provided"), "nodename nor servname provided"),
        # On Windows, neither list of numbers has the network's.
        (socket.gaierror(11001, "getaddrinfo failed"), "getaddrinfo failed"),
        (OSError(10061, "No connection could be made."), "No connection could be made"),
        (OSError("several words"), "several words"),
        (ConnectionResetError(), "ConnectionResetError"),
        (ssl.SSLError(1, "[SSL: X] x (_ssl.c:1)"), "TLS failed"),
    ],
    ids=str,
)  # fmt: skip
def test_the_reason_comes_without_numbers_and_addresses(problem, words):
    assert in_words(problem) == words


def test_a_tls_error_is_not_taken_for_one_of_the_system():
    # Its number 1 would be "Operation not permitted".
    problem = ssl.SSLError(1, "whatever")
    problem.reason = "WRONG_VERSION_NUMBER"
    assert in_words(problem) == "wrong version number"


def test_a_bad_certificate_says_what_is_wrong_with_it():
    problem = ssl.SSLCertVerificationError(1, "certificate verify failed")
    problem.verify_message = "self-signed certificate"
    assert in_words(problem) == "self-signed certificate"
