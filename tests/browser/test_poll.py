"""The class poll as people use it: two windows, a keyboard, a phone, an instructor."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.support.windows import DESK, PHONE, Windows, wrong_in_both_schemes
from wslearn.lessons.lesson_12.poll.server import ClassPoll

CODE = "K7MPQ2"
QUESTION = "Which opcode says goodbye?"
CANDIDATES = ["0x1 text", "0x8 close", "0x9 ping", "0xA pong"]
EVIL = "<img src=x onerror=alert(1)>"


class Class(Windows):
    """A poll, and different people's windows on it."""

    def __init__(self, browser: object) -> None:
        self.poll = ClassPoll(QUESTION, CANDIDATES, join_code=CODE).start()
        super().__init__(browser, self.poll, CODE)

    voter = Windows.joined

    def drop_all(self) -> None:
        """Cut every WebSocket of the server, as a failing network does."""
        for box in self.poll.application.hub.boxes:
            box.drop(1013, "test")


@pytest.fixture
def room(browser: object) -> Iterator[Class]:
    opened = Class(browser)
    yield opened
    opened.close()
    assert opened.errors == []
    assert opened.elsewhere() == set()


def vote(page: Page, candidate: str) -> None:
    page.get_by_role("radio", name=candidate).check()
    page.get_by_role("button", name=re.compile("ote$")).click()
    expect(page.locator("#mine")).to_contain_text(f"Your vote: {candidate}.")


def count_of(page: Page, candidate: str) -> object:
    return page.locator("li", has_text=candidate).locator(".votes")


def test_two_windows_vote_and_both_votes_stay_even_when_one_has_closed(room):
    ada, grace = room.voter("Ada"), room.voter("Grace")
    vote(ada, "0x8 close")
    for page in (ada, grace):
        expect(count_of(page, "0x8 close")).to_have_text("1 vote · 100 %")
    vote(grace, "0x9 ping")
    for page in (ada, grace):
        expect(count_of(page, "0x8 close")).to_have_text("1 vote · 50 %")
        expect(count_of(page, "0x9 ping")).to_have_text("1 vote · 50 %")
        expect(page.locator("#count")).to_have_text("2 of 2 in the room have voted.")
    ada.close()
    vote(grace, "0x8 close")
    expect(count_of(grace, "0x8 close")).to_have_text("2 votes · 100 %")
    assert room.poll.room.results().votes == (0, 2, 0, 0), "one vote a name, the last one"


def test_the_instructor_says_something_closes_voting_and_asks_something_else(room):
    ada, instructor = room.voter("Ada"), room.instructor()
    assert "key=" not in instructor.url, "a projector shows no key"
    vote(ada, "0x8 close")
    expect(count_of(instructor, "0x8 close")).to_have_text("1 vote · 100 %")
    instructor.get_by_label("Notice").fill(f"Two more minutes. {EVIL}")
    instructor.get_by_role("button", name="Send").click()
    for page in (ada, instructor):
        expect(page.locator("#notices")).to_have_text(f"Two more minutes. {EVIL}")
    assert ada.locator("#notices").get_attribute("aria-live") == "polite"
    instructor.get_by_role("button", name="Close voting").click()
    expect(ada.locator("#mine")).to_have_text("Your vote: 0x8 close. Voting is closed.")
    expect(ada.get_by_role("button", name="Change my vote")).to_be_disabled()
    instructor.get_by_label("Question").fill("Tea or coffee?")
    instructor.get_by_label("Candidates, one per line").fill("Tea\n\nCoffee\n")
    instructor.get_by_role("button", name="Ask", exact=True).click()
    expect(ada.get_by_role("heading", level=1)).to_have_text("Tea or coffee?")
    vote(ada, "Tea")
    expect(count_of(instructor, "Tea")).to_have_text("1 vote · 100 %")


def test_the_keyboard_alone_is_enough(room):
    page = room.window("?code=K7MPQ2")
    page.keyboard.type("Ada")  # the name has the focus
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(QUESTION)

    def tab_to(selector: str) -> None:
        for _ in range(10):
            page.keyboard.press("Tab")
            if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
                return
        pytest.fail(f"Tab does not reach {selector}")

    tab_to("input[type=radio]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    tab_to("#vote")
    page.keyboard.press("Enter")
    expect(page.locator("#mine")).to_contain_text("Your vote: 0x8 close.")
    assert page.evaluate("() => document.activeElement.id") == "vote", "votes move no focus"
    assert page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_names_and_questions_are_text_and_a_page_runs_no_script_of_theirs(room):
    page = room.voter(EVIL[:40])
    expect(page.locator(".who")).to_have_text(EVIL[:40])
    room.poll.room.ask(EVIL, [EVIL, "<b>bold</b>"])
    expect(page.get_by_role("heading", level=1)).to_have_text(EVIL)
    vote(page, EVIL)
    assert page.locator("main img, main b").count() == 0
    answer = page.request.get(room.poll.url)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*\ssrc=)|<[^<>]*\s(on\w+|style)=", answer.text())
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert cookies["wslearn_poll"]["httpOnly"]
    assert cookies["wslearn_poll"]["sameSite"] == "Lax"


