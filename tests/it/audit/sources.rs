//! Every source that is named is in the bibliography, and every work there is named somewhere.

use std::collections::{BTreeMap, BTreeSet};

use ytterby::bibliography;
use ytterby::catalogue;
use ytterby::document::{Node, Value};
use ytterby::library::Library;

use super::{files, none};

fn works() -> (BTreeSet<String>, Vec<String>) {
    let text = Library::builtin().text("refs.bib").unwrap_or_default();
    let (works, twice) = bibliography::read(&text);
    (works.into_keys().collect(), twice)
}

/// A key as the house writes it: `authorYYYY`, perhaps with a letter.
fn is_key(word: &str) -> bool {
    let name = word.strip_suffix(|c: char| c.is_ascii_lowercase()).unwrap_or(word);
    let author = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let year = &name[author.len()..];
    year.len() == 4
        && (year.starts_with("19") || year.starts_with("20"))
        && author.len() >= 2
        && author.starts_with(|c: char| c.is_ascii_lowercase())
        && author.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
}

/// Every key named anywhere, with one place where it is.
fn named() -> BTreeMap<String, String> {
    let mut named = BTreeMap::new();
    let library = Library::builtin();
    for (path, _) in files("data", &["csv"]) {
        let Ok(table) = library.table(&path["data/".len()..path.len() - ".csv".len()]) else { continue };
        named.insert(table.sidecar.source.to_string(), path.clone());
        for row in table.rows() {
            named.insert(row.citation().key.to_string(), path.clone());
        }
    }
    for folder in ["data", "validation", "scenarios"] {
        for (path, text) in files(folder, &["toml"]) {
            if let Ok(node) = Node::parse(&path, &text) {
                sources_of(&node, &path, &mut named);
            }
        }
    }
    for (room, kinds) in catalogue::UNITS {
        for kind in *kinds {
            named.extend(kind.sources.iter().map(|key| ((*key).to_owned(), format!("{room}: `{}`", kind.name))));
        }
    }
    for (room, kinds) in catalogue::CASES {
        for kind in *kinds {
            named.extend(kind.sources.iter().map(|key| ((*key).to_owned(), format!("{room}: `{}`", kind.name))));
        }
    }
    // A doc comment names a work in backticks.
    for (path, text) in files("src", &["rs"]) {
        for line in text.lines().filter(|line| line.trim_start().starts_with("//")) {
            for word in line.split('`').skip(1).step_by(2).filter(|word| is_key(word)) {
                named.insert(word.to_owned(), path.clone());
            }
        }
    }
    named.remove("");
    named
}

fn sources_of(node: &Node, path: &str, named: &mut BTreeMap<String, String>) {
    match &node.value {
        Value::Table(entries) => {
            // `columns` of a sidecar gives units, of a column called `source` too.
            for (key, inner) in entries.iter().filter(|(key, _)| key != "columns") {
                match (&inner.value, key.as_str()) {
                    (Value::Text(text), "source") => {
                        named.insert(text.clone(), format!("{path}:{}", inner.place.line));
                    }
                    _ => sources_of(inner, path, named),
                }
            }
        }
        Value::List(items) => items.iter().for_each(|item| sources_of(item, path, named)),
        _ => {}
    }
}

#[test]
fn every_source_named_is_in_the_bibliography() {
    let (works, _) = works();
    let found: Vec<String> = named()
        .into_iter()
        .filter(|(key, _)| !works.contains(key))
        .map(|(key, at)| format!("`{key}`, named in {at}"))
        .collect();
    none("sources that are not in data/refs.bib", &found);
}

#[test]
fn every_work_in_the_bibliography_is_named() {
    let (works, _) = works();
    let named = named();
    let found: Vec<String> = works.into_iter().filter(|key| !named.contains_key(key)).collect();
    none("works of data/refs.bib that nothing names", &found);
}

#[test]
fn every_work_stands_once() {
    let text = Library::builtin().text("refs.bib").unwrap();
    let mut seen = BTreeSet::new();
    let keys = text.lines().filter_map(|line| line.trim().strip_prefix('@')?.split_once('{')).map(|(_, key)| key);
    let found: Vec<String> = keys.filter(|key| !seen.insert(*key)).map(str::to_owned).collect();
    none("works that stand more than once in data/refs.bib", &found);
    none("entries of data/refs.bib that do not read", &works().1);
}

#[test]
fn keys_are_told_from_other_words() {
    for key in ["haynes2014", "iupac2021", "li1987a", "prommis2026"] {
        assert!(is_key(key), "{key}");
    }
    for word in ["Element", "2020", "pH", "f64", "a2014", "sx1"] {
        assert!(!is_key(word), "{word}");
    }
}
