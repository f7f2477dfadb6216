// What the theme's scripts put on the window: the script API of the manual, and what they hand to each other.

interface Window {
  chapbook: any;
}

declare const chapbook: any;
