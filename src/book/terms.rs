//! The terms of a glossary, and how often a chapter uses each.
//!
//! In: the definitions of the glossary's chapter, and the text of a chapter as its tree gives it. Letter case is ignored.
//! A term of a script that separates words matches whole words; of Han, kana and their like, any part of the text. Where
//! several terms begin, the longest one matches.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::chapter::{Chapter, GlossaryEntry, SectionText, joins_words};
use crate::path::Anchor;

/// The longest term that is searched for, in characters: this bounds the time that each place in a text takes.
const LONGEST: usize = 100;

/// A term of the glossary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The term as it is written in running text: without what is in brackets after it.
    pub word: String,
    /// All forms that match, in lower case; the first is that of the word.
    pub forms: Vec<String>,
    /// What it means, in one sentence.
    pub meaning: String,
    /// Its id on the glossary's page.
    pub anchor: Option<Anchor>,
    /// Its entry: an index into [`Chapter::glossary`] of the glossary's chapter.
    pub entry: usize,
}

/// The terms of a book.
#[derive(Debug, Default)]
pub struct Terms {
    /// The terms, longest first.
    list: Vec<Term>,
    matcher: Matcher,
    /// The index of each term that has an id.
    by_anchor: HashMap<Anchor, usize>,
}

impl Terms {
    /// The terms of a glossary in a language (BCP 47); English terms match in the plural too.
    pub(super) fn of(glossary: &Chapter, language: &str) -> Self {
        let english = language.split('-').next().is_some_and(|primary| primary.eq_ignore_ascii_case("en"));
        let entries = glossary.glossary.iter().enumerate();
        let mut list: Vec<Term> = entries.filter_map(|(index, entry)| term(index, entry, english)).collect();
        list.sort_by(|a, b| b.word.chars().count().cmp(&a.word.chars().count()).then_with(|| a.word.cmp(&b.word)));
        let mut known = BTreeSet::new();
        list.retain(|term| known.insert(term.forms.first().cloned()));
        let (mut matcher, mut by_anchor) = (Matcher::default(), HashMap::new());
        for (index, term) in list.iter().enumerate() {
            term.forms.iter().for_each(|form| matcher.add(form, index));
            if let Some(anchor) = &term.anchor {
                by_anchor.entry(anchor.clone()).or_insert(index);
            }
        }
        Self { list, matcher, by_anchor }
    }

    /// The index of the term with this id on the glossary's page.
    pub(super) fn at(&self, anchor: &Anchor) -> Option<usize> {
        self.by_anchor.get(anchor).copied()
    }

    /// All terms, longest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Term> {
        self.list.iter()
    }

    /// The term with this index.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&Term> {
        self.list.get(index)
    }

    /// How often a chapter uses each term that it uses, code blocks aside.
    pub(super) fn uses(&self, chapter: &Chapter) -> BTreeMap<usize, usize> {
        let mut uses = BTreeMap::new();
        if self.list.is_empty() {
            return uses;
        }
        let prose = chapter.sections.iter().flat_map(SectionText::prose);
        for text in prose.chain(chapter.headings.iter().map(|heading| heading.title.as_str())) {
            self.matcher.each_match(text, |term| *uses.entry(term).or_default() += 1);
        }
        uses
    }
}

/// An entry of the glossary, at an index, as a term if it can be one.
fn term(index: usize, entry: &GlossaryEntry, english: bool) -> Option<Term> {
    let word = entry.term.split(['（', '(']).next().unwrap_or_default().trim().to_owned();
    let length = word.chars().count();
    (length > 1 && length <= LONGEST && !entry.meaning.is_empty()).then(|| Term {
        forms: forms(&word.to_lowercase(), english),
        meaning: entry.meaning.clone(),
        anchor: entry.anchor.clone(),
        entry: index,
        word,
    })
}

/// The forms of a word in lower case: itself, and its English plural if it may have one.
fn forms(word: &str, english: bool) -> Vec<String> {
    let mut forms = vec![word.to_owned()];
    forms.extend(plural(word).filter(|_| english));
    forms
}

fn plural(word: &str) -> Option<String> {
    let last = word.rsplit(|c: char| !c.is_ascii_alphabetic()).next().filter(|last| last.len() > 1)?;
    let stem = last.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u']));
    Some(match stem {
        Some(_) => format!("{}ies", &word[..word.len() - 1]),
        None if ["s", "x", "z", "ch", "sh"].iter().any(|end| last.ends_with(end)) => format!("{word}es"),
        None => format!("{word}s"),
    })
}

/// A tree of the forms of all terms, by character.
#[derive(Debug)]
struct Matcher {
    /// The node behind a node and a character.
    next: HashMap<(usize, char), usize>,
    /// For each node, the term whose form ends there.
    ends: Vec<Option<usize>>,
    /// The first characters of all forms: few places in a text need more than a look at these.
    starts: CharSet,
}

/// A set of characters as bits, one for each remainder of the code point: it may contain more than was added.
#[derive(Debug)]
struct CharSet([u64; 64]);

impl Default for CharSet {
    fn default() -> Self {
        Self([0; 64])
    }
}

impl CharSet {
    fn extend(&mut self, c: Option<char>) {
        if let Some(c) = c {
            self.0[c as usize / 64 % 64] |= 1 << (c as usize % 64);
        }
    }

    fn contains(&self, c: char) -> bool {
        self.0[c as usize / 64 % 64] & (1 << (c as usize % 64)) != 0
    }
}

impl Default for Matcher {
    fn default() -> Self {
        Self { next: HashMap::new(), ends: vec![None], starts: CharSet::default() }
    }
}

