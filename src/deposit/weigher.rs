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

    /// Every sample from those of other groups, where one system says it of all: a row for each of kriging variance, then the estimate from each list of
    /// values, not numbers where there is no answer; `None` where each is to be weighed by itself.
    fn each_by_others(&self, _values: &[Vec<f64>], _groups: &[u32]) -> Result<Option<Vec<f64>>, Error> {
        Ok(None)
    }

    /// What answers blocks that lie together more cheaply than one by one, where the estimator knows how.
    fn together<'a>(&'a self, _: Asked<'a>) -> Result<Option<Box<dyn Together + 'a>>, Error> {
        Ok(None)
    }
}

/// What is asked of every block.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The points that stand for a block round a middle of nought.
    pub offsets: &'a [Point],
    /// Covariance of a block with itself.
    pub own: f64,
    /// Values of the samples, a list for each variable.
    pub values: &'a [Vec<f64>],
}

/// Answers blocks a lot at a time.
pub trait Together: Sync {
    /// Blocks of a lot.
    fn lot(&self) -> usize;

    /// How long a way is where lots are to be as round as they can.
    fn length(&self, way: Point) -> f64;

    /// Answers blocks by their middles, a row for each: what is told, then the grades.
    fn answer(&self, middles: &[Point], rows: &mut [f64], room: &mut Weights) -> Result<(), Error>;
}

/// Numbers told of a block before its grades: variance, efficiency, slope, samples, holes, the nearest sample's distance.
pub const TOLD: usize = 6;
