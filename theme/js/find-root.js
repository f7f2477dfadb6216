/**
 * The page for unknown addresses, if the book does not say where its site is on its host. It is written for a site at the
 * root of the host. This script looks for the site in each folder above the address, the nearest first, and corrects the
 * addresses of the page.
 */
(() => {
  "use strict";
  const page = document.documentElement;
  const sheet = document.querySelector('link[rel="stylesheet"]')?.getAttribute("href") || "";
  const places = [["a", "href"], ["link", "href"], ["form", "action"], ['input[name="what"]', "value"]];

  /** The folders above the address, the root of the host left out: `/a/b/`, `/a/`. Two slashes would begin another host. */
  function folders() {
    const names = location.pathname.split("/").slice(1, -1).filter(Boolean);
    return names.map((_, at) => `/${names.slice(0, names.length - at).join("/")}/`);
  }

  /** @param {string} folder */
  async function isSite(folder) {
    try {
      const answer = await fetch(folder + sheet.slice(1), { method: "HEAD" });
      // Some hosts answer every address with a page.
      return answer.ok && /css/u.test(answer.headers.get("content-type") || "");
    } catch {
      return false;
    }
  }

  /** @param {string} folder @param {string} address */
  const under = (folder, address) => (/^\/(?!\/)/u.test(address) ? folder + address.slice(1) : address);

  /** @param {string} folder */
  function move(folder) {
    for (const name of ["root", "searchIndex", "finder", "listTools", "worker", "offlineList"]) {
      if (page.dataset[name]) page.dataset[name] = under(folder, page.dataset[name] || "");
    }
    for (const [selector, name] of places) {
      for (const element of document.querySelectorAll(`${selector}[${name}]`)) element.setAttribute(name, under(folder, element.getAttribute(name) || ""));
    }
    for (const script of document.querySelectorAll("script[src]")) {
      const again = document.createElement("script");
      again.src = under(folder, script.getAttribute("src") || "");
      again.async = false;
      document.head.append(again);
    }
  }

  (async () => {
    for (const folder of folders()) if (await isSite(folder)) return move(folder);
  })();
})();
