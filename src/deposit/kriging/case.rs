//! Kriging asked as a question: listed samples, a model, targets.

use crate::deposit::kriging::drift::{Dimensions, Drift};
use crate::deposit::kriging::{Kriging, Weights};
use crate::deposit::lattice::support;
use crate::deposit::point::Point;
use crate::deposit::search::Search;
use crate::deposit::variogram::Model;
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::Number;
use crate::unit::{Case, Kind, Reading};

/// A question to the law: samples, a model, targets.
#[derive(Debug)]
struct Question {
    samples: Vec<Point>,
    values: Vec<f64>,
    targets: Vec<Point>,
    block: Option<(f64, usize)>,
    search: Option<Search>,
    drift: Drift,
    model: Model,
}

/// Its entry in the catalogue.
pub const CASE: Kind<dyn Case> = Kind {
    name: "ordinary-kriging",
    about: "Estimate, variance and weights of targets kriged from listed samples",
    sources: &["isaaks1989", "karanovic2009"],
    read: |fields, library| Some(Box::new(Question::read(fields, library)?)),
};

/// A list of plain numbers.
fn numbers(fields: &mut Fields<'_>, key: &'static str, about: &str) -> Option<Vec<f64>> {
    Some(fields.list::<Number>(key, about, -1e12..=1e12)?.into_iter().map(|number| number.0).collect())
}

impl Question {
    fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let x = numbers(fields, "x", "east of each sample, m");
        let y = numbers(fields, "y", "north of each sample, m");
        let z = fields.has("z").then(|| numbers(fields, "z", "up of each sample, m; absent: all on one level"));
        let values = numbers(fields, "value", "what was measured at each sample");
        let at_x = numbers(fields, "at_x", "east of each target, m");
        let at_y = numbers(fields, "at_y", "north of each target, m");
        let at_z =
            fields.has("at_z").then(|| numbers(fields, "at_z", "up of each target, m; absent: all on one level"));
        let drift = fields.may_word(
            "drift",
            "what is known of the mean; absent: that it is constant",
            &[
                ("constant", Drift::Constant),
                ("linear", Drift::Linear(Dimensions::Two)),
                ("linear-in-space", Drift::Linear(Dimensions::Three)),
                ("quadratic", Drift::Quadratic(Dimensions::Two)),
                ("quadratic-in-space", Drift::Quadratic(Dimensions::Three)),
            ],
        );
        let mean: Option<Number> = fields.may("mean", "the mean, where it is known (simple kriging)", -1e12..=1e12);
        let sill: Option<Number> = fields.need("sill", "sill, square of the value's unit", 1e-30..=1e30);
        let block: Option<Number> =
            fields.may("block", "side of the block round each target, m; absent: the target is a point", 1e-6..=1e9);
        let points = fields.may::<Number>("discretisation", "points a side that stand for a block", 1.0..=50.0);
        let nearest = fields.may::<Number>("nearest", "samples nearest to a target; absent: all", 1.0..=1e6);
        let model = fields.table("variogram", "structure, range and nugget").and_then(|mut inner| {
            let model = Model::read(&mut inner, library);
            inner.finish();
            model
        });
        let (x, y, values, at_x, at_y) = (x?, y?, values?, at_x?, at_y?);
        let level = |z: Option<Option<Vec<f64>>>, count: usize| z.unwrap_or_else(|| Some(vec![0.0; count]));
        let (z, at_z) = (level(z, x.len())?, level(at_z, at_x.len())?);
        let lengths = [y.len(), z.len(), values.len()].iter().all(|length| *length == x.len());
        if !lengths || at_y.len() != at_x.len() || at_z.len() != at_x.len() {
            fields.refuse("x", "the lists are not of one length", "one x, y and value for each sample");
            return None;
        }
        Some(Self {
            samples: places(x, y, z),
            values,
            targets: places(at_x, at_y, at_z),
            block: block.map(|side| (side.0, points.map_or(4, |n| n.0 as usize))),
            search: nearest.map(|n| Search { most: n.0 as usize, ..Search::ALL }),
            drift: mean.map_or(drift.unwrap_or(Drift::Constant), |mean| Drift::Known(mean.0)),
            model: model?.with_sill(sill?.0),
        })
    }
}

fn places(x: Vec<f64>, y: Vec<f64>, z: Vec<f64>) -> Vec<Point> {
    x.into_iter().zip(y).zip(z).map(|((x, y), z)| [x, y, z]).collect()
}

impl Case for Question {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let kriging = Kriging::new(self.samples.clone(), &[], self.model.clone(), self.drift, self.search)?;
        let mut weights = Weights::default();
        let mut readings = Vec::new();
        for (number, target) in self.targets.iter().enumerate() {
            let support = match self.block {
                Some((side, points)) => support(*target, side, points),
                None => vec![*target],
            };
            let number = number + 1;
            let own = kriging.own_covariance(&support);
            if !kriging.weigh(&support, own, &mut weights)? {
                return Err(Error::Infeasible {
                    unit: "deposit".into(),
                    what: format!("the samples round target {number} cannot tell the drift of {}", self.drift.word()),
                    hint: "a simpler drift, or more samples".into(),
                });
            }
            readings.push(Reading::new(format!("estimate {number}"), weights.estimate(&self.values), "1"));
            readings.push(Reading::new(format!("kriging variance {number}"), weights.variance, "1"));
            readings.push(Reading::new(format!("Lagrange multiplier {number}"), -weights.drift, "1"));
            readings.push(Reading::new(format!("kriging efficiency {number}"), weights.efficiency(own), "1"));
            readings.extend(weights.slope().map(|slope| Reading::new(format!("slope {number}"), slope, "1")));
            if number == 1 {
                let mut of_samples = vec![0.0; self.samples.len()];
                for (sample, weight) in weights.samples.iter().zip(&weights.of_samples) {
                    of_samples[*sample as usize] = *weight;
                }
                for (sample, weight) in of_samples.iter().enumerate() {
                    readings.push(Reading::new(format!("weight {}", sample + 1), *weight, "1"));
                }
            }
        }
        Ok(readings)
    }
}
