// The bit grid: every bit of a frame as a cell that can be pointed at and flipped.
//
// Python decides, this file displays. Python sends one `view` (the bytes, the fields over them, the
// verdict in words); the reader's doings go back as small messages (`{do: "flip", bit: 9}`). No rule
// of the protocol stands here. Three habits run through it:
//
// 1. Elements are made once and changed in place, so that the keyboard's focus is never lost.
// 2. Whatever comes from the network is written with `textContent`: it is text, never markup.
// 3. A flipped digit is drawn at once, since Python's answer about it cannot differ. All else waits
//    for Python, which takes a few milliseconds.

const HINT = "Point at a bit to see what it means. Click it, or press Space, to flip it.";
const PATIENCE = 600; // milliseconds before we say that Python has not answered

export default { render };

function render({ model, el }) {
  const root = make("div", "wsl", { "data-lm-suppress-shortcuts": "true", tabindex: "-1" });
  const grid = {
    model,
    root,
    view: model.get("view"),
    here: model.get("selected") ?? 0, // the bit that the Tab key reaches
    chosen: model.get("selected") ?? null, // the bit the reader stood on last, if any
    pointed: null, // the bit or range under the pointer
    act: messenger(model, root),
  };
  const builders = { verdict: Verdict, tools: Tools, bits: Bits, explain: Explain, table: Table };
  const parts = model.get("parts").map((name) => builders[name](grid));
  root.append(...parts.map((part) => part.node));
  el.append(root);

  grid.draw = () => {
    grid.view = model.get("view");
    const last = 4 * grid.view.hex.length - 1;
    grid.here = Math.max(0, Math.min(grid.here, last));
    if (grid.chosen > last) grid.chosen = null;
    parts.forEach((part) => part.draw(grid.view));
    grid.light();
  };
  // Lights the bits and the row that belong together, and says in words what they are.
  grid.light = () => parts.forEach((part) => part.light?.(grid.pointed ?? rangeAt(grid, grid.chosen)));
  grid.choose = (bit) => {
    grid.here = grid.chosen = bit;
    grid.light();
    later(() => save(model, "selected", bit));
  };
  grid.point = (range) => {
    grid.pointed = range;
    grid.light();
  };
  // Holding an arrow key down must not send a message for each step.
  let timer = 0;
  const later = (task) => {
    clearTimeout(timer);
    timer = setTimeout(task, 120);
  };

  const drawUnlessBehind = () => grid.act.settled() && grid.draw();
  const follow = () => {
    const bit = model.get("selected");
    if (bit === null || bit === grid.chosen) return;
    grid.here = grid.chosen = bit;
    grid.light();
  };
  const heard = { "change:view": drawUnlessBehind, "change:tools": drawUnlessBehind,
    "change:answered": drawUnlessBehind, "change:selected": follow };
  for (const [event, listener] of Object.entries(heard)) model.on(event, listener);
  grid.draw();
  return () => {
    clearTimeout(timer);
    for (const [event, listener] of Object.entries(heard)) model.off(event, listener);
    grid.act.stop();
  };
}

// -- small tools ---------------------------------------------------------------------------------

function make(tag, className = "", attributes = {}) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

// Each of these writes only what has changed: a grid of 2048 bits stays quick.
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
function mark(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}
function style(node, className) {
  if (node.className !== className) node.className = className;
}

// Makes a list of elements as long as it must be, by adding and removing at its end only.
function resize(parent, nodes, count, create) {
  while (nodes.length > count) nodes.pop().node.remove();
  while (nodes.length < count) {
    nodes.push(create(nodes.length));
    parent.append(nodes.at(-1).node);
  }
}

function button(label, action, className = "wsl-button") {
  const node = make("button", className, { type: "button" });
  node.textContent = label;
  node.addEventListener("click", () => node.ariaDisabled !== "true" && action());
  return node;
}

function save(model, name, value) {
  if (model.get(name) === value) return;
  model.set(name, value);
  model.save_changes();
}

