// The instructor's desk: ask, close, vote again, show; the board with names; notices to everyone.

import { by, make, showLink, showProblem } from "../static/chart.js";
import { connect } from "../static/live.js";
import { bits, count, drawBoard, drawCase, drawNotices, drawResults, phase, setTimer } from "./room.js";

let state = null;

const send = connect(hear, (connected) => {
  showLink(connected);
  if (state) show();
});

function say(message) {
  showProblem("");
  if (!send(message)) showProblem("Not connected right now. Try again in a moment.");
}

function hear(message) {
  if (message.type === "error") showProblem(message.text);
  if (message.type !== "state") return;
  state = message;
  show();
}

function show() {
  const { question } = state, asked = Boolean(question.round);
  by("here").textContent = `${state.here} connected, ${state.people} ${state.people === 1 ? "name" : "names"}`;
  drawNotices(state.notices, (number) => say({ type: "clear", number }));
  setTimer(state.until);
  by("question").textContent = asked ? question.text : "No question yet";
  by("phase").textContent = asked ? phase(question) : "";
  by("count").textContent = asked ? count(question, state.here) : "";
  by("frame").replaceChildren(...(asked && question.frame
    ? [bits(question.frame, (index, value) => make("span", "bit", String(value)))] : []));
  drawCase(question.case ?? "");
  drawResults(by("results"), asked ? question : { results: {} });
  by("close").disabled = !asked || question.shown;
  by("close").firstChild.textContent = asked && !question.open ? "Open " : "Close ";
  by("again").disabled = !asked || question.shown || question.vote > 1;
  by("show").disabled = !asked || question.shown;
  by("next").hidden = nextOfFile() === 0;
  drawBoard(state.board, state.names);
  drawFile();
  drawNames();
  draw("texts", state.texts, "Free answers", (text) => make("p", "said", text));
  draw("code", state.code, "Code that students showed", ({ number, task, code }) => {
    const item = make("details");
    item.append(make("summary", "", `${number} · ${task}`), make("pre", "", code));
    return item;
  });
}

const drawnAs = {};

function draw(id, list, title, item) {
  const now = JSON.stringify(list);
  if (drawnAs[id] === now) return; // what is open stays open
  drawnAs[id] = now;
  by(id).replaceChildren(...(list.length ? [make("h3", "", title), ...list.map(item)] : []));
}

function nextOfFile() {
  const done = state.rounds.map(({ label }) => Number(label.replace("question ", "")) || 0);
  const next = Math.max(0, ...done) + 1;
  return next <= state.file.length ? next : 0;
}

function drawFile() {
  if (drawnAs.file === state.file.length) return;
  drawnAs.file = state.file.length;
  by("file").hidden = !state.file.length;
  by("file").replaceChildren(...state.file.map(({ number, text }) => {
    const item = make("li");
    const button = make("button", "plain", text);
    button.addEventListener("click", () => say({ type: "ask", which: String(number) }));
    item.append(button);
    return item;
  }));
}

function drawNames() {
  const now = JSON.stringify(state.names);
  if (drawnAs.names === now) return;
  drawnAs.names = now;
  const chosen = new Set([...by("names").querySelectorAll(":checked")].map(({ value }) => value));
  const lines = Object.entries(state.names).map(([number, name]) => {
    const label = make("label", "line");
    const box = make("input");
    Object.assign(box, { type: "checkbox", value: number, checked: chosen.has(number) });
    label.append(box, make("span", "number", number), make("span", "", name));
    return label;
  });
  const remove = make("button", "", "Remove selected");
  const all = make("button", "plain", "Select all");
  all.type = "button";
  all.addEventListener("click", () => {
    for (const box of by("names").querySelectorAll("input")) box.checked = true;
  });
  by("names").replaceChildren(...(lines.length ? [...lines, remove, all] : [make("p", "quiet", "Nobody yet.")]));
}

by("names").addEventListener("submit", (event) => {
  event.preventDefault();
  const numbers = [...by("names").querySelectorAll(":checked")].map(({ value }) => value);
  if (numbers.length) say({ type: "remove", numbers });
});

function form(id, make_) {
  by(id).addEventListener("submit", (event) => {
    event.preventDefault();
    say(make_());
    if (id === "notify" || id === "own") event.target.reset();
  });
}

form("ask", () => ({ type: "ask", which: by("which").value }));
form("choose", () => ({ type: "lesson", lesson: by("lesson").value }));
form("notify", () => ({ type: "notice", text: by("notice").value }));
form("clock", () => ({ type: "timer", seconds: 60 * Number(by("minutes").value) }));
form("open", () => ({ type: "lab", frame: by("bytes").value }));
form("own", () => ({
  type: "question",
  question: by("text").value,
  candidates: by("options").value.split("\n").filter((line) => line.trim()),
}));

const steps = {
  close: () => say({ type: "voting", open: !state.question.open }),
  again: () => say({ type: "again" }),
  show: () => say({ type: "show" }),
  next: () => say({ type: "ask", which: String(nextOfFile()) }),
};
for (const [id, step] of Object.entries(steps)) by(id).addEventListener("click", step);

addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !state) return;
  const id = { c: "close", a: "again", s: "show", n: "next" }[event.key.toLowerCase()];
  if (id && !by(id).disabled && !by(id).hidden) {
    event.preventDefault();
    steps[id]();
  }
});
