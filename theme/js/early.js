/**
 * Runs inline, before the page is drawn: applies what the reader chose (colours, text size, line width, keys), removes a
 * banner that the reader closed, reserves space for the link to where the reader stopped, and marks that scripts run and
 * whether the address contains a query. All other scripts run when the page is parsed.
 */
(() => {
  "use strict";
  const root = document.documentElement;
  const { device, key } = window.chapbook.storage;
  root.dataset.js = "";

  // The results page shows its list of all sections only without a query.
  if (/[?&]q=./u.test(location.search)) root.dataset.asked = "";

  const choices = device.readObject("chapbook:reading");
  for (const name of ["theme", "size", "width", "keys"]) {
    const value = choices[name];
    if (typeof value === "string" && value) root.dataset[name] = value;
  }
  if (device.read(key("banner")) === root.dataset.banner) delete root.dataset.banner;
  if (device.read(key("place"))) root.dataset.place = "";
})();
