/**
 * Runs before the page is drawn: sets what the reader chose (light or dark, text size, line width), and says that
 * scripts run at all and whether the address asks for something. Everything else waits until the page is read.
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
    for (const name of ["theme", "size", "width"]) {
      if (typeof choices[name] === "string" && choices[name]) root.dataset[name] = choices[name];
    }
  } catch {
    // No storage, no choices: the page follows the device.
  }
})();
