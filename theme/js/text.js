/**
 * Converts a part of the page to plain text or Markdown, with the ticks and texts of the reader.
 */
(() => {
  "use strict";
  const BLOCKS = "p, ul, ol, dl, blockquote, table, pre, h1, h2, h3, h4, h5, h6, hr, div, section, figure";
  const LEFT_OUT = "button, select, input, .cb-state, .cb-fnref, .cb-anchor, .cb-visually-hidden, .cb-letter, .cb-tabs__label";

  /** @param {string} text */
  const squeezed = (text) => text.replace(/[ \t\n]+/gu, " ");

  /** Surrounds the reader's words until the spaces next to them are handled. */
  const EDGE = "\u0001";
  const HAN = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}";
  const STOP = "\\u3000-\\u303f\\uff00-\\uff65";

  /** The text of a blank, or a line if it is empty. @param {HTMLElement} blank */
  const blankText = (blank) => blank.dataset.value ? EDGE + blank.dataset.value + EDGE : "_".repeat(Math.max(4, (blank.textContent || "").trim().length));

  /** Running text; line breaks are kept. @param {Node} node @returns {string} */
  function inline(node) {
    if (node instanceof Text) return squeezed(node.data);
    if (!(node instanceof HTMLElement) || node.matches(LEFT_OUT)) return "";
    if (node.dataset.chapbook === "blank") return blankText(node);
    if (node instanceof HTMLBRElement) return "\n";
    return [...node.childNodes].map(inline).join("");
  }

  /** Removes spaces between a blank and Han text if it is filled in with Han text, or before a full stop. @param {string} text */
  const closedUp = (text) => text
    .replace(new RegExp(`([${STOP}]) ${EDGE}|([${HAN}]) ${EDGE}(?=[${HAN}])`, "gu"), "$1$2")
    .replace(new RegExp(`${EDGE} (?=[${STOP}])|(?<=[${HAN}])${EDGE} (?=[${HAN}])`, "gu"), "")
    .replaceAll(EDGE, "");

  /** @param {string} lines @param {string} indent */
  const hang = (lines, indent) => lines.replace(/\n(?=.)/gu, `\n${" ".repeat(indent.length)}`);

  /** An item with its box, if it has one. @param {HTMLLIElement} item @param {string} mark */
  function itemText(item, mark) {
    const words = hang(blocks(item, "\n"), mark);
    if (item.dataset.chapbook === "pause") return `\n*${words}*\n`;
    const { state, stateName } = item.dataset;
    const box = state ? (state === "done" ? "[x] " : "[ ] ") : "";
    const [first, ...rest] = words.split("\n");
    return [mark + box + first + (stateName ? ` (${stateName})` : ""), ...rest].join("\n");
  }

  /** @param {HTMLElement} list */
  function items(list) {
    const start = list instanceof HTMLOListElement ? list.start : 0;
    const all = [...list.children].filter((item) => item instanceof HTMLLIElement);
    return all.map((item, at) => itemText(item, list instanceof HTMLOListElement ? `${start + at}. ` : "- ")).join("\n");
  }

  /** @param {HTMLElement} block @returns {string} */
  function block(block) {
    if (block.matches(LEFT_OUT)) return "";
    if (block.dataset.chapbook === "writing-line") return block.dataset.value || "________________";
    if (block.matches("ul, ol")) return items(block);
    if (block instanceof HTMLTableElement) {
      const row = (/** @type {HTMLTableRowElement} */ one) => [...one.cells].map((cell) => inline(cell).trim()).join("\t");
      return [...block.rows].map(row).join("\n");
    }
    return block.querySelector(BLOCKS) ? blocks(block, "\n\n") : inline(block).trim();
  }

  /** Blocks with running text between them. @param {Element} whole @param {string} gap @returns {string} */
  function blocks(whole, gap) {
    const parts = [""];
    for (const node of whole.childNodes) {
      if (node instanceof HTMLElement && node.matches(BLOCKS)) parts.push(block(node), "");
      else parts[parts.length - 1] += inline(node);
    }
    return parts.map((text) => text.trim()).filter(Boolean).join(gap);
  }

  /** A checklist in GitHub's Markdown; states without a mark are written as words. @param {HTMLElement} list */
  function markdown(list) {
    const top = list.querySelector(".cb-items");
    return closedUp(`## ${list.getAttribute("aria-label") || ""}\n\n${top instanceof HTMLElement ? items(top) : ""}\n`);
  }

  window.chapbook.plain = { text: (/** @type {Element} */ whole) => closedUp(`${blocks(whole, "\n\n")}\n`), markdown };
})();
