/**
 * The script of a page at an old address, which is its only one: goes to the new address with the query and the place of
 * the old one, as the redirect of a server does. What the new address says itself stays.
 */
(() => {
  "use strict";
  const link = document.querySelector("a");
  if (!link) return;
  if (/^(?:https?|file):$/u.test(link.protocol)) {
    link.search ||= location.search;
    link.hash ||= location.hash;
  }
  location.replace(link.href);
})();
