// What every lab's widget is built of: small tools, the talk with Python, the verdict and the tools.
// Python writes this file in front of each widget's own, since a widget is one module by itself.

const PATIENCE = 600; // milliseconds before we say that Python has not answered

function make(tag, className = "", attributes = {}) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

// Each of these writes only what has changed: a grid of 2048 bits stays quick. Whatever comes from
// the network is written with `textContent`: it is text, never markup.
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
function mark(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}
function style(node, ...classes) {
  const className = classes.filter(Boolean).join(" ");
  if (node.className !== className) node.className = className;
}

// Makes a list of elements as long as it must be, by adding and removing at its end only.
function resize(parent, items, count, create) {
  while (items.length > count) items.pop().node.remove();
  while (items.length < count) {
    items.push(create(items.length));
    parent.append(items.at(-1).node);
  }
}

// JupyterLab's keys ("a" adds a cell, arrows move between cells) must not act inside a widget. It
// looks for this on the way up from the element that has the focus, and may find that element
// itself before it comes to the widget's root: so it stands on all that takes the focus.
const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" };

function button(label, action, className = "wsl-button") {
  const node = make("button", className, { type: "button", ...OWN_KEYS });
  node.textContent = label;
  node.addEventListener("click", () => node.ariaDisabled !== "true" && action());
  return node;
}

// -- the talk with Python ------------------------------------------------------------------------

// Sends what the reader did. Answers older than the last message are not drawn, so a quick reader
// never sees a digit jump back; and a silent Python is noticed and reported.
function messenger(model, root) {
  const me = Math.random().toString(36).slice(2);
  const tickets = new Map();
  let sent = 0;
  let timer = 0;
  const act = (message) => {
    sent += 1;
    clearTimeout(timer);
    timer = setTimeout(() => root.classList.add("waiting"), PATIENCE);
    model.send({ ...message, from: [me, sent] });
  };
  act.settled = () => {
    const [who, number] = model.get("answered");
    if (who === me && number < sent) return false;
    clearTimeout(timer);
    root.classList.remove("waiting");
    return true;
  };
  // Asks for a text, such as the SVG to save; it comes back under the ticket's number.
  act.ask = (what) =>
    new Promise((resolve, reject) => {
      const ticket = sent + 1;
      tickets.set(ticket, resolve);
      setTimeout(() => reject(new Error("Python has not answered.")), 10 * PATIENCE);
      act({ do: "give", what, ticket });
    });
  const give = ({ ticket, text }) => {
    tickets.get(ticket)?.(text);
    tickets.delete(ticket);
  };
  model.on("msg:custom", give);
  act.stop = () => {
    clearTimeout(timer);
    model.off("msg:custom", give);
  };
  return act;
}

// -- the verdict: one sentence, the repair beside it ---------------------------------------------

// It is above the bits, so its height must not change when a bit is flipped: a second click on
// the same place has to meet the same bit. An unseen copy of the longest sentence (`room`) holds
// the height open, at any width and any size of type; a notice takes the verdict's own place.
function Verdict(grid) {
  const node = make("div", "wsl-answer");
  const room = make("div", "wsl-verdict wsl-room", { "aria-hidden": "true" });
  const notice = make("p", "wsl-notice", { role: "alert" });
  const box = make("div");
  const line = make("div", "wsl-line");
  const told = make("div", "wsl-told", { role: "status" });
  const sign = make("strong", "wsl-sign", { "aria-hidden": "true" });
  const headline = make("strong");
  const because = make("span");
  const mend = button("", () => grid.act({ do: "repair", fault: 0 }));
  const words = (tag, name, className = "") =>
    make(tag, className, { "data-words": grid.model.get("room")[name] });
  const widest = make("div", "wsl-line");
  const longest = make("div", "wsl-longest");
  longest.append(words("strong", "headline"), " ", words("span", "because"));
  widest.append(longest, words("span", "repair", "wsl-button"));
  room.append(widest);
  told.append(sign, headline, " ", because);
  line.append(told, mend);
  box.append(line);
  node.append(room, box, notice);
  pointing(grid, line, 0);
  return {
    node,
    draw({ verdict }) {
      const problem = grid.typing ? "" : (grid.model.get("tools").notice ?? "");
      const said = grid.typing ? (grid.model.get("tools").typing ?? PRESS_ENTER) : problem;
      style(notice, "wsl-notice", problem && "problem");
      write(notice, said);
      notice.hidden = !said;
      style(box, "wsl-verdict", verdict.outcome, said && "wsl-covered");
      write(sign, verdict.sign);
      write(headline, verdict.headline);
      write(because, verdict.because);
      write(mend, verdict.faults[0]?.repair ?? "");
      mend.hidden = !verdict.faults[0]?.repair;
    },
  };
}

const PRESS_ENTER = "Press Enter to see what these bytes are.";

// Pointing at a fault shows where it is.
function pointing(grid, area, index) {
  const place = () => grid.view.verdict.faults[index]?.start;
  area.addEventListener("pointermove", () => grid.pointAt(place()));
  area.addEventListener("pointerleave", () => grid.point(null));
}

// -- what comes and goes, below the bits: further faults, an extension to agree on, the next frame

