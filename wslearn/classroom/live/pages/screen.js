// The big screen: how to join, the question, the results once they are shown, and the board.
// No name comes here, and no right answer before it is shown.

import { by, make, showLink } from "../static/chart.js";
import { connect } from "../static/live.js";
import { bits, count, drawBoard, drawCase, drawNotices, drawResults, phase, setTimer, showBytes } from "./room.js";

connect(hear, showLink);

function hear(message) {
  if (message.type !== "state") return;
  const { question, board } = message;
  drawNotices(message.notices);
  setTimer(message.until);
  by("here").textContent = `${message.here} connected`;
  const asked = Boolean(question.round), lesson = Boolean(board.lesson);
  by("join").hidden = asked || lesson;
  by("asked").hidden = !asked;
  by("board").hidden = !lesson;
  document.body.classList.toggle("both", asked && lesson);
  if (asked) {
    by("phase").textContent = phase(question);
    by("question").textContent = question.text;
    by("count").textContent = count(question, message.here);
    by("frame").replaceChildren(...(question.frame
      ? [bits(question.frame, (index, value) => make("span", "bit", String(value)))] : []));
    if (question.results.rows) drawResults(by("results"), question);
    else by("results").replaceChildren(options(question));
  }
  const about = question.case ?? "";
  document.body.classList.toggle("case", Boolean(about));
  document.body.classList.toggle("shown", Boolean(question.shown));
  drawCase(about, fit);
  if (lesson) drawBoard(board, null);
  fit();
}

// How much of a case is shown, the most first: the highest `need` that its rows may have, and
// whether each shows all the bytes that it has.
const STEPS = [[3, true], [2, true], [1, true], [1, false], [0, true], [0, false]];

/** As many rows of a case as there is room for; those that may be pointed at always stay. */
function fit() {
  if (by("case").hidden) {
    by("left").hidden = true;
    return;
  }
  const rows = [...by("case").querySelectorAll("li")];
  for (const folded of by("case").querySelectorAll("details")) folded.open = true;
  for (const [need, whole] of STEPS) {
    for (const row of rows) row.hidden = Number(row.dataset.need) > need;
    for (const folded of by("case").querySelectorAll("details")) folded.hidden = need < 3;
    for (const code of by("case").querySelectorAll("code")) {
      showBytes(code, whole ? code.dataset.size : code.dataset.least);
    }
    const left = rows.filter(({ hidden }) => hidden).length;
    by("left").hidden = !left;
    by("left").textContent =
      `${left} more ${left === 1 ? "row is" : "rows are"} left out here; the students' pages have them.`;
    if (document.documentElement.scrollHeight <= innerHeight) return;
  }
}

addEventListener("resize", fit);
document.fonts?.ready.then(fit);

function options({ options: words }) {
  const long = words.some((word) => word.length > 40);
  const list = make("ul", long ? "candidates long" : "candidates");
  for (const option of words) {
    const item = make("li");
    const body = make("div", "candidate");
    body.append(make("span", "name", option));
    item.append(body);
    list.append(item);
  }
  return list;
}
