"""The slides in a real browser without a network: all of it fits, can be read, and is steered."""

import re

import pytest

from wslearn.apps.open_course import lessons_folder
from wslearn.classroom.slides.deck import page as slides_page
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
    if (!text.data.trim()) continue;
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


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("slides")
    for lesson in LESSONS:
        html = slides_page(lesson, NOTEBOOKS / lesson.file)
        (made / f"{lesson.number}.html").write_text(html, encoding="utf-8")
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
    """The number of the slide that is shown, from its own foot."""
    return int(tab.inner_text(".slide.now .foot span:last-child").split("/")[0])


def waiting(tab):
    return tab.locator(".slide.now .waits").count()


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)
def test_every_slide_fits_and_can_be_read_from_the_last_row_and_nothing_is_fetched(lesson, deck):
    tab = deck(lesson.number)
    assert tab.locator(".slide").count() > 10
    assert tab.evaluate(FAULTS) == []
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
      const light = (colour) => {
        const parts = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => {
          const value = part / 255;
          return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
      };
      const ground = (node) => {
        for (; node; node = node.parentElement) {
          const colour = getComputedStyle(node).backgroundColor;
          if (!/, 0\\)$/.test(colour) && colour !== "transparent") return colour;
        }
        return "rgb(255, 255, 255)";
      };
      return [...document.querySelectorAll(".slide p, .slide h2, .code div, .code i, .foot span")]
        .filter((node) => node.textContent.trim()).map((node) => {
          const both = [light(getComputedStyle(node).color), light(ground(node))].sort();
          return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
        });
    }"""
    for theme in ("light", "dark"):
        if tab.evaluate("document.documentElement.dataset.theme") != theme:
            tab.keyboard.press("d")
        assert tab.evaluate("document.documentElement.dataset.theme") == theme
        assert min(tab.evaluate(ratios)) >= 4.5


def test_a_window_of_another_shape_shows_the_whole_slide(deck):
    tab = deck("00")
    for width, height in ((800, 600), (1920, 1080), (390, 844)):
        tab.set_viewport_size({"width": width, "height": height})
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
