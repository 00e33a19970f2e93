"""A folder that nbgrader accepts as a course: its settings, and a source for each lesson."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat

from wslearn.course.lessons import Lesson

from .graded_lesson import assignment, graded

SETTINGS = "nbgrader_config.py"

_SETTINGS = '''\
"""Settings of nbgrader for the course; run every nbgrader command in this folder."""

c = get_config()
c.CourseDirectory.course_id = "{course}"
c.CourseDirectory.root = __file__.rpartition("/")[0] or "."
# A lesson starts servers, and waits for them.
c.Execute.timeout = 120
'''


def write_course(folder: Path, lessons: list[Lesson], notebooks: Path) -> Iterator[str]:
    """Write the course; yields what was written, a line each. Raises :class:`OSError`.

    Settings that are already there are kept: they may have been changed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / SETTINGS
    if settings.exists():
        yield f"{settings}: yours was kept"
    else:
        settings.write_text(_SETTINGS.format(course="wslearn"), encoding="utf-8")
        yield str(settings)
    for lesson in lessons:
        name = assignment(lesson)
        place = folder / "source" / name
        place.mkdir(parents=True, exist_ok=True)
        content, pictures = graded(lesson, notebooks / lesson.file)
        nbformat.write(content, place / f"{name}.ipynb")
        for picture in pictures:
            if (notebooks / picture).is_file():
                (place / picture).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(notebooks / picture, place / picture)
        yield str(place)
