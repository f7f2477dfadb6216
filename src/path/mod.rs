//! Addresses: paths inside the content and inside the site, anchors, and where each page of a book is published.
//!
//! Each type has a constructor that checks its rules, so code that holds a value need not check it again.

mod anchor;
mod content_path;
mod encoding;
pub mod generated;
mod media;
mod name_title;
mod permalink;
mod segments;
mod site_path;

pub use anchor::Anchor;
pub use content_path::ContentPath;
pub use encoding::{decode, encode_address, encode_fragment, encode_path};
pub use media::{MediaKind, media_kind};
pub use name_title::{number_prefix, title_of_name};
pub use permalink::{AddressStyle, Permalink};
pub use segments::is_bidi_control;
pub use site_path::SitePath;
