/**
 * The engine's place in a worker: takes the index, then questions; asks the page for further files of the index, since a
 * page that was opened from disk may load them and a worker may not. `theme/js/search.js` is the other side.
 */
(() => {
  "use strict";
  if (typeof document !== "undefined") return;
  /** @type {Map<string, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
  const awaited = new Map();
  /** @type {any} */
  let book;

  /** @param {string} name @returns {Promise<any>} */
  function part(name) {
    return new Promise((resolve, reject) => {
      awaited.set(name, { resolve, reject });
      postMessage({ want: name });
    });
  }

  /** @param {{ name: string, value?: any }} file */
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
      const answer = book[message.ask](...message.args);
      postMessage({ turn: message.turn, ...(await answer.then((/** @type {any} */ value) => ({ value }), (/** @type {Error} */ error) => ({ error: error.message }))) });
    }
  });
})();
