/**
 * Marks the words that a search found (CSS Custom Highlight API, which does not change the document); a bar goes from match to
 * match, and clears them.
 *
 * In: `?h=`, the words as the section spells them, separated by spaces; they are removed from the address at once.
 */
(() => {
  "use strict";
  /** The most matches that are marked; more would only make the page slow. */
  const MOST = 1000;
  /** Text of the interface, readings above the text, and text that is never shown. */
  const NOT_TEXT = "button, rt, rp, select, template, script, style, annotation, [hidden], .cb-anchor, .cb-visually-hidden, .cb-checklist__foot";
  /** A match may cross emphasis and links, but not the border of one of these. */
  const BLOCKS = "p, li, dt, dd, td, th, caption, h1, h2, h3, h4, h5, h6, pre, blockquote, figcaption, summary, label, div, section, main";
  const [FOUND, HERE] = ["cb-found", "cb-here"];

  /** Reads the words from the address and removes them. */
  function wordsOfAddress() {
    const asked = new URLSearchParams(location.search);
    const words = asked.get("h") || "";
    if (!asked.has("h")) return "";
    asked.delete("h");
    const rest = asked.toString();
    history.replaceState(history.state, "", location.pathname + (rest && `?${rest}`) + location.hash);
    return words;
  }

  /** Short Latin words match whole words only: not the `is` in `list`. @param {string[]} words */
  function pattern(words) {
    const edge = "[\\p{Script=Latin}\\p{N}]";
    const written = [...words].sort((a, b) => b.length - a.length).map((word) => {
      const literal = word.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&");
      return /^[\p{Script=Latin}\p{N}]{1,3}$/u.test(word) ? `(?<!${edge})${literal}(?!${edge})` : literal;
    });
    return new RegExp(written.join("|"), "giu");
  }

  /** The text of an element, and the nodes that it consists of with their positions. @param {Element} main */
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

  /** Every match of the words, in reading order. @param {Element} main @param {string[]} words @returns {Range[]} */
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

  /** The first match in the section of the address; without one, the first match of the page. @param {Range[]} ranges */
  function first(ranges) {
    const target = document.querySelector(":target");
    const within = Node.DOCUMENT_POSITION_FOLLOWING | Node.DOCUMENT_POSITION_CONTAINED_BY;
    const at = target ? ranges.findIndex((range) => target.compareDocumentPosition(range.startContainer) & within) : 0;
    return Math.max(0, at);
  }

  /** Opens what hides a match: folded boxes, tabs. @param {Range} range */
  function reveal(range) {
    for (let element = range.startContainer.parentElement; element; element = element.parentElement) {
      if (element instanceof HTMLDetailsElement) element.open = true;
      if (element.hasAttribute("data-off")) element.dispatchEvent(new Event("chapbook:reveal", { bubbles: true }));
    }
  }

  /** Scrolls to a match unless it is well in view. @param {Range} range */
  function scrollTo(range) {
    const seen = () => range.getBoundingClientRect();
    const [top, bottom] = [document.querySelector("header")?.getBoundingClientRect().bottom || 0, innerHeight * 0.85];
    if (seen().top >= top && seen().bottom <= bottom) return;
    range.startContainer.parentElement?.scrollIntoView({ block: "nearest", inline: "nearest" });
    scrollBy({ top: seen().top - innerHeight * 0.35 });
  }

  /** The matches that are marked, and the index of the current one. @type {Range[]} */
  let ranges = [];
  let at = 0;

  /** @param {HTMLElement} bar */
  function follow(bar) {
    const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (bar.querySelector(`[data-chapbook="${name}"]`));
    const [position, announced] = [part("marks-place"), part("marks-status")];

    /** @param {number} index */
    function go(index) {
      at = (index + ranges.length) % ranges.length;
      reveal(ranges[at]);
      CSS.highlights.set(HERE, new Highlight(ranges[at]));
      scrollTo(ranges[at]);
      position.textContent = `${at + 1} / ${ranges.length}`;
      announced.textContent = (announced.dataset.text || "").replace("{n}", String(at + 1)).replace("{count}", String(ranges.length));
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
    // Esc first closes dialogs and popovers.
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !bar.hidden && !document.querySelector("dialog[open], :popover-open, .cb-nav[data-open]")) clear();
    });
    return { go, clear };
  }

  /** Marks words on the page that is shown, and goes to the first match. @param {string} words */
  function mark(words) {
    const main = document.querySelector("main");
    if (!main || !navigation || !(bar instanceof HTMLElement)) return;
    navigation.clear();
    const each = [...new Set(words.split(/\s+/u))].filter(Boolean).slice(0, 12);
    ranges = each.length ? find(main, each) : [];
    if (!ranges.length) return;
    CSS.highlights.set(FOUND, new Highlight(...ranges));
    bar.dataset.alone = String(ranges.length === 1);
    bar.hidden = false;
    navigation.go(first(ranges));
  }

  function start() {
    const words = wordsOfAddress();
    if (!words) return;
    // Until the page is loaded, the browser itself scrolls to the section.
    if (document.readyState === "complete") mark(words);
    else window.addEventListener("load", () => mark(words), { once: true });
  }

  const bar = document.querySelector('[data-chapbook="marks"]');
  const navigation = bar instanceof HTMLElement && typeof Highlight !== "undefined" ? follow(bar) : undefined;
  window.chapbook.mark = mark;
  start();
})();
