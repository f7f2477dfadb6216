//! The only user of minijinja.
//!
//! In: the theme's templates, the interface's strings, a view. Out: text. Templates are trusted but bounded: they see
//! nothing but their view and `t`, and a template that never ends is an error.

use std::fmt::Write as _;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value, ValueKind};
use minijinja::{AutoEscape, Environment, Output, State, UndefinedBehavior};
use serde::Serialize;

use crate::error::Error;
use crate::escape::push_attribute;
use crate::theme::{Strings, Theme};

/// The most steps for one page. 64 bytes of output count as one step, so this also bounds memory, at about 1.5 GB. A page
/// takes a few thousand steps, the largest that is published about 20 million.
const FUEL: u64 = 24_000_000;

/// How deeply includes and loops may nest: an include counts 10, a loop 1. Deep enough for outlines of 60 levels.
const DEPTH: usize = 200;

/// The largest page, in bytes: as large as the largest file that is published.
const LONGEST: usize = 256 << 20;

/// The theme's templates, compiled once and filled from many threads.
#[derive(Debug)]
pub struct Templates {
    environment: Environment<'static>,
}

impl Templates {
    /// Compiles all templates of a theme; the interface's strings are seen by each as `t`.
    ///
    /// # Errors
    /// [`Error::Template`] naming template and line, if one cannot be compiled.
    pub fn new(theme: &Theme, strings: &Strings) -> Result<Self, Error> {
        let mut environment = bounded_environment()?;
        environment.add_global("t", Value::from(Serde(strings)));
        for (path, bytes) in theme.files("").filter(|(path, _)| is_template(path)) {
            let source = std::str::from_utf8(bytes).map_err(|_| not_text(path))?;
            environment.add_template_owned(path.to_owned(), source.to_owned()).map_err(|error| explain(&error))?;
        }
        Ok(Self { environment })
    }

    /// Fills one template ("page.html", "directives/note.html"); the fields of `view` are its variables.
    ///
    /// # Errors
    /// [`Error::Template`] naming template and line, if it uses an undefined name or does not end in time, or the template
    /// alone, if it gives more than 256 MiB.
    pub fn fill(&self, template: &str, view: &impl Serialize) -> Result<String, Error> {
        let compiled = self.environment.get_template(template).map_err(|error| explain(&error))?;
        let filled = compiled.render(Serde(view)).map_err(|error| explain(&error))?;
        if filled.len() > LONGEST {
            return Err(Error::Template(format!("template `{template}` gives a page of more than 256 MiB")));
        }
        Ok(filled)
    }
}

fn bounded_environment() -> Result<Environment<'static>, Error> {
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    let mut environment = Environment::new();
    environment.set_syntax(syntax.map_err(|error| explain(&error))?);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(write_value);
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(DEPTH);
    environment.set_debug(true);
    Ok(environment)
}

fn is_template(path: &str) -> bool {
    matches!(path.rsplit_once('.'), Some((_, "html" | "xml")))
}

fn not_text(path: &str) -> Error {
    Error::Template(format!("template `{path}` is not UTF-8 text"))
}

/// Writes the value of `{{ … }}`: nothing for none, `true` and `false` in lower case, text escaped.
///
/// Unlike the engine's own escaping, it does not escape `/`, which is safe and part of every address.
fn write_value(out: &mut Output, _state: &mut State, value: &Value) -> Result<(), minijinja::Error> {
    match (value.kind(), value.as_str()) {
        (ValueKind::None, _) => Ok(()),
        (ValueKind::Bool, _) => Ok(out.write_str(if value.is_true() { "true" } else { "false" })?),
        (_, Some(text)) if value.is_safe() => Ok(out.write_str(text)?),
        (_, Some(text)) => write_escaped(out, text),
        _ => write_escaped(out, &value.to_string()),
    }
}

fn write_escaped(out: &mut Output, text: &str) -> Result<(), minijinja::Error> {
    let mut html = String::with_capacity(text.len());
    push_attribute(text, &mut html);
    Ok(out.write_str(&html)?)
}

/// Names template and line and shows the line; of a chain of includes, the innermost.
fn explain(error: &minijinja::Error) -> Error {
    let cause = innermost(error);
    let name = cause.name().or(error.name()).unwrap_or("?");
    let reason =
        cause.detail().map_or_else(|| cause.kind().to_string(), |detail| format!("{}: {detail}", cause.kind()));
    let mut message = match cause.line() {
        Some(line) => format!("template `{name}`, line {line}: {reason}"),
        None => format!("template `{name}`: {reason}"),
    };
    message.push_str(&excerpt(cause).unwrap_or_default());
    Error::Template(message)
}

