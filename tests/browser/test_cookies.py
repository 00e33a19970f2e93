"""Lesson 11's trial of cookies in a real Chromium, with third-party cookies allowed and blocked."""

import json

import pytest
from playwright.sync_api import expect

from tests.support.lab_driver import CHROMIUM_FLAGS
from wslearn.lessons.lesson_11.cookies import COOKIES, NOT_YET, PAGES, RECORDED, CookieTrial

BLOCKED = {"Chromium 156": False, "the same, third-party cookies blocked": True}


@pytest.mark.parametrize("recorded", RECORDED)
def test_a_chromium_sends_the_cookies_that_the_lesson_recorded(
    recorded, browser, chromium_path, tmp_path
):
    profile = {"cookie_controls_mode": int(BLOCKED[recorded]),
               "block_third_party_cookies": BLOCKED[recorded]}  # fmt: skip
    (tmp_path / "Default").mkdir()
    (tmp_path / "Default" / "Preferences").write_text(json.dumps({"profile": profile}))
    trial = CookieTrial().start()
    try:
        assert {row[2] for row in trial.results().rows} == {NOT_YET}
        context = browser.browser_type.launch_persistent_context(
            tmp_path, executable_path=chromium_path, args=CHROMIUM_FLAGS
        )
        page = context.new_page()
        page.goto(trial.url)
        expect(page.locator("#said")).to_contain_text("Done.", timeout=15_000)
        context.close()
        assert trial.seen == RECORDED[recorded]
        named = [(PAGES[page], cookie) for page in PAGES for cookie in COOKIES]
        assert [row[:2] for row in trial.results().rows] == named
        column = trial.results().headings.index(recorded)
        assert all(row[2] == row[column] for row in trial.results().rows)
    finally:
        trial.stop()
