/**
 * A link with the ticks of one list in its fragment, which is not sent to any server. It never contains what was written on
 * blanks. Opening such a link shows what would change, and changes nothing until the reader agrees.
 */
(() => {
  "use strict";
  const { state, places, pack, ask, dialogOf, part, fill, showResult } = window.chapbook;
  const MARK = "#~";
  /** How many changes the question lists; the others are counted. */
  const NAMED = 12;

  /** @param {HTMLElement} list */
  const idsOf = (list) => places.boxes(list).map((box) => box.dataset.itemId || "");

  /** @param {HTMLElement} list */
  const statesOf = (list) => places.boxes(list).map((box) => box.closest("li")?.dataset.state || "open");

  /** @param {HTMLElement} list */
  function linkTo(list) {
    const address = new URL(location.href);
    address.search = "";
    address.hash = MARK + pack.pack(list.dataset.listId || "", idsOf(list), statesOf(list));
    return address.href;
  }

  /** Stores the states in the copy on the screen. @param {HTMLElement} list @param {string[]} states */
  function apply(list, states) {
    state.change((copy) => places.boxes(list).forEach((box, at) => {
      const own = box.defaultChecked ? "done" : "open";
      const now = places.entry(copy, box)?.state || own;
      if (now !== states[at]) places.put(copy, box, states[at] === own ? undefined : { state: states[at] });
    }));
  }

  /** @param {HTMLDialogElement} dialog @param {HTMLElement} list @param {string[]} states */
  function describe(dialog, list, states) {
    const now = statesOf(list);
    const title = list.getAttribute("aria-label") || "";
    const changes = places.boxes(list).map((box, at) => ({ text: places.words(box), from: now[at], to: states[at] }))
      .filter(({ from, to }) => from !== to);
    const [lead, all, rest] = ["lead", "list", "rest"].map((name) => part(dialog, name));
    if (lead) lead.textContent = fill(changes.length ? dialog.dataset.lead : dialog.dataset.same, { title, count: changes.length });
    all?.replaceChildren(...changes.slice(0, NAMED).map(({ text, from, to }) => {
      const item = document.createElement("li");
      item.textContent = fill(dialog.dataset.change, { text, from: dialog.dataset[from] || from, to: dialog.dataset[to] || to });
      return item;
    }));
    if (rest) rest.textContent = changes.length > NAMED ? fill(dialog.dataset.rest, { count: changes.length - NAMED }) : "";
    for (const name of ["take", "new"]) part(dialog, name)?.toggleAttribute("hidden", !changes.length);
  }

  /** Finds the list of the page whose ticks the address contains, and asks. */
  async function open() {
    if (!location.hash.startsWith(MARK)) return;
    const text = location.hash.slice(MARK.length);
    const read = (/** @type {HTMLElement} */ list) => pack.unpack(text, list.dataset.listId || "", idsOf(list));
    const list = places.lists().find(read);
    const states = list && read(list);
    if (!list || !states) return void ask("share-lost-dialog").then(removeFragment);
    list.scrollIntoView({ block: "start" });
    const answer = await ask("share-dialog", (dialog) => describe(dialog, list, states));
    if (answer === "new") state.add(dialogOf("share-dialog")?.dataset.newName || "");
    if (answer === "take" || answer === "new") apply(list, states);
    removeFragment();
    places.boxes(list)[0]?.focus();
  }

  /** Removes the ticks from the address, so that a reload does not ask again. */
  function removeFragment() {
    try {
      history.replaceState(history.state, "", location.pathname + location.search);
    } catch {
      location.hash = "";
    }
  }

  document.addEventListener("click", async (event) => {
    const button = event.target instanceof Element && event.target.closest('[data-chapbook="share"]');
    const list = button && places.listOf(button);
    if (button instanceof HTMLElement && list) showResult(button, await window.chapbook.copy(linkTo(list)));
  });
  window.addEventListener("hashchange", open);
  // The dialog waits until all other scripts have run.
  if (document.readyState === "complete") open();
  else window.addEventListener("load", open);
})();
