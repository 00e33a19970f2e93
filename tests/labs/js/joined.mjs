// A widget's module as Python joins it, with its internals exported for a test.

import { readFileSync } from "node:fs";

const LABS = new URL("../../../wslearn/labs/", import.meta.url);

/** Import the parts as one module; `names` are functions and constants inside it. */
export async function joined(parts, names = []) {
  const text = ["kit/parts.js", ...parts].map((part) => readFileSync(new URL(part, LABS), "utf8"));
  text.push(`\nexport { ${names.join(", ")} };\n`);
  return import(`data:text/javascript;base64,${Buffer.from(text.join("")).toString("base64")}`);
}
