"""Lesson 12 with the reader's own tabs, and lesson 13 with the server of the reader's page.

Elsewhere both lessons run without a page, on stand-ins, which leaves this untested.
"""

from itertools import takewhile

from playwright.sync_api import expect

from tests.support.lab_driver import lesson_code
from tests.support.needed_cells import needed


def before_the_exercises(number):
    return list(takewhile(lambda source: "ws.check(" not in source, lesson_code(number)))


def cells_with(number, *words):
    """The cells before the exercises in which one of these words is found, and what they need."""
    code = before_the_exercises(number)
    assert all(any(word in source for source in code) for word in words)
    looked_at = [at for at, source in enumerate(code) if any(word in source for word in words)]
    kept = {*looked_at, *needed(code[: looked_at[-1]], [code[at] for at in looked_at])}
    return [code[at] for at in sorted(kept)]


def test_lesson_13_takes_apart_the_connection_of_its_own_page(open_notebook, jupyter):
    code = before_the_exercises("13")
    notebook = open_notebook(code)
    told = {source: notebook.run(at).inner_text() for at, source in enumerate(code)}
    first = next(text for source, text in told.items() if "find_server()" in source)
    assert "the server of this page" in first

    said = next(text for source, text in told.items() if "exec(line_of_code)" in source)
    assert said.strip() == "Hello", "it runs in this very kernel"
    heard = next(text for source, text in told.items() if source.startswith("heard, ours = []"))
    rows = [line.split("\t") for line in heard.splitlines() if "\t" in line]
    assert [kind for kind, _ in rows[1:]] == ["status", "execute_input", "stream", "status"]
    assert rows[3][1] == "Hello"

    recorded = next(at for at, source in enumerate(code) if source.endswith("\nlab"))
    expect(notebook.output(recorded)).to_contain_text("101 Switching Protocols")
    page = "".join(notebook.cell(at).inner_html() for at in range(len(code)))
    assert jupyter.token not in page
    assert "Traceback" not in page
    notebook.screenshot("lesson-13-lab", recorded)


def test_lesson_12_shows_each_vote_in_the_readers_tab_and_turns_a_foreign_page_away(open_notebook):
    code = cells_with("12", "PageLink(", "await ada.send(vote)", "NamedLab(", "fewer than that")
    notebook = open_notebook(code, viewport={"width": 1280, "height": 1100})
    tab = None
    for at, source in enumerate(code):
        shown = notebook.run(at)
        if "PageLink(" in source:
            with notebook.page.context.expect_page() as opened:
                shown.get_by_role("link").click()
            tab = opened.value
            tab.get_by_label("name").first.fill("Zoë")
            tab.keyboard.press("Enter")
            expect(tab.get_by_text("0 of 1 in the room have voted.", exact=True)).to_be_visible()
        if "await ada.send(vote)" in source:
            expect(tab.get_by_text("1 of 3 in the room have voted.", exact=True)).to_be_visible()
        if "NamedLab(" in source:
            shown.get_by_role("button", name="Connect from this tab").click()
            listed = shown.locator(".wsl-tap-list")
            expect(listed).to_contain_text("403 Forbidden")
            expect(listed).to_contain_text("101 Switching Protocols")
            expect(shown).to_contain_text("Zoë")
            notebook.screenshot("lesson-12-lab", at)
        if "fewer than that" in source:
            expect(tab.get_by_text("10 of 13 in the room have voted.", exact=True)).to_be_visible()
            break
    assert all("Traceback" not in notebook.cell(at).inner_text() for at in range(len(code)))
