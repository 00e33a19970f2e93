// Compile a folder of Python modules for the Python that will read them: Pyodide's own, run by Node.
//
//     node compile.mjs PYODIDE FOLDER KEEP
//
// A module below FOLDER/KEEP keeps its source beside the compiled form, for lessons show code and
// take answers from it; of all others only the compiled form stays.

import { pathToFileURL } from "node:url";
import { join } from "node:path";

const [pyodide, folder, keep] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(pyodide, "pyodide.mjs")));
const python = await loadPyodide({ indexURL: pyodide });
python.FS.mkdirTree("/folder");
python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, "/folder");
python.globals.set("keep", `/folder/${keep}/`);
const failed = await python.runPythonAsync(`
import importlib.util, pathlib, py_compile
from py_compile import PycInvalidationMode

failed = []
for path in sorted(pathlib.Path("/folder").rglob("*.py")):
    ours = str(path).startswith(keep)
    target = importlib.util.cache_from_source(str(path)) if ours else str(path) + "c"
    shown = str(path).replace("/folder/", "/lib/python3.14/site-packages/")
    try:
        py_compile.compile(str(path), target, shown, doraise=True,
                           invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    except py_compile.PyCompileError:
        failed.append(str(path))  # another Python's module, such as a test's bad example
    else:
        if not ours:
            path.unlink()
"\\n".join(failed)
`);
if (failed) console.log(failed);
