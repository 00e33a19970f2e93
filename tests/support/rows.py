"""The rows of RFC 6455 and RFC 7692, and the marker by which a test says that it proves some.

    @pytest.mark.row("6455-5.1-2", at="protocol.judge.mask_bit")
    def test_a_server_refuses_an_unmasked_frame(): ...

A row is one requirement (``tests/vectors/requirements.tsv``). ``at`` names the function that obeys
it, counted from the package. It is not taken on trust: the function has to be called while the test
runs, or the test fails. An unknown row or function, or a marker on a test that may be skipped, ends
the collection. So what ``build_matrix`` writes into the page was observed, and stays true.

Rows that bind others than a library like ours are in ``not_ours.tsv``, each with its reason.
"""

import csv
import inspect
import sys
import threading
from collections.abc import Generator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest

from tests.support.places import TESTS, VECTORS

REQUIREMENTS = VECTORS / "requirements.tsv"
NOT_OURS = TESTS / "matrix" / "not_ours.tsv"
PACKAGE = "wslearn"

KINDS = {
    "specification": "whoever writes an extension's specification or registers its name",
    "application": "the program, or the person, that uses the library",
    "browser": "a browser and what it shows to its user",
}
"""Who else has to obey a row."""


@dataclass(frozen=True)
class Row:
    """One requirement, as the columns of the table have it."""

    id: str
    rfc: str
    section: str
    level: str
    who: str
    topic: str
    requirement: str
    observable: str
    demo: str


@dataclass(frozen=True)
class NotOurs:
    """Why a row is not for us to obey."""

    id: str
    kind: str
    reason: str


def read_table(path: Path) -> list[dict[str, str]]:
    """Read a table with tab-separated columns."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def read_rows(path: Path = REQUIREMENTS) -> dict[str, Row]:
    """Every row by its id, in the order of the RFCs."""
    return {line["id"]: Row(**line) for line in read_table(path)}


def read_not_ours(path: Path = NOT_OURS) -> dict[str, NotOurs]:
    """Every row that is not for us to obey, by its id."""
    return {line["id"]: NotOurs(**line) for line in read_table(path)}


def function_at(name: str) -> FunctionType:
    """The function of a name such as ``protocol.judge.mask_bit``; LookupError if there is none."""
    parts = name.split(".")
    for size in range(len(parts) - 1, 0, -1):
        try:
            found: Any = import_module(".".join([PACKAGE, *parts[:size]]))
        except ModuleNotFoundError:
            continue
        for part in parts[size:]:
            found = inspect.getattr_static(found, part, None)
        if isinstance(found, property):
            found = found.fget
        found = inspect.unwrap(getattr(found, "__func__", found)) if found else None
        if isinstance(found, FunctionType):
            return found
        break
    raise LookupError(f"Expected the name of a function in {PACKAGE}, got {name!r}.")


@dataclass(frozen=True)
class Proof:
    """What one marker says: these rows, and the function that obeys them."""

    rows: tuple[str, ...]
    at: str

    @classmethod
    def of(cls, mark: pytest.Mark, known: dict[str, Row]) -> "Proof":
        """Read a marker; ValueError or LookupError says what is wrong with it."""
        if set(mark.kwargs) != {"at"} or not mark.args:
            raise ValueError('Expected a marker such as row("6455-5.1-2", at="protocol.x.y").')
        if unknown := [row for row in mark.args if row not in known]:
            raise ValueError(f"Expected rows of {REQUIREMENTS.name}, got {', '.join(unknown)}.")
        function_at(mark.kwargs["at"])
        return cls(mark.args, mark.kwargs["at"])


def proofs_of(item: pytest.Item, known: dict[str, Row]) -> list[Proof]:
    """What a test says it proves."""
    proofs = [Proof.of(mark, known) for mark in item.iter_markers("row")]
    doubtful = [name for name in ("skip", "skipif", "xfail") if item.get_closest_marker(name)]
    if proofs and doubtful:
        raise ValueError(f"Expected a test that always runs to prove a row, got {doubtful[0]}.")
    return proofs


class Watch:
    """Notes which functions are called, in this thread and in those that it starts.

    It stops watching once all have been seen, so as not to slow down a long test.
    """

    def __init__(self, names: list[str]) -> None:
        self.missing: dict[CodeType, str] = {function_at(name).__code__: name for name in names}

    def _on_event(self, frame: FrameType, event: str, argument: object) -> None:
        del argument
        if event == "call" and frame.f_code in self.missing:
            self.missing.pop(frame.f_code, None)
        if not self.missing:
            sys.setprofile(None)

    def start(self) -> None:
        threading.setprofile(self._on_event)
        sys.setprofile(self._on_event)

    def stop(self) -> None:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]


class RowMarkers:
    """A pytest plugin that holds markers to what they say."""

    def __init__(self) -> None:
        self.known = read_rows()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            try:
                proofs_of(item, self.known)
            except (ValueError, LookupError) as problem:
                raise pytest.UsageError(f"{item.nodeid}: {problem}") from None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Watch from before the fixtures, because they may start a server."""
        proofs = proofs_of(item, self.known)
        if not proofs:
            return (yield)
        watch = item.stash[WATCH] = Watch([proof.at for proof in proofs])
        watch.start()
        try:
            return (yield)
        finally:
            watch.stop()

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, object, object]:
        outcome = yield
        watch = pyfuncitem.stash.get(WATCH, None)
        if watch is not None and watch.missing:
            names = ", ".join(watch.missing.values())
            pytest.fail(f"The marker says that this calls {names}; it did not.", pytrace=False)
        return outcome


WATCH = pytest.StashKey[Watch]()
