/**
 * Loads scripts that most readers never need, when they are first needed, and each once.
 */
(() => {
  "use strict";
  /** @type {Map<string, Promise<void>>} */
  const loads = new Map();

  /** @param {string | undefined} src none if the page holds the script already @returns {Promise<void>} */
  function lazyLoad(src) {
    const earlier = src ? loads.get(src) : Promise.resolve();
    if (!src || earlier) return earlier || Promise.resolve();
    const load = new Promise((/** @type {(value: void) => void} */ resolve, reject) => {
      const script = document.createElement("script");
      script.src = src;
      script.addEventListener("load", () => resolve());
      script.addEventListener("error", () => {
        // The next attempt may find a network again.
        loads.delete(src);
        script.remove();
        reject(new Error(src));
      });
      document.head.append(script);
    });
    loads.set(src, load);
    return load;
  }

  window.chapbook.lazyLoad = lazyLoad;
})();
