"""The front page before Python runs, and what it keeps of a lesson when a newer one is out."""

import pytest

from tests.support.axe import faults
from tests.support.places import NOTEBOOKS
from wslearn.classroom.site import front
from wslearn.classroom.site.serving import served
from wslearn.course.lessons import COURSE

LESSON = COURSE[1]
WRITE = """([name, number]) => new Promise((done, failed) => {
  localStorage.setItem(`wslearn-lesson-${number}`, "an older one");
  const opening = indexedDB.open("JupyterLite Storage - ./", 1);
  opening.onerror = failed;
  opening.onupgradeneeded = () => opening.result.createObjectStore("files");
  opening.onsuccess = () => {
    const base = opening.result, change = base.transaction("files", "readwrite");
    change.objectStore("files").put({ name, path: name, content: "my work" }, name);
    change.oncomplete = () => { base.close(); done(); };
  };
})"""
READ = """() => new Promise((done) => {
  const opening = indexedDB.open("JupyterLite Storage - ./");
  opening.onsuccess = () => {
    const store = opening.result.transaction("files").objectStore("files");
    const all = store.getAll();
    all.onsuccess = () => { opening.result.close(); done(all.result); };
  };
})"""


@pytest.fixture
def address(tmp_path):
    front.write(list(COURSE), NOTEBOOKS, tmp_path, "wslearn.whl")
    with served(tmp_path) as address:
        yield address


def test_a_newer_lesson_is_offered_and_the_students_own_is_kept(browser, address):
    context = browser.new_context(color_scheme="dark", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(address)
    page.evaluate(WRITE, [LESSON.file, LESSON.number])
    page.reload()
    line = page.locator(f'[data-lesson="{LESSON.number}"] .state')
    line.get_by_text("there is a newer version").wait_for()
    assert faults(page) == []
    line.get_by_role("button", name="get the new one").click()
    line.get_by_text("done: yours is now mine-").wait_for()
    kept = page.evaluate(READ)
    assert [one["content"] for one in kept] == ["my work"]
    assert kept[0]["name"].startswith("mine-")
    assert kept[0]["name"].endswith(LESSON.file)
    page.reload()
    page.locator(".wsl-bit").first.wait_for()
    assert line.text_content() == ""
    context.close()


@pytest.mark.parametrize(
    ("without", "said"),
    [
        ("delete globalThis.WebAssembly", "This browser cannot run Python"),
        (
            "Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined })",
            "This browser keeps no progress for this page",
        ),
        (
            "Object.defineProperty(globalThis, 'isSecureContext', { get: () => false })",
            "This page came over http",
        ),
        (
            "IDBFactory.prototype.databases = () => Promise.reject(new DOMException('no'))",
            "This browser stores nothing for this page",
        ),
    ],
)
def test_a_sentence_says_what_a_browser_lacks(browser, address, without, said):
    context = browser.new_context()
    context.add_init_script(without)
    page = context.new_page()
    page.goto(address)
    page.locator(".wsl-bit").first.wait_for()
    page.locator("#trouble").get_by_text(said).wait_for()
    context.close()
