// A student's page: answer, see that it counts, and the results once the instructor shows them.

import { by, make, showLink, showProblem } from "../static/chart.js";
import { connect } from "../static/live.js";
import { bits, count, drawCase, drawNotices, drawResults, letter, phase, setTimer } from "./room.js";

let state = null;
let drawn = ""; // the round and vote whose form is shown
let counted = null; // the answer as the server counts it
let pending = null; // an answer that the server has not confirmed yet; it is sent again if need be
let again;

const send = connect(hear, (connected) => {
  showLink(connected);
  if (connected && pending) send(pending);
});

function hear(message) {
  switch (message.type) {
    case "state":
      state = message;
      break;
    case "voted":
      if (pending?.round === message.round) pending = null;
      counted = message;
      showProblem("");
      break;
    case "error":
      showProblem(message.text);
      clearTimeout(again);
      if (message.code === "unavailable" && pending) again = setTimeout(() => send(pending), 2000);
      else pending = null;
  }
  if (state) show();
}

function show() {
  const { question } = state;
  drawNotices(state.notices);
  setTimer(state.until);
  by("lab").hidden = !state.lab.frame;
  by("lab").textContent = state.lab.frame
    ? `The instructor offers a frame for the lab: ${state.lab.frame}. Open it in your notebook.` : "";
  const asked = Boolean(question.round);
  by("waiting").hidden = asked;
  by("asked").hidden = !asked;
  drawCase(question.case ?? "");
  if (!asked) return;
  const now = `${question.round}.${question.vote}`;
  if (now !== drawn) {
    if (drawn) counted = pending = null;
    drawn = now;
    build(question);
    showProblem("");
  }
  by("phase").textContent = phase(question);
  by("count").textContent = count(question, state.here);
  by("ballot").classList.toggle("done", question.shown);
  for (const input of fields()) input.disabled = !question.open;
  by("vote").hidden = !question.open;
  by("vote").textContent = counted ? "Change my answer" : "Answer";
  const mine = counted ? `Your answer: ${words(counted.candidate)}.` : "";
  const rest = question.open ? (counted ? "You can change it." : "") :
    question.shown ? "" : "Voting is closed. Discuss it with your neighbours.";
  const text = pending ? `Sending: ${words(pending.candidate)} …` : `${mine} ${rest}`.trim();
  if (by("mine").textContent !== text) by("mine").textContent = text;
  by("answers").hidden = question.shown && question.kind !== "bit";
  drawResults(by("results"), question);
}

function words(answer) {
  const { kind, options } = state.question;
  if (kind === "choice") return options["abcdefghij".indexOf(answer)] ?? answer;
  return kind === "bit" ? `bit ${answer}` : answer;
}

const fields = () => [...by("answers").querySelectorAll("input, textarea")];

function build({ kind, text, options, frame }) {
  by("question").textContent = text;
  const place = by("answers");
  if (kind === "choice") {
    const list = make("ul", "candidates");
    options.forEach((option, index) => {
      const label = make("label", "candidate");
      label.append(radio(letter(index), `answer-${index}`), make("span", "name", option));
      const item = make("li");
      item.append(label);
      list.append(item);
    });
    place.replaceChildren(list);
  } else if (kind === "bit") {
    place.replaceChildren(bits(frame, (index, value) => {
      const label = make("label", "bit");
      const input = radio(String(index), `bit-${index}`);
      input.setAttribute("aria-label", `bit ${index}, which is ${value}`);
      label.append(input, make("span", "", String(value)));
      return label;
    }));
  } else {
    const field = make(kind === "text" ? "textarea" : "input");
    field.id = "written";
    field.required = true;
    field.maxLength = 300;
    field.autocomplete = "off";
    const names = { number: "A number", bytes: "Bytes in hex, such as 81 05", text: "In your own words" };
    const label = make("label", "", names[kind]);
    label.htmlFor = "written";
    place.replaceChildren(label, field);
  }
}

function radio(value, id) {
  const input = make("input");
  Object.assign(input, { type: "radio", name: "answer", value, id, required: true });
  return input;
}

by("ballot").addEventListener("submit", (event) => {
  event.preventDefault();
  const { question } = state;
  const chosen = fields().find((field) => field.type !== "radio" || field.checked);
  if (!chosen || !question.open) return;
  pending = { type: "vote", round: question.round, vote: question.vote, candidate: chosen.value };
  send(pending); // if the connection is lost just now, it goes out with the next one
  show();
});
