// The results as bars, drawn from the newest message. The rows stay as long as the round does, so
// that focus, and what is being read aloud, are not lost whenever someone else votes.

const SPEAK_EVERY = 5000; // milliseconds: do not talk over a screen reader

export const by = (id) => document.getElementById(id);

export function make(name, className, text) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

export const votes = (count) => (count === 1 ? "1 vote" : `${count} votes`);

export function chart(row) {
  let round = null, rows = [], spoken = 0, timer;

  function build(results) {
    round = results.round;
    by("question").textContent = results.question;
    rows = results.candidates.map((candidate, index) => {
      const item = make("li");
      const body = row(candidate.name, index);
      const bar = make("span", "bar");
      const count = make("span", "votes");
      bar.setAttribute("aria-hidden", "true");
      body.append(bar, make("span", "name", candidate.name), count);
      item.append(body);
      return { item, bar, count };
    });
    by("candidates").replaceChildren(...rows.map(({ item }) => item));
  }

  return (results) => {
    if (results.round !== round) build(results);
    const all = results.candidates.reduce((sum, { votes }) => sum + votes, 0);
    const most = Math.max(...results.candidates.map(({ votes }) => votes));
    results.candidates.forEach((candidate, index) => {
      const { item, bar, count } = rows[index];
      const share = all ? (100 * candidate.votes) / all : 0;
      bar.style.width = `${share}%`;
      count.textContent = `${votes(candidate.votes)} · ${Math.round(share)} %`;
      item.classList.toggle("first", candidate.votes === most && all > 0);
    });
    by("count").textContent = `${all} of ${results.people} in the room have voted.`;
    const sentence = `${all} of ${results.people} have voted. ` +
      results.candidates.map(({ name, votes: n }) => `${name}: ${n}`).join(", ") + ".";
    clearTimeout(timer);
    timer = setTimeout(() => {
      spoken = performance.now();
      by("spoken").textContent = sentence;
    }, Math.max(300, spoken + SPEAK_EVERY - performance.now()));
  };
}

let lastNotice = 0;

export function showNotice({ number, text }) {
  if (number <= lastNotice) return; // it came again with a new connection
  lastNotice = number;
  by("notices").replaceChildren(make("p", "", text));
}

export function showProblem(text) {
  by("problem").textContent = text;
  by("problem").hidden = !text;
}

export function showLink(connected) {
  by("link").textContent = connected ? "Live" : "Not connected. Trying again …";
  by("link").classList.toggle("lost", !connected);
}
