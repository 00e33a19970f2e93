"""For all tests: whatever they start sees loopback only, and none of the user's settings."""

import asyncio
import gc
import inspect
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.scheduler.loadscope import LoadScopeScheduling
from xdist.workermanage import WorkerController

from tests.support.rows import RowMarkers

# A slow machine is no failure; a test that hangs is ended by pytest-timeout.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

HERE = Path(__file__).parent
OFFLINE = HERE / "offline"

BROWSER = "tests/browser/"
SLOW = (
    BROWSER,
    "notebooks/",
    "tests/apps/",
    "tests/classroom/",
    "tests/judges/",
    "tests/lessons/lesson_08/",
    "tests/lessons/lesson_09/",
    "tests/lessons/lesson_12/",
    "tests/matrix/",
    "tests/net/",
    "tests/oracles/",
    "tests/test_cover.py",
)
"""Where servers, kernels, browsers and judges are started. ``-m "not slow"`` leaves these out,
along with the few marked tests elsewhere."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not read what ``-m "not slow"`` leaves out: a process starts a third sooner."""
    if config.option.markexpr != "not slow":
        return None
    place = collection_path.relative_to(config.rootpath).as_posix()
    return f"{place}/".startswith(SLOW) or None


RACING = (BROWSER, "tests/net/record/test_tap.py")
"""Pages and interrupts take their time: on a busy machine such a test may lose a race. It is then
tried once more, and the summary says so: each rerun is a fault to be found. What fails twice has
failed. This list should get shorter: replace the folder by files once the others pass beside
`stress-ng --cpu 20`."""


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Set the environment that kernels, servers and subprocesses of the tests inherit."""
    config.pluginmanager.register(RowMarkers(), "rows")
    paths = [str(OFFLINE), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    kept = config.rootpath / ".pytest_cache"
    if sys.dont_write_bytecode:
        _compile_once(kept / "compiled")
    profile = kept / "ipython"
    profile.mkdir(parents=True, exist_ok=True)
    os.environ["IPYTHONDIR"] = str(profile)
    os.environ["JUPYTER_PLATFORM_DIRS"] = "1"
    os.environ["WSLEARN_PROGRESS"] = "memory"
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")


def _compile_once(folder: Path) -> None:
    """Give Pythons that write no bytecode a cache folder of the tests.

    A run starts hundreds of them: kernels, commands, judges. Each would compile all its imports
    again, which takes longer than anything else it does.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(folder)
    sys.dont_write_bytecode = False


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """A full run uses several processes. Files named on the command line run in one, which starts
    sooner and can be debugged; so does a full run without xdist."""
    option = config.option
    if hasattr(config, "workerinput") or not config.pluginmanager.hasplugin("xdist"):
        return
    if option.numprocesses is None and config.args_source is not config.ArgsSource.ARGS:
        option.numprocesses = 0 if option.usepdb else PROCESSES
    if option.numprocesses and option.dist == "no":
        option.dist = "loadfile"


PROCESSES = min((os.cpu_count() or 2) + 1, 6)
"""One more than there are processors, since tests wait for pages and peers; each process more would
have to read all tests and slow the others down."""

JUPYTERLAB = f"{BROWSER} JupyterLab"

WAITING = "what mostly waits"

WAITS = (
    "notebooks/16-",
    "tests/classroom/live/",
    "tests/lessons/lesson_08/",
    "tests/lessons/lesson_12/",
    "tests/net/test_liveness.py",
)
"""Tests that mostly wait. One process takes them all: three that wait at once leave the processors
with nothing to do."""

FIRST = (
    JUPYTERLAB,
    "tests/classroom/test_collect.py",
    "tests/notebooks/test_exercise_cells.py",
    "tests/conformance/test_server_run.py",
    "tests/net/test_websocket.py",
    WAITING,
    BROWSER,
    "tests/judges/",
    "notebooks/",
    *(place for place in SLOW if place.startswith("tests/")),
)
"""What a run in several processes starts with: what takes longest, and what mostly waits while
JupyterLab's pages keep the processors busy. The longest must not start last: the other processes
would have nothing left to do."""

PAGES = ("accept_in_a_browser", "any_host", "class", "cookies", "front_page", "poll", "slides")
"""Browser tests with our own pages: they need no JupyterLab."""

HALF = "lesson"
"""The others split here, in alphabetical order, into halves that take about the same time."""


class FewBrowsers(LoadScopeScheduling):
    """Distributes the tests file by file; those that need JupyterLab go to two processes, and those
    that mostly wait to one.

    Each of the two has one JupyterLab for all its tests, and then goes on with others. In one
    process, they would take longer than everything else in the others.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file.startswith(WAITS):
            return WAITING
        name = file.removeprefix(f"{BROWSER}test_").removesuffix(".py")
        if not file.startswith(BROWSER) or name in PAGES:
            return file
        return f"{JUPYTERLAB}, {'first' if name < HALF else 'second'} half"

    def _assign_work_unit(self, node: WorkerController) -> None:
        scope = min(self.workqueue, key=_turn)
        self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)


def _turn(scope: str) -> int:
    """The rank of a file: the lower, the sooner it runs."""
    return next((at for at, place in enumerate(FIRST) if scope.startswith(place)), len(FIRST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling | None:
    """The scheduler of a run in several processes."""
    return FewBrowsers(config, log) if config.option.dist == "loadfile" else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Let tests without a browser call ``asyncio.run`` while the browser of the run stays open.

    Playwright's loop counts as this thread's running loop while the browser is open. It is idle
    between two calls, so it can be put aside.
    """
    resting = None if item.nodeid.startswith(BROWSER) else asyncio._get_running_loop()
    if resting is None:
        return (yield)
    asyncio._set_running_loop(None)
    try:
        return (yield)
    finally:
        asyncio._set_running_loop(resting)


@pytest.fixture
def no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a kernel inside a browser: no thread can be started."""

    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)


LONGEST = 100.0
"""Seconds that one ``async def test_...`` may take; its traceback says what it waited for."""


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run ``async def test_...`` in a new event loop; leave the others to pytest."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    test = pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names})
    asyncio.run(asyncio.wait_for(test, LONGEST))
    return True


def pytest_collection_finish() -> None:
    """What was collected stays to the end, so the garbage collector need not look at it again.

    Some hundred tests collect garbage to check that nothing is left open; with all tests of the
    project in memory, each time takes a third of a second.
    """
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark slow tests and those that may be tried twice, by their path."""
    for item in items:
        if item.nodeid.startswith(SLOW):
            item.add_marker(pytest.mark.slow)
        if item.nodeid.startswith(RACING):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why a test was tried a second time: each such test is a fault to be found."""
    for report in terminalreporter.getreports("rerun"):
        crash = getattr(report.longrepr, "reprcrash", None)
        terminalreporter.line(f"tried twice: {report.nodeid}: {crash and crash.message}")
