/**
 * The service worker of a site that is no longer kept: whoever still has the old one gets this in its place. It throws away
 * what was kept of the site, and itself; what readers ticked and wrote lies elsewhere and stays.
 */
(() => {
  "use strict";
  /** @type {any} */
  const worker = self;
  const mine = `chapbook ${new URL(worker.registration.scope).pathname} `;

  async function leave() {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith(mine)).map((name) => caches.delete(name)));
    await worker.registration.unregister();
  }

  worker.addEventListener("install", () => worker.skipWaiting());
  worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(leave()));
})();
