/**
 * Asks before anything is lost: shows a dialog of the page and tells which button was pressed.
 */
(() => {
  "use strict";
  /** A part of a dialog or a template, by its name. @param {ParentNode} whole @param {string} name */
  const part = (whole, name) => {
    const found = whole.querySelector(`[data-part="${name}"]`);
    return found instanceof HTMLElement ? found : undefined;
  };

  /** Puts values in the places of a phrase: `{count}`. @param {string | undefined} phrase @param {Record<string, string | number>} values */
  const fill = (phrase, values) => (phrase || "").replace(/\{(\w+)\}/gu, (place, name) => (Object.hasOwn(values, name) ? String(values[name]) : place));

  /** @param {string} name @returns {HTMLDialogElement | undefined} */
  function dialogOf(name) {
    const dialog = document.querySelector(`dialog[data-chapbook="${name}"]`);
    return dialog instanceof HTMLDialogElement ? dialog : undefined;
  }

  /**
   * @param {string} name the dialog's hook
   * @param {(dialog: HTMLDialogElement) => void} [prepare]
   * @returns {Promise<string>} the value of the button; "" if the dialog was closed otherwise
   */
  function ask(name, prepare) {
    const dialog = dialogOf(name);
    if (!dialog) return Promise.resolve("");
    dialog.returnValue = "";
    prepare?.(dialog);
    return new Promise((answer) => {
      dialog.addEventListener("close", () => answer(dialog.returnValue), { once: true });
      dialog.showModal();
    });
  }

  /** The first element of a template of the page, fresh. @param {string} name @returns {HTMLElement | undefined} */
  function fresh(name) {
    const template = document.querySelector(`template[data-chapbook="${name}"]`);
    const element = template instanceof HTMLTemplateElement && template.content.firstElementChild?.cloneNode(true);
    return element instanceof HTMLElement ? element : undefined;
  }

  /** Says on the button itself how it went, for a moment. @param {HTMLElement} button @param {boolean} done */
  function tell(button, done) {
    const says = part(button, "says") || button;
    says.dataset.label ||= says.textContent || "";
    says.textContent = (done ? button.dataset.done : button.dataset.failed) || says.dataset.label;
    setTimeout(() => (says.textContent = says.dataset.label || ""), 2500);
  }

  Object.assign(window.chapbook, { ask, dialogOf, part, fill, fresh, tell });
})();
