// A small book of lists, forms and letters, and actions on it.

import { book, build } from "./stage.mjs";

/** Sizes of the window. */
export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 900 };

export const CONFIG = '[book]\ntitle = "b"\nid = "keeping"\nlanguage = "en"\n';
export const CALL = `# Call

## Before the call

<!-- checklist: id=call do=read when="ten minutes before" who=you -->
- [ ] Put the card on the table
- [ ] Write down what you can pay: ____ a month
- [x] Charge the phone
- [ ] Sit down somewhere quiet
`;
/** Items whose words are the labels of their blanks. */
export const BARE = "# Bare\n\n## Bare\n\n- [ ] Sum: ____\n- [ ] Day: ____\n";
export const LETTER = `# Letter

## The form

<!-- form: id=W1 -->
| What | Yours |
|---|---|
| Name | ________<!-- name --> |
| Sum | ________<!-- sum --> |

## The letter

> Dear all,
>
> I am ________<!-- name --> and owe ____<!-- sum -->, due on ____. I will pay on ____.
>
> 1. First ____
> 2. Second
>
> Yours

________
`;
export const HOME = "# Home\n\nRead on.\n";
export const files = (more = {}) => ({ "chapbook.toml": CONFIG, "content/README.md": HOME, "content/call.md": CALL, "content/letter.md": LETTER, ...more });

let made;
export const site = () => (made ??= build(book(files())));

export const box = (page, words) => page.locator(".cb-item", { hasText: words }).locator("input[type=checkbox]").first();
export const menu = (page, words) => page.locator(".cb-item", { hasText: words }).locator("select").first();
export const field = (page, label, at = 0) => page.getByRole("textbox", { name: label, exact: true }).nth(at);
export const progress = (page) => page.locator('[data-chapbook="progress"]').first().innerText();
export const kept = (page) => page.evaluate(() => window.chapbook.state.export());
export const press = (page, hook) => page.locator(`[data-chapbook="checklist"] button[data-chapbook="${hook}"]`).click();

/** Presses a button of the dialog, and waits until its answer is handled. */
export async function answer(page, value) {
  await page.locator(`dialog[open] button[value="${value}"]`).click();
  await page.evaluate(() => new Promise((handled) => requestAnimationFrame(() => setTimeout(handled))));
}

/** Types into a field; nothing else is needed for it to be stored. */
export const type = (page, where, text) => where.fill(text);
