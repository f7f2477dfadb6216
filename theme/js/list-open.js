/**
 * Loads the scripts for sharing, copies and saving when one of their buttons is pressed, or when the address contains ticks; the
 * click is then repeated. The page of all lists has these scripts from the start.
 */
(() => {
  "use strict";
  const { lazyLoad, showResult } = window.chapbook;
  const HOOKS = ["share", "copies", "export", "import", "clear"];
  const tools = document.documentElement.dataset.listTools;
  if (!tools) return;

  /** Whether the scripts have run: from then on they handle clicks themselves. */
  const loaded = () => Boolean(window.chapbook.pack);

  /** @param {Event} event @returns {HTMLElement | undefined} */
  function buttonOf(event) {
    const button = event.target instanceof Element && event.target.closest("button[data-chapbook]");
    return button instanceof HTMLElement && HOOKS.includes(button.dataset.chapbook || "") ? button : undefined;
  }

  function loadForAddress() {
    if (location.hash.startsWith("#~")) lazyLoad(tools).catch(() => {});
  }

  /** The button that was pressed last, until the scripts are loaded. @type {HTMLElement | undefined} */
  let pressed;

  document.addEventListener("click", async (event) => {
    const button = buttonOf(event);
    if (loaded() || !button) return;
    const loading = pressed;
    pressed = button;
    if (loading) return;
    await lazyLoad(tools).then(() => pressed?.click(), () => pressed && showResult(pressed, false));
    pressed = undefined;
  });
  // A pointer or focus on the button: a click is likely.
  for (const type of ["pointerover", "focusin"]) {
    document.addEventListener(type, (event) => {
      if (!loaded() && buttonOf(event)) lazyLoad(tools).catch(() => {});
    });
  }
  window.addEventListener("hashchange", loadForAddress);
  loadForAddress();
})();