function More(grid) {
  const node = make("div", "wsl-more");
  const others = make("ul", "wsl-others");
  const agree = make("label", "wsl-agree");
  const box = make("input", "", { type: "checkbox", ...OWN_KEYS });
  const name = make("span");
  const rest = make("p", "wsl-rest");
  const follows = make("span");
  box.addEventListener("change", () => grid.act({ do: "agree" }));
  agree.append(box, name);
  rest.append(follows, button("open the next frame", () => grid.act({ do: "next" })));
  node.append(others, agree, rest);

  const items = [];
  const other = (place) => {
    const item = { node: make("li"), text: make("span") };
    item.mend = button("", () => grid.act({ do: "repair", fault: place + 1 }));
    item.node.append(item.text, item.mend);
    pointing(grid, item.node, place + 1);
    return item;
  };
  return {
    node,
    draw({ verdict, rest: after }) {
      const more = verdict.faults.slice(1);
      const { name: extension = "", agreed = false } = grid.model.get("tools").extension ?? {};
      resize(others, items, more.length, other);
      more.forEach((fault, index) => {
        write(items[index].text, `Also, ${fault.where}: ${fault.text}`);
        write(items[index].mend, fault.repair);
        items[index].mend.hidden = !fault.repair;
      });
      others.hidden = !more.length;
      write(name, `${extension} is agreed`);
      box.checked = agreed;
      agree.hidden = !extension;
      write(follows, after);
      rest.hidden = !after;
    },
  };
}

// -- the tools: undo, redo, copy, save -----------------------------------------------------------

function Tools(grid) {
  const node = make("div", "wsl-tools");
  const size = make("span", "wsl-size");
  const said = make("span", "wsl-said", { role: "status" });
  const undo = button("undo", () => grid.act({ do: "undo" }), "wsl-tool");
  const redo = button("redo", () => grid.act({ do: "redo" }), "wsl-tool");
  const steps = make("span", "wsl-group");
  steps.append(undo, redo);

  // Where the browser refuses the clipboard, the text is shown, selected and ready to be copied.
  const byHand = make("div", "wsl-hand");
  const hint = make("label");
  const area = make("textarea", "", { rows: "4", readonly: "", ...OWN_KEYS });
  hint.append("The browser does not open its clipboard to this page. Press Ctrl+C (on a Mac ⌘C) to copy:", area);
  byHand.append(hint, button("done", () => (byHand.hidden = true)));
  byHand.hidden = true;

  const copy = async (what, name) => {
    const text = grid.act.ask(what);
    try {
      // A promise is handed over, since Safari wants the clipboard opened within the click itself.
      const blob = text.then((words) => new Blob([words], { type: "text/plain" }));
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
      write(said, `Copied ${name}.`);
    } catch {
      area.value = await text;
      byHand.hidden = false;
      area.focus();
      area.select();
    }
  };
  const store = async (name, convert) => {
    const blob = await convert(await grid.act.ask("svg"));
    const link = make("a", "", { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    write(said, `Saved ${name}.`);
  };
  const svgBlob = (svg) => new Blob([svg], { type: "image/svg+xml" });

  const group = (verb, entries) => {
    const box = make("span", "wsl-group", { role: "group", "aria-label": verb });
    box.append(`${verb} `);
    for (const [label, action] of entries) {
      const doIt = () => action().catch((problem) => write(said, `Not done: ${problem.message}`));
      const tool = button(label, doIt, "wsl-tool");
      tool.ariaLabel = `${verb} ${label}`;
      box.append(tool);
    }
    return box;
  };
  // How a pasted text was read, where it may be read in several ways: each is one click away. It
  // stays until the next paste, so that a flip moves nothing.
  const reading = make("div", "wsl-reading", { role: "status" });
  const how = make("span");
  reading.append(how);
  const ways = [];
  const addWay = () => {
    const way = { form: "", node: null };
    way.node = button("", () => grid.act({ do: `read as ${way.form}` }));
    return way;
  };
  node.append(
    reading,
    size,
    said,
    steps,
    group("copy", [
      ["hex", () => copy("hex", "the hex digits")],
      ["Python", () => copy("python", "a Python expression")],
      ["text", () => copy("text", "the text diagram")],
    ]),
    group("save", [
      ["SVG", () => store("websocket-frame.svg", svgBlob)],
      ["PNG", () => store("websocket-frame.png", (svg) => rasterise(svgBlob(svg)))],
    ]),
    byHand,
  );
  return {
    node,
    draw(view) {
      const tools = grid.model.get("tools");
      write(size, view.size);
      const { said: words = "", ways: other = [] } = tools.reading ?? {};
      reading.hidden = !words;
      write(how, words);
      resize(reading, ways, other.length, addWay);
      other.forEach(({ form, words: form_words }, index) => {
        ways[index].form = form;
        write(ways[index].node, `read it as ${form_words}`);
      });
      steps.hidden = tools.undo === undefined;
      // Not `disabled`: a button that is switched off under the finger would lose the focus.
      mark(undo, "aria-disabled", String(!tools.undo));
      mark(redo, "aria-disabled", String(!tools.redo));
    },
  };
}

// Draws an SVG on a canvas, at twice its size so that it stays sharp on a slide.
async function rasterise(svg) {
  const image = new Image();
  image.src = URL.createObjectURL(svg);
  try {
    await image.decode();
    const canvas = make("canvas", "", { width: 2 * image.width, height: 2 * image.height });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  } finally {
    URL.revokeObjectURL(image.src);
  }
}
