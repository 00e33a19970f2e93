"""Start a process of this package that heeds no setting around it, and end it for sure."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress


def python(
    module: str,
    folder: str,
    *,
    call: str = "main()",
    keep: Sequence[int] = (),
    inside: Sequence[str] = (),
    without: Sequence[str] = (),
) -> subprocess.Popen[bytes]:
    """Start a ``call`` of a function of a module, with pipes, in ``folder``.

    It reads neither that folder nor the environment, so no file there takes the place of a module.
    ``keep`` are file descriptors that it inherits; ``inside`` are the words of a command that takes
    the command to run behind them. Modules named in ``without`` count as not installed.
    """
    # The path is handed over, because wslearn may have been found in a way that -I leaves out.
    boot = f"import sys; sys.path[:] = {sys.path!r}; "
    boot += "".join(f"sys.modules[{name!r}] = None; " for name in without)
    # Where this process finds what was compiled before; -B keeps it from being changed.
    compiled = ("-X", f"pycache_prefix={sys.pycache_prefix}") if sys.pycache_prefix else ()
    environment = dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP"), folder)
    environment |= {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    return subprocess.Popen(
        [
            *inside,
            sys.executable,
            "-I",
            "-S",
            "-B",
            "-X",
            "utf8",
            *compiled,
            "-c",
            f"{boot}import {module} as m; m.{call}",
        ],
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=keep,
        start_new_session=sys.platform != "win32",
    )


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and what it started, and forget its pipes."""
    with suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    with suppress(OSError, ValueError):
        if process.stdin is not None:
            process.stdin.close()
