/**
 * Creates `window.chapbook`, the object on which the scripts find each other.
 *
 * It is an own property of the window, so that an element whose id is "chapbook" cannot take its place.
 */
Object.defineProperty(window, "chapbook", { value: {} });
