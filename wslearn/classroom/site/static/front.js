// The front page: a frame to flip before Python has started, and what the reader has done so far.

import grid from "./bitgrid.js";

const begin = JSON.parse(document.getElementById("begin").textContent);
const python = document.getElementById("python");
const trouble = document.getElementById("trouble");

// -- the frame -----------------------------------------------------------------------------------------

// Answers come from a table that the course's own judge filled: the frame, and every single flip of
// it. What is not in the table waits for Python, which then starts in this page.
const table = new Map([[begin.hex, begin.entry]]);
const whole = fetch("frames.json").then((reply) => reply.json()).then((entries) => {
  for (const [hex, entry] of Object.entries(entries)) table.set(hex, entry);
});

class Model {
  constructor() {
    this.listeners = new Map();
    this.state = {
      view: begin.entry.view,
      room: begin.room,
      parts: ["verdict", "bits", "explain", "table"],
      editable: true,
      selected: null,
      tools: {},
      answered: [],
    };
    this.hex = begin.hex;
  }
  get(name) { return this.state[name]; }
  set(name, value) {
    this.state[name] = value;
    for (const listener of this.listeners.get(`change:${name}`) ?? []) listener();
  }
  save_changes() {}
  on(name, listener) { this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener]); }
  off(name, listener) {
    this.listeners.set(name, (this.listeners.get(name) ?? []).filter((each) => each !== listener));
  }
  async send(message) {
    const entry = table.get(this.hex);
    if (message.do === "flip") this.hex = flipped(this.hex, message.bit);
    else if (message.do === "repair") this.hex = entry?.repairs[message.fault] || this.hex;
    else if (message.do === "next") this.hex = entry?.next || this.hex;
    const wanted = this.hex;
    const found = await entryOf(wanted);
    if (wanted === this.hex) {
      if (found) this.set("view", found.view);
      this.set("answered", message.from);
    }
  }
}

function flipped(hex, bit) {
  const at = 2 * (bit >> 3);
  const byte = parseInt(hex.slice(at, at + 2), 16) ^ (0x80 >> (bit & 7));
  return hex.slice(0, at) + byte.toString(16).padStart(2, "0") + hex.slice(at + 2);
}

async function entryOf(hex) {
  if (!table.has(hex)) await whole.catch(() => {});
  if (!table.has(hex)) {
    const entry = await judge(hex);
    if (entry) table.set(hex, entry);
  }
  return table.get(hex);
}

// -- Python, in a worker -----------------------------------------------------------------------------------

let worker = null;
const waiting = new Map();

function start() {
  if (typeof WebAssembly !== "object") {
    say("This browser cannot run Python; any from the last three years can. Single flips work here.");
    return null;
  }
  say("Python is starting in this page, to judge what was not worked out in advance …");
  worker = new Worker("judge.js", { type: "module" });
  worker.onmessage = ({ data }) => {
    if (data.ready) return say("Python is ready: flip as many bits as you like.");
    if (data.failed) return gaveUp();
    waiting.get(data.hex)?.(data.entry);
    waiting.delete(data.hex);
  };
  worker.onerror = gaveUp;
  return worker;
}

function gaveUp() {
  say("Python could not start in this page: reload it, or use a newer browser. Single flips still work.");
  for (const resolve of waiting.values()) resolve(null);
  waiting.clear();
}

function judge(hex) {
  const there = worker ?? start();
  if (!there) return null;
  return new Promise((resolve) => {
    waiting.set(hex, resolve);
    there.postMessage(hex);
  });
}

function say(words) { python.textContent = words; }

grid.render({ model: new Model(), el: document.getElementById("lab") });

// -- what the reader has done -------------------------------------------------------------------------

// JupyterLite keeps files in the browser's own database. Reading it here needs no kernel.
async function withFiles(mode, use) {
  const names = (await indexedDB.databases?.()) ?? [];
  const found = names.find(({ name }) => name?.startsWith("JupyterLite Storage"));
  if (!found) return null;
  const base = await request(indexedDB.open(found.name));
  try {
    if (!base.objectStoreNames.contains("files")) return null;
    return await use(base.transaction("files", mode).objectStore("files"));
  } finally {
    base.close();
  }
}

function keptFiles() {
  return withFiles("readonly", async (store) => {
    const [keys, values] = await Promise.all([request(store.getAllKeys()), request(store.getAll())]);
    return new Map(keys.map((key, at) => [key, values[at]]));
  });
}

