"""The figures about speed: what they show, whatever the numbers."""

import pytest

from wslearn.lessons.lesson_14 import figures as speed_figures
from wslearn.lessons.lesson_14.figures import masking_figure, noise_figure, race_figure, wire_figure
from wslearn.protocol.errors import InputError

MINE = {"a loop": {4: 1.0, 1024: 50.0}, "numpy": {4: 2.0, 1024: 2.0, 2**20: 30.0}}
RECORDED = {"a loop": {4: 0.5, 1024: 40.0}}
RATIOS = {
    "parse": {"one": {0: (2.0, 1.5, 2.5), 1024: (0.8, 0.7, 0.9)}, "two": {0: (9.0, 8.0, 9.5)}},
    "build": {"one": {0: (3.0, 2.5, 3.5)}},
}

pytestmark = pytest.mark.filterwarnings("error")


def words(figure):
    (legend,) = figure.legends
    return [text.get_text() for text in legend.get_texts()]


def drawn(figure):
    figure.draw_without_rendering()
    return figure


def test_the_cost_of_a_byte_is_the_time_by_the_length():
    (axes,) = drawn(masking_figure(MINE, RECORDED)).axes
    lines = {line.get_label(): dict(zip(*line.get_data(), strict=True)) for line in axes.lines}
    assert lines["a loop, here, now"] == {4: 250, 1024: pytest.approx(48.83, abs=0.01)}
    assert lines["a loop, recorded"][4] == 125
    assert len(lines) == 3


def test_a_way_looks_alike_now_and_recorded_but_for_the_filling_and_the_line():
    mine, recorded = (
        line for line in masking_figure(MINE, RECORDED).axes[0].lines if "loop" in line.get_label()
    )
    assert mine.get_color() == recorded.get_color()
    assert mine.get_marker() == recorded.get_marker()
    assert mine.get_linestyle() != recorded.get_linestyle()
    assert mine.get_markerfacecolor() != recorded.get_markerfacecolor()


def test_the_lines_differ_without_colour():
    many = {name: {4: 1.0} for name in "abcd"}
    assert len({line.get_marker() for line in masking_figure(many, {}).axes[0].lines}) == 4


def test_a_race_has_a_panel_for_each_task_and_a_bar_for_each_point():
    figure = drawn(race_figure(RATIOS, RATIOS))
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["parse", "build"]
    containers = [bars for axes in figure.axes for bars in axes.containers]
    assert len(containers) == 6
    assert words(figure) == ["one, recorded", "two, recorded", "one, here, now", "two, here, now"]


def test_a_race_where_nothing_was_measured_shows_the_record():
    figure = drawn(race_figure({}, RATIOS))
    assert words(figure) == ["one, recorded", "two, recorded"]
    ticks = [label.get_text() for label in figure.axes[-1].get_xticklabels()]
    assert ticks == ["0 B", "1 KiB"]


def test_no_two_points_of_a_race_lie_in_the_same_place():
    points = [
        point
        for bars in race_figure(RATIOS, RATIOS).axes[0].containers
        for point in zip(*bars.lines[0].get_data(), strict=True)
    ]
    assert len({place for place, _ in points}) == len(points)


def test_the_noise_shows_each_call_and_the_three_numbers():
    figure = drawn(noise_figure([1.0, 1.0, 10.0]))
    assert words(figure) == ["one call", "mean: 4 µs", "median: 1 µs", "shortest: 1 µs"]
    assert list(figure.axes[0].lines[0].get_ydata()) == [1, 1, 10]


def test_noise_without_a_call_is_refused():
    with pytest.raises(InputError, match="Expected the times of some calls, got none"):
        noise_figure([])


def test_what_is_not_payload_is_shown_in_per_cent():
    figure = drawn(wire_figure({"a frame": {1: 3, 98: 100}}))
    assert list(figure.axes[0].lines[0].get_ydata()) == pytest.approx([200 / 3, 2])
    assert words(figure) == ["a frame"]


def test_the_legend_lies_inside_the_figure():
    for figure in (
        masking_figure({f"{name}, in a place": {4: 1.0} for name in MINE}, MINE),
        race_figure(RATIOS, RATIOS),
        wire_figure({name * 30: {1: 3} for name in "abc"}),
        noise_figure([1234.5678, 2]),
    ):
        figure.canvas.draw()
        (legend,) = figure.legends
        assert legend.get_window_extent().x1 <= figure.bbox.width


def test_a_figure_is_narrow_enough_for_four_in_a_notebook():
    data = masking_figure(MINE, RECORDED)._repr_mimebundle_()
    assert len(data["text/html"]) < 80_000


def test_marks_are_one_two_and_five_around_the_numbers():
    assert speed_figures._marks([0.8, 9.5]) == [0.5, 1, 2, 5, 10, 20]
