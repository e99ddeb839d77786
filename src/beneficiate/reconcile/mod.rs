//! Reconciliation: flows and assays that were measured, made to balance with the least adjustment.

mod chi_square;
pub mod given;
pub mod network;
pub mod tell;
#[cfg(test)]
mod tests;

use std::path::Path;

use crate::error::Error;
use crate::unit::{Case, Kind, Reading};

use given::Survey;

/// A survey, asked.
#[derive(Debug)]
struct Asked(Survey);

impl Case for Asked {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let (survey, found) = (&self.0, self.0.network.reconcile()?);
        let mut readings = survey.tell(&found).readings;
        for v in &found.variables {
            let stream = &survey.network.streams[v.stream];
            let (what, factor, unit) = match v.component {
                None => ("flow", 1e-3, "t/h"),
                Some(c) => (survey.network.components[c].as_str(), 100.0, "%"),
            };
            readings.push(Reading::new(format!("{stream} {what}"), v.value * factor, unit));
        }
        Ok(readings)
    }
}

/// The question a validation file can ask.
pub const CASE: Kind<dyn Case> = Kind {
    name: "reconciliation",
    about: "Measured flows and assays of a network, brought to balance by weighted least squares",
    sources: &["crowe1983", "wills2016"],
    read: |fields, _| Survey::read(fields, Path::new("")).map(|survey| Box::new(Asked(survey)) as Box<dyn Case>),
};
