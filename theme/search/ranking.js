/**
 * The constants of ranking, as the index brings them; `src/search/ranking.rs` says what each is for.
 */
(() => {
  "use strict";
  let inUse = { k1: 0 };
  self.chapbook.ranking = {
    /** @param {any} ranking */
    use: (ranking) => (inUse = ranking),
    /** The most that a term can weigh in a section. */
    most: () => inUse.k1 + 1,
  };
})();