def test_a_lost_connection_comes_back_with_the_vote_and_what_was_missed(room):
    page, other = room.voter("Ada"), room.voter("Grace")
    vote(page, "0x8 close")
    room.poll.application.hub._loop.call_soon_threadsafe(room.drop_all)
    expect(page.locator("#link")).to_have_text(re.compile("Not connected"))
    room.poll.room.notify("You were away.")
    expect(page.locator("#link")).to_have_text("Live")
    expect(page.locator("#notices")).to_have_text("You were away.")
    expect(page.locator("#mine")).to_contain_text("Your vote: 0x8 close.")
    vote(other, "0x8 close")
    expect(count_of(page, "0x8 close")).to_have_text("2 votes · 100 %")


def test_a_page_notices_that_its_network_is_lost_without_a_word_and_comes_back(room):
    ada = room.voter("Ada")
    lost = []

    def line(route):
        server = route.connect_to_server()
        route.on_message(lambda message: lost or server.send(message))
        server.on_message(lambda message: lost or route.send(message))

    ada.route_web_socket(re.compile("/ws$"), line)
    ada.clock.install()
    ada.reload()
    live = ada.locator("#link")
    expect(live).to_have_text("Live")
    ada.clock.fast_forward(21_000)  # it asks, and is answered
    ada.wait_for_timeout(300)
    ada.clock.fast_forward(11_000)
    expect(live).to_have_text("Live")
    lost.append("every byte")
    ada.clock.fast_forward(21_000)  # it asks again
    ada.clock.fast_forward(11_000)
    expect(live).not_to_have_text("Live")
    lost.clear()
    ada.clock.fast_forward(5_000)
    expect(live).to_have_text("Live")


def test_leaving_takes_the_vote_back_and_frees_the_name(room):
    ada, grace = room.voter("Ada"), room.voter("Grace")
    vote(ada, "0x8 close")
    second_window = ada.context.new_page()
    second_window.goto(room.poll.url)
    expect(second_window.locator("#mine")).to_contain_text("Your vote: 0x8 close.")
    ada.get_by_role("button", name="Leave").click()
    expect(ada.get_by_label("Your name")).to_be_visible()
    expect(second_window.get_by_label("Your name")).to_be_visible()
    expect(grace.locator("#count")).to_have_text("0 of 1 in the room have voted.")
    room.voter("ＡＤＡ")


def test_a_taken_name_and_a_wrong_code_are_explained_beside_the_form(room):
    room.voter("Ada Lovelace")
    page = room.window()
    page.get_by_label("Your name").fill("ada  LOVELACE")
    page.get_by_label("Room code").fill("nope")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("alert")).to_contain_text("not the code of this room")
    expect(page.get_by_label("Room code")).to_be_focused()
    page.get_by_label("Room code").fill("k7mpq2")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("alert")).to_contain_text("Someone here is already called ada LOVELACE")
    expect(page.get_by_label("Your name")).to_be_focused()
    room.errors.clear()  # Chromium logs the two refusals


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_every_page_fits_and_axe_finds_nothing_wrong(room, size):
    look = {"viewport": size, "bypass_csp": True}  # for axe's own script
    name = "an unusually long name for one person"
    for other in ("Ada", "Grace", "Barbara"):
        token = room.poll.room.join(other)
        room.poll.room.vote(token, 1, "0x9 ping" if other == "Ada" else "0x8 close")
    pages = {"login": room.window(**look), "instructor": room.instructor(**look)}
    pages["poll"] = room.voter(name, **look)
    pages["voted"] = room.voter("Edith", **look)
    pages["voted"].get_by_role("radio", name="0x8 close").check()
    pages["voted"].get_by_role("button", name="Vote").click()
    expect(pages["voted"].locator("#mine")).to_contain_text("Your vote: 0x8 close.")
    room.poll.room.notify("Two more minutes.")
    expect(pages["voted"].locator("#notices")).to_have_text("Two more minutes.")
    found = {}
    for what, page in pages.items():
        page.wait_for_timeout(350)  # the bars have grown
        where = "phone" if size is PHONE else "desk"
        found[what] = wrong_in_both_schemes(page, f"poll-{what}-{where}")
    assert {what: wrong for what, wrong in found.items() if wrong} == {}
