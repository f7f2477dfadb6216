/**
 * Recent queries, stored on this device only and shown while the field is empty. A query is stored when one of its results is
 * opened.
 */
(() => {
  "use strict";
  const { device, key } = window.chapbook.storage;
  const [MOST, LONGEST] = [8, 80];

  /** Latest first; stored text is not trusted. @returns {string[]} */
  function read() {
    const stored = device.readJson(key("recent"));
    if (!Array.isArray(stored)) return [];
    return stored.filter((query) => typeof query === "string" && query && query.length <= LONGEST).slice(0, MOST);
  }

  /** @param {string[]} queries */
  function write(queries) {
    if (queries.length) device.write(key("recent"), JSON.stringify(queries.slice(0, MOST)));
    else device.remove(key("recent"));
  }

  /** @param {string} query */
  function keep(query) {
    const text = query.trim();
    if (text && text.length <= LONGEST) write([text, ...read().filter((other) => other !== text)]);
  }

  /** The list of them, with buttons to search for each and to forget it. @type {Chapbook.RecentQueries["list"]} */
  function list(place, input, take) {
    const rows = /** @type {HTMLElement} */ (place.querySelector("ul"));
    const takes = () => /** @type {HTMLElement[]} */ ([...rows.querySelectorAll(".cb-recent__take")]);

    /** @param {string} query */
    function row(query) {
      const { element } = window.chapbook.results;
      const made = element("li", "cb-recent__row");
      const button = element("button", "cb-recent__take", query);
      const remove = element("button", "cb-recent__remove", "×");
      button.dir = "auto";
      button.type = remove.type = "button";
      remove.setAttribute("aria-label", (rows.dataset.remove || "").replace("{query}", () => query));
      button.addEventListener("click", () => take(query));
      remove.addEventListener("click", () => forget(query));
      made.append(button, remove);
      return made;
    }

    function show() {
      const queries = read();
      rows.replaceChildren(...queries.map(row));
      place.hidden = !queries.length;
    }

    /** @param {string} query */
    function forget(query) {
      const at = read().indexOf(query);
      write(read().filter((other) => other !== query));
      show();
      (takes()[Math.min(at, takes().length - 1)] || input).focus();
    }

    /** Arrow keys move, Delete forgets, and characters go into the field. @param {KeyboardEvent} event */
    function onKey(event) {
      const at = takes().findIndex((button) => button.parentElement === document.activeElement?.parentElement);
      if (event.isComposing || at < 0) return;
      /** @type {Record<string, number>} */
      const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: takes().length - 1 };
      if (Object.hasOwn(steps, event.key)) {
        event.preventDefault();
        (takes()[Math.min(steps[event.key], takes().length - 1)] || input).focus();
      } else if (event.key === "Delete") takes()[at].parentElement?.querySelector(".cb-recent__remove")?.dispatchEvent(new Event("click"));
      else if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey) input.focus();
    }

    place.addEventListener("keydown", onKey);
    place.querySelector('[data-chapbook="recent-clear"]')?.addEventListener("click", () => {
      write([]);
      show();
      input.focus();
    });
    return { show, hide: () => void (place.hidden = true), enter: () => takes()[0]?.focus() };
  }

  window.chapbook.recent = { keep, list };
})();
