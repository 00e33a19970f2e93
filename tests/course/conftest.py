"""Records of what a student has done, in the place of whoever runs the tests."""

from pathlib import Path

import pytest

from wslearn.course import progress
from wslearn.course.progress_store import Store


@pytest.fixture
def a_student(monkeypatch: pytest.MonkeyPatch) -> Store:
    """A student who has done nothing yet: the record, in memory."""
    store = Store(None)
    monkeypatch.setattr(progress, "opened", lambda: (store, ""))
    return store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where that of ``kept`` is."""
    return tmp_path / "progress.json"


@pytest.fixture
def kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The same in a file."""
    store = Store(path)
    monkeypatch.setattr(progress, "opened", lambda: (store, ""))
    return store
