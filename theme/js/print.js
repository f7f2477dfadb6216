/**
 * Printing: the buttons that ask for it, and what paper needs that style sheets alone cannot give.
 */
(() => {
  "use strict";
  /** Longer addresses nobody types, and they tear lines apart. */
  const SHORT = 40;

  for (const button of document.querySelectorAll('[data-chapbook="print"]')) {
    button.addEventListener("click", () => window.print());
  }

  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll('main a[href^="http"]'))) {
    const shown = (link.textContent || "").trim();
    const short = link.href.length < SHORT && !link.href.includes(shown);
    if (short) link.dataset.short = "";
  }

  /** @type {HTMLDetailsElement[]} */
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = /** @type {HTMLDetailsElement[]} */ ([...document.querySelectorAll("main details:not([open])")]);
    opened.forEach((details) => (details.open = true));
  });
  window.addEventListener("afterprint", () => {
    opened.forEach((details) => (details.open = false));
    opened = [];
  });
})();
