//! The correlogram, turned into a variogram of sill one.
//!
//! # Equation
//! `1 − ρ(h)`, `ρ = C(h)/(σ₋ σ₊)` with the lag's own means and variances.
//!
//! # Symbols
//! C covariance of the lag; `σ₋`, `σ₊` standard deviations of its tails and heads.
//!
//! # Holds for
//! As the covariance, and where the spread changes with the mean too. Without unit.
//!
//! # Source
//! `isaaks1989`.

use crate::deposit::variogram::estimators::Estimator;
use crate::unit::Kind;

/// The estimator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Correlogram;

/// Its entry in the catalogue.
pub const KIND: Kind<dyn Estimator> = Kind {
    name: "correlogram",
    about: "one less the correlation of the two ends",
    sources: &["isaaks1989"],
    read: |_, _| Some(Box::new(Correlogram)),
};

impl Estimator for Correlogram {
    fn pair(&self, tail: [f64; 2], head: [f64; 2]) -> [f64; 5] {
        [tail[0] * head[1], tail[0], head[1], tail[0] * tail[0], head[1] * head[1]]
    }

    fn lag(&self, sums: [f64; 5], pairs: f64) -> Option<f64> {
        {
            let [product, tails, heads, tails2, heads2] = sums.map(|sum| sum / pairs);
            let spread = ((tails2 - tails * tails) * (heads2 - heads * heads)).sqrt();
            (spread > 0.0).then(|| 1.0 - (product - tails * heads) / spread)
        }
    }

    fn crosses(&self) -> bool {
        true
    }

    fn is_variogram(&self) -> bool {
        false
    }
}
