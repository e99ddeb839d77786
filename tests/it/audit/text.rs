//! Rules of the text itself: who may name whom, how long a file may be, what is not said.

use std::collections::BTreeMap;

use super::{files, none};

/// Longest file, lines.
const LONGEST: usize = 600;

/// The modules of `src/lib.rs` by the three groups its comments name, each in order.
fn groups() -> (Vec<String>, Vec<String>, Vec<String>) {
    let text = &files("src", &["rs"])["src/lib.rs"];
    let mut groups: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let mut group = 0;
    for line in text.lines() {
        match line {
            _ if line.starts_with("// The words") => group = 1,
            _ if line.starts_with("// The chain") => group = 2,
            _ if line.starts_with("// The run") => group = 3,
            _ => {
                let name = line.strip_prefix("pub mod ").or_else(|| line.strip_prefix("mod "));
                let name = name.and_then(|rest| rest.strip_suffix(';'));
                groups.entry(group).or_default().extend(name.map(str::to_owned));
            }
        }
    }
    let mut take = |at| groups.remove(&at).unwrap_or_default();
    (take(1), take(2), take(3))
}

/// Source without its tests: test files are dropped, and what follows `#[cfg(test)]` in the others.
fn laws() -> BTreeMap<String, String> {
    files("src", &["rs"])
        .into_iter()
        .filter(|(path, _)| !path.ends_with("tests.rs") && !path.contains("/tests/"))
        .map(|(path, text)| {
            let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
            (path, code.to_owned())
        })
        .collect()
}

/// The top-level modules a text names: `crate::x` and the heads of `crate::{x, y::z}`.
fn modules_named(text: &str) -> Vec<String> {
    let code: String =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).flat_map(|line| [line, "\n"]).collect();
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut named = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let Some(inner) = rest.strip_prefix('{') else {
            named.push(word(rest));
            continue;
        };
        let (mut depth, mut start) = (0, true);
        for (at, c) in inner.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => start = true,
                c if c.is_whitespace() => {}
                _ if start && depth == 0 => {
                    named.push(word(&inner[at..]));
                    start = false;
                }
                _ => {}
            }
        }
    }
    named
}

#[test]
fn a_word_names_no_stage_and_a_stage_no_later_one() {
    let (words, chain, run) = groups();
    assert!(words.len() > 10 && chain.len() >= 8 && run.len() > 2, "src/lib.rs has lost its order");
    let mut found = Vec::new();
    for (path, text) in laws() {
        let module = path["src/".len()..].split(['/', '.']).next().unwrap_or_default().to_owned();
        let barred: Vec<&String> = if words.contains(&module) {
            chain.iter().chain(&run).collect()
        } else if let Some(at) = chain.iter().position(|stage| *stage == module) {
            chain[at + 1..].iter().chain(&run).collect()
        } else {
            continue;
        };
        for named in modules_named(&text) {
            if barred.contains(&&named) {
                found.push(format!("{path} names `crate::{named}`"));
            }
        }
    }
    none("imports against the direction of the chain", &found);
}

#[test]
fn a_table_of_numbers_in_code_says_whose_they_are() {
    let mut found = Vec::new();
    for (path, text) in laws() {
        let table = text.lines().find(|line| {
            let line = line.trim_start();
            let kept = ["const ", "pub const ", "static ", "pub static ", "pub(super) const ", "pub(crate) const "];
            let of_numbers = line.split_once('=').is_some_and(|(left, right)| {
                left.contains("f64") && left.contains('[') && right.trim_start().starts_with(['[', '&'])
            });
            kept.iter().any(|start| line.starts_with(start)) && of_numbers
        });
        if let Some(line) = table.filter(|_| !text.contains("# Source")) {
            found.push(format!("{path}: {}", line.trim()));
        }
    }
    none("tables of numbers in files without a `# Source`", &found);
}

#[test]
fn files_are_short() {
    let mut found = Vec::new();
    for folder in ["src", "cli/src", "tests"] {
        for (path, text) in files(folder, &["rs"]) {
            let lines = text.lines().count();
            if lines > LONGEST {
                found.push(format!("{path}: {lines} lines"));
            }
        }
    }
    none(&format!("files longer than {LONGEST} lines"), &found);
}

#[test]
fn the_house_speaks_of_its_subject_alone() {
    let unfinished = ["TO", "DO"].concat();
    let broken = ["FIX", "ME"].concat();
    let elsewhere = ["/wo", "rk/"].concat();
    let mut found = Vec::new();
    for (folder, kinds) in [
        ("src", &["rs"][..]),
        ("cli", &["rs"]),
        ("data", &["toml", "csv", "bib"]),
        ("validation", &["toml"]),
        ("scenarios", &["toml", "md"]),
        ("book", &["md"]),
    ] {
        for (path, text) in files(folder, kinds) {
            for word in [&unfinished, &broken, &elsewhere] {
                if text.contains(word.as_str()) {
                    found.push(format!("{path}: `{word}`"));
                }
            }
        }
    }
    none("words that do not belong in the house", &found);
}

#[test]
fn imports_are_read_in_all_their_shapes() {
    let text = "use crate::{a, b::{c, d},\n e};\nlet x = crate::f::g();\n// crate::h\n";
    assert_eq!(modules_named(text), ["a", "b", "e", "f"]);
}
