//! The indirect lognormal correction.
//!
//! # Equation
//! ```text
//! z' = a z^b,   b = √[ ln(f V² + 1) / ln(V² + 1) ],   a = m/√(f V² + 1) · (√(V² + 1)/m)^b,   z_v = z' m/m'
//! ```
//!
//! # Symbols
//! z grade of a sample, above nought; z_v of a block; m mean, V standard deviation over mean, of the samples; m' mean of z'; f ratio of variances.
//!
//! # Holds for
//! Distributions that are nearly lognormal; of others the mean is brought back, the variance is not exactly what was asked.
//!
//! # Source
//! `isaaks1989`, chapter 19.

use crate::deposit::support::{Change, moments};
use crate::unit::Kind;

/// The law.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndirectLognormal;

/// Its entry in the catalogue.
pub const KIND: Kind<dyn Change> = Kind {
    name: "indirect-lognormal",
    about: "indirect lognormal: a power law that is exact of a lognormal distribution, brought back to the mean",
    sources: &["isaaks1989"],
    read: |_, _| Some(Box::new(IndirectLognormal)),
};

impl Change for IndirectLognormal {
    fn blocks(&self, grades: &[f64], weights: &[f64], ratio: f64) -> Vec<f64> {
        let (mean, variance) = moments(grades, weights);
        if mean <= 0.0 || variance <= 0.0 {
            return grades.to_vec();
        }
        let square = variance / (mean * mean);
        let power = ((ratio * square + 1.0).ln() / (square + 1.0).ln()).sqrt();
        let factor = mean / (ratio * square + 1.0).sqrt() * ((square + 1.0).sqrt() / mean).powf(power);
        let raised: Vec<f64> = grades.iter().map(|grade| factor * grade.max(0.0).powf(power)).collect();
        let (raised_mean, _) = moments(&raised, weights);
        raised.iter().map(|grade| grade * mean / raised_mean).collect()
    }
}
