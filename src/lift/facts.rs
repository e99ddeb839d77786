//! Facts: what has been published of lifting tests, questioned for consistency.
//!
//! # Equation
//! Sea water over the site, `p = ρ g H`; the rates of one test as a ratio of another; mud that
//! the planned test could yield, `rate × days`.
//!
//! # Symbols
//! p: MPa; H: depth, m.
//!
//! # Holds for
//! Arithmetic on announcements: what was planned, not what was lifted. The mass recovered in
//! 2026 is not disclosed, and no number stands for it.
//!
//! # Source
//! `data/lift/lifting_tests.csv`, each row its own.

use crate::error::Error;
use crate::fields::Fields;
use crate::library::{FactTable, Library};
use crate::unit::{Case, Kind, Reading};

const TABLE: &str = "lift/lifting_tests";

/// The table of what is published.
#[derive(Debug)]
struct Published(FactTable);

/// The question a validation file can put.
pub const CASE: Kind<dyn Case> = Kind {
    name: "lifting-tests",
    about: "Published figures of lifting tests, for consistency",
    sources: &["jamstec2022", "jamstec2026", "mmij2023", "northernminer2025"],
    read,
};

fn read(_: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Case>> {
    Some(Box::new(Published(library.table(TABLE).ok()?)))
}

impl Published {
    fn number(&self, fact: &str) -> Result<f64, Error> {
        self.0.find("fact", fact).and_then(|row| row.number("value")).ok_or_else(|| Error::Absent {
            unit: String::new(),
            what: format!("number for `{fact}`"),
            file: format!("data/{TABLE}.csv"),
            hint: "restore the table that ships".into(),
        })
    }
}

impl Case for Published {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let (least, most) = (self.number("minamitorishima-depth-least")?, self.number("minamitorishima-depth-most")?);
        let target = self.number("target-rate")?;
        let disclosed = self.0.find("fact", "minamitorishima-recovered").and_then(|row| row.number("value"));
        Ok(vec![
            Reading::new("depth", f64::midpoint(least, most), "m"),
            Reading::new("depth over the 2022 depth", least / self.number("ibaraki-depth")?, "1"),
            Reading::new("planned rate over the 2022 rate", target / self.number("ibaraki-rate")?, "1"),
            Reading::new("commercial rate over planned rate", self.number("commercial-rate")? / target, "1"),
            Reading::new(
                "planned rate over the contradicting one",
                target / self.number("target-rate-contradicting")?,
                "1",
            ),
            Reading::new("pipe run in", self.number("pipe-run-in")?, "d"),
            Reading::new("run in a day", least / self.number("pipe-run-in")?, "m"),
            Reading::new("run in to first mud", self.number("first-mud-after")? - self.number("pipe-run-in")?, "d"),
            Reading::new("recovered masses disclosed", if disclosed.is_some() { 1.0 } else { 0.0 }, "1"),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_disclosed_has_no_number() {
        let table = Library::builtin().table(TABLE).unwrap();
        let row = table.find("fact", "minamitorishima-recovered").unwrap();
        assert_eq!(row.number("value"), None);
        assert!(Published(table).answer().is_ok());
    }
}
