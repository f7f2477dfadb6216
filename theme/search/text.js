/**
 * Text functions of search: folding, which makes spellings of one word equal, and splitting into words.
 *
 * `src/search/fold.rs` folds the same way; `tests/vectors/fold.json` tests both.
 */
// In a worker there is no such object yet.
self.chapbook ||= /** @type {any} */ ({});
(() => {
  "use strict";
  /** Soft hyphen, zero-width characters, marks of direction, variation selectors: never typed. */
  const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]/gu;
  /** Ligatures, and the `i` of Turkish. */
  const LETTERS = /ß|æ|œ|ı|i\u0307/gu;
  /** @type {Record<string, string>} */
  const PLAIN = { ß: "ss", æ: "ae", œ: "oe", ı: "i", "i\u0307": "i" };
  const QUOTES = /[‘’‛“”‟]/gu;
  const KATAKANA = /[\u30a1-\u30f6\u30fd\u30fe]/gu;
  /** Scripts without spaces between words, and Hangul, whose words have endings that a search must ignore. */
  const UNSPACED = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}ー々〆";
  const RUN = new RegExp(`[${UNSPACED}]+`, "gu");
  const WHOLE_RUN = new RegExp(`^[${UNSPACED}]+$`, "u");
  /** A word of the other scripts, with characters that join its parts: `read_line`, `env::args`, `show-output`, `don't`. */
  const WORD = new RegExp(`(?:(?![${UNSPACED}])[\\p{L}\\p{N}\\p{M}_])+(?:(?:::|[-.'])(?:(?![${UNSPACED}])[\\p{L}\\p{N}\\p{M}_])+)*`, "gu");
  /** A letter with everything that NFKC may compose with it. */
  const CLUSTER = /[^][\p{M}\u1160-\u11ff\uff9e\uff9f]*/gu;
  /** Characters that may compose with the one before them, and halves of surrogate pairs. */
  const JOINING = /[\p{M}\u1160-\u11ff\uff9e\uff9f\ud800-\udfff]/u;

  /** Traditional to simplified characters, as far as the book needs them; empty until its index is loaded. @type {Map<string, string>} */
  const simplified = new Map();
  /** @type {RegExp | undefined} */
  let traditional;
  /** A cache: the folded forms of each word. @type {Map<string, string[]>} */
  const known = new Map();
  /** A cache: the folded form of each character. @type {Map<string, string>} */
  const folds = new Map();

  /** @param {string} pairs each traditional character followed by its simplified one */
  function setSimplified(pairs) {
    const glyphs = [...pairs];
    simplified.clear();
    known.clear();
    folds.clear();
    for (let at = 0; at + 1 < glyphs.length; at += 2) simplified.set(glyphs[at], glyphs[at + 1]);
    traditional = simplified.size ? new RegExp(`[${[...simplified.keys()].join("")}]`, "gu") : undefined;
  }

  /** Folds compatible forms, case, ligatures, quotes and invisible characters, but not kana. @param {string} text */
  const foldForms = (text) =>
    text.normalize("NFKC").toLowerCase().replace(LETTERS, (letters) => PLAIN[letters]).replaceAll("ς", "σ").replace(UNSEEN, "").replace(QUOTES, (quote) => (quote < "“" ? "'" : '"'));

  /** @param {string} text @returns {string} */
  function fold(text) {
    const plain = foldForms(text).replace(KATAKANA, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));
    return traditional ? plain.replace(traditional, (glyph) => simplified.get(glyph) || glyph) : plain;
  }

  /** Whether a character stays one when it is folded, whatever is next to it; by its code. @type {(boolean | undefined)[]} */
  const steady = [];

  /** Whether every position in a text is the same when it is folded. @param {string} text */
  function keepsPlaces(text) {
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      steady[code] ??= !JOINING.test(text[at]) && foldForms(text[at]).length === 1;
      if (!steady[code]) return false;
    }
    return true;
  }

  /** The folded text, and for each of its positions (and its end) the position in the text. @param {string} text */
  function foldWithPlaces(text) {
    if (keepsPlaces(text)) return { folded: fold(text), place: (/** @type {number} */ at) => at };
    /** @type {number[]} */
    const places = [];
    let folded = "";
    for (const match of text.matchAll(CLUSTER)) {
      const piece = folds.get(match[0]) ?? fold(match[0]);
      folds.set(match[0], piece);
      for (let count = 0; count < piece.length; count += 1) places.push(match.index);
      folded += piece;
    }
    places.push(text.length);
    return { folded, place: (/** @type {number} */ at) => places[Math.min(at, places.length - 1)] };
  }

  /** The words of scripts with spaces, unchanged. @param {string} text @returns {string[]} */
  const spaced = (text) => text.normalize("NFKC").match(WORD) || [];

  /** The words of scripts with spaces, folded, each whole and in its parts (`readLine`, `read_line`: also `read`, `line`). @param {string} text */
  function words(text) {
    return spaced(text).flatMap((word) => {
      const forms = known.get(word) || [...new Set([fold(word), ...partsOf(word)])];
      known.set(word, forms);
      return forms;
    });
  }

  /** @param {string} word not yet folded: camel case shows where its parts begin @returns {string[]} */
  const partsOf = (word) =>
    word.replace(/(\p{Ll}|\p{N})(?=\p{Lu})/gu, "$1_").split(/[_:.'-]+/u).filter(Boolean).map(fold);

  /** Runs of scripts without spaces. @param {string} text @returns {string[]} */
  const runs = (text) => text.match(RUN) || [];

  /** Whether a text is one run of scripts without spaces. @param {string} text */
  const isRun = (text) => WHOLE_RUN.test(text);
  /** Whether two characters are a pair of code. @param {string} pair */
  const isSymbolPair = (pair) => /^[!-~]{2}$/u.test(pair) && /[^a-z\d_]/u.test(pair);
  /** Whether a text is one word of a script with spaces. @param {string} text */
  const isSpaced = (text) => text !== "" && (text.match(WORD) || [])[0] === text;

  /** A light stemmer for words of Latin letters: it removes plurals, -ing and the like, and leaves at least three letters. @param {string} word */
  function stem(word) {
    if (!/^[a-z]{4,}$/u.test(word)) return word;
    let base = word.replace(/ies$/u, "y").replace(/(?:ations?|ators?)$/u, "ate").replace(/(ss|sh|ch|x|z)es$/u, "$1").replace(/([^su])s$/u, "$1");
    for (const ending of ["ements", "ement", "ing", "ed", "er", "ly", "ment", "ness", "able", "ive", "ion", "or"]) {
      if (base.endsWith(ending) && base.length - ending.length >= 3) {
        base = base.slice(0, -ending.length);
        break;
      }
    }
    return base.replace(/(.)\1$/u, "$1").replace(/[ey]$/u, "");
  }

  self.chapbook.text = { fold, foldForms, foldWithPlaces, setSimplified, spaced, words, partsOf, runs, isRun, isSymbolPair, isSpaced, stem };
})();
