//! The boxes an author may open with `:::name`: adding one is a row here and a template in `theme/directives/`.

/// What a box is and what it may hold.
#[derive(Debug, PartialEq, Eq)]
pub struct DirectiveInfo {
    /// The name behind `:::`.
    pub name: &'static str,
    /// What it is for, in one line.
    pub about: &'static str,
}

/// Every box, by name.
pub const DIRECTIVES: &[DirectiveInfo] = &[
    DirectiveInfo { name: "danger", about: "what does harm that cannot be undone" },
    DirectiveInfo { name: "details", about: "something to unfold; unfolded on paper" },
    DirectiveInfo { name: "important", about: "what must be known to succeed" },
    DirectiveInfo { name: "note", about: "something worth knowing" },
    DirectiveInfo { name: "steps", about: "an ordered list, set as steps" },
    DirectiveInfo { name: "tab", about: "one panel of `tabs`; its title is the label" },
    DirectiveInfo { name: "tabs", about: "panels of which one is shown; all on paper" },
    DirectiveInfo { name: "tip", about: "what makes things easier" },
    DirectiveInfo { name: "warning", about: "what goes wrong if overlooked" },
];

/// The box of a name, if there is one; case does not matter.
pub(super) fn directive(name: &str) -> Option<&'static DirectiveInfo> {
    DIRECTIVES.iter().find(|directive| directive.name.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_sorted_and_found() {
        assert!(DIRECTIVES.windows(2).all(|pair| pair[0].name < pair[1].name));
        assert_eq!(directive("Note").map(|found| found.name), Some("note"));
        assert_eq!(directive("notes"), None);
    }
}
