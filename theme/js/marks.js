/**
 * Arriving at a page from search: the words found are marked (CSS Custom Highlight API, so the document stays as it
 * is), walked through, and cleared.
 *
 * In: `?h=`, the words as the section spells them, apart by spaces; taken out of the address at once.
 */
(() => {
  "use strict";
  /** More would only slow the page down; nobody walks through them. */
  const MOST = 1000;
  /** Words of our own, and what is not shown in any state of the page. */
  const NOT_TEXT = "button, select, template, script, style, annotation, [hidden], .cb-anchor, .cb-visually-hidden, .cb-checklist__foot";
  /** A match may run through emphasis and links, but not from one of these into the next. */
  const BLOCKS = "p, li, dt, dd, td, th, caption, h1, h2, h3, h4, h5, h6, pre, blockquote, figcaption, summary, label, div, section, main";
  const [FOUND, HERE] = ["cb-found", "cb-here"];

  /** Takes the words out of the address. */
  function wordsOfAddress() {
    const asked = new URLSearchParams(location.search);
    const words = asked.get("h") || "";
    if (!asked.has("h")) return "";
    asked.delete("h");
    const rest = asked.toString();
    history.replaceState(history.state, "", location.pathname + (rest && `?${rest}`) + location.hash);
    return words;
  }

  /** Short Latin words are marked where they stand alone: `is` is no part of `list`. @param {string[]} words */
  function pattern(words) {
    const edge = "[\\p{Script=Latin}\\p{N}]";
    const written = [...words].sort((a, b) => b.length - a.length).map((word) => {
      const literal = word.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&");
      return /^[\p{Script=Latin}\p{N}]{1,3}$/u.test(word) ? `(?<!${edge})${literal}(?!${edge})` : literal;
    });
    return new RegExp(written.join("|"), "giu");
  }

  /** The text of an element, and for each of its places the node and the place within it. @param {Element} main */
  function read(main) {
    /** @type {{ node: Text, from: number }[]} */
    const nodes = [];
    let [whole, last] = ["", /** @type {Element | null} */ (null)];
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (node) => {
      if (node instanceof Text) return NodeFilter.FILTER_ACCEPT;
      return /** @type {Element} */ (node).matches(NOT_TEXT) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
    });
    while (walker.nextNode()) {
      const node = /** @type {Text} */ (walker.currentNode);
      const block = node.parentElement && node.parentElement.closest(BLOCKS);
      if (block !== last) whole += "\0";
      last = block;
      nodes.push({ node, from: whole.length });
      whole += node.data;
    }
    return { whole, nodes };
  }

  /** Every place of the words, in reading order. @param {Element} main @param {string[]} words @returns {Range[]} */
  function find(main, words) {
    const { whole, nodes } = read(main);
    /** @type {Range[]} */
    const ranges = [];
    let at = 0;
    for (const match of whole.matchAll(pattern(words))) {
      if (ranges.length === MOST) break;
      const end = match.index + match[0].length;
      while (at + 1 < nodes.length && nodes[at + 1].from <= match.index) at += 1;
      let to = at;
      while (to + 1 < nodes.length && nodes[to + 1].from < end) to += 1;
      const range = document.createRange();
      range.setStart(nodes[at].node, match.index - nodes[at].from);
      range.setEnd(nodes[to].node, end - nodes[to].from);
      ranges.push(range);
    }
    return ranges;
  }

  /** The first match of the section that the address names; the first of all if it names none. @param {Range[]} ranges */
  function first(ranges) {
    const target = document.querySelector(":target");
    const within = Node.DOCUMENT_POSITION_FOLLOWING | Node.DOCUMENT_POSITION_CONTAINED_BY;
    const at = target ? ranges.findIndex((range) => target.compareDocumentPosition(range.startContainer) & within) : 0;
    return Math.max(0, at);
  }

  /** Opens what hides a place: folded boxes, tabs that are not shown. @param {Range} range */
  function reveal(range) {
    for (let element = range.startContainer.parentElement; element; element = element.parentElement) {
      if (element instanceof HTMLDetailsElement) element.open = true;
      if (element.hasAttribute("data-off")) element.dispatchEvent(new Event("chapbook:reveal", { bubbles: true }));
    }
  }

  /** Brings a place into view if it is not well within it. @param {Range} range */
  function scrollTo(range) {
    const seen = () => range.getBoundingClientRect();
    const [top, bottom] = [document.querySelector("header")?.getBoundingClientRect().bottom || 0, innerHeight * 0.85];
    if (seen().top >= top && seen().bottom <= bottom) return;
    range.startContainer.parentElement?.scrollIntoView({ block: "nearest", inline: "nearest" });
    scrollBy({ top: seen().top - innerHeight * 0.35 });
  }

  /** What is marked now, and where the reader is among it. @type {Range[]} */
  let ranges = [];
  let at = 0;

  /** @param {HTMLElement} bar */
  function follow(bar) {
    const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (bar.querySelector(`[data-chapbook="${name}"]`));
    const [place, spoken] = [part("marks-place"), part("marks-status")];

    /** @param {number} index */
    function go(index) {
      at = (index + ranges.length) % ranges.length;
      reveal(ranges[at]);
      CSS.highlights.set(HERE, new Highlight(ranges[at]));
      scrollTo(ranges[at]);
      place.textContent = `${at + 1} / ${ranges.length}`;
      spoken.textContent = (spoken.dataset.text || "").replace("{n}", String(at + 1)).replace("{count}", String(ranges.length));
    }

    function clear() {
      CSS.highlights.delete(FOUND);
      CSS.highlights.delete(HERE);
      if (bar.contains(document.activeElement)) document.querySelector("main")?.focus({ preventScroll: true });
      bar.hidden = true;
    }

    part("marks-previous").addEventListener("click", () => go(at - 1));
    part("marks-next").addEventListener("click", () => go(at + 1));
    part("clear-marks").addEventListener("click", clear);
    // Esc first closes what lies over the text.
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !bar.hidden && !document.querySelector("dialog[open], :popover-open, .cb-nav[data-open]")) clear();
    });
    return { go, clear };
  }

  /** Marks words on the page that is shown, and goes to the first. @param {string} words */
  function mark(words) {
    const main = document.querySelector("main");
    if (!main || !walking || !(bar instanceof HTMLElement)) return;
    walking.clear();
    const each = [...new Set(words.split(/\s+/u))].filter(Boolean).slice(0, 12);
    ranges = each.length ? find(main, each) : [];
    if (!ranges.length) return;
    CSS.highlights.set(FOUND, new Highlight(...ranges));
    bar.dataset.alone = String(ranges.length === 1);
    bar.hidden = false;
    walking.go(first(ranges));
  }

  function start() {
    const words = wordsOfAddress();
    if (!words) return;
    // Until a page is loaded the browser itself goes on scrolling to the section.
    if (document.readyState === "complete") mark(words);
    else window.addEventListener("load", () => mark(words), { once: true });
  }

  const bar = document.querySelector('[data-chapbook="marks"]');
  const walking = bar instanceof HTMLElement && typeof Highlight !== "undefined" ? follow(bar) : undefined;
  window.chapbook.mark = mark;
  start();
})();
