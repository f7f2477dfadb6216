/**
 * Search: loads its engine and the index when they are first needed, and asks them.
 *
 * Both come in one classic script that calls `chapbook.search.load`, so that search also works from disk.
 */
(() => {
  "use strict";
  const root = document.documentElement;
  /** @type {Promise<any> | undefined} */
  let loading;
  /** @type {(book: any) => void} */
  let loaded = () => {};

  /** @returns {Promise<any>} */
  function index() {
    loading ||= new Promise((resolve, reject) => {
      loaded = resolve;
      const script = document.createElement("script");
      script.src = root.dataset.searchIndex || "";
      script.addEventListener("error", () => {
        loading = undefined;
        reject(new Error("search index"));
      });
      document.head.append(script);
    });
    return loading;
  }

  /** Called by the index script. @param {any} index @param {any} [tables] */
  const load = (index, tables) => loaded(window.chapbook.engine.open(index, tables));

  /** @param {string} query @returns {Promise<any[] & { loose?: boolean, heard?: string }>} sections, the best page's first */
  async function search(query) {
    if (!query.trim()) return [];
    const book = await index();
    return window.chapbook.engine.answer(book, query);
  }

  window.chapbook.search = Object.assign(search, { load, prepare: index });
})();
