// The big screen: how to join, the question, the results once they are shown, and the board.
// No name comes here, and no right answer before it is shown.

import { by, make, showLink } from "../static/chart.js";
import { connect } from "../static/live.js";
import { bits, count, drawBoard, drawCase, drawNotices, drawResults, phase, setTimer } from "./room.js";

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

/** As many rows of a case as the screen has room for; those that may be pointed at go last. */
function fit() {
  const rows = [...by("case").querySelectorAll("li")];
  by("left").hidden = true;
  for (let need = 3; need >= 0; need -= 1) {
    for (const row of rows) row.hidden = Number(row.dataset.need) > need;
    for (const one of by("case").querySelectorAll("details")) {
      one.hidden = need < 3;
      one.open = true;
    }
    const left = rows.filter(({ hidden }) => hidden).length;
    by("left").hidden = !left;
    by("left").textContent =
      `${left} more ${left === 1 ? "row is" : "rows are"} left out here: the students' pages have all.`;
    if (document.documentElement.scrollHeight <= innerHeight) return;
  }
}

addEventListener("resize", fit);
document.fonts?.ready.then(fit);

function options({ options: words }) {
  const list = make("ul", "candidates");
  for (const option of words) {
    const item = make("li");
    const body = make("div", "candidate");
    body.append(make("span", "name", option));
    item.append(body);
    list.append(item);
  }
  return list;
}
