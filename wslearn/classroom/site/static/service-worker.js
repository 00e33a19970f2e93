// Keeps the course on the reader's machine: what was loaded once is there without a network.
//
// JupyterLite brings a worker of its own, whose cache forgets its setting whenever the browser puts
// the worker to sleep. This one takes its place. It does two things:
//
// 1. It answers every request for a file of the site from the cache of this build, and fetches what
//    is not there. A build has a name of its own (a hash of all files), so nothing old is mixed with
//    something new.
// 2. It passes the kernel's questions about files on to the page that can answer them, in the way
//    that JupyterLite's pages expect: over a BroadcastChannel. A page whose browser refuses to
//    store says so there, too (storage.js), and the kernel gets an error instead of no answer.

const BUILD = "__BUILD__";
const KEEP = __KEEP__; // what every lesson needs, and the front page
const NAME = `wslearn-${BUILD}`;
const channel = new BroadcastChannel("/sw-api.v1");

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));

self.addEventListener("activate", (event) => event.waitUntil(begin()));

async function begin() {
  await self.clients.claim();
  for (const name of await caches.keys()) if (name !== NAME) await caches.delete(name);
}

// A page that is idle asks for the rest of what an offline visit needs, one file after another.
self.addEventListener("message", ({ data, ports }) => {
  if (data?.keep) keep(data.keep).then((failed) => ports[0]?.postMessage({ kept: true, failed }));
});

async function keep(more) {
  const cache = await caches.open(NAME);
  const failed = [];
  for (const address of new Set([...KEEP.map(absolute), ...more])) {
    if (await cache.match(address)) continue;
    try {
      await cache.add(address);
    } catch {
      failed.push(address); // the network is gone, or the disk is full: the rest still counts
    }
  }
  return failed;
}

const absolute = (path) => new URL(path, self.registration.scope).href;

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (url.pathname === "/api/service-worker-heartbeat") {
    event.respondWith(new Response("ok"));
  } else if (url.pathname.includes("/api/drive") || url.pathname.includes("/api/stdin/")) {
    event.respondWith(ask(request, url));
  } else if (request.method === "GET") {
    event.respondWith(answer(request, url));
  }
});

// The query names a notebook or a version; the file is the same one.
async function answer(request, url) {
  const cache = await caches.open(NAME);
  const bare = url.origin + url.pathname;
  const kept = await cache.match(bare);
  if (kept) return kept;
  const fetched = await fetch(request);
  if (fetched.status === 200 && fetched.type === "basic") {
    cache.put(bare, fetched.clone()).catch(() => {}); // a full disk is no reason to show nothing
  }
  return fetched;
}

async function ask(request, url) {
  const question = await request.json();
  question.requestId ??= crypto.randomUUID();
  question.pathname = url.pathname;
  return new Promise((resolve) => {
    const answerWith = (...reply) => {
      channel.removeEventListener("message", listen);
      resolve(new Response(...reply));
    };
    const listen = ({ data }) => {
      if (data.refused && url.pathname.includes("/api/drive")) answerWith("", { status: 507 });
      if (data.browsingContextId !== question.browsingContextId) return;
      if (data.requestId !== question.requestId) return;
      answerWith(JSON.stringify(data.response));
    };
    channel.addEventListener("message", listen);
    channel.postMessage(question);
  });
}
