/**
 * From a query to terms: what to look for, and in which ways, best first.
 *
 * Spaced scripts are looked up in the book's vocabulary; unspaced ones and anything with punctuation are looked for as
 * strings, so that no dictionary decides where their words end.
 */
(() => {
  "use strict";
  /** @typedef {any} Book @typedef {any} Way @typedef {{ ways: Way[], weight: number, meant?: string }} Term */
  const { text, sound, ways: { WAY, literally, together, near, apart } } = self.chapbook;

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

  /** @param {Book} book @param {string} word @param {number} [weight] @returns {Promise<Term>} */
  async function wordTerm(book, word, weight = 1) {
    const exact = await together(book, [word], WAY.exact);
    if (weight === SLIGHT) return { ways: [exact], weight };
    const { stems, prefixed, inside } = relatives(book, word);
    const ways = [exact, ...(await Promise.all([
      together(book, stems, WAY.stem), together(book, prefixed, WAY.prefix), together(book, inside, WAY.infix)]))];
    if (exact.holds.size < FEW) ways.push(...(await apart(book, word)));
    const found = ways.reduce((sum, way) => sum + way.holds.size, 0);
    if (exact.holds.size && found >= FEW) return { ways, weight };
    const slips = near(book, word);
    const typos = await Promise.all([together(book, slips[0], WAY.typo), together(book, slips[1], WAY.typos)]);
    const meant = found ? undefined : await likeliest(book, slips[0].length ? slips[0] : slips[1]);
    return { ways: [...ways, ...typos], weight, meant };
  }

  /** The word of the book that most sections hold. @param {Book} book @param {string[]} words @returns {Promise<string | undefined>} */
  async function likeliest(book, words) {
    const holds = await book.holdsOfWords(words.slice(0, 20));
    let best = 0;
    holds.forEach((/** @type {any} */ held, /** @type {number} */ at) => (best = held.size > holds[best].size ? at : best));
    return words[best];
  }

  /** Words of the book that share a stem with a word, begin with it, or hold it. @param {Book} book @param {string} word */
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

  /** @param {Book} book @param {string} run @param {string} typed the same with its own kana @returns {Promise<Term[]>} */
  async function runTerms(book, run, typed) {
    const whole = await literally(book, run, WAY.exact);
    const weight = Math.max(1, run.length - 1);
    if (run.length < 3 || whole.holds.size >= FEW) {
      const sounds = whole.holds.size || run.length > 2 ? [] : await soundWays(book, run);
      return [{ ways: [whole, ...sounds], weight }];
    }
    const terms = whole.holds.size ? [{ ways: [whole], weight }] : [];
    const pieces = await Promise.all(piecesOf(run, typed).map((piece) => pairTerms(book, piece.run, piece.typed)));
    return [...terms, ...pieces.flat()];
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

  /** @param {Book} book @param {string} run @param {string} typed @returns {Promise<Term[]>} */
  async function pairTerms(book, run, typed) {
    const pairs = Array.from({ length: run.length - 1 }, (_, at) => run.slice(at, at + 2));
    // A glyph between glyphs of grammar is a word by itself: 「宏和函数」.
    const single = run.split(GRAMMAR).filter((piece) => /^\p{Script=Han}$/u.test(piece));
    const ways = await Promise.all([...pairs, ...single].map((string) => literally(book, string, WAY.exact)));
    const alone = ways.slice(pairs.length).map((/** @type {Way} */ way) => ({ ways: [way], weight: 1 }));
    const paired = pairs.map(async (pair, at) => {
      const slight = GRAMMAR.test(pair) || /^\p{Script=Hiragana}+$/u.test(typed.slice(at, at + 2));
      // Beside a pair that is found, one that is not is only where two words meet.
      const lost = [at - 1, at, at + 1].every((near) => near < 0 || near >= pairs.length || !ways[near].holds.size);
      return { ways: lost ? await soundWays(book, pair) : [ways[at]], weight: slight ? SLIGHT : 1 };
    });
    return [...alone, ...(await Promise.all(paired))];
  }

  /** Pairs that sound the same, for a wrong choice in the input method. @param {Book} book @param {string} pair @returns {Promise<Way[]>} */
  const soundWays = async (book, pair) =>
    Promise.all((await sound.alike(book, pair)).map((/** @type {string} */ other) => literally(book, other, WAY.sound)));

  /** @param {Book} book @param {string} word @param {boolean} alone @returns {Promise<Term[]>} */
  async function spacedTerms(book, word, alone) {
    const [folded, parts] = [text.fold(word), text.partsOf(word)];
    const term = await wordTerm(book, folded, !alone && ENGLISH.has(folded) ? SLIGHT : 1);
    if (parts.length < 2) return [term];
    const weight = term.ways[0].holds.size ? 0.3 : 1;
    return [term, ...(await Promise.all(parts.map((/** @type {string} */ part) => wordTerm(book, part, weight))))];
  }

  /** What one word of the query, as it stands between spaces, asks for. @param {Book} book @param {string} chunk @param {boolean} alone @returns {Promise<Term[]>} */
  async function chunkTerms(book, chunk, alone) {
    const literal = text.fold(chunk);
    const [runs, own] = [text.runs(literal), text.runs(text.foldForms(chunk))];
    const terms = await Promise.all([
      ...(SYMBOL.test(literal) ? [literally(book, literal, WAY.exact).then((/** @type {Way} */ way) => [{ ways: [way], weight: 1 }])] : []),
      ...runs.map((/** @type {string} */ run, /** @type {number} */ at) => runTerms(book, run, own[at] || run)),
      ...text.spaced(chunk).map((/** @type {string} */ word) => spacedTerms(book, word, alone)),
    ]);
    return terms.flat();
  }

  /** Terms of one query, and the ways in which all of it may stand together. @param {Book} book @param {string} query */
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

  /** The query with its mistyped words as the book spells them. @param {Book} book @param {string} phrase @param {Term[]} terms */
  async function meantBy(book, phrase, terms) {
    const slips = terms.filter((term) => term.meant);
    if (!slips.length) return undefined;
    return slips.reduce((query, { ways, meant }) => query.replace(ways[0].marks[0], meant || ""), phrase);
  }

  /** Latin letters that are no words of the book, read as pinyin: all of them as one, or word by word. @param {Book} book @param {string} phrase */
  async function pinyinTerms(book, phrase) {
    const none = { terms: [], meant: [] };
    const words = phrase.split(/[\s']+/u);
    if (!/^[a-zü][a-zü' ]*$/u.test(phrase) || words.every((word) => book.has(word))) return none;
    const one = await sound.spelled(book, words.join("").replaceAll("ü", "v"));
    /** @type {string[][]} */
    let each = await Promise.all(words.map((word) => sound.spelled(book, word.replaceAll("ü", "v"))));
    // Syllables typed apart are one word; words typed apart may stand apart.
    if (one.length && each.some((meanings) => (meanings[0] || "").length < 2)) each = [one];
    if (each.some((meanings) => !meanings.length)) return none;
    const terms = await Promise.all(each.map(async (meanings) => ({
      ways: await Promise.all(meanings.map((meaning, at) => literally(book, meaning, WAY.spelled ** (at + 1)))), weight: 1,
    })));
    return { terms, meant: one.length ? one : [each.map(([first]) => first).join(" ")] };
  }

  self.chapbook.terms = { termsOf };
})();
