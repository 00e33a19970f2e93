"""Lesson 04: the figure of what a header costs."""

import io

import pytest

from wslearn.lessons.lesson_04.figures import overhead_figure


def test_the_overhead_figure_steps_where_the_length_grows():
    upper, lower = overhead_figure().axes
    for line, before in ((upper.lines[0], 0), (upper.lines[1], 4)):
        sizes = dict(zip(*line.get_data(), strict=True))
        assert [sizes[n] - before for n in (1, 125, 126, 65_535, 65_536)] == [2, 2, 4, 4, 10]
    shares = dict(zip(*lower.lines[1].get_data(), strict=True))
    assert shares[125] == pytest.approx(100 * 6 / 131)
    assert (upper.get_xscale(), lower.get_yscale()) == ("log", "log")
    words = [text.get_text().replace("\u2009", "") for text in upper.texts]
    assert words == ["125 | 126", "65535 | 65536"]


def test_the_lines_of_the_overhead_figure_differ_without_colour():
    styles = {line.get_linestyle() for line in overhead_figure().axes[0].lines[:2]}
    assert len(styles) == 2


def test_the_saved_figure_is_the_same_every_time():
    def svg() -> str:
        buffer = io.StringIO()
        overhead_figure().savefig(buffer, format="svg")
        return buffer.getvalue()

    assert svg() == svg()
