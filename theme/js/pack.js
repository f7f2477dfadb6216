/**
 * Encodes the states of a list in a few letters for a link, and decodes them.
 *
 * An adaptive arithmetic coder (Witten, Neal, Cleary 1987): most items are open or done, and neighbours are mostly equal, so it
 * needs less than two bits for an item. 200 items, each done or open at random, need fewer than 40 letters; only four states
 * at random need more than 60. Integers of any length make it exact. Out: letters, digits, `-` and `_`, safe in a fragment.
 */
(() => {
  "use strict";
  const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const STATES = ["open", "done", "doing", "na"];
  /** Letters of the checksum that identifies the list and its items. */
  const CHECKSUM = 2;
  /** How much one occurrence of a state counts; each state starts with 1. */
  const WEIGHT = 2n;

  /** Counts of the states so far: of all, or of those after the same state. @param {boolean} byNeighbour */
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
    // The states are an interval within 0 to 1; its first half belongs to one model, its second half to the other.
    let [low, size, whole] = [byNeighbour ? 1n : 0n, 1n, 2n];
    for (const symbol of symbols) {
      const counts = learner.counts();
      low = low * sum(counts) + size * sum(counts.slice(0, symbol));
      whole *= sum(counts);
      size *= counts[symbol];
      learner.learn(symbol);
    }
    // The shortest number in base 64 within the interval.
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
  function checksum(list, ids) {
    let hash = 0x811c9dc5;
    for (const byte of new TextEncoder().encode([list, ...ids].join("\n"))) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
    return written(BigInt((hash ^ (hash >>> 12) ^ (hash >>> 24)) & 0xfff), CHECKSUM);
  }

  window.chapbook.pack = {
    /** @param {string} list @param {string[]} ids @param {string[]} states */
    pack(list, ids, states) {
      const symbols = states.map((state) => STATES.indexOf(state));
      const [one, other] = [encode(symbols, false), encode(symbols, true)];
      return checksum(list, ids) + (other.length < one.length ? other : one);
    },
    /** The states that a text contains for a list; nothing if it was made for another. @param {string} text @param {string} list @param {string[]} ids */
    unpack(text, list, ids) {
      if (!/^[\w-]+$/u.test(text) || text.length > CHECKSUM + 2 + ids.length || text.slice(0, CHECKSUM) !== checksum(list, ids)) return undefined;
      return decode(text.slice(CHECKSUM), ids.length).map((symbol) => STATES[symbol]);
    },
  };
})();
