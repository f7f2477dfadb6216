/**
 * The service worker of a site that a reader keeps: one build of the site, whole, in one cache.
 *
 * In: `BUILD`, the name of the build, and `FILES`, path and digest of each of its files, which stand before this. Pages
 * come from the network as long as it answers in time, so nobody is held back by an old worker; a page that comes from
 * the cache has everything else from the same cache. What readers ticked and wrote lies elsewhere, and is never touched.
 */
(() => {
  "use strict";
  /** @type {any} */
  const worker = self;
  const { BUILD, FILES } = worker.CHAPBOOK;
  const scope = worker.registration.scope;
  /** Sites of one host share their caches, so each has names of its own. */
  const mine = `chapbook ${new URL(scope).pathname} `;
  const name = mine + BUILD;
  /** How long a page may take to come, in milliseconds. */
  const PATIENCE = 3000;
  /** Files fetched at once. */
  const AT_ONCE = 6;
  /** @type {Map<string, string>} */
  const digests = new Map(FILES);
  /** Windows whose page came from the cache. @type {Set<string>} */
  const fromCache = new Set();

  /** @param {string} path */
  const addressOf = (path) => new URL(path.split("/").map(encodeURIComponent).join("/"), scope).href;

  /** A response that may answer any request, wherever it was led. @param {Response} response */
  async function plain(response) {
    return response.redirected ? new Response(await response.blob(), { headers: response.headers }) : response;
  }

  /** Files of builds kept before that have not changed since: path and digest to response. */
  async function kept() {
    const found = new Map();
    for (const before of (await caches.keys()).filter((other) => other.startsWith(mine))) {
      const cache = await caches.open(before);
      const list = await (await cache.match(`${scope}?chapbook-files`))?.json();
      for (const [path, digest] of list || []) found.set(`${path} ${digest}`, { cache, path });
    }
    return found;
  }

  /** Tells all windows how far it is. @param {number} done */
  async function tell(done) {
    for (const client of await worker.clients.matchAll({ includeUncontrolled: true })) client.postMessage({ chapbook: "kept", done, count: FILES.length });
  }

  /** Brings the whole build, or fails and leaves nothing. */
  async function install() {
    const [cache, before] = [await caches.open(name), await kept()];
    const rest = [...FILES];
    let done = 0;
    const bring = async () => {
      for (let next = rest.pop(); next; next = rest.pop()) {
        const [path, digest] = next;
        const here = before.get(`${path} ${digest}`);
        const known = here && (await here.cache.match(addressOf(path)));
        const response = known || (await fetch(addressOf(path), { cache: "no-cache", credentials: "same-origin" }));
        if (!response.ok && path !== "404.html") throw new Error(path);
        await cache.put(addressOf(path), await plain(response));
        done += 1;
        if (done % 20 === 0 || done === FILES.length) await tell(done);
      }
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, bring));
      // A site that was published anew meanwhile would be kept half old, half new: the worker is written last.
      const now = await (await fetch(worker.location.href, { cache: "no-store" })).text();
      if (!now.includes(JSON.stringify(BUILD))) throw new Error("published meanwhile");
      await cache.put(`${scope}?chapbook-files`, new Response(JSON.stringify(FILES)));
    } catch (error) {
      await caches.delete(name);
      throw error;
    }
  }

  /** Whoever waits for nobody begins at once; else the reader says when. */
  async function activate() {
    const names = await caches.keys();
    await Promise.all(names.filter((other) => other.startsWith(mine) && other !== name).map((other) => caches.delete(other)));
    await worker.clients.claim();
  }

  /** The path of the site that an address asks for; `undefined` if it is not one that is kept. @param {string} address */
  function pathOf(address) {
    const url = new URL(address);
    if (!url.href.startsWith(scope)) return undefined;
    const path = decodeURIComponent(url.pathname.slice(new URL(scope).pathname.length));
    const bare = path.replace(/\/$/u, "");
    const ways = [path, `${path}index.html`, `${bare}/index.html`, `${bare}.html`];
    return ways.find((way) => digests.has(way));
  }

  /** @param {string} path @returns {Promise<Response | undefined>} */
  async function cached(path) {
    return (await caches.open(name)).match(addressOf(path));
  }

  /** @param {Request} request @returns {Promise<Response>} */
  function inTime(request) {
    return new Promise((answered, late) => {
      setTimeout(() => late(new Error("late")), PATIENCE);
      fetch(request).then(answered, late);
    });
  }

  /** A page: from the network if it answers in time, else as it was kept. @param {any} event */
  async function page(event) {
    const path = pathOf(event.request.url);
    try {
      const response = await inTime(event.request);
      if (response.status < 500) return response;
    } catch {
      // No network, or none worth the name.
    }
    const known = await cached(path || "404.html");
    if (!known) return fetch(event.request);
    if (event.resultingClientId) fromCache.add(event.resultingClientId);
    return known;
  }

  /** What a page needs: from where the page came from, so that both are of one build. @param {any} event @param {string} path */
  async function part(event, path) {
    // A digest in the name says which bytes are meant, wherever they come from.
    const sure = path.startsWith("assets/") || fromCache.has(event.clientId);
    const known = await cached(path);
    if (sure && known) return known;
    try {
      return await (known ? inTime(event.request) : fetch(event.request));
    } catch (error) {
      if (known) return known;
      throw error;
    }
  }

  worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(install()));
  worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(activate()));
  worker.addEventListener("message", (/** @type {any} */ event) => {
    if (event.data && event.data.chapbook === "take over") worker.skipWaiting();
  });
  worker.addEventListener("fetch", (/** @type {any} */ event) => {
    const { request } = event;
    if (request.method !== "GET" || !request.url.startsWith(scope)) return;
    if (request.mode === "navigate") return event.respondWith(page(event));
    const path = pathOf(request.url);
    if (path) event.respondWith(part(event, path));
  });
})();
