// What is out of sight waits until Python is there.
//
// JupyterLab makes the cells of a notebook one after another whenever the page is idle, and a
// lesson has eighty: that takes seconds of processor time, which Python needs to start. So once two
// screens are full, the rest waits for Python, or for a reader who scrolls, presses a key or looks
// for a heading. It waits a minute at most.

if (!location.hash) {
  const idle = window.requestIdleCallback?.bind(window);
  const cancel = window.cancelIdleCallback?.bind(window);
  const held = new Map();
  let holds = Boolean(idle);
  let number = 0;

  const filled = () => {
    const last = [...document.querySelectorAll(".jp-Notebook .jp-Cell")].at(-1);
    return last !== undefined && last.getBoundingClientRect().bottom > 2 * innerHeight;
  };
  const hold = (task, options) => {
    if (!holds || !filled()) return idle(task, options);
    number -= 1; // the browser's own numbers are positive
    held.set(number, [task, options]);
    return number;
  };
  const release = () => {
    holds = false;
    clearInterval(looking);
    for (const each of held.values()) idle(...each);
    held.clear();
  };
  if (idle) {
    window.requestIdleCallback = hold;
    window.cancelIdleCallback = (which) => held.delete(which) || cancel(which);
  }
  const started = () => {
    const session = window.jupyterapp?.shell?.currentWidget?.sessionContext?.session;
    return ["idle", "busy"].includes(session?.kernel?.status);
  };
  const looking = setInterval(() => started() && release(), 100);
  setTimeout(release, 60_000);
  for (const moved of ["wheel", "touchmove", "keydown"]) {
    addEventListener(moved, release, { once: true, capture: true, passive: true });
  }
}
