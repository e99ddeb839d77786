//! Reading a table of choices, field by field.
//!
//! A thing that can be written in a scenario (a unit, a law, a section) asks for its
//! fields one by one, each with a sentence and a lawful range. What is missing, wrong,
//! out of range or unknown becomes a [`Problem`]; reading goes on, so that all of them
//! are told at once. What is read well enters the ledger with its evidence. The same
//! calls, made on an empty table, describe the fields: the catalogue prints them.
//!
//! A value is written plain (`depth = "5600 m"`: a choice) or with its standing:
//! `depth = { value = "5600 m", evidence = "published", source = "jamstec2026", note = "…" }`. A list may have one for all of it.

mod check;

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::document::{Node, Value};
use crate::element::{ByElement, Element};
use crate::error::{Place, Problem};
use crate::quantity::{Number, Quantity, figures};
use crate::source::{Citation, Entry, Evidence};

pub use check::{Check, Field};

/// A table being read.
#[derive(Debug)]
pub struct Fields<'a> {
    node: &'a Node,
    path: String,
    check: &'a Check,
    seen: BTreeSet<&'static str>,
    optional: bool,
}

impl<'a> Fields<'a> {
    /// Starts reading a table known by `path` in messages and in the ledger.
    pub fn new(node: &'a Node, path: impl Into<String>, check: &'a Check) -> Self {
        Self { node, path: path.into(), check, seen: BTreeSet::new(), optional: false }
    }

    /// The path of this table.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Where this table stands.
    pub fn place(&self) -> &Place {
        &self.node.place
    }

