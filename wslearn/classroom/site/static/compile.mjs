// Run a module of ours in Pyodide, which Node runs, on folders of this machine:
//
//     node compile.mjs PYODIDE AHEAD KERNEL OURS PACKED
//
// AHEAD is ahead.py, which says what is compiled; PACKED is where the standard library is written.

import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodide, ahead, kernel, ours, packed] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(pyodide, "pyodide.mjs")));
// The same hashes each time, so the same bytes; and no columns, which take a quarter of a module and
// only serve carets below the lines of an error in code that is not the reader's.
const env = { HOME: "/home", PYTHONHASHSEED: "0", PYTHONNODEBUGRANGES: "1" };
const python = await loadPyodide({ indexURL: pyodide, env });
const mounted = { kernel, ours, packed: dirname(packed) };
for (const [name, root] of Object.entries(mounted)) {
  python.FS.mkdirTree(`/${name}`);
  python.FS.mount(python.FS.filesystems.NODEFS, { root }, `/${name}`);
}
python.runPython(readFileSync(ahead, "utf8"));
python.globals.set("packed", `/packed/${basename(packed)}`);
python.runPython(`
stdlib = next(path for path in sys.path if path.endswith(".zip"))
compile_ahead(Path("/kernel"), Path("/ours"), Path(stdlib), Path(packed))
`);
