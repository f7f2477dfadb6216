/**
 * Tabs (ARIA authoring practices, tabs pattern): labels become a row of buttons, and one panel is shown. Tabs with the same
 * label are switched together on the whole page, and the choice is stored. Without this script all panels are shown under their labels.
 */
(() => {
  "use strict";
  const { placeNamed } = window.chapbook;
  const { device, key } = window.chapbook.storage;
  /** @typedef {{ box: HTMLElement, buttons: HTMLButtonElement[], panels: HTMLElement[], keys: string[] }} Tabs */
  /** @type {Tabs[]} */
  const all = [];

  /** The labels that were chosen, latest first. @returns {string[]} */
  function chosen() {
    const labels = device.readJson(key("tabs"));
    return Array.isArray(labels) ? labels.filter((label) => typeof label === "string") : [];
  }

  /** @param {string} label */
  function remember(label) {
    device.write(key("tabs"), JSON.stringify([label, ...chosen().filter((other) => other !== label)].slice(0, 20)));
  }

  /** @param {Tabs} tabs @param {number} index */
  function select(tabs, index) {
    tabs.buttons.forEach((button, at) => {
      button.setAttribute("aria-selected", String(at === index));
      button.tabIndex = at === index ? 0 : -1;
      tabs.panels[at].toggleAttribute("data-off", at !== index);
    });
  }

  /** Selects a label everywhere; the pressed row keeps its position on the screen. @param {Tabs} tabs @param {number} index */
  function pick(tabs, index) {
    const before = tabs.box.getBoundingClientRect().top;
    const key = tabs.keys[index];
    select(tabs, index);
    for (const other of all) if (other !== tabs && other.keys.includes(key)) select(other, other.keys.indexOf(key));
    scrollBy({ top: tabs.box.getBoundingClientRect().top - before, behavior: "instant" });
    remember(key);
  }

  /** @param {KeyboardEvent} event @param {Tabs} tabs @param {number} index */
  function move(event, tabs, index) {
    const forward = getComputedStyle(tabs.box).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const last = tabs.buttons.length - 1;
    /** @type {Record<string, number>} */
    const steps = { ArrowLeft: index - 1, ArrowRight: index - 1, [forward]: index + 1, Home: 0, End: last };
    if (!Object.hasOwn(steps, event.key)) return;
    event.preventDefault();
    const next = (steps[event.key] + last + 1) % (last + 1);
    pick(tabs, next);
    tabs.buttons[next].focus();
  }

  /** @param {HTMLElement} panel @param {string} id */
  function makeButton(panel, id) {
    const button = document.createElement("button");
    const label = panel.querySelector(":scope > .cb-tabs__label");
    button.type = "button";
    button.id = `${id}-tab`;
    button.append(...(label ? label.cloneNode(true).childNodes : [panel.dataset.key || ""]));
    button.setAttribute("role", "tab");
    button.setAttribute("aria-controls", id);
    panel.id = id;
    panel.tabIndex = 0;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", button.id);
    return button;
  }

  /** @param {HTMLElement} box @param {number} number */
  function build(box, number) {
    const panels = /** @type {HTMLElement[]} */ ([...box.querySelectorAll(":scope > .cb-tabs__panel")]);
    if (!panels.length) return;
    const row = document.createElement("div");
    row.className = "cb-tabs__list";
    row.setAttribute("role", "tablist");
    row.setAttribute("aria-label", box.dataset.label || "");
    const buttons = panels.map((panel, at) => makeButton(panel, `cb-tabs-${number}-${at}`));
    const tabs = { box, buttons, panels, keys: panels.map((panel) => panel.dataset.key || "") };
    buttons.forEach((button, at) => {
      button.addEventListener("click", () => pick(tabs, at));
      button.addEventListener("keydown", (event) => move(event, tabs, at));
      // The panel is shown because of a link or a search: that is not a choice, and is not stored.
      panels[at].addEventListener("chapbook:reveal", () => select(tabs, at));
    });
    row.append(...buttons);
    box.prepend(row);
    box.dataset.ready = "";
    all.push(tabs);
    const wanted = chosen().find((key) => tabs.keys.includes(key));
    select(tabs, wanted ? tabs.keys.indexOf(wanted) : 0);
  }

  /** Shows the panel that the address leads into. */
  function reveal() {
    const target = placeNamed(location.hash);
    const panel = target && target.closest(".cb-tabs__panel[data-off]");
    const tabs = panel && all.find((candidate) => candidate.panels.some((other) => other === panel));
    if (!tabs) return;
    select(tabs, tabs.panels.findIndex((other) => other === panel));
    target.scrollIntoView();
  }

  /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-chapbook="tabs"]')).forEach(build);
  window.addEventListener("hashchange", reveal);
  reveal();
})();