    /// The book in which problems and numbers are entered.
    pub fn check(&self) -> &'a Check {
        self.check
    }

    /// Is the key written?
    pub fn has(&self, key: &str) -> bool {
        self.node.get(key).is_some()
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Complains of a key's value (or of the table, when the key is not written).
    pub fn refuse(&self, key: &str, what: impl Into<String>, hint: impl Into<String>) {
        let node = self.node.get(key).unwrap_or(self.node);
        self.complain(node, &self.path_of(key), what, hint);
    }

    fn complain(&self, node: &Node, path: &str, what: impl Into<String>, hint: impl Into<String>) {
        self.check.complain(Problem {
            place: node.place.clone(),
            path: path.to_owned(),
            what: what.into(),
            hint: hint.into(),
        });
    }

    fn describe(&self, key: &str, takes: String, about: &str, range: Option<RangeInclusive<f64>>) {
        self.check.describe(Field {
            key: self.path_of(key),
            takes,
            about: about.to_owned(),
            range,
            required: !self.optional,
        });
    }

    fn find(
        &mut self,
        key: &'static str,
        takes: String,
        about: &str,
        range: Option<RangeInclusive<f64>>,
    ) -> Option<&'a Node> {
        self.seen.insert(key);
        self.describe(key, takes.clone(), about, range);
        let found = self.node.get(key);
        if found.is_none() && !self.optional {
            self.complain(self.node, &self.path_of(key), "missing", format!("add `{key} = …`: {about} ({takes})"));
        }
        found
    }

    fn optionally<T>(&mut self, key: &str, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.optional = true;
        let value = read(self);
        self.optional = false;
        // Described as optional even when present.
        if !self.has(key) {
            return None;
        }
        value
    }

    /// A quantity that must be there and lie in `range` (base unit).
    pub fn need<Q: Quantity>(&mut self, key: &'static str, about: &str, range: RangeInclusive<f64>) -> Option<Q> {
        let node = self.find(key, takes::<Q>(), about, Some(range.clone()))?;
        self.quantity(node, &self.path_of(key), &range)
    }

    /// A quantity that may be absent; absent is `None` (as is one that was refused, which is a problem already).
    pub fn may<Q: Quantity>(&mut self, key: &'static str, about: &str, range: RangeInclusive<f64>) -> Option<Q> {
        self.optionally(key, |fields| fields.need(key, about, range))
    }

    fn quantity<Q: Quantity>(&self, node: &Node, path: &str, range: &RangeInclusive<f64>) -> Option<Q> {
        let (written, citation) = self.standing(node, path)?;
        self.parsed(written, citation, path, range)
    }

    /// What is written, without its standing.
    fn parsed<Q: Quantity>(
        &self,
        written: &Node,
        citation: Citation,
        path: &str,
        range: &RangeInclusive<f64>,
    ) -> Option<Q> {
        let parsed = match &written.value {
            Value::Text(text) => Q::parse(text),
            Value::Number(number) if Q::base_unit() == "1" => Q::parse(&format!("{number}")),
            Value::Number(number) => {
                self.complain(
                    written,
                    path,
                    format!("the number {number} has no unit"),
                    format!("write it as words, \"{number} {}\"", Q::base_unit()),
                );
                return None;
            }
            _ => {
                self.complain(
                    written,
                    path,
                    format!("{} stands where {} belongs", written.sort(), Q::WHAT),
                    format!("write words, \"1 {}\"", Q::base_unit()),
                );
                return None;
            }
        };
        match parsed {
            Err(bad) => {
                self.complain(written, path, bad.to_string(), takes::<Q>());
                None
            }
            Ok(quantity) if !range.contains(&quantity.base()) => {
                let unit = if Q::base_unit() == "1" { String::new() } else { format!(" {}", Q::base_unit()) };
                self.complain(
                    written,
                    path,
                    format!("{}{unit} is outside what is possible here", figures(quantity.base(), 4)),
                    format!("a value from {} to {}{unit}", figures(*range.start(), 4), figures(*range.end(), 4)),
                );
                None
            }
            Ok(quantity) => {
                let value = match &written.value {
                    Value::Text(text) => text.clone(),
                    _ => figures(quantity.base(), 6),
                };
                self.check.enter(Entry { path: path.to_owned(), value, citation, line: Some(written.place.line) });
                Some(quantity)
            }
        }
    }

    /// The standing a value was written with, found by its keys from this table down
    /// (`&["disposal", "tailings"]`); a plain value is a choice. It reads nothing and complains of nothing.
    pub fn written(&self, keys: &[&str]) -> Citation {
        let node = keys.iter().try_fold(self.node, |node, key| node.get(key));
        vouched(node.filter(|node| node.get("value").is_some()), &self.node.place.file)
    }

    /// Unwraps `{ value = …, evidence = …, source = …, note = … }`.
    fn standing(&self, node: &'a Node, path: &str) -> Option<(&'a Node, Citation)>
