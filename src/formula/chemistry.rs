//! Chemical formulas and equations: the argument of `\ce`, as the package mhchem writes them, becomes LaTeX.
//!
//! Atoms, numbers, charges, states, isotopes, bonds, arrows with texts, `^` and `v` for gas and precipitate, and formulas
//! between dollar signs are read. Anything else is copied.

use super::scan::{Token, group, optional, token};

/// Arrows, longest first, with the command that draws each, and the one that draws it with texts.
const ARROWS: &[(&str, &str, &str)] = &[
    ("<=>>", r"\rightleftharpoons", r"\xrightleftharpoons"),
    ("<<=>", r"\rightleftharpoons", r"\xrightleftharpoons"),
    ("<-->", r"\rightleftarrows", r"\xleftrightarrow"),
    ("<=>", r"\rightleftharpoons", r"\xrightleftharpoons"),
    ("<->", r"\longleftrightarrow", r"\xleftrightarrow"),
    ("-->", r"\longrightarrow", r"\xrightarrow"),
    ("->", r"\longrightarrow", r"\xrightarrow"),
    ("<-", r"\longleftarrow", r"\xleftarrow"),
];

/// Where the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before a molecule: a number is a count of molecules.
    Before,
    /// Before an atom, after a number of its isotope.
    Isotope,
    /// Right after an atom or a bracket: a number is a count of atoms.
    After,
}

struct Chemistry {
    out: String,
    place: Place,
}

/// The LaTeX of a chemical formula.
pub(super) fn tex(written: &str) -> String {
    let mut chemistry = Chemistry { out: String::new(), place: Place::Before };
    let mut rest = written.trim();
    while !rest.is_empty() {
        let length = chemistry.step(rest);
        rest = &rest[length..];
    }
    chemistry.out
}

impl Chemistry {
    /// Reads the next part and returns its length.
    fn step(&mut self, rest: &str) -> usize {
        if let Some(length) = self.arrow(rest).or_else(|| self.lone_sign(rest)) {
            return length;
        }
        let first = rest.chars().next().unwrap_or_default();
        match first {
            c if c.is_whitespace() => {
                self.place = Place::Before;
                rest.len() - rest.trim_start().len()
            }
            '0'..='9' => self.number(rest),
            '^' | '_' => self.script(first, &rest[1..]) + 1,
            '+' | '-' => self.sign(first, &rest[1..]),
            '$' => self.formula(rest),
            '{' => self.braces(rest),
            '\\' => self.command(rest),
            '(' | '[' => self.push(&rest[..1], Place::Before, 1),
            ')' | ']' => self.push(&rest[..1], Place::After, 1),
            '=' => self.push("{=}", Place::Before, 1),
            '#' => self.push(r"{\equiv}", Place::Before, 1),
            '.' | '*' if self.place == Place::After => self.push(r"\cdot ", Place::Before, 1),
            c if c.is_alphabetic() => self.letters(rest),
            c => self.push(&rest[..c.len_utf8()], Place::Before, c.len_utf8()),
        }
    }

    fn push(&mut self, tex: &str, place: Place, length: usize) -> usize {
        self.out.push_str(tex);
        self.place = place;
        length
    }

    fn arrow(&mut self, rest: &str) -> Option<usize> {
        let (written, plain, with_text) = ARROWS.iter().find(|(written, ..)| rest.starts_with(written))?;
        let after = &rest[written.len()..];
        let (above, first) = optional(after).unwrap_or(("", 0));
        let (below, second) = optional(&after[first..]).filter(|_| first > 0).unwrap_or(("", 0));
        let drawn = if first == 0 {
            format!(" {plain} ")
        } else {
            format!(" {with_text}[{{{}}}]{{{}}} ", tex(below), tex(above))
        };
        Some(self.push(&drawn, Place::Before, written.len() + first + second))
    }

    /// A sign between spaces: `+`, `-` and `=` are operators, `^` means a gas and `v` a precipitate.
    fn lone_sign(&mut self, rest: &str) -> Option<usize> {
        let sign = rest.chars().next()?;
        let is_alone = rest[sign.len_utf8()..].chars().next().is_none_or(char::is_whitespace);
        let drawn = match sign {
            '+' | '-' | '=' => format!(" {sign} "),
            '^' => r"\uparrow ".to_owned(),
            'v' => r"\downarrow ".to_owned(),
            _ => return None,
        };
        (is_alone && self.place == Place::Before).then(|| self.push(&drawn, Place::Before, 1))
    }

