//! The house keeps its own rules: facts vouched for, sources all there and all used, no stage naming a
//! later one, files short.

mod facts;
mod fence;
mod sources;
mod text;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Every text file below a folder of the repository, by path from its root.
pub fn files(folder: &str, extensions: &[&str]) -> BTreeMap<String, String> {
    fn walk(root: &Path, folder: &Path, extensions: &[&str], found: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(root, &path, extensions, found);
            } else if path.extension().is_some_and(|e| extensions.iter().any(|x| e == *x)) {
                let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                let text = std::fs::read_to_string(&path);
                assert!(text.is_ok(), "{name} cannot be read");
                found.insert(name, text.unwrap_or_default());
            }
        }
    }
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeMap::new();
    walk(&root, &root.join(folder), extensions, &mut found);
    found
}

/// Fails with every finding, one a line.
pub fn none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}
