"""Tests here may be coroutines; each runs in its own event loop, which must end clean."""

import inspect
import ssl

import pytest
import trustme

from tests.support.peers import run_supervised


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run ``async def test_...``; leave the others to pytest."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    given = {name: pyfuncitem.funcargs[name] for name in names}
    in_memory = pyfuncitem.callspec.params["network"] == "memory"
    run_supervised(pyfuncitem.obj(**given), in_memory=in_memory)
    return True


BOTH = {"broadcast", "client", "memory", "pieces", "server", "tap", "websocket"}
"""The modules whose tests run over both networks: those that talk, each in its own way."""

NEED_SOCKETS = {"authority", "server_tls", "client_tls"}
"""Fixtures of tests about the system's network."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a coroutine over the system's sockets, and over the network inside this process.

    ``@pytest.mark.sockets`` limits one to the system's: it is about TLS, about the system, or has
    its peer on another thread or loop.
    """
    if inspect.iscoroutinefunction(metafunc.function):
        only = metafunc.definition.get_closest_marker("sockets")
        systems = only or NEED_SOCKETS & set(metafunc.fixturenames)
        systems = systems or metafunc.module.__name__.rpartition("test_")[2] not in BOTH
        metafunc.fixturenames.append("network")
        metafunc.parametrize("network", ["sockets"] if systems else ["sockets", "memory"])


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """The authority that signs the certificates of these tests."""
    return trustme.CA()


@pytest.fixture
def server_tls(authority: trustme.CA) -> ssl.SSLContext:
    """A server's side of TLS on this machine."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return context


@pytest.fixture
def client_tls(authority: trustme.CA) -> ssl.SSLContext:
    """A client that trusts the authority."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context
