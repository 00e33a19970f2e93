"""How many files a server may open: raised on request, never lowered."""

import sys
import types

import pytest

from wslearn.net.open_files import raise_limit, room_for

resource = pytest.importorskip("resource", reason="Windows knows no such limit")


@pytest.fixture
def files():
    """Set the soft limit; afterwards it is as before."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield lambda soft: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, before[1]))
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_the_limit_of_open_files_is_never_lowered(files):
    files(500)
    raise_limit(100)
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 500


def test_it_is_raised_as_far_as_asked_and_the_system_allows(files):
    files(500)
    raise_limit(600)
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 600


@pytest.mark.parametrize(("soft", "wanted", "room"), [(500, 100, 100), (500, 1000, 436)])
def test_a_server_keeps_some_files_for_itself(files, soft, wanted, room):
    files(soft)
    assert room_for(wanted) == room


def test_a_page_has_such_a_module_with_nothing_in_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "resource", types.ModuleType("resource"))
    raise_limit(100)
    assert room_for(100) == 100
