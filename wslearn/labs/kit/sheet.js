// A sheet: a part of a lab that Python describes as plain data, put on the page as it is told.
//
// Python sends a tree of nodes: a tag, attributes, and inside it texts and further nodes. What the
// reader does goes back as the small messages that the nodes carry. Three habits:
//
// 1. Text enters the page as a text node, and only the tags and attributes listed here are made: so
//    nothing that came from a network can be markup, whatever Python sends.
// 2. What is there is changed in place, so that the keyboard's focus is never lost.
// 3. What only points (a light, an explanation) happens here, without a way to Python and back.

const HTML = new Set(
  `b br code div em h4 i li ol p pre section span strong sub table tbody td th thead tr ul
  button input label textarea`.split(/\s+/),
);
const SVG = new Set("svg g path line rect circle polygon text tspan title desc".split(" "));
const ATTRIBUTES = new Set(
  `class role title tabindex hidden scope colspan type value min max step checked for id maxlength rows
  viewBox preserveAspectRatio width height x y x1 y1 x2 y2 cx cy r rx d points fill stroke
  stroke-width stroke-linejoin stroke-linecap stroke-dasharray font-size font-weight font-family
  text-anchor paint-order vector-effect`.split(/\s+/),
);
const allowed = (name) => ATTRIBUTES.has(name) || /^(aria|data)-[a-z-]+$/.test(name);
const TAKES_FOCUS = new Set(["button", "input", "textarea"]);
const MOST_TYPED = 200;

export default { render };

