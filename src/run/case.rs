//! A whole scenario as a case: what a validation file can ask of a plant that ships.
//!
//! # Equation
//! The answers are the headline results, the cells of every table (`table: row, column`), and
//! `E recovered in S = 100 n_E(S) / Σ n_E(entering from outside)` for every stream and element.
//!
//! # Symbols
//! n: mol/h; reagents drawn do not count as entering.
//!
//! # Holds for
//! Scenarios that ship; a table's row is named by its first cell.
//!
//! # Source
//! Definitions.

use crate::element::Element;
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::outcome::Outcome;
use crate::run::Silent;
use crate::scenario::Scenario;
use crate::stream::Stream;
use crate::table::Cell;
use crate::unit::{Case, Kind, Reading};

/// The laws a validation file can question.
pub const CASES: &[Kind<dyn Case>] = &[CASE];

const CASE: Kind<dyn Case> = Kind {
    name: "scenario",
    about: "A scenario that ships, run whole: its results, its tables' cells, what each stream recovers",
    sources: &[],
    read: |fields: &mut Fields<'_>, library: &Library| {
        let name = fields.text("scenario", "the name of a scenario that ships")?;
        if !Scenario::bundled_names().contains(&name) {
            let names = Scenario::bundled_names();
            let hint = crate::fields::nearest(&name, names.iter().map(String::as_str));
            fields.refuse("scenario", format!("there is no scenario `{name}` among those that ship"), hint);
            return None;
        }
        Some(Box::new(Whole { name, library: library.clone() }))
    },
};

#[derive(Debug)]
struct Whole {
    name: String,
    library: Library,
}

impl Case for Whole {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let outcome = Scenario::bundled(&self.name)?.check(&self.library)?.run(&self.library, None, &mut Silent)?;
        let mut readings = outcome.readings.clone();
        cells(&outcome, &mut readings);
        recovered(&outcome, &mut readings);
        Ok(readings)
    }
}

fn cells(outcome: &Outcome, readings: &mut Vec<Reading>) {
    for table in &outcome.tables {
        for row in &table.rows {
            let Some(Cell::Text(first)) = row.first() else { continue };
            for (column, cell) in table.columns.iter().zip(row).skip(1) {
                if let Cell::Number(value) = cell {
                    readings.push(Reading::new(format!("{}: {first}, {}", table.name, column.name), *value, "1"));
                }
            }
        }
    }
}

fn recovered(outcome: &Outcome, readings: &mut Vec<Reading>) {
    let Some(plant) = &outcome.plant else { return };
    let outside = plant.pipes.iter().filter(|pipe| pipe.from.is_none());
    let entering = Stream::mixed(outside.map(|pipe| &pipe.stream)).elements();
    for pipe in &plant.pipes {
        let held = pipe.stream.elements();
        for &element in Element::ALL.iter().filter(|&&e| entering[e] > 0.0) {
            let share = 100.0 * held[element] / entering[element];
            readings.push(Reading::new(format!("{element} recovered in {}", pipe.name), share, "%"));
        }
    }
}
