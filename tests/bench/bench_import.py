"""``import wslearn`` against ``import websockets``, each in a fresh process.

    python tests/bench/bench_import.py

A bare start of Python is timed by turns with them; processor time is measured. A ratio above 1 says
that we load faster.
"""

import resource
import statistics
import subprocess
import sys

ROUNDS = 25
PROGRAMS = {
    "python alone": "pass",
    "import wslearn": "import wslearn",
    "import websockets": "import websockets",
    "wslearn, then a Frame": "import wslearn; wslearn.Frame",
    "websockets, then a Frame": "from websockets.frames import Frame",
}


def seconds(program: str) -> float:
    """How long a fresh Python takes for this program."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", program], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the median of each in milliseconds, and the paired ratios."""
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for name, program in PROGRAMS.items():
        seconds(program)  # once without a clock, so that compiled files are there
        times[name] = []
    for _ in range(ROUNDS):
        for name, program in PROGRAMS.items():
            times[name].append(seconds(program))
    bare = times["python alone"]
    for name, taken in times.items():
        own = [after - before for after, before in zip(taken, bare, strict=True)]
        print(f"{name:26} {1e3 * statistics.median(taken):7.1f} ms"
              f"   of its own {1e3 * statistics.median(own):7.1f} ms")  # fmt: skip
    for ours, theirs in (
        ("import wslearn", "import websockets"),
        ("wslearn, then a Frame", "websockets, then a Frame"),
    ):
        ratios = [there / here for here, there in zip(times[ours], times[theirs], strict=True)]
        print(f"{ours!r} against {theirs!r}: {statistics.median(ratios):.2f}x")


if __name__ == "__main__":
    main()
