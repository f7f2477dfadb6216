/**
 * Brings the scripts for sharing, copies and saving of ticks when one of their buttons is pressed, or when the address
 * carries ticks; the press is then done again. The page of all lists has them from the start.
 */
(() => {
  "use strict";
  const { bring, tell } = window.chapbook;
  const HOOKS = ["share", "copies", "export", "import", "clear"];
  const tools = document.documentElement.dataset.listTools;
  if (!tools) return;

  /** They hear presses from the moment they have run, which is before their coming is told. */
  const here = () => Boolean(window.chapbook.pack);

  /** @param {Event} event @returns {HTMLElement | undefined} */
  function buttonOf(event) {
    const button = event.target instanceof Element && event.target.closest("button[data-chapbook]");
    return button instanceof HTMLElement && HOOKS.includes(button.dataset.chapbook || "") ? button : undefined;
  }

  function look() {
    if (location.hash.startsWith("#~")) bring(tools).catch(() => {});
  }

  /** The button that was pressed last, until the scripts are here. @type {HTMLElement | undefined} */
  let pressed;

  document.addEventListener("click", async (event) => {
    const button = buttonOf(event);
    if (here() || !button) return;
    const coming = pressed;
    pressed = button;
    if (coming) return;
    await bring(tools).then(() => pressed?.click(), () => pressed && tell(pressed, false));
    pressed = undefined;
  });
  // Who comes near will most likely press.
  for (const near of ["pointerover", "focusin"]) {
    document.addEventListener(near, (event) => {
      if (!here() && buttonOf(event)) bring(tools).catch(() => {});
    });
  }
  window.addEventListener("hashchange", look);
  look();
})();
