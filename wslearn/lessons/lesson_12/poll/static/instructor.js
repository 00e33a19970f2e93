// The instructor's page: see the results, open and close voting, send a notice, ask something else.

import { by, chart, make, showLink, showNotice, showProblem } from "./chart.js";
import { connect } from "./live.js";

let results = null;
const draw = chart(() => make("div", "candidate"));
const send = connect(hear, (connected) => {
  showLink(connected);
  by("voting").disabled = !connected;
});

function hear(message) {
  switch (message.type) {
    case "results":
      results = message;
      draw(results);
      by("voting").textContent = results.open ? "Close voting" : "Open voting";
      by("state").textContent = results.open ? "Voting is open." : "Voting is closed.";
      showProblem("");
      break;
    case "notice":
      showNotice(message);
      break;
    case "error":
      showProblem(message.text);
  }
}

function say(message) {
  const sent = send(message);
  showProblem(sent ? "" : "Not connected right now. Try again in a moment.");
  return sent;
}

by("voting").addEventListener("click", () => {
  if (results) say({ type: "voting", open: !results.open });
});

by("notify").addEventListener("submit", (event) => {
  event.preventDefault();
  if (say({ type: "notice", text: by("notice").value })) by("notice").value = "";
});

by("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  const candidates = by("options").value.split("\n").filter((line) => line.trim());
  say({ type: "question", question: by("asked").value, candidates });
});
