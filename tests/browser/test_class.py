"""A class as people use it: an instructor, a big screen, students with phones and a keyboard."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.windows import PHONE, Windows, live, overflow, wrong_in_both_schemes
from wslearn.classroom.live.asked import Asked
from wslearn.classroom.live.class_server import ClassServer
from wslearn.classroom.live.class_views import cause_of
from wslearn.classroom.live.ledger import FileLedger
from wslearn.course.cases.shelf import numbers
from wslearn.course.exercises import of_lesson

CODE = "K7MPQ2"
PROJECTOR = {"width": 1920, "height": 1080}
EVIL = "<img src=x onerror=alert(1)>"
QUESTIONS = (
    Asked("choice", "Which opcode says goodbye?", ("0x1 text", "0x8 close", "0x9 ping"),
          ("", "Opcode 8 begins the closing handshake.", ""), right=("b",), source="RFC 6455 §5.5"),
    Asked("bit", "Where is the MASK bit?", frame="81 85 37 fa", right=("8",)),
    Asked("bytes", "Write 300 as two bytes in network byte order.", right=("01 2c",)),
    Asked("text", "What surprised you?"),
)  # fmt: skip
SMALL = """() => [...document.body.querySelectorAll("*")]
  .filter((node) => node.checkVisibility() && parseFloat(getComputedStyle(node).fontSize) < 24
    && [...node.childNodes].some((one) => one.nodeType === 3 && one.data.trim()))
  .map((node) => `${getComputedStyle(node).fontSize} ${node.textContent.trim().slice(0, 30)}`)"""
"""What of a big screen cannot be read from the last row."""


class Hour(Windows):
    """A class, and different people's windows on it."""

    def __init__(self, browser: object, path: Path) -> None:
        self.path = path
        served = ClassServer(FileLedger(path), QUESTIONS, join_code=CODE).start()
        super().__init__(browser, served, CODE)

    student, desk = Windows.joined, Windows.instructor

    def screen(self, desk: Page) -> Page:
        with desk.context.expect_page() as opened:
            desk.get_by_role("link", name="Big screen").click()
        page = opened.value
        page.set_viewport_size(PROJECTOR)
        return live(page)

    def says(self, kind: str, **message: object) -> None:
        self.served._background.run(self.served.room.desk_says({"type": kind, **message}))

    def works_on(self, name: str, tasks: dict[str, object], now: str) -> None:
        """What the notebook of a student with this name reports."""
        tokens = {one.name: token for token, one in self.served.room.hour.people.items()}
        message = {"type": "progress", "tasks": tasks, "now": now}
        self.served._background.run(self.served.room.student_says(message, tokens[name]))


@pytest.fixture
def hour(browser: object, tmp_path: Path) -> Iterator[Hour]:
    opened = Hour(browser, tmp_path / "class")
    yield opened
    opened.close()
    assert opened.errors == []


def answer(page: Page, words: str) -> None:
    page.get_by_role("radio", name=words).check()
    page.get_by_role("button", name=re.compile("nswer$")).click()
    expect(page.locator("#mine")).to_contain_text(f"Your answer: {words}.")


def look(pages: dict[str, Page], what: str) -> dict[str, list[str]]:
    """What axe finds wrong with the pages, light and dark; keeps screenshots."""
    found = {}
    for name, page in pages.items():
        page.wait_for_timeout(350)  # the bars have grown
        found[name] = wrong_in_both_schemes(page, f"class-{what}-{name}")
        if name == "screen":
            assert page.evaluate(SMALL) == [], what
    return {name: wrong for name, wrong in found.items() if wrong}


