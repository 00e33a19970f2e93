// The judge of the front page: Python in a worker, with wslearn and nothing else.
//
// It gets the bytes of a frame in hex and answers with what the bit grid shows of them.

import { loadPyodide } from "./static/pyodide/pyodide.mjs";

const here = new URL("static/pyodide/", import.meta.url).href;
const ready = begin();
ready.then(
  () => postMessage({ ready: true }),
  (problem) => postMessage({ failed: String(problem) }),
);

async function begin() {
  const wheel = fetch(`${here}__WHEEL__`).then((reply) => reply.arrayBuffer());
  const python = await loadPyodide({ indexURL: here });
  python.unpackArchive(await wheel, "wheel");
  return python.runPython(`
import json
from wslearn.labs.frame.entries import entry
lambda data: json.dumps(entry(bytes.fromhex(data)))
`);
}

onmessage = async ({ data: hex }) => {
  const entry = await ready;
  postMessage({ hex, entry: JSON.parse(entry(hex)) });
};
