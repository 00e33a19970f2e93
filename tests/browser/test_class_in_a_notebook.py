"""A student's notebook in a class: it reports, shows notices, opens a lab, and reconnects."""

import time
from collections.abc import Callable, Iterator

import pytest

from tests.support.lab_driver import NotebookPage
from wslearn.classroom.live.class_server import ClassServer
from wslearn.classroom.live.ledger import Ledger

CODE = "K7MPQ2"
MINE = "def length_bits(length):\n    return 8  # my own idea\n\n\n"


@pytest.fixture
def served() -> Iterator[ClassServer]:
    with ClassServer(Ledger(), join_code=CODE) as opened:
        yield opened


def wait(fits: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not fits():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.usefixtures("no_browser_errors")
def test_a_notebook_joins_tells_shows_its_code_when_asked_and_survives_a_restart(
    open_notebook, served, tmp_path
):
    def says(kind: str, **message: object) -> None:
        served._background.run(served.room.desk_says({"type": kind, **message}))

    join = f'mine = ws.join("{CODE}", "127.0.0.1:{served.port}", name="Ada")\nmine'
    kept = f"os.environ['WSLEARN_PROGRESS'] = {str(tmp_path / 'progress.json')!r}"
    begin = f"import os\n\nimport wslearn as ws\n\n{kept}"
    notebook: NotebookPage = open_notebook([begin, join, f'{MINE}ws.check("04.1", length_bits)'])
    notebook.run_all(60)
    place = notebook.output(1)
    (person,) = served.room.hour.people.values()
    place.get_by_text(f"You are number {person.number} in the class, as Ada.").wait_for()
    wait(lambda: "04.1" in person.tasks)
    assert person.tasks["04.1"].state == "tried"
    assert "my own idea" not in repr(served.room.hour.as_json())
    says("notice", text="<b>Two</b> more minutes.")
    place.get_by_text("<b>Two</b> more minutes.").wait_for()
    place.get_by_role("button", name="Show my code").click()
    wait(lambda: served.room.hour.code)
    assert "my own idea" in served.room.hour.code[0]["code"]
    says("lab", frame="81 05 48 65 6c 6c 6f")
    place.get_by_role("button", name="Open the frame in a lab").click()
    place.locator(".wslearn-bitgrid, [class*=bit]").first.wait_for()
    notebook.screenshot("class-in-a-notebook", 1)

    notebook.restart_kernel()
    notebook.run(0)
    notebook.run(1)
    notebook.output(1).get_by_text(f"You are number {person.number} in the class").wait_for()
    assert len(served.room.hour.people) == 1
