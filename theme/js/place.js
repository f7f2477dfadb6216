/**
 * Where the reader stopped, and how much of each page is read: kept on the device. The home page offers the place and
 * says what is read.
 */
(() => {
  "use strict";
  const root = document.documentElement;
  const { device, fill, part } = window.chapbook;
  const PLACE = `chapbook:${root.dataset.bookId}:place`;
  const READ = `chapbook:${root.dataset.bookId}:read`;
  const home = new URL(root.dataset.root || ".", location.href).href;
  /** The share from which a page counts as read: its foot is notes and links. */
  const WHOLE = 0.95;

  /** An address from the site's root, without its fragment. @param {string} href */
  const pathOf = (href) => href.slice(home.length).replace(/[?#].*/u, "");

  /** How much of the text has been on the screen, from 0 to 1. @param {Element} main */
  function share(main) {
    const { top, height } = main.getBoundingClientRect();
    return height ? Math.min(1, Math.max(0, (innerHeight - top) / height)) : 0;
  }

  /** The last heading above the middle of the screen; at the end of the text, the last on it. @param {Element} main */
  function section(main) {
    const headings = [...main.querySelectorAll(":is(h2, h3)[id]")];
    const line = share(main) < 1 ? innerHeight / 2 : innerHeight;
    return headings.filter((heading) => heading.getBoundingClientRect().top < line).pop();
  }

  /** What a heading says, without its number's and link's own words. @param {Element} heading */
  const title = (heading) => (heading.textContent || "").trim();

  /** Keeps the place and the share of this page; a share never shrinks. @param {Element} main */
  function keep(main) {
    const [heading, here] = [main.querySelector("h1"), section(main)];
    const names = [heading ? title(heading) : document.title, ...(here ? [title(here)] : [])];
    const href = location.href.replace(/[?#].*/u, "");
    device.write(PLACE, { href: here ? `${href}#${encodeURIComponent(here.id)}` : href, title: names.join(" · ") });
    const read = device.read(READ);
    const path = pathOf(href);
    const most = Math.max(Number(read[path]) || 0, Math.round(share(main) * 100) / 100);
    device.write(READ, { ...read, [path]: most });
  }

  /** Follows the reader through a chapter. @param {Element} main */
  function follow(main) {
    let waiting = 0;
    const later = () => {
      waiting ||= window.setTimeout(() => {
        waiting = 0;
        keep(main);
      }, 400);
    };
    document.addEventListener("scroll", later, { passive: true });
    window.addEventListener("pagehide", () => keep(main));
    later();
  }

  /** Stored text is not trusted: only an address under this site's root is offered. @param {unknown} href */
  const isOfThisSite = (href) => typeof href === "string" && href.startsWith(home);

  /** At the head of the home page. @param {Element} offer */
  function resume(offer) {
    const [link, place] = [offer.querySelector("a"), device.read(PLACE)];
    if (!link || !isOfThisSite(place.href)) return void delete root.dataset.place;
    link.href = place.href;
    link.textContent = String(place.title);
  }

  /** How many pages of the book are read, and behind each chapter of the door how much of it. @param {HTMLElement} told */
  function showRead(told) {
    const read = device.read(READ);
    const whole = Object.values(read).filter((share) => Number(share) >= WHOLE).length;
    const all = Number(told.dataset.all) || 0;
    const [says, bar] = [part(told, "read"), told.querySelector("progress")];
    if (says) says.textContent = fill(told.dataset.read, { count: Math.min(whole, all), all });
    if (bar) bar.value = whole;
    for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(".cb-door__pages a"))) {
      const most = Number(read[pathOf(link.href)]) || 0;
      if (most < 0.1) continue;
      const mark = document.createElement("span");
      mark.className = "cb-door__share";
      mark.textContent = most >= WHOLE ? told.dataset.whole || "" : fill(told.dataset.part, { percent: Math.round(most * 100) });
      link.append(mark);
    }
  }

  /** @param {HTMLElement} told */
  function forget(told) {
    device.forget(PLACE);
    device.forget(READ);
    delete root.dataset.place;
    document.querySelectorAll(".cb-door__share").forEach((mark) => mark.remove());
    document.querySelector("main")?.focus({ preventScroll: true });
  }

  const main = document.querySelector("main");
  const [offer, told] = ["resume", "read"].map((name) => document.querySelector(`[data-chapbook="${name}"]`));
  if (main && document.body.classList.contains("cb-body--page")) follow(main);
  if (offer) resume(offer);
  if (told instanceof HTMLElement) {
    showRead(told);
    part(told, "forget")?.addEventListener("click", () => forget(told));
  }
})();
