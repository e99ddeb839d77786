//! The covariance of a lag, turned into a variogram.
//!
//! # Equation
//! `C(h) = Σ z_i z_j / N − m₋ m₊`, shown as `½ (σ₋² + σ₊²) − C(h)`.
//!
//! # Symbols
//! `m₋`, `m₊` means and `σ²` variances of the tails and heads of the lag's pairs; of two variables, tails of one and heads of the other.
//!
//! # Holds for
//! Grades with a drift or crowded where they are rich: the lag's own means take it out.
//!
//! # Source
//! `isaaks1989` (the non-ergodic covariance).

use crate::deposit::variogram::estimators::Estimator;
use crate::unit::Kind;

/// The estimator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Covariance;

/// Its entry in the catalogue.
pub const KIND: Kind<dyn Estimator> = Kind {
    name: "covariance",
    about: "variance less the covariance of the two ends, each about its own mean",
    sources: &["isaaks1989"],
    read: |_, _| Some(Box::new(Covariance)),
};

impl Estimator for Covariance {
    fn pair(&self, tail: [f64; 2], head: [f64; 2]) -> [f64; 5] {
        [tail[0] * head[1], tail[0], head[1], tail[0] * tail[0], head[1] * head[1]]
    }

    fn lag(&self, sums: [f64; 5], pairs: f64) -> Option<f64> {
        {
            let [product, tails, heads, tails2, heads2] = sums.map(|sum| sum / pairs);
            let spread = 0.5 * ((tails2 - tails * tails) + (heads2 - heads * heads));
            Some(spread - (product - tails * heads))
        }
    }

    fn crosses(&self) -> bool {
        true
    }

    fn is_variogram(&self) -> bool {
        true
    }
}