// Sends what the reader did. Answers that are older than the last message are not drawn, so a
// quick reader never sees a digit jump back; and a silent Python is noticed and told.
function messenger(model, root) {
  const me = Math.random().toString(36).slice(2);
  let sent = 0;
  let timer = 0;
  const tickets = new Map();
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
      tickets.set(sent + 1, resolve);
      act({ do: "give", what, ticket: sent + 1 });
      setTimeout(() => reject(new Error("Python has not answered.")), 10 * PATIENCE);
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

const fieldAt = (view, bit) =>
  view.fields.find((field) => field.start <= bit && bit < field.start + field.width);

// What lights up for a bit: the bit itself and the field around it.
function rangeAt(grid, bit) {
  if (bit === null || bit >= 4 * grid.view.hex.length) return null;
  const field = fieldAt(grid.view, bit);
  return field ? { bit, start: field.start, width: field.width, field } : { bit, start: bit, width: 1 };
}

// -- the verdict: one sentence, the repair beside it, further faults quieter behind it -------------

function Verdict(grid) {
  const node = make("div", "wsl-verdict");
  const told = make("div", "wsl-told", { role: "status", "aria-live": "polite" });
  const notice = make("p", "wsl-notice", { role: "alert" });
  const headline = make("strong");
  const because = make("span");
  const mend = button("", () => grid.act({ do: "repair", fault: 0 }));
  const others = make("ul", "wsl-others");
  const rest = make("p", "wsl-rest");
  const restText = make("span");
  rest.append(restText, button("open the next frame", () => grid.act({ do: "next" })));
  told.append(headline, " ", because);
  const line = make("div", "wsl-line");
  line.append(told, mend);
  node.append(notice, line, others, rest);
  const rows = [];
  const other = (index) => {
    const item = make("li");
    const text = make("span");
    const cure = button("", () => grid.act({ do: "repair", fault: index + 1 }));
    item.append(text, cure);
    return { node: item, text, cure };
  };
  return {
    node,
    draw({ verdict, rest: after }) {
      const problem = grid.model.get("tools").notice ?? "";
      write(notice, problem);
      notice.hidden = !problem;
      style(node, `wsl-verdict ${verdict.outcome}`);
      write(headline, verdict.headline);
      write(because, verdict.because);
      const [first, ...more] = verdict.faults;
      write(mend, first?.repair ?? "");
      mend.hidden = !first?.repair;
      resize(others, rows, more.length, other);
      more.forEach((fault, index) => {
        write(rows[index].text, `Also, ${fault.where}: ${fault.text}`);
        write(rows[index].cure, fault.repair);
        rows[index].cure.hidden = !fault.repair;
      });
      others.hidden = !more.length;
      write(restText, after);
      rest.hidden = !after;
    },
  };
}

// -- the tools: undo, redo, copy, save ---------------------------------------------------------------

function Tools(grid) {
  const node = make("div", "wsl-tools", { role: "toolbar", "aria-label": "Undo, copy, save" });
  const size = make("span", "wsl-size");
  const undo = button("undo", () => grid.act({ do: "undo" }), "wsl-tool");
  const redo = button("redo", () => grid.act({ do: "redo" }), "wsl-tool");
  const said = make("span", "wsl-said", { role: "status" });
  // Where the browser refuses the clipboard, the text is shown, selected and ready to be copied.
  const byHand = make("div", "wsl-hand");
  const hint = make("label");
  const area = make("textarea", "", { rows: "4", readonly: "", spellcheck: "false" });
  hint.append("The browser keeps its clipboard shut. Press Ctrl+C (on a Mac ⌘C) to copy this:", area);
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
      try {
        area.value = await text;
        byHand.hidden = false;
        area.focus();
        area.select();
      } catch (problem) {
        write(said, `Nothing copied. ${problem.message}`);
      }
    }
  };
  const store = async (name, make) => {
    try {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await make(await grid.act.ask("svg")));
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
      write(said, `Saved ${name}.`);
    } catch (problem) {
      write(said, `Nothing saved. ${problem.message}`);
    }
  };
  const group = (name, entries) => {
    const box = make("span", "wsl-group", { role: "group", "aria-label": name });
    const buttons = entries.map(([label, action]) => {
      const tool = button(label, action, "wsl-tool");
      tool.ariaLabel = `${name} ${label}`;
      return tool;
    });
    const word = make("span", "", { "aria-hidden": "true" });
    word.textContent = name;
    box.append(word, ...buttons);
    return box;
  };
  const steps = make("span", "wsl-group");
  steps.append(undo, redo);
  node.append(
    size,
    said,
    steps,
    group("copy", [
      ["hex", () => copy("hex", "the hex digits")],
      ["Python", () => copy("python", "a Python expression")],
      ["text", () => copy("text", "the text diagram")],
    ]),
    group("save", [
      ["SVG", () => store("websocket-frame.svg", (svg) => new Blob([svg], { type: "image/svg+xml" }))],
      ["PNG", () => store("websocket-frame.png", rasterise)],
    ]),
    byHand,
  );
  return {
    node,
    draw(view) {
      const tools = grid.model.get("tools");
      write(size, view.size);
      steps.hidden = tools.undo === undefined;
      // Not `disabled`: a button that is switched off under the finger would lose the focus.
      undo.ariaDisabled = String(!tools.undo);
      redo.ariaDisabled = String(!tools.redo);
    },
  };
}

