// What is out of sight waits until Python is there: wslearn/classroom/site/static/later.js.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const SCRIPT = readFileSync(
  new URL("../../../wslearn/classroom/site/static/later.js", import.meta.url),
  "utf8",
);

// A page whose last cell ends at `bottom`; what it hands on to the browser is in `idle`.
function page({ bottom, hash = "" }) {
  const idle = [];
  const cancelled = [];
  const listeners = new Map();
  const timers = [];
  const cell = { getBoundingClientRect: () => ({ bottom }) };
  const world = {
    location: { hash },
    innerHeight: 900,
    document: { querySelectorAll: () => (bottom === undefined ? [] : [cell]) },
    setInterval: (task) => timers.push(task),
    clearInterval: () => {},
    setTimeout: (task, after) => { world.patience = [task, after]; },
    addEventListener: (name, task) => listeners.set(name, task),
    requestIdleCallback: (task) => idle.push(task),
    cancelIdleCallback: (which) => cancelled.push(which),
  };
  world.window = world;
  vm.runInNewContext(SCRIPT, world);
  const status = (word) => {
    world.jupyterapp = { shell: { currentWidget: { sessionContext: { session: { kernel: { status: word } } } } } };
    for (const look of timers) look();
  };
  return { world, idle, cancelled, listeners, status };
}

test("the first two screens are filled at once", () => {
  for (const bottom of [undefined, 1700]) {
    const { world, idle } = page({ bottom });
    world.requestIdleCallback(() => {});
    assert.equal(idle.length, 1);
  }
});

test("the rest waits until Python is there, and comes once", () => {
  const { world, idle, status } = page({ bottom: 1900 });
  assert.ok(world.requestIdleCallback(() => {}), "a caller tells a waiting task by its number");
  status("starting");
  assert.equal(idle.length, 0);
  status("idle");
  status("idle");
  assert.equal(idle.length, 1);
  world.requestIdleCallback(() => {});
  assert.equal(idle.length, 2);
});

test("a reader who moves on does not wait", () => {
  for (const moved of ["wheel", "touchmove", "keydown"]) {
    const { world, idle, listeners } = page({ bottom: 1900 });
    world.requestIdleCallback(() => {});
    listeners.get(moved)();
    assert.equal(idle.length, 1);
  }
});

test("who looks for a heading gets the whole lesson", () => {
  const { world, idle } = page({ bottom: 1900, hash: "#Quiz" });
  world.requestIdleCallback(() => {});
  assert.equal(idle.length, 1);
});

test("where Python never comes, a minute is enough", () => {
  const { world, idle } = page({ bottom: 1900 });
  world.requestIdleCallback(() => {});
  const [task, after] = world.patience;
  assert.equal(after, 60_000);
  task();
  assert.equal(idle.length, 1);
});

test("what waits can be called off", () => {
  const { world, idle, cancelled, status } = page({ bottom: 1900 });
  const waiting = world.requestIdleCallback(() => {});
  world.cancelIdleCallback(waiting);
  world.cancelIdleCallback(7);
  assert.deepEqual(cancelled, [7]);
  status("idle");
  assert.equal(idle.length, 0);
});
