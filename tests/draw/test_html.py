"""The static HTML: complete, escaped, and limited to what an untrusted notebook shows."""

from html.parser import HTMLParser
from itertools import pairwise

import wslearn as ws
from wslearn.draw.html import html
from wslearn.draw.layout import Folded, rows
from wslearn.draw.theme import PAGE

PLAIN = {"b", "bdi", "br", "div", "span", "table", "tbody", "td", "th", "tr"}
KEPT = {
    "background", "background-image", "border", "border-collapse", "border-left", "border-radius",
    "border-top", "border-width", "color", "display", "flex", "font", "font-family", "font-size",
    "font-weight", "justify-content", "line-height", "margin", "max-width", "min-width", "opacity",
    "overflow-x", "padding", "padding-left", "table-layout", "text-align", "text-decoration",
    "vertical-align", "white-space", "width", "word-break",
}  # fmt: skip
"""Properties that JupyterLab's sanitizer lets through, of those we use."""


class Page(HTMLParser):
    """A strict parser: every element is closed in order, and each element's text is kept."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.styles: list[dict[str, str]] = []
        self.texts: list[str] = []
        self.attributes: set[str] = set()
        self.feed(source)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        style = dict(attrs).get("style") or ""
        self.styles.append(
            dict(part.split(":", 1) for part in style.split(";") if part)  # type: ignore[misc]
        )
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    @property
    def text(self) -> str:
        return "".join(self.texts).replace("\u00a0", " ")


def test_only_elements_and_styles_that_need_no_trust_are_used(frame):
    page = Page(html(frame))
    assert page.tags <= PLAIN
    assert page.attributes == {"style"}
    assert {name for style in page.styles for name in style} <= KEPT
    assert "repeating" not in html(frame)


def test_every_field_is_named_under_its_bits_and_in_the_table(frame):
    source = html(frame)
    if not frame.fields:
        return
    diagram, table = source.split("<table")[1:]
    named = Page("<table" + diagram.split("</table>")[0] + "</table>").text
    for field in frame.fields:
        assert named.count("RSV" if field.kind == "rsv" else field.name) >= 1
        assert f" {field.name}" in Page("<table" + table.removesuffix("</div>")).text
    assert named.count("RSV") == 3


def test_the_bits_stand_in_the_order_they_travel(frame):
    page = Page(html(frame))
    shown = [row for row in rows(frame) if not isinstance(row, Folded)]
    data = b"".join(frame.data[row.first : row.first + row.size] for row in shown)
    source = html(frame)
    bits = [
        one[-1]
        for one, other in pairwise(source.split("<"))
        if one.startswith('b style="flex:1') and other.startswith("/b")
    ]
    assert "".join(bits) == "".join(f"{byte:08b}" for byte in data)
    assert page.tags


def test_each_value_meaning_and_section_is_in_the_table(frame):
    text = Page(html(frame)).text
    for field in frame.fields:
        assert field.shown in text
        assert field.meaning in text
        assert field.section in text


def test_it_takes_paper_and_ink_from_the_page(frame):
    styles = Page(html(frame)).styles
    fills = {colours.fill for colours in PAGE.fields.values()} | {PAGE.panel, "transparent"}
    assert {style["background"] for style in styles if "background" in style} <= fills
    signs = [style for style in styles if "color" in style]
    assert len(signs) >= 1
    for style in signs:  # so large that 3:1 is enough
        assert float(style["font-size"].removesuffix("em")) >= 1.34


def test_every_row_of_a_table_is_without_the_pages_stripes(frame):
    source = html(frame)
    for start in source.split("<tr ")[1:]:
        assert "background:transparent" in start[: start.index(">")]


def test_sizes_are_in_em():
    sources = [html(ws.dissect(source)) for source in ("81 85 37fa213d 7f9f4d5158", "99 05 00")]
    for source in sources:
        assert "px" not in source.replace("1px solid", "")
        assert "rem" not in source


def test_a_fault_is_hatched_underlined_and_marked_not_only_coloured():
    good = html(ws.dissect("81 05 48656c6c6f", receiver="client"))
    bad = html(ws.dissect("91 05 48656c6c6f", receiver="client"))
    for cue in ("linear-gradient", "underline", "✗"):
        assert cue not in good
        assert cue in bad
    assert "✗ byte 0, bit 3: expected RSV3 0, got RSV3 1" in Page(bad).text


def test_a_hostile_payload_is_text(hostile):
    source = html(hostile)
    page = Page(source)
    assert "script" not in page.tags
    assert "<script>alert(1)</script></td>\\u202e" in page.text
    assert "\u202e" not in source
    assert "\x1b" not in source


def test_a_frame_as_long_as_hello_stays_small(hello):
    assert len(html(hello).encode()) < 19_000


def test_a_big_frame_folds(long_frame):
    source = html(long_frame)
    assert "bytes 28 to 703 are folded away" in source
    assert len(source.encode()) < 46_000


def test_what_cannot_be_read_is_one_sentence():
    page = Page(html(ws.dissect("<b>")))
    assert page.text.startswith("? This cannot be read as bytes. Expected hex digits")
    assert page.tags == {"b", "div"}


def test_the_same_frame_gives_the_same_html(frame):
    assert html(frame) == html(frame)
