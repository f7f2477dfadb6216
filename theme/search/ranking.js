/**
 * The constants of ranking that the index contains; `src/search/ranking.rs` explains each.
 */
(() => {
  "use strict";
  let inUse = { k1: 0 };
  self.chapbook.ranking = {
    use: (ranking) => void (inUse = ranking),
    /** The greatest weight of a term in a section. */
    most: () => inUse.k1 + 1,
  };
})();
