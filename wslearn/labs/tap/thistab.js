// This tab as a WebSocket client: the browser's own `WebSocket`, and everything it says, as text.
// Where the server is inside this page, `insidesocket.js` stands in for it.
//
// Python sends where to connect (`port`) and what the server saw (`record`). This file connects,
// writes down what it does and what happens to it (`log`), and displays. It judges nothing. Python
// writes `parts.js` and `insidesocket.js` in front of it.
// Whatever came from the network enters the page through `textContent` alone.

const STATES = ["CONNECTING", "OPEN", "CLOSING", "CLOSED"];
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
const LONGEST_LOG = 200; // lines
const LONGEST_LINE = 300; // characters
const PACE = 50; // milliseconds at least between two drawings of the log
const HANDSHAKE = -1; // what `record.shown` says for the handshake; frames count from 0
const LONGEST_WAIT = 6000; // milliseconds until a connection attempt is given up
const INSIDE =
  "The server runs inside this page, out of the browser's reach. So a part of the course stands in for " +
  "its WebSocket, with the same interface, events and errors. The course's own Python client makes the " +
  "handshake and the frames, with fewer headers than your browser would send.";
const ASKING = 1500; // milliseconds that the kernel has to say why; it may be busy

// Where the server in the kernel can be reached from this page, best first. A page of this machine
// goes there directly. A page of a hub cannot: there jupyter-server-proxy carries the connection,
// under the page's own address, and so with the page's own scheme and cookies.
export function ways(port, page = location, base = jupyterBase(), path = "/") {
  const direct = { via: "direct", url: `ws://127.0.0.1:${port}${path}` };
  if (base === null) return [direct];
  const scheme = page.protocol === "https:" ? "wss:" : "ws:";
  const proxy = { via: "proxy", url: `${scheme}//${page.host}${base}proxy/${port}${path}` };
  if (!LOOPBACK.includes(page.hostname)) return [proxy];
  return page.protocol === "https:" ? [proxy, direct] : [direct, proxy];
}

// The path under which Jupyter lives, with a slash at both ends; null where the page is not Jupyter's.
function jupyterBase() {
  const config = document.getElementById("jupyter-config-data");
  let base = document.body.dataset.baseUrl ?? null;
  try {
    if (config) base = JSON.parse(config.textContent).baseUrl ?? base;
  } catch {
    // a page with a broken configuration is not Jupyter's
  }
  if (base === null) return null;
  const path = new URL(base, location.href).pathname;
  return path.endsWith("/") ? path : `${path}/`;
}

const quoted = (text) => {
  const whole = JSON.stringify(String(text));
  return whole.length > LONGEST_LINE ? `${whole.slice(0, LONGEST_LINE)}…` : whole;
};

