"""Pack the questions of ``ws.checkpoint`` for the package.

    python -m tests.tools.seal_bank

Their source is ``tests/course/checkpoint/bank.md``, which the package does not contain.
"""

from pathlib import Path

from tests.support.places import ROOT, TESTS
from wslearn.course.checkpoint.bank import SEALED, read
from wslearn.course.checkpoint.numbers import WHICH
from wslearn.course.sealed import sealed

BANK = TESTS / "course" / "checkpoint" / "bank.md"


def main() -> None:
    for which in WHICH:  # a malformed question raises before anything is written
        read(BANK, which)
    target = Path(str(SEALED))
    target.write_text(sealed(BANK.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"{target.relative_to(ROOT)} is as {BANK.relative_to(ROOT)} says.")


if __name__ == "__main__":
    main()
