/**
 * Copies of the whole book's ticks and texts, each with a name: one for every debt, flat or trip. The dialog makes,
 * names, selects and deletes them; they share nothing.
 */
(() => {
  "use strict";
  const { state, ask, dialogOf, fromTemplate, part, fill } = window.chapbook;
  const dialog = dialogOf("copies-dialog");

  /** @param {Chapbook.Copy} copy */
  const nameOf = (copy) => copy.name || dialog?.dataset.unnamed || "";

  /** The number of entries of a copy. @param {Chapbook.Copy} copy */
  function size(copy) {
    const places = [...Object.values(copy.lists), ...Object.values(copy.pages)];
    return places.reduce((sum, place) => sum + Object.keys(place.items).length, Object.keys(copy.names).length);
  }

  /** @param {Chapbook.Copy} copy @param {boolean} alone */
  function row(copy, alone) {
    const item = fromTemplate("copy-template");
    const [pick, name, drop, count] = item ? ["pick", "name", "delete", "count"].map((one) => part(item, one)) : [];
    if (!item || !(pick instanceof HTMLInputElement) || !(name instanceof HTMLInputElement) || !drop) return "";
    const nameControl = (/** @type {HTMLElement} */ element) => element.setAttribute("aria-label", fill(element.getAttribute("aria-label") || "", { title: nameOf(copy) }));
    pick.checked = copy.id === state.shown();
    pick.addEventListener("change", () => state.show(copy.id));
    name.value = copy.name;
    name.placeholder = dialog?.dataset.unnamed || "";
    name.addEventListener("change", () => state.change((mine) => (mine.name = name.value.trim()), copy.id));
    if (count) count.textContent = String(size(copy));
    drop.hidden = alone;
    drop.addEventListener("click", () => remove(copy));
    [pick, name, drop].forEach(nameControl);
    item.dataset.copy = copy.id;
    return item;
  }

  function show() {
    const list = dialog?.open && part(dialog, "list");
    if (!list) return;
    const { copies } = state.read();
    // The focus stays in its row.
    const focused = document.activeElement;
    const [id, name] = [focused?.closest("li")?.dataset.copy, focused instanceof HTMLElement ? focused.dataset.part : ""];
    list.replaceChildren(...copies.map((copy) => row(copy, copies.length === 1)));
    const again = id && [...list.children].find((item) => item instanceof HTMLElement && item.dataset.copy === id);
    if (again && name) part(again, name)?.focus();
  }

  /** @param {Chapbook.Copy} copy */
  async function remove(copy) {
    const answer = await ask("copy-delete-dialog", (it) => {
      const lead = part(it, "lead");
      if (lead) lead.textContent = fill(it.dataset.lead, { title: nameOf(copy), count: size(copy) });
    });
    if (answer !== "delete") return;
    state.change((_, data) => {
      data.copies = data.copies.filter((other) => other.id !== copy.id);
      if (data.current === copy.id) data.current = data.copies[0].id;
    });
    const first = dialog?.querySelector('[data-part="pick"]:checked');
    if (first instanceof HTMLElement) first.focus();
  }

  /** @param {SubmitEvent} event */
  function add(event) {
    const form = event.target;
    const field = form instanceof HTMLFormElement && form.matches('[data-part="add"]') && form.querySelector("input");
    if (!field) return;
    event.preventDefault();
    const name = field.value.trim();
    if (!name) return field.focus();
    state.add(name);
    field.value = "";
  }

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest('[data-chapbook="copies"]');
    if (!button || !dialog) return;
    dialog.showModal();
    show();
  });
  dialog?.addEventListener("submit", add);
  window.addEventListener("chapbook:ticks", show);
})();
