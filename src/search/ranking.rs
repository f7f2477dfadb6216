//! The constants that determine the order of results. They are part of the index, so that the engine uses the same values.

use serde::Serialize;

/// The constants of ranking.
///
/// A term's weight in a section is BM25F: the counts of its fields are weighted and added, then saturated by `k1` and
/// normalized by length with `b` (Robertson and Zaragoza, *The Probabilistic Relevance Framework: BM25 and Beyond*, 2009). The
/// engine multiplies it by the term's inverse document frequency and adds the bonuses. The manual's page *Search index* lists
/// the effect of each constant on the evaluation queries.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Ranking {
    /// The weight of one occurrence in each field.
    pub(super) fields: Fields,
    /// Term frequency saturation of BM25: how quickly further occurrences add less. 1.2 is the usual value.
    pub(super) k1: f64,
    /// Length normalization of BM25, from 0 (none) to 1 (full). Lower than the usual 0.75, because sections are short and a
    /// long one is often the main one of its subject.
    pub(super) b: f64,
    /// The lower bound of the document frequency: a term in fewer sections does not weigh more, so that a pair of characters
    /// that occurs once by chance does not decide.
    pub(super) rare: usize,
    /// The factor for a section that contains almost none of the query's terms. It is above 0, so that a question has results
    /// although not all its words occur.
    pub(super) coverage_floor: f64,
    /// The bonus for a heading that equals the query, as a multiple of the query's maximal score.
    pub(super) heading_equal: f64,
    /// The same for a heading that contains the query.
    pub(super) heading_holds: f64,
    /// The same for a text that contains the query as typed.
    pub(super) text_holds: f64,
    /// The share of the scores of a page's next best sections that is added to the best one.
    pub(super) neighbour: f64,
    /// How many of these sections are added.
    pub(super) neighbours: usize,
    /// How many sections the main text has.
    pub(super) main: usize,
    /// The factor for a section after these: of a changelog, a licence or a translation.
    pub(super) aside: f64,
}

/// The field weights of BM25F.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Fields {
    /// The heading. It names the subject of the section, so one word of it weighs as much as seven in the text.
    pub(super) title: f64,
    /// The trail. It is nearly the same for all sections of a page, so it hardly distinguishes them.
    pub(super) trail: f64,
    /// The aliases that the author or the glossary gives a section.
    pub(super) aliases: f64,
    /// The text.
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
    main: usize::MAX,
    aside: 0.5,
};

impl Ranking {
    /// The weight of a term in a section without its inverse document frequency, from 0 to `k1` + 1.
    ///
    /// `counts` are the occurrences of the term in title, trail, aliases and text, `length` is the length of the section's
    /// text and `mean` the mean of all lengths, in the same unit.
    #[must_use]
    pub(super) fn weight(&self, counts: [u32; 4], length: usize, mean: f64) -> f64 {
        let Fields { title, trail, aliases, text } = self.fields;
        let count: f64 =
            counts.iter().zip([title, trail, aliases, text]).map(|(count, field)| f64::from(*count) * field).sum();
        #[expect(clippy::cast_precision_loss, reason = "lengths of texts are far below 2^52")]
        let normalization = 1.0 - self.b + self.b * length as f64 / mean.max(1.0);
        (self.k1 + 1.0) * count / (self.k1 * normalization + count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_weigh_more_than_text_and_weights_are_bounded() {
        let weight = |counts| RANKING.weight(counts, 100, 100.0);
        assert!(weight([1, 0, 0, 0]) > weight([0, 0, 0, 6]));
        assert!(weight([0, 0, 0, 2]) > weight([0, 0, 0, 1]));
        assert!(weight([9, 9, 9, 9]) < RANKING.k1 + 1.0);
        assert!(RANKING.weight([0, 0, 0, 1], 10, 100.0) > RANKING.weight([0, 0, 0, 1], 1000, 100.0));
    }
}
