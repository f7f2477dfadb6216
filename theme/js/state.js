/**
 * What the reader ticked and wrote: kept on this device, under one key for the book.
 *
 * - Every change reads what is stored, changes one thing and writes it back at once; nothing waits for a timer or for the
 *   page to be left.
 * - Two tabs may write before either has seen the other's change. So the stored data names the last changes that it contains,
 *   by tab (`writers`). A tab that finds its own change missing there applies it again (`merge.js`).
 * - The page reads again when another tab writes, and when it is shown again: events may have come late or not at all.
 * - Where the browser refuses to store, the page continues from memory and says so. A change that makes the data too large to be
 *   read again is not made, and the page says that too.
 *
 * The event `chapbook:ticks` on the window announces every change.
 */
(() => {
  "use strict";
  const { schema, merge, relocate, storage } = window.chapbook;
  const KEY = storage.key();
  /** How many tabs `writers` names: more than write within a minute. */
  const WRITERS = 8;
  /** After this time, in milliseconds, every tab has seen a change. */
  const SEEN = 60_000;
  const TAB = Math.random().toString(36).slice(2);
  /** The data while the browser refuses to store it. @type {string | undefined} */
  let memory;
  /** The copy on the screen: what is typed goes into it, whichever copy another tab has chosen. */
  let shown = "";
  /** What was stored when the page last drew it, and what this tab wrote last. */
  let [drawn, written] = ["", ""];
  /** The number of this tab's last change, and its recent changes, each with what was stored before it. */
  let number = 0;
  /** @type {{ number: number, before: string, time: number }[]} */
  let changes = [];

  function text() {
    if (memory !== undefined) return memory;
    const stored = storage.device.read(KEY);
    if (stored === undefined) showStorageLost(true);
    return stored || "";
  }

  /** @returns {Chapbook.ReaderData} */
  function read() {
    const data = schema.read(text()) || schema.empty();
    if (!data.copies.some(({ id }) => id === shown)) shown = data.current;
    return data;
  }

  /** Whether it is stored now. @param {Chapbook.ReaderData} data */
  function write(data) {
    const before = storage.device.read(KEY) || "";
    return store(data, [...changes.filter(({ time }) => Date.now() - time < SEEN), { number: number + 1, before, time: Date.now() }]);
  }

  /** Whether it is stored now. @param {Chapbook.ReaderData} data @param {typeof changes} unseen */
  function store(data, unseen) {
    const others = Object.entries(data.writers || {}).filter(([tab]) => tab !== TAB).slice(1 - WRITERS);
    const json = JSON.stringify({ ...data, writers: { ...Object.fromEntries(others), [TAB]: number + 1 } });
    const readable = Boolean(schema.read(json));
    const stored = readable && keepUnreadable(storage.device.read(KEY)) && storage.device.write(KEY, json);
    if (readable) remember(json, stored, unseen);
    showStorageLost(!stored);
    announce();
    return stored;
  }

  /** What this tab has written, to the device or else to memory. @param {string} json @param {boolean} stored @param {typeof changes} unseen */
  function remember(json, stored, unseen) {
    number += 1;
    memory = stored ? undefined : json;
    changes = stored ? unseen : [];
    written = json;
  }

  function announce() {
    drawn = text();
    window.dispatchEvent(new Event("chapbook:ticks"));
  }

  /** Applies this tab's changes again that another tab has overwritten without having seen them. @param {string} json */
  function restoreOverwritten(json) {
    const theirs = schema.read(json);
    if (!theirs?.writers) return;
    const seen = theirs.writers[TAB] || 0;
    const first = changes.find((change) => change.number > seen && Date.now() - change.time < SEEN);
    const mine = first && schema.read(written);
    const both = mine && merge(schema.read(first.before) || schema.empty(), mine, theirs);
    if (both) store(both, [{ number: number + 1, before: json, time: Date.now() }]);
  }

  /**
   * Keeps what a later edition of the book wrote, when this one writes.
   * @param {string | null | undefined} json what is stored
   * @returns {boolean} whether it may be overwritten
   */
  function keepUnreadable(json) {
    return !json || json === written || Boolean(schema.read(json)) || storage.device.write(storage.key("unreadable"), json);
  }

  /** @param {boolean} lost */
  function showStorageLost(lost) {
    const note = document.querySelector('[data-chapbook="storage-lost"]');
    if (note instanceof HTMLElement) note.hidden = !lost;
  }

  /** @param {Chapbook.ReaderData} data @param {string} [id] */
  const findCopy = (data, id = shown) => data.copies.find((copy) => copy.id === id);

  /** The copy on the screen. @param {Chapbook.ReaderData} data */
  const copyOf = (data) => findCopy(data) || data.copies[0];

  /** @type {Chapbook.State["change"]} */
  function change(edit, id) {
    const data = read();
    const copy = findCopy(data, id);
    if (copy) edit(copy, data);
    return Boolean(copy) && write(data);
  }

  /** Finds each place of the page again if it was edited or renamed since. @param {Chapbook.PlaceOnPage[]} places */
  function reconcile(places) {
    const data = read();
    if (relocate(data, places, window.chapbook.known)) write(data);
  }

  /** Replaces everything; returns whether it is stored now. @param {Chapbook.ReaderData} data */
  function replace(data) {
    const { writers } = read();
    shown = data.current;
    return write({ ...data, writers });
  }

  window.chapbook.state = {
    read,
    change,
    reconcile,
    copyOf,
    shown: () => (read(), shown),
    show(id) {
      const data = read();
      if (!findCopy(data, id)) return;
      data.current = shown = id;
      write(data);
    },
    add(name) {
      const data = read();
      if (data.copies.length >= schema.limits.copies) return;
      const id = Date.now().toString(36);
      data.copies.push(schema.newCopy(findCopy(data, id) ? `${id}-2` : id, name));
      data.current = shown = data.copies[data.copies.length - 1].id;
      write(data);
    },
    export() {
      const { writers: _, ...data } = read();
      return JSON.stringify(data, null, 2);
    },
    import(json) {
      const data = schema.read(typeof json === "string" ? json : JSON.stringify(json));
      return Boolean(data && replace(data));
    },
    clear: () => void replace(schema.empty()),
  };

  /** Reads again what is stored, and draws it if it is not what the page shows. */
  function refresh() {
    const now = text();
    if (now === drawn || memory !== undefined) return;
    if (now !== written) restoreOverwritten(now);
    shown = read().current;
    announce();
  }

  window.addEventListener("storage", (event) => {
    if (event.key !== KEY && event.key !== null) return;
    // A tab that has written at the same time may not read the other's value yet; the event brings it. But a third tab may
    // have written since, and what is stored now is newer than the event.
    const now = text();
    if (event.newValue) restoreOverwritten(now && now !== written ? now : event.newValue);
    else changes = [];
    shown = read().current;
    announce();
  });
  window.addEventListener("pageshow", refresh);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && refresh());
  read();
  drawn = text();
})();