fn innermost(error: &minijinja::Error) -> &minijinja::Error {
    let next = std::error::Error::source(error).and_then(|source| source.downcast_ref::<minijinja::Error>());
    next.filter(|source| source.line().is_some()).map_or(error, innermost)
}

fn excerpt(error: &minijinja::Error) -> Option<String> {
    let (number, source) = (error.line()?, error.template_source()?);
    let line = source.lines().nth(number.checked_sub(1)?)?;
    let mut text = format!("\n  {number} | {line}");
    if let Some((before, marked)) = error.range().and_then(|range| mark(source, line, &range)) {
        let indent = " ".repeat(number.to_string().len());
        let _ = write!(text, "\n  {indent} | {}{}", " ".repeat(before), "^".repeat(marked.max(1)));
    }
    Some(text)
}

/// How many characters of the line precede the range, and how many are in it.
fn mark(source: &str, line: &str, range: &std::ops::Range<usize>) -> Option<(usize, usize)> {
    let start = source.get(..range.start)?.rfind('\n').map_or(0, |newline| newline + 1);
    let before = source.get(start..range.start)?.chars().count();
    let marked = source.get(range.clone())?.lines().next()?.chars().count();
    (before <= line.chars().count()).then_some((before, marked))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;

    fn templates(page: &str) -> Result<Templates, Error> {
        let own = BTreeMap::from([("page.html".to_owned(), Arc::from(page.as_bytes()))]);
        Templates::new(&Theme::with_overrides(own), &Strings::from([("home".to_owned(), "Home".to_owned())]))
    }

    fn fill(page: &str) -> Result<String, Error> {
        let view = serde_json::json!({
            "text": "a/b <\"'&>", "html": "<b>", "none": null, "yes": true, "count": 3, "list": [1, 2], "tree": [[]]
        });
        templates(page)?.fill("page.html", &view)
    }

    #[test]
    fn values_are_written_as_html_wants_them() {
        for (template, text) in [
            ("{{ text }}", "a/b &lt;&quot;&#39;&amp;&gt;"),
            ("{{ html|safe }}{{ html }}", "<b>&lt;b&gt;"),
            ("[{{ none }}] {{ yes }} {{ count }}", "[] true 3"),
            ("{{ t.home }}", "Home"),
            ("{% for n in list recursive %}{{ n }}{% endfor %}", "12"),
            ("  {# comment #}\n  {% if yes %}\n  x\n  {% endif %}\n", "  x\n"),
        ] {
            assert_eq!(fill(template).unwrap(), text, "{template}");
        }
    }

    #[test]
    fn errors_name_template_and_line() {
        for (template, message) in [
            (
                "a\n{{ titel }}",
                "template `page.html`, line 2: undefined value: `titel` is undefined\n  2 | {{ titel }}\n    |    ^^^^^",
            ),
            ("{{ t.hom }}", "template `page.html`, line 1: undefined value"),
            ("{% if titel %}{% endif %}", "template `page.html`, line 1: undefined value"),
            ("{{ text|shout }}", "template `page.html`, line 1: unknown filter"),
            ("\n\n{% if %}", "template `page.html`, line 3: syntax error"),
            ("{% include 'partials/haed.html' %}", "template `page.html`, line 1: template not found"),
            ("债务 {{ 'é' ~ titel }}", "template `page.html`, line 1: undefined value"),
        ] {
            let error = fill(template).unwrap_err().to_string();
            assert!(error.starts_with(message), "{template} gives {error}");
        }
    }

    #[test]
    fn an_error_in_an_include_names_the_include() {
        let own = BTreeMap::from([
            ("page.html".to_owned(), Arc::from(&b"{% include 'partials/banner.html' %}"[..])),
            ("partials/banner.html".to_owned(), Arc::from(&b"\n{{ banner }}"[..])),
        ]);
        let templates = Templates::new(&Theme::with_overrides(own), &Strings::new()).unwrap();
        let error = templates.fill("page.html", &serde_json::json!({})).unwrap_err().to_string();
        assert!(error.starts_with("template `partials/banner.html`, line 2: undefined value"), "{error}");
    }

    #[test]
    fn templates_that_never_end_are_stopped() {
        for template in [
            "{% include 'page.html' %}",
            "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}",
            "{% for a in range(200) %}{% set x = 'a' * 8000000 %}{% endfor %}",
            "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}{% endfor %}{% endfor %}",
        ] {
            assert!(matches!(fill(template), Err(Error::Template(_))), "{template}");
        }
    }

    #[test]
    fn templates_are_shared_between_threads() {
        fn shared<T: Send + Sync>(_: &T) {}
        shared(&templates("").unwrap());
    }
}
