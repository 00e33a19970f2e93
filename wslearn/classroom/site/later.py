"""Modules that no start needs are in an archive of their own, fetched when one is asked for.

The builder packs this module as ``sitecustomize``, with the names that the archive holds. Python
imports that before all else, in the kernel and in the front page's judge alike.
"""

import sys
from collections.abc import Callable, Collection
from importlib.machinery import ModuleSpec
from pathlib import Path
from zipimport import zipimporter

ARCHIVE = "later.zip"


class Later:
    """Finds the modules ``names`` in ``archive``, which ``fetch`` gives when the first is wanted.

    It is last in ``sys.meta_path``, so a name comes here only where nothing else has it. A fetch
    that fails is an :class:`ImportError`, and the next import tries again.
    """

    def __init__(self, names: Collection[str], archive: Path, fetch: Callable[[], bytes]) -> None:
        self.names, self.archive, self.fetch = frozenset(names), archive, fetch

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Where a module is; None for one that the archive does not hold."""
        if name not in self.names:
            return None
        if not self.archive.exists():
            try:
                self.archive.write_bytes(self.fetch())
            except OSError as problem:
                raise ImportError(
                    f"Expected the rest of Python's library from this site, for {name}, got "
                    f"{problem}. Run the cell again when the network is back.",
                    name=name,
                ) from None
        folder = self.archive.joinpath(*name.split(".")[:-1])
        return zipimporter(str(folder)).find_spec(name)


def from_this_site() -> bytes:
    """The archive from beside the Python that runs here. Raises OSError without a network."""
    from js import XMLHttpRequest  # type: ignore[import-not-found]
    from pyodide.ffi import JsException  # type: ignore[import-not-found]
    from pyodide_js import _api  # type: ignore[import-not-found]

    asked = XMLHttpRequest.new()
    asked.open("GET", f"{_api.config.indexURL}{ARCHIVE}", False)  # an import cannot await
    asked.responseType = "arraybuffer"
    try:
        asked.send()
    except JsException:
        raise OSError("no answer") from None
    if asked.status != 200:
        raise OSError(f"status {asked.status}")
    return bytes(asked.response.to_bytes())


def begin(names: Collection[str]) -> None:
    """Find modules in the archive from now on, where Python runs in a browser."""
    if sys.platform == "emscripten":
        sys.meta_path.append(Later(names, Path("/lib", ARCHIVE), from_this_site))
