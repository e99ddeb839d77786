//! Air lift against its experiments: series by series, untuned or tuned, and tuned on one to be tried on another.
//!
//! # Equation
//! Of every series the mean of |lifted/measured − 1|. The fit takes C₀ and k of [`super::drift_flux`] that make the mean of
//! ln²(lifted/measured) least over the points submerged by half or more: steps of Gauss and Newton from the textbook's
//! constants, each halved until the sum falls, until neither constant moves by 10⁻⁶.
//!
//! # Symbols
//! C₀: distribution, 1; k: drift by √(g D), 1.
//!
//! # Holds for
//! Water of 20 °C and air counted at the atmosphere's pressure, which the digitised tables do not state.
//!
//! # Source
//! `stenning1968` and `todoroki1973`, digitised by others; `data/lift/airlift_experiments.csv`.

use super::drift_flux::{Riser, Slip};
use super::rheology::Mud;
use crate::error::Error;
use crate::fields::Fields;
use crate::library::{FactTable, Library};
use crate::quantity::Number;
use crate::unit::{Case, Kind, Reading};

/// One measured flow.
#[derive(Debug, Clone, Copy)]
struct Measured {
    source: &'static str,
    submergence: f64,
    /// m below the pool.
    head: f64,
    /// m/s of air at the atmosphere's pressure.
    air: f64,
    /// m/s of water.
    water: f64,
    riser: Riser,
}

const EXPERIMENTS: [(&str, &str); 2] = [("stenning1968", "stenning1968"), ("todoroki1973", "todoroki1973")];

/// Most steps of a fit.
const MOST: usize = 60;

/// Submergence from which points take part in a fit.
const DEEP: f64 = 0.5;

fn measured(table: &FactTable) -> Vec<Measured> {
    let mut all = Vec::new();
    for row in table.rows() {
        let source = EXPERIMENTS.iter().find(|known| row.text("source") == Some(known.0)).map(|known| known.1);
        let numbers = ["diameter", "length", "submergence", "air", "water"].map(|column| row.number(column));
        let (Some(source), [Some(diameter), Some(length), Some(submergence), Some(air), Some(water)]) =
            (source, numbers)
        else {
            continue;
        };
        let area = std::f64::consts::FRAC_PI_4 * diameter * diameter;
        let riser = Riser {
            diameter,
            length,
            density: 998.21,
            mud: Mud::plain(1.002e-3),
            temperature: 293.15,
            slip: Slip::SLUGS,
            steps: 40,
        };
        let (air, water) = (air / area, water / area);
        all.push(Measured { source, submergence, head: submergence * length, air, water, riser });
    }
    all
}

impl Measured {
    /// Lifted over measured; `None` where the law lifts nothing.
    fn ratio(&self, slip: Slip) -> Option<f64> {
        Some(Riser { slip, ..self.riser }.lifted(self.head, self.air)? / self.water)
    }
}

/// Mean absolute error, mean error (1), and points where nothing is lifted.
fn errors(points: &[Measured], slip: Slip) -> (f64, f64, f64) {
    let (mut absolute, mut mean, mut dry) = (0.0, 0.0, 0.0);
    for point in points {
        let ratio = point.ratio(slip);
        let error = ratio.unwrap_or(0.0) - 1.0;
        absolute += error.abs();
        mean += error;
        dry += if ratio.is_none() { 1.0 } else { 0.0 };
    }
    let count = points.len() as f64;
    (absolute / count, mean / count, dry)
}

/// The constants that fit some points best.
fn fitted(points: &[Measured]) -> Result<Slip, Error> {
    // A point where nothing is lifted counts as a hundredth: it pulls without breaking the sum.
    let logs = |slip: Slip| points.iter().map(move |point| point.ratio(slip).unwrap_or(0.01).max(0.01).ln());
    let sum = |slip: Slip| logs(slip).map(|log| log * log).sum::<f64>();
    let mut slip = Slip::SLUGS;
    let mut now = sum(slip);
    for _ in 0..MOST {
        let step = 1e-4;
        let here: Vec<f64> = logs(slip).collect();
        let slope = |moved: Slip| logs(moved).zip(&here).map(|(log, was)| (log - was) / step).collect::<Vec<f64>>();
        let by_distribution = slope(Slip { distribution: slip.distribution + step, ..slip });
        let by_drift = slope(Slip { drift: slip.drift + step, ..slip });
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let (aa, ab, bb) =
            (dot(&by_distribution, &by_distribution), dot(&by_distribution, &by_drift), dot(&by_drift, &by_drift));
        let (ra, rb) = (dot(&by_distribution, &here), dot(&by_drift, &here));
        let determinant = aa * bb - ab * ab;
        let (da, db) = ((ab * rb - bb * ra) / determinant, (ab * ra - aa * rb) / determinant);
        let mut share = 1.0;
        let next = loop {
            let tried = Slip { distribution: slip.distribution + share * da, drift: slip.drift + share * db };
            let lawful = tried.distribution > 0.8 && tried.drift > 0.0;
            if lawful && sum(tried) <= now || share < 1e-4 {
                break tried;
            }
            share *= 0.5;
        };
        if share < 1e-4 || (share * da).abs().max((share * db).abs()) < 1e-6 {
            return Ok(slip);
        }
        (slip, now) = (next, sum(next));
    }
    Err(Error::NotConverged {
        unit: String::new(),
        what: format!("the drift-flux constants still move at C0 = {:.4}, k = {:.4}", slip.distribution, slip.drift),
        residual: now,
        iterations: MOST,
        worst: "its constants".into(),
        hint: "fewer or other points".into(),
    })
}

