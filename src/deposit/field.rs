//! A field kriged from scattered samples, and its mean: how far kriging undoes clustering.
//!
//! # Equation
//! `m* = Σ z*(u) / N` over the nodes of a regular grid, `z*` the ordinary kriging estimate.
//!
//! # Symbols
//! `m*` estimated mean of the area; `u` node; `N` nodes.
//!
//! # Holds for
//! What ordinary kriging holds for; with many samples a limited search keeps the matrix small.
//!
//! # Source
//! `isaaks1989`, chapters 10 and 12.

use crate::deposit::decluster::samples;
use crate::deposit::grid::support;
use crate::deposit::kriging::drift::Drift;
use crate::deposit::kriging::{Kriging, Weights};
use crate::deposit::point::Point;
use crate::deposit::search::Search;
use crate::deposit::variogram::Model;
use crate::error::Error;
use crate::quantity::Length;
use crate::unit::{Case, Kind, Reading};

/// A question to the law.
#[derive(Debug)]
struct Question {
    points: Vec<Point>,
    values: Vec<f64>,
    model: Model,
    nearest: usize,
    west_m: f64,
    south_m: f64,
    step_m: f64,
    columns: usize,
    rows: usize,
    within: usize,
}

/// Its entry in the catalogue.
pub const CASE: Kind<dyn Case> = Kind {
    name: "kriged-field",
    about: "Mean of a grid of blocks kriged from a table of samples",
    sources: &["isaaks1989"],
    read: |fields, library| {
        let samples = samples(fields, library);
        let west: Option<Length> = fields.need("west", "western edge of the grid", -1e9..=1e9);
        let south: Option<Length> = fields.need("south", "southern edge of the grid", -1e9..=1e9);
        let step: Option<Length> = fields.need("step", "side of a block", 1e-6..=1e7);
        let columns = fields.count("columns", "blocks from west to east", 1..=2000);
        let rows = fields.count("rows", "blocks from south to north", 1..=2000);
        let within = fields.count("points", "points a side that stand for a block", 1..=20);
        let nearest = fields.count("neighbours", "samples used for a block, nearest first", 2..=10_000);
        let model = fields.table("variogram", "structure, range and nugget").and_then(|mut inner| {
            let model = Model::read(&mut inner, library);
            inner.finish();
            model
        });
        let (points, values) = samples?;
        Some(Box::new(Question {
            points,
            values,
            model: model?,
            nearest: nearest?,
            west_m: west?.0,
            south_m: south?.0,
            step_m: step?.0,
            columns: columns?,
            rows: rows?,
            within: within?,
        }))
    },
};

impl Case for Question {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let search = Search { most: self.nearest, ..Search::ALL };
        let kriging = Kriging::new(self.points.clone(), &[], self.model.clone(), Drift::Constant, Some(search))?;
        let mut weights = Weights::default();
        let (mut sum, mut variance) = (0.0, 0.0);
        let own = kriging.own_covariance(&support([0.0; 3], self.step_m, self.within));
        for up in 0..self.rows {
            for across in 0..self.columns {
                let middle = [
                    self.west_m + (across as f64 + 0.5) * self.step_m,
                    self.south_m + (up as f64 + 0.5) * self.step_m,
                    0.0,
                ];
                kriging.weigh(&support(middle, self.step_m, self.within), own, &mut weights)?;
                sum += weights.estimate(&self.values);
                variance += weights.variance;
            }
        }
        let count = (self.rows * self.columns) as f64;
        let naive = self.values.iter().sum::<f64>() / self.values.len() as f64;
        Ok(vec![
            Reading::new("kriged mean", sum / count, "1"),
            Reading::new("naive mean", naive, "1"),
            Reading::new("mean relative variance", variance / count, "1"),
        ])
    }
}
