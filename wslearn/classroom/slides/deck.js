"use strict";
// Fills slides of 1280 by 720 px with the sections of the page, and shows them one by one.
// What does not fit goes on on the next slide: tables between rows, code between lines, and
// everything else between the elements it consists of.
(() => {
  const WIDTH = 1280, HEIGHT = 720, SMALLEST = 24;
  const STACKS = ["block", "flow-root", "list-item", "table", "table-row-group"];
  const LARGE = 0.4;  // of a slide: what is larger may be divided, and does not only move on
  const root = document.documentElement;
  const source = document.getElementById("source");
  const stage = document.createElement("div");
  const spoken = document.createElement("p");
  const slides = [];
  let at = 0, typed = "";

  const make = (name, kind, parent) => {
    const element = document.createElement(name);
    element.className = kind;
    if (parent) parent.append(element);
    return element;
  };

  const open = (section, first) => {
    const slide = make("section", "slide", stage);
    slide.setAttribute("aria-roledescription", "slide");
    if (!first) slide.classList.add("on");
    if (first && section.dataset.rank === "1") slide.classList.add("title");
    const head = make("div", "head", slide);
    for (const title of section.querySelectorAll(":scope > h1, :scope > h2, :scope > h3, " +
      ":scope > .above")) if (first || title.tagName !== "P") head.append(title.cloneNode(true));
    slides.push(slide);
    return make("div", "body", slide);
  };

  const fits = (body) => body.scrollHeight <= body.clientHeight + 1;

  // Type in an output grows until its smallest letters can be read from the last row; each part of
  // it for itself.
  const enlarge = (part) => {
    const groups = [...part.children];
    if (groups.length && part.tagName === "DIV" && divisible(part)) {
      groups.forEach(enlarge);
      return;
    }
    const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    let least = Infinity;
    while (texts.nextNode()) {
      const text = texts.currentNode;
      if (!text.data.trim()) continue;
      least = Math.min(least, parseFloat(getComputedStyle(text.parentElement).fontSize));
    }
    if (least >= SMALLEST) return;
    const now = parseFloat(getComputedStyle(part).fontSize);
    part.style.fontSize = `${Math.ceil((now * SMALLEST) / least * 10) / 10}px`;
  };

  const display = (node) => getComputedStyle(node).display;

  // Whether a part of this element may stand on one slide and the rest on the next: its children
  // lie below or beside one another as wholes. A line of text and a byte of a picture do not.
  const divisible = (node) => {
    const children = [...node.childNodes].filter((child) => child.data?.trim() !== "");
    const blocks = STACKS.includes(display(node));
    return children.length > 0 && (blocks || display(node) === "inline-block") && children.every(
      (child) => child.nodeType === Node.ELEMENT_NODE && display(child) !== "inline" &&
        (blocks || display(child) === "inline-block") || child.tagName === "BR");
  };

  const shows = (node) => node.textContent.trim() !== "" || node.querySelector("img") !== null;

  // Takes out of `node`, which stands in `body`, what does not fit there: a like element, or null.
  const rest = (node, body) => {
    if (fits(body) || !divisible(node)) return null;
    const after = node.cloneNode(false);
    const head = node.tagName === "TABLE" ? node.querySelector(":scope > thead") : null;
    let height = 0;
    while (!fits(body) && node.lastElementChild && node.lastElementChild !== head) {
      height = node.lastElementChild.getBoundingClientRect().height;
      after.prepend(node.lastElementChild);
    }
    const first = after.firstElementChild;
    if (first && height > LARGE * body.clientHeight) {
      node.append(first);
      const further = rest(first, body);
      if (further && fits(body) && shows(first)) {
        after.prepend(further);
      } else {
        if (further) first.append(...further.childNodes);
        after.prepend(first);
      }
    }
    while (node.childElementCount > 1 && /:\s*$/.test(node.lastElementChild.textContent)) {
      after.prepend(node.lastElementChild);  // it announces what follows
    }
    if (head) after.prepend(head.cloneNode(true));
    if (node.tagName === "OL") after.start = node.start + node.childElementCount;
    return shows(after) ? after : null;
  };

  // The last paragraph of a slide, taken off it, if it announces what comes on the next.
  const announcement = (body) => {
    const last = body.lastElementChild, words = last?.lastElementChild;
    const more = body.childElementCount > 1 || last?.childElementCount > 1;
    if (!more || !last.classList.contains("prose") || !/:\s*$/.test(words.textContent)) return [];
    const moved = last.cloneNode(false);
    moved.append(words);
    if (!last.childElementCount) last.remove();
    return [moved];
  };

  const fill = (section) => {
    let body = open(section, true);
    const queue = [...section.querySelectorAll(":scope > .part")];
    while (queue.length) {
      const part = queue.shift();
      if (part.classList.contains("picture")) {
        const shown = body.childElementCount ? open(section, false) : body;
        shown.parentElement.classList.add("full");
        shown.append(part);
        if (queue.length) body = open(section, false);
        continue;
      }
      const alone = body.childElementCount === 0;
      body.append(part);
      enlarge(part);
      for (const more of ["squeezed", "pressed"]) {
        if (part.scrollWidth > part.clientWidth) part.classList.add(more);
      }
      if (fits(body)) continue;
      const whole = part.cloneNode(true);
      const after = alone || part.classList.contains("prose") ? rest(part, body) : null;
      const announces = /:\s*$/.test(part.textContent) && !alone;
      if (after && fits(body) && shows(part) && !announces) {
        queue.unshift(after);
      } else if (!alone) {
        part.remove();
        queue.unshift(...announcement(body), whole);
      } else {  // one piece that is larger than a slide: the only thing that is made smaller
        part.replaceWith(whole);
        whole.classList.add("shrunk");
        whole.style.zoom = Math.max(body.clientHeight / whole.scrollHeight, 0.4);
        if (!queue.length) break;
      }
      body = open(section, false);
    }
  };

  const steps = (slide) => {
    // What begins a slide has waited long enough.
    const parts = [...slide.querySelectorAll(".body > .part")];
    return parts.filter((part, index) => index > 0 && "step" in part.dataset);
  };

  const show = (number, complete) => {
    at = Math.min(Math.max(number, 0), slides.length - 1);
    slides.forEach((slide, index) => slide.classList.toggle("now", index === at));
    steps(slides[at]).forEach((part) => part.classList.toggle("waits", !complete));
    history.replaceState(null, "", `#${at + 1}`);
    speak(slides[at].textContent);
  };

  const speak = (text) => { spoken.textContent = text.replace(/\s+/g, " ").trim(); };

  const next = () => {
    const waiting = slides[at].querySelector(".waits");
    if (waiting) {
      waiting.classList.remove("waits");
      speak(waiting.textContent);
    } else if (at < slides.length - 1) show(at + 1, false);
  };

  const back = () => {
    const open = steps(slides[at]).filter((part) => !part.classList.contains("waits"));
    if (open.length) open.at(-1).classList.add("waits");
    else if (at > 0) show(at - 1, true);
  };

  const fit = () => {
    const scale = Math.min(innerWidth / WIDTH, innerHeight / HEIGHT);
    stage.style.transform = `translate(${(innerWidth - WIDTH * scale) / 2}px, ` +
      `${(innerHeight - HEIGHT * scale) / 2}px) scale(${scale})`;
  };

  const dark = (on) => { root.dataset.theme = on ? "dark" : "light"; };

  const keys = {
    ArrowRight: next, ArrowDown: next, PageDown: next, " ": next,
    ArrowLeft: back, ArrowUp: back, PageUp: back,
    Home: () => show(0, false), End: () => show(slides.length - 1, true),
    d: () => dark(root.dataset.theme !== "dark"),
    f: () => document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen(),
    Enter: () => typed ? show(Number(typed) - 1, false) : next(),
  };

  dark(matchMedia("(prefers-color-scheme: dark)").matches);
  root.classList.add("js");
  stage.id = "stage";
  spoken.setAttribute("aria-live", "polite");
  spoken.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)";
  document.body.append(stage, spoken);
  for (const section of source.querySelectorAll(":scope > section")) fill(section);
  slides.forEach((slide, index) => {
    const foot = make("div", "foot", slide);
    make("span", "", foot).textContent = index ? source.dataset.lesson
      : "→ on, ← back, D dark, F full screen";
    make("span", "", foot).textContent = `${index + 1} / ${slides.length}`;
  });

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (/^\d$/.test(key)) typed = (typed + key).slice(-4);
    else if (keys[key]) {
      event.preventDefault();
      keys[key]();
      typed = "";
    }
  });
  stage.addEventListener("click", (event) => {
    if (!getSelection().isCollapsed) return;
    (event.clientX < innerWidth / 3 ? back : next)();
  });
  addEventListener("resize", fit);
  addEventListener("hashchange", () => show(Number(location.hash.slice(1)) - 1 || 0, false));
  fit();
  show(Number(location.hash.slice(1)) - 1 || 0, false);
})();
