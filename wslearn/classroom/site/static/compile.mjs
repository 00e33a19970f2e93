// Run a module of ours in Pyodide, which Node runs, on folders of this machine:
//
//     node compile.mjs PYODIDE AHEAD LATER KERNEL OURS PACKED WHEEL
//
// AHEAD is ahead.py, which says what is compiled, and LATER later.py, which finds the rest; PACKED
// is where the standard library is written. WHEEL is a small one, which is loaded as a page loads
// its packages, so that what this asks of the library counts as used.

import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodide, ahead, later, kernel, ours, packed, wheel] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(pyodide, "pyodide.mjs")));
// The same hashes each time, so the same bytes; and no columns, which take a quarter of a module and
// only serve carets below the lines of an error in code that is not the reader's.
const env = { HOME: "/home", PYTHONHASHSEED: "0", PYTHONNODEBUGRANGES: "1" };
const python = await loadPyodide({ indexURL: pyodide, env });
await python.loadPackage(wheel, { checkIntegrity: false });
const mounted = { kernel, ours, packed: dirname(packed) };
for (const [name, root] of Object.entries(mounted)) {
  python.FS.mkdirTree(`/${name}`);
  python.FS.mount(python.FS.filesystems.NODEFS, { root }, `/${name}`);
}
python.runPython(readFileSync(ahead, "utf8"));
python.globals.set("later", readFileSync(later, "utf8"));
python.globals.set("packed", `/packed/${basename(packed)}`);
python.runPython(`
stdlib = next(path for path in sys.path if path.endswith(".zip"))
compile_ahead(Path("/kernel"), Path("/ours"), Path(stdlib), Path(packed), later)
`);
