//! `data/refs.bib`: every source once. Only as much of BibTeX is read as we write.

use std::collections::BTreeMap;

use crate::outcome::Reference;

/// One entry of `refs.bib`: its fields by lower-case name.
pub type Work = BTreeMap<String, String>;

/// Reads a `.bib` text into works by key, and the keys that stand twice.
pub fn read(text: &str) -> (BTreeMap<String, Work>, Vec<String>) {
    let mut works = BTreeMap::new();
    let mut twice = Vec::new();
    for chunk in text.split("\n@").map(|chunk| chunk.trim_start_matches('@')) {
        let Some((kind, rest)) = chunk.split_once('{') else { continue };
        let Some((key, body)) = rest.split_once(',') else { continue };
        let mut work = Work::new();
        work.insert("kind".into(), kind.trim().to_lowercase());
        for (name, value) in fields(body) {
            work.insert(name, value);
        }
        if works.insert(key.trim().to_owned(), work).is_some() {
            twice.push(key.trim().to_owned());
        }
    }
    (works, twice)
}

/// `name = {value}` pairs; braces nest.
fn fields(body: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = body;
    while let Some((name, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let (value, left) = if let Some(inner) = after.strip_prefix('{') {
            let mut depth = 1;
            let end = inner
                .char_indices()
                .find(|(_, c)| {
                    depth += match c {
                        '{' => 1,
                        '}' => -1,
                        _ => 0,
                    };
                    depth == 0
                })
                .map_or(inner.len(), |(at, _)| at);
            (&inner[..end], inner.get(end + 1..).unwrap_or(""))
        } else {
            after.split_once(',').unwrap_or((after, ""))
        };
        let plain = value.replace(['{', '}'], "").split_whitespace().collect::<Vec<_>>().join(" ");
        found.push((name.trim_matches(|c: char| c == ',' || c.is_whitespace()).to_lowercase(), plain));
        rest = left;
    }
    found
}

/// A work in one line for people.
pub fn reference(key: &str, work: &Work) -> Reference {
    let field = |name: &str| work.get(name).map(String::as_str).filter(|text| !text.is_empty());
    let mut parts: Vec<String> = Vec::new();
    let people = field("author").or(field("editor")).or(field("organization")).or(field("institution"));
    parts.push(format!(
        "{} ({})",
        people.unwrap_or(key).replace(" and others", " et al.").replace(" and ", "; "),
        field("year").unwrap_or("n.d.")
    ));
    parts.extend(field("title").map(str::to_owned));
    let venue = ["journal", "booktitle", "publisher", "howpublished", "school"].into_iter().find_map(field);
    if let Some(venue) = venue {
        let volume = field("volume").map(|v| format!(" {v}")).unwrap_or_default();
        let number = field("number").map(|n| format!("({n})")).unwrap_or_default();
        let pages = field("pages").map(|p| format!(": {}", p.replace("--", "–"))).unwrap_or_default();
        parts.push(format!("{venue}{volume}{number}{pages}"));
    }
    parts.extend(field("note").map(str::to_owned));
    let url = field("doi").map(|doi| format!("https://doi.org/{doi}")).or_else(|| field("url").map(str::to_owned));
    Reference { key: key.to_owned(), text: parts.join(". "), url }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_with_nested_braces() {
        let (works, twice) = read(
            "@article{a1,\n author = {Doe, {J.} and others},\n year = 2001,\n title = {On {Nd}},\n doi={10.1/x},\n}\n\n@misc{b2,\n title={T},\n}\n@misc{b2,\n title={U},\n}\n",
        );
        assert_eq!(works.len(), 2);
        assert_eq!(twice, ["b2"]);
        let one = reference("a1", &works["a1"]);
        assert_eq!(one.text, "Doe, J. et al. (2001). On Nd");
        assert_eq!(one.url.as_deref(), Some("https://doi.org/10.1/x"));
    }
}
