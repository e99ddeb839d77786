//! The variogram of Matheron.
//!
//! # Equation
//! `γ(h) = Σ (z_i − z_j)² / 2N`; of two variables, `γ_ab(h) = Σ (a_i − a_j)(b_i − b_j) / 2N`.
//!
//! # Symbols
//! z grade at the two ends of a pair; N pairs of the lag; γ in the square of the grade's unit.
//!
//! # Holds for
//! Differences that are not ruled by a few great ones: unbiased, but a single outlier lifts every lag it is in.
//!
//! # Source
//! `matheron1963`; of two variables `isaaks1989`.

use crate::deposit::variogram::estimators::Estimator;
use crate::unit::Kind;

/// The estimator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matheron;

/// Its entry in the catalogue.
pub const KIND: Kind<dyn Estimator> = Kind {
    name: "matheron",
    about: "half the mean squared difference, the variogram itself",
    sources: &["matheron1963"],
    read: |_, _| Some(Box::new(Matheron)),
};

impl Estimator for Matheron {
    fn pair(&self, tail: [f64; 2], head: [f64; 2]) -> [f64; 5] {
        [(tail[0] - head[0]) * (tail[1] - head[1]), 0.0, 0.0, 0.0, 0.0]
    }

    fn lag(&self, sums: [f64; 5], pairs: f64) -> Option<f64> {
        Some(sums[0] / (2.0 * pairs))
    }

    fn crosses(&self) -> bool {
        true
    }

    fn is_variogram(&self) -> bool {
        true
    }
}
