"""The slides in a real browser, offline: everything fits, is readable, and can be steered."""

import re

import pytest

from tests.support.lab_driver import drawn
from wslearn.apps.open_course import lessons_folder
from wslearn.classroom.slides.deck import page as slides_page
from wslearn.classroom.slides.sections import sections
from wslearn.course.lessons import present

NOTEBOOKS = lessons_folder()
LESSONS = present(NOTEBOOKS)
SMALLEST = 24
"""Pixels of a slide that is 1280 wide: what the last row can read."""

FAULTS = """() => [...document.querySelectorAll(".slide")].flatMap((slide, index) => {
  const faults = [], body = slide.querySelector(".body"), edge = slide.getBoundingClientRect();
  const fault = (what) => faults.push(`slide ${index + 1}: ${what}`);
  if (body.scrollHeight > body.clientHeight + 1) fault("higher than the slide");
  if (!body.textContent.trim() && !body.querySelector("img") && index) fault("empty");
  const texts = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode, parent = text.parentElement;
    if (!text.data.trim() || text.parentElement.closest(".rolls")) continue;  // it rolls by
    const shrunk = parent.closest(".shrunk");
    const size = parseFloat(getComputedStyle(parent).fontSize) * (shrunk ? shrunk.style.zoom : 1);
    if (size < SMALLEST - 0.1) fault(`${size} px: ${text.data.trim().slice(0, 30)}`);
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const box of range.getClientRects()) {
      if (box.right > edge.right - 20 || box.bottom > edge.bottom) fault(`outside: ${text.data}`);
    }
  }
  return faults;
})""".replace("SMALLEST", str(SMALLEST))


UNANSWERED = """(asked) => {
  const slides = [...document.querySelectorAll(".slide")];
  const parts = (slide) => [...slide.querySelectorAll(".part")];
  const title = (slide) => slide.querySelector("h1, h2, h3").textContent;
  const faults = slides.flatMap((slide, at) => {
    const code = slide.matches(".cut") && parts(slide).at(-1)?.querySelector(":scope > .code");
    return code ? [`slide ${at + 1} ends with code, and what it prints is left out`] : [];
  });
  for (const name of asked) {
    const asks = (part) => part.matches(".asks") && part.textContent.includes(name);
    const slide = slides.find((one) => parts(one).some(asks));
    const shown = slides.filter((one) => slide && title(one) === title(slide)).flatMap(parts);
    const after = shown.slice(1 + shown.findIndex(asks));
    if (!after.some((part) => "step" in part.dataset)) faults.push(`${name} is left unanswered`);
  }
  return faults;
}"""
"""What of a short version cannot be understood without the notebook."""


def answered(lesson):
    """A lesson's predictions that its notebook answers in the same section."""
    for section in sections(NOTEBOOKS / lesson.file):
        for at, part in enumerate(section.parts):
            name = re.search(r"Predict \d\d\.\d", part.html)
            if part.kind == "asks" and name and any(one.step for one in section.parts[at:]):
                yield name[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("slides")
    for lesson in LESSONS:
        for brief in (False, True):
            html = slides_page(lesson, NOTEBOOKS / lesson.file, brief=brief)
            name = f"{lesson.number}{'-short' * brief}.html"
            (made / name).write_text(html, encoding="utf-8")
    return made


@pytest.fixture
def deck(browser, folder):
    """Opens the slides of a lesson; a tab that notes what it asks for and what goes wrong."""
    tab = browser.new_page(viewport={"width": 1280, "height": 720})
    tab.asked, tab.faults = [], []
    tab.on("request", lambda request: tab.asked.append(request.url))
    tab.on("pageerror", lambda error: tab.faults.append(str(error)))
    tab.on("console", lambda said: tab.faults.append(said.text))

    def opened(number, hash=""):
        tab.goto(f"{(folder / f'{number}.html').as_uri()}{hash}")
        tab.wait_for_selector(".slide.now")
        return tab

    yield opened
    tab.close()


def place(tab):
    """The number of the slide that is shown, as its footer says."""
    return int(tab.inner_text(".slide.now .foot span:last-child").split("/")[0])


def waiting(tab):
    return tab.locator(".slide.now .waits").count()


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)
def test_every_slide_fits_and_can_be_read_from_the_last_row_and_nothing_is_fetched(lesson, deck):
    tab = deck(lesson.number)
    whole = tab.locator(".slide").count()
    assert whole > 10
    assert tab.evaluate(FAULTS) == []
    deck(f"{lesson.number}-short")
    assert 15 <= tab.locator(".slide").count() <= min(whole, 35)
    assert tab.evaluate(FAULTS) == []
    assert tab.evaluate(UNANSWERED, list(answered(lesson))) == []
    assert [url[:60] for url in tab.asked if not url.startswith(("file:", "data:"))] == []
    assert tab.faults == []


