//! The script of one part of a sharded index: written for the page, read by the build that patches the index.

use serde::de::DeserializeOwned;

/// The script of a further part.
pub(super) fn part_script(name: &str, build: &str, json: &str) -> String {
    format!("chapbook.search.part(\"{name}\",\"{build}\",{json});\n")
}

/// Reads the value from a script that [`part_script`] wrote; `None` for any other text.
pub(super) fn read_part<T: DeserializeOwned>(name: &str, script: &str) -> Option<T> {
    let call = script.strip_prefix("chapbook.search.part(\"")?.strip_prefix(name)?.strip_prefix("\",\"")?;
    let (_, json) = call.strip_suffix(");\n")?.split_once("\",")?;
    serde_json::from_str(json).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_read_from_its_own_script_only() {
        let script = part_script("word-0", "build", "[\"a\\\",\",1]");
        assert_eq!(read_part("word-0", &script), Some(("a\",".to_owned(), 1)));
        assert_eq!(read_part::<(String, u32)>("word-1", &script), None);
        assert_eq!(read_part::<(String, u32)>("word-0", &script.replace(");", "")), None);
    }
}
