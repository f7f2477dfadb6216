/**
 * Splits a query into terms, each with its matchers, best first.
 *
 * Words of scripts with spaces are looked up in the book's vocabulary. Scripts without spaces, and anything with punctuation,
 * are searched as strings, so that no dictionary has to decide where their words end.
 */
(() => {
  "use strict";
  const { text, sound, matchers: { WEIGHTS, literally, together, near, apart } } = self.chapbook;

  /** A word in fewer sections than this may be mistyped; a run of characters may be too long. */
  const FEW = 3;
  /** The weight of words that form a question but do not name its subject. */
  const SLIGHT = 0.2;
  const ENGLISH = new Set(("a an and are as at be by can could do does for from has have how i if in is it its me my of on or " +
    "should so that the their there they this to was we what when where which who why will with would you your").split(" "));
  /** Removed from runs of Han characters that are not found whole; longer ones first. */
  const QUESTION = /什么是|是什么|为什么|为何|怎么办|怎么样|怎么回事|怎样|怎么|如何|什么|哪里|哪些|哪个|哪儿|多少|多久|是否|是不是|能不能|可不可以|会不会|有没有|要不要|该不该|应该|请问|吗|呢|吧|とは|ですか|ますか|でしょうか|どうやって|どうすれば|どのように|なぜ|何ですか|方法は/gu;
  /** Characters of grammar: how frequent a pair with one of them is says little. */
  const GRAMMAR = /[的了是在和与我你他她它们就也都很把被吗呢吧啊么]/u;
  const ENGLISH_QUESTION = /^(?:(?:what|who|where)(?:'s| is| are)|how (?:to|do i|do you|can i|does)|why (?:is|are|does|do))\s+(?:(?:an?|the)\s+)?/u;
  /** Code: searched as typed, with its punctuation. */
  const SYMBOL = /[^\p{L}\p{N}\p{M}_\s]/u;
  const SENTENCE_END = /^[\s"'“”「」『』（）,.;，。；、]+|[\s"'“”「」『』（）,.;，。；、？?！]+$/gu;

  /** @param {Chapbook.SearchBook} book @param {string} word @param {number} [weight] @returns {Promise<Chapbook.Term>} */
  async function wordTerm(book, word, weight = 1) {
    const exact = await together(book, [word], WEIGHTS.exact);
    if (weight === SLIGHT) return { matchers: [exact], weight };
    const { stems, prefixed, inside } = relatives(book, word);
    const matchers = [exact, ...(await Promise.all([
      together(book, stems, WEIGHTS.stem), together(book, prefixed, WEIGHTS.prefix), together(book, inside, WEIGHTS.infix)]))];
    if (exact.holds.size < FEW) matchers.push(...(await apart(book, word)));
    const found = matchers.reduce((sum, matcher) => sum + matcher.holds.size, 0);
    if (exact.holds.size && found >= FEW) return { matchers, weight };
    const similar = near(book, word);
    const typos = await Promise.all([together(book, similar[0], WEIGHTS.typo), together(book, similar[1], WEIGHTS.typos)]);
    const meant = found ? undefined : await likeliest(book, similar[0].length ? similar[0] : similar[1]);
    return { matchers: [...matchers, ...typos], weight, meant };
  }

  /** The word that is in most sections. @param {Chapbook.SearchBook} book @param {string[]} words @returns {Promise<string | undefined>} */
  async function likeliest(book, words) {
    const holds = await book.holdsOfWords(words.slice(0, 20));
    let best = 0;
    holds.forEach((held, at) => (best = held.size > holds[best].size ? at : best));
    return words[best];
  }

  /** Words of the book that have the same stem as a word, begin with it, or contain it. @param {Chapbook.SearchBook} book @param {string} word */
  function relatives(book, word) {
    const stem = text.stem(word);
    const [stems, prefixed, inside] = [/** @type {string[]} */ ([]), /** @type {string[]} */ ([]), /** @type {string[]} */ ([])];
    for (const other of book.words) {
      if (other === word) continue;
      const at = word.length > 1 ? other.indexOf(word) : -1;
      if (other.startsWith(stem.slice(0, 2)) && text.stem(other) === stem) stems.push(other);
      else if (at === 0) prefixed.push(other);
      else if (at > 0 && word.length > 3) inside.push(other);
    }
    return { stems, prefixed, inside };
  }

  /** @param {Chapbook.SearchBook} book @param {string} run @param {string} typed the same with its kana unchanged @returns {Promise<Chapbook.Term[]>} */
  async function runTerms(book, run, typed) {
    const whole = await literally(book, run, WEIGHTS.exact);
    const weight = Math.max(1, run.length - 1);
    if (run.length < 3 || whole.holds.size >= FEW) {
      const alike = whole.holds.size || run.length > 2 ? [] : await soundMatchers(book, run);
      return [{ matchers: [whole, ...alike], weight }];
    }
    const terms = whole.holds.size ? [{ matchers: [whole], weight }] : [];
    const pieces = await Promise.all(piecesOf(run, typed).map((piece) => pairTerms(book, piece.run, piece.typed)));
    return [...terms, ...pieces.flat()];
  }

  /** The text between question words; all of it if there is none between them. @param {string} run @param {string} typed */
  function piecesOf(run, typed) {
    const pieces = [];
    let from = 0;
    for (const match of [...run.matchAll(QUESTION), { index: run.length, 0: "" }]) {
      if (match.index - from > 1) pieces.push({ run: run.slice(from, match.index), typed: typed.slice(from, match.index) });
      from = match.index + match[0].length;
    }
    return pieces.length ? pieces : [{ run, typed }];
  }

  /** @param {Chapbook.SearchBook} book @param {string} run @param {string} typed @returns {Promise<Chapbook.Term[]>} */
  async function pairTerms(book, run, typed) {
    const pairs = Array.from({ length: run.length - 1 }, (_, at) => run.slice(at, at + 2));
    // A single character between characters of grammar is a word: 「宏和函数」.
    const single = run.split(GRAMMAR).filter((piece) => /^\p{Script=Han}$/u.test(piece));
    const matchers = await Promise.all([...pairs, ...single].map((string) => literally(book, string, WEIGHTS.exact)));
    const alone = matchers.slice(pairs.length).map((matcher) => ({ matchers: [matcher], weight: 1 }));
    const paired = pairs.map(async (pair, at) => {
      const slight = GRAMMAR.test(pair) || /^\p{Script=Hiragana}+$/u.test(typed.slice(at, at + 2));
      // A pair that is not found, next to one that is found, is only where two words meet.
      const lost = [at - 1, at, at + 1].every((near) => near < 0 || near >= pairs.length || !matchers[near].holds.size);
      return { matchers: lost ? await soundMatchers(book, pair) : [matchers[at]], weight: slight ? SLIGHT : 1 };
    });
    return [...alone, ...(await Promise.all(paired))];
  }

  /** Pairs with the same sound, for a wrong choice in the input method. @param {Chapbook.SearchBook} book @param {string} pair @returns {Promise<Chapbook.Matcher[]>} */
  const soundMatchers = async (book, pair) =>
    Promise.all((await sound.alike(book, pair)).map((other) => literally(book, other, WEIGHTS.sound)));

  /** @param {Chapbook.SearchBook} book @param {string} word @param {boolean} alone @returns {Promise<Chapbook.Term[]>} */
  async function spacedTerms(book, word, alone) {
    const [folded, parts] = [text.fold(word), text.partsOf(word)];
    const term = await wordTerm(book, folded, !alone && ENGLISH.has(folded) ? SLIGHT : 1);
    if (parts.length < 2) return [term];
    const weight = term.matchers[0].holds.size ? 0.3 : 1;
    return [term, ...(await Promise.all(parts.map((part) => wordTerm(book, part, weight))))];
  }

  /** The terms of one part of the query, between spaces. @param {Chapbook.SearchBook} book @param {string} chunk @param {boolean} alone @returns {Promise<Chapbook.Term[]>} */
  async function chunkTerms(book, chunk, alone) {
    const literal = text.fold(chunk);
    const [runs, own] = [text.runs(literal), text.runs(text.foldForms(chunk))];
    const terms = await Promise.all([
      ...(SYMBOL.test(literal) ? [literally(book, literal, WEIGHTS.exact).then((matcher) => [{ matchers: [matcher], weight: 1 }])] : []),
      ...runs.map((run, at) => runTerms(book, run, own[at] || run)),
      ...text.spaced(chunk).map((word) => spacedTerms(book, word, alone)),
    ]);
    return terms.flat();
  }

  /** The terms of a query, and the phrases that rank higher where they occur whole. @param {Chapbook.SearchBook} book @param {string} query @returns {Promise<Chapbook.Query>} */
  async function termsOf(book, query) {
    const typed = query.normalize("NFKC").replace(SENTENCE_END, "").slice(0, 200);
    const phrase = text.fold(typed).replace(/\s+/gu, " ");
    const chunks = [...new Set(typed.split(/\s+/u))].filter(Boolean).slice(0, 24);
    const asked = phrase.replace(QUESTION, "").replace(ENGLISH_QUESTION, "").trim();
    const pinyin = await pinyinTerms(book, phrase);
    const terms = pinyin.terms.length ? pinyin.terms : (await Promise.all(chunks.map((chunk) => chunkTerms(book, chunk, chunks.length === 1)))).flat();
    const phrases = [...new Set([phrase, asked, ...pinyin.meant])].filter(Boolean);
    const heard = pinyin.meant.length ? `${typed} → ${pinyin.meant.join("、")}` : undefined;
    return { terms: terms.slice(0, 64), phrases, heard, meant: await meantBy(book, phrase, terms) };
  }

  /** The query with its mistyped words in the spelling of the book. @param {Chapbook.SearchBook} book @param {string} phrase @param {Chapbook.Term[]} terms */
  async function meantBy(book, phrase, terms) {
    const mistyped = terms.filter((term) => term.meant);
    if (!mistyped.length) return undefined;
    return mistyped.reduce((query, { matchers, meant }) => query.replace(matchers[0].marks[0], meant || ""), phrase);
  }

  /** Reads Latin letters that are not words of the book as pinyin: all of them as one word, or word by word. @param {Chapbook.SearchBook} book @param {string} phrase */
  async function pinyinTerms(book, phrase) {
    /** @type {{ terms: Chapbook.Term[], meant: string[] }} */
    const none = { terms: [], meant: [] };
    const words = phrase.split(/[\s']+/u);
    if (!/^[a-zü][a-zü' ]*$/u.test(phrase) || words.every((word) => book.has(word))) return none;
    const one = await sound.spelled(book, words.join("").replaceAll("ü", "v"));
    /** @type {string[][]} */
    let each = await Promise.all(words.map((word) => sound.spelled(book, word.replaceAll("ü", "v"))));
    // Syllables typed with spaces are one word; words typed with spaces are searched separately.
    if (one.length && each.some((meanings) => (meanings[0] || "").length < 2)) each = [one];
    if (each.some((meanings) => !meanings.length)) return none;
    const terms = await Promise.all(each.map(async (meanings) => ({
      matchers: await Promise.all(meanings.map((meaning, at) => literally(book, meaning, WEIGHTS.spelled ** (at + 1)))), weight: 1,
    })));
    return { terms, meant: one.length ? one : [each.map(([first]) => first).join(" ")] };
  }

  self.chapbook.terms = { termsOf };
})();