// Draws the SVG on a canvas, at twice its size so that it stays sharp on a slide.
async function rasterise(svg) {
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = make("canvas");
    canvas.width = 2 * image.width;
    canvas.height = 2 * image.height;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  } finally {
    URL.revokeObjectURL(url);
  }
}

// -- the bits ------------------------------------------------------------------------------------------

function Bits(grid) {
  const node = make("div", "wsl-bits");
  const table = make("div", "wsl-bytes", { role: "grid", "aria-label": "The bits of the frame" });
  const fold = make("div", "wsl-fold");
  const hidden = make("span");
  const fault = make("strong");
  const open = button("", () => grid.act({ do: "open" }));
  const close = button("fold again", () => grid.act({ do: "fold" }));
  fold.append(hidden, fault, open, close);
  node.append(table, fold);
  const bytes = [];
  let lit = [0, 0];
  let chosen = null;
  const cell = (bit) => bytes[bit >> 3]?.cells[bit & 7];
  const bitOf = (event) => {
    const found = event.target.closest?.(".wsl-bit");
    return found ? Number(found.dataset.bit) : null;
  };

  const flip = (bit) => {
    if (!grid.model.get("editable")) return;
    write(cell(bit), cell(bit).textContent === "1" ? "0" : "1");
    grid.act({ do: "flip", bit });
  };
  const perRow = () => {
    const top = bytes[0].node.offsetTop;
    const second = bytes.findIndex((byte) => byte.node.offsetTop > top);
    return 8 * (second < 0 ? bytes.length : second);
  };
  const go = (bit) => {
    const target = Math.max(0, Math.min(bit, 8 * bytes.length - 1));
    cell(target).focus();
  };
  const leave = () => (node.closest(".jp-Cell") ?? grid.root).focus();
  const keys = {
    ArrowLeft: (bit) => go(bit - 1),
    ArrowRight: (bit) => go(bit + 1),
    ArrowUp: (bit) => bit >= perRow() && go(bit - perRow()),
    ArrowDown: (bit) => bit + perRow() < 8 * bytes.length && go(bit + perRow()),
    Home: (bit, control) => go(control ? 0 : bit - (bit % perRow())),
    End: (bit, control) => go(control ? Infinity : bit - (bit % perRow()) + perRow() - 1),
    " ": flip,
    Enter: flip,
    Escape: leave,
  };
  table.addEventListener("keydown", (event) => {
    const action = keys[event.key];
    const bit = bitOf(event);
    if (!action || bit === null || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    action(bit, event.ctrlKey);
  });
  grid.root.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || grid.model.get("tools").undo === undefined) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    event.stopPropagation();
    grid.act({ do: key === "y" || event.shiftKey ? "redo" : "undo" });
  });
  table.addEventListener("click", (event) => bitOf(event) !== null && flip(bitOf(event)));
  table.addEventListener("focusin", (event) => bitOf(event) !== null && grid.choose(bitOf(event)));
  table.addEventListener("pointerover", (event) => grid.point(rangeAt(grid, bitOf(event))));
  table.addEventListener("pointerleave", () => grid.point(null));

  const addByte = (index) => {
    const byte = { node: make("div", "wsl-byte", { role: "row" }), labels: [] };
    const head = make("div", "wsl-head", { "aria-hidden": "true" });
    const number = make("span", "wsl-number");
    const word = make("span", "wsl-word");
    word.textContent = "byte ";
    number.append(word, String(index));
    byte.note = make("span", "wsl-note");
    byte.hex = make("b", "wsl-hex");
    head.append(number, byte.note, byte.hex);
    const row = make("div", "wsl-cells", { role: "presentation" });
    byte.cells = Array.from({ length: 8 }, (_, place) =>
      make("span", "wsl-bit", { role: "gridcell", tabindex: "-1", "data-bit": 8 * index + place }),
    );
    row.append(...byte.cells);
    byte.under = make("div", "wsl-under", { "aria-hidden": "true" });
    byte.node.append(head, row, byte.under);
    return byte;
  };
  const addLabel = () => {
    const label = { node: make("span", "wsl-label"), name: make("span"), shown: make("span", "wsl-shown") };
    label.node.append(label.name, label.shown);
    return label;
  };
  const drawLabels = (byte, fields) => {
    resize(byte.under, byte.labels, fields.length, addLabel);
    fields.forEach((field, index) => {
      const label = byte.labels[index];
      const width = Math.min(field.width, 8);
      style(label.node, `wsl-label k-${field.kind}${field.width > 8 ? " long" : ""}${field.width < 2 ? " one" : ""}`);
      label.node.style.gridColumn = `${(field.start % 8) + 1} / span ${width}`;
      write(label.name, (field.faulty ? "✗ " : "") + field.name);
      write(label.shown, field.width > 1 ? field.shown : "");
    });
  };
  return {
    node,
    draw(view) {
      const count = view.hex.length / 2;
      const focused = table.contains(document.activeElement);
      resize(table, bytes, count, addByte);
      const faulty = new Set();
      for (const [start, width] of view.faulty) for (let i = 0; i < width; i++) faulty.add(start + i);
      let rank = 0;
      for (let index = 0; index < count; index++) {
        const byte = bytes[index];
        const value = parseInt(view.hex.slice(2 * index, 2 * index + 2), 16);
        const starting = [];
        write(byte.note, view.notes[index]);
        write(byte.hex, `0x${view.hex.slice(2 * index, 2 * index + 2)}`);
        for (let place = 0; place < 8; place++) {
          const bit = 8 * index + place;
          while (rank < view.fields.length - 1 && bit >= view.fields[rank].start + view.fields[rank].width) rank++;
          const field = view.fields[rank];
          const digit = String((value >> (7 - place)) & 1);
          const starts = bit === field.start;
          const ends = bit === field.start + field.width - 1;
          if (starts) starting.push(field);
          write(byte.cells[place], digit);
          style(
            byte.cells[place],
            `wsl-bit k-${field.kind}${starts ? " starts" : ""}${ends ? " ends" : ""}${faulty.has(bit) ? " faulty" : ""}`,
          );
          const value_ = field.width > 1 ? ` ${field.shown}` : "";
          mark(
            byte.cells[place],
            "aria-label",
            `byte ${index}, bit ${place}, ${field.name}${value_}, ${digit}: ${field.meaning}${field.faulty ? "; faulty" : ""}`,
          );
        }
        drawLabels(byte, starting);
      }
      write(hidden, view.fold.text);
      write(fault, view.fold.fault);
      write(open, view.fold.button);
      open.hidden = !view.fold.button;
      close.hidden = !view.fold.close;
      fold.hidden = !view.fold.text && !view.fold.close;
      if (focused && !table.contains(document.activeElement) && count) cell(grid.here).focus();
    },
    // Only the bits that were lit and those that will be are touched.
    light(range) {
      for (let bit = lit[0]; bit < lit[1]; bit++) cell(bit)?.removeAttribute("data-lit");
      const end = 8 * bytes.length;
      lit = range ? [range.start, Math.min(range.start + range.width, end)] : [0, 0];
      for (let bit = lit[0]; bit < lit[1]; bit++) cell(bit).setAttribute("data-lit", "");
      table.querySelector('[tabindex="0"]')?.setAttribute("tabindex", "-1");
      cell(grid.here)?.setAttribute("tabindex", "0");
      if (chosen !== grid.chosen) cell(chosen)?.removeAttribute("aria-selected");
      chosen = grid.chosen;
      if (chosen !== null) cell(chosen)?.setAttribute("aria-selected", "true");
    },
  };
}

