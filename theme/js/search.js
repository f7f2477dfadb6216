/**
 * Search: loads the engine and the index when they are first needed, and passes queries to them.
 *
 * Both are in one classic script that calls `chapbook.search.start`; further files of a large index are classic scripts that
 * call `chapbook.search.part`. So search also works from disk, where pages may load only scripts.
 */
(() => {
  "use strict";
  const entry = document.documentElement.dataset.searchIndex || "";
  /** @typedef {<K extends keyof Chapbook.OpenBook>(name: K, ...args: Parameters<Chapbook.OpenBook[K]>) => ReturnType<Chapbook.OpenBook[K]>} Ask */
  /** @type {Promise<Ask> | undefined} */
  let opening;
  /** @type {(ask: Ask | Promise<Ask>) => void} */
  let opened = () => {};
  /** The files that are loading. @type {Map<string, { wanted: string, resolve: (value: unknown) => void, reject: (error: Error) => void }>} */
  const awaited = new Map();
  /** The build of the book that the index is of. Its files are requested by it, so that no cache returns an old one. */
  let build = "";

  /** @param {string} path @param {() => void} failed */
  function load(path, failed) {
    const script = document.createElement("script");
    script.src = path;
    script.addEventListener("error", failed);
    script.addEventListener("load", () => script.remove());
    document.head.append(script);
  }

  /** A part of an index that is in the page itself, as in the book as one file. @param {string} name @returns {any} */
  function embedded(name) {
    const block = document.querySelector(`script[data-index="${name}"]`);
    return JSON.parse((block && block.textContent) || "null");
  }

  /** Loads engine and index. @param {string} [version] bypasses a cache that has the old one @returns {Promise<Ask>} */
  function open(version) {
    opening ||= new Promise((resolve, reject) => {
      opened = resolve;
      if (entry === "#") return start(window.chapbook.searchEngine, embedded("index"));
      load(version ? `${entry}?${version}` : entry, () => {
        opening = undefined;
        reject(new Error("search index"));
      });
    });
    return opening;
  }

  /** Starts the engine in a worker if there are any, else here. @type {Chapbook.Search["start"]} */
  function start(engine, index) {
    build = index.build || "";
    opened(inWorker(engine, index).catch(() => onPage(engine, index)));
  }

  /** @param {() => void} engine @param {Chapbook.SearchIndex} index @returns {Promise<Ask>} */
  async function onPage(engine, index) {
    engine();
    const book = window.chapbook.engine.open(index, file);
    return (name, ...args) => /** @type {any} */ (book)[name](...args);
  }

  /** @param {() => void} engine @param {Chapbook.SearchIndex} index @returns {Promise<Ask>} */
  async function inWorker(engine, index) {
    const url = URL.createObjectURL(new Blob([`(${engine})()`], { type: "text/javascript" }));
    const worker = new Worker(url);
    /** @type {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
    const asked = new Map();
    let turns = 0;
    const send = (/** @type {string} */ name) =>
      file(name).then((value) => worker.postMessage({ file: { name, value } }), () => worker.postMessage({ file: { name } }));
    worker.addEventListener("message", ({ data: { want, turn, value, error } }) => {
      if (want) send(want);
      const { resolve, reject } = asked.get(turn) || {};
      asked.delete(turn);
      if (error) reject?.(new Error(error));
      else resolve?.(value);
    });
    const ask = /** @type {Ask} */ ((name, ...args) => new Promise((resolve, reject) => {
      asked.set((turns += 1), { resolve, reject });
      worker.postMessage({ turn: turns, ask: name, args });
    }));
    worker.postMessage({ index });
    // A worker that is not allowed to run raises an error; one that runs answers.
    await Promise.race([ask("facets"), new Promise((_, reject) => worker.addEventListener("error", reject, { once: true }))]);
    URL.revokeObjectURL(url);
    return ask;
  }

  /** Identifies the content of a file for caches. @param {string} of the build @param {string} name */
  const version = (of, name) => [of, ...name.split(":").slice(1)].join("-");

  /** A further file of the index. @param {string} name with what the file contains, if that may change @returns {Promise<any>} */
  function file(name) {
    if (entry === "#") return Promise.resolve(embedded(name));
    const [path] = name.split(":");
    const from = opening;
    return new Promise((resolve, reject) => {
      awaited.set(path, { wanted: version(build, name), resolve, reject });
      load(`${entry.replace(/[^/]*$/u, "")}${path}.js?${version(build, name)}`, () => {
        // The book may have been published again without this file: the next query loads the index again.
        if (opening === from) opening = undefined;
        reject(new Error(name));
      });
    });
  }

  /** Receives a file of the index; `of` is its build. @type {Chapbook.Search["part"]} */
  function part(name, of, value) {
    const [path] = name.split(":");
    const { wanted, resolve, reject } = awaited.get(path) || {};
    awaited.delete(path);
    if (version(of, name) === wanted) return resolve?.(value);
    // The book was published again while this page was open: files of two builds must not be mixed.
    opening = undefined;
    open(version(of, name)).catch(() => {});
    reject?.(new Error("stale"));
  }

  /** @type {Ask} */
  const ask = /** @type {any} */ (async (/** @type {keyof Chapbook.OpenBook} */ name, /** @type {[any, any]} */ ...args) => {
    try {
      return await (await open())(name, ...args);
    } catch (error) {
      if (!(error instanceof Error) || error.message === "search index") throw error;
      return (await open())(name, ...args);
    }
  });

  /**
   * Sections that answer a query, those of the best page first; the list has notes on the answer.
   * @param {string} query @param {Chapbook.SearchOptions} [options]
   * @returns {Promise<Chapbook.SearchResults>}
   */
  async function search(query, options) {
    if (!query.trim()) return [];
    const { results, ...more } = await ask("answer", query, options);
    return Object.assign(results, more);
  }

  window.chapbook.search = Object.assign(search, {
    start,
    part,
    prepare: () => open(),
    suggest: (/** @type {string} */ query) => ask("suggest", query),
    facets: () => ask("facets"),
  });
})();
