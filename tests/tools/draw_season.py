"""Draw a season of reviews of a student who forgets: questions per day, and what is remembered.

    python -m tests.tools.draw_season         # writes notebooks/pictures/season.svg

The students are those of ``tests/course/test_review.py``, which holds the figures to their bounds.
"""

from io import StringIO

from tests.support.forgetter import DAYS, PACE, season, without_reviews
from tests.support.places import NOTEBOOKS, ROOT
from wslearn.course.exercises import LESSONS
from wslearn.course.review import HANDFUL
from wslearn.draw.figures import Picture, paint
from wslearn.draw.image import in_both_themes
from wslearn.draw.theme import LIGHT

PAGE = NOTEBOOKS / "pictures" / "season.svg"
STUDENTS = 20


def mean(rows: list[list[float]]) -> list[float]:
    return [sum(each) / len(each) for each in zip(*rows, strict=True)]


def drawn() -> Picture:
    """Both pictures, one above the other, on the same axis of days."""
    seasons = [season(seed) for seed in range(STUDENTS)]
    colours = LIGHT.fields
    figure = Picture(figsize=(9, 5.4), facecolor=LIGHT.paper, layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    days = range(DAYS)
    above.bar(days, mean([one.asked for one in seasons]), color=colours["opcode"].fill, width=1.0)
    due = mean([one.due for one in seasons])
    above.step(days, due, color=colours["opcode"].edge, where="mid")
    above.axhline(HANDFUL, color=LIGHT.quiet, linestyle=":", linewidth=1)
    above.text(DAYS - 0.5, HANDFUL + 0.3, "one review", ha="right", color=LIGHT.quiet)
    above.text(due.index(max(due)) + 2.5, max(due) - 1, "due", color=colours["opcode"].edge)
    above.text(12, 1, "asked", color=LIGHT.ink)
    above.set_yticks(range(0, 6 * HANDFUL, HANDFUL))
    above.set_ylabel("questions")
    known = mean([one.known for one in seasons])
    lost = mean([without_reviews(seed) for seed in range(STUDENTS)])
    below.plot(days, known, color=colours["length"].edge)
    below.plot(days, lost, color=colours["fin"].edge, linestyle="--")
    below.text(60, known[60] - 0.13, "with ws.review()", color=colours["length"].edge)
    below.text(52, lost[52] + 0.06, "without", color=colours["fin"].edge)
    below.set_ylim(0, 1)
    below.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    below.set_ylabel("remembered")
    below.set_xlabel(
        f"day; a lesson every second day until day {PACE * (len(LESSONS) - 1)}, "
        f"mean of {STUDENTS} simulated students"
    )
    below.set_xlim(-0.5, DAYS - 0.5)
    for axes in (above, below):
        paint(axes, LIGHT)
    return figure


def main() -> None:
    drawing = StringIO()
    drawn().savefig(drawing, format="svg")
    PAGE.write_text(in_both_themes(drawing.getvalue()), encoding="utf-8", newline="\n")
    print(PAGE.relative_to(ROOT))


if __name__ == "__main__":
    main()
