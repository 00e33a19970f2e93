
// The bit grid: every bit of a frame as a cell that can be pointed at and flipped.
//
// Python decides, this file displays. Python sends one `view` (the bytes, the fields over them, the
// verdict in words); what the reader does goes back as small messages (`{do: "flip", bit: 9}`). No
// rule of the protocol is in here. Three habits run through it:
//
// 1. Elements are made once and changed in place, so that the keyboard's focus is never lost.
// 2. A flipped digit is drawn at once, since Python's answer about it cannot differ. All else waits
//    for Python, which takes a few milliseconds.
// 3. A bit is pointed at when the pointer moves (pointermove), not when the page moves under a pointer
//    that rests (pointerover): the bit that the keys have just scrolled to would lose to it.

const LOOK = "Point at a bit to see what it means.";
const HINT = `${LOOK} Click it, or press Space, to flip it.`;

export default { render };

function render({ model, el }) {
  const root = make("div", "wsl", { tabindex: "-1", ...OWN_KEYS });
  // Where the kernel runs in a page, None arrives as undefined.
  const selected = () => model.get("selected") ?? null;
  const grid = {
    model,
    root,
    view: model.get("view"),
    here: selected() ?? 0, // the bit that the Tab key reaches
    chosen: selected(), // the bit the reader stood on last, or null
    pointed: null, // what is under the pointer, which comes before the chosen bit
    typing: false, // whether the field above holds a text that nobody has read yet
    act: messenger(model, root),
  };
  // Lights the bits and the row that belong together, and says in words what they are.
  grid.light = () => {
    const range = grid.pointed ?? rangeAt(grid, grid.chosen);
    for (const part of parts) part.light?.(range);
  };
  grid.point = (range) => {
    if (range?.start === grid.pointed?.start && range?.bit === grid.pointed?.bit) return;
    grid.pointed = range;
    grid.light();
  };
  grid.pointAt = (bit) => grid.point(rangeAt(grid, bit));
  grid.choose = (bit) => {
    grid.here = grid.chosen = bit;
    grid.pointed = null;
    grid.light();
    // Holding an arrow key down must not send a message for each step.
    clearTimeout(saving);
    saving = setTimeout(() => {
      model.set("selected", bit);
      model.save_changes();
    }, 120);
  };
  const draw = () => {
    grid.view = model.get("view");
    const last = 4 * grid.view.hex.length - 1;
    const focused = document.activeElement;
    const inside = root.contains(focused) && focused !== root;
    grid.here = Math.max(0, Math.min(grid.here, last));
    if (grid.chosen > last) grid.chosen = null;
    for (const part of parts) part.draw?.(grid.view);
    // The pointer may rest where it is while the fields under it change.
    if (grid.pointed) {
      const { bit, start } = grid.pointed;
      grid.pointed = bit === undefined ? fieldAt(grid, start) : rangeAt(grid, bit);
    }
    grid.light();
    // A button that has done its work and is gone (a repair, say) hands the focus to the bits.
    if (inside && (!root.contains(document.activeElement) || focused.closest("[hidden]"))) {
      root.querySelector('.wsl-bit[tabindex="0"]')?.focus();
    }
  };

  const builders = {
    verdict: Verdict,
    tools: Tools,
    bits: Bits,
    explain: Explain,
    more: More,
    table: Table,
  };
  const parts = model.get("parts").map((name) => builders[name](grid));
  let saving = 0;
  root.append(...parts.map((part) => part.node));
  root.addEventListener("keydown", (event) => stepBack(grid, event));
  el.append(root);
  const forget = followField(grid, draw);
  draw();

  // One message may change several traits; it is drawn once.
  let due = false;
  const drawSoon = () => {
    if (due) return;
    due = true;
    queueMicrotask(() => {
      due = false;
      if (!grid.act.settled()) return;
      grid.typing = false;
      draw();
    });
  };
  const follow = () => {
    const bit = selected();
    if (bit === grid.chosen) return;
    grid.chosen = bit;
    grid.here = bit ?? grid.here;
    drawSoon();
  };
  const listeners = [["selected", follow]];
  for (const name of ["view", "tools", "answered", "editable"]) listeners.push([name, drawSoon]);
  for (const [name, listener] of listeners) model.on(`change:${name}`, listener);
  return () => {
    clearTimeout(saving);
    forget();
    for (const [name, listener] of listeners) model.off(`change:${name}`, listener);
    grid.act.stop();
  };
}

