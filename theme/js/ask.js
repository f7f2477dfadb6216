/**
 * What other scripts share: dialogs that ask a question, parts of dialogs and templates, phrases with
 * values, the keys of pages, and the places that addresses name.
 */
(() => {
  "use strict";
  /** How long a button shows how its action went, in milliseconds. */
  const SHOWN = 2500;

  /** A part of a dialog or a template, by its name. @param {ParentNode} whole @param {string} name */
  const part = (whole, name) => {
    const found = whole.querySelector(`[data-part="${name}"]`);
    return found instanceof HTMLElement ? found : undefined;
  };

  /** Replaces the placeholders of a phrase: `{count}`. @param {string | undefined} phrase @param {Record<string, string | number>} values */
  const fill = (phrase, values) => (phrase || "").replace(/\{(\w+)\}/gu, (placeholder, name) => (Object.hasOwn(values, name) ? String(values[name]) : placeholder));

  /** @param {string} name @returns {HTMLDialogElement | undefined} */
  function dialogOf(name) {
    const dialog = document.querySelector(`dialog[data-chapbook="${name}"]`);
    return dialog instanceof HTMLDialogElement ? dialog : undefined;
  }

  /**
   * Shows a dialog of the page and waits for the answer.
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

  /** A new copy of the first element of a template of the page. @param {string} name @returns {HTMLElement | undefined} */
  function fromTemplate(name) {
    const template = document.querySelector(`template[data-chapbook="${name}"]`);
    const element = template instanceof HTMLTemplateElement && template.content.firstElementChild?.cloneNode(true);
    return element instanceof HTMLElement ? element : undefined;
  }

  /** Shows on the button itself, for a moment, whether its action succeeded. @param {HTMLElement} button @param {boolean} done */
  function showResult(button, done) {
    const label = part(button, "says") || button;
    label.dataset.label ||= label.textContent || "";
    label.textContent = (done ? button.dataset.done : button.dataset.failed) || label.dataset.label;
    setTimeout(() => (label.textContent = label.dataset.label || ""), SHOWN);
  }

  /**
   * The key of a page, from its path or address: the same whether addresses end in `.html`, in `/index.html` or in `/`.
   * @param {string} path
   */
  const pageKey = (path) => path.replace(/\.html$/u, "").replace(/(?:^|[/#])(?:index)?$/u, "") || "index";

  /** A text without percent-encoding; one whose encoding is malformed stays as it is. @param {string} text */
  function decode(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  }

  /** The element that the fragment of an address names: as it is written, or else decoded. @param {string} hash with its `#` */
  const placeNamed = (hash) => document.getElementById(hash.slice(1)) || document.getElementById(decode(hash.slice(1)));

  const { chapbook } = window;
  chapbook.ask = ask;
  chapbook.dialogOf = dialogOf;
  chapbook.part = part;
  chapbook.fill = fill;
  chapbook.fromTemplate = fromTemplate;
  chapbook.showResult = showResult;
  chapbook.pageKey = pageKey;
  chapbook.decode = decode;
  chapbook.placeNamed = placeNamed;
})();
