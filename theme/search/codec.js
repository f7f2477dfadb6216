/**
 * Decodes numbers written as text, and finds the file of a term's postings; `src/search/codec.rs` encodes.
 */
(() => {
  "use strict";
  const DIGITS = "!#$%&'()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";
  /** Digits below this end a number; after the others more digits follow. */
  const LAST = 60;
  const MORE = DIGITS.length - LAST;
  const values = new Uint8Array(128);
  [...DIGITS].forEach((digit, value) => (values[digit.charCodeAt(0)] = value));

  /** @param {string} text @returns {number[]} */
  function decode(text) {
    const numbers = [];
    let [number, unit] = [0, 1];
    for (let at = 0; at < text.length; at += 1) {
      const value = values[text.charCodeAt(at)];
      number += value * unit;
      if (value < LAST) {
        numbers.push(number);
        [number, unit] = [0, 1];
      } else {
        unit *= MORE;
      }
    }
    return numbers;
  }

  /** Rising numbers, encoded as differences. @param {string} text @returns {number[]} */
  function decodeRising(text) {
    let next = 0;
    return decode(text).map((distance) => (next += distance + 1) - 1);
  }

  /** The starts of groups, from the sizes of the groups; the end of the last group is included. @param {string} text @returns {number[]} */
  function decodeStarts(text) {
    const starts = [0];
    for (const count of decode(text)) starts.push(starts[starts.length - 1] + count);
    return starts;
  }

  /** The group that a number belongs to. @param {number[]} starts @param {number} at */
  function groupOf(starts, at) {
    let [from, to] = [0, starts.length - 1];
    while (to - from > 1) {
      const middle = (from + to) >> 1;
      if (starts[middle] <= at) from = middle;
      else to = middle;
    }
    return from;
  }

  /** Words, each encoded as a capital letter (how many letters it shares with the word before) and the rest. @param {string} text @returns {string[]} */
  function decodeWords(text) {
    let before = "";
    return (text.match(/[A-Z][^A-Z]*/gu) || []).map((word) => {
      const shared = word.charCodeAt(0) - 65;
      return (before = [...before].slice(0, shared).join("") + word.slice(1));
    });
  }

  /** The shard of a term (FNV-1a over UTF-16). @param {string} term @param {number} count */
  function shardOf(term, count) {
    let hash = 0x811c9dc5;
    for (let at = 0; at < term.length; at += 1) hash = Math.imul(hash ^ term.charCodeAt(at), 0x01000193);
    return (hash >>> 0) % count;
  }

  self.chapbook.codec = { decode, decodeRising, decodeStarts, groupOf, decodeWords, shardOf };
})();
