/**
 * A link that carries the ticks of one list in its fragment, which no server is sent. What was written on blanks is never
 * in it. Opening such a link shows what would change, and changes nothing until the reader says so.
 */
(() => {
  "use strict";
  const { state, places, pack, ask, dialogOf, part, fill, tell } = window.chapbook;
  const MARK = "#~";
  /** Changes named in the question; the rest is counted. */
  const NAMED = 12;

  /** @param {HTMLElement} list */
  const idsOf = (list) => places.boxes(list).map((/** @type {HTMLInputElement} */ box) => box.dataset.itemId || "");

  /** @param {HTMLElement} list */
  const statesOf = (list) => places.boxes(list).map((/** @type {HTMLInputElement} */ box) => box.closest("li")?.dataset.state || "open");

  /** @param {HTMLElement} list */
  function linkTo(list) {
    const address = new URL(location.href);
    address.search = "";
    address.hash = MARK + pack.pack(list.dataset.listId || "", idsOf(list), statesOf(list));
    return address.href;
  }

  /** Puts the states into the copy on the screen. @param {HTMLElement} list @param {string[]} states */
  function take(list, states) {
    state.change((/** @type {any} */ copy) => places.boxes(list).forEach((/** @type {HTMLInputElement} */ box, /** @type {number} */ at) => {
      const own = box.defaultChecked ? "done" : "open";
      const now = places.entry(copy, box)?.state || own;
      if (now !== states[at]) places.put(copy, box, states[at] === own ? undefined : { state: states[at] });
    }));
  }

  /** @param {HTMLDialogElement} dialog @param {HTMLElement} list @param {string[]} states */
  function describe(dialog, list, states) {
    const now = statesOf(list);
    const title = list.getAttribute("aria-label") || "";
    const changes = places.boxes(list).map((/** @type {HTMLInputElement} */ box, /** @type {number} */ at) => ({ text: places.words(box), from: now[at], to: states[at] }))
      .filter((/** @type {any} */ { from, to }) => from !== to);
    const [lead, all, rest] = ["lead", "list", "rest"].map((name) => part(dialog, name));
    if (lead) lead.textContent = fill(changes.length ? dialog.dataset.lead : dialog.dataset.same, { title, count: changes.length });
    all?.replaceChildren(...changes.slice(0, NAMED).map((/** @type {any} */ { text, from, to }) => {
      const item = document.createElement("li");
      item.textContent = fill(dialog.dataset.change, { text, from: dialog.dataset[from] || from, to: dialog.dataset[to] || to });
      return item;
    }));
    if (rest) rest.textContent = changes.length > NAMED ? fill(dialog.dataset.rest, { count: changes.length - NAMED }) : "";
    for (const name of ["take", "new"]) part(dialog, name)?.toggleAttribute("hidden", !changes.length);
  }

  /** Looks for a list of the page that the address carries ticks of. */
  async function open() {
    if (!location.hash.startsWith(MARK)) return;
    const text = location.hash.slice(MARK.length);
    const read = (/** @type {HTMLElement} */ list) => pack.unpack(text, list.dataset.listId || "", idsOf(list));
    const list = places.lists().find(read);
    if (!list) return void ask("share-lost-dialog").then(leave);
    const states = read(list);
    list.scrollIntoView({ block: "start" });
    const answer = await ask("share-dialog", (/** @type {HTMLDialogElement} */ dialog) => describe(dialog, list, states));
    if (answer === "new") state.add(dialogOf("share-dialog")?.dataset.newName || "");
    if (answer === "take" || answer === "new") take(list, states);
    leave();
    places.boxes(list)[0]?.focus();
  }

  /** The ticks leave the address, so that a reload does not ask again. */
  function leave() {
    try {
      history.replaceState(history.state, "", location.pathname + location.search);
    } catch {
      location.hash = "";
    }
  }

  document.addEventListener("click", async (event) => {
    const button = event.target instanceof Element && event.target.closest('[data-chapbook="share"]');
    const list = button && places.listOf(button);
    if (button instanceof HTMLElement && list) tell(button, await window.chapbook.copy(linkTo(list)));
  });
  window.addEventListener("hashchange", open);
  // Other scripts are read first: the dialog comes last.
  if (document.readyState === "complete") open();
  else window.addEventListener("load", open);
})();
