//! What accumulates while a scenario is read: problems, the ledger, and what each field is.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use crate::error::Problem;
use crate::quantity::figures;
use crate::source::{Entry, Sourced};

/// What one field is: the catalogue's row.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Path below the thing: `inner_diameter`.
    pub key: String,
    /// What it measures and its base unit, or the sort of word.
    pub takes: String,
    /// One sentence.
    pub about: String,
    /// Lawful range in the base unit, if any.
    pub range: Option<RangeInclusive<f64>>,
    /// Must it be there?
    pub required: bool,
}

/// What accumulates while a scenario is read.
#[derive(Debug, Default)]
pub struct Check {
    problems: RefCell<Vec<Problem>>,
    ledger: RefCell<Vec<Entry>>,
    described: RefCell<Vec<Field>>,
}

impl Check {
    /// Nothing read yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a problem.
    pub fn complain(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    /// Adds a number to the ledger.
    pub fn enter(&self, entry: Entry) {
        self.ledger.borrow_mut().push(entry);
    }

    /// Enters a fact used at `path`, with its unit word.
    pub fn cite(&self, path: impl Into<String>, fact: &Sourced<f64>, unit: &str) {
        let value = if unit == "1" { figures(fact.value, 4) } else { format!("{} {unit}", figures(fact.value, 4)) };
        self.enter(Entry { path: path.into(), value, citation: fact.citation.clone(), line: None });
    }

    /// Keeps what a field is, for the catalogue.
    pub fn describe(&self, field: Field) {
        self.described.borrow_mut().push(field);
    }

    /// The ledger so far.
    pub fn entries(&self) -> Vec<Entry> {
        self.ledger.borrow().clone()
    }

    /// Is all well so far?
    pub fn is_clean(&self) -> bool {
        self.problems.borrow().is_empty()
    }

    /// The problems, in file and line order, each once; and the ledger, in the order read.
    pub fn finish(self) -> (Vec<Problem>, Vec<Entry>) {
        let mut problems = self.problems.into_inner();
        problems.sort();
        problems.dedup();
        (problems, self.ledger.into_inner())
    }

    /// The fields asked for so far, each once.
    pub fn described(&self) -> Vec<Field> {
        let mut seen = BTreeSet::new();
        self.described.borrow().iter().filter(|field| seen.insert(field.key.clone())).cloned().collect()
    }
}
