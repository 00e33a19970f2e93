// A sheet makes what Python describes, and nothing else.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { joined } from "./joined.mjs";
import { Model, page } from "./page.mjs";

const { default: sheet } = await joined(["kit/sheet.js"]);
const node = (tag, inside = [], more = {}) => ({ tag, attributes: {}, inside, ...more });
const drawn = () => new Promise((resolve) => setTimeout(resolve));

let body, model, stop;
function show(view) {
  model = new Model({ view, tick: {}, answered: [] });
  stop = sheet.render({ model, el: body });
  return body.children[0];
}
beforeEach(() => { stop?.(); body = page(); });

test("what a network sent is text, never markup", () => {
  const root = show([node("p", ["<img src=x onerror=alert(1)>"])]);
  assert.equal(root.querySelectorAll("img").length, 0);
  assert.equal(root.textContent, "<img src=x onerror=alert(1)>");
});

test("a tag or an attribute that is not listed is not made", () => {
  const root = show([node("script", ["x"], { attributes: { onclick: "x", src: "x", class: "fine" } })]);
  assert.equal(root.querySelectorAll("script").length, 0);
  const [made] = root.children;
  assert.deepEqual([made.localName, made.getAttributeNames()], ["span", ["class"]]);
});

test("only custom properties reach the style", () => {
  const [made] = show([node("p", [], { style: { "--at": "3", background: "url(//elsewhere)" } })]).children;
  assert.deepEqual([...made.properties], [["--at", "3"]]);
});

test("a change keeps the element, and with it the focus", async () => {
  const root = show([node("button", ["1"], { do: { do: "step" } })]);
  const before = root.children[0];
  before.focus();
  model.set("view", [node("button", ["2"], { do: { do: "step" } })]);
  await drawn();
  assert.equal(root.children[0], before);
  assert.equal(before.textContent, "2");
  assert.equal(document.activeElement, before);
});

test("a click sends the message of the nearest node that has one", () => {
  const root = show([node("div", [node("b", ["x"])], { do: { do: "open", row: 3 } })]);
  root.querySelector("b").fire("click");
  assert.equal(model.sent.length, 1);
  assert.deepEqual({ do: model.sent[0].do, row: model.sent[0].row }, { do: "open", row: 3 });
});

test("what is typed while Python draws is not lost, and a new value from Python is taken", async () => {
  const field = (value) => node("input", [], { attributes: { type: "text", value }, hands: { do: "type" } });
  const [box] = show([field("")]).children;
  const type = (text) => { box.value = text; box.fire("input"); };
  const told = async (value) => { model.set("view", [field(value)]); await drawn(); return box.value; };
  type("a");
  assert.equal(await told(""), "a", "Python has not heard of it yet");
  type("ab");
  assert.equal(await told("a"), "ab", "Python has heard of half of it");
  assert.equal(await told("ab"), "ab");
  assert.equal(await told(""), "", "the next question");
  type("c");
  assert.equal(await told("other"), "other");
});

test("a button that is off sends nothing", () => {
  const root = show([node("button", ["x"], { do: { do: "x" }, attributes: { "aria-disabled": "true" } })]);
  root.children[0].fire("click");
  assert.deepEqual(model.sent, []);
});

test("an answer older than the last click is not drawn", async () => {
  const root = show([node("button", ["0"], { do: { do: "step" } })]);
  root.children[0].fire("click");
  root.children[0].fire("click");
  const [me] = model.sent[0].from;
  model.state.view = [node("button", ["1"])];
  model.set("answered", [me, 1]);
  await drawn();
  assert.equal(root.textContent, "0");
  model.state.view = [node("button", ["2"])];
  model.set("answered", [me, 2]);
  await drawn();
  assert.equal(root.textContent, "2");
});

test("the arrows walk in a list that has one tab stop, Home and End go to its ends", () => {
  const stops = ["a", "b", "c"].map((name) =>
    node("li", [name], { attributes: { "data-stop": "", tabindex: "-1" }, tabindex: true }));
  const root = show([node("ul", stops, { attributes: { "data-walk": "down" } })]);
  const items = root.querySelectorAll("[data-stop]");
  items[0].focus();
  for (const [key, at] of [["ArrowDown", 1], ["End", 2], ["ArrowDown", 2], ["Home", 0], ["ArrowUp", 0]]) {
    const event = document.activeElement.fire("keydown", { key });
    assert.ok(event.prevented);
    assert.equal(document.activeElement, items[at], key);
  }
  assert.deepEqual(items.map((each) => each.getAttribute("tabindex")), ["0", "-1", "-1"]);
});
