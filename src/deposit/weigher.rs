//! What every estimator has in common: it gives the samples round a target their weights.

use crate::deposit::kriging::Weights;
use crate::deposit::point::Point;
use crate::deposit::search::Without;
use crate::error::Error;

/// Gives samples their weights for a target: kriging, inverse distance, the nearest.
pub trait Weigher: Sync {
    /// Covariance of a target with itself; not a number where no variogram is asked.
    fn own(&self, support: &[Point]) -> f64;

    /// The weights for a target, one point or the points that stand for a block; false where too few samples speak.
    fn weigh(&self, support: &[Point], own: f64, without: Without, weights: &mut Weights) -> Result<bool, Error>;

    /// Where a sample stands, and its hole.
    fn sample(&self, at: u32) -> (Point, u32);
}
