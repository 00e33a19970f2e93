"""The labs in a Python without an operating system, as in a kernel inside a browser.

What such a Python lacks is removed here; the real thing is in ``tests/browser/test_built_site.py``.
"""

import json
import subprocess
import sys

from tests.support.every_lab import LABS

MISSING = (
    "_multiprocessing", "multiprocessing",
    # Packages that the wheel does not require.
    "ipykernel", "jupyter_server", "jupyterlab", "matplotlib", "nbformat", "numpy", "scapy",
    "tornado", "websockets", "wsproto", "zmq",
)  # fmt: skip

PROGRAM = """
import json, sys, threading

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in MISSING:
            raise ImportError(f"this Python has no {name}")

MISSING = set(json.loads(sys.argv[1]))
sys.meta_path.insert(0, Missing())

def no_thread(self):
    raise RuntimeError("can't start new thread")

threading.Thread.start = no_thread

import wslearn as ws

stills = {}
for name in json.loads(sys.argv[2]):
    bundle = getattr(ws, name)()._repr_mimebundle_()
    stills[name] = (bundle[0] if isinstance(bundle, tuple) else bundle)["text/plain"]
contact = ws.first_contact()
stills["first_contact"] = contact._repr_mimebundle_()["text/plain"]
print(json.dumps(stills))
"""


def test_every_lab_opens_without_threads_processes_or_packages_that_the_wheel_does_not_ask_for():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(MISSING), json.dumps(LABS)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    stills = json.loads(done.stdout)
    assert set(stills) == {*LABS, "first_contact"}
    assert all(stills[name].startswith((name, f"<{name}")) for name in LABS)
    assert "it runs inside the browser" in stills["first_contact"]
