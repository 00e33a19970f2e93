"""A Jupyter server of its own, in a process of its own: ``jupyter_server`` starts this module.

It ends when its standard input does. So it never outlives the program that started it, however
that program ends, and its folders go with it.
"""

import os
import signal
import sys
import tempfile
import threading

SCRATCH = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
"""Where Jupyter would look for a person's own settings, and write."""


def main() -> None:
    """Serve until the end of standard input; the arguments are those of ``jupyter server``."""
    threading.Thread(target=_end_with_the_starter, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="wslearn-", ignore_cleanup_errors=True) as folder:
        os.environ |= {name: os.path.join(folder, name.lower()) for name in SCRATCH}
        os.environ["JUPYTER_NO_CONFIG"] = "1"  # no extension has to load, so it starts quickly
        from jupyter_server.serverapp import ServerApp

        ServerApp.launch_instance([*sys.argv[1:], f"--ServerApp.root_dir={folder}"])


def _end_with_the_starter() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
