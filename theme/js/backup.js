/**
 * Saves all data to a file, loads it from one, with a question before anything is replaced, and deletes it. Nothing leaves
 * the device but the file that the reader saves.
 */
(() => {
  "use strict";
  const { schema, state, ask, part, fill } = window.chapbook;

  function save() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([state.export()], { type: "application/json" }));
    link.download = `${document.documentElement.dataset.bookId}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  /** The outcome of reading a file of copies. @param {boolean} stored */
  const outcome = (stored) => (stored ? "done" : "unkept");

  /** Shows the outcome in every status line. @param {string} how `done`, `unkept`, `failed` or `cleared` */
  function showStatus(how) {
    for (const status of document.querySelectorAll('[data-chapbook="backup-status"]')) {
      if (status instanceof HTMLElement) status.textContent = status.dataset[how] || "";
    }
  }

  /** @param {Chapbook.ReaderData} data */
  const isEmpty = (data) => data.copies.every((copy) => [copy.lists, copy.pages, copy.names].every((all) => !Object.keys(all).length));

  /** Adds the copies of a file, if there is room, and returns the outcome. @param {Chapbook.ReaderData} file */
  function add(file) {
    const made = Date.now().toString(36);
    const copies = file.copies.map((copy, at) => ({ ...copy, id: `${made}-${at}` }));
    let room = false;
    const stored = state.change((_, data) => {
      room = data.copies.length + copies.length <= schema.limits.copies;
      if (room) data.copies.push(...copies);
    });
    if (room) state.show(copies[0].id);
    return room ? outcome(stored) : "failed";
  }

  /** @param {File} file */
  async function load(file) {
    const found = file.size <= schema.limits.file && schema.read(await file.text());
    if (!found) return showStatus("failed");
    // A question is needed only if there is something to replace.
    const answer = isEmpty(state.read()) ? "replace" : await ask("import-dialog", (dialog) => {
      const lead = part(dialog, "lead");
      const names = found.copies.map((copy) => copy.name || dialog.dataset.unnamed).join(dialog.dataset.comma || ", ");
      if (lead) lead.textContent = fill(dialog.dataset.lead, { count: found.copies.length, names });
    });
    if (answer === "replace") showStatus(outcome(state.import(found)));
    if (answer === "add") showStatus(add(found));
  }

  async function clear() {
    if ((await ask("clear-dialog")) !== "clear") return;
    state.clear();
    showStatus("cleared");
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
