"""Pack the mysteries of ``ws.case`` for the package.

    python -m tests.tools.seal_cases

The page of a case and the record of its conversation are in ``tests/course/cases``; the package has
them packed. ``record_cases`` makes the records.
"""

import sys
from pathlib import Path

from tests.support.places import TESTS
from tests.tools.generated import main
from wslearn.course.cases.case_page import read
from wslearn.course.cases.shelf import SEALED
from wslearn.course.sealed import sealed
from wslearn.net.record.journal import Journal

CASES = TESTS / "course" / "cases"


def sealed_cases() -> dict[Path, str]:
    """The sealed file of every case; raises for a malformed page, with file and line."""
    found = {}
    for page in sorted(CASES.glob("[0-9][0-9].md")):
        record = page.with_suffix(".journal")
        read(page, page.stem, Journal.load(record))
        text = f"{page.read_text(encoding='utf-8')}\f{record.read_text(encoding='utf-8')}"
        found[Path(str(SEALED)) / f"{page.stem}.sealed"] = sealed(text)
    return found


if __name__ == "__main__":
    sys.exit(main(__doc__ or "", sealed_cases))
