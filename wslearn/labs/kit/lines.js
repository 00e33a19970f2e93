// Lines to put in order: a heap of lines, and a program under its first line. By mouse, touch, keyboard.
//
// Python gives the lines and judges the program; which lines belong to it is not known here. A line
// is chosen with a click, or dragged; in the program it is moved and indented with buttons, with the
// arrow keys (Alt moves), or by dragging. What happened is spoken in a live region.

const DEEPEST = 5; // steps of indentation
const STEP = 1.6; // em, as wide as one step is drawn

// -- the program as a list of [line, level]: each of these returns a new one ---------------------------

const clamp = (value, most) => Math.max(0, Math.min(value, most));
const placeOf = (program, line) => program.findIndex(([one]) => one === line);

/** Put a line at a place (0 is the first), from the heap or from elsewhere in the program. */
function put(program, line, place, level) {
  const here = placeOf(program, line);
  const rest = program.filter(([one]) => one !== line);
  const to = clamp(place, rest.length);
  const deep = level ?? (here >= 0 ? program[here][1] : (rest[to - 1]?.[1] ?? 0));
  return [...rest.slice(0, to), [line, clamp(deep, DEEPEST)], ...rest.slice(to)];
}
const takeOut = (program, line) => program.filter(([one]) => one !== line);
const move = (program, line, by) => put(program, line, Math.max(0, placeOf(program, line) + by));
const indent = (program, line, by) =>
  program.map(([one, level]) => [one, one === line ? clamp(level + by, DEEPEST) : level]);

/** Where a line stands, for a screen reader. */
function spoken(program, line) {
  const place = placeOf(program, line);
  if (place < 0) return "back on the heap";
  const level = program[place][1];
  return `line ${place + 1} of ${program.length}, indented ${level === 1 ? "once" : `${level} times`}`;
}

export default { render };

