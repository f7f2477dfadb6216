//! Lines of code that were highlighted before: the same line in the same state of the grammar has the same tokens.
//!
//! Books show a listing again and again with a line or two changed, and every book is full of `}`.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::highlight::{Grammar, LINE, Painter};

/// States of one grammar that are told apart; texts that lead to more, as with a word to end at, are rare.
const STATES: usize = 200;
/// Bytes of lines that are remembered for one grammar.
const BYTES: usize = 16 << 20;

/// What is remembered, by the names of grammars.
#[derive(Debug, Default)]
pub(super) struct LineMemo {
    grammars: Mutex<BTreeMap<String, Lines>>,
}

/// The lines of one grammar.
#[derive(Debug, Default)]
struct Lines {
    /// The first is where every block begins.
    states: Vec<State>,
    bytes: usize,
}

/// A state between two lines, and the lines that were met in it: their tokens, and the number of the state behind them.
#[derive(Debug)]
struct State {
    painter: Painter,
    lines: HashMap<Box<str>, (Box<[u8]>, usize)>,
}

impl LineMemo {
    /// The tokens of a block, line after line.
    pub(super) fn tokens(&self, grammar: &Grammar, code: &str) -> Vec<u8> {
        let mut tokens = Vec::with_capacity(code.len() / 2);
        let mut walk = self.begin(grammar);
        for line in code.lines() {
            walk.line(line, &mut tokens);
            tokens.push(LINE);
        }
        tokens
    }

    fn begin<'a>(&'a self, grammar: &'a Grammar) -> Walk<'a> {
        let painter = Painter::new(grammar);
        let at = self.lock().entry(grammar.name.clone()).or_default().number(&painter);
        Walk { memo: self, grammar: &grammar.name, at, painter: Some(painter) }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Lines>> {
        self.grammars.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The way through a block.
struct Walk<'a> {
    memo: &'a LineMemo,
    grammar: &'a str,
    /// The number of the state, if it has one.
    at: Option<usize>,
    /// The state itself, if a line was highlighted to come here.
    painter: Option<Painter>,
}

impl Walk<'_> {
    fn line(&mut self, line: &str, tokens: &mut Vec<u8>) {
        if self.remembered(line, tokens) {
            return;
        }
        let Some(mut painter) = self.painter.take().or_else(|| self.stored()) else { return };
        let from = tokens.len();
        painter.line(line, tokens);
        // Unlocked meanwhile: two threads may do the same work, but never wait for one another.
        if let Some(lines) = self.memo.lock().get_mut(self.grammar) {
            let next = lines.number(&painter);
            lines.keep(self.at, line, &tokens[from..], next);
            self.at = next;
        }
        self.painter = Some(painter);
    }

    fn remembered(&mut self, line: &str, tokens: &mut Vec<u8>) -> bool {
        let grammars = self.memo.lock();
        let lines = self.at.and_then(|at| grammars.get(self.grammar)?.states.get(at)?.lines.get(line));
        let Some((known, next)) = lines else { return false };
        tokens.extend_from_slice(known);
        self.at = Some(*next);
        self.painter = None;
        true
    }

    fn stored(&self) -> Option<Painter> {
        self.memo.lock().get(self.grammar)?.states.get(self.at?).map(|state| state.painter.clone())
    }
}

impl Lines {
    /// The number of a state, a new one if there is room.
    fn number(&mut self, painter: &Painter) -> Option<usize> {
        if let Some(at) = self.states.iter().position(|state| state.painter == *painter) {
            return Some(at);
        }
        let room = self.states.len() < STATES;
        room.then(|| {
            self.states.push(State { painter: painter.clone(), lines: HashMap::new() });
            self.states.len() - 1
        })
    }

    fn keep(&mut self, at: Option<usize>, line: &str, tokens: &[u8], next: Option<usize>) {
        let (Some(state), Some(next)) = (at.and_then(|at| self.states.get_mut(at)), next) else { return };
        let bytes = line.len() + tokens.len();
        if self.bytes + bytes <= BYTES {
            self.bytes += bytes;
            state.lines.insert(line.into(), (tokens.into(), next));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::highlight::{grammar, tokens};
    use super::*;

    #[test]
    fn remembered_or_not_the_tokens_are_the_same() {
        let memo = LineMemo::default();
        let blocks = [
            ("rust", "/* a\nb */ fn f() {\n}\n"),
            ("rust", "fn f() {\n}\n// \"\nlet s = \"a\nb */ fn f() {\n}\n\";\n}\n"),
            ("rust", "r#\"\n}\nb */ fn f() {\n\"#;\n}\n"),
            ("bash", "cat <<EOF\n}\nEOF\n}\n"),
            ("bash", "cat <<END\n}\nEOF\nEND\n}\n"),
        ];
        for round in 0..2 {
            for (language, code) in blocks {
                let fresh = tokens(language, code, &LineMemo::default()).unwrap();
                assert_eq!(*fresh, *memo.tokens(grammar(language).unwrap(), code), "round {round}: {code}");
            }
        }
    }

    #[test]
    fn too_many_states_are_not_remembered_and_still_right() {
        let memo = LineMemo::default();
        for number in 0..2 * STATES {
            let code = format!("cat <<E{number}\n$a\nE{number}\n");
            let fresh = LineMemo::default().tokens(grammar("bash").unwrap(), &code);
            assert_eq!(memo.tokens(grammar("bash").unwrap(), &code), fresh, "{number}");
        }
    }
}
