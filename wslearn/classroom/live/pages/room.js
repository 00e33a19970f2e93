// What all pages of a class draw: the question, its case, how a vote stands, notices, the time that is left,
// and the board. Whatever comes is text and is shown as text.

import { by, make, votes } from "../static/chart.js";

const LETTERS = "abcdefghij";

export const letter = (index) => LETTERS[index];

/** The phase of a question, in words. */
export function phase(question) {
  const vote = question.vote > 1 ? "Second vote" : "Vote";
  const state = question.shown ? "Results" : question.open ? `${vote} · open` : `${vote} · closed`;
  return question.label ? `${state} · ${question.label}` : state;
}

export function count(question, here) {
  const people = Math.max(here, question.answered);
  return `${question.answered} of ${people} have answered.`;
}

/** The bits of a frame, eight to a row; `cell` makes the element for a bit. */
export function bits(frame, cell) {
  const grid = make("div", "bits");
  frame.split(" ").forEach((hex, byte) => {
    const row = make("div", "byte");
    row.append(make("span", "hex", hex));
    const value = parseInt(hex, 16);
    for (let bit = 0; bit < 8; bit += 1) row.append(cell(8 * byte + bit, (value >> (7 - bit)) & 1));
    grid.append(row);
  });
  return grid;
}

/** What a case is about, as text: fetched once, not with every message; then `drawn` is called. */
export async function drawCase(number, drawn = () => {}) {
  const place = by("case");
  if ((place.dataset.number ?? "") === number) return;
  place.dataset.number = number;
  place.replaceChildren();
  place.hidden = !number;
  if (!number) return;
  let scene;
  try {
    const answer = await fetch(`case/${number}`);
    if (!answer.ok) throw new Error(String(answer.status));
    scene = await answer.json();
  } catch {
    if (place.dataset.number !== number) return;
    place.replaceChildren(make("p", "quiet", "The case has not arrived. Trying again …"));
    setTimeout(() => {
      if (place.dataset.number !== number) return; // another question by now
      delete place.dataset.number;
      drawCase(number, drawn);
    }, 3000);
    return;
  }
  if (place.dataset.number !== number) return;
  place.replaceChildren(
    ...scene.story.map((one) => make("p", "story", one)), ...scene.talks.flatMap(talk),
    make("p", "quiet opens", `In a notebook: ws.case("${scene.number}")`));
  drawn();
}

const ASIDE = 3; // lines of a handshake that the case is not about

function talk({ title, rows }) {
  const parts = [make("h2", "", title)];
  const aside = rows.filter(({ need }) => need === ASIDE);
  if (aside.length) {
    const folded = make("details");
    folded.append(make("summary", "", "Opening handshake"), list(aside));
    parts.push(folded);
  }
  return [...parts, list(rows.filter(({ need }) => need !== ASIDE))];
}

function list(rows) {
  const lines = make("ol", "rows");
  for (const row of rows) {
    const line = make("li");
    line.dataset.need = row.need;
    line.append(make("span", "at", row.number), make("span", "from", row.who), make("span", "what", row.what));
    if (row.hex) {
      const code = make("code");
      Object.assign(code.dataset, { hex: row.hex, size: row.size, least: row.least });
      line.append(code);
      showBytes(code, row.size);
    }
    lines.append(line);
  }
  return lines;
}

/** At most this many of a row's bytes, and how many more there are. */
export function showBytes(code, most) {
  const { hex, size } = code.dataset, shown = hex.split(" ").slice(0, most);
  const left = size - shown.length;
  code.textContent = shown.join(" ") + (left ? ` … ${left} more ${left === 1 ? "byte" : "bytes"}` : "");
}

