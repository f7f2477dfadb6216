/**
 * The shape of what a reader keeps, and the gate for values from outside: a stored text, a file, another edition.
 *
 * In: any value. Out: the same in a known shape and within bounds, or nothing; objects without a prototype, no value run.
 *
 *     { version: 2, current: COPY, copies: [{ id: COPY, name, lists, pages, names }] }
 *     lists, pages: { PLACE: { title, ids, items, gone } }    ids: those of all its items when it was last changed
 *     items, gone, names: { ID: { state | value, text, time } }    what is not named is as the author left it
 */
(() => {
  "use strict";
  /**
   * @typedef {{ state?: string, value?: string, text: string, time: number }} Entry
   * @typedef {Record<string, Entry>} Entries
   * @typedef {{ title: string, ids: string, items: Entries, gone: Entries }} Place
   * @typedef {{ id: string, name: string, lists: Record<string, Place>, pages: Record<string, Place>, names: Entries }} Copy
   * @typedef {{ version: 2, current: string, copies: Copy[] }} Kept
   */
  const STATES = ["open", "doing", "done", "na"];
  const MOST = { file: 4_000_000, copies: 50, places: 5_000, entries: 5_000, id: 600, ids: 600_000, text: 4_000, value: 10_000, name: 80 };

  /** Ends the reading of a value that is not of the shape. @returns {never} */
  function refuse() {
    throw new TypeError("not what a reader keeps");
  }

  /** @param {unknown} value @param {number} most @returns {string} */
  const text = (value, most) => (typeof value === "string" && value.length <= most ? value : refuse());

  /** @param {unknown} value @returns {Record<string, any>} */
  const object = (value) => (value !== null && typeof value === "object" && !Array.isArray(value) ? value : refuse());

  /** @template T @param {unknown} value @param {number} most @param {(value: any) => T} take @returns {Record<string, T>} */
  function map(value, most, take) {
    const pairs = Object.entries(object(value));
    if (pairs.length > most) refuse();
    const taken = Object.create(null);
    for (const [key, inner] of pairs) taken[text(key, MOST.id)] = take(inner);
    return taken;
  }

  /** @param {any} value @returns {Entry} */
  function entry(value) {
    const { state, value: words, text: snapshot, time } = object(value);
    if (!Number.isSafeInteger(time) || time < 0) refuse();
    const rest = { text: text(snapshot, MOST.text), time };
    if (state === undefined) return { value: text(words, MOST.value), ...rest };
    return STATES.includes(state) && words === undefined ? { state, ...rest } : refuse();
  }

  /** @param {unknown} value */
  const entries = (value) => map(value, MOST.entries, entry);

  /** @param {any} value @returns {Place} */
  function place(value) {
    const { title, ids, items, gone } = object(value);
    return { title: text(title, MOST.text), ids: text(ids, MOST.ids), items: entries(items), gone: entries(gone) };
  }

  /** @param {any} value @returns {Copy} */
  function copy(value) {
    const { id, name, lists, pages, names } = object(value);
    const places = (/** @type {unknown} */ all) => map(all, MOST.places, place);
    return { id: text(id, MOST.id), name: text(name, MOST.name), lists: places(lists), pages: places(pages), names: entries(names) };
  }

  /** The format before copies: ticks alone, by list. @param {any} lists @returns {Kept} */
  function fromFirstFormat(lists) {
    const tick = (/** @type {any} */ it) => entry({ state: object(it).state, text: String(it.text ?? "").slice(0, MOST.text), time: 0 });
    const old = (/** @type {any} */ items) => ({ title: "", ids: "", items: map(items, MOST.entries, tick), gone: Object.create(null) });
    const kept = empty();
    kept.copies[0].lists = map(lists, MOST.places, old);
    return kept;
  }

  /** @param {string} id @param {string} name @returns {Copy} */
  const newCopy = (id, name) => ({ id, name: name.slice(0, MOST.name), lists: Object.create(null), pages: Object.create(null), names: Object.create(null) });

  /** @returns {Kept} */
  const empty = () => ({ version: 2, current: "1", copies: [newCopy("1", "")] });

  /** @param {any} value @returns {Kept} */
  function taken(value) {
    const { version, current, copies, lists } = object(value);
    if (version === 1) return fromFirstFormat(lists);
    if (version !== 2 || !Array.isArray(copies) || !copies.length || copies.length > MOST.copies) refuse();
    const all = copies.map(copy);
    const ids = new Set(all.map((one) => one.id));
    return ids.size === all.length && ids.has(current) ? { version, current, copies: all } : refuse();
  }

  /** What a text holds, if it is of the shape. @param {string} json @returns {Kept | undefined} */
  function read(json) {
    try {
      return json.length <= MOST.file ? taken(JSON.parse(json)) : undefined;
    } catch {
      return undefined;
    }
  }

  window.chapbook.kept = {
    read,
    empty,
    newCopy,
    /** @returns {Place} */
    newPlace: () => ({ title: "", ids: "", items: Object.create(null), gone: Object.create(null) }),
    most: MOST,
    states: STATES,
  };
})();
