//! What a machine costs by its size.
//!
//! # Equation
//! `C = n m C₀ (I/I₀) (S/(m S₀))^e`
//!
//! # Symbols
//! `C` cost of `n` machines; `C₀` cost of one of size `S₀` at index `I₀`; `S` size; `e` exponent;
//! `I` plant cost index of the year wanted; `m` machines in parallel where one of size `S` would
//! be larger than any the correlation knows.
//!
//! # Holds for
//! Sizes between the bounds of the correlation. Larger ones are split into `m` equal machines;
//! smaller ones are answered with a caveat.
//!
//! # Source
//! The rows of `data/economics/equipment.csv`; indices in `data/economics/cepci.csv` (`idaes2026`).

use std::collections::BTreeMap;

use crate::error::Error;
use crate::library::{FactTable, Library, Row};
use crate::source::{Citation, Evidence};

/// Plant cost indices by year.
#[derive(Debug, Clone, PartialEq)]
pub struct Indices(BTreeMap<String, f64>);

impl Indices {
    /// As the data have them.
    pub fn read(library: &Library) -> Result<Self, Error> {
        let table = library.table("economics/cepci")?;
        Ok(Self(table.rows().filter_map(|row| Some((row.text("year")?.to_owned(), row.number("index")?))).collect()))
    }

    /// The index of a year by its label.
    pub fn of(&self, label: &str) -> Option<f64> {
        self.0.get(label).copied()
    }

    /// The index of the last year not after `year` that has one, and that year.
    pub fn up_to(&self, year: usize) -> Option<(usize, f64)> {
        self.0.iter().filter_map(|(label, index)| Some((label.parse().ok()?, *index))).rfind(|(at, _)| *at <= year)
    }
}

/// What a cost is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The machine at its maker's gate.
    Bare,
    /// The machine installed: no factor is applied.
    Installed,
    /// What fills the plant, no machine.
    Inventory,
}

/// One correlation.
#[derive(Debug, Clone, PartialEq)]
pub struct Correlation {
    /// The machine.
    pub name: String,
    /// Unit of its size.
    pub unit: String,
    reference_size: f64,
    reference_cost: f64,
    exponent: f64,
    bounds: Option<(f64, f64)>,
    index: String,
    /// What the cost is of.
    pub basis: Basis,
    /// Whose it is.
    pub citation: Citation,
}

/// What the law answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Cost {
    /// USD of the year wanted, all machines.
    pub usd: f64,
    /// Machines, after splitting.
    pub machines: usize,
    /// Size of each.
    pub size: f64,
    /// Is it below the smallest size known?
    pub below: bool,
}

/// Citation of a row, with no key where the row is a bare assumption.
pub(super) fn citation(row: Row<'_>) -> Citation {
    let mut citation = row.citation();
    if citation.evidence == Evidence::Assumed && row.text("source").is_none() {
        citation.key = "".into();
    }
    citation
}

impl Correlation {
    fn of(row: Row<'_>, name_column: &str) -> Option<Self> {
        Some(Self {
            name: row.text(name_column)?.to_owned(),
            unit: row.text("unit")?.to_owned(),
            reference_size: row.number("s_ref")?,
            reference_cost: row.number("cost_ref")?,
            exponent: row.number("exponent")?,
            bounds: row.number("s_min").zip(row.number("s_max")),
            index: row.text("index")?.to_owned(),
            basis: match row.text("basis") {
                Some("installed") => Basis::Installed,
                Some("inventory") => Basis::Inventory,
                _ => Basis::Bare,
            },
            citation: citation(row),
        })
    }

    /// The machines units may name.
    pub fn all(library: &Library) -> Result<Vec<Self>, Error> {
        Ok(from(&library.table("economics/equipment")?, "name"))
    }

    /// The accounts of the coal-refuse plant, by number.
    pub fn accounts(library: &Library) -> Result<Vec<Self>, Error> {
        Ok(from(&library.table("economics/keim2019_accounts")?, "account"))
    }

    /// Cost of `count` machines of a size, at the index given.
    pub fn cost(&self, count: usize, size: f64, indices: &Indices, index: f64) -> Option<Cost> {
        let reference_index = indices.of(&self.index)?;
        if !(size.is_finite() && size > 0.0) {
            return Some(Cost { usd: 0.0, machines: 0, size: 0.0, below: false });
        }
        let trains = self.bounds.map_or(1.0, |(_, largest)| (size / largest * (1.0 - 1e-6)).ceil().max(1.0));
        let each = size / trains;
        let one = self.reference_cost * index / reference_index * (each / self.reference_size).powf(self.exponent);
        Some(Cost {
            usd: one * trains * count as f64,
            machines: trains as usize * count,
            size: each,
            below: self.bounds.is_some_and(|(smallest, _)| each < smallest),
        })
    }
}

fn from(table: &FactTable, name_column: &str) -> Vec<Correlation> {
    table.rows().filter_map(|row| Correlation::of(row, name_column)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_the_reference_it_costs_the_reference() {
        let library = Library::builtin();
        let indices = Indices::read(&library).unwrap();
        for law in Correlation::all(&library).unwrap() {
            let own = indices.of(&law.index).unwrap();
            let cost = law.cost(1, law.reference_size, &indices, own).unwrap();
            assert!((cost.usd / law.reference_cost - 1.0).abs() < 1e-9, "{}", law.name);
            assert!(!cost.below, "{}", law.name);
        }
    }

    #[test]
    fn what_is_too_large_is_split() {
        let library = Library::builtin();
        let indices = Indices::read(&library).unwrap();
        let laws = Correlation::all(&library).unwrap();
        let tank = laws.iter().find(|law| law.name == "leach tank").unwrap();
        let index = indices.up_to(2025).unwrap().1;
        let cost = tank.cost(2, 2000.0, &indices, index).unwrap();
        assert_eq!(cost.machines, 6);
        assert!((cost.size * 3.0 - 2000.0).abs() < 1e-9);
    }

    #[test]
    fn a_missing_index_year_falls_back_to_the_one_before() {
        let indices = Indices::read(&Library::builtin()).unwrap();
        assert_eq!(indices.up_to(2024).map(|(year, _)| year), Some(2023));
        assert_eq!(indices.up_to(1900), None);
    }
}
