//! Batch points: single contacts of an organic phase with a solution, before and after.
//!
//! A table has a row a contact, with columns `label` (who measured it), `acid` (before contact),
//! `extractant` (monomer), `organic_to_aqueous` (by volume), and for each element `feed_X` and
//! `aqueous_X`, the solution before and after; all in mol/L. A cell may be empty.

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::document::{Node, text_of};
use crate::element::{ByElement, Element};
use crate::error::{Error, Place, Problem};
use crate::library::{FactTable, Library, Sidecar, hex};
use crate::source::Citation;

/// One contact.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Line of the file.
    pub line: usize,
    /// Whose it is.
    pub label: String,
    /// Acid before contact, mol/L.
    pub acid: f64,
    /// Extractant, mol/L of monomer.
    pub extractant: f64,
    /// Organic over aqueous, by volume.
    pub ratio: f64,
    /// mol/L in the solution before contact.
    pub feed: ByElement<Option<f64>>,
    /// mol/L in the solution after it.
    pub aqueous: ByElement<Option<f64>>,
}

/// A set of contacts.
#[derive(Debug, Clone, PartialEq)]
pub struct Points {
    /// As the recipe names it.
    pub name: String,
    /// SHA-256 of the CSV.
    pub digest: String,
    /// Who vouches for the set.
    pub citation: Citation,
    /// All of them.
    pub points: Vec<Point>,
    /// Elements with a column.
    pub elements: Vec<Element>,
}

impl Points {
    /// A set in `data/separate/`, ours or an overlay's.
    pub fn named(name: &str, library: &Library) -> Result<Self, Error> {
        let table = library.table(&format!("separate/{name}"))?;
        let text = library.text(&format!("separate/{name}.csv")).unwrap_or_default();
        Self::read(name, &text, &table)
    }

    /// A set in a file of one's own; its sidecar stands beside it.
    pub fn file(path: &Path) -> Result<Self, Error> {
        let csv = text_of(path)?;
        let beside = path.with_extension("toml");
        let node = Node::parse(&beside.display().to_string(), &text_of(&beside)?).map_err(Error::Scenario)?;
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let table = FactTable::read(&name, &csv, Sidecar::read(&node)?)?;
        Self::read(&path.display().to_string(), &csv, &table)
    }

    fn read(name: &str, csv: &str, table: &FactTable) -> Result<Self, Error> {
        let mut problems = Vec::new();
        let mut complain = |line: usize, path: String, what: String, hint: &str| {
            let place = Place { file: format!("{name}.csv").into(), line };
            problems.push(Problem { place, path, what, hint: hint.into() });
        };
        let columns = table.header();
        for column in ["label", "acid", "extractant", "organic_to_aqueous"] {
            if !columns.iter().any(|name| name == column) {
                complain(
                    1,
                    column.into(),
                    "there is no such column".into(),
                    "label, acid, extractant, organic_to_aqueous, and feed_X, aqueous_X for each element",
                );
            }
        }
        let mut elements = Vec::new();
        for column in columns {
            let Some((kind, symbol)) = column.split_once('_').filter(|(kind, _)| *kind == "feed" || *kind == "aqueous")
            else {
                continue;
            };
            match symbol.parse::<Element>() {
                Ok(element) if kind == "feed" => elements.push(element),
                Ok(element) if columns.iter().any(|other| *other == format!("feed_{element}")) => {}
                _ => complain(
                    1,
                    column.clone(),
                    "a concentration without its fellow, or no element".into(),
                    "feed_Nd and aqueous_Nd",
                ),
            }
        }
        elements.sort();
        let mut points = Vec::new();
        for (at, row) in table.rows().enumerate() {
            let line = at + 2;
            let amount = |column: &str| match row.text(column).map(|text| (text, row.number(column))) {
                None => Ok(None),
                Some((_, Some(value))) if value >= 0.0 => Ok(Some(value)),
                Some((text, _)) => Err(format!("`{text}` is not an amount")),
            };
            let mut take = |column: String, needed: bool| match amount(&column) {
                Ok(None) if needed => {
                    complain(
                        line,
                        column,
                        "is empty".into(),
                        "a number, in mol/L (a plain ratio for organic_to_aqueous)",
                    );
                    None
                }
                Ok(value) => value,
                Err(what) => {
                    complain(line, column, what, "a number of nought or more, or an empty cell");
                    None
                }
            };
            let common = ["acid", "extractant", "organic_to_aqueous"].map(|column| take(column.into(), true));
            let mut feed = ByElement::from_fn(|_| None);
            let mut aqueous = ByElement::from_fn(|_| None);
            for &element in &elements {
                feed[element] = take(format!("feed_{element}"), false);
                aqueous[element] = take(format!("aqueous_{element}"), false);
            }
            let [Some(acid), Some(extractant), Some(ratio)] = common else { continue };
            if ratio <= 0.0 || extractant <= 0.0 {
                complain(
                    line,
                    "organic_to_aqueous".into(),
                    "a contact needs both phases and an extractant".into(),
                    "numbers above nought",
                );
                continue;
            }
            let label = row.text("label").unwrap_or("unnamed").to_owned();
            points.push(Point { line, label, acid, extractant, ratio, feed, aqueous });
        }
        if points.is_empty() {
            complain(0, String::new(), "there are no points".into(), "a row a contact");
        }
        let citation = table.rows().next().map_or_else(
            || Citation { key: "".into(), place: "".into(), evidence: table.sidecar.evidence, file: name.into() },
            crate::library::Row::citation,
        );
        if problems.is_empty() {
            let digest = hex(&Sha256::digest(csv.as_bytes()));
            Ok(Self { name: name.to_owned(), digest, citation, points, elements })
        } else {
            Err(Error::Scenario(problems))
        }
    }

    /// Who measured, each once, in order of first appearance.
    pub fn labels(&self) -> Vec<&str> {
        let mut labels: Vec<&str> = Vec::new();
        for point in &self.points {
            if !labels.contains(&point.label.as_str()) {
                labels.push(&point.label);
            }
        }
        labels
    }
}

impl Point {
    /// mol/L in the organic phase after contact, by difference.
    pub fn organic(&self, element: Element) -> Option<f64> {
        Some((self.feed[element]? - self.aqueous[element]?) / self.ratio)
    }
}
