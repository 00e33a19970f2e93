"use strict";
// Fills slides of 1280 by 720 px with the sections of the page, and shows them one by one.
// What does not fit continues on the next slide: tables break between rows, all else between the
// elements it consists of. A listing stays on its slide and scrolls there.
(() => {
  const WIDTH = 1280, HEIGHT = 720, SMALLEST = 24;
  const STACKS = ["block", "flow-root", "list-item", "table", "table-row-group"];
  const LARGE = 0.4;  // of a slide: what is larger may be divided, and not just moved on
  const root = document.documentElement;
  const source = document.getElementById("source");
  const stage = document.createElement("div");
  const spoken = document.createElement("p");
  const help = document.getElementById("help");
  const lesson = document.getElementById("lesson");
  const lessonAt = lesson.href;
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
    slide.notes = section.querySelector(":scope > .notes")?.innerHTML ?? "";
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

  // Type in an output grows until its smallest letters can be read from the last row; each part on
  // its own.
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
  // are below or beside one another as wholes. A line of text or a byte of a picture stays whole.
  const divisible = (node) => {
    const children = [...node.childNodes].filter((child) => child.data?.trim() !== "");
    const blocks = STACKS.includes(display(node));
    return children.length > 0 && (blocks || display(node) === "inline-block") && children.every(
      (child) => child.nodeType === Node.ELEMENT_NODE && display(child) !== "inline" &&
        (blocks || display(child) === "inline-block") || child.tagName === "BR");
  };

  const listing = (part) =>
    part.matches(".code, .mono") || part.querySelector(".code, .mono, [style*='white-space: pre']:only-child") !== null;

  const shows = (node) => node.textContent.trim() !== "" || node.querySelector("img") !== null;

  // Takes out of `node`, which is in `body`, what does not fit there: an element like it, or null.
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
    if (head && node.lastElementChild === head) {  // a head without a row says nothing
      node.append(...after.children);
      return null;
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
    let left = Number(section.dataset.most ?? Infinity) - 1;
    let queue = [...section.querySelectorAll(":scope > .part")];
    let cut = false;
    const further = () => {
      if (left-- <= 0) {
        const must = queue.filter((part) => "must" in part.dataset);
        cut ||= must.length < queue.length;
        queue = must;
        if (!must.length) return false;
      }
      body = open(section, false);
      return true;
    };
    while (queue.length) {
      const part = queue.shift();
      if (part.classList.contains("picture")) {
        if (body.childElementCount) {
          queue.unshift(part);
          if (!further()) break;
          continue;
        }
        body.parentElement.classList.add("full");
        body.append(part);
        if (queue.length && !further()) break;
        continue;
      }
      const alone = body.childElementCount === 0;
      body.append(part);
      enlarge(part);
      for (const more of ["squeezed", "pressed"]) {
        if (part.scrollWidth > part.clientWidth) part.classList.add(more);
      }
      if (fits(body)) continue;
      part.classList.add("dense");  // a table whose rows move together
      if (fits(body)) continue;
      part.classList.remove("dense");
      if (alone && listing(part)) {
        part.classList.add("rolls");
        if (queue.length && !further()) break;
        continue;
      }
      const whole = part.cloneNode(true);
      const after = alone || part.classList.contains("prose") ? rest(part, body) : null;
      const announces = /:\s*$/.test(part.textContent) && !alone;
      if (after && fits(body) && shows(part) && !announces) {
        if ("must" in after.dataset && --after.dataset.must === 0) delete after.dataset.must;
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
      if (!further()) break;
    }
    if (!cut) return;
    slides.at(-1).classList.add("cut");
    const last = body.lastElementChild;
    if (last?.classList.contains("source")) last.remove();  // what it prints had no room
  };

  const steps = (slide) => {
    // Whatever begins a slide is shown with it.
    const parts = [...slide.querySelectorAll(".body > .part")];
    return parts.filter((part, index) => index > 0 && "step" in part.dataset);
  };

  const show = (number, complete) => {
    at = Math.min(Math.max(number, 0), slides.length - 1);
    slides.forEach((slide, index) => slide.classList.toggle("now", index === at));
    steps(slides[at]).forEach((part) => part.classList.toggle("waits", !complete));
    roll(slides[at].querySelector(".rolls"), complete ? Infinity : -Infinity);
    history.replaceState(null, "", `#${at + 1}`);
    lesson.href = `${lessonAt}#${encodeURIComponent(heading(slides[at]).replaceAll(" ", "-"))}`;
    speak(slides[at].textContent);
    tell();
  };

  const heading = (slide) => slide.querySelector("h1, h2, h3")?.textContent ?? "";
  const speak = (text) => { spoken.textContent = text.replace(/\s+/g, " ").trim(); };

  // Scrolls a listing by its visible height, less two lines; says whether there was more to see.
  const roll = (part, by) => {
    if (!part || part.classList.contains("waits")) return false;
    const before = part.scrollTop, last = part.scrollHeight - part.clientHeight;
    part.scrollTop = Math.min(Math.max(before + by * (part.clientHeight - 70), 0), last);
    part.classList.toggle("more", part.scrollTop < last - 1);
    return part.scrollTop !== before;
  };

  const next = () => {
    const waiting = slides[at].querySelector(".waits");
    if (waiting) {
      waiting.classList.remove("waits");
      roll(waiting.matches(".rolls") ? waiting : null, 0);
      speak(waiting.textContent);
      tell();
    } else if (!roll(slides[at].querySelector(".rolls"), 1) && at < slides.length - 1) {
      show(at + 1, false);
    }
  };

  const back = () => {
    if (roll(slides[at].querySelector(".rolls"), -1)) return;
    const open = steps(slides[at]).filter((part) => !part.classList.contains("waits"));
    if (open.length) open.at(-1).classList.add("waits");
    else if (at > 0) show(at - 1, true);
    tell();
  };

  // -- for the speaker alone ------------------------------------------------------------------------

  const clock = make("div", "clock", stage);
  let minutes = 0, spent = 0, since = null; // since: when the timer last began to run
  const timer = (asked) => {
    if (asked === 0) minutes = 0;
    else if (asked || !minutes) [minutes, spent, since] = [asked || Number(source.dataset.minutes), 0, Date.now()];
    else if (since === null) since = Date.now();
    else [spent, since] = [spent + Date.now() - since, null];
    tick();
  };
  const tick = () => {
    const gone = spent + (since === null ? 0 : Date.now() - since);
    const seconds = Math.ceil((60_000 * minutes - gone) / 1000), length = Math.abs(seconds);
    const shown = `${Math.floor(length / 60)}:${String(length % 60).padStart(2, "0")}`;
    clock.textContent = minutes ? `${seconds < 0 ? "+" : ""}${shown}${since === null ? " paused" : ""}` : "";
    clock.classList.toggle("over", seconds < 0);
    if (desk?.closed === false) desk.document.getElementById("clock").textContent = clock.textContent;
  };
  setInterval(tick, 500);

  // The speaker's window is written from here: it needs no address, and nothing to keep in step.
  let desk = null;
  const notes = () => {
    desk = openWindow("", "speaker", "popup,width=760,height=620");
    if (!desk) return speak("The browser did not allow a second window.");
    const { head, body } = desk.document;
    desk.document.title = `Notes: ${source.dataset.lesson}`;
    head.innerHTML = document.querySelector("style").outerHTML;
    body.className = "desk";
    body.innerHTML = '<p><b id="place"></b><span id="clock"></span></p><h1 id="title"></h1>' +
      '<div id="notes"></div><p class="above" id="next"></p>';
    desk.onkeydown = onKey;
    tell();
    tick();
  };
  const openWindow = window.open.bind(window);
  const tell = () => {
    if (desk?.closed !== false) return;
    const find = (id) => desk.document.getElementById(id), slide = slides[at];
    const waits = slide.querySelectorAll(".waits").length, after = slides[at + 1];
    desk.document.documentElement.dataset.theme = root.dataset.theme;
    find("place").textContent = `${at + 1} / ${slides.length}${waits ? ` · ${waits} to come on this slide` : ""}`;
    find("title").textContent = heading(slide);
    find("notes").innerHTML = slide.notes || "<p>There are no notes for this slide.</p>";
    find("next").textContent = after ? `Next: ${heading(after)}` : "The last slide.";
  };

  const black = () => root.classList.toggle("black");
  const overview = () => {
    root.classList.toggle("overview");
    fit();
    slides[at].scrollIntoView({ block: "center" });
  };
  const overviewing = () => root.classList.contains("overview");
  const columns = () => slides.filter((slide) => slide.offsetTop === slides[0].offsetTop).length;
  const choose = (way) => {
    show(at + way, true);
    slides[at].scrollIntoView({ block: "nearest" });
  };

  const fit = () => {
    if (overviewing()) return void (stage.style.transform = "");
    const scale = Math.min(innerWidth / WIDTH, innerHeight / HEIGHT);
    stage.style.transform = `translate(${(innerWidth - WIDTH * scale) / 2}px, ` +
      `${(innerHeight - HEIGHT * scale) / 2}px) scale(${scale})`;
  };

  const dark = (on) => {
    root.dataset.theme = on ? "dark" : "light";
    tell();
  };

  const inOverview = {
    ArrowRight: () => choose(1), ArrowLeft: () => choose(-1),
    ArrowDown: () => choose(columns()), ArrowUp: () => choose(-columns()),
    Enter: () => { overview(); show(at, false); }, Escape: overview,
  };
  const keys = {
    ArrowRight: next, ArrowDown: next, PageDown: next, " ": next,
    ArrowLeft: back, ArrowUp: back, PageUp: back,
    Home: () => show(0, false), End: () => show(slides.length - 1, true),
    b: black, ".": black, o: overview, s: notes, l: () => lesson.click(),
    t: () => timer(typed ? Number(typed) : undefined),
    "?": () => help.open ? help.close() : help.showModal(),
    d: () => dark(root.dataset.theme !== "dark"),
    f: () => document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen(),
    Enter: () => typed ? show(Number(typed) - 1, false) : next(),
  };
  const onKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const does = (overviewing() && inOverview[key]) || keys[key];
    if (help.open && key !== "?") return;
    if (/^\d$/.test(key)) typed = (typed + key).slice(-4);
    else if (root.classList.contains("black") && (does || key === "Escape")) root.classList.remove("black");
    else if (does) {
      event.preventDefault();
      does();
      typed = "";
    }
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
      : "→ next, ← back, ? all keys";
    make("span", "", foot).textContent = `${index + 1} / ${slides.length}`;
  });

  addEventListener("keydown", onKey);
  stage.addEventListener("click", (event) => {
    if (!getSelection().isCollapsed || event.target.closest("a")) return;
    const chosen = slides.indexOf(event.target.closest(".slide"));
    if (overviewing() && chosen >= 0) {
      overview();
      show(chosen, false);
    } else (event.clientX < innerWidth / 3 ? back : next)();
  });
  addEventListener("resize", fit);
  addEventListener("hashchange", () => show(Number(location.hash.slice(1)) - 1 || 0, false));
  fit();
  show(Number(location.hash.slice(1)) - 1 || 0, false);
})();
