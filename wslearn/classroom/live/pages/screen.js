// The big screen: how to join, the question, the results once they are shown, and the board.
// No name comes here, and no right answer before it is shown.

import { by, make, showLink } from "../static/chart.js";
import { connect } from "../static/live.js";
import { bits, count, drawBoard, drawNotices, drawResults, phase, setTimer } from "./room.js";

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
  if (lesson) drawBoard(board, null);
}

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
