// A voter's page: choose, vote, see the results.

import { by, chart, make, showLink, showNotice, showProblem } from "./chart.js";
import { connect } from "./live.js";

let results = null;
let counted = null; // the vote as the server counts it
let pending = null; // a vote that the server has not answered yet; it is sent again if need be
let again;

const draw = chart((name, index) => {
  const label = make("label", "candidate");
  const radio = make("input");
  radio.type = "radio";
  radio.name = "candidate";
  radio.value = name;
  radio.required = true;
  radio.id = `candidate-${index}`;
  label.append(radio);
  return label;
});

const send = connect(hear, (connected) => {
  showLink(connected);
  if (connected && pending) send(pending);
});

function hear(message) {
  switch (message.type) {
    case "results": {
      const changed = results && results.round !== message.round;
      results = message;
      if (changed) pending = null;
      draw(results);
      by("ballot").hidden = false;
      break;
    }
    case "voted":
      if (pending && pending.round === message.round && pending.candidate === message.candidate)
        pending = null;
      if (message.round !== counted?.round || message.candidate !== counted?.candidate) {
        counted = message;
        const chosen = radios().find((radio) => radio.value === message.candidate);
        if (chosen && !pending) chosen.checked = true;
      }
      showProblem("");
      break;
    case "notice":
      showNotice(message);
      break;
    case "error":
      showProblem(message.text);
      clearTimeout(again);
      if (message.code === "unavailable" && pending) again = setTimeout(() => send(pending), 2000);
      else pending = null;
  }
  show();
}

function show() {
  if (!results) return;
  const mine = counted?.round === results.round ? counted.candidate : "";
  // The first results can come after the vote they hold.
  const chosen = mine && !pending && radios().every((radio) => !radio.checked) &&
    radios().find((radio) => radio.value === mine);
  if (chosen) chosen.checked = true;
  for (const radio of radios()) {
    radio.disabled = !results.open;
    radio.closest("li").classList.toggle("mine", radio.value === mine);
  }
  by("vote").disabled = !results.open;
  by("vote").textContent = mine ? "Change my vote" : "Vote";
  const vote = mine ? `Your vote: ${mine}.` : "";
  const rest = results.open ? (mine ? "You can change it." : "") : "Voting is closed.";
  const text = pending ? `Sending: ${pending.candidate} …` : `${vote} ${rest}`.trim();
  if (by("mine").textContent !== text) by("mine").textContent = text;
}

const radios = () => [...by("candidates").querySelectorAll("input")];

by("ballot").addEventListener("submit", (event) => {
  event.preventDefault();
  const chosen = radios().find((radio) => radio.checked);
  if (!chosen || !results.open) return;
  pending = { type: "vote", round: results.round, candidate: chosen.value };
  send(pending); // if the connection is lost just now, it goes out with the next one
  show();
});
