/**
 * The outline: a drawer on small screens, branches whose folding is remembered, the current page scrolled into view; and
 * the contents of the page, which highlight the current section.
 */
(() => {
  "use strict";
  const { storage, pageKey, placeNamed } = window.chapbook;
  const FOLDS = storage.key("folds");
  const nav = document.querySelector('[data-chapbook="nav"]');

  /** Opens and closes the drawer; the page behind it is inert meanwhile. @param {HTMLElement} nav */
  function drawer(nav) {
    const button = document.querySelector('[data-chapbook="menu"]');
    const close = nav.querySelector('[data-chapbook="menu-close"]');
    if (!(button instanceof HTMLElement) || !(close instanceof HTMLElement)) return;

    const behind = () => document.querySelectorAll(".cb-header, .cb-column, .cb-aside");
    const shut = () => {
      if (!("open" in nav.dataset)) return;
      delete nav.dataset.open;
      button.setAttribute("aria-expanded", "false");
      behind().forEach((element) => (/** @type {HTMLElement} */ (element).inert = false));
      button.focus();
    };
    button.addEventListener("click", (event) => {
      // Otherwise the same click would reach the document and close the drawer.
      event.stopPropagation();
      nav.dataset.open = "";
      button.setAttribute("aria-expanded", "true");
      behind().forEach((element) => (/** @type {HTMLElement} */ (element).inert = true));
      close.focus();
      showCurrent(nav);
    });
    close.addEventListener("click", shut);
    nav.addEventListener("click", (event) => {
      if (event.target instanceof Element && event.target.closest('a[href^="#"]')) shut();
    });
    document.addEventListener("click", (event) => {
      if (event.target instanceof Node && !nav.contains(event.target)) shut();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") shut();
    });
    matchMedia("(width >= 50rem)").addEventListener("change", shut);
  }

  /** The folded and unfolded branches by their keys; keys of other address styles are converted. */
  function readFolds() {
    return new Map(Object.entries(storage.device.readObject(FOLDS)).map(([path, state]) => [pageKey(path), state]));
  }

  /** @param {HTMLElement} branch @param {string} state "open" or "closed" */
  function fold(branch, state) {
    branch.dataset.fold = state;
    branch.querySelector(":scope > button")?.setAttribute("aria-expanded", String(state === "open"));
  }

  /** Branches keep the state that the reader chose; the one with the current page is open. @param {HTMLElement} nav */
  function folding(nav) {
    const folds = readFolds();
    const keyOf = (/** @type {Element} */ branch) => {
      const link = branch.querySelector("a");
      // In the book as one file, all pages have the same path.
      return link ? pageKey(link.pathname + link.hash) : "";
    };
    for (const branch of /** @type {NodeListOf<HTMLElement>} */ (nav.querySelectorAll("[data-fold]"))) {
      const stored = folds.get(keyOf(branch));
      if (stored && !branch.querySelector("[aria-current]")) fold(branch, stored === "open" ? "open" : "closed");
    }
    nav.addEventListener("click", (event) => {
      const button = event.target instanceof Element && event.target.closest('[data-chapbook="fold"]');
      const branch = button && button.parentElement;
      if (!branch) return;
      fold(branch, branch.dataset.fold === "open" ? "closed" : "open");
      storage.device.write(FOLDS, JSON.stringify(Object.fromEntries(readFolds().set(keyOf(branch), branch.dataset.fold))));
    });
  }

  /** Loads the rest of a large book's outline, and `outline.js` with it, when it is first needed. @param {HTMLElement} nav */
  function loading(nav) {
    const load = () => window.chapbook.lazyLoad(nav.dataset.outline).catch(() => {});
    nav.addEventListener("click", (event) => {
      const target = event.target instanceof Element ? event.target : nav;
      const more = target.closest(".cb-nav__more");
      if (more instanceof HTMLElement && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
        event.preventDefault();
        more.dataset.wanted = "";
      }
      if (more || target.closest("[data-more] > button")) load();
    });
    if (nav.querySelector('[data-more][data-fold="open"]')) load();
  }

  /** Scrolls the sidebar, and nothing else, to the current page. @param {HTMLElement} nav */
  function showCurrent(nav) {
    const current = nav.querySelector("[aria-current]");
    if (!current) return;
    const [place, frame] = [current.getBoundingClientRect(), nav.getBoundingClientRect()];
    if (place.top < frame.top || place.bottom > frame.bottom) nav.scrollTop += place.top - frame.top - frame.height / 3;
  }

  /** @type {IntersectionObserver | undefined} */
  let observer;

  /** Highlights the section that is being read in the contents of the page. */
  function follow() {
    const links = /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(".cb-aside .cb-toc a"));
    /** @type {Map<Element, HTMLAnchorElement>} */
    const byHeading = new Map();
    for (const link of links) {
      const heading = placeNamed(link.hash);
      if (heading) byHeading.set(heading, link);
    }
    if (!byHeading.size) return;
    const mark = () => {
      const passed = [...byHeading.keys()].filter((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
      const here = byHeading.get(passed[passed.length - 1]);
      links.forEach((link) => (link === here ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
    };
    observer?.disconnect();
    observer = new IntersectionObserver(mark, { rootMargin: "0px 0px -66% 0px" });
    for (const heading of byHeading.keys()) observer.observe(heading);
  }

  if (nav instanceof HTMLElement) {
    drawer(nav);
    folding(nav);
    loading(nav);
    showCurrent(nav);
  }
  window.chapbook.followContents = follow;
  follow();
})();
