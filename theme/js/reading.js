/**
 * The reading settings, and where the reader stopped: remembered on the device, for all pages of the book.
 */
(() => {
  "use strict";
  const root = document.documentElement;
  const CHOICES = "chapbook:reading";
  const PLACE = `chapbook:${root.dataset.bookId}:place`;

  /** @param {string} key @returns {Record<string, string>} */
  function read(key) {
    try {
      const value = JSON.parse(localStorage.getItem(key) || "{}");
      return value && typeof value === "object" ? value : {};
    } catch {
      return {};
    }
  }

  /** @param {string} key @param {Record<string, string>} value */
  function write(key, value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch {
      // Without storage a choice holds for this page only.
    }
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
      if (name) write(CHOICES, { ...read(CHOICES), [name]: input.value });
      apply(read(CHOICES));
    });
    window.addEventListener("storage", (event) => {
      if (event.key !== CHOICES) return;
      apply(read(CHOICES));
      show(panel);
    });
  }

  /** @param {Record<string, string>} choices */
  function apply(choices) {
    for (const name of ["theme", "size", "width"]) {
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

  /** On a chapter: keeps its place. On the home page: offers the place kept. */
  function resume() {
    if (document.body.classList.contains("cb-body--page")) {
      const heading = document.querySelector("main h1");
      const title = (heading && heading.textContent) || document.title;
      write(PLACE, { href: location.href.replace(/[?#].*/, ""), title: title.trim() });
    }
    const offer = document.querySelector('[data-chapbook="resume"]');
    const link = offer && offer.querySelector("a");
    const place = read(PLACE);
    if (!(offer instanceof HTMLElement) || !link || !isOfThisSite(place.href)) return;
    link.href = place.href;
    link.textContent = place.title;
    offer.hidden = false;
  }

  /** Stored text is not trusted: only an address under this site's root is offered. @param {unknown} href */
  function isOfThisSite(href) {
    const home = new URL(root.dataset.root || ".", location.href).href;
    return typeof href === "string" && href.startsWith(home);
  }

  settings();
  resume();
})();
