//! What is done to the samples before anything is estimated from them: the greatest grades cut, the crowded weighed less.
//!
//! # Equation
//! `z → min(z, c)`; declustering weights as in [`crate::deposit::decluster`], in cells of three sides times a factor, the one
//! given or the one whose mean is least (or greatest) among those tried.
//!
//! # Symbols
//! z grade, c top cut, in the unit of the grade.
//!
//! # Holds for
//! Cuts of composites, not of assays, so that all samples are cut on one support. What a cut removes is told, not hidden: a cut is a
//! choice, and rich ground may be real.
//!
//! # Source
//! `isaaks1989`, chapter 10; `journel1983` for the cells.

use crate::deposit::decluster;
use crate::deposit::ground::given::Samples;
use crate::deposit::ground::read::in_unit;
use crate::deposit::point::Point;
use crate::fields::{Fields, nearest};
use crate::quantity::{Fraction, Length, Number};
use crate::table::Table;

/// Variance of some grades about their mean.
pub fn variance(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0).max(1.0)
}

/// A top cut and what it did.
#[derive(Debug, Clone, PartialEq)]
pub struct Cut {
    /// The variable, by position.
    pub variable: usize,
    /// The greatest grade that is kept.
    pub at: f64,
    /// Samples above it.
    pub samples: usize,
    /// Share of the metal (grade by length) that it takes away.
    pub removed: f64,
    /// Mean before.
    pub before: f64,
    /// Mean after.
    pub after: f64,
}

/// Reads `[top_cut]` and cuts.
pub fn top_cut(fields: &mut Fields<'_>, samples: &mut Samples) -> Option<Vec<Cut>> {
    let cuts: Vec<(String, Fraction)> =
        fields.may_named("top_cut", "greatest grade that is kept, by variable; absent: none is cut", 0.0..=1e9);
    let mut done = Vec::new();
    let mut whole = true;
    for (name, cut) in cuts {
        let Some(variable) = samples.position(&name) else {
            let known = samples.variables.iter().map(|variable| variable.name.as_str());
            fields.refuse("top_cut", format!("`{name}` is not assayed"), nearest(&name, known));
            whole = false;
            continue;
        };
        let at = in_unit(cut, &samples.variables[variable]);
        let mut sums = [0.0; 4];
        let mut count = 0;
        let mut above = 0;
        for sample in &mut samples.samples {
            let Some(grade) = sample.grades[variable].as_mut() else { continue };
            let kept = grade.min(at);
            above += usize::from(*grade > at);
            count += 1;
            for (sum, part) in sums.iter_mut().zip([*grade, kept, *grade * sample.length_m, kept * sample.length_m]) {
                *sum += part;
            }
            *grade = kept;
        }
        let count = f64::from(count.max(1));
        let removed = if sums[2] > 0.0 { 1.0 - sums[3] / sums[2] } else { 0.0 };
        done.push(Cut { variable, at, samples: above, removed, before: sums[0] / count, after: sums[1] / count });
    }
    // The sum of the cut parts, unless the sum is what is cut.
    if done.iter().all(|cut| samples.variables[cut.variable].name != "SREY") {
        samples.add_sum();
    }
    whole.then_some(done)
}

/// How the samples weigh, and what was tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighed {
    /// Weight of each sample; they come to one.
    pub weights: Vec<f64>,
    /// Sides of the cells, m; `None`: all weigh alike.
    pub cell: Option<Point>,
    /// Factors on the sides that were tried, and the mean of the leading variable with each.
    pub tried: Vec<(f64, f64)>,
}

impl Weighed {
    /// All alike.
    pub fn alike(samples: &Samples) -> Self {
        let count = samples.samples.len();
        Self { weights: vec![1.0 / count.max(1) as f64; count], cell: None, tried: Vec::new() }
    }

    /// The mean of some grades, over the samples that have one.
    pub fn mean(&self, grades: impl Iterator<Item = Option<f64>>) -> Option<f64> {
        let (mut sum, mut weight) = (0.0, 0.0);
        for (grade, share) in grades.zip(&self.weights) {
            if let Some(grade) = grade {
                sum += share * grade;
                weight += share;
            }
        }
        (weight > 0.0).then(|| sum / weight)
    }
}

/// Reads `[decluster]`.
pub fn decluster(fields: &mut Fields<'_>, samples: &Samples) -> Option<Weighed> {
    let cell: Option<Vec<Length>> = fields.list("cell", "sides of a cell: east, north, up", 1e-3..=1e7);
    let factors: Option<Vec<Number>> = if fields.has("factors") {
        fields.list("factors", "factors on the sides to try; absent: the sides as given", 1e-3..=1e3)
    } else {
        Some(vec![Number(1.0)])
    };
    let greatest = fields.word(
        "choose",
        "which of the factors counts: the one with the least mean (rich ground crowded), the greatest, or the first",
        &[("least-mean", Some(false)), ("greatest-mean", Some(true)), ("first", None)],
    );
    let of = super::read::variable(fields, "of", "the variable whose mean chooses", Some(samples));
    let cell = super::read::three(fields, "cell", cell)?;
    let (factors, greatest, of) = (factors?, greatest?, of?);
    let places: Vec<Point> = samples.places().collect();
    let weighed = |factor: f64| Weighed {
        weights: decluster::weights(&places, cell.map(|side| side * factor)),
        cell: Some(cell.map(|side| side * factor)),
        tried: Vec::new(),
    };
    let mean = |weighed: &Weighed| weighed.mean(samples.samples.iter().map(|sample| sample.grades[of]));
    let tried: Vec<(f64, f64)> =
        factors.iter().filter_map(|factor| Some((factor.0, mean(&weighed(factor.0))?))).collect();
    let by_mean = |a: &&(f64, f64), b: &&(f64, f64)| a.1.total_cmp(&b.1);
    let chosen = match greatest {
        None => tried.first(),
        Some(false) => tried.iter().min_by(by_mean),
        Some(true) => tried.iter().max_by(by_mean),
    };
    let Some((factor, _)) = chosen else {
        fields.refuse("factors", "there is none to try", "[1] or [0.5, 1, 2]");
        return None;
    };
    let mut found = weighed(*factor);
    found.tried = tried;
    Some(found)
}

/// What the cuts took.
pub fn table(samples: &Samples, cuts: &[Cut], flag: &str) -> Option<Table> {
    if cuts.is_empty() {
        return None;
    }
    let mut table = Table::new(
        "top_cuts",
        format!("What the top cuts take{flag}"),
        "each sample counts alike; metal is grade by length",
        &[
            ("variable", ""),
            ("unit", ""),
            ("cut", ""),
            ("samples above", ""),
            ("mean before", ""),
            ("mean after", ""),
            ("metal removed", "%"),
        ],
    );
    for cut in cuts {
        let variable = &samples.variables[cut.variable];
        table.row(vec![
            variable.name.as_str().into(),
            variable.unit.into(),
            cut.at.into(),
            (cut.samples as f64).into(),
            cut.before.into(),
            cut.after.into(),
            (100.0 * cut.removed).into(),
        ]);
    }
    Some(table)
}
