"""JupyterLab's server, started without a grammar that nobody uses: ``python -m`` this module.

``jsonschema`` can check many kinds of text, web addresses in all alphabets among them. The package
that checks those (``rfc3987_syntax``) builds dozens of parsers when it is imported, which took a
third of the time that JupyterLab needs to start, and no schema of Jupyter's has such an address in
it. Where the package is missing, ``jsonschema`` goes on without that one check; so, here, it is
missing as soon as this module is imported. (pytest imports it, too: see ``pyproject.toml``.)
"""

import sys
from importlib import import_module

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # "cannot be imported"


def run() -> None:
    """Be ``jupyter lab``, with the arguments of this process."""
    import_module("jupyterlab.labapp").main()


if __name__ == "__main__":
    run()
