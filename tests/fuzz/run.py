"""Fuzz by hand: bytes that no one thought of, guided by the branches they reach.

It needs ``atheris`` (``pip install atheris``, on Linux), which the tests do not::

    python tests/fuzz/run.py connection --minutes 10
    python tests/fuzz/run.py --list

A target starts from the project's own vectors and from ``corpus/``. Bytes that break a promise end
the run, are kept in the temporary directory that it names, and are printed as a line for
``corpus/NAME.txt``, their permanent place: ``tests/protocol/test_corpus.py`` tries each line.
``--keep`` names a directory for every interesting input; without it, they are thrown away.
``--small N`` prints the N most useful inputs of such a directory, by the branches each adds.
"""

import argparse
import importlib.util
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent
VECTORS = json.loads((HERE.parent / "vectors" / "vectors.json").read_text(encoding="utf-8"))
TARGET_NAMES = ("connection", "dissected", "request", "response", "extensions", "pasted")
"""The names alone: the targets themselves are loaded when they can be instrumented."""

LONGEST = {"connection": 3000, "dissected": 300, "request": 700, "response": 700}
"""The longest input, in bytes; where nothing is said, 200."""


def load_targets() -> ModuleType:
    spec = importlib.util.spec_from_file_location("targets", HERE / "targets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def streams() -> Iterator[tuple[int, bytes]]:
    """The vectors' frames: whether a client reads them, and the bytes."""
    for section in VECTORS.values():
        cases = section if isinstance(section, list) else ()
        for case in cases:
            if isinstance(case, dict) and "frames" in case:
                yield case["receiver"] == "client", bytes.fromhex("".join(case["frames"]))
    for group in ("valid", "invalid", "incomplete"):
        for case in VECTORS["utf8"][group]:
            yield True, bytes.fromhex(case["frame"])


def seeds(name: str) -> Iterator[bytes]:
    """The inputs that a target starts from."""
    if (kept := HERE / "corpus" / f"{name}.txt").exists():
        yield from map(bytes.fromhex, kept.read_text(encoding="ascii").split())
    if name == "connection":
        for client, data in streams():
            for agreement in range(4):
                yield bytes((client | agreement << 1, 3)) + data[:3000]
    elif name == "dissected":
        for client, data in streams():
            yield bytes((client | 2,)) + data[:300]
    elif name in ("request", "response"):
        for vector in VECTORS[f"handshake_{name}s"]:
            yield vector[name].encode()
    elif name == "extensions":
        for vector in VECTORS["deflate_negotiation"]:
            yield from (vector[key].encode() for key in ("offer", "response") if vector[key])
    else:
        yield from (b"81 85, 0x37:FA", rb"\x81\x05Hello", b"b'\\x81'", b"base64:gQVIZWxsbw==")


def fuzz(name: str, minutes: float, keep: Path) -> None:
    """Run one target; the process ends with it."""
    import atheris  # here, because everything else works without atheris

    with atheris.instrument_imports(include=["wslearn"]):
        targets = load_targets()
    target: Callable[[bytes], None] = targets.TARGETS[name]
    for number, seed in enumerate(seeds(name)):
        (keep / f"seed-{number}").write_bytes(seed)
    found = Path(tempfile.mkdtemp(prefix="wslearn-fuzz-"))
    print(f"Bytes that break a promise will be in {found}.", flush=True)

    def one(data: bytes) -> None:
        try:
            target(data)
        except BaseException:
            print(f"A line for corpus/{name}.txt:\n{data.hex()}", flush=True)
            raise

    options = [f"-max_total_time={round(60 * minutes)}", f"-max_len={LONGEST.get(name, 200)}"]
    options += ["-timeout=10", "-rss_limit_mb=1024", "-print_final_stats=1", "-verbosity=0"]
    atheris.Setup([sys.argv[0], str(keep), f"-artifact_prefix={found}/", *options], one)
    atheris.Fuzz()


def smallest(name: str, keep: Path, count: int) -> list[bytes]:
    """The inputs that reach the most lines and jumps not reached by those before."""
    import coverage

    measured = coverage.Coverage(branch=True, include=["*/wslearn/protocol/*"], data_file=None)
    measured.start()
    target = load_targets().TARGETS[name]
    inputs = sorted({path.read_bytes() for path in keep.iterdir()}, key=len)
    for number, data in enumerate(inputs):
        measured.switch_context(str(number))
        target(data)
    measured.stop()
    seen = measured.get_data()
    reached: dict[bytes, set[tuple[object, ...]]] = {}
    for number, data in enumerate(inputs):
        seen.set_query_context(str(number))
        reached[data] = {
            (file, arc) for file in seen.measured_files() for arc in seen.arcs(file) or ()
        }
    chosen: list[bytes] = []
    covered: set[tuple[object, ...]] = set()
    while len(chosen) < count:
        best = max(reached, key=lambda data: (len(reached[data] - covered), -len(data)))
        if not reached[best] - covered:
            break
        covered |= reached[best]
        chosen.append(best)
    return chosen


def main() -> None:
    parser = argparse.ArgumentParser(description="Fuzz one target of the protocol layer.")
    parser.add_argument("target", nargs="?", choices=TARGET_NAMES)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--small", type=int, metavar="N")
    parser.add_argument("--list", action="store_true")
    asked = parser.parse_args()
    if asked.list or asked.target is None:
        print("\n".join(TARGET_NAMES))
        return
    if asked.small:
        if asked.keep is None:
            parser.error("--small needs --keep")
        print("\n".join(data.hex() for data in smallest(asked.target, asked.keep, asked.small)))
        return
    keep = asked.keep or Path(tempfile.mkdtemp(prefix="wslearn-corpus-"))
    keep.mkdir(parents=True, exist_ok=True)
    fuzz(asked.target, asked.minutes, keep)


if __name__ == "__main__":
    main()
