//! How far a mineral dissolves, how fast, and at what pH it stops.
//!
//! # Equation
//! ```text
//! X = X∞ · [1 − (1 + t/(N τ))⁻ᴺ] · g(pH) ,   g = clamp((pH_stop − pH)/½, 0, 1)
//! ```
//! a first-order approach to a final extent in N equal stirred tanks, shut off over the last
//! half unit of pH before the mineral's own stop.
//!
//! # Symbols
//! X∞: final extent, with or without a reductant; τ: time constant, min; t: residence time of
//! the train, min; N: tanks.
//!
//! # Holds for
//! The acid, strength, temperature and time of each row's source; minerals that are not in the
//! table do what the scenario says (`unlisted`), and a caveat says so.
//!
//! # Source
//! `data/leach/mineral_dissolution.csv`, row by row.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::source::Sourced;

/// Width of the pH gate.
const GATE: f64 = 0.5;

/// What is known of one mineral in one acid.
#[derive(Debug, Clone)]
pub struct Behaviour {
    /// Final extent without a reductant.
    pub extent: Sourced<f64>,
    /// Final extent with one, where that differs.
    pub reduced: Option<Sourced<f64>>,
    /// min.
    pub minutes: f64,
    /// pH at and above which it does not dissolve.
    pub stop: f64,
}

/// The minerals of one acid, by name.
#[derive(Debug, Clone, Default)]
pub struct Behaviours(pub BTreeMap<String, Behaviour>);

/// An acid whose rows the table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acid {
    /// HCl.
    Hydrochloric,
    /// H2SO4.
    Sulfuric,
}

impl Acid {
    fn word(self) -> &'static str {
        match self {
            Acid::Hydrochloric => "hydrochloric",
            Acid::Sulfuric => "sulfuric",
        }
    }
}

/// Share reached in `tanks` equal stirred tanks.
pub fn reached(minutes: f64, tanks: usize, time_constant: f64) -> f64 {
    if time_constant <= 0.0 {
        return 1.0;
    }
    let n = tanks as f64;
    1.0 - (1.0 + minutes / (n * time_constant)).powf(-n)
}

impl Behaviour {
    /// Share dissolved at a pH.
    pub fn share(&self, minutes: f64, tanks: usize, reductant: bool, ph: f64) -> f64 {
        let last = if reductant { self.reduced.as_ref().unwrap_or(&self.extent) } else { &self.extent };
        let gate = ((self.stop - ph) / GATE).clamp(0.0, 1.0);
        last.value * reached(minutes, tanks, self.minutes) * gate
    }
}

impl Behaviours {
    /// The rows of an acid; rows for `any` acid are overruled by its own.
    pub fn read(library: &Library, acid: Acid) -> Result<Self, Error> {
        let table = library.table("leach/mineral_dissolution")?;
        let mut all = BTreeMap::new();
        for wanted in ["any", acid.word()] {
            for row in table.rows().filter(|row| row.text("acid") == Some(wanted)) {
                let (Some(name), Some(extent), Some(minutes), Some(stop)) =
                    (row.text("mineral"), row.fact("extent"), row.number("minutes"), row.number("stops_at_ph"))
                else {
                    return Err(Error::File {
                        file: "data/leach/mineral_dissolution.csv".into(),
                        doing: "read",
                        why: "a row lacks mineral, extent, minutes or stops_at_ph".into(),
                    });
                };
                all.insert(name.to_owned(), Behaviour { extent, reduced: row.fact("extent_reduced"), minutes, stop });
            }
        }
        Ok(Self(all))
    }

    /// Enters the facts in the ledger.
    pub fn cite(&self, fields: &Fields<'_>) {
        for (name, behaviour) in &self.0 {
            fields.check().cite(format!("{}.extent.{name}", fields.path()), &behaviour.extent, "1");
            if let Some(reduced) = &behaviour.reduced {
                fields.check().cite(format!("{}.extent_reduced.{name}", fields.path()), reduced, "1");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_tank_and_very_many() {
        assert!((reached(5.0, 1, 5.0) - 0.5).abs() < 1e-12);
        assert!((reached(5.0, 100_000, 5.0) - (1.0 - (-1.0_f64).exp())).abs() < 1e-5);
        assert!((reached(1.0, 3, 0.0) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn above_its_stop_nothing_dissolves() {
        let all = Behaviours::read(&Library::builtin(), Acid::Hydrochloric).unwrap();
        for (name, behaviour) in &all.0 {
            assert!(behaviour.share(1e9, 1, true, 7.0).abs() < 1e-15, "{name}");
            assert!((0.0..=1.0).contains(&behaviour.extent.value), "{name}");
        }
    }
}
