/**
 * The service worker of a site that can no longer be saved: it replaces an earlier worker, deletes the saved files and
 * unregisters itself. Readers' data is stored elsewhere and stays.
 */
(() => {
  "use strict";
  const worker = /** @type {Chapbook.ServiceWorkerScope} */ (/** @type {unknown} */ (self));
  const mine = `chapbook ${new URL(worker.registration.scope).pathname} `;

  async function remove() {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith(mine)).map((name) => caches.delete(name)));
    await worker.registration.unregister();
  }

  worker.addEventListener("install", () => worker.skipWaiting());
  worker.addEventListener("activate", (event) => event.waitUntil(remove()));
})();
