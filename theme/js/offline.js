/**
 * Keeping the site for reading without a network: offered on the home page with its size, begun when the reader asks for
 * it, and kept up to date. Says on every page that there is a new version, and reloads when the reader wants it.
 */
(() => {
  "use strict";
  const root = document.documentElement;
  const { worker, offlineList } = root.dataset;
  const service = navigator.serviceWorker;
  // From disk, and over plain HTTP, browsers give no service worker.
  if (!service || !worker || !offlineList) return;
  const script = new URL(worker, location.href).href;
  const part = (/** @type {string} */ name) => /** @type {HTMLElement | null} */ (document.querySelector(`[data-chapbook="offline-${name}"]`));
  const [offer, keep, drop, status, news] = ["offer", "keep", "drop", "status", "news"].map(part);

  /** What is kept of this very site, if anything is. @returns {Promise<ServiceWorkerRegistration | undefined>} */
  async function registration() {
    const found = await service.getRegistration(script);
    const ours = found && [found.active, found.waiting, found.installing].some((one) => one?.scriptURL === script);
    return ours ? found : undefined;
  }

  /** @param {string} how @param {Record<string, string>} [values] */
  function say(how, values = {}) {
    if (status) status.textContent = (status.dataset[how] || "").replace(/\{(\w+)\}/gu, (_, name) => values[name] || "");
  }

  /** @param {number} bytes */
  const sizeOf = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

  /** @param {boolean} kept */
  function show(kept) {
    if (keep) keep.hidden = kept;
    if (drop) drop.hidden = !kept;
  }

  /** Offers what can be kept with its size. @param {boolean} kept */
  async function propose(kept) {
    if (!offer || !keep) return;
    show(kept);
    if (kept) say("kept");
    try {
      const { bytes } = await (await fetch(offlineList || "")).json();
      keep.textContent = (keep.textContent || "").replace("{size}", sizeOf(bytes));
      offer.hidden = false;
    } catch {
      // Without a network nothing can be fetched; what is kept can still be dropped.
      offer.hidden = !kept;
    }
  }

  /** @param {ServiceWorker} installing @returns {Promise<boolean>} */
  const installed = (installing) => new Promise((done) => {
    const look = () => {
      if (["installed", "activating", "activated"].includes(installing.state)) done(true);
      if (installing.state === "redundant") done(false);
    };
    installing.addEventListener("statechange", look);
    look();
  });

  async function begin() {
    say("keeping", { done: "0", count: "…" });
    try {
      const made = await service.register(script, { updateViaCache: "none" });
      const came = made.installing ? await installed(made.installing) : Boolean(made.active);
      if (!came) await made.unregister();
      show(came);
      say(came ? "kept" : "failed");
      if (came) watch(made);
    } catch {
      say("failed");
    }
  }

  async function end() {
    const found = await registration();
    const scope = found ? new URL(found.scope).pathname : "";
    await found?.unregister();
    for (const name of await caches.keys()) if (scope && name.startsWith(`chapbook ${scope} `)) await caches.delete(name);
    show(false);
    say("dropped");
  }

  /** Shows the bar once a new version is whole on this device. @param {ServiceWorkerRegistration} found */
  function watch(found) {
    const look = () => {
      if (news && found.waiting && found.active) news.hidden = false;
    };
    found.addEventListener("updatefound", () => found.installing?.addEventListener("statechange", look));
    found.installing?.addEventListener("statechange", look);
    look();
    const ask = () => found.update().catch(() => {});
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && ask());
    window.addEventListener("online", ask);
    ask();
  }

  async function start() {
    const found = await registration();
    if (found) watch(found);
    await propose(Boolean(found?.active));
  }

  keep?.addEventListener("click", begin);
  drop?.addEventListener("click", end);
  news?.querySelector("button")?.addEventListener("click", async () => {
    const found = await registration();
    service.addEventListener("controllerchange", () => location.reload(), { once: true });
    if (found?.waiting) found.waiting.postMessage({ chapbook: "take over" });
    else location.reload();
  });
  service.addEventListener("message", ({ data }) => {
    if (data && data.chapbook === "kept") say("keeping", { done: String(data.done), count: String(data.count) });
  });
  start();
})();