function render({ model, el }) {
  const root = make("div", "wsl wsl-lines", { tabindex: "-1", role: "group", "aria-label": model.get("label"), ...OWN_KEYS });
  const act = messenger(model, root);
  const pieces = model.get("pieces");
  const heap = make("ul", "heap", { "aria-label": "lines to choose from" });
  const list = make("ol", "program", { "aria-label": "your program" });
  const head = make("pre", "head");
  const live = make("p", "unseen", { role: "status" });
  const told = make("div", "told", { role: "status" });
  const empty = make("p", "empty");
  head.textContent = model.get("head");
  empty.textContent = "Choose a line, or drag it here.";
  const program = () => model.get("program");

  // Every line has one element for good, so that neither focus nor drag is lost when it moves.
  const items = pieces.map((text, line) => {
    const node = make("li", "", { "data-line": String(line) });
    const code = make("button", "line", { type: "button", ...OWN_KEYS });
    code.textContent = text;
    code.addEventListener("click", () => {
      if (placeOf(program(), line) < 0) change(put(program(), line, program().length), line);
    });
    const tools = make("span", "tools");
    const tool = (sign, name, next) => {
      const made = button(sign, () => change(next(), line), "wsl-button");
      mark(made, "aria-label", `${name}: ${text}`);
      made.title = name;
      tools.append(made);
    };
    tool("↑", "up", () => move(program(), line, -1));
    tool("↓", "down", () => move(program(), line, 1));
    tool("←", "less indented", () => indent(program(), line, -1));
    tool("→", "more indented", () => indent(program(), line, 1));
    tool("×", "back on the heap", () => takeOut(program(), line));
    node.append(code, tools);
    dragging(node, code, line);
    return { node, code, tools };
  });

  function change(next, line, focus = document.activeElement) {
    model.set("program", next);
    model.set("verdict", {});
    model.save_changes();
    draw();
    if (line === undefined) return;
    const kept = focus && items[line].node.contains(focus) && focus.checkVisibility?.() !== false;
    (kept ? focus : items[line].code).focus({ preventScroll: true });
    write(live, `${pieces[line]}: ${spoken(next, line)}`);
  }

  root.addEventListener("keydown", (event) => {
    const item = event.target.closest?.("[data-line]");
    if (!item || event.ctrlKey || event.metaKey || event.target.className !== "line") return;
    const line = Number(item.dataset.line);
    const inside = placeOf(program(), line) >= 0;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step && event.altKey && inside) change(move(program(), line, step), line);
    else if (step) neighbour(item, step)?.focus();
    else if (side && inside) change(indent(program(), line, side), line);
    else if ((event.key === "Delete" || event.key === "Backspace") && inside) change(takeOut(program(), line), line);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const neighbour = (item, step) => {
    const all = [...root.querySelectorAll(".line")];
    return all[all.indexOf(item.querySelector(".line")) + step];
  };

  // A drag begins after a few pixels, so that a click stays a click. It ends in the program, at the
  // place and the indentation where it was let go, or on the heap.
  function dragging(node, code, line) {
    let from = null;
    code.addEventListener("pointerdown", (event) => {
      if (event.button === 0) from = [event.clientX, event.clientY];
    });
    code.addEventListener("pointermove", (event) => {
      if (!from) return;
      const [x, y] = [event.clientX - from[0], event.clientY - from[1]];
      if (!node.classList.contains("dragged") && Math.hypot(x, y) < 6) return;
      code.setPointerCapture(event.pointerId);
      node.classList.add("dragged");
      node.style.setProperty("transform", `translate(${x}px, ${y}px)`);
    });
    const end = (event) => {
      const dragged = from && node.classList.contains("dragged");
      from = null;
      node.classList.remove("dragged");
      node.style.setProperty("transform", "none");
      if (!dragged || event.type === "pointercancel") return;
      // A mouse may end its drag with a click, which is not one. A finger does not: its next tap counts.
      const none = (click) => click.stopImmediatePropagation();
      code.addEventListener("click", none, { capture: true });
      setTimeout(() => code.removeEventListener("click", none, { capture: true }));
      const target = list.parentElement.getBoundingClientRect();
      const { clientX: x, clientY: y } = event;
      if (x < target.left || x > target.right || y < target.top || y > target.bottom) {
        return change(takeOut(program(), line), line);
      }
      const others = program().filter(([one]) => one !== line);
      const middle = ([one]) => {
        const box = items[one].node.getBoundingClientRect();
        return (box.top + box.bottom) / 2;
      };
      const place = others.filter((one) => middle(one) < y).length;
      const em = parseFloat(getComputedStyle(list).fontSize);
      const left = code.getBoundingClientRect().left;
      const level = Math.round((left - list.getBoundingClientRect().left) / em / STEP) - 1;
      change(put(program(), line, place, level), line);
    };
    for (const name of ["pointerup", "pointercancel"]) code.addEventListener(name, end);
  }

  const arrange = (parent, wanted) => {
    wanted.forEach((node, at) => {
      if (parent.children[at] !== node) parent.insertBefore(node, parent.children[at] ?? null);
    });
  };
  function draw() {
    act.settled();
    const now = program();
    arrange(list, now.map(([line]) => items[line].node));
    arrange(heap, items.filter((_, line) => placeOf(now, line) < 0).map(({ node }) => node));
    for (const { tools } of items) tools.hidden = true;
    for (const [line, level] of now) {
      items[line].tools.hidden = false;
      items[line].node.style.setProperty("--level", level);
    }
    for (const [line, { node }] of items.entries()) if (placeOf(now, line) < 0) node.style.setProperty("--level", 0);
    empty.hidden = now.length > 0;
    const { tone = "", headline = "", parts = [] } = model.get("verdict");
    told.replaceChildren();
    style(told, "told", headline && "wsl-verdict", { good: "accepted", bad: "refused" }[tone]);
    if (headline) {
      const strong = make("strong");
      strong.textContent = headline;
      told.append(strong);
    }
    for (const { text, label, code } of parts) {
      const part = make(code ? "pre" : "p");
      part.textContent = label && !code ? `${label} ${text}` : text;
      told.append(part);
    }
  }

  const left = make("section", "side", { "aria-label": "heap" });
  const right = make("section", "side", { "aria-label": "program" });
  left.append(title("Lines"), heap);
  right.append(title("Your program"), head, list, empty);
  const both = make("div", "both");
  both.append(left, right);
  const steps = make("div", "steps");
  const hint = make("span", "hint");
  hint.textContent = "Not every line is needed. With the keyboard: Enter chooses, ← → indent, Alt with ↑ ↓ moves, Delete takes out.";
  steps.append(button("run and check", () => act({ do: "check" }), "wsl-button first"), button("start again", () => change([])));
  root.append(both, steps, told, hint, live);
  el.append(root);
  draw();
  for (const name of ["program", "verdict", "answered"]) model.on(`change:${name}`, draw);
  return () => {
    for (const name of ["program", "verdict", "answered"]) model.off(`change:${name}`, draw);
    act.stop();
  };
}

function title(text) {
  const node = make("h4");
  node.textContent = text;
  return node;
}