impl Matcher {
    /// Adds a form of a term; of equal forms the first counts.
    fn add(&mut self, form: &str, term: usize) {
        let mut node = 0;
        self.starts.extend(form.chars().next());
        for c in form.chars() {
            let new = self.ends.len();
            node = *self.next.entry((node, c)).or_insert(new);
            if node == new {
                self.ends.push(None);
            }
        }
        self.ends[node].get_or_insert(term);
    }

    /// Visits the term of each match, left to right; matches do not overlap.
    fn each_match(&self, text: &str, mut visit: impl FnMut(usize)) {
        let folded = text.to_lowercase();
        let (mut at, mut before) = (0, None);
        while let Some(c) = folded[at..].chars().next() {
            let can_start = self.starts.contains(c) && !meets(before, c);
            let found = if can_start { self.longest(&folded[at..]) } else { None };
            let length = found.map_or(c.len_utf8(), |(term, length)| {
                visit(term);
                length
            });
            before = folded[at..at + length].chars().next_back();
            at += length;
        }
    }

    /// The longest form at the start of a text that ends where a word may end: its term, and its length in bytes.
    fn longest(&self, text: &str) -> Option<(usize, usize)> {
        let is_end = |c: char, end: usize| text[end..].chars().next().is_none_or(|follows| !meets(Some(c), follows));
        let term =
            |(node, c, end): (usize, char, usize)| self.ends[node].filter(|_| is_end(c, end)).map(|term| (term, end));
        self.steps(text).filter_map(term).last()
    }

    /// The way down the tree along the start of a text: each node with its character and where that ends in the text.
    fn steps(&self, text: &str) -> impl Iterator<Item = (usize, char, usize)> {
        let mut node = 0;
        text.char_indices().map_while(move |(at, c)| {
            node = *self.next.get(&(node, c))?;
            Some((node, c, at + c.len_utf8()))
        })
    }
}

/// Whether two characters next to each other are parts of one word.
fn meets(before: Option<char>, c: char) -> bool {
    let is_part = |c: char| c.is_alphanumeric() && !joins_words(c);
    before.is_some_and(is_part) && is_part(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::testing::Sketch;

    /// The words among `words` that a text uses, in the order of the text.
    fn matches<'w>(words: &[&'w str], text: &str) -> Vec<&'w str> {
        let mut matcher = Matcher::default();
        for (index, word) in words.iter().enumerate() {
            for form in forms(&word.to_lowercase(), true) {
                matcher.add(&form, index);
            }
        }
        let mut found = Vec::new();
        matcher.each_match(text, |index| found.push(words[index]));
        found
    }

    #[test]
    fn terms_match_whole_words_in_any_case() {
        for (words, text, expected) in [
            (
                &["link", "box", "entry", "day"][..],
                "Links, BOXES and entries; a day, days",
                &["link", "box", "entry", "day", "day"][..],
            ),
            (&["link"], "linking unlink linked link2 hyperlink", &[]),
            (&["link", "link text"], "a link text, a link texture, link", &["link text", "link", "link"]),
            (&["逾期", "逾期利息"], "已逾期，逾期利息", &["逾期", "逾期利息"]),
            (&["git"], "用git提交", &["git"]),
            (&["A股"], "看A股市场，BA股", &["A股"]),
            (&["Wörter", "ΑΘΗΝΑ", "право"], "WÖRTER αθηνα Право правовой", &["Wörter", "ΑΘΗΝΑ", "право"]),
            (&["C++", "node.js"], "C++ and Node.js", &["C++", "node.js"]),
            (&["class", "href"], "first classes, <a>", &["class"]),
            (&["カード"], "銀行カードの", &["カード"]),
            (&["ab"], "", &[]),
        ] {
            assert_eq!(matches(words, text), expected, "{words:?} in {text:?}");
        }
    }

    #[test]
    fn the_steps_at_each_place_are_bounded() {
        // All terms begin as the text does, and none matches; the last is too long.
        let words = [LONGEST / 2, LONGEST - 1, LONGEST, 3 * LONGEST].map(|length| "甲".repeat(length) + "乙");
        let terms = Terms::of(&glossary(&words), "zh");
        assert_eq!(terms.list.len(), 2);
        let text = "甲".repeat(200_000);
        let steps = |at: usize| terms.matcher.steps(&text[at..]).count();
        let counts: BTreeSet<usize> = text.char_indices().map(|(at, _)| at).step_by(97).map(steps).collect();
        assert_eq!(counts.last(), Some(&(LONGEST - 1)));
        let mut matches = 0;
        terms.matcher.each_match(&text[..3 * 20_000], |_| matches += 1);
        assert_eq!(matches, 0);
    }

    #[test]
    fn a_term_keeps_the_index_of_its_entry() {
        let mut glossary = glossary(&["ab", "a", "abc", "AB", "abcd"].map(str::to_owned));
        glossary.glossary[2].anchor = Anchor::written("x");
        let terms = Terms::of(&glossary, "en");
        let entries: Vec<_> = terms.iter().map(|term| (term.word.as_str(), term.entry)).collect();
        assert_eq!(entries, [("abcd", 4), ("abc", 2), ("AB", 3)]);
        let at = |id| terms.at(&Anchor::written(id).unwrap());
        assert_eq!((at("x"), at("y")), (Some(1), None));
    }

    /// A glossary with these terms.
    fn glossary(words: &[String]) -> Chapter {
        Sketch::at("glossary.md").terms(words).chapter()
    }
}
