//! Commands of LaTeX that are rewritten by a table.

/// Commands and what they are an abbreviation or another name of.
const SYNONYMS: &[(&str, &str)] = &[
    ("Bbb", r"\mathbb"),
    ("argmax", r"\mathop{arg max}"),
    ("argmin", r"\mathop{arg min}"),
    ("bm", r"\boldsymbol"),
    ("bold", r"\mathbf"),
    ("csch", r"\operatorname{csch}"),
    ("dddot", r"\overset{\ldots}"),
    ("darr", r"\downarrow"),
    ("empty", r"\emptyset"),
    ("frak", r"\mathfrak"),
    ("harr", r"\leftrightarrow"),
    ("hArr", r"\Leftrightarrow"),
    ("hdots", r"\ldots"),
    ("hfill", r"\quad"),
    ("hfil", r"\quad"),
    ("infin", r"\infty"),
    ("injlim", r"\mathop{inj lim}"),
    ("lArr", r"\Leftarrow"),
    ("larr", r"\leftarrow"),
    ("lrArr", r"\Leftrightarrow"),
    ("lrarr", r"\leftrightarrow"),
    ("llbracket", r"\lBrack"),
    ("mathbbm", r"\mathbb"),
    ("mathds", r"\mathbb"),
    ("mathrlap", r"\rlap"),
    ("mathscr", r"\mathcal"),
    ("mod", r"\quad\operatorname{mod}\;"),
    ("nonumber", ""),
    ("notag", ""),
    ("pmb", r"\boldsymbol"),
    ("projlim", r"\mathop{proj lim}"),
    ("rArr", r"\Rightarrow"),
    ("rarr", r"\rightarrow"),
    ("rrbracket", r"\rBrack"),
    ("sech", r"\operatorname{sech}"),
    ("slash", "/"),
    ("space", r"\ "),
    ("textgreater", ">"),
    ("textless", "<"),
    ("uarr", r"\uparrow"),
    ("varliminf", r"\mathop{lim inf}"),
    ("varlimsup", r"\mathop{lim sup}"),
];

/// What a command is written as instead, if it is in the table.
pub(super) fn synonym(name: &str) -> Option<&'static str> {
    SYNONYMS.iter().find(|(known, _)| *known == name).map(|(_, tex)| *tex)
}

/// Arrows with a text above them and, in brackets, below.
const ARROWS: &[(&str, &str)] = &[
    ("xLeftarrow", r"\Longleftarrow"),
    ("xLeftrightarrow", r"\Longleftrightarrow"),
    ("xRightarrow", r"\Longrightarrow"),
    ("xhookleftarrow", r"\hookleftarrow"),
    ("xhookrightarrow", r"\hookrightarrow"),
    ("xleftharpoondown", r"\leftharpoondown"),
    ("xleftharpoonup", r"\leftharpoonup"),
    ("xleftrightarrow", r"\longleftrightarrow"),
    ("xlongequal", "="),
    ("xmapsto", r"\longmapsto"),
    ("xrightharpoondown", r"\rightharpoondown"),
    ("xrightharpoonup", r"\rightharpoonup"),
    ("xrightleftharpoons", r"\rightleftharpoons"),
    ("xtwoheadrightarrow", r"\twoheadrightarrow"),
];

/// The arrow that a command draws under a text.
pub(super) fn arrow(name: &str) -> Option<&'static str> {
    ARROWS.iter().find(|(known, _)| *known == name).map(|(_, tex)| *tex)
}

/// Commands whose argument is text, and the command that sets it.
const TEXTS: &[(&str, &str)] = &[
    ("emph", r"\textit"),
    ("hbox", r"\text"),
    ("mbox", r"\text"),
    ("text", r"\text"),
    ("textbf", r"\textbf"),
    ("textit", r"\textit"),
    ("textmd", r"\text"),
    ("textnormal", r"\text"),
    ("textrm", r"\textrm"),
    ("textsf", r"\textsf"),
    ("textsl", r"\textit"),
    ("texttt", r"\texttt"),
    ("textup", r"\text"),
];

/// The command that sets the text of another.
pub(super) fn text(name: &str) -> Option<&'static str> {
    TEXTS.iter().find(|(known, _)| *known == name).map(|(_, command)| *command)
}

/// Environments that are read under another name, with what follows it.
pub(super) fn environment(name: &str) -> Option<(&'static str, &'static str)> {
    Some(match name {
        "eqnarray" | "eqnarray*" => ("array", "{rcl}"),
        "flalign" | "flalign*" => ("align*", ""),
        "multline*" => ("multline", ""),
        "displaymath" | "math" => ("equation*", ""),
        _ => return None,
    })
}
