//! How many years of demand a find holds, and so what share a year's output is.
//!
//! # Equation
//! `share = (Q / M) Y`
//!
//! # Symbols
//! `Q` oxide produced a year; `M` oxide in the find; `Y` years of world demand of an element the
//! find is said to hold. The composition cancels as long as the product has that of the find.
//!
//! # Holds for
//! The demand of the year the source counted with (2018); full recovery.
//!
//! # Source
//! `takaya2018`: 1.2 Mt in block B1; years in `data/market/takaya2018_demand_years.csv`.

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Mass, Number};
use crate::unit::{Case, Kind, Reading};

#[derive(Debug)]
struct Find {
    yearly: f64,
    held: f64,
    years: Vec<(String, f64)>,
}

/// Shares of demand from years of demand.
pub const CASE: Kind<dyn Case> = Kind {
    name: "demand-years",
    about: "Share of world demand of an element that a year's output of a find meets",
    sources: &["takaya2018"],
    read,
};

fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Case>> {
    let held: Option<Mass> = fields.need("held", "oxide in the find", 1.0..=1e15);
    let yearly: Option<Mass> = fields.may("yearly", "oxide produced a year; or give the mud", 0.0..=1e13);
    let mud: Option<Mass> = fields.may("mud", "mud lifted a day, as the grade counts it", 0.0..=1e12);
    let grade: Option<Number> = fields.may("grade", "kg of oxide per tonne of that mud", 0.0..=1000.0);
    let days: Option<Number> = fields.may("days", "days at work in a year", 0.0..=366.0);
    let made = yearly.map(|yearly| yearly.0).or_else(|| Some(mud?.0 / 1000.0 * grade?.0 * days?.0));
    if made.is_none() {
        fields.refuse("yearly", "neither the oxide nor mud, grade and days are given", "yearly = \"210 t\"");
    }
    let table = library.table("market/takaya2018_demand_years").ok()?;
    let years = table.rows().filter_map(|row| Some((row.text("element")?.to_owned(), row.number("years")?))).collect();
    Some(Box::new(Find { yearly: made?, held: held?.0, years }))
}

impl Case for Find {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let mut readings = vec![Reading::new("oxide", self.yearly / 1e6, "kt/y")];
        readings.extend(self.years.iter().map(|(element, years)| {
            Reading::new(format!("share of demand of {element}"), self.yearly / self.held * years, "1")
        }));
        Ok(readings)
    }
}
