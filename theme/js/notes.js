/**
 * Shows a footnote, or the meaning of a glossary term, in a popover next to its word. Without this script footnotes are links
 * to the end of the page.
 */
(() => {
  "use strict";
  const { fill, fromTemplate, part, placeNamed } = window.chapbook;
  /** How long the pointer must rest before a note is shown, and be away before it is hidden, in milliseconds. */
  const [REST, AWAY] = [350, 300];
  const main = document.querySelector("main");
  const made = fromTemplate("note-template");
  if (!main || !made || !("showPopover" in made)) return;
  const card = made;
  /** @type {HTMLAnchorElement | undefined} whose note is shown */
  let shown;
  let waiting = 0;

  /** The terms of the page by the address of their explanation. @type {Map<string, { word: string, meaning: string }>} */
  const terms = new Map();
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll('[data-chapbook="terms"] a'))) {
    const meaning = link.parentElement?.nextElementSibling?.textContent || "";
    terms.set(link.href, { word: link.textContent || "", meaning });
  }

  /** The content of a link's note. @param {HTMLAnchorElement} link */
  function noteOf(link) {
    const term = terms.get(link.href);
    if (term) return { name: fill(card.dataset.term, { title: term.word }), nodes: [paragraph(term.meaning)], go: "term" };
    const note = placeNamed(link.hash);
    if (!note) return undefined;
    const copy = /** @type {Element} */ (note.cloneNode(true));
    copy.querySelectorAll(".cb-backref").forEach((back) => back.remove());
    // Ids must be unique on the page.
    copy.querySelectorAll("[id]").forEach((element) => element.removeAttribute("id"));
    return { name: fill(card.dataset.note, { n: (link.textContent || "").trim() }), nodes: [...copy.childNodes], go: "note" };
  }

  /** @param {string} text */
  function paragraph(text) {
    const element = document.createElement("p");
    element.textContent = text;
    return element;
  }

  /** @param {HTMLAnchorElement} link */
  function show(link) {
    const note = noteOf(link);
    const [text, go] = [part(card, "text"), /** @type {HTMLAnchorElement | undefined} */ (part(card, "go"))];
    if (!note || !text || !go) return;
    text.replaceChildren(...note.nodes);
    card.setAttribute("aria-label", note.name);
    go.textContent = go.dataset[note.go] || "";
    go.href = link.href;
    shown = link;
    card.showPopover();
    place(link);
  }

  /** Places the note below the word, or above it if there is no room; within the page. @param {HTMLAnchorElement} link */
  function place(link) {
    const [word, { width, height }] = [link.getBoundingClientRect(), card.getBoundingClientRect()];
    const edge = Math.max(8, (main?.getBoundingClientRect().left || 0) - 18);
    const room = document.documentElement.clientWidth - width - 8;
    const under = word.bottom + 8 + height < innerHeight || word.top < height + 8;
    card.style.left = `${scrollX + Math.max(edge, Math.min(room, word.left + word.width / 2 - width / 2))}px`;
    card.style.top = `${scrollY + (under ? word.bottom + 8 : word.top - height - 8)}px`;
  }

  /** A link that has a note: of a footnote, or to a term. @param {EventTarget | null} target */
  function linkOf(target) {
    const link = target instanceof Element && target.closest("a");
    if (!link || !main || !main.contains(link)) return undefined;
    return link.matches(".cb-fnref a, .cb-term") || terms.has(link.href) ? link : undefined;
  }

  /** A click opens the note; a click that opens a new tab follows the link. */
  function onClick() {
    /** @type {HTMLAnchorElement | undefined} whose note was shown when the pointer was pressed, which hides it */
    let pressed;
    document.addEventListener("pointerdown", () => (pressed = card.matches(":popover-open") ? shown : undefined), true);
    document.addEventListener("click", (event) => {
      const link = linkOf(event.target);
      const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
      if (!link || elsewhere || !link.matches(".cb-fnref a, .cb-term") || !noteOf(link)) return;
      event.preventDefault();
      clearTimeout(waiting);
      if (pressed === link) return;
      show(link);
      card.focus({ preventScroll: true });
    });
  }

  /** A pointer that rests on a word shows its note; a pointer that leaves both hides it. */
  function onHover() {
    const later = (/** @type {() => void} */ step, /** @type {number} */ time) => {
      clearTimeout(waiting);
      waiting = window.setTimeout(step, time);
    };
    document.addEventListener("pointerover", (event) => {
      if (event.pointerType !== "mouse") return;
      const link = linkOf(event.target);
      const open = card.matches(":popover-open");
      if (link && !(open && shown === link)) later(() => show(link), REST);
      else if (link || (event.target instanceof Node && card.contains(event.target))) clearTimeout(waiting);
      else if (open && !card.contains(document.activeElement)) later(() => card.hidePopover(), AWAY);
      else if (!open) clearTimeout(waiting);
    });
  }

  document.body.append(card);
  part(card, "go")?.addEventListener("click", () => card.hidePopover());
  onClick();
  onHover();
})();