def test_each_output_waits_until_somebody_goes_on_and_goes_away_again(deck):
    tab = deck("03")
    seen = 0
    while not waiting(tab):
        tab.keyboard.press("PageDown")
        seen += 1
        assert seen < 40, "no output waits anywhere"
    here, hidden = place(tab), waiting(tab)
    first = tab.locator(".slide.now .waits").first
    assert not first.is_visible()
    tab.keyboard.press("PageDown")
    assert (place(tab), waiting(tab)) == (here, hidden - 1)
    tab.keyboard.press("PageUp")
    assert (place(tab), waiting(tab)) == (here, hidden)


@pytest.mark.parametrize("key", ["ArrowRight", "ArrowDown", "PageDown", " ", "Enter"])
def test_keys_and_clickers_go_on(deck, key):
    tab = deck("00")
    for _ in range(6):
        tab.keyboard.press(key)
    assert place(tab) > 1


def test_home_end_numbers_and_the_address_lead_to_a_slide(deck):
    tab = deck("00", "#4")
    assert place(tab) == 4
    tab.keyboard.press("End")
    last = place(tab)
    assert last == tab.locator(".slide").count()
    tab.keyboard.press("Home")
    assert place(tab) == 1
    for key in ("1", "2", "Enter"):
        tab.keyboard.press(key)
    assert place(tab) == 12
    assert tab.evaluate("location.hash") == "#12"
    tab.keyboard.press("ArrowLeft")
    assert place(tab) == 11 or waiting(tab)


def test_light_turns_dark_and_both_can_be_read(deck):
    tab = deck("03")
    ratios = """() => {
      const numbers = (colour) => {
        const [red, green, blue, share = 1] = colour.match(/[\\d.]+/g).map(Number);
        return { parts: [red, green, blue], share };
      };
      const light = (colour) => {
        const parts = colour.map((part) => {
          const value = part / 255;
          return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
      };
      // A ground may be half transparent: what lies below shines through.
      const ground = (node) => {
        const above = [];
        for (; node; node = node.parentElement) {
          above.push(numbers(getComputedStyle(node).backgroundColor));
        }
        return above.reverse().reduce(
          (below, { parts, share }) => below.map((old, i) => old + (parts[i] - old) * share),
          [255, 255, 255],
        );
      };
      const written = (node) =>
        [...node.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
      return [...document.querySelectorAll(".slide *")].filter(written).map((node) => {
          const ink = numbers(getComputedStyle(node).color).parts;
          const both = [light(ink), light(ground(node))];
          const ratio = (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
          return [ratio, node.textContent.trim().slice(0, 30)];
        }).filter(([ratio, text]) => ratio < ("✓✗".includes(text) ? 3 : 4.5));  // ✓ is a sign
    }"""
    for theme in ("light", "dark"):
        if tab.evaluate("document.documentElement.dataset.theme") != theme:
            tab.keyboard.press("d")
        assert tab.evaluate("document.documentElement.dataset.theme") == theme
        assert tab.evaluate(ratios) == []


def test_a_window_of_another_shape_shows_the_whole_slide(deck):
    tab = deck("00")
    for width, height in ((800, 600), (1920, 1080), (390, 844)):
        tab.set_viewport_size({"width": width, "height": height})
        drawn(tab)
        box = tab.locator(".slide.now").bounding_box()
        assert box["x"] >= -1
        assert box["y"] >= -1
        assert box["x"] + box["width"] <= width + 1
        assert box["y"] + box["height"] <= height + 1


