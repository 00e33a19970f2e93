"""For all tests: whatever they start sees loopback only, and none of the user's own settings."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.rows import RowMarkers

# A slow machine is no failure; a test that hangs is ended by pytest-timeout.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

HERE = Path(__file__).parent
OFFLINE = HERE / "offline"

MACHINE = tuple(HERE / name for name in ("apps", "browser", "judges", "net", "notebooks"))
"""Tests that start servers, kernels and browsers. On a machine with other work to do, one of them
may lose a race that is the machine's. Such a test is tried a second time, and the summary says so;
what fails twice has failed."""


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Set the environment that kernels, servers and subprocesses of the tests inherit."""
    config.pluginmanager.register(RowMarkers(), "rows")
    paths = [str(OFFLINE), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    profile = config.rootpath / ".pytest_cache" / "ipython"
    profile.mkdir(parents=True, exist_ok=True)
    os.environ["IPYTHONDIR"] = str(profile)
    os.environ["JUPYTER_PLATFORM_DIRS"] = "1"
    os.environ["WSLEARN_PROGRESS"] = "memory"
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """A run of everything takes several processes; what was named on the command line takes one,
    which begins sooner and can be debugged."""
    if config.args_source is config.ArgsSource.ARGS:
        config.option.dist = "no"
        return 0
    return min(max(os.cpu_count() or 2, 2), 4)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what may be tried twice."""
    for item in items:
        if any(folder in item.path.parents for folder in MACHINE):
            item.add_marker(pytest.mark.flaky(reruns=1))
