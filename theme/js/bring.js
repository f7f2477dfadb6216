/**
 * Brings scripts that most readers never need, once each, when they are first asked for.
 */
(() => {
  "use strict";
  /** @type {Map<string, Promise<void>>} */
  const brought = new Map();

  /** @param {string | undefined} src none if what is asked for is here already @returns {Promise<void>} */
  function bring(src) {
    const earlier = src ? brought.get(src) : Promise.resolve();
    if (!src || earlier) return earlier || Promise.resolve();
    const coming = new Promise((/** @type {(value: void) => void} */ resolve, reject) => {
      const script = document.createElement("script");
      script.src = src;
      script.addEventListener("load", () => resolve());
      script.addEventListener("error", () => {
        // The next one who asks may have a network again.
        brought.delete(src);
        script.remove();
        reject(new Error(src));
      });
      document.head.append(script);
    });
    brought.set(src, coming);
    return coming;
  }

  window.chapbook.bring = bring;
})();
