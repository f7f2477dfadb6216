/**
 * The places of the page whose data is kept: its checklists, and the chapters whose blanks are on it.
 *
 * Out: boxes and blanks with their ids and texts, and access to the entry that is kept for each.
 */
(() => {
  "use strict";
  const { schema, state } = window.chapbook;
  const BOX = 'input[type="checkbox"][data-item-id]';
  const BLANK = '[data-chapbook="blank"], [data-chapbook="writing-line"]';
  /** @param {Element} list */
  const boxes = (list) => [...list.querySelectorAll(BOX)].filter((box) => box instanceof HTMLInputElement);

  /** @param {ParentNode} [part] */
  const blanks = (part = document) => [...part.querySelectorAll(BLANK)].filter((blank) => blank instanceof HTMLElement);

  const lists = () => [...document.querySelectorAll('[data-chapbook="checklist"]')].filter((list) => list instanceof HTMLElement);

  /** @param {Element} element @returns {HTMLElement | null} */
  const listOf = (element) => element.closest('[data-chapbook="checklist"]');

  /** The text of an item, its blanks as they are printed. @param {HTMLInputElement} box */
  const words = (box) => (box.closest("label")?.textContent || "").replace(/\s+/gu, " ").trim().slice(0, schema.limits.text);

  /** @param {HTMLElement} blank */
  const label = (blank) => (blank.dataset.name || blank.dataset.label || "").slice(0, schema.limits.text);

  /** Where the entry of a box or a blank is kept. A blank with a name is kept under it, for the whole book. @param {HTMLElement} element */
  function locate(element) {
    const list = listOf(element);
    const { itemId, blank, name, place } = element.dataset;
    if (name !== undefined) return { kind: /** @type {const} */ ("names"), key: "", id: name };
    const id = itemId || blank || "";
    if (list) return { kind: /** @type {const} */ ("lists"), key: list.dataset.listId || "", id };
    return { kind: /** @type {const} */ ("pages"), key: place || "", id };
  }

  /** @type {Chapbook.Places["entry"]} */
  function entry(copy, element) {
    const { kind, key, id } = locate(element);
    return kind === "names" ? copy.names[id] : copy[kind][key]?.items[id];
  }

  /** @param {Chapbook.Entries} entries @param {string} id @param {Chapbook.Entry | undefined} made */
  function set(entries, id, made) {
    if (made) entries[id] = made;
    else delete entries[id];
  }

  /**
   * Keeps an entry. There is none for an item that is as the author left it, nor for an empty blank.
   * @type {Chapbook.Places["put"]}
   */
  function put(copy, element, what) {
    const { kind, key, id } = locate(element);
    const text = element instanceof HTMLInputElement ? words(element) : label(element);
    const made = what && { ...what, text, time: Math.max(0, Date.now()) };
    if (kind === "names") return set(copy.names, id, made);
    const place = (copy[kind][key] ||= schema.newPlace());
    set(place.items, id, made);
    const here = places().find((one) => one.kind === kind && one.id === key);
    if (here) Object.assign(place, { title: here.title, ids: here.items.map((item) => item.id).join(" ") });
    if (![...Object.keys(place.items), ...Object.keys(place.gone)].length) delete copy[kind][key];
  }

  /** @param {HTMLElement} list @returns {Chapbook.Item[]} */
  function itemsOf(list) {
    const ticks = boxes(list).map((box) => ({ id: box.dataset.itemId || "", kind: /** @type {const} */ ("box"), text: words(box) }));
    return [...ticks, ...blanks(list).filter((blank) => blank.dataset.blank).map(blankItem)];
  }

  /** @param {HTMLElement} blank @returns {Chapbook.Item} */
  const blankItem = (blank) => ({ id: blank.dataset.blank || "", kind: "blank", text: label(blank) });

  /** @type {Chapbook.PlaceOnPage[] | undefined} */
  let found;

  /** Every place that is on this page as a whole. @returns {Chapbook.PlaceOnPage[]} */
  function places() {
    if (found) return found;
    /** @type {Chapbook.PlaceOnPage[]} */
    const all = lists().map((list) => ({ kind: "lists", id: list.dataset.listId || "", title: list.getAttribute("aria-label") || "", items: itemsOf(list) }));
    /** @type {Map<string, Chapbook.Item[]>} */
    const pages = new Map();
    for (const blank of blanks()) {
      const { place, blank: id } = blank.dataset;
      // A sheet has some of its chapter's blanks, but not all.
      if (!place || !id || listOf(blank) || blank.closest(".cb-sheet")) continue;
      pages.set(place, [...(pages.get(place) || []), blankItem(blank)]);
    }
    for (const [id, items] of pages) all.push({ kind: "pages", id, title: "", items });
    return (found = all);
  }

  window.chapbook.places = { boxes, blanks, lists, listOf, words, entry, put, places };
  if (document.body) state.reconcile(places());
})();