// Ctrl+Z, Ctrl+Shift+Z and Ctrl+Y, anywhere in the grid of a lab that keeps a history.
function stepBack(grid, event) {
  const key = event.key.toLowerCase();
  if (!(event.ctrlKey || event.metaKey) || (key !== "z" && key !== "y")) return;
  if (grid.model.get("tools").undo === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  grid.act({ do: key === "y" || event.shiftKey ? "redo" : "undo" });
}

// What lights up for a bit: the field around it.
function rangeAt(grid, bit) {
  if (bit == null || bit >= 4 * grid.view.hex.length) return null;
  return { bit, ...fieldAt(grid, bit) };
}

// The same for a row of the table, which stands for its whole field.
function fieldAt({ view }, bit) {
  const field = view.fields.find(({ start, width }) => start <= bit && bit < start + width);
  return field ? { start: field.start, width: field.width, field } : null;
}

// -- the bits --------------------------------------------------------------------------------------

function Bits(grid) {
  const node = make("div", "wsl-bits");
  const table = make("div", "wsl-bytes", { role: "grid" });
  const fold = make("div", "wsl-fold");
  const hidden = make("span");
  const fault = make("strong");
  const open = button("", () => grid.act({ do: "open" }));
  const close = button("fold again", () => grid.act({ do: "fold" }));
  fold.append(hidden, fault, open, close);
  node.append(table, fold);

  const bytes = [];
  const bitCount = () => 8 * bytes.length;
  const cell = (bit) => bytes[bit >> 3]?.cells[bit & 7];
  const bitOf = (target) => {
    const found = target.closest?.(".wsl-bit");
    return found ? Number(found.dataset.bit) : null;
  };

  // -- what the reader does --

  const flip = (bit) => {
    if (!grid.model.get("editable") || fieldAt(grid, bit)?.field.fixed) return;
    write(cell(bit), cell(bit).textContent === "1" ? "0" : "1");
    grid.act({ do: "flip", bit });
  };
  // The style sheet decides how many bits a row has, by the width there is.
  const perRow = () => {
    const top = bytes[0].node.offsetTop;
    const second = bytes.findIndex((byte) => byte.node.offsetTop > top);
    return second < 0 ? bitCount() : 8 * second;
  };
  const go = (bit) => cell(Math.max(0, Math.min(bit, bitCount() - 1))).focus();
  const rowStart = (bit) => bit - (bit % perRow());
  const keys = {
    ArrowLeft: (bit) => go(bit - 1),
    ArrowRight: (bit) => go(bit + 1),
    ArrowUp: (bit) => bit >= perRow() && go(bit - perRow()),
    ArrowDown: (bit) => rowStart(bit) + perRow() < bitCount() && go(bit + perRow()),
    Home: (bit, control) => go(control ? 0 : rowStart(bit)),
    End: (bit, control) => go(control ? bitCount() : rowStart(bit) + perRow() - 1),
    Escape: () => (node.closest(".jp-Cell") ?? grid.root).focus(),
    Enter: flip,
    " ": flip,
  };
  table.addEventListener("keydown", (event) => {
    const bit = bitOf(event.target);
    if (bit === null || !keys[event.key] || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key](bit, event.ctrlKey);
  });
  table.addEventListener("click", ({ target }) => bitOf(target) !== null && flip(bitOf(target)));
  table.addEventListener("focusin", ({ target }) => grid.choose(bitOf(target)));
  table.addEventListener("pointermove", ({ target }) => grid.pointAt(bitOf(target)));
  table.addEventListener("pointerleave", () => grid.point(null));

  // -- what is drawn --

  const addByte = (index) => {
    const byte = { node: make("div", "wsl-byte", { role: "row" }), labels: [] };
    const head = make("div", "wsl-head", { "aria-hidden": "true" });
    const word = make("span", "wsl-word");
    const number = make("span");
    const row = make("div", "wsl-cells", { role: "presentation" });
    byte.place = make("span");
    byte.word = word;
    byte.note = make("span", "wsl-note");
    byte.hex = make("b");
    byte.under = make("div", "wsl-under", { "aria-hidden": "true" });
    const attributes = { role: "gridcell", tabindex: "-1", ...OWN_KEYS };
    byte.cells = Array.from({ length: 8 }, (_, place) =>
      make("span", "wsl-bit", { ...attributes, "data-bit": 8 * index + place }),
    );
    word.textContent = "byte ";
    number.append(word, byte.place);
    head.append(number, byte.note, byte.hex);
    row.append(...byte.cells);
    byte.node.append(head, row, byte.under);
    return byte;
  };
  const addLabel = () => {
    const label = { node: make("span"), name: make("span"), shown: make("span", "wsl-shown") };
    label.node.append(label.name, label.shown);
    return label;
  };
  // The name and value of each field stand under its first byte. One bit shows its own value, so
  // there is room for the mark of a fault; a wider field carries the mark before its name.
  const drawLabels = (byte, fields) => {
    resize(byte.under, byte.labels, fields.length, addLabel);
    fields.forEach((field, index) => {
      const label = byte.labels[index];
      const one = field.width === 1;
      const sign = field.faulty ? "✗" : "";
      style(label.node, "wsl-label", one && "one", field.width > 8 && "long", sign && "faulty");
      const place = field.start % 8;
      label.node.style.gridColumn = `${place + 1} / span ${Math.min(field.width, 8 - place)}`;
      write(label.name, field.label ?? (one || !sign ? field.name : `${sign} ${field.name}`));
      write(label.shown, one ? sign : field.shown);
    });
  };
  const drawBit = (node, bit, digit, field, faulty) => {
    const starts = bit === field.start;
    const ends = bit === field.start + field.width - 1;
    const value = field.number ? ` ${field.shown}` : "";
    const where = field.place ?? `byte ${bit >> 3}, bit ${bit & 7}, ${field.name}${value}`;
    const place = `${where}, ${field.covered ? "not worked out yet" : digit}`;
    write(node, field.covered ? "·" : digit);
    const shape = [starts && "starts", ends && "ends", faulty && "faulty"];
    const trouble = field.faulty ? "; a rule is broken" : "";
    style(node, "wsl-bit", `k-${field.kind}`, ...shape);
    mark(node, "aria-label", `${place}: ${field.meaning}${trouble}`);
  };
  let lit = { start: 0, end: 0 };
  // Only what changes is touched, since lighting a payload may mean two thousand bits.
  const lightBits = (start, end) => {
    for (let bit = lit.start; bit < lit.end; bit++) {
      if (bit < start || bit >= end) cell(bit)?.removeAttribute("data-lit");
    }
    for (let bit = start; bit < end; bit++) {
      if (bit < lit.start || bit >= lit.end) cell(bit).setAttribute("data-lit", "");
    }
    lit = { start, end };
  };
  // The one cell that has an attribute hands it on.
  const hand = (name, value, to, left) => {
    const from = table.querySelector(`[${name}="${value}"]`);
    if (from === to) return;
    if (left === undefined) from?.removeAttribute(name);
    else from?.setAttribute(name, left);
    to?.setAttribute(name, value);
  };
  return {
    node,
    draw({ title, heads, hex, notes, fields, faulty, fold: folded }) {
      mark(table, "aria-label", title);
      resize(table, bytes, hex.length / 2, addByte);
      lit.end = Math.min(lit.end, bitCount());
      const bad = new Set();
      for (const [start, width] of faulty) for (let i = 0; i < width; i++) bad.add(start + i);
      const remaining = [...fields];
      for (const [index, byte] of bytes.entries()) {
        const digits = hex.slice(2 * index, 2 * index + 2);
        const value = parseInt(digits, 16);
        const starting = [];
        for (let place = 0; place < 8; place++) {
          const bit = 8 * index + place;
          while (bit >= remaining[0].start + remaining[0].width) remaining.shift();
          const field = remaining[0];
          if (bit === field.start) starting.push(field);
          drawBit(byte.cells[place], bit, `${(value >> (7 - place)) & 1}`, field, bad.has(bit));
        }
        write(byte.place, heads?.[index] ?? `${index}`); // a lab may name the bytes itself
        byte.word.hidden = Boolean(heads);
        write(byte.note, notes[index]);
        write(byte.hex, digits);
        drawLabels(byte, starting);
      }
      mark(table, "aria-readonly", String(!grid.model.get("editable")));
      write(hidden, folded.text);
      write(fault, folded.fault);
      write(open, folded.button);
      open.hidden = !folded.button;
      close.hidden = !folded.close;
      fold.hidden = !folded.text && !folded.close;
    },
    light(range) {
      const start = range ? Math.min(range.start, bitCount()) : 0;
      lightBits(start, range ? Math.min(range.start + range.width, bitCount()) : 0);
      hand("tabindex", "0", cell(grid.here), "-1");
      hand("aria-selected", "true", grid.chosen === null ? null : cell(grid.chosen));
    },
  };
}

// -- the line that explains, and the table of fields -----------------------------------------------

function Explain(grid) {
  const node = make("p", "wsl-explain");
  const place = make("span", "wsl-place");
  const swatch = make("i");
  const name = make("b");
  const text = make("span");
  const section = make("span", "wsl-section");
  const late = make("strong", "wsl-late");
  late.textContent = "Python has not answered yet: the kernel is busy, or was stopped.";
  node.append(place, swatch, name, text, section, late);
  return {
    node,
    light(range) {
      const field = range?.field;
      write(place, field ? (field.place ?? placeOf(range)) : "");
      style(swatch, "wsl-swatch", field && `k-${field.kind}`, field?.faulty && "faulty");
      swatch.hidden = !field;
      write(name, field ? `${field.faulty ? "✗ " : ""}${field.name} ${field.shown}` : "");
      const hint = grid.view.hint ?? (grid.model.get("editable") ? HINT : LOOK);
      write(text, field ? field.meaning : hint);
      write(section, field ? field.section : "");
    },
  };
}

// Where a bit is and what it adds, to its byte and to the number that a field of several bytes holds.
function placeOf({ bit, start, width, field }) {
  if (bit === undefined) return `${width > 1 ? "bits" : "bit"} ${places(start, width)}`;
  const worth = `worth ${2 ** (7 - (bit % 8))} in its byte`;
  const power = start + width - 1 - bit;
  const whole = power < 16 ? 2 ** power : `2^${power}`;
  const more = field.number && width > 8 ? `, ${whole} in the number` : "";
  return `bit ${bit} · byte ${bit >> 3}, bit ${bit & 7} · ${worth}${more}`;
}

function places(start, width) {
  return width > 1 ? `${start}–${start + width - 1}` : `${start}`;
}

function Table(grid) {
  const node = make("table", "wsl-fields", { role: "table" });
  const head = make("thead");
  const titles = make("tr", "", { role: "row" });
  const body = make("tbody");
  for (const title of ["field", "bits", "value", "meaning", "section"]) {
    const cell = make("th", "", { role: "columnheader", scope: "col" });
    cell.textContent = title;
    titles.append(cell);
  }
  head.append(titles);
  node.append(head, body);

  const rows = [];
  const addRow = (index) => {
    const row = { node: make("tr", "", { role: "row", "data-row": index }) };
    row.cells = Array.from({ length: 5 }, () => make("td", "", { role: "cell" }));
    row.swatch = make("i");
    row.name = button("", () => {}, "wsl-name"); // the row itself takes the click
    row.cells[0].append(row.swatch, row.name);
    row.node.append(...row.cells);
    row.node.addEventListener("click", () => row.name.focus());
    row.name.addEventListener("focus", () => grid.choose(grid.view.fields[index].start));
    row.node.addEventListener("pointermove", () => {
      grid.point(fieldAt(grid, grid.view.fields[index].start));
    });
    return row;
  };
  node.addEventListener("pointerleave", () => grid.point(null));
  node.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    rows[Number(event.target.closest("tr").dataset.row) + step]?.name.focus();
  });
  return {
    node,
    draw(view) {
      resize(body, rows, view.fields.length, addRow);
      view.fields.forEach((field, index) => {
        const { cells, swatch, name } = rows[index];
        const { start, width, shown, meaning, section } = field;
        const words = [places(start, width), shown, meaning, section];
        style(swatch, "wsl-swatch", `k-${field.kind}`, field.faulty && "faulty");
        write(name, (field.faulty ? "✗ " : "") + field.name);
        words.forEach((word, place) => write(cells[place + 1], word));
      });
      node.hidden = !view.fields.length;
    },
    light(range) {
      rows.forEach(({ node: row, name }, index) => {
        const on = range?.start === grid.view.fields[index].start;
        row.toggleAttribute("data-lit", on);
        name.tabIndex = on || (!range && index === 0) ? 0 : -1;
      });
    },
  };
}
