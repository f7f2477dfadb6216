/**
 * Remembers on the device where the reader stopped and how much of each page is read. The home page shows both.
 */
(() => {
  "use strict";
  const root = document.documentElement;
  const { fill, part, pageKey } = window.chapbook;
  const { device, key } = window.chapbook.storage;
  const [PLACE, READ] = [key("place"), key("read")];
  const home = new URL(root.dataset.root || ".", location.href).href;
  /** The share from which a page counts as read: its end is notes and links. */
  const WHOLE = 0.95;
  /** How long scrolling must continue before the place is stored, in milliseconds. */
  const INTERVAL = 400;

  /** The key of a page of this site. @param {string} href */
  const keyOf = (href) => pageKey(href.slice(home.length).replace(/[?#].*/u, ""));

  /** The share of each page that is read, by key. Keys of other address styles are converted. @returns {Record<string, number>} */
  function readShares() {
    /** @type {Record<string, number>} */
    const shares = {};
    for (const [path, share] of Object.entries(device.readObject(READ))) {
      const page = pageKey(path);
      shares[page] = Math.max(Number(share) || 0, shares[page] || 0);
    }
    return shares;
  }

  /** How much of the text has been on the screen, from 0 to 1. @param {Element} main */
  function shareOf(main) {
    const { top, height } = main.getBoundingClientRect();
    return height ? Math.min(1, Math.max(0, (innerHeight - top) / height)) : 0;
  }

  /** The last heading above the middle of the screen; at the end of the text, the last on it. @param {Element} main */
  function section(main) {
    const headings = [...main.querySelectorAll(":is(h2, h3)[id]")];
    const line = shareOf(main) < 1 ? innerHeight / 2 : innerHeight;
    return headings.filter((heading) => heading.getBoundingClientRect().top < line).pop();
  }

  /** @param {Element} heading */
  const title = (heading) => (heading.textContent || "").trim();

  /** Stores the place and the share of this page; a share never shrinks. @param {Element} main */
  function store(main) {
    const [heading, here] = [main.querySelector("h1"), section(main)];
    const names = [heading ? title(heading) : document.title, ...(here ? [title(here)] : [])];
    const href = location.href.replace(/[?#].*/u, "");
    device.write(PLACE, JSON.stringify({ href: here ? `${href}#${encodeURIComponent(here.id)}` : href, title: names.join(" · ") }));
    const shares = readShares();
    const page = keyOf(href);
    shares[page] = Math.max(shares[page] || 0, Math.round(shareOf(main) * 100) / 100);
    device.write(READ, JSON.stringify(shares));
  }

  /** Follows the reader through a chapter. @param {Element} main */
  function follow(main) {
    let timer = 0;
    const later = () => {
      timer ||= window.setTimeout(() => {
        timer = 0;
        store(main);
      }, INTERVAL);
    };
    document.addEventListener("scroll", later, { passive: true });
    window.addEventListener("pagehide", () => store(main));
    later();
  }

  /** Stored text is not trusted: only an address under this site's root is shown. @param {unknown} href @returns {href is string} */
  const isOfThisSite = (href) => typeof href === "string" && href.startsWith(home);

  /** Links from the top of the home page to where the reader stopped. @param {Element} offer */
  function resume(offer) {
    const [link, { href, title: name }] = [offer.querySelector("a"), device.readObject(PLACE)];
    if (!link || !isOfThisSite(href)) return void delete root.dataset.place;
    link.href = href;
    link.textContent = String(name);
  }

  /** Shows how many pages of the book are read, and after each link to a chapter how much of it. @param {HTMLElement} box */
  function showShares(box) {
    const shares = readShares();
    const whole = Object.values(shares).filter((share) => share >= WHOLE).length;
    const all = Number(box.dataset.all) || 0;
    const [text, bar] = [part(box, "read"), box.querySelector("progress")];
    if (text) text.textContent = fill(box.dataset.read, { count: Math.min(whole, all), all });
    if (bar) bar.value = whole;
    for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(".cb-home__pages a"))) {
      const share = shares[keyOf(link.href)] || 0;
      if (share < 0.1) continue;
      const mark = document.createElement("span");
      mark.className = "cb-home__share";
      mark.textContent = share >= WHOLE ? box.dataset.whole || "" : fill(box.dataset.part, { percent: Math.round(share * 100) });
      link.append(mark);
    }
  }

  function forget() {
    device.remove(PLACE);
    device.remove(READ);
    delete root.dataset.place;
    document.querySelectorAll(".cb-home__share").forEach((mark) => mark.remove());
    document.querySelector("main")?.focus({ preventScroll: true });
  }

  const main = document.querySelector("main");
  const [offer, box] = ["resume", "read"].map((name) => document.querySelector(`[data-chapbook="${name}"]`));
  if (main && document.body.classList.contains("cb-body--page")) follow(main);
  if (offer) resume(offer);
  if (box instanceof HTMLElement) {
    showShares(box);
    part(box, "forget")?.addEventListener("click", forget);
  }
})();
