/**
 * From a query to terms: what to look for, and in which ways, best first.
 *
 * Spaced scripts are looked up in the book's vocabulary; unspaced ones and anything with punctuation are looked for in
 * the text itself, so that no dictionary decides where their words end.
 */
(() => {
  "use strict";
  /**
   * @typedef {{ title: string, trail: string, text: string, length: number, page: string }} Folded
   * @typedef {Map<number, [number, number, number]>} Holds sections, and how often: heading, trail, text
   * @typedef {{ weight: number, holds: Holds, marks: string[] }} Way
   * @typedef {{ ways: Way[], weight: number }} Term
   * @typedef {{ entries: Folded[], vocabulary: Map<string, Holds>, stems: Map<string, string[]>, spelled?: (letters: string) => string[], soundsLike?: (pair: string) => string[] }} Book
   */
  const { text, ways: { WAY, literally, together, apart, mistyped } } = window.chapbook;

  /** A word found in fewer sections than this may be mistyped, a run of glyphs too long. */
  const FEW = 3;
  /** Words that shape a question rather than name its matter: they count, but little. */
  const SLIGHT = 0.2;
  const ENGLISH = new Set(("a an and are as at be by can could do does for from has have how i if in is it its me my of on or " +
    "should so that the their there they this to was we what when where which who why will with would you your").split(" "));
  /** Dropped from Han runs that are not found whole; longer ones first. */
  const QUESTION = /什么是|是什么|为什么|为何|怎么办|怎么样|怎么回事|怎样|怎么|如何|什么|哪里|哪些|哪个|哪儿|多少|多久|是否|是不是|能不能|可不可以|会不会|有没有|要不要|该不该|应该|请问|吗|呢|吧|とは|ですか|ますか|でしょうか|どうやって|どうすれば|どのように|なぜ|何ですか|方法は/gu;
  /** Glyphs of grammar: a pair that holds one is rare or common by accident. */
  const GRAMMAR = /[的了是在和与我你他她它们就也都很把被吗呢吧啊么]/u;
  const ENGLISH_QUESTION = /^(?:(?:what|who|where)(?:'s| is| are)|how (?:to|do i|do you|can i|does)|why (?:is|are|does|do))\s+(?:(?:an?|the)\s+)?/u;
  /** Code and the like: found as typed, punctuation included. */
  const SYMBOL = /[^\p{L}\p{N}\p{M}_\s]/u;
  const SENTENCE_END = /^[\s"'“”「」『』（）,.;，。；、]+|[\s"'“”「」『』（）,.;，。；、？?！]+$/gu;

  /** @param {Book} book @param {string} word @param {number} [weight] @returns {Term} */
  function wordTerm(book, word, weight = 1) {
    if (weight === SLIGHT) return { ways: [together(book, [word], WAY.exact)], weight };
    const others = (book.stems.get(text.stem(word)) || []).filter((other) => other !== word);
    const exact = together(book, [word], WAY.exact);
    const ways = [exact, together(book, others, WAY.stem)];
    const [prefixed, inside] = [/** @type {string[]} */ ([]), /** @type {string[]} */ ([])];
    if (word.length > 1) {
      for (const other of book.vocabulary.keys()) {
        const at = other === word || others.includes(other) ? -1 : other.indexOf(word);
        if (at === 0) prefixed.push(other);
        else if (at > 0 && word.length > 3) inside.push(other);
      }
    }
    ways.push(together(book, prefixed, WAY.prefix), together(book, inside, WAY.infix));
    if (exact.holds.size < FEW) ways.push(...apart(book, word));
    if (!exact.holds.size || ways.reduce((sum, way) => sum + way.holds.size, 0) < FEW) ways.push(...mistyped(book, word));
    return { ways, weight };
  }

  /** @param {Book} book @param {string} run @param {string} typed the same with its own kana @returns {Term[]} */
  function runTerms(book, run, typed) {
    const whole = literally(book, run, WAY.exact);
    const sounds = whole.holds.size || run.length > 2 ? [] : soundWays(book, run);
    const weight = Math.max(1, run.length - 1);
    if (run.length < 3 || whole.holds.size >= FEW) return [{ ways: [whole, ...sounds], weight }];
    const terms = whole.holds.size ? [{ ways: [whole], weight }] : [];
    for (const piece of piecesOf(run, typed)) terms.push(...pairTerms(book, piece.run, piece.typed));
    return terms;
  }

  /** What stands between question words; all of it if nothing does. @param {string} run @param {string} typed */
  function piecesOf(run, typed) {
    const pieces = [];
    let from = 0;
    for (const match of [...run.matchAll(QUESTION), { index: run.length, 0: "" }]) {
      if (match.index - from > 1) pieces.push({ run: run.slice(from, match.index), typed: typed.slice(from, match.index) });
      from = match.index + match[0].length;
    }
    return pieces.length ? pieces : [{ run, typed }];
  }

  /** @param {Book} book @param {string} run @param {string} typed @returns {Term[]} */
  function pairTerms(book, run, typed) {
    const pairs = Array.from({ length: run.length - 1 }, (_, at) => run.slice(at, at + 2));
    const ways = pairs.map((/** @type {string} */ pair) => literally(book, pair, WAY.exact));
    // A glyph between glyphs of grammar is a word by itself: 「宏和函数」.
    const single = run.split(GRAMMAR).filter((piece) => /^\p{Script=Han}$/u.test(piece));
    const alone = single.map((glyph) => ({ ways: [literally(book, glyph, WAY.exact)], weight: 1 }));
    const paired = pairs.map((pair, at) => {
      const slight = GRAMMAR.test(pair) || /^\p{Script=Hiragana}+$/u.test(typed.slice(at, at + 2));
      // Beside a pair that is found, one that is not is only where two words meet.
      const lost = [at - 1, at, at + 1].every((near) => !ways[near]?.holds.size);
      return { ways: lost ? soundWays(book, pair) : [ways[at]], weight: slight ? SLIGHT : 1 };
    });
    return [...alone, ...paired];
  }

  /** Pairs that sound the same, for a wrong choice in the input method. @param {Book} book @param {string} pair */
  const soundWays = (book, pair) => (book.soundsLike?.(pair) || []).map((other) => literally(book, other, WAY.sound));

  /** @param {Book} book @param {string} word @param {boolean} alone @returns {Term[]} */
  function spacedTerms(book, word, alone) {
    const parts = text.partsOf(word);
    const term = wordTerm(book, text.fold(word), !alone && ENGLISH.has(text.fold(word)) ? SLIGHT : 1);
    if (parts.length < 2) return [term];
    const found = term.ways[0].holds.size;
    return [term, ...parts.map((/** @type {string} */ part) => wordTerm(book, part, found ? 0.3 : 1))];
  }

  /** Terms of one query, and the ways in which all of it may stand together. @param {Book} book @param {string} query */
  function termsOf(book, query) {
    const typed = query.normalize("NFKC").replace(SENTENCE_END, "").slice(0, 200);
    const phrase = text.fold(typed).replace(/\s+/gu, " ");
    const chunks = [...new Set(typed.split(/\s+/u))].filter(Boolean).slice(0, 24);
    /** @type {Term[]} */
    const terms = [];
    for (const chunk of chunks) {
      const literal = text.fold(chunk);
      if (SYMBOL.test(literal)) terms.push({ ways: [literally(book, literal, WAY.exact)], weight: 1 });
      const [runs, own] = [text.runs(literal), text.runs(text.foldForms(chunk))];
      runs.forEach((/** @type {string} */ run, /** @type {number} */ at) => terms.push(...runTerms(book, run, own[at] || run)));
      for (const word of text.spaced(chunk)) terms.push(...spacedTerms(book, word, chunks.length === 1));
    }
    const asked = phrase.replace(QUESTION, "").replace(ENGLISH_QUESTION, "").trim();
    const pinyin = pinyinTerms(book, phrase);
    const phrases = [...new Set([phrase, asked, ...pinyin.meant])].filter(Boolean);
    const heard = pinyin.meant.length ? `${typed} → ${pinyin.meant.join("、")}` : undefined;
    return { terms: (pinyin.terms.length ? pinyin.terms : terms).slice(0, 64), phrases, heard };
  }

  /** Latin letters that are no words of the book, read as pinyin: all of them as one, or word by word. @param {Book} book @param {string} phrase */
  function pinyinTerms(book, phrase) {
    const words = phrase.split(/[\s']+/u);
    const known = words.every((word) => book.vocabulary.has(word));
    if (!book.spelled || known || !/^[a-zü][a-zü' ]*$/u.test(phrase)) return { terms: [], meant: [] };
    const one = book.spelled(words.join("").replaceAll("ü", "v"));
    let each = words.map((word) => book.spelled?.(word.replaceAll("ü", "v")) || []);
    // Syllables typed apart are one word; words typed apart may stand apart.
    if (one.length && each.some((meanings) => (meanings[0] || "").length < 2)) each = [one];
    if (each.some((meanings) => !meanings.length)) return { terms: [], meant: [] };
    const terms = each.map((meanings) => ({
      ways: meanings.map((meaning, at) => literally(book, meaning, WAY.spelled ** (at + 1))), weight: 1,
    }));
    return { terms, meant: one.length ? one : [each.map(([first]) => first).join(" ")] };
  }

  window.chapbook.terms = { termsOf };
})();
