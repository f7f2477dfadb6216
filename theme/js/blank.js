/**
 * Blanks as fields to type in, as wide as the blank. What is typed is stored with every letter, and blanks of one name have one
 * value. Letters with blanks get a button that copies them as plain text, filled in.
 */
(() => {
  "use strict";
  const { schema, state, places, fromTemplate, plain, showResult } = window.chapbook;
  const LETTER = ".cb-tabs__panel, blockquote, .cb-box__body, .cb-details__body";
  /** How many characters next to a blank stay on its line: a unit, a currency. */
  const UNIT = 16;
  /** @type {Map<HTMLElement, HTMLInputElement>} */
  const fields = new Map();

  /**
   * Turns a blank into a field; the blank's line stays under it and gives the width.
   * @param {HTMLElement} blank @param {Map<string, number>} names how often each label occurred so far
   */
  function makeField(blank, names) {
    const field = document.createElement("input");
    const label = blank.dataset.name || blank.dataset.label || blank.getAttribute("aria-label") || "";
    // Labels from running text may repeat and get a number; blanks of one name are the same blank.
    const count = (names.get(label) || 0) + 1;
    names.set(label, count);
    field.type = "text";
    field.className = "cb-field";
    field.autocomplete = "off";
    field.maxLength = schema.limits.value;
    field.setAttribute("aria-label", count > 1 && blank.dataset.name === undefined ? `${label} ${count}` : label);
    blank.removeAttribute("role");
    blank.removeAttribute("aria-label");
    const line = document.createElement("span");
    line.className = "cb-blank__line";
    line.setAttribute("aria-hidden", "true");
    line.append(...blank.childNodes);
    blank.append(line, field);
    fields.set(blank, field);
    markMixed(blank.parentElement);
  }

  /** Marks the cell of a form that holds more than its blank, such as a unit: it is not all field. @param {HTMLElement | null} cell */
  function markMixed(cell) {
    if (!(cell instanceof HTMLTableCellElement)) return;
    const others = [...cell.childNodes].filter((node) => !(node instanceof HTMLElement && node.dataset.chapbook === "blank"));
    const words = others.map((node) => node.textContent || "").join("").trim();
    if (words) cell.dataset.mixed = words.length <= UNIT ? "unit" : "text";
  }

  /** Draws every blank from what is stored. */
  function show() {
    if (!fields.size) return;
    const copy = state.copyOf(state.read());
    for (const [blank, field] of fields) {
      const value = places.entry(copy, blank)?.value || "";
      // Spaces at the ends are not stored, but stay in the field while the reader types.
      if (field.value.trim() !== value) field.value = value;
      if (value) blank.dataset.value = value;
      else delete blank.dataset.value;
    }
  }

  /** @param {EventTarget | null} target @returns {HTMLElement | null} */
  const blankOf = (target) => (target instanceof HTMLInputElement && target.matches(".cb-field") ? target.closest("[data-chapbook]") : null);

  document.addEventListener("input", (event) => {
    const blank = blankOf(event.target);
    const value = blank && fields.get(blank)?.value.trim();
    if (blank) state.change((copy) => places.put(copy, blank, value ? { value } : undefined));
  });
  document.addEventListener("keydown", (event) => {
    // Enter submits nothing. While an input method composes, it chooses a word.
    if (event.key === "Enter" && !event.isComposing && blankOf(event.target)) event.preventDefault();
  });

  /** @param {HTMLElement} letter */
  function addCopyButton(letter) {
    const row = fromTemplate("letter-template");
    const button = row?.querySelector("button");
    if (!row || !button) return;
    button.addEventListener("click", async () => showResult(button, await window.chapbook.copy(plain.text(letter))));
    letter.append(row);
  }

  /** Letters: separate blocks with blanks in their running text. */
  function letters() {
    const free = places.blanks().filter((blank) => !blank.closest('[data-chapbook="checklist"], table'));
    return new Set(free.map((blank) => blank.closest(LETTER)).filter(Boolean));
  }

  const names = new Map();
  places.blanks().forEach((blank) => makeField(blank, names));
  letters().forEach((letter) => letter instanceof HTMLElement && addCopyButton(letter));
  window.addEventListener("chapbook:ticks", show);
  show();
})();