// -- the line that explains, and the table of fields -----------------------------------------------------

const places = ({ start, width }) => (width > 1 ? `${start}–${start + width - 1}` : `${start}`);

function Explain(grid) {
  const node = make("p", "wsl-explain");
  const [swatch, name, text, section, late] = ["i", "b", "span", "span", "strong"].map((tag) => make(tag));
  swatch.className = "wsl-swatch";
  section.className = "wsl-section";
  late.className = "wsl-late";
  late.textContent = "Python has not answered yet: the kernel is busy, or was stopped.";
  node.append(swatch, name, text, section, late);
  return {
    node,
    draw() {},
    light(range) {
      const field = range?.field;
      style(swatch, `wsl-swatch${field ? ` k-${field.kind}` : ""}`);
      write(name, field ? `${field.name} ${field.shown}` : "");
      write(section, field ? field.section : "");
      if (!field) return write(text, HINT);
      write(text, `${field.faulty ? "✗ " : ""}${field.meaning}${worth(range)}`);
    },
  };
}

// What one bit adds to the number that its field holds.
function worth({ bit, field }) {
  if (bit === undefined || !field.number || field.width < 2) return "";
  const power = field.start + field.width - 1 - bit;
  return `; this bit is worth ${power < 16 ? 2 ** power : `2^${power}`}`;
}