function render({ model, el }) {
  const root = make("div", "wsl wsl-contact", OWN_KEYS);
  const Socket = model.get("inside") ? insideSocket(model) : WebSocket;
  let socket = null;
  let attempt = 0; // sockets of earlier attempts are not listened to any more

  // -- what this tab does -------------------------------------------------------------------------

  // Messages may come by the thousand: what comes close together goes to Python in one piece,
  // and if that is very much, only its last lines, with the count of the others.
  let waiting = [];
  let told = 0; // when, in milliseconds
  let telling = 0; // the timer of what is not told yet
  const log = (kind, text, note = "") => {
    waiting.push({ kind, text, note });
    clearTimeout(telling);
    const wait = told + PACE - performance.now();
    if (wait <= 0) tell();
    else telling = setTimeout(tell, wait);
  };
  const tell = () => {
    clearTimeout(telling);
    told = performance.now();
    const left = waiting.length - LONGEST_LOG;
    const more = { kind: "event", text: `… ${left} more lines`, note: "" };
    const lines = left > 0 ? [more, ...waiting.slice(-LONGEST_LOG + 1)] : waiting;
    waiting = [];
    model.set("log", [...model.get("log"), ...lines].slice(-LONGEST_LOG));
    model.save_changes();
    drawLog();
  };
  const state = () => (socket ? `readyState ${socket.readyState}, ${STATES[socket.readyState]}` : "");

  function connect(greet) {
    disconnect();
    waiting = [];
    model.set("log", []);
    let all = ways(model.get("port"), location, jupyterBase(), model.get("path"));
    if (model.get("inside")) {
      all = [{ via: "inside", url: `ws://127.0.0.1:${model.get("port")}${model.get("path")}` }];
    }
    tryNext(model.get("fallback") ? all : all.slice(0, 1), greet);
  }

  function tryNext([way, ...others], greet) {
    attempt += 1;
    const mine = attempt;
    const still = (action) => (event) => mine === attempt && action(event);
    const asked = model.get("subprotocols");
    const more = asked.length ? `, ${JSON.stringify(asked)}` : "";
    try {
      socket = asked.length ? new Socket(way.url, asked) : new Socket(way.url);
    } catch (problem) {
      log("trouble", String(problem.message));
      return draw();
    }
    model.set("via", way.via);
    let opened = false;
    let heard = false;
    let slow = false;
    log("did", `socket = new WebSocket(${JSON.stringify(way.url)}${more})`, state());
    const timer = setTimeout(() => {
      slow = true;
      socket.close();
    }, LONGEST_WAIT);
    socket.binaryType = "arraybuffer";
    socket.onopen = still(() => {
      opened = true;
      clearTimeout(timer);
      const chosen = socket.protocol ? `, protocol ${quoted(socket.protocol)}` : "";
      log("event", "onopen", state() + chosen);
      if (greet) send(model.get("message"));
      draw();
      if (document.activeElement === go) message.focus();
    });
    socket.onmessage = still(({ data }) => {
      heard = true;
      const what = data instanceof ArrayBuffer ? `${data.byteLength} bytes` : quoted(data);
      log("event", `onmessage: ${what}`);
    });
    socket.onerror = still(() => log("event", "onerror", "the browser never says why"));
    socket.onclose = still(({ code, reason, wasClean }) => {
      clearTimeout(timer);
      log("event", `onclose: code ${code}, reason ${quoted(reason)}, wasClean ${wasClean}`, state());
      // The proxy opens before it has tried the kernel's port, and breaks off when nobody is there.
      if (!opened || (way.via === "proxy" && !heard && !wasClean)) {
        return why(mine, (reason) => {
          if (!reason && others.length) return tryNext(others, greet);
          const unknown = slow ? "The server did not answer in time." : model.get("unreachable");
          log("trouble", reason || unknown);
          draw();
        });
      }
      draw();
    });
    draw();
  }

  // The browser never says why. A tap in the kernel, if the attempt came that far, knows.
  function why(mine, then) {
    if (!model.get("asks")) return then("");
    const done = () => {
      clearTimeout(timer);
      model.off("change:why", done);
      const { attempt: asked, said } = model.get("why");
      if (mine === attempt) then(asked === mine ? said : "");
    };
    const timer = setTimeout(done, ASKING);
    model.on("change:why", done);
    model.send({ do: "why", attempt: mine });
  }

  function send(text) {
    if (socket?.readyState !== WebSocket.OPEN) return;
    socket.send(text);
    log("did", `socket.send(${quoted(text)})`);
  }

  function sendMany(count) {
    for (let number = 1; number <= count; number += 1) {
      if (socket?.readyState !== WebSocket.OPEN) return;
      socket.send(`${message.value} ${number}`);
    }
    log("did", `socket.send(…), ${count} times`);
  }

  function close() {
    if (socket?.readyState !== WebSocket.OPEN) return;
    socket.close(1000, "bye");
    log("did", 'socket.close(1000, "bye")', state());
    draw();
  }

  function disconnect() {
    attempt += 1;
    socket?.close();
    socket = null;
  }

  // -- the controls -------------------------------------------------------------------------------

  const controls = make("div", "wsl-say");
  const go = button("Connect from this tab", () => connect(false));
  const say = make("div", "wsl-form");
  const message = make("input", "wsl-message", {
    type: "text",
    "aria-label": "message",
    maxlength: "2000",
    ...OWN_KEYS,
  });
  message.value = model.get("message");
  const speak = () => {
    send(message.value);
    message.select();
  };
  const sendIt = button("Send", speak);
  const many = button(`Send ${model.get("burst")}`, () => sendMany(model.get("burst")));
  const end = button("Close", close);
  go.title = "new WebSocket(…)";
  sendIt.title = "socket.send(…)";
  end.title = 'socket.close(1000, "bye")';
  many.hidden = !model.get("burst");
  const status = make("span", "wsl-status", { role: "status" });
  message.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) speak();
  });
  say.append(message, sendIt, many, end);
  // The same from a window of its own: a page that one of our servers serves.
  const apart = make("a", "wsl-apart", { target: "_blank", rel: "noopener", ...OWN_KEYS });
  apart.textContent = "a client in a window of its own";
  controls.append(go, say, status, apart);
  const stands = make("p", "wsl-stands-in");
  stands.textContent = INSIDE;
  stands.hidden = !model.get("inside");

  // -- what this tab saw --------------------------------------------------------------------------

  const two = make("div", "wsl-two");
  const tab = section("In this tab", "JavaScript");
  const lines = make("ol", "wsl-log", {
    tabindex: "0",
    "aria-label": "what this tab did and saw",
    ...OWN_KEYS,
  });
  tab.append(lines);

  function drawLog() {
    const said = model.get("log");
    lines.replaceChildren(
      ...said.map(({ kind, text, note }) => {
        const line = make("li", kind);
        const code = make("code");
        code.textContent = text;
        const aside = make("span", "wsl-note");
        aside.textContent = note;
        line.append(code, " ", aside);
        return line;
      }),
    );
    if (!said.length) lines.append(empty("Nothing yet: press the button above.", "li"));
    lines.scrollTop = lines.scrollHeight;
  }

  // -- what the server saw ------------------------------------------------------------------------

  const wire = section("On the wire", "as the server in the kernel saw it");
  const rows = make("div", "wsl-rows", { role: "group", "aria-label": "what passed; pick one to look inside" });
  wire.append(rows);
  if (model.get("wire")) two.append(tab, wire);
  else two.append(tab);
  const caption = make("p", "wsl-caption");
  const handshake = make("div", "wsl-shake");
  const request = make("div", "wsl-lines");
  const reply = make("div", "wsl-lines");
  const verdict = make("p", "wsl-conclusion");
  handshake.append(request, verdict, reply);

  function drawRecord() {
    const record = model.get("record");
    const focused = [...rows.children].indexOf(document.activeElement);
    const before = rows.querySelectorAll(".wsl-row").length;
    const place = rows.scrollTop;
    rows.replaceChildren(...(record.rows ?? []).map((row) => rowOf(row, record.shown)));
    rows.children[focused]?.focus();
    rows.scrollTop = rows.children.length > before ? rows.scrollHeight : place;
    if (!rows.children.length) rows.append(empty("Nothing has come yet."));
    handshake.hidden = record.shown !== HANDSHAKE;
    fill(request, "the request", "what the server checks in it", record.request ?? []);
    fill(reply, "the reply", "what the browser checks in it", record.reply ?? []);
    verdict.textContent = record.conclusion ?? "";
    verdict.className = `wsl-conclusion ${record.opened ? "good" : "bad"}`;
    caption.textContent = record.caption ?? "";
  }

  function rowOf({ name, from, bytes, words, bad, show }, shown) {
    const row = make("button", `wsl-row ${from}${bad ? " bad" : ""}`, { type: "button", ...OWN_KEYS });
    row.setAttribute("aria-pressed", String(show === shown));
    row.addEventListener("click", () => model.send({ do: "show", what: show }));
    for (const [part, text] of [
      ["name", name],
      ["way", from === "client" ? "tab → server" : "tab ← server"],
      ["bytes", bytes],
      ["words", words],
    ]) {
      const node = make("span", part);
      node.textContent = text;
      row.append(node);
    }
    return row;
  }

  function fill(part, title, aside, lines) {
    const heading = (text) => {
      const node = make("div", "heading");
      node.textContent = text;
      return node;
    };
    part.replaceChildren(heading(title), heading(aside));
    for (const { text, notes, quiet } of lines) {
      const line = make("div", quiet ? "line quiet" : "line");
      line.textContent = text;
      const checks = make("div", "checks");
      for (const { ok, text: said, title: rule } of notes) {
        const check = make("span", ok ? "good" : "bad", { title: rule });
        check.textContent = `${ok ? "✓" : "✗"} ${said}`;
        checks.append(check);
      }
      part.append(line, checks);
    }
  }

  // -- all of it ----------------------------------------------------------------------------------

  function section(title, aside) {
    const part = make("section");
    const heading = make("div", "wsl-title");
    const strong = make("strong");
    strong.textContent = title;
    const quiet = make("span");
    quiet.textContent = aside;
    heading.append(strong, " ", quiet);
    part.append(heading);
    return part;
  }

  function empty(text, tag = "div") {
    const node = make(tag, "wsl-empty");
    node.textContent = text;
    return node;
  }

  function draw() {
    const open = socket?.readyState === WebSocket.OPEN;
    const served = model.get("port") > 0;
    go.textContent = socket ? "Connect again" : "Connect from this tab";
    go.disabled = !served;
    go.classList.toggle("wsl-first", !open);
    sendIt.classList.toggle("wsl-first", open);
    message.disabled = sendIt.disabled = many.disabled = end.disabled = !open;
    const page = model.get("page");
    apart.hidden = !served || !page || model.get("inside");
    if (page) apart.href = ways(page)[0].url.replace("ws", "http");
    status.textContent = served ? state() : "the server is stopped: run the cell again";
    status.classList.toggle("open", open);
    drawLog();
    drawRecord();
  }

  root.append(controls, stands, two);
  if (model.get("wire")) root.append(caption, handshake);
  el.append(root);
  model.on("change:record", drawRecord);
  model.on("change:port", draw);
  draw();
  if (model.get("auto") && model.get("port") > 0) connect(true);
  return () => {
    disconnect();
    clearTimeout(telling);
    model.off("change:record", drawRecord);
    model.off("change:port", draw);
  };
}

export default { render };
