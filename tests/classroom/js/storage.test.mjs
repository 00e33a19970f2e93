// A browser that does not store: wslearn/classroom/site/static/storage.js, and what the service
// worker makes of a refusal.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const STATIC = new URL("../../../wslearn/classroom/site/static/", import.meta.url);
const script = (name) => readFileSync(new URL(name, STATIC), "utf8");
const turn = () => new Promise((resolve) => setTimeout(resolve));

// A page whose browser opens a database as `open` says.
async function page(open) {
  const said = [];
  const listeners = new Map();
  const sent = [];
  const saved = [];
  const settings = { textContent: '{"appName":"wslearn"}' };
  const banner = { setAttribute() {}, style: {} };
  let merge;
  const world = {
    indexedDB: { open, deleteDatabase() {} },
    setTimeout: (task, after) => after === undefined && task(),
    setInterval: (task) => setTimeout(task),
    clearInterval() {},
    addEventListener: (name, task) => listeners.set(name, task),
    document: {
      body: { append: () => said.push(banner) },
      createElement: () => banner,
      getElementById: (id) => (id === "jupyter-config-data" ? settings : said[0] ?? null),
    },
    MutationObserver: class {
      constructor(told) { merge = () => told([], this); }
      observe() {}
      disconnect() { merge = null; }
    },
    BroadcastChannel: class { postMessage(message) { sent.push({ ...message }); } },
    jupyterapp: { shell: { currentWidget: { context: { saveState: { connect: (task) => saved.push(task) } } } } },
  };
  world.window = world;
  vm.runInNewContext(script("storage.js"), world);
  await world.wslearnStorage.begin();
  await turn();
  return { world, banner, settings, sent, listeners, saved, join: () => merge?.() };
}

const refused = () => {
  throw Object.assign(new Error("no"), { name: "InvalidStateError" });
};
// One that stores what it is given.
function stores() {
  const asked = {};
  queueMicrotask(() => {
    const change = { objectStore: () => ({ put() { queueMicrotask(() => change.oncomplete()); } }) };
    asked.result = { transaction: () => change, close() {} };
    asked.onsuccess();
  });
  return asked;
}

test("where nothing is stored, the page says so and keeps its files in memory", async () => {
  const { world, banner, settings, join } = await page(refused);
  assert.equal(await world.wslearnStorage.trouble, world.wslearnStorage.NOTHING_KEPT);
  assert.equal(banner.textContent, world.wslearnStorage.NOTHING_KEPT);
  join(); // JupyterLite has written the settings
  const joined = JSON.parse(settings.textContent);
  assert.equal(joined.appName, "wslearn");
  assert.equal(joined.enableMemoryStorage, true);
});

test("where there is room, nothing is said and nothing changed", async () => {
  const { world, banner, settings, join } = await page(stores);
  assert.equal(await world.wslearnStorage.trouble, "");
  assert.equal(banner.textContent, undefined);
  join();
  assert.deepEqual(JSON.parse(settings.textContent), { appName: "wslearn" });
});

test("a notebook that could not be saved is told of until it is saved", async () => {
  const { banner, saved } = await page(stores);
  await saved[0](null, "failed");
  assert.match(banner.textContent, /Download the notebook .* or make room/);
  await saved[0](null, "completed");
  assert.deepEqual([banner.textContent, banner.hidden], ["", true]);
});

test("a refusal is passed on to the kernel that waits, and other faults are not", async () => {
  const { sent, listeners } = await page(stores);
  listeners.get("unhandledrejection")({ reason: new Error("another") });
  assert.deepEqual(sent, []);
  listeners.get("unhandledrejection")({ reason: { name: "QuotaExceededError" } });
  assert.deepEqual(sent, [{ refused: true }]);
});

test("a kernel's question about a file ends with an error where the page was refused", async () => {
  const heard = new Set();
  const world = {
    URL, Response, Set,
    self: { addEventListener: (name, task) => { world[name] = task; } },
    location: { origin: "http://here" },
    crypto: { randomUUID: () => "1" },
    BroadcastChannel: class {
      addEventListener(_, task) { heard.add(task); }
      removeEventListener(_, task) { heard.delete(task); }
      postMessage() {}
    },
  };
  vm.runInNewContext(script("service-worker.js").replace("__KEEP__", "[]"), world);
  const ask = async (path) => {
    let reply;
    const request = { url: `http://here${path}`, method: "POST", json: async () => ({ browsingContextId: "a" }) };
    world.fetch({ request, respondWith: (answer) => { reply = answer; } });
    await turn();
    for (const task of heard) task({ data: { refused: true } });
    return Promise.race([reply, turn().then(() => "still waits")]);
  };
  assert.equal((await ask("/api/drive")).status, 507);
  assert.equal(heard.size, 0);
  assert.equal(await ask("/api/stdin/kernel"), "still waits"); // the reader has yet to type
});