function request(asked) {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

function showProgress(files) {
  const kept = files.get(begin.record);
  const record = kept ? dataIn(kept) : null;
  const states = record?.done ?? {};
  let solved = 0;
  for (const { number, file, exercises, mark } of begin.lessons) {
    const done = exercises.filter((id) => states[id] === "passed").length;
    solved += done;
    const words = [];
    if (done) words.push(`${done} of ${exercises.length} exercises solved`);
    if (files.has(file)) {
      const seen = localStorage.getItem(`wslearn-lesson-${number}`);
      if (seen && seen !== mark) words.push("there is a newer version of this lesson, and yours will be kept: ");
    }
    const line = document.querySelector(`[data-lesson="${number}"] .state`);
    line.textContent = words.join(" · ");
    if (words.at(-1)?.endsWith(": ")) line.append(renewing(number, file, mark));
  }
  const words = solved === 1 ? "one exercise" : `${solved} exercises`;
  document.getElementById("done").textContent = solved ? `You have solved ${words}.` : "";
}

// All that the reader has written, lesson after lesson, as one notebook: an instructor's
// `wslearn collect` finds the answers in it by their numbers.
function offerToTake(files) {
  const mine = begin.lessons.filter(({ file }) => files.has(file));
  const button = document.getElementById("take");
  button.hidden = mine.length === 0;
  button.addEventListener("click", () => {
    const cells = mine.flatMap(({ file }) => dataIn(files.get(file))?.cells ?? [])
      .filter(({ cell_type }) => cell_type === "code")
      .map(({ source }, at) => ({
        cell_type: "code", id: `cell-${at}`, metadata: {}, execution_count: null, outputs: [], source,
      }));
    const metadata = { kernelspec: { name: "python3", display_name: "Python 3", language: "python" } };
    const notebook = JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells }, null, 1);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([notebook], { type: "application/x-ipynb+json" }));
    link.download = "wslearn-my-work.ipynb";
    link.click();
    URL.revokeObjectURL(link.href);
  });
}

// What a file holds; null for one that makes no sense, which is for Python to report.
function dataIn({ format, content }) {
  if (typeof content !== "string") return content;
  try {
    return JSON.parse(format === "base64" ? new TextDecoder().decode(Uint8Array.from(atob(content), (one) => one.charCodeAt(0))) : content);
  } catch {
    return null;
  }
}

// The reader's copy is kept under another name, and the lesson is the site's own again.
function renewing(number, file, mark) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "get the new one";
  button.addEventListener("click", async () => {
    const name = `mine-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}-${file}`;
    await withFiles("readwrite", async (store) => {
      const mine = await request(store.get(file));
      await request(store.put({ ...mine, name, path: name }, name));
      await request(store.delete(file));
    });
    localStorage.setItem(`wslearn-lesson-${number}`, mark);
    button.replaceWith(`done: yours is now ${name}`);
  });
  return button;
}

for (const { number, mark } of begin.lessons) {
  document.querySelector(`[data-lesson="${number}"] a`).addEventListener("click", () => {
    if (!localStorage.getItem(`wslearn-lesson-${number}`)) localStorage.setItem(`wslearn-lesson-${number}`, mark);
  });
}

// What this browser lacks, and what to do about it; "" where it has all that a lesson needs.
function lacking() {
  if (typeof WebAssembly !== "object") {
    return "This browser cannot run Python, so the lessons can be read here, but not run. Any browser from the last three years can, if WebAssembly is not switched off.";
  }
  if (!isSecureContext) {
    return "This page came over http, so the browser keeps no progress for it, and nothing works offline. Ask for an address that begins with https.";
  }
  return navigator.serviceWorker ? "" : NO_WORKER;
}
const NO_WORKER = "This browser keeps no progress for this page, and nothing works offline (a private window, say). Open the page in an ordinary window.";

// -- kept for the next visit --------------------------------------------------------------------------------

async function keepForLater() {
  const registration = await navigator.serviceWorker.register("service-worker.js?enableCache=true");
  await navigator.serviceWorker.ready;
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const here = loaded.filter((name) => name.startsWith(location.origin));
  (registration.active ?? registration.waiting)?.postMessage({ keep: [location.origin + location.pathname, ...here] });
}

try {
  const files = await keptFiles();
  trouble.textContent = (await window.wslearnStorage.trouble) || lacking();
  if (files) {
    showProgress(files);
    offerToTake(files);
  }
} catch {
  trouble.textContent = window.wslearnStorage.NOTHING_KEPT;
}
if (navigator.serviceWorker) {
  const later = globalThis.requestIdleCallback ?? ((task) => setTimeout(task, 2000));
  later(() => keepForLater().catch(async () => {
    const there = await navigator.serviceWorker.getRegistration().catch(() => null);
    if (!there) trouble.textContent ||= NO_WORKER; // without a network it is there from an earlier visit
  }));
}
