/**
 * The print menu, and what printing needs beyond style sheets.
 *
 * In: the choice in the menu, the choice stored on the device, or that of the address (`?print=blank&paper=A5&large=16`),
 * by which one page makes another print itself. Out: `data-print`, `data-paper` and `data-large` on the root element; the
 * style sheet does the rest. Without this script boxes are printed empty, on the paper that the book sets.
 */
(() => {
  "use strict";
  const root = document.documentElement;
  const { device } = window.chapbook.storage;
  const CHOICE = "chapbook:print";
  /** @type {Record<string, string[]>} */
  const KNOWN = { print: ["blank", "mine", "unfinished"], paper: ["A4", "letter", "A5"], large: ["", "16"] };
  /**
   * Page rules for each paper. Firefox uses the paper of rules without a name only, and `print.css` has one, for A4.
   * Chromium prefers a later rule without a name to an earlier one with a name, so landscape is repeated.
   * @type {Record<string, string>}
   */
  const PAPER = {
    A4: "@page { size: A4 } @page wide { size: A4 landscape; margin: 14mm 14mm 16mm }",
    letter: "@page { size: letter } @page wide-letter { size: letter landscape; margin: 14mm 14mm 16mm }",
    A5: "@page { size: A5; margin: 13mm 13mm 15mm } @page wide-a5 { size: A5 landscape; margin: 12mm 12mm 14mm }",
  };
  const sheet = "adoptedStyleSheets" in document ? new CSSStyleSheet() : undefined;
  if (sheet) document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const dialog = document.querySelector('dialog[data-chapbook="print-dialog"]');

  /** The known values only. @param {Record<string, unknown>} from */
  function known(from) {
    const pairs = Object.entries(KNOWN).filter(([name, values]) => values.includes(String(from[name])));
    return Object.fromEntries(pairs.map(([name]) => [name, String(from[name])]));
  }

  /** Without the menu, the page is printed as it is on the screen. @param {Record<string, string>} choice */
  function apply(choice) {
    root.dataset.print = choice.print || "mine";
    if (choice.paper) root.dataset.paper = choice.paper;
    if (choice.large) root.dataset.large = choice.large;
    else delete root.dataset.large;
    sheet?.replaceSync(PAPER[root.dataset.paper || "A4"] || "");
  }

  /** @param {HTMLFormElement} form */
  function fill(form) {
    const names = { print: root.dataset.print || "", paper: root.dataset.paper || "A4", large: root.dataset.large || "" };
    for (const input of form.querySelectorAll("input")) {
      if (input.name in names) input.checked = input.value === names[/** @type {"print"} */ (input.name)];
    }
  }

  /** Offers the lists of this page that have a sheet; in the book as one file, those of the leaf that is shown. @param {HTMLFormElement} form */
  function offerLists(form) {
    const [label, select] = ["lists", "list"].map((name) => form.querySelector(`[data-part="${name}"]`));
    if (!(label instanceof HTMLElement) || !(select instanceof HTMLSelectElement)) return;
    select.replaceChildren();
    for (const list of document.querySelectorAll('[data-chapbook="checklist"]')) {
      if (list.closest("[hidden]")) continue;
      const sheet = list.querySelector('.cb-checklist__foot a[href*="checklists/"]');
      if (sheet instanceof HTMLAnchorElement) select.append(new Option(list.getAttribute("aria-label") || "", sheet.href));
    }
    label.hidden = !select.options.length;
  }

  /** @param {HTMLFormElement} form */
  function offerSheetOfList(form) {
    const select = form.querySelector("select");
    form.addEventListener("change", () => {
      if (select) select.hidden = new FormData(form).get("what") !== "list";
    });
  }

  /** Removes choices that lead to this page. @param {HTMLFormElement} form */
  function dropOwn(form) {
    const here = location.href.replace(/[?#].*/, "");
    for (const input of form.querySelectorAll("input")) {
      if (input.name === "what" && input.value && new URL(input.value, here).href === here) input.closest("label")?.remove();
    }
  }

  /** @param {HTMLDialogElement} menu @param {HTMLFormElement} form */
  function follow(menu, form) {
    const data = new FormData(form);
    const choice = known({ print: data.get("print"), paper: data.get("paper"), large: data.get("large") || "" });
    device.write(CHOICE, JSON.stringify(choice));
    apply(choice);
    const what = String(data.get("what") || "");
    const select = menu.querySelector("select");
    const page = what === "list" ? select && select.value : what;
    if (!page) return window.print();
    // Pages opened from disk may not share their storage: the address contains the choice.
    const address = new URL(page, location.href);
    if (address.hash && window.chapbook.leaves) return window.chapbook.leaves.print(address.hash);
    address.search = new URLSearchParams({ ...choice }).toString();
    location.href = address.href;
  }

  /** @param {HTMLDialogElement} menu */
  function start(menu) {
    const form = menu.querySelector("form");
    if (!form) return;
    offerSheetOfList(form);
    dropOwn(form);
    menu.addEventListener("close", () => {
      if (menu.returnValue === "print") follow(menu, form);
    });
    for (const button of document.querySelectorAll('[data-chapbook="print"]')) {
      button.addEventListener("click", () => {
        offerLists(form);
        fill(form);
        menu.returnValue = "";
        menu.showModal();
      });
    }
  }

  const asked = known(Object.fromEntries(new URLSearchParams(location.search)));
  apply({ ...known(device.readObject(CHOICE)), ...asked });
  if (dialog instanceof HTMLDialogElement) start(dialog);
  if (asked.print) {
    // Only once: a reload, or the back button, prints nothing.
    window.addEventListener("load", () => {
      history.replaceState(null, "", location.href.replace(/\?[^#]*/, ""));
      window.print();
    }, { once: true });
  }

  /** @type {HTMLDetailsElement[]} */
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = /** @type {HTMLDetailsElement[]} */ ([...document.querySelectorAll("main details:not([open])")]);
    opened.forEach((details) => (details.open = true));
  });
  window.addEventListener("afterprint", () => {
    opened.forEach((details) => (details.open = false));
    opened = [];
  });
})();
