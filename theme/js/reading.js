/**
 * The reading settings, remembered on the device, for all pages of the book; and the banner, once it is put away.
 */
(() => {
  "use strict";
  const root = document.documentElement;
  const CHOICES = "chapbook:reading";
  const BANNER = `chapbook:${root.dataset.bookId}:banner`;

  /** What is kept under a key, as an object. @param {string} key @returns {Record<string, any>} */
  function read(key) {
    try {
      const value = JSON.parse(localStorage.getItem(key) || "{}");
      return value && typeof value === "object" ? value : {};
    } catch {
      return {};
    }
  }

  /** @param {string} key @param {unknown} value */
  function write(key, value) {
    try {
      localStorage.setItem(key, typeof value === "string" ? value : JSON.stringify(value));
    } catch {
      // Without storage a choice holds for this page only.
    }
  }

  /** @param {string} key */
  function forget(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      // Without storage there is nothing to forget.
    }
  }

  /** Remembers a choice and shows it. @param {string} name @param {string} value "" for the usual one */
  function choose(name, value) {
    const choices = { ...read(CHOICES), [name]: value };
    write(CHOICES, choices);
    apply(choices);
  }

  /** Shows each set's present choice and follows what is chosen. */
  function settings() {
    const panel = document.querySelector('[data-chapbook="reading"]');
    if (!panel) return;
    show(panel);
    panel.addEventListener("change", (event) => {
      const input = /** @type {HTMLInputElement} */ (event.target);
      const set = input.closest("[data-choice]");
      const name = set instanceof HTMLElement ? set.dataset.choice : undefined;
      if (name) choose(name, input.value);
    });
    window.addEventListener("storage", (event) => {
      if (event.key !== CHOICES) return;
      apply(read(CHOICES));
      show(panel);
    });
  }

  /** @param {Record<string, string>} choices */
  function apply(choices) {
    for (const name of ["theme", "size", "width", "keys"]) {
      if (choices[name]) root.dataset[name] = choices[name];
      else delete root.dataset[name];
    }
  }

  /** @param {Element} panel */
  function show(panel) {
    for (const input of panel.querySelectorAll("input")) {
      const set = input.closest("[data-choice]");
      const name = set instanceof HTMLElement ? set.dataset.choice : undefined;
      input.checked = Boolean(name) && input.value === (root.dataset[name || ""] || "");
    }
  }

  /** A banner that is put away stays away until it says something else. */
  function banner() {
    document.querySelector('[data-chapbook="banner-close"]')?.addEventListener("click", () => {
      write(BANNER, root.dataset.banner || "");
      delete root.dataset.banner;
      document.querySelector("main")?.focus({ preventScroll: true });
    });
  }

  settings();
  banner();
  Object.assign(window.chapbook, { device: { read, write, forget }, choose });
})();
