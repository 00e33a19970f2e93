"""Record for lesson 16 what this computer's nginx does to WebSockets.

    python -m tests.tools.record_nginx

Writes ``nginx.json`` in the lesson's folder, with the version and the date.
"""

import argparse
import asyncio
import sys
from pathlib import Path

from wslearn.lessons.lesson_16.behind_nginx import FILE, to_json, watch
from wslearn.protocol.errors import NetworkError


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--to", type=Path, default=FILE)
    chosen = parser.parse_args()
    try:
        seen = asyncio.run(watch())
    except NetworkError as problem:
        sys.exit(str(problem))
    chosen.to.write_text(to_json(seen), encoding="utf-8")
    print(f"{chosen.to}: {seen.when}")


if __name__ == "__main__":
    main()
