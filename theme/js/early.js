/**
 * Runs before the page is drawn: sets what the reader chose (light or dark, text size, line width, keys), puts away the
 * banner that was put away, keeps room for where the reader stopped, and says that scripts run at all and whether the address asks for something. It stands in the
 * page itself, so that nothing waits for it. Everything else waits until the page is read.
 */
(() => {
  "use strict";
  const root = document.documentElement;

  // An own property, so that an element whose id is "chapbook" cannot take its place.
  Object.defineProperty(window, "chapbook", { value: {} });
  root.dataset.js = "";

  // The results page shows its list of all sections only to those who ask for nothing.
  if (/[?&]q=./u.test(location.search)) root.dataset.asked = "";

  try {
    const choices = JSON.parse(localStorage.getItem("chapbook:reading") || "{}");
    for (const name of ["theme", "size", "width", "keys"]) {
      if (typeof choices[name] === "string" && choices[name]) root.dataset[name] = choices[name];
    }
    if (localStorage.getItem(`chapbook:${root.dataset.bookId}:banner`) === root.dataset.banner) delete root.dataset.banner;
    if (localStorage.getItem(`chapbook:${root.dataset.bookId}:place`)) root.dataset.place = "";
  } catch {
    // No storage, no choices: the page follows the device.
  }
})();
