/**
 * Pictures that are shown smaller than they are become buttons: a click shows the picture as large as the screen allows, and
 * another click in its own size.
 */
(() => {
  "use strict";
  const { fromTemplate, fill } = window.chapbook;
  /** How much larger than shown a picture must be. */
  const WORTH = 1.25;
  const found = document.querySelector('[data-chapbook="zoomed"]');
  if (!(found instanceof HTMLDialogElement)) return;
  const dialog = found;

  /** @param {HTMLImageElement} picture */
  function isSmall(picture) {
    const drawn = /\.svg(?:[?#]|$)/iu.test(picture.currentSrc) ? innerWidth : picture.naturalWidth;
    return picture.clientWidth > 80 && Math.min(drawn, innerWidth * 2) > picture.clientWidth * WORTH;
  }

  /** @param {HTMLImageElement} picture */
  function open(picture) {
    const copy = /** @type {HTMLImageElement} */ (picture.cloneNode());
    copy.className = "cb-zoomed__picture";
    copy.loading = "eager";
    for (const name of ["width", "height"]) copy.removeAttribute(name);
    dialog.querySelector("img")?.remove();
    delete dialog.dataset.whole;
    dialog.append(copy);
    dialog.showModal();
  }

  /**
   * Gives the button the place of its picture in the text: side, and part of the width.
   * @param {HTMLElement} button
   * @param {HTMLImageElement} picture
   */
  function place(button, picture) {
    const classes = [...picture.classList].filter((name) => name.startsWith("cb-image-"));
    picture.classList.remove(...classes);
    button.classList.add(...classes);
    if (/^(?:left|right)$/iu.test(picture.align)) button.classList.add(`cb-image-${picture.align.toLowerCase()}`);
    const part = picture.getAttribute("width") ?? "";
    if (!part.endsWith("%")) return;
    button.style.inlineSize = part;
    picture.setAttribute("width", "100%");
  }

  /** @param {HTMLImageElement} picture */
  function offer(picture) {
    const button = isSmall(picture) && !picture.closest("a, button") && fromTemplate("zoom-template");
    if (!button) return;
    const label = (picture.alt && button.dataset.label) || button.getAttribute("aria-label") || "";
    button.setAttribute("aria-label", fill(label, { title: picture.alt }));
    place(button, picture);
    picture.replaceWith(button);
    button.append(picture);
    button.addEventListener("click", () => open(picture));
  }

  dialog.addEventListener("click", (event) => {
    if (event.target instanceof HTMLImageElement) dialog.toggleAttribute("data-whole");
    else if (event.target === dialog) dialog.close();
  });
  for (const picture of document.querySelectorAll("main img")) {
    if (!(picture instanceof HTMLImageElement)) continue;
    if (picture.complete) offer(picture);
    else picture.addEventListener("load", () => offer(picture), { once: true });
  }
})();
