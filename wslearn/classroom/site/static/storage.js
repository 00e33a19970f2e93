// Does this browser store what the reader writes? Every page of the site asks before it begins.
//
// Where it does not (a full disk, a private window), a lesson keeps its files in memory and says so,
// in place of an error; and where a lesson cannot be saved later on, the page says what to do.

window.wslearnStorage = (() => {
  const NOTHING_KEPT =
    "This browser stores nothing for this page (a private window, or a full disk): your work is lost when you close it. Make room, or open the page in an ordinary window.";
  const NOT_SAVED =
    "This browser has no room for what you wrote last: it is in this page and nowhere else. Download the notebook (File > Download), or make room and save again (Ctrl+S).";
  const ENOUGH = 1_000_000; // bytes; a lesson with its outputs takes less
  const PATIENCE = 3000; // milliseconds; if a browser does not answer, we assume that it stores
  const NAME = "wslearn-room";
  const IN_MEMORY = {
    enableMemoryStorage: true,
    contentsStorageDrivers: ["memoryStorageDriver"],
    settingsStorageDrivers: ["memoryStorageDriver"],
    workspacesStorageDrivers: ["memoryStorageDriver"],
  };

  async function writes() {
    const base = await new Promise((resolve, reject) => {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("room");
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
    try {
      await new Promise((resolve, reject) => {
        const change = base.transaction("room", "readwrite");
        change.objectStore("room").put(new Uint8Array(ENOUGH), 0);
        change.oncomplete = resolve;
        change.onabort = () => reject(change.error);
      });
    } finally {
      base.close();
      indexedDB.deleteDatabase(NAME);
    }
  }

  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const trouble = Promise.race([Promise.resolve().then(writes), late])
    .then(() => "", () => NOTHING_KEPT);

  async function tell(words) {
    if (!document.body) await new Promise((go) => addEventListener("DOMContentLoaded", go));
    let banner = document.getElementById("wslearn-trouble");
    if (!banner) {
      banner = document.createElement("div");
      banner.id = "wslearn-trouble";
      banner.setAttribute("role", "alert");
      banner.style.cssText = "position: fixed; inset: auto 0 0 0; z-index: 10000; padding: .6em 1em; background: #fff3c4; color: #1a1a1a; border-top: 2px solid #7a5200; font: 1rem/1.4 system-ui, sans-serif";
      document.body.append(banner);
    }
    banner.textContent = words;
    banner.hidden = words === "";
  }

  // A notebook that could not be saved, and one that was saved after all.
  function watch() {
    const looking = setInterval(() => {
      const saved = window.jupyterapp?.shell?.currentWidget?.context?.saveState;
      if (!saved) return;
      clearInterval(looking);
      saved.connect(async (_, state) => {
        if (state === "failed") tell(NOT_SAVED);
        else if (state.startsWith("completed")) tell(await trouble);
      });
    }, 500);
  }

  // What a notebook's page waits for before JupyterLite reads its settings.
  async function begin() {
    const words = await trouble;
    if (words) {
      const settings = document.getElementById("jupyter-config-data");
      new MutationObserver((_, once) => {
        once.disconnect();
        settings.textContent = JSON.stringify({ ...JSON.parse(settings.textContent), ...IN_MEMORY });
      }).observe(settings, { childList: true }); // JupyterLite joins the settings, and starts then
      tell(words);
    }
    watch();
    // The kernel waits for each answer of its files, and JupyterLite gives none where the browser
    // refuses to store: our service worker passes the refusal on.
    const channel = new BroadcastChannel("/sw-api.v1");
    addEventListener("unhandledrejection", ({ reason }) => {
      if (reason?.name !== "QuotaExceededError") return;
      channel.postMessage({ refused: true });
      tell(NOT_SAVED);
    });
  }

  return { trouble, begin, NOTHING_KEPT };
})();