def test_an_hour_with_a_desk_a_big_screen_and_three_students(hour):
    seen = {"bypass_csp": True}  # for axe's own script
    desk = hour.desk(**seen)
    screen = hour.screen(desk)
    login = hour.window(**seen)
    phone = hour.student("an unusually long name for one person", viewport=PHONE, **seen)
    ada, mia = hour.student("Ada", **seen), hour.student("Mia", **seen)
    students = (phone, ada, mia)
    pages = {"desk": desk, "screen": screen, "phone": phone, "ada": ada}
    expect(phone.locator("#waiting")).to_be_visible()
    assert look({**pages, "login": login}, "joined") == {}

    desk.get_by_role("button", name=QUESTIONS[0].text).click()
    for page, words in zip(students, ("0x9 ping", "0x8 close", "0x9 ping"), strict=True):
        answer(page, words)
    expect(screen.locator("#count")).to_have_text("3 of 3 have answered.")
    expect(screen.locator(".votes")).to_have_count(0)
    desk.keyboard.press("c")
    expect(desk.locator("#phase")).to_contain_text("closed")
    expect(desk.locator(".votes")).to_have_count(3)
    expect(ada.locator("#mine")).to_contain_text("Discuss it with your neighbours.")
    expect(ada.locator(".votes")).to_have_count(0)
    desk.keyboard.press("a")
    expect(phone.locator("#phase")).to_contain_text("Second vote")
    for page in students:
        answer(page, "0x8 close")
    desk.keyboard.press("s")
    for page in (desk, screen, *students):
        expect(page.locator("li.right .votes")).to_have_text("33 % → 100 %")
        expect(page.locator("#results")).to_contain_text("Normalised gain: 1.00.")
    expect(ada.locator("#results")).to_contain_text("Opcode 8 begins the closing handshake.")
    assert look(pages, "gain") == {}

    first = of_lesson("04")[0]
    task = {"tries": 3, "same": 3, "cause": cause_of(first.wrong[0].means)}
    hour.works_on("Ada", {"04.1": {"state": "tried", **task}}, "04.1")
    hour.works_on("Mia", {"04.1": {"state": "solved", **task}}, "04.2")
    desk.get_by_label("Lesson").fill("04")
    desk.get_by_role("button", name="Show its tasks").click()
    expect(screen.locator("#table tbody tr")).to_have_count(2)
    expect(screen.locator(".mark2")).to_have_count(1)
    expect(screen.locator("#wrong")).to_contain_text(first.wrong[0].means[:20])
    expect(desk.locator("#table")).to_contain_text("Ada")
    assert "Ada" not in screen.content()
    desk.get_by_label("Notice").fill(f"Two more minutes. {EVIL}")
    desk.get_by_role("button", name="Send").click()
    desk.get_by_role("button", name="Start").click()
    for page in (screen, *students):
        expect(page.locator("#notices")).to_have_text(f"Two more minutes. {EVIL}")
        expect(page.locator("#timer")).to_contain_text(re.compile(r"[23]:\d\d left"))
    assert look(pages, "board") == {}
    desk.get_by_role("button", name=re.compile("^Remove:")).click()
    expect(phone.locator("#notices")).to_be_empty()


def test_bits_bytes_and_words_are_answered_by_keyboard(hour):
    ada = hour.student("Ada")
    hour.says("ask", which="2")
    expect(ada.get_by_role("heading", level=1)).to_have_text("Where is the MASK bit?")
    ada.get_by_role("radio", name="bit 0, which is 1").focus()
    for _ in range(8):
        ada.keyboard.press("ArrowRight")
    ada.keyboard.press("Enter")
    expect(ada.locator("#mine")).to_contain_text("Your answer: bit 8.")
    hour.says("ask", which="3")
    field = ada.get_by_label("Bytes in hex")
    field.fill("01 2")
    field.press("Enter")
    expect(ada.locator("#problem")).to_contain_text("Expected 1 to 64 bytes in hex")
    field.fill("0x01 0x2C")
    field.press("Enter")
    expect(ada.locator("#mine")).to_contain_text("Your answer: 01 2c.")
    hour.says("show")
    expect(ada.locator("li.right")).to_contain_text("✓ 01 2c")
    hour.says("ask", which="4")
    ada.get_by_label("In your own words").fill(EVIL)
    ada.get_by_role("button", name="Answer").click()
    expect(ada.locator("#mine")).to_contain_text(f"Your answer: {EVIL}.")
    assert ada.locator("main img").count() == 0


def test_a_server_that_restarts_in_mid_vote_finds_everyone_with_their_answer(hour):
    ada, mia = hour.student("Ada"), hour.student("Mia")
    hour.says("ask", which="1")
    answer(ada, "0x8 close")
    port = hour.served.port
    hour.served.stop()
    expect(ada.locator("#link")).to_have_text(re.compile("Not connected"))
    mia.get_by_role("radio", name="0x9 ping").check()
    mia.get_by_role("button", name="Answer").click()
    expect(mia.locator("#mine")).to_contain_text("Sending: 0x9 ping")
    again = ClassServer(FileLedger(hour.path), QUESTIONS, join_code="X", port=port).start()
    hour.served = again
    for page in (ada, mia):
        page.evaluate("() => dispatchEvent(new Event('online'))")  # no waiting for the back-off
        expect(page.locator("#link")).to_have_text("Live", timeout=30_000)
    expect(ada.locator("#mine")).to_contain_text("Your answer: 0x8 close.")
    expect(mia.locator("#mine")).to_contain_text("Your answer: 0x9 ping.")
    assert sorted(again.room.hour.round.votes[0].values()) == ["b", "c"]
    hour.errors.clear()  # Chromium logs each failed attempt


