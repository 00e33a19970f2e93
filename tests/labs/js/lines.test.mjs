// Lines to put in order: what moves where.

import assert from "node:assert/strict";
import { test } from "node:test";

import { joined } from "./joined.mjs";

const { put, move, indent, takeOut, spoken } = await joined(
  ["kit/lines.js"], ["put", "move", "indent", "takeOut", "spoken"]);
const three = [[4, 0], [2, 1], [0, 1]];

test("a line from the heap takes the indentation of the line before it", () => {
  assert.deepEqual(put(three, 7, 3), [...three, [7, 1]]);
  assert.deepEqual(put(three, 7, 0), [[7, 0], ...three]);
  assert.deepEqual(put([], 7, 99), [[7, 0]]);
});

test("a dragged line goes where it was dropped, and stays on the page", () => {
  assert.deepEqual(put(three, 0, 0, 2), [[0, 2], [4, 0], [2, 1]]);
  assert.deepEqual(put(three, 0, 1, 99)[1], [0, 5]);
  assert.deepEqual(put(three, 0, 1, -3)[1], [0, 0]);
});

test("a line moves by one, keeps its indentation, and stops at the ends", () => {
  assert.deepEqual(move(three, 2, -1), [[2, 1], [4, 0], [0, 1]]);
  assert.deepEqual(move(three, 2, 1), [[4, 0], [0, 1], [2, 1]]);
  assert.deepEqual(move(three, 4, -1), three);
  assert.deepEqual(move(three, 0, 1), three);
});

test("a line is indented alone, and never below zero", () => {
  assert.deepEqual(indent(three, 2, 1), [[4, 0], [2, 2], [0, 1]]);
  assert.deepEqual(indent(three, 4, -1), three);
});

test("a line goes back to the heap, and each place is announced", () => {
  assert.deepEqual(takeOut(three, 2), [[4, 0], [0, 1]]);
  assert.equal(spoken(three, 2), "line 2 of 3, indented once");
  assert.equal(spoken(three, 4), "line 1 of 3, indented 0 times");
  assert.equal(spoken(three, 9), "back on the heap");
});

test("no step changes the program that it is given", () => {
  const before = structuredClone(three);
  put(three, 9, 1); move(three, 2, 1); indent(three, 2, 1); takeOut(three, 2);
  assert.deepEqual(three, before);
});