function Table(grid) {
  const node = make("table", "wsl-fields", { role: "table" });
  const head = make("thead");
  const titles = make("tr", "", { role: "row" });
  for (const title of ["field", "bits", "value", "meaning", "section"]) {
    const cell = make("th", "", { role: "columnheader", scope: "col" });
    cell.textContent = title;
    titles.append(cell);
  }
  head.append(titles);
  const body = make("tbody");
  node.append(head, body);
  const rows = [];
  const choose = (index) => grid.choose(grid.view.fields[index].start);
  const addRow = (index) => {
    const row = make("tr", "", { role: "row", "data-row": index });
    const cells = Array.from({ length: 5 }, () => make("td", "", { role: "cell" }));
    const swatch = make("i", "wsl-swatch", { "aria-hidden": "true" });
    const name = button("", () => {}, "wsl-name");
    cells[0].append(swatch, name);
    row.append(...cells);
    row.addEventListener("click", () => choose(index));
    row.addEventListener("pointerenter", () => {
      const field = grid.view.fields[index];
      grid.point({ start: field.start, width: field.width, field });
    });
    name.addEventListener("focus", () => choose(index));
    return { node: row, cells, swatch, name };
  };
  node.addEventListener("pointerleave", () => grid.point(null));
  node.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const index = Number(event.target.closest("tr")?.dataset.row);
    if (!step || Number.isNaN(index)) return;
    event.preventDefault();
    event.stopPropagation();
    rows[index + step]?.name.focus();
  });
  return {
    node,
    draw(view) {
      resize(body, rows, view.fields.length, addRow);
      view.fields.forEach((field, index) => {
        const { cells, swatch, name } = rows[index];
        style(swatch, `wsl-swatch k-${field.kind}${field.faulty ? " faulty" : ""}`);
        write(name, (field.faulty ? "✗ " : "") + field.name);
        const words = [places(field), field.shown, field.meaning, field.section];
        words.forEach((word, place) => write(cells[place + 1], word));
      });
      node.hidden = !view.fields.length;
    },
    light(range) {
      rows.forEach(({ node: row, name }, index) => {
        const on = Boolean(range) && grid.view.fields[index].start === range.field?.start;
        row.toggleAttribute("data-lit", on);
        name.tabIndex = on || (!range && index === 0) ? 0 : -1;
      });
    },
  };
}
