//! Estimators of the experimental variogram: what a pair of samples adds to its lag, and what the lag says in the end.

use std::fmt::Debug;

use crate::unit::Kind;

pub mod correlogram;
pub mod covariance;
pub mod cressie_hawkins;
pub mod madogram;
pub mod matheron;
pub mod pairwise_relative;

/// From pairs to a semivariance, or to something of its shape.
pub trait Estimator: Debug + Send + Sync {
    /// What a pair adds to five sums; each end has the first and the second variable (the same, for a variogram of one).
    fn pair(&self, tail: [f64; 2], head: [f64; 2]) -> [f64; 5];

    /// What the sums over some pairs say.
    fn lag(&self, sums: [f64; 5], pairs: f64) -> Option<f64>;

    /// Has it a meaning for two variables?
    fn crosses(&self) -> bool;

    /// Is its sill the variance, so that a model fitted to it can be kriged with?
    fn is_variogram(&self) -> bool;
}

/// The estimators there are.
pub const KINDS: &[Kind<dyn Estimator>] = &[
    matheron::KIND,
    cressie_hawkins::KIND,
    madogram::KIND,
    pairwise_relative::KIND,
    covariance::KIND,
    correlogram::KIND,
];
