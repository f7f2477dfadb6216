/**
 * Old links: an anchor that moved leads to where its text is now.
 */
(() => {
  "use strict";

  /** Goes to the new address that the page names for the anchor of the address. */
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

  followMovedAnchor();
  window.addEventListener("hashchange", followMovedAnchor);
})();
