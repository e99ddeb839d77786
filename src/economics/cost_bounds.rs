//! What land mines of this size have cost: bounds from published projects.
//!
//! # Equation
//! `c = (a ± da) x^(b ± db)`, lower bound with both minus, upper with both plus.
//!
//! # Symbols
//! `c` cost, USD of 2022 per kg of contained rare-earth oxide; `x` tonnes contained over the
//! life of the mine; `a, b` coefficients with their spreads.
//!
//! # Holds for
//! Mines on land. For a find under the sea it bounds the part on shore at most: lifting,
//! dewatering and transport are not in it.
//!
//! # Source
//! `fritz2023`; coefficients in `data/economics/fritz2023_bounds.csv`.

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Fraction, Mass, Number};
use crate::unit::{Case, Kind, Reading};

/// A bound of cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// What it bounds: `total operating`.
    pub item: String,
    a: f64,
    da: f64,
    b: f64,
    db: f64,
}

impl Bound {
    /// All bounds in the data.
    pub fn all(library: &Library) -> Result<Vec<Self>, Error> {
        let table = library.table("economics/fritz2023_bounds")?;
        Ok(table
            .rows()
            .filter_map(|row| {
                Some(Self {
                    item: row.text("item")?.to_owned(),
                    a: row.number("a")?,
                    da: row.number("da")?,
                    b: row.number("b")?,
                    db: row.number("db")?,
                })
            })
            .collect())
    }

    /// Lower and upper cost, USD of 2022 per kg, for so many tonnes contained over the life.
    pub fn at(&self, contained_t: f64) -> (f64, f64) {
        (
            (self.a - self.da) * contained_t.powf(self.b - self.db),
            (self.a + self.da) * contained_t.powf(self.b + self.db),
        )
    }
}

#[derive(Debug)]
struct Mine {
    contained_t: f64,
    money: f64,
    bounds: Vec<Bound>,
}

/// Bounds of cost by size of the mine.
pub const CASE: Kind<dyn Case> = Kind {
    name: "cost-bounds",
    about: "Lower and upper cost per kg of land mines by the tonnes they contain",
    sources: &["fritz2023"],
    read,
};

fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Case>> {
    let ore: Option<Mass> = fields.need("ore", "ore over the life of the mine", 1.0..=1e15);
    let grade: Option<Fraction> = fields.need("grade", "rare-earth oxide in the ore", 0.0..=1.0);
    let money: Option<Number> =
        fields.need("index_ratio", "cost index of the year wanted over that of 2022", 0.1..=10.0);
    let bounds = Bound::all(library).map_err(|error| fields.refuse("ore", error.to_string(), "")).ok();
    Some(Box::new(Mine { contained_t: ore?.0 / 1000.0 * grade?.0, money: money?.0, bounds: bounds? }))
}

impl Case for Mine {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        Ok(self
            .bounds
            .iter()
            .flat_map(|bound| {
                let (low, high) = bound.at(self.contained_t);
                [("low", low), ("high", high)]
                    .map(|(end, cost)| Reading::new(format!("{}, {end}", bound.item), cost * self.money, "USD/kg"))
            })
            .collect())
    }
}