function render({ model, el }) {
  const root = make("div", "wsl wsl-sheet", { tabindex: "-1", ...OWN_KEYS });
  const told = new WeakMap(); // what each element's node says besides its look: do, keys, says
  const typed = new WeakMap(); // texts that Python was told of and may say again, late
  const act = messenger(model, root);
  let ticking = { every: 0, timer: 0 };

  // -- from Python's tree to the page --------------------------------------------------------------

  const create = (node) => {
    if (typeof node === "string") return document.createTextNode(node);
    if (SVG.has(node.tag)) return document.createElementNS("http://www.w3.org/2000/svg", node.tag);
    const element = document.createElement(HTML.has(node.tag) ? node.tag : "span");
    if (TAKES_FOCUS.has(node.tag)) mark(element, "data-lm-suppress-shortcuts", "true");
    return element;
  };
  const fits = (now, node) =>
    typeof node === "string"
      ? now.nodeType === Node.TEXT_NODE
      : now.nodeType === Node.ELEMENT_NODE && now.localName === node.tag;
  const fill = (parent, nodes) => {
    nodes.forEach((node, index) => {
      let now = parent.childNodes[index];
      if (!now || !fits(now, node)) {
        const made = create(node);
        if (now) now.replaceWith(made);
        else parent.append(made);
        now = made;
      }
      if (typeof node !== "string") dress(now, node);
      else if (now.data !== node) now.data = node;
    });
    while (parent.childNodes.length > nodes.length) parent.lastChild.remove();
  };
  // The reader may be ahead of Python, which draws what it last heard: no letter is taken back then.
  const adopt = (element, value) => {
    const heard = typed.get(element);
    if (element.value !== value) {
      if (heard && (value === told.get(element)?.attributes?.value || heard.includes(value))) return;
      element.value = value;
    }
    typed.delete(element);
  };
  const dress = (element, node) => {
    const wanted = { ...(node.tabindex === undefined ? {} : OWN_KEYS), ...node.attributes };
    for (const name of element.getAttributeNames()) {
      const ours = name === "data-lm-suppress-shortcuts" || name === "data-lit" || name === "style";
      if (!ours && !(name in wanted)) element.removeAttribute(name);
    }
    for (const [name, value] of Object.entries(wanted)) {
      if (!allowed(name)) continue;
      mark(element, name, value);
      if (name === "value") adopt(element, value);
      if (name === "tabindex") mark(element, "data-lm-suppress-shortcuts", "true");
    }
    for (const [name, value] of Object.entries(node.style ?? {})) {
      if (name.startsWith("--")) element.style.setProperty(name, value);
    }
    told.set(element, node);
    fill(element, node.inside ?? []);
  };

  // -- what the reader does ------------------------------------------------------------------------

  // The nearest element on the way up whose node says this.
  const near = (from, what) => {
    for (let element = from; element && element !== root; element = element.parentElement) {
      const said = told.get(element)?.[what];
      if (said !== undefined) return { element, said };
    }
    return null;
  };
  root.addEventListener("click", ({ target }) => {
    const found = near(target, "do");
    if (found && found.element.getAttribute("aria-disabled") !== "true") act(found.said);
  });
  root.addEventListener("input", ({ target }) => {
    const message = told.get(target)?.hands;
    if (!message) return;
    const heard = target.type === "range" ? [] : [...(typed.get(target) ?? []), target.value];
    if (heard.length) typed.set(target, heard.slice(-MOST_TYPED));
    act({ ...message, value: target.value });
  });
  const stops = (walk) => [...walk.querySelectorAll("[data-stop]")];
  const WAYS = {
    down: { ArrowUp: -1, ArrowDown: 1 },
    along: { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 },
  };
  // One tab stop for a list of things: the arrows walk in it, Home and End go to its ends.
  const walk = (event) => {
    const list = event.target.closest?.("[data-walk]");
    if (!list) return false;
    const all = stops(list);
    const here = all.indexOf(event.target.closest("[data-stop]"));
    const step = WAYS[list.dataset.walk][event.key];
    const to = { Home: 0, End: all.length - 1 }[event.key] ?? (step && here + step);
    if (here < 0 || to === undefined) return false;
    all[Math.max(0, Math.min(to, all.length - 1))].focus();
    return true;
  };
  root.addEventListener("keydown", (event) => {
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    const found = near(event.target, "keys");
    const message = found?.said[event.key];
    const onButton = event.target.localName === "button" && (event.key === " " || event.key === "Enter");
    if (!onButton && (event.key === " " || event.key === "Enter")) {
      const pressed = near(event.target, "do"); // a thing with role=button that is not a button
      if (pressed?.element === event.target) {
        event.preventDefault();
        event.stopPropagation();
        return act(pressed.said);
      }
    }
    const walked = walk(event);
    if (!walked && message && !onButton) act(message);
    if (walked || (message && !onButton)) {
      event.preventDefault();
      event.stopPropagation();
    }
  });
  // What is pressed must not move away before it is let go, or another thing gets the click.
  let held = false;
  const release = () => {
    if (!held) return;
    held = false;
    setTimeout(draw); // the click comes first
  };
  root.addEventListener("pointerdown", ({ target }) => (held = Boolean(target.closest("[data-holds]"))));
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, release);
  root.addEventListener("focusin", ({ target, relatedTarget }) => {
    const met = near(target, "enters");
    if (met && !met.element.contains(relatedTarget)) act(met.said);
    const stop = target.closest?.("[data-stop]");
    const list = stop?.closest("[data-walk]");
    if (list) for (const each of stops(list)) mark(each, "tabindex", each === stop ? "0" : "-1");
    point(target);
  });
  root.addEventListener("focusout", () => point(null));
  // A page that scrolls under a pointer at rest points at nothing: see bitgrid.js.
  root.addEventListener("pointermove", ({ target }) => target !== pointed && point(target));
  root.addEventListener("pointerleave", () => point(document.activeElement));

  // What belongs together lights up together, and the line that explains says what it is.
  let pointed = null;
  function point(target) {
    pointed = target;
    const link = root.contains(target) ? target.closest("[data-link]")?.dataset.link : undefined;
    for (const each of root.querySelectorAll("[data-link]")) {
      each.toggleAttribute("data-lit", link !== undefined && each.dataset.link === link);
    }
    const hears = root.querySelector("[data-hears]");
    if (!hears) return;
    const found = root.contains(target) ? near(target, "says") : null;
    fill(hears, found ? found.said : (told.get(hears)?.inside ?? []));
    hears.toggleAttribute("data-lit", Boolean(found));
  }

  // -- drawing -------------------------------------------------------------------------------------

  const tick = ({ every = 0, do: message } = {}) => {
    if (ticking.every === every) return;
    clearInterval(ticking.timer);
    ticking = { every, timer: every ? setInterval(() => act(message), every) : 0 };
  };
  const draw = () => {
    if (!act.settled() || held) return;
    const focused = document.activeElement;
    const inside = root.contains(focused) && focused !== root;
    fill(root, model.get("view"));
    for (const list of root.querySelectorAll("[data-walk]")) {
      const all = stops(list);
      const at = all.indexOf(focused);
      const first = Math.max(0, at < 0 ? all.findIndex((each) => each.matches("[aria-pressed=true]")) : at);
      all.forEach((each, index) => mark(each, "tabindex", index === first ? "0" : "-1"));
    }
    for (const each of root.querySelectorAll("[data-in-sight]")) bringIntoSight(each);
    // On the stage nobody scrolls: what is new comes into sight by itself.
    if (root.closest(".wsl-presented")) root.querySelector("[data-now]")?.scrollIntoView({ block: "nearest" });
    tick(model.get("tick"));
    // What had the focus may be gone: it goes to the root, from where every key of ours still works.
    if (inside && !root.contains(document.activeElement)) {
      (root.querySelector("[tabindex='0'], button") ?? root).focus();
    }
    point(root.contains(document.activeElement) ? document.activeElement : null);
  };
  let due = false;
  const drawSoon = () => {
    if (due) return;
    due = true;
    queueMicrotask(() => {
      due = false;
      draw();
    });
  };
  el.append(root);
  draw();
  for (const name of ["view", "tick", "answered"]) model.on(`change:${name}`, drawSoon);
  return () => {
    tick();
    for (const name of ["pointerup", "pointercancel"]) document.removeEventListener(name, release);
    for (const name of ["view", "tick", "answered"]) model.off(`change:${name}`, drawSoon);
    act.stop();
  };
}

// Moves a frame that scrolls sideways, never the page, until the element stands in its middle.
function bringIntoSight(element) {
  const frame = element.closest("[data-scrolls]");
  if (!frame || frame.scrollWidth <= frame.clientWidth) return;
  const [mine, its] = [element.getBoundingClientRect(), frame.getBoundingClientRect()];
  frame.scrollLeft += (mine.left + mine.right - its.left - its.right) / 2;
}
