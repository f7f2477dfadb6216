/**
 * Old links: an anchor that moved leads to where its text is now. The query of the address stays.
 */
(() => {
  "use strict";
  const { decode, placeNamed } = window.chapbook;

  /** Goes to the new address that the page names for the anchor of the address. */
  function followMovedAnchor() {
    const old = decode(location.hash.slice(1));
    if (!old || placeNamed(location.hash)) return;
    const links = /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll('[data-chapbook="moved-anchors"] a'));
    const link = [...links].find((candidate) => candidate.dataset.old === old);
    if (!link) return;
    link.search ||= location.search;
    location.replace(link.href);
  }

  followMovedAnchor();
  window.addEventListener("hashchange", followMovedAnchor);
})();
