//! The madogram.
//!
//! # Equation
//! `M(h) = Σ |z_i − z_j| / 2N`.
//!
//! # Symbols
//! z grade; N pairs of the lag; M in the grade's unit.
//!
//! # Holds for
//! Seeing ranges and directions through outliers. It is no variogram: a model fitted to it is not one to krige with. For a normal
//! field `M = √(γ/π)`.
//!
//! # Source
//! `deutsch1998`.

use crate::deposit::variogram::estimators::Estimator;
use crate::unit::Kind;

/// The estimator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Madogram;

/// Its entry in the catalogue.
pub const KIND: Kind<dyn Estimator> = Kind {
    name: "madogram",
    about: "half the mean absolute difference",
    sources: &["deutsch1998"],
    read: |_, _| Some(Box::new(Madogram)),
};

impl Estimator for Madogram {
    fn pair(&self, tail: [f64; 2], head: [f64; 2]) -> [f64; 5] {
        [(tail[0] - head[0]).abs(), 0.0, 0.0, 0.0, 0.0]
    }

    fn lag(&self, sums: [f64; 5], pairs: f64) -> Option<f64> {
        Some(sums[0] / (2.0 * pairs))
    }

    fn crosses(&self) -> bool {
        false
    }

    fn is_variogram(&self) -> bool {
        false
    }
}
