//! One number of a self-contained data file, with the standing it carries or inherits.
//!
//! `density = 2650` inherits `source`, `place` and `evidence` from the table it stands in
//! or, failing that, from the file's own; `density = { value = 2650, source = "…",
//! place = "…", evidence = "…" }` carries its own.

use crate::document::{Node, Value};
use crate::source::{Citation, Evidence, Sourced};

/// Whose numbers these are unless they say otherwise.
#[derive(Debug, Clone)]
pub struct Standing(Citation);

impl Standing {
    /// The standing of a whole file; what it does not say is an assumption.
    pub fn of_file(node: &Node) -> Self {
        let bare =
            Citation { key: "".into(), place: "".into(), evidence: Evidence::Assumed, file: node.place.file.clone() };
        Self(bare).within(node)
    }

    /// The standing inside a table of that file.
    pub fn within(&self, node: &Node) -> Self {
        let mut citation = self.0.clone();
        let text = |key: &str| node.get(key).and_then(Node::text);
        if let Some(key) = text("source") {
            citation.key = key.into();
        }
        if let Some(place) = text("place") {
            citation.place = place.into();
        }
        if let Some(evidence) = text("evidence").and_then(Evidence::from_word) {
            citation.evidence = evidence;
        }
        Self(citation)
    }

    /// The citation itself.
    pub fn citation(&self) -> &Citation {
        &self.0
    }

    /// A number that stands at `node`.
    pub fn fact(&self, node: &Node) -> Option<Sourced<f64>> {
        match &node.value {
            Value::Number(value) if value.is_finite() => Some(Sourced { value: *value, citation: self.0.clone() }),
            Value::Table(_) => self.within(node).fact(node.get("value")?),
            _ => None,
        }
    }

    /// The number at a key of `node`; an absent key is `None`.
    pub fn fact_at(&self, node: &Node, key: &str) -> Option<Sourced<f64>> {
        self.fact(node.get(key)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_inherits_unless_it_carries() {
        let text = "source = \"a2000\"\nplace = \"Table 1\"\nevidence = \"published\"\nx = 1\ny = { value = 2, evidence = \"assumed\" }\n";
        let node = Node::parse("f.toml", text).unwrap();
        let file = Standing::of_file(&node);
        let (x, y) = (file.fact_at(&node, "x").unwrap(), file.fact_at(&node, "y").unwrap());
        assert_eq!((x.citation.evidence, &*x.citation.key), (Evidence::Published, "a2000"));
        assert_eq!((y.citation.evidence, &*y.citation.place), (Evidence::Assumed, "Table 1"));
        assert!(file.fact_at(&node, "z").is_none());
    }
}
