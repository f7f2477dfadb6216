//! Preprocessors: which ones a book has, in which order they run, and which are built in.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use super::model::MdBook;
use super::table::{flag, table, text, texts, value};
use super::{protocol, run, toc};
use crate::config::Project;
use crate::diagnostic::{Diagnostic, Place, Report, Span, codes};
use crate::source::Sources;

/// Preprocessors that are built into chapbook.
const BUILT_IN: [&str; 9] =
    ["admonish", "alerts", "index", "katex", "links", "mathjax", "mermaid", "toc", "last-changed"];

/// A preprocessor of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plugin {
    /// Its name.
    pub(super) name: String,
    /// Its command line.
    pub(super) command: String,
    /// Whether it may be missing.
    pub(super) optional: bool,
}

impl MdBook {
    /// The names of the preprocessors that are not built in, in backticks.
    #[must_use]
    pub fn programs(&self) -> Vec<String> {
        let external =
            sorted_plugins(&self.toml).into_iter().filter(|plugin| !BUILT_IN.contains(&plugin.name.as_str()));
        external.map(|plugin| format!("`{}`", plugin.name)).collect()
    }

    /// The command lines that a build of this book runs.
    #[must_use]
    pub fn commands(&self) -> Vec<String> {
        let is_run = |plugin: &Plugin| {
            self.plugins.run
                && (!BUILT_IN.contains(&plugin.name.as_str()) || self.plugins.external.contains(&plugin.name))
        };
        sorted_plugins(&self.toml).into_iter().filter(is_run).map(|plugin| plugin.command).collect()
    }

    /// Runs the preprocessors, as programs or built in, on the chapters.
    pub(super) fn preprocess(&self, project: &Project, sources: &mut Sources, report: &mut Report) {
        for plugin in sorted_plugins(&self.toml) {
            let external = self.plugins.external.contains(&plugin.name);
            if BUILT_IN.contains(&plugin.name.as_str()) && !external {
                if plugin.name == "toc" {
                    toc::insert_lists(&self.toml, project, sources);
                }
            } else if self.plugins.run {
                self.run(&plugin, sources, report);
            } else {
                report_skipped(&plugin, "was not run because of `--no-plugins`", sources, report);
            }
        }
    }

    fn run(&self, plugin: &Plugin, sources: &mut Sources, report: &mut Report) {
        let input = protocol::input(self, sources);
        match run::preprocess(&plugin.command, &self.root, &input) {
            Ok(Some(output)) => match protocol::apply_output(&output, sources) {
                Ok(()) => {}
                Err(why) => failed(plugin, &why, sources, report),
            },
            // It does not support HTML.
            Ok(None) => {}
            Err(run::RunError::Missing) if plugin.optional => {}
            Err(run::RunError::Missing) => report_skipped(plugin, "is not installed", sources, report),
            Err(run::RunError::Failed(why)) => failed(plugin, &why, sources, report),
        }
    }
}

fn failed(plugin: &Plugin, why: &str, sources: &Sources, report: &mut Report) {
    report_skipped(plugin, &format!("failed: {why}"), sources, report);
}

/// Reports that a preprocessor did nothing, and the pages that seem to use it.
fn report_skipped(plugin: &Plugin, what: &str, sources: &Sources, report: &mut Report) {
    let pages = pages_with(&plugin.name, sources);
    let mut message = format!("plug-in `{}` {what}", plugin.name);
    if !pages.is_empty() {
        let shown: Vec<&str> = pages.iter().take(PAGES_NAMED).copied().collect();
        let more = if pages.len() > PAGES_NAMED { ", …" } else { "" };
        let use_it =
            if pages.len() == 1 { "1 page uses it".to_owned() } else { format!("{} pages use it", pages.len()) };
        message = format!("{message}; {use_it}: {}{more}", shown.join(", "));
    }
    let help = format!("install `{}`, or remove `[preprocessor.{}]` from `book.toml`", plugin.command, plugin.name);
    let place = Place { file: "book.toml".into(), span: Span::default() };
    report.add(Diagnostic::new(&codes::PLUGIN, message).at(place).help(help));
}

/// The maximum of pages named in a message.
const PAGES_NAMED: usize = 8;

