/**
 * The states of a list as a few letters for a link, and back.
 *
 * Two bits an item are the most it takes (Shannon 1948). Few items are between open and done, and neighbours are mostly
 * alike, so an arithmetic coder that learns while it goes (Witten, Neal, Cleary 1987) takes fewer: 200 items, each done or
 * open by chance, are fewer than 40 letters; only four states by chance are more than 60. Numbers of any length keep it exact.
 * Out: letters, digits, `-` and `_`, safe in a fragment.
 */
(() => {
  "use strict";
  const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  /** In the order of `state`s below: open, done, doing, na. */
  const STATES = ["open", "done", "doing", "na"];
  /** Letters before the states, that tell which list and which edition of it they are of. */
  const SEAL = 2;
  /** What one sight of a state weighs against the first guess, that all are alike. */
  const WEIGHT = 2n;

  /** What is expected next: learnt from all states before, or from those behind the same state. @param {boolean} byNeighbour */
  function model(byNeighbour) {
    const counts = STATES.map(() => STATES.map(() => 1n));
    let last = 0;
    return {
      counts: () => counts[byNeighbour ? last : 0],
      /** @param {number} symbol */
      learn(symbol) {
        counts[byNeighbour ? last : 0][symbol] += WEIGHT;
        last = symbol;
      },
    };
  }

  const sum = (/** @type {bigint[]} */ numbers) => numbers.reduce((total, number) => total + number, 0n);

  /** @param {number[]} symbols @param {boolean} byNeighbour */
  function encode(symbols, byNeighbour) {
    const learner = model(byNeighbour);
    // The states are a stretch of the numbers from 0 to 1; the first half is of one model, the second of the other.
    let [low, size, whole] = [byNeighbour ? 1n : 0n, 1n, 2n];
    for (const symbol of symbols) {
      const counts = learner.counts();
      low = low * sum(counts) + size * sum(counts.slice(0, symbol));
      whole *= sum(counts);
      size *= counts[symbol];
      learner.learn(symbol);
    }
    // The shortest number in base 64 that lies in the stretch.
    for (let digits = 0, base = 1n; ; digits += 1, base *= 64n) {
      const number = (low * base + whole - 1n) / whole;
      if (number * whole < (low + size) * base) return written(number, digits);
    }
  }

  /** @param {bigint} number @param {number} digits */
  function written(number, digits) {
    let text = "";
    for (let at = 0; at < digits; at += 1, number /= 64n) text = LETTERS[Number(number % 64n)] + text;
    return text;
  }

  /** @param {string} text @param {number} count @returns {number[]} */
  function decode(text, count) {
    let [number, whole] = [0n, 1n];
    for (const letter of text) [number, whole] = [number * 64n + BigInt(LETTERS.indexOf(letter)), whole * 64n];
    const byNeighbour = number * 2n >= whole;
    number = number * 2n - (byNeighbour ? whole : 0n);
    const learner = model(byNeighbour);
    return Array.from({ length: count }, () => {
      const counts = learner.counts();
      const at = (number * sum(counts)) / whole;
      let [symbol, before] = [0, 0n];
      while (before + counts[symbol] <= at) before += counts[symbol++];
      number = number * sum(counts) - before * whole;
      whole *= counts[symbol];
      learner.learn(symbol);
      return symbol;
    });
  }

  /** FNV-1a, of the list and its items. @param {string} list @param {string[]} ids */
  function seal(list, ids) {
    let hash = 0x811c9dc5;
    for (const byte of new TextEncoder().encode([list, ...ids].join("\n"))) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
    return written(BigInt((hash ^ (hash >>> 12) ^ (hash >>> 24)) & 0xfff), SEAL);
  }

  window.chapbook.pack = {
    /** @param {string} list @param {string[]} ids @param {string[]} states */
    pack(list, ids, states) {
      const symbols = states.map((state) => STATES.indexOf(state));
      const [one, other] = [encode(symbols, false), encode(symbols, true)];
      return seal(list, ids) + (other.length < one.length ? other : one);
    },
    /** The states that a text holds for a list; nothing if it was made for another. @param {string} text @param {string} list @param {string[]} ids */
    unpack(text, list, ids) {
      if (!/^[\w-]+$/u.test(text) || text.length > SEAL + 2 + ids.length || text.slice(0, SEAL) !== seal(list, ids)) return undefined;
      return decode(text.slice(SEAL), ids.length).map((symbol) => STATES[symbol]);
    },
  };
})();