/** The results as bars; of two votes the first is the pale one. */
export function drawResults(place, question) {
  const told = question.results;
  if (!told.rows) {
    place.replaceChildren();
    return;
  }
  const list = make("ul", "candidates");
  for (const row of told.rows) {
    const item = make("li", row.right ? "right" : "");
    const body = make("div", "candidate");
    row.votes.forEach((number, index) => {
      const all = told.totals[index];
      if (!number) return;
      const bar = make("span", `bar vote${index + 1} of${row.votes.length}`);
      bar.style.width = all ? `${(100 * number) / all}%` : "0";
      bar.setAttribute("aria-hidden", "true");
      body.append(bar);
    });
    body.append(make("span", "name", row.right ? `✓ ${row.words}` : row.words));
    const shares = row.votes.map((number, index) =>
      told.totals[index] ? `${Math.round((100 * number) / told.totals[index])} %` : "–");
    const last = row.votes[row.votes.length - 1];
    const words = row.votes.length > 1 ? shares.join(" → ") : `${votes(last)} · ${shares[0]}`;
    body.append(make("span", "votes", words));
    item.append(body);
    if (row.reply && question.shown) item.append(make("p", "reply", row.reply));
    list.append(item);
  }
  const notes = [];
  if (told.gain !== undefined) notes.push(`Normalised gain: ${told.gain.toFixed(2)}.`);
  if (told.totals.length > 1) notes.push("The upper bar is the first vote.");
  if (told.source && question.shown) notes.push(told.source);
  place.replaceChildren(list, make("p", "quiet", notes.join(" ")));
}

let noticed = "";

export function drawNotices(notices, remove) {
  const now = JSON.stringify(notices);
  if (now === noticed) return; // do not start reading it aloud again
  noticed = now;
  by("notices").replaceChildren(...notices.map(({ number, text }) => {
    const line = make("p", "", text);
    if (remove) {
      const button = make("button", "plain", "×");
      button.type = "button";
      button.setAttribute("aria-label", `Remove: ${text}`);
      button.addEventListener("click", () => remove(number));
      line.append(button);
    }
    return line;
  }));
}

let until = 0;
setInterval(drawTimer, 500);

export function setTimer(seconds) {
  until = seconds;
  drawTimer();
}

function drawTimer() {
  const left = Math.round(until - Date.now() / 1000);
  by("timer").hidden = !until || left < -60;
  const text = left > 0
    ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")} left`
    : "Time is up";
  if (by("timer").textContent !== text) by("timer").textContent = text;
}

const MARKS = [["", "not begun"], ["◐", "tried"], ["!", "stuck"], ["●", "solved"]];

/** The board: tasks across, students as numbers down; with `names` (the desk's) their names. */
export function drawBoard({ lesson, tasks, rows, wrong }, names) {
  by("board-title").textContent = lesson ? `Lesson ${lesson}` : "Board";
  if (!lesson) {
    by("table").replaceChildren();
    return;
  }
  const table = make("table", "board");
  const head = make("tr");
  head.append(scope(make("th", "", names ? "student" : "no."), "col"));
  for (const task of tasks) head.append(scope(make("th", "", task), "col"));
  const top = make("thead");
  top.append(head);
  const solved = tasks.map((_, at) => rows.filter(([, marks]) => marks[at] === "3").length);
  const sum = make("tr", "sum");
  sum.append(scope(make("th", "", "solved"), "row"));
  for (const number of solved) sum.append(make("td", "", `${number} of ${rows.length}`));
  top.append(sum);
  const body = make("tbody");
  for (const [number, marks, at] of rows.slice(0, 400)) {
    const row = make("tr");
    const name = names ? `${number} ${names[number] ?? ""}` : `${number}`;
    row.append(scope(make("th", "", name), "row"));
    [...marks].forEach((mark, index) => {
      const [sign, word] = MARKS[mark];
      const cell = make("td", `mark${mark}${index === at ? " now" : ""}`);
      const shown = make("span", "", sign);
      shown.setAttribute("aria-hidden", "true");
      cell.append(shown, make("span", "spoken", index === at ? `${word}, now here` : word));
      row.append(cell);
    });
    body.append(row);
  }
  table.append(top, body);
  by("table").replaceChildren(table);
  by("legend").textContent = "● solved   ◐ tried   ! stuck   ▢ now here";
  const list = make("ol", "wrong");
  for (const { task, reply, count: number, share } of wrong) {
    const item = make("li");
    item.append(make("strong", "", `${task} · ${number} · ${share} %`), make("p", "", reply));
    list.append(item);
  }
  by("wrong").replaceChildren(...(wrong.length
    ? [make("h3", "", "The commonest wrong answers"), list] : []));
}

function scope(cell, value) {
  cell.scope = value;
  return cell;
}