/// The pages with what a preprocessor of this name usually replaces: `{{#name`, a code block or a comment of that name.
fn pages_with<'s>(name: &str, sources: &'s Sources) -> Vec<&'s str> {
    let signs = [format!("{{{{#{name}"), format!("{{{{ #{name}"), format!("```{name}"), format!("<!-- {name}")];
    let uses = |text: &str| signs.iter().any(|sign| text.contains(sign.as_str()));
    sources.chapters.iter().filter(|chapter| uses(&chapter.text)).map(|chapter| chapter.path.as_str()).collect()
}

/// The preprocessors for HTML in the order in which they run: each after those that it names in `after`, and before those
/// in `before`; otherwise by name.
pub(super) fn sorted_plugins(toml: &Table) -> Vec<Plugin> {
    let configured = table(toml, &["preprocessor"]).cloned().unwrap_or_default();
    let wanted: BTreeMap<&str, &Table> = configured
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.as_table()?)))
        .filter(|(_, table)| is_for_site(table))
        .collect();
    let defaults = if uses_defaults(toml) { &["index", "links"][..] } else { &[] };
    let names: BTreeSet<&str> = wanted.keys().copied().chain(defaults.iter().copied()).collect();
    let mut predecessors: BTreeMap<&str, BTreeSet<String>> =
        names.iter().map(|name| (*name, BTreeSet::new())).collect();
    for (name, table) in &wanted {
        predecessors.entry(name).or_default().extend(texts(table, &[&["after"]]));
        for other in texts(table, &[&["before"]]) {
            if let Some(waits) = predecessors.get_mut(other.as_str()) {
                waits.insert((*name).to_owned());
            }
        }
    }
    let mut ordered: Vec<Plugin> = Vec::new();
    while !predecessors.is_empty() {
        let waits = |name: &str| {
            predecessors[name].iter().any(|other| predecessors.contains_key(other.as_str()) && other != name)
        };
        // In a cycle the first name comes first.
        let next =
            predecessors.keys().copied().find(|name| !waits(name)).or_else(|| predecessors.keys().next().copied());
        let Some(next) = next else { break };
        predecessors.remove(next);
        ordered.push(plugin(next, wanted.get(next).copied()));
    }
    ordered
}

fn plugin(name: &str, table: Option<&Table>) -> Plugin {
    let command = table.and_then(|table| text(table, &[&["command"]])).unwrap_or_else(|| format!("mdbook-{name}"));
    let optional = table.and_then(|table| flag(table, &[&["optional"]])).unwrap_or(false);
    Plugin { name: name.to_owned(), command, optional }
}

fn is_for_site(table: &Table) -> bool {
    match table.get("renderers").or(table.get("renderer")) {
        Some(Value::Array(names)) => names.iter().any(|name| name.as_str() == Some("html")),
        Some(Value::String(name)) => name == "html",
        _ => true,
    }
}

/// Whether the preprocessors of mdBook itself are to run.
fn uses_defaults(toml: &Table) -> bool {
    value(toml, &["build", "use-default-preprocessors"]).and_then(toml::Value::as_bool).unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order() {
        for (toml, expected) in [
            ("", "index links"),
            ("[build]\nuse-default-preprocessors = false\n[preprocessor.x]", "x"),
            (
                "[preprocessor.b]\n[preprocessor.a]\nafter = [\"links\"]\n[preprocessor.c]\nbefore = [\"index\"]",
                "b c index links a",
            ),
            ("[preprocessor.a]\nafter = [\"b\"]\n[preprocessor.b]\nafter = [\"a\"]", "index links a b"),
            (
                "[preprocessor.a]\nrenderers = [\"epub\"]\n[preprocessor.b]\nrenderers = [\"html\"]\n[preprocessor]\nx = 1",
                "b index links",
            ),
        ] {
            let toml = toml.replace("[preprocessor]\nx = 1", "");
            let plugins = sorted_plugins(&toml::from_str(&toml).unwrap());
            let names: Vec<&str> = plugins.iter().map(|plugin| plugin.name.as_str()).collect();
            assert_eq!(names.join(" "), expected, "{toml}");
        }
    }
}
