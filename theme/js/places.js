/**
 * The places of the page where something is kept: its checklists, and the chapters whose blanks stand on it.
 *
 * Out: boxes and blanks with their ids and their words, and the way to the entry that is kept for each.
 */
(() => {
  "use strict";
  const { kept: shape, state } = window.chapbook;
  const BOX = 'input[type="checkbox"][data-item-id]';
  const BLANK = '[data-chapbook="blank"], [data-chapbook="writing-line"]';
  /** @param {Element} list @returns {HTMLInputElement[]} */
  const boxes = (list) => [...list.querySelectorAll(BOX)].filter((box) => box instanceof HTMLInputElement);

  /** @param {ParentNode} [part] @returns {HTMLElement[]} */
  const blanks = (part = document) => [...part.querySelectorAll(BLANK)].filter((blank) => blank instanceof HTMLElement);

  /** @returns {HTMLElement[]} */
  const lists = () => [...document.querySelectorAll('[data-chapbook="checklist"]')].filter((list) => list instanceof HTMLElement);

  /** @param {Element} element @returns {HTMLElement | null} */
  const listOf = (element) => element.closest('[data-chapbook="checklist"]');

  /** @param {string | null | undefined} text */
  const tidy = (text) => (text || "").replace(/\s+/gu, " ").trim();

  /** What an item says, its blanks as they are printed. @param {HTMLInputElement} box */
  const words = (box) => tidy(box.closest("label")?.textContent).slice(0, shape.most.text);

  /** @param {HTMLElement} blank */
  const label = (blank) => (blank.dataset.name || blank.dataset.label || "").slice(0, shape.most.text);

  /** Where the entry of a box or a blank is kept; a blank with a name is kept by it, for the whole book. @param {HTMLElement} element */
  function spot(element) {
    const list = listOf(element);
    const { itemId, blank, name, place } = element.dataset;
    if (name !== undefined) return { kind: "names", place: "", id: name };
    const id = itemId || blank || "";
    return list ? { kind: "lists", place: list.dataset.listId || "", id } : { kind: "pages", place: place || "", id };
  }

  /** The entry kept for a box or a blank. @param {any} copy @param {HTMLElement} element */
  function entry(copy, element) {
    const { kind, place, id } = spot(element);
    return kind === "names" ? copy.names[id] : copy[kind][place]?.items[id];
  }

  /**
   * Keeps an entry; none where the author's own state is back, or a blank is empty again.
   * @param {any} copy @param {HTMLElement} element @param {{ state?: string, value?: string } | undefined} what
   */
  function put(copy, element, what) {
    const { kind, place, id } = spot(element);
    const snapshot = element instanceof HTMLInputElement ? words(element) : label(element);
    const made = what && { ...what, text: snapshot, time: Date.now() };
    const items = kind === "names" ? copy.names : (copy[kind][place] ||= shape.newPlace()).items;
    if (made) items[id] = made;
    else delete items[id];
    if (kind === "names") return;
    const here = places().find((one) => one.kind === kind && one.id === place);
    if (here) Object.assign(copy[kind][place], { title: here.title, ids: here.things.map((thing) => thing.id).join(" ") });
    if (![...Object.keys(items), ...Object.keys(copy[kind][place].gone)].length) delete copy[kind][place];
  }

  /** @param {HTMLElement} list */
  function thingsOf(list) {
    const ticks = boxes(list).map((box) => ({ id: box.dataset.itemId || "", kind: "box", text: words(box) }));
    return [...ticks, ...blanks(list).filter((blank) => blank.dataset.blank).map(blankThing)];
  }

  /** @param {HTMLElement} blank */
  const blankThing = (blank) => ({ id: blank.dataset.blank || "", kind: "blank", text: label(blank) });

  /** @typedef {{ kind: "lists" | "pages", id: string, title: string, things: any[] }} Place */
  /** @type {Place[] | undefined} */
  let found;

  /** Every place that stands here whole. @returns {Place[]} */
  function places() {
    if (found) return found;
    /** @type {Place[]} */
    const all = lists().map((list) => ({ kind: "lists", id: list.dataset.listId || "", title: list.getAttribute("aria-label") || "", things: thingsOf(list) }));
    const pages = new Map();
    for (const blank of blanks()) {
      const { place, blank: id } = blank.dataset;
      // A sheet holds some of its chapter's blanks; of the others it knows nothing.
      if (!place || !id || listOf(blank) || blank.closest(".cb-sheet")) continue;
      if (!pages.has(place)) pages.set(place, []);
      pages.get(place).push(blankThing(blank));
    }
    for (const [id, things] of pages) all.push({ kind: "pages", id, title: "", things });
    return (found = all);
  }

  window.chapbook.places = { boxes, blanks, lists, listOf, words, label, entry, put, places, tidy };
  if (document.body) state.settle(places());
})();