where {
        let file = node.place.file.clone();
        let choice = Citation { key: "".into(), place: "".into(), evidence: Evidence::Choice, file: file.clone() };
        let Value::Table(entries) = &node.value else { return Some((node, choice)) };
        for (key, inner) in entries {
            if !["value", "evidence", "source", "note"].contains(&key.as_str()) {
                self.complain(
                    inner,
                    &format!("{path}.{key}"),
                    "unknown key",
                    "a value with its standing has `value`, `evidence`, `source`, `note`",
                );
            }
        }
        let Some(value) = node.get("value") else {
            self.complain(
                node,
                path,
                "`value` is missing",
                "{ value = \"…\", evidence = \"assumed\", note = \"why\" }",
            );
            return None;
        };
        let text = |key: &str| node.get(key).and_then(Node::text).unwrap_or_default();
        let word = text("evidence");
        let Some(evidence) = Evidence::from_word(if word.is_empty() { "choice" } else { word }) else {
            self.complain(
                node,
                path,
                format!("`{word}` is not an evidence class"),
                "measured, published, derived, assumed or choice",
            );
            return None;
        };
        let (source, note) = (text("source"), text("note"));
        if evidence <= Evidence::Published && source.is_empty() {
            self.complain(
                node,
                path,
                format!("{evidence}, but by whom?"),
                "add `source = \"key\"` of a work in `data/refs.bib`",
            );
        }
        if evidence == Evidence::Assumed && note.is_empty() && source.is_empty() {
            self.complain(node, path, "assumed, but why?", "add `note = \"…\"`, one sentence");
        }
        Some((value, Citation { key: source.into(), place: note.into(), evidence, file }))
    }

    /// A whole number in a range.
    pub fn count(&mut self, key: &'static str, about: &str, range: RangeInclusive<usize>) -> Option<usize> {
        let bounds = *range.start() as f64..=*range.end() as f64;
        let number: Number = self.need(key, about, bounds)?;
        if number.0.fract() == 0.0 {
            Some(number.0 as usize)
        } else {
            self.refuse(key, format!("{} is not a whole number", number.0), "a whole number");
            None
        }
    }

    /// A whole number in a range, if it is there.
    pub fn may_count(&mut self, key: &'static str, about: &str, range: RangeInclusive<usize>) -> Option<usize> {
        self.optionally(key, |fields| fields.count(key, about, range))
    }

    /// Words that must be there.
    pub fn text(&mut self, key: &'static str, about: &str) -> Option<String> {
        let node = self.find(key, "text".into(), about, None)?;
        match node.text() {
            Some(text) if !text.trim().is_empty() => Some(text.to_owned()),
            _ => {
                self.refuse(key, format!("{} stands where text belongs", node.sort()), "text in \"quotes\"");
                None
            }
        }
    }

    /// Words that may be absent.
    pub fn may_text(&mut self, key: &'static str, about: &str) -> Option<String> {
        self.optionally(key, |fields| fields.text(key, about))
    }

    /// True or false; must be there.
    pub fn flag(&mut self, key: &'static str, about: &str) -> Option<bool> {
        let node = self.find(key, "true or false".into(), about, None)?;
        if let Value::Bool(flag) = node.value {
            return Some(flag);
        }
        self.refuse(
            key,
            format!("{} stands where true or false belongs", node.sort()),
            "true or false, without quotes",
        );
        None
    }

    /// One of a few words; a near miss is named.
    pub fn word<T: Copy>(&mut self, key: &'static str, about: &str, words: &[(&'static str, T)]) -> Option<T> {
        let list = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
        let node = self.find(key, format!("one of: {list}"), about, None)?;
        let Some(text) = node.text() else {
            self.refuse(key, format!("{} stands where a word belongs", node.sort()), format!("one of: {list}"));
            return None;
        };
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            self.refuse(key, format!("`{text}` is not known"), nearest(text, words.iter().map(|(word, _)| *word)));
        }
        found
    }

    /// A list of texts; one text alone counts as a list of one.
    pub fn texts(&mut self, key: &'static str, about: &str) -> Option<Vec<String>> {
        let node = self.find(key, "a text or a list of texts".into(), about, None)?;
        let all: Option<Vec<String>> = match &node.value {
            Value::Text(text) => Some(vec![text.clone()]),
            Value::List(items) => items.iter().map(|item| item.text().map(str::to_owned)).collect(),
            _ => None,
        };
        if all.is_none() {
            self.refuse(key, format!("{} stands where texts belong", node.sort()), "[\"one\", \"two\"]");
        }
        all
    }

    /// A list of texts that may be absent; absent is empty.
    pub fn may_texts(&mut self, key: &'static str, about: &str) -> Vec<String> {
        self.optionally(key, |fields| fields.texts(key, about)).unwrap_or_default()
    }

    /// One of some words; may be left out.
    pub fn may_word<T: Copy>(&mut self, key: &'static str, about: &str, words: &[(&'static str, T)]) -> Option<T> {
        self.optionally(key, |fields| fields.word(key, about, words))
    }

    /// A list of quantities; a standing may be written around each value, or around the whole list.
    pub fn list<Q: Quantity>(&mut self, key: &'static str, about: &str, range: RangeInclusive<f64>) -> Option<Vec<Q>> {
        let node = self.find(
            key,
            format!("a list of {}", Q::WHAT.trim_start_matches("an ").trim_start_matches("a ")),
            about,
            Some(range.clone()),
        )?;
        let path = self.path_of(key);
        let (list, whole) = self.standing(node, &path)?;
        let Value::List(items) = &list.value else {
            self.refuse(
                key,
                format!("{} stands where a list belongs", list.sort()),
                format!("[\"1 {0}\", \"2 {0}\"]", Q::base_unit()),
            );
            return None;
        };
        let values = items.iter().enumerate().map(|(at, item)| {
            let path = format!("{path}[{at}]");
            let (written, own) = self.standing(item, &path)?;
            // A value without a standing of its own has that of the list.
            let citation = if item.get("value").is_some() { own } else { whole.clone() };
            self.parsed(written, citation, &path, &range)
        });
        // All are read before any is given up, so that all problems are told.
        values.collect::<Vec<Option<Q>>>().into_iter().collect()
    }

    /// A quantity for each of some elements; elements not written are `None`.
    pub fn elements<Q: Quantity>(
        &mut self,
        key: &'static str,
        about: &str,
        range: RangeInclusive<f64>,
    ) -> Option<ByElement<Option<Q>>> {
        let node = self.find(key, format!("a table of elements, each {}", Q::WHAT), about, Some(range.clone()))?;
        let Value::Table(entries) = &node.value else {
            self.refuse(
                key,
                format!("{} stands where a table of elements belongs", node.sort()),
                format!("{key} = {{ Nd = \"…\", Dy = \"…\" }}"),
            );
            return None;
        };
        let mut values = ByElement::from_fn(|_| None);
        let path = self.path_of(key);
        for (symbol, inner) in entries {
            match symbol.parse::<Element>() {
                Ok(element) => values[element] = self.quantity(inner, &format!("{path}.{symbol}"), &range),
                Err(unknown) => {
                    self.complain(inner, &format!("{path}.{symbol}"), unknown.to_string(), "a symbol such as Nd");
                }
            }
        }
        Some(values)
    }

    /// As [`Fields::elements`], but the table may be absent (then all are `None`).
    pub fn may_elements<Q: Quantity>(
        &mut self,
        key: &'static str,
        about: &str,
        range: RangeInclusive<f64>,
    ) -> ByElement<Option<Q>> {
        self.optionally(key, |fields| fields.elements(key, about, range))
            .unwrap_or_else(|| ByElement::from_fn(|_| None))
    }

    /// A named quantity for each entry of a table (`prices = { water = "1 USD/t" }`).
    pub fn named<Q: Quantity>(
        &mut self,
        key: &'static str,
        about: &str,
        range: RangeInclusive<f64>,
    ) -> Option<Vec<(String, Q)>> {
        let node = self.find(key, format!("a table of names, each {}", Q::WHAT), about, Some(range.clone()))?;
        let Value::Table(entries) = &node.value else {
            self.refuse(
                key,
                format!("{} stands where a table belongs", node.sort()),
                format!("{key} = {{ name = \"…\" }}"),
            );
            return None;
        };
        let path = self.path_of(key);
        let mut values = Vec::new();
        for (name, inner) in entries {
            if let Some(value) = self.quantity(inner, &format!("{path}.{name}"), &range) {
                values.push((name.clone(), value));
            }
        }
        Some(values)
    }

    /// As [`Fields::named`], but the table may be absent.
    pub fn may_named<Q: Quantity>(
        &mut self,
        key: &'static str,
        about: &str,
        range: RangeInclusive<f64>,
    ) -> Vec<(String, Q)> {
        self.optionally(key, |fields| fields.named(key, about, range)).unwrap_or_default()
    }

    /// A table inside, to be read in turn; it must be there.
    pub fn table(&mut self, key: &'static str, about: &str) -> Option<Fields<'a>> {
        let node = self.find(key, "a table".into(), about, None)?;
        if matches!(node.value, Value::Table(_)) {
            return Some(Fields::new(node, self.path_of(key), self.check));
        }
        self.refuse(key, format!("{} stands where a table belongs", node.sort()), format!("[{}]", self.path_of(key)));
        None
    }

    /// A table inside that may be absent.
    pub fn may_table(&mut self, key: &'static str, about: &str) -> Option<Fields<'a>> {
        self.optionally(key, |fields| fields.table(key, about))
    }

    /// The tables of a list (`[[cut]]`), each with its own path; absent is empty.
    pub fn may_tables(&mut self, key: &'static str, about: &str) -> Vec<Fields<'a>> {
        self.seen.insert(key);
        self.optional = true;
        self.describe(key, "a list of tables".into(), about, None);
        self.optional = false;
        let path = self.path_of(key);
        match self.node.get(key).map(|node| (&node.value, node)) {
            None => Vec::new(),
            Some((Value::List(items), _)) => items
                .iter()
                .enumerate()
                .filter_map(|(at, item)| {
                    if matches!(item.value, Value::Table(_)) {
                        let name =
                            ["tag", "name", "stream"].iter().find_map(|key| item.get(key)?.text()).map(str::to_owned);
                        Some(Fields::new(item, name.unwrap_or_else(|| format!("{path}[{at}]")), self.check))
                    } else {
                        self.complain(
                            item,
                            &path,
                            format!("{} stands where a table belongs", item.sort()),
                            format!("[[{path}]]"),
                        );
                        None
                    }
                })
                .collect(),
            Some((_, node)) => {
                self.complain(
                    node,
                    &path,
                    format!("{} stands where a list of tables belongs", node.sort()),
                    format!("[[{path}]]"),
                );
                Vec::new()
            }
        }
    }

    /// The raw node of a key, for what has a shape of its own; counts as read.
    pub fn raw(&mut self, key: &'static str) -> Option<&'a Node> {
        self.seen.insert(key);
        self.node.get(key)
    }

    /// Ends the reading: every key that nobody asked for is a problem, with the nearest known one.
    pub fn finish(self) {
        for (key, node) in self.node.entries() {
            if !self.seen.contains(key.as_str()) {
                self.complain(node, &self.path_of(key), "unknown key", nearest(key, self.seen.iter().copied()));
            }
        }
    }
}

/// What a field of this quantity takes, with an example: `a length, e.g. "1 m"`.
fn takes<Q: Quantity>() -> String {
    match Q::base_unit() {
        "1" if Q::UNITS.len() > 1 => format!("{}, e.g. \"20 %\"", Q::WHAT),
        "1" => Q::WHAT.to_owned(),
        unit => format!("{}, e.g. \"1 {unit}\"", Q::WHAT),
    }
}

/// What stands beside a value: its source, note and evidence class.
fn vouched(node: Option<&Node>, file: &Arc<str>) -> Citation {
    let text = |key: &str| node.and_then(|node| node.get(key)).and_then(Node::text).unwrap_or_default();
    Citation {
        key: text("source").into(),
        place: text("note").into(),
        evidence: Evidence::from_word(text("evidence")).unwrap_or(Evidence::Choice),
        file: file.clone(),
    }
}

/// "did you mean `x`?", or the list when nothing is near; of a long list the nearest few.
pub fn nearest<'w>(word: &str, words: impl Iterator<Item = &'w str>) -> String {
    let mut words: Vec<&str> = words.collect();
    let distance = |known: &str| strsim::damerau_levenshtein(word, known);
    let best = words.iter().map(|known| (distance(known), *known)).min();
    match best.filter(|(distance, known)| *distance <= 1 + known.len() / 4) {
        Some((_, known)) => format!("did you mean `{known}`?"),
        None if words.is_empty() => "leave it out".into(),
        None if words.len() > 40 => {
            words.sort_by_key(|known| (distance(known), *known));
            words.dedup();
            format!("the nearest are: {}", words[..words.len().min(5)].join(", "))
        }
        None => format!("one of: {}", words.join(", ")),
    }
}

#[cfg(test)]
mod tests;
