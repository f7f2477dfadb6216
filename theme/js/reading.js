/**
 * The reading settings, remembered on the device for all pages of all books of this site; and the banner, which a reader can close.
 */
(() => {
  "use strict";
  const root = document.documentElement;
  const { device, key } = window.chapbook.storage;
  const CHOICES = "chapbook:reading";

  /** Remembers a choice and applies it. @param {string} name @param {string} value "" for the default */
  function choose(name, value) {
    const choices = { ...device.readObject(CHOICES), [name]: value };
    device.write(CHOICES, JSON.stringify(choices));
    apply(choices);
  }

  /** Shows the present choice of each setting and follows changes. */
  function settings() {
    const panel = document.querySelector('[data-chapbook="reading"]');
    if (!panel) return;
    show(panel);
    panel.addEventListener("change", (event) => {
      const input = /** @type {HTMLInputElement} */ (event.target);
      const name = nameOf(input);
      if (name) choose(name, input.value);
    });
    window.addEventListener("storage", (event) => {
      if (event.key !== CHOICES) return;
      apply(device.readObject(CHOICES));
      show(panel);
    });
  }

  /** The setting that an input belongs to. @param {HTMLInputElement} input */
  function nameOf(input) {
    const set = input.closest("[data-choice]");
    return (set instanceof HTMLElement && set.dataset.choice) || "";
  }

  /** @param {Record<string, unknown>} choices */
  function apply(choices) {
    for (const name of ["theme", "size", "width", "keys"]) {
      const value = choices[name];
      if (typeof value === "string" && value) root.dataset[name] = value;
      else delete root.dataset[name];
    }
  }

  /** @param {Element} panel */
  function show(panel) {
    for (const input of panel.querySelectorAll("input")) {
      const name = nameOf(input);
      input.checked = Boolean(name) && input.value === (root.dataset[name] || "");
    }
  }

  /** A closed banner stays closed until its text changes. */
  function banner() {
    document.querySelector('[data-chapbook="banner-close"]')?.addEventListener("click", () => {
      device.write(key("banner"), root.dataset.banner || "");
      delete root.dataset.banner;
      document.querySelector("main")?.focus({ preventScroll: true });
    });
  }

  settings();
  banner();
  window.chapbook.choose = choose;
})();
