// The stage: a lab made large for a class, and stepped through with two keys.
//
// It finds its lab on the way up (`.wsl-lab`) and asks nothing of it but three marks: steps are
// buttons with data-step="next" and "back", fields are the first bits of the grid's shapes or the
// lines of a sheet (data-stop), and what carries data-lit belongs to what is being explained.

const KEYS = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 };
const FIELD_KEYS = { ArrowDown: 1, ArrowUp: -1 };
const END_KEYS = { Home: -Infinity, End: Infinity };

// What stays in sight: below, the line that explains (with the verdict of a grid above it); on top,
// the sentence of a sheet.
const SAID = ".wsl-explain, .wsl-hears";
const SPOKEN = "p.wsl-verdict, .wsl-moment";

export default { render };

function render({ model, el }) {
  const root = make("div", "wsl-stage", OWN_KEYS);
  const lab = () => el.closest(".wsl-lab");
  const set = (on) => {
    model.set("on", on);
    model.save_changes();
    draw();
  };

  const steps = (way) =>
    lab().querySelector(`button[data-step="${way > 0 ? "next" : "back"}"]:not([aria-disabled="true"])`);
  const hasSteps = () => Boolean(lab().querySelector("button[data-step]"));
  // The first bit of each field, in order, or, where no bits are shown, the lines of a sheet: the one
  // before or after the one that is lit.
  const seen = (what) => [...lab().querySelectorAll(what)].filter((node) => node.checkVisibility());
  let line = null;
  const field = (way) => {
    const bits = seen(".wsl-bit.starts");
    const all = bits.length ? bits : seen("[data-stop]");
    if (!all.length) return;
    const lit = bits.length ? lab().querySelector(".wsl-bit[data-lit]") : all.find((one) => one === line);
    const here = lit ? all.findLastIndex((one) => one === lit || follows(one, lit)) : way > 0 ? -1 : all.length;
    line = all[Math.max(0, Math.min(here + way, all.length - 1))];
    line.focus({ preventScroll: true });
    bring(line);
  };
  // The whole picture comes into sight where there is room for it, and in any case what is chosen.
  const bring = (what) => {
    measure();
    for (const each of [what.closest(".wsl-bytes"), what]) each?.scrollIntoView({ block: "nearest" });
  };
  const follows = (first, second) =>
    Boolean(first.compareDocumentPosition(second) & Node.DOCUMENT_POSITION_FOLLOWING);
  const step = (way) => (hasSteps() ? steps(way)?.click() : field(way));

  const present = button("present", () => enter(), "wsl-tool");
  present.title = "Make this lab large, for a projector";
  const back = button("back", () => step(-1));
  const next = button("next", () => step(1));
  const controls = button("show the controls", () => {
    const shown = lab().classList.toggle("wsl-with-controls");
    write(controls, shown ? "hide the controls" : "show the controls");
  });
  const end = button("end", () => leave());
  const bar = make("div", "wsl-bar", { role: "group", "aria-label": "presenting" });
  const hint = make("span", "wsl-hint");
  hint.textContent = "arrow keys or Page Up and Page Down step, Esc ends";
  bar.append(back, next, controls, end, hint);
  root.append(present, bar);
  el.append(root);

  const enter = async () => {
    set(true);
    next.focus({ preventScroll: true });
    try {
      await lab().requestFullscreen();
    } catch {
      // A page may forbid it; the lab is large all the same, inside the page.
    }
  };
  const leave = async () => {
    set(false);
    if (document.fullscreenElement) await document.exitFullscreen();
    present.focus();
  };

  function draw() {
    const on = model.get("on");
    lab()?.classList.toggle("wsl-presented", on);
    present.hidden = on;
    bar.hidden = !on;
    measured.disconnect();
    const told = on ? lab()?.querySelectorAll(`${SAID}, ${SPOKEN}, .wsl-answer`) : null;
    for (const each of told ?? []) measured.observe(each);
  }
  const onKey = (event) => {
    if (!model.get("on") || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target.matches?.("input, textarea, select")) return;
    if (event.key === "Escape") {
      leave();
    } else if ((event.key === " " || event.key === "Enter") && event.target.matches?.(".wsl-bit") && !inSight(event.target)) {
      bring(event.target); // nothing is flipped out of sight
    } else if (KEYS[event.key]) {
      step(KEYS[event.key]);
    } else if (END_KEYS[event.key]) {
      field(END_KEYS[event.key]);
    } else if (FIELD_KEYS[event.key] && hasSteps()) {
      field(FIELD_KEYS[event.key]);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  // What is said may take one line or four: how high it is decides where the rest may stand.
  const measure = () => {
    for (const root of lab()?.querySelectorAll(".wsl") ?? []) {
      const high = (what) => root.querySelector(what)?.offsetHeight ?? 0;
      const said = high(SAID);
      const heights = { "--said": said, "--foot": said + high(".wsl-answer"), "--head": high(SPOKEN) };
      for (const [name, height] of Object.entries(heights)) root.style.setProperty(name, `${height}px`);
    }
  };
  const measured = new ResizeObserver(measure);
  const onScreen = () => {
    if (!document.fullscreenElement && model.get("on") && filled) set(false);
    filled = document.fullscreenElement === lab();
  };
  let filled = false;
  let listening = null;
  // JupyterLab takes the keys of an ordinary drop-down or button that does not carry this mark itself:
  // an arrow would lead to the next cell, twice D would delete this one.
  const keep = ({ target }) => {
    for (const [name, value] of Object.entries(OWN_KEYS)) mark(target, name, value);
  };
  // A widget is rendered before it is put into its box, so the lab is found a little later.
  const attach = () => {
    const found = lab();
    if (!found || listening) return;
    listening = found;
    found.addEventListener("focusin", keep, true);
    found.addEventListener("keydown", onKey, true);
    draw();
  };
  const frame = requestAnimationFrame(attach);
  const later = setTimeout(attach, 300);
  document.addEventListener("fullscreenchange", onScreen);
  model.on("change:on", draw);
  draw();
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(later);
    measured.disconnect();
    listening?.removeEventListener("keydown", onKey, true);
    listening?.removeEventListener("focusin", keep, true);
    listening?.classList.remove("wsl-presented", "wsl-with-controls");
    document.removeEventListener("fullscreenchange", onScreen);
    model.off("change:on", draw);
  };
}

// Whether the middle of an element is on the screen, with nothing over it.
function inSight(node) {
  const { left, top, width, height } = node.getBoundingClientRect();
  const there = document.elementFromPoint(left + width / 2, top + height / 2);
  return there !== null && node.contains(there);
}
