"""Tests here may be coroutines; each runs in an event loop of its own that has to end clean."""

import inspect

import pytest
from peers import run_supervised


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run ``async def test_...``; the others are pytest's own business."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    run_supervised(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True
