//! What other tools say about a folder: `_category_.json` of Docusaurus.

use std::collections::BTreeMap;

use super::model::Asset;

/// The title and position of a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FolderLabel {
    /// Its title.
    pub title: Option<String>,
    /// Its position among its siblings.
    pub weight: Option<i64>,
}

/// The labels of folders, by path: from each `_category_.json` and `_category_.yml`.
#[must_use]
pub fn folder_labels(assets: &[Asset]) -> BTreeMap<String, FolderLabel> {
    assets.iter().filter_map(|asset| Some((folder(asset)?.to_owned(), label(asset)?))).collect()
}

/// Whether a file says the title and position of its folder, and nothing to readers: `_category_.json`.
#[must_use]
pub fn is_folder_label(asset: &Asset) -> bool {
    let name = asset.path.as_str().rsplit('/').next().unwrap_or_default();
    matches!(name, "_category_.json" | "_category_.yml" | "_category_.yaml")
}

/// The folder that an asset is about.
fn folder(asset: &Asset) -> Option<&str> {
    let path = asset.path.as_str();
    let (folder, _) = path.rsplit_once('/')?;
    is_folder_label(asset).then_some(folder)
}

fn label(asset: &Asset) -> Option<FolderLabel> {
    let text = std::str::from_utf8(&asset.bytes).ok()?;
    if asset.path.as_str().rsplit('.').next() == Some("json") {
        let json: serde_json::Value = serde_json::from_str(text).ok()?;
        let title = json.get("label").and_then(serde_json::Value::as_str).map(str::to_owned);
        return Some(FolderLabel { title, weight: json.get("position").and_then(serde_json::Value::as_i64) });
    }
    let value = |key| super::nav::mkdocs_value(text, key);
    Some(FolderLabel { title: value("label"), weight: value("position").and_then(|position| position.parse().ok()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Digest;
    use crate::path::ContentPath;

    #[test]
    fn labels_of_docusaurus() {
        let asset = |path: &str, text: &str| Asset {
            path: ContentPath::resolve("", path).unwrap(),
            name: path.into(),
            bytes: text.as_bytes().into(),
            digest: Digest::of(text.as_bytes()),
        };
        let labels = folder_labels(&[
            asset("a/_category_.json", "{\"label\": \"First steps\", \"position\": 2}"),
            asset("b/c/_category_.yml", "label: 'More'\nposition: 1\n"),
            asset("d/_category_.json", "no JSON"),
            asset("a/other.json", "{}"),
        ]);
        let label = |title: &str, weight| FolderLabel { title: Some(title.to_owned()), weight: Some(weight) };
        let expected = [("a".to_owned(), label("First steps", 2)), ("b/c".to_owned(), label("More", 1))];
        assert_eq!(labels, expected.into());
    }
}