/// One series of an experiment.
#[derive(Debug)]
struct Series {
    points: Vec<Measured>,
    slip: Slip,
}

/// The question a validation file can put.
pub const CASE: Kind<dyn Case> = Kind {
    name: "air-lift-experiment",
    about: "Water lifted by air: one series of an experiment against the drift-flux law",
    sources: &["stenning1968", "todoroki1973", "zuber1965", "nicklin1962"],
    read,
};

fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Case>> {
    let source = fields.word("experiment", "whose", &EXPERIMENTS);
    let submergence: Option<Number> =
        fields.need("submergence", "depth of the foot over the length of pipe", 0.0..=1.0);
    let slip = slip(fields);
    let table = library.table("lift/airlift_experiments").ok()?;
    let (source, submergence) = (source?, submergence?.0);
    let chosen = |point: &Measured| point.source == source && (point.submergence - submergence).abs() < 1e-9;
    let points: Vec<Measured> = measured(&table).into_iter().filter(chosen).collect();
    if points.is_empty() {
        let what = format!("`{source}` has no series at {submergence}");
        fields.refuse("submergence", what, "a submergence that stands in data/lift/airlift_experiments.csv");
        return None;
    }
    Some(Box::new(Series { points, slip: slip? }))
}

/// Reads `slip = { distribution = …, drift = … }`; absent: the textbook's.
pub fn slip(fields: &mut Fields<'_>) -> Option<Slip> {
    let has = fields.has("slip");
    let table =
        fields.may_table("slip", "how far the gas runs ahead; absent: 1.2 and 0.35, the usual constants of slugs");
    let Some(mut table) = table else { return (!has).then_some(Slip::SLUGS) };
    let distribution: Option<Number> = table.need("distribution", "C0 of the drift flux", 0.8..=2.0);
    let drift: Option<Number> = table.need("drift", "drift of the gas by the root of g D", 0.0..=3.0);
    table.finish();
    Some(Slip { distribution: distribution?.0, drift: drift?.0 })
}

impl Case for Series {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let (absolute, mean, dry) = errors(&self.points, self.slip);
        Ok(vec![
            Reading::new("agreement", 1.0 - absolute, "1"),
            Reading::new("mean absolute error", 100.0 * absolute, "%"),
            Reading::new("mean error", 100.0 * mean, "%"),
            Reading::new("points", self.points.len() as f64, "1"),
            Reading::new("points where the law lifts nothing", dry, "1"),
        ])
    }
}

/// Constants fitted to some experiments and tried on one.
#[derive(Debug)]
struct CrossValidation {
    fitted_to: Vec<Measured>,
    tried_on: Vec<Measured>,
}

/// The question a validation file can put.
pub const FIT: Kind<dyn Case> = Kind {
    name: "air-lift-fit",
    about: "Drift-flux constants fitted to air-lift experiments and tried on another",
    sources: &["stenning1968", "todoroki1973"],
    read: read_fit,
};

fn read_fit(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Case>> {
    let known = [EXPERIMENTS[0], EXPERIMENTS[1], ("both", "both")];
    let to = fields.word("fitted_to", "whose points, submerged by half or more, the constants are fitted to", &known);
    let on = fields.word("tried_on", "whose points, submerged by half or more, they are tried on", &known);
    let table = library.table("lift/airlift_experiments").ok()?;
    let all = measured(&table);
    let of = |whose: &str| -> Vec<Measured> {
        all.iter().filter(|p| p.submergence >= DEEP && (whose == "both" || p.source == whose)).copied().collect()
    };
    Some(Box::new(CrossValidation { fitted_to: of(to?), tried_on: of(on?) }))
}

impl Case for CrossValidation {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let slip = fitted(&self.fitted_to)?;
        let (absolute, mean, _) = errors(&self.tried_on, slip);
        Ok(vec![
            Reading::new("distribution", slip.distribution, "1"),
            Reading::new("drift", slip.drift, "1"),
            Reading::new("agreement", 1.0 - absolute, "1"),
            Reading::new("mean absolute error", 100.0 * absolute, "%"),
            Reading::new("mean error", 100.0 * mean, "%"),
            Reading::new("points", self.tried_on.len() as f64, "1"),
        ])
    }
}
