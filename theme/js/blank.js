/**
 * Blanks as fields to type in, as wide as the blank; what is typed is kept, and blanks of one name say the same. Letters
 * with blanks get a button that copies them as plain text, filled in.
 */
(() => {
  "use strict";
  const { kept: shape, state, places, fresh, plain, tell } = window.chapbook;
  /** Typing is kept when it rests for so long, in milliseconds. */
  const REST = 400;
  const LETTER = ".cb-tabs__panel, blockquote, .cb-box__body, .cb-details__body";
  /** @type {Map<HTMLElement, HTMLInputElement>} */
  const fields = new Map();
  /** What is typed and not yet kept, and the copy it was typed into. @type {Map<HTMLElement, string>} */
  const typed = new Map();
  let timer = 0;

  /** Turns a blank into a field; the line stays under it and gives the width. @param {HTMLElement} blank @param {Map<string, number>} names */
  function open(blank, names) {
    const field = document.createElement("input");
    const label = blank.dataset.name || blank.dataset.label || blank.getAttribute("aria-label") || "";
    // Only running text repeats a label; a name means the same everywhere.
    const count = (names.get(label) || 0) + 1;
    names.set(label, count);
    field.type = "text";
    field.className = "cb-field";
    field.autocomplete = "off";
    field.maxLength = shape.most.value;
    field.setAttribute("aria-label", count > 1 && blank.dataset.name === undefined ? `${label} ${count}` : label);
    blank.removeAttribute("role");
    blank.removeAttribute("aria-label");
    const line = document.createElement("span");
    line.className = "cb-blank__line";
    line.setAttribute("aria-hidden", "true");
    line.append(...blank.childNodes);
    blank.append(line, field);
    fields.set(blank, field);
  }

  /** Draws every blank from what is kept, but for the one being typed in. */
  function show() {
    if (!fields.size) return;
    const copy = state.copyOf(state.read());
    for (const [blank, field] of fields) {
      if (typed.has(blank)) continue;
      const value = places.entry(copy, blank)?.value || "";
      if (field.value !== value) field.value = value;
      set(blank, value);
    }
  }

  /** @param {HTMLElement} blank @param {string} value */
  function set(blank, value) {
    if (value) blank.dataset.value = value;
    else delete blank.dataset.value;
  }

  function keep() {
    clearTimeout(timer);
    for (const id of new Set(typed.values())) {
      const mine = [...typed.keys()].filter((blank) => typed.get(blank) === id);
      mine.forEach((blank) => typed.delete(blank));
      state.change((/** @type {any} */ copy) => mine.forEach((blank) => {
        const value = (fields.get(blank)?.value || "").trim();
        places.put(copy, blank, value ? { value } : undefined);
      }), id);
    }
  }

  /** @param {EventTarget | null} target @returns {HTMLElement | null} */
  const blankOf = (target) => (target instanceof HTMLInputElement && target.matches(".cb-field") ? target.closest("[data-chapbook]") : null);

  document.addEventListener("input", (event) => {
    const blank = blankOf(event.target);
    const field = blank && fields.get(blank);
    if (!field) return;
    set(blank, field.value.trim());
    typed.set(blank, state.shown());
    clearTimeout(timer);
    timer = window.setTimeout(keep, REST);
  });
  document.addEventListener("change", (event) => blankOf(event.target) && keep());
  document.addEventListener("keydown", (event) => {
    // No form is sent; Enter ends the typing, but not while it picks a word of an input method.
    if (event.key === "Enter" && !event.isComposing && blankOf(event.target)) {
      event.preventDefault();
      keep();
    }
  });
  window.addEventListener("pagehide", keep);

  /** @param {HTMLElement} letter */
  function addCopying(letter) {
    const row = fresh("letter-template");
    const button = row?.querySelector("button");
    if (!row || !button) return;
    button.addEventListener("click", async () => tell(button, await window.chapbook.copy(plain.text(letter))));
    letter.append(row);
  }

  /** Letters are what stands apart and has blanks in its running text. */
  function letters() {
    const free = places.blanks().filter((/** @type {HTMLElement} */ blank) => !blank.closest('[data-chapbook="checklist"], table'));
    return new Set(free.map((/** @type {HTMLElement} */ blank) => blank.closest(LETTER)).filter(Boolean));
  }

  const names = new Map();
  places.blanks().forEach((/** @type {HTMLElement} */ blank) => open(blank, names));
  letters().forEach((letter) => letter instanceof HTMLElement && addCopying(letter));
  window.addEventListener("chapbook:ticks", show);
  window.addEventListener("pageshow", show);
  show();
})();
