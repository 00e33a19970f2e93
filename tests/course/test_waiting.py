"""A bar appears when something takes long, shows the progress, and leaves nothing behind."""

import time

import nbformat
import pytest
from nbclient import NotebookClient

from wslearn.course import waiting as module
from wslearn.course.waiting import in_a_notebook, one_by_one, waiting


class Page:
    """Keeps what is shown, as a notebook would."""

    def __init__(self):
        self.seen = []

    def show(self, bundle):
        self.seen.append(bundle["text/plain"])
        return self

    def update(self, bundle, raw):
        assert raw
        self.seen.append(bundle["text/plain"])


@pytest.fixture
def page(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.02)
    return Page()


def test_what_is_quick_shows_no_bar(page, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 60)
    with waiting("Starting", page.show):
        pass
    assert list(one_by_one("Asking", "abc", page.show)) == ["a", "b", "c"]
    assert page.seen == []


def test_what_takes_long_shows_a_bar_that_goes_at_the_end(page):
    with waiting("Starting", page.show):
        deadline = time.monotonic() + 10
        while not page.seen and time.monotonic() < deadline:
            time.sleep(0.01)
        assert page.seen == ["… Starting"]
    assert page.seen == ["… Starting", ""]


def test_a_bar_says_how_far_it_is(page):
    for _ in one_by_one("Asking", "abc", page.show):
        time.sleep(0.03)
    assert page.seen[-3:] == ["… Asking (1 of 3)", "… Asking (2 of 3)", ""]


def test_a_bar_also_goes_when_something_fails(page):
    def fail():
        for thing in one_by_one("Asking", "abc", page.show):
            time.sleep(0.03)
            if thing == "b":
                raise ValueError(thing)

    with pytest.raises(ValueError, match="b"):
        fail()
    assert page.seen[-1] == ""


def test_what_is_done_is_text_and_no_markup():
    assert "<b>" not in module.Bar("<b>", 0, print).bundle()["text/html"]


def test_a_test_sees_no_bar_and_neither_does_a_program():
    assert in_a_notebook({"WSLEARN_PROGRESS": "memory"}) is None
    assert in_a_notebook({"PYTEST_CURRENT_TEST": "this one"}) is None
    assert in_a_notebook({}) is None


@pytest.mark.slow
def test_in_a_real_kernel_the_bar_comes_and_goes(monkeypatch, tmp_path):
    monkeypatch.setenv("WSLEARN_PROGRESS", str(tmp_path / "progress.json"))
    source = (
        "import time\n"
        "from wslearn.course.waiting import one_by_one, waiting\n"
        "with waiting('Starting'):\n    time.sleep(1.5)\n"
        "for _ in one_by_one('Asking', 'abc'):\n    time.sleep(0.4)\n"
        "print('done')"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    heard = []
    client = NotebookClient(notebook, timeout=60)
    process = client.process_message

    def listen(message, *arguments):
        content = message["content"]
        if "data" in content:
            heard.append(content["data"]["text/plain"])
        return process(message, *arguments)

    client.process_message = listen
    client.execute()
    assert heard[:2] == ["… Starting", ""]
    assert "… Asking (2 of 3)" in heard[2:-1]
    assert heard[-1] == ""
    *bars, printed = notebook.cells[0].outputs
    assert printed.text == "done\n"
    assert {bar.data["text/plain"] for bar in bars} == {""}
