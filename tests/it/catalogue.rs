//! Every kind in the catalogue can be described, is registered, and bears any input.

use std::collections::BTreeSet;

use ytterby::catalogue::{CASES, UNITS};
use ytterby::document::{Node, Value};
use ytterby::error::Place;
use ytterby::fields::{Check, Fields};
use ytterby::library::Library;
use ytterby::unit::Kind;

use crate::audit::{files, none};

/// Does something with every kind, unit or case.
fn every_kind(mut with: impl FnMut(&str, &dyn Asked)) {
    for (room, kinds) in UNITS {
        kinds.iter().for_each(|kind| with(room, kind));
    }
    for (room, kinds) in CASES {
        kinds.iter().for_each(|kind| with(room, kind));
    }
}

/// What units and cases have in common.
trait Asked {
    fn name(&self) -> &'static str;
    fn about(&self) -> &'static str;
    fn sources(&self) -> &'static [&'static str];
    fn described(&self) -> Vec<ytterby::fields::Field>;
    /// Reads a table; was anything read, and which problems were told?
    fn read(&self, node: &Node) -> (bool, Vec<String>);
}

impl<T: ?Sized> Asked for Kind<T> {
    fn name(&self) -> &'static str {
        self.name
    }
    fn about(&self) -> &'static str {
        self.about
    }
    fn sources(&self) -> &'static [&'static str] {
        self.sources
    }
    fn described(&self) -> Vec<ytterby::fields::Field> {
        self.fields(&Library::builtin())
    }
    fn read(&self, node: &Node) -> (bool, Vec<String>) {
        let check = Check::new();
        let mut fields = Fields::new(node, "X-1", &check);
        let read = (self.read)(&mut fields, &Library::builtin()).is_some();
        fields.finish();
        (read, check.finish().0.iter().map(ToString::to_string).collect())
    }
}

#[test]
fn every_kind_is_named_and_described() {
    let mut found = Vec::new();
    every_kind(|room, kind| {
        let mut say = |what: String| found.push(format!("{room}: `{}`: {what}", kind.name()));
        let lawful = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !kind.name().chars().all(lawful) || kind.name().starts_with('-') {
            say("a name is in kebab-case".into());
        }
        if kind.about().split_whitespace().count() < 3 {
            say("one sentence about it is wanted".into());
        }
        if kind.sources().iter().any(|key| key.trim().is_empty()) {
            say("an empty source".into());
        }
        for field in kind.described() {
            if field.about.split_whitespace().next().is_none() {
                say(format!("the field `{}` has no sentence", field.key));
            }
            if field.range.as_ref().is_some_and(|range| range.start() >= range.end()) {
                say(format!("the range of `{}` is empty", field.key));
            }
        }
    });
    none("kinds that are not described", &found);
}

/// A case may be a whole table of tests and ask for nothing; a unit without a choice would hide its own.
#[test]
fn every_unit_asks_for_something() {
    let mut found = Vec::new();
    for (room, kinds) in UNITS {
        let silent = kinds.iter().filter(|kind| kind.fields(&Library::builtin()).is_empty());
        found.extend(silent.map(|kind| format!("{room}: `{}`", kind.name)));
    }
    none("units without a field", &found);
}

#[test]
fn names_are_given_once() {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for (_, kinds) in UNITS {
        found.extend(kinds.iter().filter(|kind| !seen.insert(kind.name)).map(|kind| kind.name.to_owned()));
    }
    let mut seen = BTreeSet::new();
    for (_, kinds) in CASES {
        found.extend(kinds.iter().filter(|kind| !seen.insert(kind.name)).map(|kind| kind.name.to_owned()));
    }
    none("names given twice", &found);
}

#[test]
fn an_empty_table_gives_problems_and_nothing_else() {
    let mut found = Vec::new();
    every_kind(|room, kind| {
        let needs = kind.described().iter().any(|field| field.required);
        let (read, problems) = kind.read(&Node::empty("s.toml"));
        if needs && (read || problems.is_empty()) {
            found.push(format!("{room}: `{}`", kind.name()));
        }
    });
    none("kinds that are content with nothing", &found);
}

/// Whatever is written, reading ends and says what is wrong.
#[test]
fn nonsense_is_told_not_feared() {
    let place = Place { file: "s.toml".into(), line: 1 };
    let node = |value: Value| Node { value, place: place.clone() };
    let nonsense = [
        Value::Text(String::new()),
        Value::Text("nonsense".into()),
        Value::Text("-1e300 m".into()),
        Value::Number(f64::NAN),
        Value::Number(-1e300),
        Value::Bool(true),
        Value::List(Vec::new()),
        Value::List(vec![node(Value::Text("1 m".into())), node(Value::Number(2.0))]),
        Value::Table(Vec::new()),
        Value::Table(vec![("Nd".into(), node(Value::Text("1 kg".into())))]),
    ];
    let mut found = Vec::new();
    every_kind(|room, kind| {
        let keys: BTreeSet<String> =
            kind.described().iter().filter_map(|field| field.key.split('.').next().map(str::to_owned)).collect();
        for value in &nonsense {
            let entries = keys.iter().map(|key| (key.clone(), node(value.clone()))).collect();
            let (read, problems) = kind.read(&node(Value::Table(entries)));
            if !keys.is_empty() && (read || problems.is_empty()) {
                found.push(format!("{room}: `{}` took {value:?} for every field", kind.name()));
            }
        }
    });
    none("kinds that take nonsense", &found);
}

#[test]
fn every_file_that_defines_a_kind_is_registered() {
    let mut found = Vec::new();
    let sources = files("src", &["rs"]);
    for (path, text) in &sources {
        let mut parts = path.split('/').skip(1);
        let (Some(room), Some(_)) = (parts.next(), parts.next()) else { continue };
        if ![UNITS.iter().any(|(r, _)| *r == room), CASES.iter().any(|(r, _)| *r == room)].contains(&true) {
            continue;
        }
        // `x.rs` and `x/mod.rs` are both the module `x`.
        let module = path.strip_suffix("/mod.rs").or_else(|| path.strip_suffix(".rs")).unwrap_or(path);
        let stem = module.rsplit('/').next().unwrap_or_default();
        for line in text.lines().filter(|line| line.contains(": Kind<dyn Unit>") || line.contains(": Kind<dyn Case>")) {
            let Some(name) = line.split_once("const ").and_then(|(_, rest)| rest.split_once(':')) else { continue };
            let folder = format!("src/{room}/");
            let wanted = format!("{stem}::{}", name.0);
            let known = sources
                .iter()
                .any(|(other, text)| other.starts_with(&folder) && other != path && text.contains(&wanted));
            if !known {
                found.push(format!("{path}: `{wanted}`"));
            }
        }
    }
    none("kinds that no catalogue lists", &found);
}