    fn number(&mut self, rest: &str) -> usize {
        let is_count = |c: char| c.is_ascii_digit() || (c == '.' && self.place == Place::Before);
        let length = rest.find(|c: char| !is_count(c)).unwrap_or(rest.len());
        let digits = rest[..length].trim_end_matches('.');
        if self.place == Place::After {
            return self.push(&format!("_{{{digits}}}"), Place::After, digits.len());
        }
        let below = rest[digits.len()..].strip_prefix('/').unwrap_or_default();
        let more = below.find(|c: char| !c.is_ascii_digit()).unwrap_or(below.len());
        match more {
            0 => self.push(&format!(r"{digits}\,"), Place::Before, digits.len()),
            _ => self.push(
                &format!(r"\tfrac{{{digits}}}{{{}}}\,", &below[..more]),
                Place::Before,
                digits.len() + 1 + more,
            ),
        }
    }

    /// A charge, a count or the numbers of an isotope; returns the length after the sign.
    fn script(&mut self, sign: char, rest: &str) -> usize {
        let (content, length) = if let Some((content, length)) = group(rest) {
            (content, length)
        } else {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let signs = rest[digits..].len() - rest[digits..].trim_start_matches(['+', '-']).len();
            let letters = if digits + signs == 0 { rest.chars().next().map_or(0, char::len_utf8) } else { 0 };
            (&rest[..digits + signs + letters], digits + signs + letters)
        };
        let (base, place) = match self.place {
            Place::Before => ("{}", Place::Isotope),
            place => ("", place),
        };
        self.push(&format!("{base}{sign}{{{}}}", upright(content)), place, length)
    }

    /// A charge at the end of a molecule, or a bond.
    fn sign(&mut self, sign: char, rest: &str) -> usize {
        let ends = rest.chars().next().is_none_or(|c| c.is_whitespace() || matches!(c, ')' | ']' | ',' | '^' | '$'));
        match (self.place, ends) {
            (Place::After, true) => self.push(&format!("^{{{sign}}}"), Place::After, 1),
            _ => self.push(&format!("{{{sign}}}"), Place::Before, 1),
        }
    }

    fn letters(&mut self, rest: &str) -> usize {
        let length = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        self.push(&upright(&rest[..length]), Place::After, length)
    }

    fn formula(&mut self, rest: &str) -> usize {
        let end = rest[1..].find('$').map_or(rest.len(), |end| end + 1);
        self.push(&format!("{{{}}}", &rest[1..end]), Place::After, (end + 1).min(rest.len()))
    }

    fn braces(&mut self, rest: &str) -> usize {
        match group(rest) {
            Some((content, length)) => self.push(&format!("{{{}}}", tex(content)), Place::After, length),
            None => self.push(r"\{", Place::Before, 1),
        }
    }

    /// A command with the group after it.
    fn command(&mut self, rest: &str) -> usize {
        let length = token(rest).map_or(rest.len(), |(_, length)| length);
        let more = group(&rest[length..]).map_or(0, |(_, more)| more);
        self.push(&format!("{} ", &rest[..length + more]), Place::After, length + more)
    }
}

/// Letters in upright type; other characters as they are.
fn upright(text: &str) -> String {
    let is_word = text.chars().all(char::is_alphabetic) && !text.is_empty();
    let has_commands = matches!(token(text), Some((Token::Command(_), _)));
    if is_word || (text.chars().any(char::is_alphabetic) && !has_commands) {
        format!(r"\mathrm{{{text}}}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chemical_formulas() {
        for (written, expected) in [
            ("H2O", r"\mathrm{H}_{2}\mathrm{O}"),
            ("2H2 + O2 -> 2H2O", r"2\,\mathrm{H}_{2} + \mathrm{O}_{2} \longrightarrow 2\,\mathrm{H}_{2}\mathrm{O}"),
            ("SO4^2-", r"\mathrm{SO}_{4}^{2-}"),
            ("[Fe(CN)6]^{3-}", r"[\mathrm{Fe}(\mathrm{CN})_{6}]^{3-}"),
            ("Na+", r"\mathrm{Na}^{+}"),
            ("^{14}_{6}C", r"{}^{14}_{6}\mathrm{C}"),
            ("CuSO4.5H2O", r"\mathrm{CuSO}_{4}\cdot 5\,\mathrm{H}_{2}\mathrm{O}"),
            ("1/2O2(g)", r"\tfrac{1}{2}\,\mathrm{O}_{2}(\mathrm{g})"),
            ("A <=>[x] B", r"\mathrm{A} \xrightleftharpoons[{}]{\mathrm{x}} \mathrm{B}"),
            ("CO3^2- v", r"\mathrm{CO}_{3}^{2-}\downarrow "),
            ("CH3-CH3", r"\mathrm{CH}_{3}{-}\mathrm{CH}_{3}"),
            (r"->[\Delta]", r" \xrightarrow[{}]{\Delta } "),
        ] {
            assert_eq!(tex(written), expected, "{written}");
        }
    }
}
