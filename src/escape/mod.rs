//! Text made safe for the place where it is written: HTML and XML, JSON in scripts, raw elements, terminals.
//!
//! Percent encoding of addresses is part of `path`; templates escape by minijinja's autoescape, which calls this module.

mod html;
mod json;
mod raw_element;
mod terminal;

pub use html::{attribute, push_attribute, push_text, text};
pub use json::{json_for_terminal, json_in_script};
pub use raw_element::{RawElement, raw_element};
pub use terminal::{lines, one_line, visible, workflow_message, workflow_property};
