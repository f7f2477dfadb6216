/**
 * Marks the first use of each glossary term on the page: it becomes a link, and `notes.js` shows the meaning.
 *
 * In: the page's hidden list of terms, longest first.
 */
(() => {
  "use strict";
  /** Links, controls, and everything that is not running text. */
  const NOT_RUNNING = "a, button, label, code, pre, kbd, math, svg, template, summary, h1, h2, h3, h4, h5, h6, dt, caption, .cb-footnotes, .cb-checklist, .cb-form, .cb-log, .cb-blank, .cb-tabs__label, [data-chrome]";
  /** A letter or digit of a script that separates words; `src/book/terms.rs` draws the same line. */
  const LETTER = "(?![\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Hang}\\p{sc=Thai}\\p{sc=Laoo}\\p{sc=Tibt}\\p{sc=Mymr}\\p{sc=Khmr}])[\\p{L}\\p{N}]";
  const main = document.querySelector("main");
  /** The terms not found yet, with the address of their explanation. @type {Map<string, string>} */
  const open = new Map();
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll('[data-chapbook="terms"] a'))) {
    for (const form of (link.dataset.forms || (link.textContent || "").toLowerCase()).split("\n").filter(Boolean)) open.set(form, link.href);
  }
  if (!main || !open.size) return;

  /** Where a script separates words, a form matches whole words: `plan` is not part of `planet`. @param {string} word */
  function pattern(word) {
    const literal = word.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&");
    const starts = new RegExp(`^${LETTER}`, "u").test(word) ? `(?<!${LETTER})` : "";
    const ends = new RegExp(`${LETTER}$`, "u").test(word) ? `(?!${LETTER})` : "";
    return starts + literal + ends;
  }

  /** Whether a word is part of a title in 《》, which is a name. @param {string} text @param {number} at */
  const isInTitle = (text, at) => text.lastIndexOf("《", at) > text.lastIndexOf("》", at);

  /** Texts of the page in reading order. @param {Element} main @returns {Text[]} */
  function running(main) {
    const texts = [];
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (node) => {
      if (node instanceof Text) return NodeFilter.FILTER_ACCEPT;
      return /** @type {Element} */ (node).matches(NOT_RUNNING) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
    });
    while (walker.nextNode()) texts.push(/** @type {Text} */ (walker.currentNode));
    return texts;
  }

  /** @param {Text} text @param {number} at @param {string} word @param {string} href */
  function mark(text, at, word, href) {
    const link = document.createElement("a");
    link.className = "cb-term";
    link.href = href;
    const found = text.splitText(at);
    found.splitText(word.length);
    found.replaceWith(link);
    link.append(found);
  }

  const forms = [...open.keys()].sort((one, other) => other.length - one.length);
  const words = new RegExp(forms.map(pattern).join("|"), "giu");
  for (const text of running(main)) {
    const first = [];
    for (const { 0: word, index } of text.data.matchAll(words)) {
      const href = open.get(word.toLowerCase());
      if (isInTitle(text.data, index)) continue;
      if (href) first.push({ word, index, href });
      // Each term once, in whatever form.
      for (const form of forms) if (open.get(form) === href) open.delete(form);
    }
    // From the end, so that earlier positions stay valid.
    for (const { word, index, href } of first.reverse()) mark(text, index, word, href);
  }
})();
