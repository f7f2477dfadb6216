/**
 * Arriving at a page: old anchors lead to where their text is now, and words searched for are marked until cleared.
 */
(() => {
  "use strict";

  /** Follows `#old` to the place that the page names for it. */
  function followMovedAnchor() {
    const old = decode(location.hash.slice(1));
    if (!old || document.getElementById(old)) return;
    const links = /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll('[data-chapbook="moved-anchors"] a'));
    const link = [...links].find((candidate) => candidate.dataset.old === old);
    if (link) location.replace(link.href);
  }

  /** @param {string} text */
  function decode(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  }

  /** Every place of the words in the text of the page. @param {string[]} words @returns {Range[]} */
  function find(words) {
    const main = document.querySelector("main");
    if (!main) return [];
    /** @type {Range[]} */
    const ranges = [];
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node && ranges.length < 2000; node = walker.nextNode()) {
      const text = (node.nodeValue || "").toLowerCase();
      if (text.length !== (node.nodeValue || "").length) continue;
      for (const word of words) {
        for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
          const range = document.createRange();
          range.setStart(node, at);
          range.setEnd(node, at + word.length);
          ranges.push(range);
        }
      }
    }
    return ranges;
  }

  /** Marks `?h=words` without touching the document, offers to clear them, and takes them out of the address. */
  function markWords() {
    const query = new URLSearchParams(location.search).get("h");
    if (!query) return;
    history.replaceState(history.state, "", location.pathname + location.hash);
    const words = query.normalize("NFKC").toLowerCase().split(/\s+/u).filter(Boolean).slice(0, 12);
    const ranges = find(words);
    if (!ranges.length || !("highlights" in CSS) || typeof Highlight === "undefined") return;
    CSS.highlights.set("cb-found", new Highlight(...ranges));
    if (!location.hash) ranges[0].startContainer.parentElement?.scrollIntoView({ block: "center" });
    offerClearing();
  }

  function offerClearing() {
    const button = document.querySelector('[data-chapbook="clear-marks"]');
    const clear = () => {
      CSS.highlights.delete("cb-found");
      if (button instanceof HTMLElement) button.hidden = true;
    };
    if (button instanceof HTMLElement) {
      button.hidden = false;
      button.addEventListener("click", clear);
    }
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !document.querySelector("dialog[open]")) clear();
    });
  }

  followMovedAnchor();
  window.addEventListener("hashchange", followMovedAnchor);
  markWords();
})();
