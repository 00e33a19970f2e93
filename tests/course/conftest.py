"""Records of what a student has done, in the place of whoever runs the tests."""

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
def kept(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The same in a file."""
    store = Store(tmp_path / "progress.json")
    monkeypatch.setattr(progress, "opened", lambda: (store, ""))
    return store
