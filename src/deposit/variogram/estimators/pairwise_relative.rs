//! The pairwise relative variogram.
//!
//! # Equation
//! `γ(h) = Σ [(z_i − z_j)/((z_i + z_j)/2)]² / 2N`.
//!
//! # Symbols
//! z grade, above nought; N pairs of the lag; γ without unit, two at most.
//!
//! # Holds for
//! Skewed grades whose differences grow with their size. Pairs that sum to nought or less add nothing. Ranges can be read
//! from it, a sill cannot.
//!
//! # Source
//! `isaaks1989`; `deutsch1998`.

use crate::deposit::variogram::estimators::Estimator;
use crate::unit::Kind;

/// The estimator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PairwiseRelative;

/// Its entry in the catalogue.
pub const KIND: Kind<dyn Estimator> = Kind {
    name: "pairwise-relative",
    about: "half the mean squared difference, each over the mean of its pair",
    sources: &["isaaks1989"],
    read: |_, _| Some(Box::new(PairwiseRelative)),
};

impl Estimator for PairwiseRelative {
    fn pair(&self, tail: [f64; 2], head: [f64; 2]) -> [f64; 5] {
        {
            let mean = 0.5 * (tail[0] + head[0]);
            if mean > 0.0 { [((tail[0] - head[0]) / mean).powi(2), 1.0, 0.0, 0.0, 0.0] } else { [0.0; 5] }
        }
    }

    fn lag(&self, sums: [f64; 5], _: f64) -> Option<f64> {
        (sums[1] > 0.0).then(|| sums[0] / (2.0 * sums[1]))
    }

    fn crosses(&self) -> bool {
        false
    }

    fn is_variogram(&self) -> bool {
        false
    }
}
