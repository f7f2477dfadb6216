/**
 * The book as one file: shows one page of it, called a leaf: the one that contains the target of the address. The browser's
 * back button works.
 *
 * In: leaves, each with its kind of page; the leaf without `hidden` is the home page. Out: `chapbook.leaves`, which
 * prints a leaf. The browser's own search finds text in hidden leaves. Without this script the file is one long page, whose
 * links work.
 */
(() => {
  "use strict";
  const root = document.documentElement;
  const main = document.querySelector("main");
  const { placeNamed } = window.chapbook;
  const { device, key } = window.chapbook.storage;
  /** How long scrolling must rest before its position is stored, in milliseconds. */
  const REST = 250;
  /** @type {HTMLElement[]} */
  const leaves = [...document.querySelectorAll(".cb-leaf")].filter((leaf) => leaf instanceof HTMLElement);
  const home = leaves.find((leaf) => !leaf.hasAttribute("hidden")) || leaves[0];
  if (!home) return;
  let shown = home;
  /** Words to mark once the leaf is shown. */
  let wanted = "";

  /** @param {Element} place @returns {HTMLElement | null} */
  const leafOf = (place) => place.closest(".cb-leaf");

  /** @param {HTMLElement} leaf @param {boolean} away */
  function hide(leaf, away) {
    if (away) leaf.setAttribute("hidden", "until-found");
    else leaf.removeAttribute("hidden");
  }

  /** Shows one leaf only; of sheets, only the one that is the target. @param {HTMLElement} leaf @param {Element} place */
  function show(leaf, place) {
    for (const other of leaves) hide(other, other !== leaf);
    const sheet = place.closest("[data-sheet]");
    for (const other of leaf.querySelectorAll("[data-sheet]")) /** @type {HTMLElement} */ (other).hidden = Boolean(sheet) && other !== sheet;
    shown = leaf;
    const { kind = "page", headTitle } = leaf.dataset;
    document.body.className = document.body.className.replace(/cb-body--\S+/u, `cb-body--${sheet ? "sheet" : kind}`);
    document.title = (sheet instanceof HTMLElement && sheet.dataset.headTitle) || headTitle || document.title;
    follow(leaf);
    contents(leaf);
    if (kind === "page") remember(leaf);
  }

  /** Marks the leaf in the outline and unfolds the branches above it. @param {HTMLElement} leaf */
  function follow(leaf) {
    const nav = document.querySelector('[data-chapbook="nav"]');
    for (const link of nav?.querySelectorAll("a") || []) {
      const here = link.hash.length > 1 && placeNamed(link.hash) === leaf;
      if (here) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
      for (let branch = here && link.closest("[data-fold]"); branch instanceof HTMLElement; branch = branch.parentElement && branch.parentElement.closest("[data-fold]")) {
        branch.dataset.fold = "open";
        branch.querySelector(":scope > button")?.setAttribute("aria-expanded", "true");
      }
    }
  }

  /** Shows the contents of the leaf next to the text. @param {HTMLElement} leaf */
  function contents(leaf) {
    const aside = document.querySelector('[data-chapbook="leaf-contents"]');
    const own = leaf.querySelector(".cb-toc-fold .cb-toc");
    aside?.querySelector(".cb-toc")?.remove();
    if (own) aside?.append(own.cloneNode(true));
    if (aside instanceof HTMLElement) aside.hidden = !own;
    window.chapbook.followContents();
  }

  /** Stores where the reader stopped, for the link on the home page. @param {HTMLElement} leaf */
  function remember(leaf) {
    const href = `${location.href.replace(/[?#].*/u, "")}#${encodeURI(leaf.id)}`;
    device.write(key("place"), JSON.stringify({ href, title: leaf.dataset.title || "" }));
  }

  /** Goes to the target of the address; a target outside all leaves changes nothing. */
  function turn() {
    const named = location.hash.length > 1;
    const place = named ? placeNamed(location.hash) : home;
    const leaf = place && leafOf(place);
    if (!place || !leaf) return;
    const turned = leaf !== shown || Boolean(place.closest("[data-sheet]")) || leaf.querySelector("[data-sheet][hidden]") !== null;
    if (turned) show(leaf, place);
    const scrolled = history.state?.scrolled;
    if (typeof scrolled === "number") scrollTo({ top: scrolled, behavior: "instant" });
    else if (place === leaf) scrollTo({ top: 0, behavior: "instant" });
    else place.scrollIntoView({ behavior: "instant" });
    if (turned) main?.focus({ preventScroll: true });
    if (wanted) window.chapbook.mark(wanted);
    wanted = "";
  }

  let resting = 0;
  function keepScroll() {
    clearTimeout(resting);
    resting = window.setTimeout(() => history.replaceState({ ...history.state, scrolled: scrollY }, ""), REST);
  }

  /** Shows a leaf, or one sheet of it, prints it, and returns. @param {string} hash */
  function print(hash) {
    const place = placeNamed(hash);
    const leaf = place && leafOf(place);
    if (!place || !leaf) return window.print();
    const [before, top] = [shown, scrollY];
    show(leaf, place);
    window.addEventListener("afterprint", () => {
      show(before, placeNamed(location.hash) || before);
      scrollTo({ top, behavior: "instant" });
    }, { once: true });
    window.print();
  }

  /** The print edition is the title page with all chapters after it. */
  function unfold() {
    if (shown.dataset.kind === "print") for (const leaf of leaves) if (leaf.matches(".cb-chapter:not([data-unprinted])")) hide(leaf, false);
  }

  function fold() {
    if (shown.dataset.kind === "print") for (const leaf of leaves) hide(leaf, leaf !== shown);
  }

  history.scrollRestoration = "manual";
  root.dataset.leaves = "";
  // The browser's own search, or a link, has revealed a leaf.
  document.addEventListener("beforematch", (event) => {
    const leaf = event.target instanceof Element && leafOf(event.target);
    setTimeout(() => {
      if (!leaf || leaf === shown) return;
      const top = scrollY;
      history.pushState(null, "", `#${encodeURI(leaf.id)}`);
      show(leaf, leaf);
      scrollBy({ top: top - scrollY, behavior: "instant" });
    });
  });
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a");
    if (!link) return;
    wanted = link.dataset.marks || "";
    // A link to the present address raises no event, but the reader may have scrolled away.
    if (link.hash && link.hash === location.hash) setTimeout(turn);
  });
  for (const kind of ["popstate", "hashchange"]) window.addEventListener(kind, turn);
  window.addEventListener("scroll", keepScroll, { passive: true });
  window.addEventListener("beforeprint", unfold);
  window.addEventListener("afterprint", fold);
  window.chapbook.leaves = { print };
  contents(home);
  turn();
})();