def test_printing_gives_a_page_for_each_slide_with_nothing_hidden(deck):
    tab = deck("00")
    pdf = tab.pdf(prefer_css_page_size=True)
    pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
    assert pages == tab.locator(".slide").count()
    tab.emulate_media(media="print")
    hidden = "[...document.querySelectorAll('.part')].filter("
    hidden += "part => getComputedStyle(part).visibility === 'hidden').length"
    assert tab.evaluate(hidden) == 0


def test_a_screen_reader_is_told_what_is_new(deck):
    tab = deck("00")
    tab.keyboard.press("ArrowRight")
    said = tab.inner_text("[aria-live]")
    assert said
    assert said[:20] in " ".join(tab.inner_text(".slide.now").split())


def first(tab, what):
    """Go to the first slide that has something on it."""
    number = tab.evaluate(
        "what => [...document.querySelectorAll('.slide')].findIndex(s => s.querySelector(what))",
        what,
    )
    assert number >= 0
    for key in [*str(number + 1), "Enter"]:
        tab.keyboard.press(key)


def test_a_long_listing_rolls_on_its_slide_to_its_last_line_and_back(deck):
    tab = deck("08")
    first(tab, ".rolls")
    here, top = place(tab), "document.querySelector('.slide.now .rolls').scrollTop"
    left = "(() => { const part = document.querySelector('.slide.now .rolls');"
    left += " return part.scrollHeight - part.clientHeight - part.scrollTop; })()"
    assert tab.evaluate(top) == 0
    rolled = 0
    while tab.evaluate(left) > 1:
        tab.keyboard.press("PageDown")
        rolled += 1
        assert place(tab) == here
        assert rolled < 12
    assert rolled >= 2
    tab.keyboard.press("PageUp")
    assert (place(tab), tab.evaluate(left) > 1) == (here, True)
    tab.keyboard.press("PageDown")
    tab.keyboard.press("PageDown")
    assert place(tab) == here + 1


def test_the_speakers_window_has_the_notes_the_timer_and_the_keys(deck):
    tab = deck("03-short")
    with tab.expect_popup() as opened:
        tab.keyboard.press("s")
    desk = opened.value
    assert "Ask" in desk.inner_text("#notes")
    assert "Who sent this frame?" in desk.inner_text("#notes")
    for key in ("2", "5", "t"):
        tab.keyboard.press(key)
    assert tab.inner_text(".clock") in ("25:00", "24:59")
    desk.keyboard.press("t")
    assert desk.inner_text("#clock").endswith("paused")
    for key in ("0", "t"):
        tab.keyboard.press(key)
    assert tab.inner_text(".clock") == ""
    desk.keyboard.press("PageDown")
    assert place(tab) == 2
    first(tab, ".answer")
    assert "✓ b" in desk.inner_text("#notes")
    assert "to come on this slide" in desk.inner_text("#place")
    assert not tab.locator(".slide.now .answer").is_visible()
    desk.close()
    tab.keyboard.press("PageDown")
    assert tab.locator(".slide.now .answer").is_visible()
    assert tab.faults == []


def test_black_overview_help_and_the_way_back_to_the_lesson(deck):
    tab = deck("03-short")
    tab.keyboard.press("b")
    assert not tab.locator(".slide.now").is_visible()
    tab.keyboard.press("PageDown")
    assert tab.locator(".slide.now").is_visible()
    assert place(tab) == 1, "the key that ends the black screen does no more"
    tab.keyboard.press("o")
    assert tab.locator(".slide:visible").count() > 3
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Enter")
    assert (place(tab), tab.locator(".slide.now").bounding_box()["width"]) == (3, 1280)
    tab.keyboard.press("o")
    tab.locator(".slide").nth(4).click()
    assert place(tab) == 5
    tab.keyboard.press("?")
    keys = tab.inner_text("#help")
    assert "overview" in keys
    tab.keyboard.press("PageDown")
    assert place(tab) == 5, "behind the help nothing moves"
    tab.keyboard.press("Escape")
    assert not tab.locator("#help").is_visible()
    address = tab.get_attribute("#lesson", "href")
    assert re.fullmatch(r"http://127\.0\.0\.1:8888/lab/tree/03-[\w-]+\.ipynb#.+", address)
