"""For all tests: whatever they start sees loopback only, and none of the user's own settings."""

import os
from pathlib import Path

import pytest
from hypothesis import settings
from rows import RowMarkers

# A slow machine is no failure; a test that hangs is ended by pytest-timeout.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

OFFLINE = Path(__file__).parent / "offline"


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
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
