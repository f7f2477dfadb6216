/**
 * The schema of readers' data, and the check of data from outside: a stored text, a file, another edition of the book.
 *
 * In: any value. Out: the same value in this shape and within the limits, or nothing. Objects have no prototype, and no
 * value is executed.
 *
 *     { version: 2, current: ID of a copy, copies: [{ id, name, lists, pages, names }], writers: { TAB: number } }
 *     lists, pages: { KEY: { title, ids, items, gone } }    ids: of all items when the place last changed
 *     items, gone, names: { ID: { state | value, text, time } }    items without an entry are as the author left them
 */
(() => {
  "use strict";
  const STATES = ["open", "doing", "done", "na"];
  const LIMITS = { file: 4_000_000, copies: 50, places: 5_000, entries: 5_000, id: 600, ids: 600_000, text: 4_000, value: 10_000, name: 80 };

  /** Ends the reading of a value that does not have the shape. @returns {never} */
  function refuse() {
    throw new TypeError("not readers' data");
  }

  /** @param {unknown} value @param {number} limit @returns {string} */
  const text = (value, limit) => (typeof value === "string" && value.length <= limit ? value : refuse());

  /** @param {unknown} value @returns {Record<string, unknown>} */
  const object = (value) => (value !== null && typeof value === "object" && !Array.isArray(value) ? /** @type {Record<string, unknown>} */ (value) : refuse());

  /** @param {unknown} value @returns {number} */
  const count = (value) => (typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : refuse());

  /** @template T @param {unknown} value @param {number} limit @param {(value: unknown) => T} read @returns {Record<string, T>} */
  function map(value, limit, read) {
    const pairs = Object.entries(object(value));
    if (pairs.length > limit) refuse();
    const checked = Object.create(null);
    for (const [key, inner] of pairs) checked[text(key, LIMITS.id)] = read(inner);
    return checked;
  }

  /** @param {unknown} value @returns {Chapbook.Entry} */
  function entry(value) {
    const { state, value: words, text: snapshot, time } = object(value);
    const rest = { text: text(snapshot, LIMITS.text), time: count(time) };
    if (state === undefined) return { value: text(words, LIMITS.value), ...rest };
    return typeof state === "string" && STATES.includes(state) && words === undefined ? { state, ...rest } : refuse();
  }

  /** @param {unknown} value */
  const entries = (value) => map(value, LIMITS.entries, entry);

  /** @param {unknown} value @returns {Chapbook.Place} */
  function place(value) {
    const { title, ids, items, gone } = object(value);
    return { title: text(title, LIMITS.text), ids: text(ids, LIMITS.ids), items: entries(items), gone: entries(gone) };
  }

  /** @param {unknown} value @returns {Chapbook.Copy} */
  function copy(value) {
    const { id, name, lists, pages, names } = object(value);
    const places = (/** @type {unknown} */ all) => map(all, LIMITS.places, place);
    return { id: text(id, LIMITS.id), name: text(name, LIMITS.name), lists: places(lists), pages: places(pages), names: entries(names) };
  }

  /** Reads version 1: ticks only, by list. @param {unknown} lists @returns {Chapbook.ReaderData} */
  function fromVersion1(lists) {
    const tick = (/** @type {unknown} */ value) => {
      const { state, text: snapshot } = object(value);
      return entry({ state, text: String(snapshot ?? "").slice(0, LIMITS.text), time: 0 });
    };
    const old = (/** @type {unknown} */ items) => ({ ...newPlace(), items: map(items, LIMITS.entries, tick) });
    const data = empty();
    data.copies[0].lists = map(lists, LIMITS.places, old);
    return data;
  }

  /** @param {string} id @param {string} name @returns {Chapbook.Copy} */
  const newCopy = (id, name) => ({ id, name: name.slice(0, LIMITS.name), lists: Object.create(null), pages: Object.create(null), names: Object.create(null) });

  /** @returns {Chapbook.Place} */
  const newPlace = () => ({ title: "", ids: "", items: Object.create(null), gone: Object.create(null) });

  /** @returns {Chapbook.ReaderData} */
  const empty = () => ({ version: 2, current: "1", copies: [newCopy("1", "")] });

  /** @param {unknown} value @returns {Chapbook.ReaderData} */
  function checked(value) {
    const { version, current, copies, lists, writers } = object(value);
    if (version === 1) return fromVersion1(lists);
    if (version !== 2 || typeof current !== "string" || !Array.isArray(copies) || !copies.length || copies.length > LIMITS.copies) return refuse();
    const all = copies.map(copy);
    const ids = new Set(all.map((one) => one.id));
    if (ids.size !== all.length || !ids.has(current)) return refuse();
    const data = { version: /** @type {const} */ (2), current, copies: all };
    return writers === undefined ? data : { ...data, writers: map(writers, LIMITS.copies, count) };
  }

  window.chapbook.schema = {
    read(json) {
      try {
        return json.length <= LIMITS.file ? checked(JSON.parse(json)) : undefined;
      } catch {
        return undefined;
      }
    },
    empty,
    newCopy,
    newPlace,
    limits: LIMITS,
    states: STATES,
  };
})();