def test_the_desk_works_on_a_phone_and_removes_names(hour):
    desk = hour.desk(viewport=PHONE, bypass_csp=True)
    ada = hour.student("Ada")
    desk.get_by_label("By number").fill("04.3")
    desk.get_by_role("button", name="Ask", exact=True).first.click()
    expect(ada.locator("#phase")).to_contain_text("04.3")
    desk.get_by_label("By number").fill("99.9")
    desk.get_by_role("button", name="Ask", exact=True).first.click()
    expect(desk.get_by_role("alert")).to_contain_text("Expected a question such as 04.3.")
    desk.get_by_text("Your own question").click()
    desk.get_by_label("Question").fill(EVIL)
    desk.get_by_label("Options, one per line").fill("Yes\n*No\n")
    desk.locator("#own").get_by_role("button", name="Ask").click()
    expect(ada.get_by_role("heading", level=1)).to_have_text(EVIL)
    assert overflow(desk) <= 0
    assert look({"phone": desk}, "desk") == {}
    desk.get_by_text("Only you see the names").click()
    desk.get_by_label("Ada").check()
    desk.get_by_role("button", name="Remove selected").click()
    expect(ada.get_by_label("Your name")).to_be_visible()
    expect(desk.locator("#here")).to_have_text("0 connected, 0 names")


SMALL_PROJECTOR = {"width": 1280, "height": 720}
BENEATH = "() => document.documentElement.scrollHeight - innerHeight"


def test_a_case_shows_its_story_and_rows_on_a_phone_the_desk_and_the_big_screen(hour):
    seen = {"bypass_csp": True}
    desk = hour.desk(**seen)
    screen = hour.screen(desk)
    screen.set_viewport_size(SMALL_PROJECTOR)
    phone = hour.student("Ada", viewport=PHONE, **seen)
    hour.says("ask", which="case 07")
    pong = "8a 06 61 6c 69 76 65 3f"
    for page in (phone, desk, screen):
        expect(page.locator("#case")).to_contain_text("A client plays a game against a server.")
        expect(page.locator("#case li").filter(has_text=pong)).to_contain_text(
            "pong, 8 B: “alive?”"
        )
    for page in (phone, desk):
        expect(page.locator("#case .rows").last.locator("li")).to_have_count(9)
        expect(page.locator("#case")).to_contain_text('In a notebook: ws.case("07")')
    expect(screen.locator("#left")).to_contain_text("more rows are left out here")
    assert look({"phone": phone, "desk": desk, "screen": screen}, "case") == {}
    answer(phone, "frame 6 MASK")
    hour.says("ask", which="1")
    for page in (phone, desk, screen):
        expect(page.locator("#case")).to_be_hidden()
        expect(page.locator("#case")).to_be_empty()


def test_of_every_case_a_small_projector_shows_each_place_without_scrolling(hour):
    desk = hour.desk()
    screen = hour.screen(desk)
    screen.set_viewport_size(SMALL_PROJECTOR)
    for number in numbers():
        hour.says("ask", which=f"case {number}")
        shown = screen.locator(f'#case[data-number="{number}"] li:not([hidden])')
        expect(shown.first).to_be_visible()
        expect(screen.locator("#phase")).to_contain_text(f"case {number}")
        assert screen.evaluate(BENEATH) <= 0, number
        assert screen.evaluate(SMALL) == [], number
        assert screen.locator('#case li[data-need="0"][hidden]').count() == 0, number
        left = screen.locator("#case li[hidden]").count()
        told = screen.locator("#left").text_content() if left else ""
        assert told.startswith(f"{left} more row") or not left, number


def test_a_case_that_does_not_arrive_is_tried_again_and_stays_text(hour):
    ada = hour.student("Ada", viewport=PHONE)
    ada.route("**/case/*", lambda route: route.fulfill(status=503), times=1)
    hour.says("ask", which="case 07")
    expect(ada.locator("#case")).to_have_text("The case has not arrived. Trying again …")
    row = {
        "number": "1",
        "who": EVIL,
        "what": EVIL,
        "hex": "81 05",
        "size": 300,
        "least": 2,
        "need": 0,
    }
    scene = {"number": "07", "story": [EVIL], "talks": [{"title": EVIL, "rows": [row]}]}
    ada.route("**/case/*", lambda route: route.fulfill(json=scene))
    expect(ada.locator("#case .what")).to_have_text(EVIL)
    expect(ada.locator("#case code")).to_have_text("81 05 … 298 more bytes")
    assert ada.locator("#case img").count() == 0
    assert overflow(ada) <= 0
    hour.errors.clear()  # Chromium logs the answer that failed
