/**
 * The service worker of a site that the reader has saved: one complete build of the site in one cache.
 *
 * In: `BUILD`, the name of the build, and `FILES`, path and digest of each of its files, defined before this script. Pages
 * come from the network if it answers in time, so that an old worker does not keep readers from a new version; a page
 * from the cache gets everything else from the same cache. Readers' data is stored elsewhere and never changed here.
 */
(() => {
  "use strict";
  const worker = /** @type {Chapbook.ServiceWorkerScope} */ (/** @type {unknown} */ (self));
  const { BUILD, FILES } = worker.CHAPBOOK;
  const scope = worker.registration.scope;
  /** Sites of one host share their caches, so the names contain the scope. */
  const mine = `chapbook ${new URL(scope).pathname} `;
  const name = mine + BUILD;
  /** How long the network may take to answer, in milliseconds. */
  const TIMEOUT = 3000;
  /** Files fetched at once. */
  const AT_ONCE = 6;
  /** @type {Map<string, string>} */
  const digests = new Map(FILES);
  /** Windows whose page came from the cache. @type {Set<string>} */
  const fromCache = new Set();

  /** @param {string} path */
  const addressOf = (path) => new URL(path.split("/").map(encodeURIComponent).join("/"), scope).href;

  /** A response without redirects, which may answer any request. @param {Response} response */
  async function plain(response) {
    return response.redirected ? new Response(await response.blob(), { headers: response.headers }) : response;
  }

  /** The files of earlier builds in the caches, by path and digest. */
  async function earlier() {
    const found = new Map();
    for (const before of (await caches.keys()).filter((other) => other.startsWith(mine))) {
      const cache = await caches.open(before);
      const list = await (await cache.match(`${scope}?chapbook-files`))?.json();
      for (const [path, digest] of list || []) found.set(`${path} ${digest}`, { cache, path });
    }
    return found;
  }

  /** Reports the progress to all windows. @param {number} done */
  async function report(done) {
    for (const client of await worker.clients.matchAll({ includeUncontrolled: true })) client.postMessage({ chapbook: "kept", done, count: FILES.length });
  }

  /** Saves the whole build, or fails and deletes what it has saved. */
  async function install() {
    const [cache, before] = [await caches.open(name), await earlier()];
    const rest = [...FILES];
    let done = 0;
    const save = async () => {
      for (let next = rest.pop(); next; next = rest.pop()) {
        const [path, digest] = next;
        const here = before.get(`${path} ${digest}`);
        const known = here && (await here.cache.match(addressOf(path)));
        const response = known || (await fetch(addressOf(path), { cache: "no-cache", credentials: "same-origin" }));
        if (!response.ok && path !== "404.html") throw new Error(path);
        await cache.put(addressOf(path), await plain(response));
        done += 1;
        if (done % 20 === 0 || done === FILES.length) await report(done);
      }
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, save));
      // If the site was published meanwhile, files of two builds would be mixed. Publishing writes the worker last.
      const now = await (await fetch(worker.location.href, { cache: "no-store" })).text();
      if (!now.includes(JSON.stringify(BUILD))) throw new Error("published meanwhile");
      await cache.put(`${scope}?chapbook-files`, new Response(JSON.stringify(FILES)));
    } catch (error) {
      await caches.delete(name);
      throw error;
    }
  }

  /** Deletes earlier builds. Called at once if there is no earlier worker, otherwise when the reader agrees. */
  async function activate() {
    const names = await caches.keys();
    await Promise.all(names.filter((other) => other.startsWith(mine) && other !== name).map((other) => caches.delete(other)));
    await worker.clients.claim();
  }

  /** A text without percent-encoding; one whose encoding is malformed stays as it is. @param {string} text */
  function decode(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  }

  /** The path in the site of an address; `undefined` if it is not saved. @param {string} address */
  function pathOf(address) {
    const url = new URL(address);
    if (!url.href.startsWith(scope)) return undefined;
    const path = decode(url.pathname.slice(new URL(scope).pathname.length));
    const bare = path.replace(/\/$/u, "");
    const candidates = [path, `${path}index.html`, `${bare}/index.html`, `${bare}.html`];
    return candidates.find((candidate) => digests.has(candidate));
  }

  /** @param {string} path @returns {Promise<Response | undefined>} */
  async function cached(path) {
    return (await caches.open(name)).match(addressOf(path));
  }

  /** @param {Request} request @returns {Promise<Response>} */
  function inTime(request) {
    return new Promise((answered, late) => {
      setTimeout(() => late(new Error("late")), TIMEOUT);
      fetch(request).then(answered, late);
    });
  }

  /** Answers with a page: from the network if it answers in time, otherwise from the cache. @param {Chapbook.FetchEvent} event */
  async function page(event) {
    const path = pathOf(event.request.url);
    try {
      const response = await inTime(event.request);
      if (response.status < 500) return response;
    } catch {
      // No network, or a very slow one.
    }
    const known = await cached(path || "404.html");
    if (!known) return fetch(event.request);
    if (event.resultingClientId) fromCache.add(event.resultingClientId);
    return known;
  }

  /** Answers with a file of a page, from where the page came from, so that both are of one build. @param {Chapbook.FetchEvent} event @param {string} path */
  async function part(event, path) {
    // Names with a digest identify the bytes.
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

  worker.addEventListener("install", (event) => event.waitUntil(install()));
  worker.addEventListener("activate", (event) => event.waitUntil(activate()));
  worker.addEventListener("message", (event) => {
    if (event.data && event.data.chapbook === "take over") worker.skipWaiting();
  });
  worker.addEventListener("fetch", (event) => {
    const { request } = event;
    if (request.method !== "GET" || !request.url.startsWith(scope)) return;
    if (request.mode === "navigate") return event.respondWith(page(event));
    const path = pathOf(request.url);
    if (path) event.respondWith(part(event, path));
  });
})();
