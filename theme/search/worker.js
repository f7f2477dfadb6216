/**
 * The engine in a worker: receives the index, then queries. It requests further files of the index from the page, since a
 * page that is opened from disk may load them and a worker may not. `theme/js/search.js` is the other side.
 */
(() => {
  "use strict";
  if (typeof document !== "undefined") return;
  /** @type {Map<string, { resolve: (value: unknown) => void, reject: (error: Error) => void }>} */
  const awaited = new Map();
  /** @type {Chapbook.OpenBook} */
  let book;

  /** @type {Chapbook.LoadPart} */
  function part(name) {
    return new Promise((resolve, reject) => {
      awaited.set(name, { resolve, reject });
      postMessage({ want: name });
    });
  }

  /** @param {{ name: string, value?: unknown }} file */
  function arrived({ name, value }) {
    const { resolve, reject } = awaited.get(name) || {};
    awaited.delete(name);
    if (value === undefined) reject?.(new Error(name));
    else resolve?.(value);
  }

  self.addEventListener("message", async ({ data: message }) => {
    if (message.index) book = self.chapbook.engine.open(message.index, part);
    else if (message.file) arrived(message.file);
    else {
      /** @type {Promise<unknown>} */
      const answer = /** @type {any} */ (book)[message.ask](...message.args);
      postMessage({ turn: message.turn, ...(await answer.then((value) => ({ value }), (/** @type {Error} */ error) => ({ error: error.message }))) });
    }
  });
})();
