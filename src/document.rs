//! A TOML text read into values that know their place, so that every later complaint
//! can name file and line, and variants can be laid over a base.

use std::path::Path;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use crate::error::{Error, Place, Problem};

/// A value and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where.
    pub place: Place,
}

/// What TOML can hold; dates are kept as text.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A string.
    Text(String),
    /// An integer or a float.
    Number(f64),
    /// true or false.
    Bool(bool),
    /// An array.
    List(Vec<Node>),
    /// A table, in written order.
    Table(Vec<(String, Node)>),
}

/// The text of a user's file.
pub fn text_of(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|why| Error::File {
        file: path.display().to_string(),
        doing: "read",
        why: why.to_string(),
    })
}

impl Node {
    /// An empty table, as if an empty file.
    pub fn empty(file: &str) -> Self {
        Self { value: Value::Table(Vec::new()), place: Place { file: file.into(), line: 0 } }
    }

    /// Reads a text; on failure every syntax error found.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<Problem>> {
        let file: Arc<str> = file.into();
        let starts: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let line_of = |at: usize| starts.partition_point(|&start| start <= at);
        let (table, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            let mut problems: Vec<Problem> = errors
                .iter()
                .map(|error| Problem {
                    place: Place { file: file.clone(), line: error.span().map_or(0, |span| line_of(span.start)) },
                    path: String::new(),
                    what: format!("not TOML: {}", error.message().lines().collect::<Vec<_>>().join("; ")),
                    hint: "text goes in \"quotes\", each key stands once, brackets are closed".into(),
                })
                .collect();
            problems.sort();
            return Err(problems);
        }
        let place = |at: usize| Place { file: file.clone(), line: line_of(at) };
        Ok(Self { value: convert_table(table.get_ref(), &place), place: Place { file: file.clone(), line: 0 } })
    }

    /// The entry of a table.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Table(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, node)| node),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The entries, if it is a table.
    pub fn entries(&self) -> &[(String, Node)] {
        match &self.value {
            Value::Table(entries) => entries,
            _ => &[],
        }
    }

    /// What sort of value it is, in words.
    pub fn sort(&self) -> &'static str {
        match self.value {
            Value::Text(_) => "text",
            Value::Number(_) => "a number",
            Value::Bool(_) => "true/false",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }

    /// This document with `over` laid upon it: tables merge key by key, lists of tables that
    /// carry a `tag` (or a `stream`) merge by it, anything else is replaced.
    #[must_use]
    pub fn overlaid(mut self, over: Node) -> Node {
        match (&mut self.value, over.value) {
            (Value::Table(mine), Value::Table(theirs)) => {
                for (key, node) in theirs {
                    match mine.iter_mut().find(|(name, _)| *name == key) {
                        Some((_, slot)) => *slot = std::mem::replace(slot, Node::empty("")).overlaid(node),
                        None => mine.push((key, node)),
                    }
                }
                self
            }
            (Value::List(mine), Value::List(theirs)) if tagged(mine) && tagged(&theirs) => {
                for node in theirs {
                    match mine.iter_mut().find(|old| identity(old) == identity(&node)) {
                        Some(slot) => *slot = std::mem::replace(slot, Node::empty("")).overlaid(node),
                        None => mine.push(node),
                    }
                }
                self
            }
            (_, value) => Node { value, place: over.place },
        }
    }
}

/// What makes an entry of a list the same entry in a variant: its tag, or the stream it is about.
fn identity(node: &Node) -> Option<&Value> {
    node.get("tag").or_else(|| node.get("stream")).map(|name| &name.value)
}

fn tagged(list: &[Node]) -> bool {
    !list.is_empty() && list.iter().all(|node| identity(node).is_some())
}

fn convert_table(table: &DeTable<'_>, place: &dyn Fn(usize) -> Place) -> Value {
    let mut entries: Vec<(usize, String, Node)> = table
        .iter()
        .map(|(key, value)| {
            let node = Node { value: convert(value.get_ref(), place), place: place(key.span().start) };
            (key.span().start, key.get_ref().to_string(), node)
        })
        .collect();
    entries.sort_by_key(|(at, ..)| *at);
    Value::Table(entries.into_iter().map(|(_, key, node)| (key, node)).collect())
}

fn convert(value: &DeValue<'_>, place: &dyn Fn(usize) -> Place) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => {
            Value::Number(i64::from_str_radix(number.as_str(), number.radix()).map_or(f64::NAN, |n| n as f64))
        }
        DeValue::Float(number) => Value::Number(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(flag) => Value::Bool(*flag),
        DeValue::Datetime(date) => Value::Text(date.to_string()),
        DeValue::Array(items) => Value::List(
            items
                .iter()
                .map(|item| Node { value: convert(item.get_ref(), place), place: place(item.span().start) })
                .collect(),
        ),
        DeValue::Table(table) => convert_table(table, place),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_know_their_line() {
        let node = Node::parse("a.toml", "x = 1\n\n[t]\ny = \"2 m\"\n").unwrap();
        assert_eq!(node.get("t").and_then(|t| t.get("y")).map(|y| y.place.line), Some(4));
    }

    #[test]
    fn every_syntax_error_is_reported() {
        let problems = Node::parse("a.toml", "x = \ny = 3\nz = = 4\n").unwrap_err();
        assert!(problems.len() >= 2, "{problems:?}");
        assert_eq!(problems[0].place.line, 1);
    }

    #[test]
    fn a_variant_lies_over_its_base_by_tag() {
        let base = Node::parse("b", "[[unit]]\ntag=\"A\"\nx=1\n[[unit]]\ntag=\"B\"\nx=1\n").unwrap();
        let over = Node::parse("o", "[[unit]]\ntag=\"B\"\nx=2\n").unwrap();
        let whole = base.overlaid(over);
        let Some(Node { value: Value::List(units), .. }) = whole.get("unit") else { panic!() };
        assert_eq!(units.len(), 2);
        assert_eq!(units[1].get("x").map(|x| (&x.value, &*x.place.file)), Some((&Value::Number(2.0), "o")));
    }

    #[test]
    fn what_has_no_tag_is_known_by_its_stream() {
        let base = Node::parse("b", "[[feed]]\nstream=\"A\"\nx=1\n[[feed]]\nstream=\"B\"\nx=1\n").unwrap();
        let whole = base.overlaid(Node::parse("o", "[[feed]]\nstream=\"B\"\nx=2\n").unwrap());
        let Some(Node { value: Value::List(feeds), .. }) = whole.get("feed") else { panic!() };
        let x: Vec<_> = feeds.iter().filter_map(|feed| feed.get("x").map(|x| x.value.clone())).collect();
        assert_eq!(x, [Value::Number(1.0), Value::Number(2.0)]);
    }
}
