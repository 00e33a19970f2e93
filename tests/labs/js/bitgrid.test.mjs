// What the bit grid says about a bit, and what a click on it sends. The rules are in Python.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { joined } from "./joined.mjs";
import { Model, page } from "./page.mjs";

const { default: grid, placeOf, places } = await joined(["kit/field.js", "kit/bitgrid.js"], ["placeOf", "places"]);

const FIELDS = [
  { kind: "fin", name: "FIN", start: 0, width: 1, shown: "1", meaning: "last", section: "§5.2" },
  { kind: "rest", name: "others", start: 1, width: 7, shown: "1", meaning: "more", section: "§5.2" },
];
const VIEW = {
  title: "bits", hex: "81", notes: [""], fields: FIELDS, faulty: [], rest: "", size: "1 byte",
  verdict: { outcome: "accepted", sign: "✓", headline: "Yes.", because: "", faults: [] },
  fold: { text: "", fault: "", button: "", close: false },
};

let body, model, stop, root;
beforeEach(() => {
  stop?.();
  body = page();
  const state = { view: VIEW, tools: {}, room: {}, parts: ["bits", "explain"], editable: true, answered: [], selected: null };
  model = new Model(state);
  stop = grid.render({ model, el: body });
  root = body.children[0];
});
const bit = (at) => root.querySelector(`[data-bit="${at}"]`);

test("a bit is named by its place, its worth, and its part in a longer number", () => {
  const field = { name: "length", number: true };
  assert.match(placeOf({ bit: 9, start: 9, width: 7, field }), /^bit 9 · byte 1, bit 1 · worth 64 in its byte$/);
  assert.match(placeOf({ bit: 16, start: 16, width: 64, field }), /2\^63 in the number$/);
  assert.match(placeOf({ bit: 31, start: 16, width: 16, field }), /, 1 in the number$/);
  assert.equal(places(3, 1), "3");
  assert.equal(places(9, 7), "9–15");
});

test("no bit is selected where Python says None, however that arrives", async () => {
  for (const none of [null, undefined]) {
    const el = page();
    const other = new Model({ ...model.state, selected: none });
    const end = grid.render({ model: other, el });
    const chosen = () => el.querySelectorAll('[aria-selected="true"]').map((each) => each.dataset.bit);
    assert.deepEqual(chosen(), []);
    other.set("selected", 3);
    await new Promise((resolve) => setTimeout(resolve));
    assert.deepEqual(chosen(), ["3"]);
    other.set("selected", none);
    await new Promise((resolve) => setTimeout(resolve));
    assert.deepEqual(chosen(), []);
    end();
  }
});

test("eight bits are drawn from two hex digits", () => {
  assert.equal(Array.from({ length: 8 }, (_, at) => bit(at).textContent).join(""), "10000001");
});

test("a click turns the digit over at once and asks Python for the rest", () => {
  bit(0).fire("click");
  assert.equal(bit(0).textContent, "0");
  assert.deepEqual([model.sent[0].do, model.sent[0].bit], ["flip", 0]);
});

test("Space and Enter flip, arrows walk and stay inside", () => {
  bit(0).focus();
  bit(0).fire("keydown", { key: "ArrowLeft" });
  assert.equal(document.activeElement, bit(0));
  bit(0).fire("keydown", { key: "ArrowRight" });
  assert.equal(document.activeElement, bit(1));
  bit(1).fire("keydown", { key: " " });
  bit(1).fire("keydown", { key: "Enter" });
  assert.deepEqual(model.sent.map((message) => message.bit), [1, 1]);
});

test("a read-only grid flips nothing", () => {
  model.set("editable", false);
  bit(0).fire("click");
  assert.equal(bit(0).textContent, "1");
  assert.deepEqual(model.sent, []);
});

test("the bit with the focus is explained", () => {
  bit(0).focus();
  const line = root.querySelector(".wsl-explain").textContent;
  assert.match(line, /FIN 1/);
  assert.match(line, /§5\.2/);
});
