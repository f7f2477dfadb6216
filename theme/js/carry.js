/**
 * Taking everything along: saved to a file and loaded from one, with a question before anything is replaced, and the
 * way to be rid of it all. Nothing leaves the device but the file that the reader saves.
 */
(() => {
  "use strict";
  const { kept: shape, state, ask, part, fill } = window.chapbook;

  function save() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([state.export()], { type: "application/json" }));
    link.download = `${document.documentElement.dataset.bookId}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  /** Says how it went, wherever there is a place for it. @param {string} how `done`, `failed` or `cleared` */
  function say(how) {
    for (const status of document.querySelectorAll('[data-chapbook="backup-status"]')) {
      if (status instanceof HTMLElement) status.textContent = status.dataset[how] || "";
    }
  }

  /** @param {any} kept */
  const isEmpty = (kept) => kept.copies.every((/** @type {any} */ copy) => [copy.lists, copy.pages, copy.names].every((all) => !Object.keys(all).length));

  /** Puts the copies of a file behind those that are here. @param {any} file */
  function add(file) {
    const made = Date.now().toString(36);
    const copies = file.copies.map((/** @type {any} */ copy, /** @type {number} */ at) => ({ ...copy, id: `${made}-${at}` }));
    let room = false;
    state.change((/** @type {any} */ _, /** @type {any} */ kept) => {
      room = kept.copies.length + copies.length <= shape.most.copies;
      if (room) kept.copies.push(...copies);
    });
    if (room) state.show(copies[0].id);
    return room;
  }

  /** @param {File} file */
  async function load(file) {
    const found = file.size <= shape.most.file && shape.read(await file.text());
    if (!found) return say("failed");
    // What is here is only asked about if there is something.
    const answer = isEmpty(state.read()) ? "replace" : await ask("import-dialog", (/** @type {HTMLDialogElement} */ dialog) => {
      const lead = part(dialog, "lead");
      const names = found.copies.map((/** @type {any} */ copy) => copy.name || dialog.dataset.unnamed).join(dialog.dataset.comma || ", ");
      if (lead) lead.textContent = fill(dialog.dataset.lead, { count: found.copies.length, names });
    });
    if (answer === "replace") say(state.import(found) ? "done" : "failed");
    if (answer === "add") say(add(found) ? "done" : "failed");
  }

  async function clear() {
    if ((await ask("clear-dialog")) !== "clear") return;
    state.clear();
    say("cleared");
  }

  const file = document.querySelector('[data-chapbook="import-file"]');
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("button[data-chapbook]");
    const hook = button instanceof HTMLElement ? button.dataset.chapbook : "";
    if (hook === "export") save();
    if (hook === "import" && file instanceof HTMLInputElement) file.click();
    if (hook === "clear") clear();
  });
  file?.addEventListener("change", async () => {
    if (!(file instanceof HTMLInputElement) || !file.files?.[0]) return;
    await load(file.files[0]);
    file.value = "";
  });
})();
