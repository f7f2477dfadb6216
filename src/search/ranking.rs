//! All that was chosen about the order of results rather than derived; it travels to the page inside the index.

use serde::Serialize;

/// The constants of ranking. `theme/search/rank.js`, `ways.js` and `engine.js` read the same values from the index.
///
/// The manual's page on the search index says what each costs when it is left out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Ranking {
    /// How much one word counts by where it stands.
    pub(super) fields: Fields,
    /// How soon more of the same word says nothing new (BM25; Robertson and Zaragoza 2009): the usual value.
    pub(super) k1: f64,
    /// How much long sections are held back: low, since sections are short and a long one is often the main one.
    pub(super) b: f64,
    /// What stands in fewer sections than this is not rarer for it: one pair of glyphs met by chance must not decide.
    pub(super) rare: usize,
    /// What remains for a section that has almost nothing of the query: never nothing, so that a question has an answer.
    pub(super) coverage_floor: f64,
    /// Bonus, in units of all the query can score, for a heading that is the query.
    pub(super) heading_equal: f64,
    /// The same for a heading that holds the query.
    pub(super) heading_holds: f64,
    /// The same for a text that holds the query as typed.
    pub(super) text_holds: f64,
    /// The next sections of a page speak for it, each a little.
    pub(super) neighbour: f64,
    /// How many of them.
    pub(super) neighbours: usize,
}

/// What one word weighs in each field of a section (BM25F).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Fields {
    /// A heading says what its section is about: one word of it weighs as much as seven in the text.
    pub(super) title: f64,
    /// The trail says it of the whole page, so it tells little between its sections.
    pub(super) trail: f64,
    /// Words that the author, or the book's glossary, gives a section beside its own.
    pub(super) aliases: f64,
    /// The text itself.
    pub(super) text: f64,
}

/// The values in use.
pub(super) const RANKING: Ranking = Ranking {
    fields: Fields { title: 7.0, trail: 1.5, aliases: 3.0, text: 1.0 },
    k1: 1.2,
    b: 0.4,
    rare: 3,
    coverage_floor: 0.35,
    heading_equal: 3.0,
    heading_holds: 0.6,
    text_holds: 0.35,
    neighbour: 0.08,
    neighbours: 5,
};

impl Ranking {
    /// The weight of a term in a section (BM25F, before rarity), from 0 to k1 + 1.
    ///
    /// `counts` are its numbers in title, trail, aliases and text; `length` is the section's, `mean` the book's.
    #[must_use]
    pub(super) fn weight(&self, counts: [u32; 4], length: usize, mean: f64) -> f64 {
        let Fields { title, trail, aliases, text } = self.fields;
        let count: f64 =
            counts.iter().zip([title, trail, aliases, text]).map(|(count, field)| f64::from(*count) * field).sum();
        #[expect(clippy::cast_precision_loss, reason = "lengths of texts are far below 2^52")]
        let long = 1.0 - self.b + self.b * length as f64 / mean.max(1.0);
        (self.k1 + 1.0) * count / (self.k1 * long + count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_weighs_more_than_text_and_all_stays_bounded() {
        let weight = |counts| RANKING.weight(counts, 100, 100.0);
        assert!(weight([1, 0, 0, 0]) > weight([0, 0, 0, 6]));
        assert!(weight([0, 0, 0, 2]) > weight([0, 0, 0, 1]));
        assert!(weight([9, 9, 9, 9]) < RANKING.k1 + 1.0);
        assert!(RANKING.weight([0, 0, 0, 1], 10, 100.0) > RANKING.weight([0, 0, 0, 1], 1000, 100.0));
    }
}
