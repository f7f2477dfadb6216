/**
 * Search: brings the engine and the index when they are first needed, and asks them.
 *
 * Both come in one classic script that calls `chapbook.search.start`; further files of a large index are classic scripts
 * that call `chapbook.search.part`. So search also works from disk, where pages may load nothing but scripts.
 */
(() => {
  "use strict";
  const door = document.documentElement.dataset.searchIndex || "";
  /** @typedef {(name: string, ...args: any[]) => Promise<any>} Ask */
  /** @type {Promise<Ask> | undefined} */
  let opening;
  /** @type {(ask: Ask | Promise<Ask>) => void} */
  let opened = () => {};
  /** The files that are on their way. @type {Map<string, { wanted: string, resolve: (value: any) => void, reject: (error: Error) => void }>} */
  const awaited = new Map();
  /** Which build of the book the index is of; its files are asked for by it, so that no old one is taken for a new one. */
  let build = "";

  /** @param {string} path @param {() => void} failed */
  function load(path, failed) {
    const script = document.createElement("script");
    script.src = path;
    script.addEventListener("error", failed);
    script.addEventListener("load", () => script.remove());
    document.head.append(script);
  }

  /** A part of an index that lies in the page itself, as it does in the book's one file. @param {string} name @returns {any} */
  function embedded(name) {
    const block = document.querySelector(`script[data-index="${name}"]`);
    return JSON.parse((block && block.textContent) || "null");
  }

  /** Fetches engine and index. @param {string} [version] passes a cache that still has the old one @returns {Promise<Ask>} */
  function open(version) {
    opening ||= new Promise((resolve, reject) => {
      opened = resolve;
      if (door === "#") return start(window.chapbook.searchEngine, embedded("index"));
      load(version ? `${door}?${version}` : door, () => {
        opening = undefined;
        reject(new Error("search index"));
      });
    });
    return opening;
  }

  /** Called by the index: in a worker if there are any, else here. @param {() => void} engine @param {any} index */
  function start(engine, index) {
    build = index.build || "";
    opened(inWorker(engine, index).catch(() => onPage(engine, index)));
  }

  /** @param {() => void} engine @param {any} index @returns {Promise<Ask>} */
  async function onPage(engine, index) {
    engine();
    const book = window.chapbook.engine.open(index, file);
    return (name, ...args) => book[name](...args);
  }

  /** @param {() => void} engine @param {any} index @returns {Promise<Ask>} */
  async function inWorker(engine, index) {
    const url = URL.createObjectURL(new Blob([`(${engine})()`], { type: "text/javascript" }));
    const worker = new Worker(url);
    /** @type {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
    const asked = new Map();
    let turns = 0;
    const bring = (/** @type {string} */ name) =>
      file(name).then((value) => worker.postMessage({ file: { name, value } }), () => worker.postMessage({ file: { name } }));
    worker.addEventListener("message", ({ data: { want, turn, value, error } }) => {
      if (want) bring(want);
      const { resolve, reject } = asked.get(turn) || {};
      asked.delete(turn);
      if (error) reject?.(new Error(error));
      else resolve?.(value);
    });
    /** @type {Ask} */
    const ask = (name, ...args) => new Promise((resolve, reject) => {
      asked.set((turns += 1), { resolve, reject });
      worker.postMessage({ turn: turns, ask: name, args });
    });
    worker.postMessage({ index });
    // A worker that may not run says so by an error; one that runs answers.
    await Promise.race([ask("facets"), new Promise((_, reject) => worker.addEventListener("error", reject, { once: true }))]);
    URL.revokeObjectURL(url);
    return ask;
  }

  /** What no cache may mix up. @param {string} of the build @param {string} name */
  const version = (of, name) => [of, ...name.split(":").slice(1)].join("-");

  /** A further file of the index. @param {string} name with what the file holds, if that may change @returns {Promise<any>} */
  function file(name) {
    if (door === "#") return Promise.resolve(embedded(name));
    const [path] = name.split(":");
    const from = opening;
    return new Promise((resolve, reject) => {
      awaited.set(path, { wanted: version(build, name), resolve, reject });
      load(`${door.replace(/[^/]*$/u, "")}${path}.js?${version(build, name)}`, () => {
        // The book may have been published anew without this file: whoever asks again begins at the door.
        if (opening === from) opening = undefined;
        reject(new Error(name));
      });
    });
  }

  /** Called by a file of the index. @param {string} name @param {string} of the build that it belongs to @param {any} value */
  function part(name, of, value) {
    const [path] = name.split(":");
    const { wanted, resolve, reject } = awaited.get(path) || {};
    awaited.delete(path);
    if (version(of, name) === wanted) return resolve?.(value);
    // The book was published anew while this page was open: what is here must not be mixed with what comes.
    opening = undefined;
    open(version(of, name)).catch(() => {});
    reject?.(new Error("stale"));
  }

  /** @param {string} name @param {any[]} args @returns {Promise<any>} */
  async function ask(name, ...args) {
    try {
      return await (await open())(name, ...args);
    } catch (error) {
      if (!(error instanceof Error) || error.message === "search index") throw error;
      return (await open())(name, ...args);
    }
  }

  /**
   * Sections that answer a query, the best page's first; the list says more of the answer.
   * @param {string} query @param {{ part?: number, checklists?: boolean, pages?: number }} [options]
   * @returns {Promise<any[] & { loose?: boolean, heard?: string, meant?: string }>}
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
    /** @param {string} query @returns {Promise<string[]>} queries that this one may become */
    suggest: (query) => ask("suggest", query),
    /** @returns {Promise<{ parts: string[], checklists: boolean }>} what results can be narrowed to */
    facets: () => ask("facets"),
  });
})();
