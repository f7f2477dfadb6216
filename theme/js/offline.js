/**
 * Saves the site for reading without a network: the home page offers it with its size, the reader starts it, and it is updated
 * later. Every page shows when there is a new version, and reloads on request.
 */
(() => {
  "use strict";
  const root = document.documentElement;
  const { worker, offlineList } = root.dataset;
  const service = navigator.serviceWorker;
  // Browsers have no service workers over plain HTTP; for pages from disk they have the interface, but every call fails.
  if (!service || !worker || !offlineList || location.protocol === "file:") return;
  const script = new URL(worker, location.href).href;
  const part = (/** @type {string} */ name) => /** @type {HTMLElement | null} */ (document.querySelector(`[data-chapbook="offline-${name}"]`));
  const [offer, keep, drop, status, news] = ["offer", "keep", "drop", "status", "news"].map(part);

  /** The registration of this site's worker, if there is one. @returns {Promise<ServiceWorkerRegistration | undefined>} */
  async function registration() {
    // A reader may have forbidden the site to store data.
    const found = await service.getRegistration(script).catch(() => undefined);
    const ours = found && [found.active, found.waiting, found.installing].some((one) => one?.scriptURL === script);
    return ours ? found : undefined;
  }

  /** @param {string} how @param {Record<string, string>} [values] */
  function showStatus(how, values = {}) {
    if (status) status.textContent = (status.dataset[how] || "").replace(/\{(\w+)\}/gu, (_, name) => values[name] || "");
  }

  /** @param {number} bytes */
  const sizeOf = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

  /** @param {boolean} kept */
  function show(kept) {
    if (keep) keep.hidden = kept;
    if (drop) drop.hidden = !kept;
  }

  /** Shows the offer with the size of the site. @param {boolean} kept */
  async function propose(kept) {
    if (!offer || !keep) return;
    show(kept);
    if (kept) showStatus("kept");
    try {
      const { bytes } = await (await fetch(offlineList || "")).json();
      keep.textContent = (keep.textContent || "").replace("{size}", sizeOf(bytes));
      offer.hidden = false;
    } catch {
      // Without a network nothing can be saved, but what is saved can be deleted.
      offer.hidden = !kept;
    }
  }

  /** @param {ServiceWorker} installing @returns {Promise<boolean>} */
  const installed = (installing) => new Promise((done) => {
    const check = () => {
      if (["installed", "activating", "activated"].includes(installing.state)) done(true);
      if (installing.state === "redundant") done(false);
    };
    installing.addEventListener("statechange", check);
    check();
  });

  async function begin() {
    showStatus("keeping", { done: "0", count: "…" });
    try {
      const made = await service.register(script, { updateViaCache: "none" });
      const complete = made.installing ? await installed(made.installing) : Boolean(made.active);
      if (!complete) await made.unregister();
      show(complete);
      showStatus(complete ? "kept" : "failed");
      if (complete) watch(made);
    } catch {
      showStatus("failed");
    }
  }

  async function end() {
    const found = await registration();
    const scope = found ? new URL(found.scope).pathname : "";
    await found?.unregister();
    for (const name of await caches.keys()) if (scope && name.startsWith(`chapbook ${scope} `)) await caches.delete(name);
    show(false);
    showStatus("dropped");
  }

  /** Shows the bar once a new version is complete on this device. @param {ServiceWorkerRegistration} found */
  function watch(found) {
    const check = () => {
      if (news && found.waiting && found.active) news.hidden = false;
    };
    found.addEventListener("updatefound", () => found.installing?.addEventListener("statechange", check));
    found.installing?.addEventListener("statechange", check);
    check();
    const update = () => found.update().catch(() => {});
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && update());
    window.addEventListener("online", update);
    update();
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
    if (data && data.chapbook === "kept") showStatus("keeping", { done: String(data.done), count: String(data.count) });
  });
  start();
})();
